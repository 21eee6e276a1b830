/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Keeps what state a transport is in, and tells of each change. */

#include "config.h"

#include "gsticetransportstate.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_transport_state_debug);
#define GST_CAT_DEFAULT gst_ice_transport_state_debug

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_transport_state_debug,
        "icetransportstate", 0, "States of ICE transports");
    g_once_init_leave (&done, 1);
  }
}

void
gst_ice_transport_state_set_gathering (GstIceTransportState * self,
    GstIceGatheringState state)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_GATHERING_STATE,
    .gathering_state = state
  };

  if (self->gathering == state)
    return;
  self->gathering = state;
  gst_ice_subscribers_tell_all (self->subscribers, notice);
}

void
gst_ice_transport_state_set_connection (GstIceTransportState * self,
    GstIceConnectionState state)
{
  const gchar *name = gst_ice_connection_state_to_string (state);
  const GstIceNotice progress = {.type = GST_ICE_NOTICE_PROGRESS,
    .progress = GST_PROGRESS_TYPE_CONTINUE,.text = name
  };
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_CONNECTION_STATE,
    .connection_state = state
  };

  if (self->connection == state)
    return;
  init_debug ();
  GST_INFO ("%s: %s", self->media, name);
  self->connection = state;
  if (self->was_connected && (state == GST_ICE_CONNECTION_DISCONNECTED ||
          state == GST_ICE_CONNECTION_CHECKING))
    gst_ice_subscribers_tell_all (self->subscribers, progress);
  gst_ice_subscribers_tell_all (self->subscribers, notice);
}
