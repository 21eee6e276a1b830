/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Combines the states of all transports of a call. */

#include "config.h"

#include "gsticetransports.h"

#include "gsticetransport.h"

/* Returns: whether @is holds for any transport */
static gboolean
any (GPtrArray * self, gboolean (*is) (GstIceTransport * transport))
{
  for (guint i = 0; i < self->len; i++) {
    if (is (g_ptr_array_index (self, i)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
any_in (GPtrArray * self, GstIceConnectionState state)
{
  for (guint i = 0; i < self->len; i++) {
    GstIceTransport *transport = g_ptr_array_index (self, i);

    if (!gst_ice_transport_is_given_up (transport) &&
        gst_ice_transport_get_state (transport)->connection == state)
      return TRUE;
  }
  return FALSE;
}

GstIceConnectionState
gst_ice_transports_get_connection_state (GPtrArray * self)
{
  /* W3C webrtc, 5.6.3: the first of these that any has; a mixture of new ones
   * and others is checking. */
  static const GstIceConnectionState order[] = {
    GST_ICE_CONNECTION_FAILED, GST_ICE_CONNECTION_DISCONNECTED,
    GST_ICE_CONNECTION_CHECKING, GST_ICE_CONNECTION_NEW,
    GST_ICE_CONNECTION_CONNECTED, GST_ICE_CONNECTION_COMPLETED,
    GST_ICE_CONNECTION_CLOSED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    if (!any_in (self, order[i]))
      continue;
    if (order[i] == GST_ICE_CONNECTION_NEW &&
        (any_in (self, GST_ICE_CONNECTION_CONNECTED) ||
            any_in (self, GST_ICE_CONNECTION_COMPLETED)))
      return GST_ICE_CONNECTION_CHECKING;
    return order[i];
  }
  return GST_ICE_CONNECTION_NEW;
}

GstIceGatheringState
gst_ice_transports_get_gathering_state (GPtrArray * self)
{
  guint n_all = 0, n_gathering = 0, n_complete = 0;

  for (guint i = 0; i < self->len; i++) {
    GstIceTransport *transport = g_ptr_array_index (self, i);
    GstIceGatheringState state =
        gst_ice_transport_get_state (transport)->gathering;

    if (gst_ice_transport_is_given_up (transport))
      continue;
    n_all++;
    n_gathering += state == GST_ICE_GATHERING_GATHERING;
    n_complete += state == GST_ICE_GATHERING_COMPLETE;
  }

  if (n_all > 0 && n_complete == n_all)
    return GST_ICE_GATHERING_COMPLETE;
  return n_gathering > 0 ? GST_ICE_GATHERING_GATHERING : GST_ICE_GATHERING_NEW;
}

static gboolean
is_alive (GstIceTransport * transport)
{
  return !gst_ice_transport_is_given_up (transport) &&
      gst_ice_transport_get_state (transport)->connection !=
      GST_ICE_CONNECTION_FAILED;
}

gboolean
gst_ice_transports_any_alive (GPtrArray * self)
{
  return any (self, is_alive);
}

static gboolean
was_connected (GstIceTransport * transport)
{
  return gst_ice_transport_get_state (transport)->was_connected;
}

gboolean
gst_ice_transports_were_connected (GPtrArray * self)
{
  return any (self, was_connected);
}

gboolean
gst_ice_transports_are_usable (GPtrArray * self)
{
  return any (self, gst_ice_transport_is_usable);
}

static gboolean
has_ended (GstIceTransport * transport)
{
  return gst_ice_transport_get_state (transport)->ended;
}

static gboolean
goes_on (GstIceTransport * transport)
{
  return !gst_ice_transport_is_given_up (transport) && !has_ended (transport);
}

gboolean
gst_ice_transports_have_ended (GPtrArray * self)
{
  return any (self, has_ended) && !any (self, goes_on);
}

gboolean
gst_ice_transports_have_lost_path (GPtrArray * self)
{
  return any (self, gst_ice_transport_has_lost_path);
}

gboolean
gst_ice_transports_have_heard_peer (GPtrArray * self)
{
  return any (self, gst_ice_transport_has_heard_peer);
}

guint64
gst_ice_transports_get_n_received (GPtrArray * self)
{
  guint64 n = 0;

  for (guint i = 0; i < self->len; i++)
    n += gst_ice_transport_get_n_received (g_ptr_array_index (self, i));
  return n;
}
