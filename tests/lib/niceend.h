/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fakemember.h"
#include "gsticeagent.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One end: an agent on libnice on loopback, and its events. */
typedef struct
{
  GstIceAgent *agent;
  guint n_components;
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];
  GstIceReceiver *receivers[GST_ICE_MAX_COMPONENTS];
  GPtrArray *candidates;        /* of GstIceCandidate */
  GPtrArray *learned;           /* of GstIceCandidate: the peer's, from its checks */
  gboolean gathered;
  gchar *warning;               /* the last warning, or NULL */
  gboolean expects_warning;     /* a warning of any kind */
  GstIceAgentState states[GST_ICE_MAX_COMPONENTS];
  GstIceRoute *routes[GST_ICE_MAX_COMPONENTS];
  GstIceCandidateType remote_type;      /* in the pair selected last */
  guint n_suspect, n_recovered, n_lost; /* how often the agent said so of the
                                         * peer */
} NiceEnd;

/* The context of the test's thread, which all agents use. */
extern GMainContext *nice_end_context;

/* A checked fixture. */
void nice_ends_setup (void);
void nice_ends_teardown (void);

/* Returns: (transfer full): a source that fails the test with @what unless
 *     destroyed in time */
GSource *nice_ends_start_patience (const gchar * what);

#define WAIT_UNTIL(condition) G_STMT_START {                    \
  GSource *patience = nice_ends_start_patience (#condition);    \
  while (!(condition))                                          \
    g_main_context_iteration (nice_end_context, TRUE);          \
  g_source_destroy (patience);                                  \
  g_source_unref (patience);                                    \
} G_STMT_END

/* Lets libnice's timers, which run every 10 ms, do what can't be seen from
 * outside. */
void nice_ends_let_timers_run (void);

/* Returns: (transfer full): a member, whose config is used */
FakeMember *nice_end_settings_new (void);

/* @settings: (transfer full). Returns: whether the agent could be made */
gboolean nice_end_init (NiceEnd * end, FakeMember * settings,
    guint n_components, gboolean controlling, GError ** error);
/* The same for an end that controls and knows that the other end is lite. */
gboolean nice_end_init_for_lite_peer (NiceEnd * end, FakeMember * settings,
    guint n_components, GError ** error);
void nice_end_clear (NiceEnd * end);

void nice_end_gather (NiceEnd * end);

/* Gives @to the description of @other, as a session does. */
void nice_end_introduce (NiceEnd * to, NiceEnd * other);

gboolean nice_end_is_connected (NiceEnd * end);

/* Makes both, introduces them, and connects them. */
void nice_ends_connect (NiceEnd * a, NiceEnd * b, guint n_components);

guint nice_end_count_received (NiceEnd * end, guint component);

/* Sends @n packets, and asserts that they arrive at the other end in order. */
void nice_end_assert_flows (NiceEnd * from, NiceEnd * to, guint component,
    guint n);

/* Returns: (transfer full): a socket on a UDP port of loopback, @port */
GSocket *nice_end_take_port (guint * port);

/* Uses a server that never answers, so that gathering takes long. */
void nice_end_set_silent_server (NiceEnd * end, guint port);

G_END_DECLS
