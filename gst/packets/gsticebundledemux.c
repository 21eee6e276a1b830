/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sorts the RTP packets of a transport that several m-lines share (RFC 9143,
 * 9.2). */

#include "config.h"

#include "gsticebundledemux.h"

#include "gsticertpdemux.h"

struct _GstIceBundleDemux
{
  GPtrArray *rtp;               /* GstIceReceiver or NULL for each m-line, by
                                 * its number */

  GMutex lock;                  /* never held while a receiver is called */
  GstIceRtpDemux *rtp_demux;    /* protected by lock */
};

static void
clear_receiver (gpointer receiver)
{
  if (receiver != NULL)
    g_object_unref (receiver);
}

/* Returns: (transfer full): a demux without m-lines */
GstIceBundleDemux *
gst_ice_bundle_demux_new (void)
{
  GstIceBundleDemux *self = g_atomic_rc_box_new0 (GstIceBundleDemux);

  self->rtp = g_ptr_array_new_with_free_func (clear_receiver);
  self->rtp_demux = gst_ice_rtp_demux_new ();
  g_mutex_init (&self->lock);
  return self;
}

GstIceBundleDemux *
gst_ice_bundle_demux_ref (GstIceBundleDemux * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  GstIceBundleDemux *self = data;

  g_ptr_array_unref (self->rtp);
  gst_ice_rtp_demux_free (self->rtp_demux);
  g_mutex_clear (&self->lock);
}

/* @self: (transfer full) */
void
gst_ice_bundle_demux_unref (GstIceBundleDemux * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
gst_ice_bundle_demux_add (GstIceBundleDemux * self, const gchar * mid,
    GstCaps * formats, GArray * ssrcs, GstIceReceiver * rtp)
{
  gst_ice_rtp_demux_add (self->rtp_demux, mid, formats, ssrcs);
  g_ptr_array_add (self->rtp, rtp != NULL ? g_object_ref (rtp) : NULL);
}

/* @places: (out caller-allocates): for each packet of @list the number of
 *     its m-line */
static void
sort_list (GstIceBundleDemux * self, GstBufferList * list, gint * places)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstMapInfo map;

    places[i] = -1;
    if (!gst_buffer_map (gst_buffer_list_get (list, i), &map, GST_MAP_READ))
      continue;
    places[i] = gst_ice_rtp_demux_sort (self->rtp_demux, map.data, map.size);
    gst_buffer_unmap (gst_buffer_list_get (list, i), &map);
  }
  g_mutex_unlock (&self->lock);
}

/* Returns: (transfer full): the packets of @list whose place is @place */
static GstBufferList *
pick (GstBufferList * list, const gint * places, gint place)
{
  GstBufferList *picked = gst_buffer_list_new ();

  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    if (places[i] == place)
      gst_buffer_list_add (picked,
          gst_buffer_ref (gst_buffer_list_get (list, i)));
  }
  return picked;
}

guint
gst_ice_bundle_demux_deliver (GstIceBundleDemux * self, GstBufferList * list)
{
  const guint n_packets = gst_buffer_list_length (list);
  g_autofree gint *places = g_new (gint, n_packets);
  guint n_given = 0;

  sort_list (self, list, places);
  for (guint p = 0; p < self->rtp->len; p++) {
    GstIceReceiver *receiver = g_ptr_array_index (self->rtp, p);
    GstBufferList *picked;
    guint n_picked;

    if (receiver == NULL)
      continue;
    picked = pick (list, places, (gint) p);
    n_picked = gst_buffer_list_length (picked);
    n_given += n_picked;
    if (n_picked > 0)
      gst_ice_receiver_deliver (receiver, picked,
          gst_buffer_list_calculate_size (picked));
    else
      gst_buffer_list_unref (picked);
  }
  gst_buffer_list_unref (list);
  return n_packets - n_given;
}
