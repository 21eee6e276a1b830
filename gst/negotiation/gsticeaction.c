/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A negotiation's requests to its call: values in a queue. */

#include "config.h"

#include "gsticeaction.h"

static GstIceAction *
gst_ice_action_new (GstIceActionType type, guint mline)
{
  GstIceAction *action = g_new0 (GstIceAction, 1);

  action->type = type;
  action->mline = mline;
  return action;
}

GstIceAction *
gst_ice_action_push (GQueue * actions, GstIceActionType type, guint mline)
{
  GstIceAction *action = gst_ice_action_new (type, mline);

  g_queue_push_tail (actions, action);
  return action;
}

/* @action: (transfer full) */
void
gst_ice_action_free (GstIceAction * action)
{
  g_free (action->ufrag);
  g_free (action->pwd);
  g_clear_pointer (&action->candidates, g_ptr_array_unref);
  g_free (action);
}
