/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"
#include "gsticeudpstun.h"

#include "udptest.h"

/* An agent on loopback, and what it told. */
typedef struct
{
  GstIceAgent *agent;
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];
  gchar *ufrag, *password;
  GPtrArray *candidates;        /* of GstIceCandidate */
  gboolean gathered;
  GstIceAgentState state;
  GstIceRoute *route;           /* of component 1 */
  GstIceCandidate *remote;
  guint n_selected, n_lost;
} LiteEnd;

/* A full peer, of which there is a socket and what it says. */
typedef struct
{
  gint fd;
  GstIceUdpAddress address;
  const gchar *ufrag;           /* NULL: "theirs" */
} LitePeer;

typedef struct
{
  guint n_components;           /* 0: 1 */
  guint mux_port;
  guint min_port, max_port;     /* both 0: any */
  const gchar *external;
  gboolean keep_private;
  const gchar *interfaces;      /* NULL: "lo" */
  gboolean has_tcp;
  guint consent_ms;             /* 0: the default */
  gboolean is_encrypted;        /* else any media shows that the peer is there */
} LiteEndSettings;

/* Has the agent's events come until @condition holds. */
#define WAIT_UNTIL(condition) G_STMT_START {                            \
  gint64 end_us = g_get_monotonic_time () +                             \
      TEST_PATIENCE_MS * G_TIME_SPAN_MILLISECOND;                       \
  while (!(condition)) {                                                \
    fail_if (g_get_monotonic_time () > end_us, #condition);             \
    if (!g_main_context_iteration (lite_end_context, FALSE))            \
      g_usleep (1000);                                                  \
  }                                                                     \
} G_STMT_END

/* Of the agents' events; there between these two. */
extern GMainContext *lite_end_context;

void lite_end_set_up (void);
void lite_end_tear_down (void);

/* Returns: whether it gathers; else @error is set */
gboolean lite_end_open (LiteEnd * end, const LiteEndSettings * settings,
    GError ** error);
void lite_end_close (LiteEnd * end);

/* Returns: (transfer none) (nullable): the candidate of that family, by UDP */
const GstIceCandidate *lite_end_get_candidate (LiteEnd * end, guint component,
    gboolean is_ip6);

/* The peer's answer is here. */
void lite_end_answer (LiteEnd * end);
void lite_end_answer_by (LiteEnd * end, const gchar * ufrag);

/* @answer: (out): whose @data it is in */
void lite_peer_check (LitePeer * peer, LiteEnd * end, guint component,
    gboolean nominates, GstIceUdpStun * answer,
    guint8 data[GST_ICE_UDP_STUN_MAX_SIZE]);
void lite_peer_nominate (LitePeer * peer, LiteEnd * end);

/* @n packets each way. */
void lite_peer_assert_media (LitePeer * peer, LiteEnd * end, guint n);

/* Returns: a port that is free for UDP and TCP, and stays so unless somebody asks for it */
guint lite_find_port (void);
