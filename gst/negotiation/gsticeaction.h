/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_ACTION_OPEN_AGENT,    /* make an agent for @mline and gather */
  GST_ICE_ACTION_CLOSE_AGENT,   /* @mline is rolled back: it is not there any more */
  GST_ICE_ACTION_CARRY,         /* let @mline use the agent of its group's
                                 * first m-line */
  GST_ICE_ACTION_RESTART_AGENT, /* make another agent for @mline beside the
                                 * present one, and gather */
  GST_ICE_ACTION_AGREED,        /* @mline's formats and rtcp-mux are final */
  GST_ICE_ACTION_REKEY,         /* the peer's keys for @mline's path may have
                                 * changed */
  GST_ICE_ACTION_FORMATS,       /* @mline's formats have changed, or which of them is
                                 * sent */
  GST_ICE_ACTION_DIRECTION,     /* @mline's direction has changed */
  GST_ICE_ACTION_REFUSED,       /* @mline will not be used */
  GST_ICE_ACTION_START_CHECKS,  /* has ufrag, pwd and candidates */
  GST_ICE_ACTION_ADD_CANDIDATES,        /* has candidates that came later */
} GstIceActionType;

/* A request of a negotiation. Requests are carried out in the order of the
 * queue. */
typedef struct
{
  GstIceActionType type;
  guint mline;
  gchar *ufrag;
  gchar *pwd;
  GPtrArray *candidates;        /* of GstIceCandidate, or NULL */
} GstIceAction;

/* Appends a request without credentials and candidates to @actions.
 * Returns: (transfer none) */
GstIceAction *gst_ice_action_push (GQueue * actions, GstIceActionType type,
    guint mline);
void gst_ice_action_free (GstIceAction * action);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceAction, gst_ice_action_free)

G_END_DECLS
