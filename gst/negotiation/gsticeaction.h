/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_ACTION_OPEN_AGENT,    /* make @mline's agent and gather */
  GST_ICE_ACTION_CARRY,         /* @mline has the agent of its group's first */
  GST_ICE_ACTION_RESTART_AGENT, /* make @mline another one beside it, and gather */
  GST_ICE_ACTION_AGREED,        /* @mline's formats and rtcp-mux are final */
  GST_ICE_ACTION_REKEY,         /* the peer may have other keys for @mline's path */
  GST_ICE_ACTION_DIRECTION,     /* @mline's direction is another than before */
  GST_ICE_ACTION_REFUSED,       /* nobody will use @mline */
  GST_ICE_ACTION_START_CHECKS,  /* with ufrag, pwd and candidates */
  GST_ICE_ACTION_ADD_CANDIDATES,        /* that came since */
} GstIceActionType;

/* What a negotiation asks for: to be carried out in the order they come. */
typedef struct
{
  GstIceActionType type;
  guint mline;
  gchar *ufrag;
  gchar *pwd;
  GPtrArray *candidates;        /* of GstIceCandidate, or NULL */
} GstIceAction;

/* Returns: (transfer none): one without credentials and candidates, at the end of
 *     @actions */
GstIceAction *gst_ice_action_push (GQueue * actions, GstIceActionType type,
    guint mline);
void gst_ice_action_free (GstIceAction * action);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceAction, gst_ice_action_free)

G_END_DECLS
