/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decrypts the RTCP of a transport, and hands it to elements and feedback. */

#include "config.h"

#include "gsticertcpdemux.h"

struct _GstIceRtcpDemux
{
  gboolean encrypted;
  GstIceCipher *cipher;         /* NULL: none, or not yet */
  GstIceRoute *route;           /* or NULL */
  GPtrArray *receivers;         /* of GstIceReceiver */
  GPtrArray *feedback;          /* of GstIceFeedback */
};

/* Returns: (transfer full): a demux without receivers */
GstIceRtcpDemux *
gst_ice_rtcp_demux_new (gboolean encrypted, GstIceCipher * cipher,
    GstIceRoute * route)
{
  GstIceRtcpDemux *self = g_atomic_rc_box_new0 (GstIceRtcpDemux);

  self->encrypted = encrypted;
  self->cipher = cipher != NULL ? g_object_ref (cipher) : NULL;
  self->route = route != NULL ? g_object_ref (route) : NULL;
  self->receivers = g_ptr_array_new_with_free_func (g_object_unref);
  self->feedback = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_feedback_unref);
  return self;
}

GstIceRtcpDemux *
gst_ice_rtcp_demux_ref (GstIceRtcpDemux * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  GstIceRtcpDemux *self = data;

  g_clear_object (&self->cipher);
  g_clear_object (&self->route);
  g_ptr_array_unref (self->receivers);
  g_ptr_array_unref (self->feedback);
}

/* @self: (transfer full) */
void
gst_ice_rtcp_demux_unref (GstIceRtcpDemux * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
gst_ice_rtcp_demux_add (GstIceRtcpDemux * self, GstIceReceiver * receiver,
    GstIceFeedback * feedback)
{
  if (receiver != NULL)
    g_ptr_array_add (self->receivers, g_object_ref (receiver));
  if (feedback != NULL)
    g_ptr_array_add (self->feedback, gst_ice_feedback_ref (feedback));
}

GstIceWaiter *
gst_ice_rtcp_demux_dup_waiter (GstIceRtcpDemux * self)
{
  return self->receivers->len > 0 ? gst_ice_receiver_dup_waiter
      (g_ptr_array_index (self->receivers, 0)) : NULL;
}

static void
give_feedback (GstIceRtcpDemux * self, GstBufferList * list)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstMapInfo map;

    if (!gst_buffer_map (gst_buffer_list_get (list, i), &map, GST_MAP_READ))
      continue;
    for (guint f = 0; f < self->feedback->len; f++)
      gst_ice_feedback_take (g_ptr_array_index (self->feedback, f), map.data,
          map.size);
    gst_buffer_unmap (gst_buffer_list_get (list, i), &map);
  }
}

guint
gst_ice_rtcp_demux_deliver (GstIceRtcpDemux * self, GstBufferList * list)
{
  const guint n_packets = gst_buffer_list_length (list);

  if (self->encrypted && self->cipher == NULL) {
    gst_buffer_list_unref (list);
    return n_packets;
  }
  /* No one needs these reports. */
  if (self->receivers->len + self->feedback->len == 0) {
    gst_buffer_list_unref (list);
    return 0;
  }

  if (self->encrypted) {
    list = gst_ice_cipher_unprotect (self->cipher, list);
    if (gst_buffer_list_length (list) > 0 && self->route != NULL)
      gst_ice_route_vouch (self->route);
  }
  if (gst_buffer_list_length (list) > 0) {
    give_feedback (self, list);
    for (guint i = 0; i < self->receivers->len; i++)
      gst_ice_receiver_deliver (g_ptr_array_index (self->receivers, i),
          gst_buffer_list_copy (list), gst_buffer_list_calculate_size (list));
  }
  gst_buffer_list_unref (list);
  return 0;
}
