/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecheckorder.h"
#include "gsticestream.h"
#include "gsticenegotiation.h"

G_BEGIN_DECLS

/* What the negotiation's files share: gsticenegotiation.c has offer and answer,
 * gsticenegotiationchecks.c candidates and the order of checks,
 * gsticenegotiationrestart.c the change of generations. */
typedef enum
{
  STATE_STABLE,
  STATE_HAVE_LOCAL_OFFER,
  STATE_HAVE_REMOTE_OFFER,
} GstIceNegotiationState;

struct _GstIceNegotiation
{
  GstIceMlines *mlines;         /* (transfer none) */
  gboolean rtcp_mux;
  GPtrArray *lines;             /* of GstIceStream, the newest generation; may be
                                 * ahead of mlines */
  GPtrArray *kept;              /* of GstIceStream or NULL: the generation before,
                                 * until the newest works */
  GQueue spent;                 /* of gchar *: ufrags of the peer that are gone,
                                 * newest first */
  GstIceCheckOrder *check_order;
  GQueue actions;               /* of GstIceAction */
  GstIceNegotiationState state;
  gboolean restarting;          /* what we offer is a restart, */
  gboolean unsent;              /* and has not been described */
  gboolean described;           /* the first description has left */
  gboolean answerer;
  gboolean peer_is_lite;        /* as its last description said */
  gchar *cname;                 /* of what we send without RTCP, which has none */
  guint64 session_id;
  guint64 version;
};

/* Returns: (transfer none): the newest generation of m-line @index, made if need
 *     be */
GstIceStream *gst_ice_negotiation_get_line (GstIceNegotiation * self,
    guint index);

/* Returns: (transfer none) (nullable): the generation that the newest of m-line
 *     @index is to replace */
GstIceStream *gst_ice_negotiation_get_kept (GstIceNegotiation * self,
    guint index);

/* Returns: (transfer none): it, at the end of the queue */
GstIceAction *gst_ice_negotiation_push_action (GstIceNegotiation * self,
    GstIceActionType type, guint mline);

/* Has the candidates that came since the checks of @mline began go straight on. */
void gst_ice_negotiation_pass_on_candidates (GstIceNegotiation * self,
    guint mline);

/* Returns: %FALSE with GST_ICE_ERROR_BAD_DESCRIPTION when m-line @index may not have
 *     the credentials of @media, which is of an offer, or of an answer */
gboolean gst_ice_negotiation_check_credentials (GstIceNegotiation * self,
    guint index, const GstIceMediaDescription * media, gboolean offer,
    GError ** error);

/* Begins another generation of m-line @index if @media is of one. */
void gst_ice_negotiation_follow_restart (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media);

/* The newest generation of m-line @index works: the one before goes. */
void gst_ice_negotiation_let_go (GstIceNegotiation * self, guint index);

G_END_DECLS
