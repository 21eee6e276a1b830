/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticetransports.h"

#include "gsticetransport.h"
#include "gsticetransportsecurity.h"

static gboolean
has_leg_in (GPtrArray * self, GstIceConnectionState state)
{
  for (guint i = 0; i < self->len; i++) {
    const GstIceTransport *transport = g_ptr_array_index (self, i);

    if (!transport->refused && transport->connection_state == state)
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
    if (!has_leg_in (self, order[i]))
      continue;
    if (order[i] == GST_ICE_CONNECTION_NEW &&
        (has_leg_in (self, GST_ICE_CONNECTION_CONNECTED) ||
            has_leg_in (self, GST_ICE_CONNECTION_COMPLETED)))
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
    const GstIceTransport *transport = g_ptr_array_index (self, i);

    if (transport->refused)
      continue;
    n_all++;
    n_gathering += transport->gathering_state == GST_ICE_GATHERING_GATHERING;
    n_complete += transport->gathering_state == GST_ICE_GATHERING_COMPLETE;
  }

  if (n_all > 0 && n_complete == n_all)
    return GST_ICE_GATHERING_COMPLETE;
  return n_gathering > 0 ? GST_ICE_GATHERING_GATHERING : GST_ICE_GATHERING_NEW;
}

gboolean
gst_ice_transports_any_alive (GPtrArray * self)
{
  for (guint i = 0; i < self->len; i++) {
    if (gst_ice_transport_is_alive (g_ptr_array_index (self, i)))
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_transports_were_connected (GPtrArray * self)
{
  for (guint i = 0; i < self->len; i++) {
    if (((GstIceTransport *) g_ptr_array_index (self, i))->was_connected)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_transports_are_usable (GPtrArray * self)
{
  for (guint i = 0; i < self->len; i++) {
    if (gst_ice_transport_is_usable (g_ptr_array_index (self, i)))
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_transports_add_stats (GPtrArray * self, GstStructure * stats)
{
  for (guint i = 0; i < self->len; i++) {
    g_autoptr (GstStructure) transport =
        gst_ice_transport_get_stats (g_ptr_array_index (self, i));
    g_autofree gchar *name = g_strdup_printf ("mline-%u", i);

    gst_structure_set (stats, name, GST_TYPE_STRUCTURE, transport, NULL);
  }
}
