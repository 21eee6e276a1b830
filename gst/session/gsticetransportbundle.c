/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticetransportbundle.h"

#include "gsticetransportprivate.h"
#include "gsticewiring.h"

void
gst_ice_transport_ride (GstIceTransport * self, GstIceTransport * carrier)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_MLINE,
    .mline = (gint) self->index
  };

  if (self->carrier != NULL)
    return;
  self->carrier = carrier;
  self->gathering_state = carrier->gathering_state;
  self->connection_state = carrier->connection_state;
  g_ptr_array_add (carrier->riders, self);
  gst_ice_transport_notify (self, &notice);
}

static void
add_member (GstIceBundleDemux * group, const GstIceTransport * transport)
{
  const GstIceMline *mline = transport->mline;

  if (transport->refused)
    gst_ice_bundle_demux_add (group, mline->mid, mline->formats, mline->ssrcs,
        NULL, NULL);
  else
    gst_ice_wiring_join_group (mline, group);
}

void
gst_ice_transport_wire_riders (GstIceTransport * self)
{
  g_autoptr (GstIceBundleDemux) group = NULL;

  gst_ice_wiring_connect_sharer (self->mline, self->demuxes, self->routes,
      self->cipher);
  group = gst_ice_bundle_demux_new (self->mline->encryption !=
      GST_ICE_ENCRYPTION_NONE, self->cipher);
  add_member (group, self);
  for (guint i = 0; i < self->riders->len; i++) {
    GstIceTransport *rider = g_ptr_array_index (self->riders, i);

    for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
      g_set_object (&rider->routes[c], self->routes[c]);
    rider->was_connected = self->was_connected;
    g_set_object (&rider->cipher, self->cipher);
    add_member (group, rider);
    if (rider->agreed && !rider->refused)
      gst_ice_wiring_connect_sharer (rider->mline, rider->demuxes,
          rider->routes, rider->cipher);
  }
  gst_ice_demux_set_group (self->demuxes[0], group);
}

/* Of a rider's states its element hears as if they were its own. */
void
gst_ice_transport_tell_riders (GstIceTransport * self,
    const GstIceNotice * notice)
{
  for (guint i = 0; i < self->riders->len; i++) {
    GstIceTransport *rider = g_ptr_array_index (self->riders, i);
    GstIceNotice copy = *notice;

    if (rider->refused)
      continue;
    copy.mline = (gint) rider->index;
    switch (notice->type) {
      case GST_ICE_NOTICE_CONNECTION_STATE:
        rider->was_connected = self->was_connected;
        gst_ice_transport_set_connection_state (rider,
            notice->connection_state);
        break;
      case GST_ICE_NOTICE_GATHERING_STATE:
        gst_ice_transport_set_gathering_state (rider, notice->gathering_state);
        break;
      case GST_ICE_NOTICE_SELECTED_PAIR:
      case GST_ICE_NOTICE_SECURED:
        gst_ice_transport_notify (rider, &copy);
        break;
      default:
        break;
    }
  }
}

void
gst_ice_transport_give_up_riders (GstIceTransport * self)
{
  for (guint i = 0; i < self->riders->len; i++)
    gst_ice_transport_give_up (g_ptr_array_index (self->riders, i));
}
