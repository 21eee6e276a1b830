/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A queue of lists of packets, up to a number of bytes and
 * %GST_ICE_PACKET_QUEUE_MAX_PACKETS. A packet counts with all the memory
 * that it uses: a packet of one byte takes half a kilobyte. The owner's lock
 * protects the queue. */
typedef struct
{
  /* Private. */
  GQueue entries;
  gsize n_bytes;                /* memory that the entries use */
  guint n_packets;
  gsize max_bytes;
} GstIcePacketQueue;

#define GST_ICE_PACKET_QUEUE_MAX_PACKETS 8192

/* Returns: how much memory a list of @n_packets with @size_bytes in all uses */
gsize gst_ice_packet_queue_get_cost (guint n_packets, gsize size_bytes);

void gst_ice_packet_queue_init (GstIcePacketQueue * self, gsize max_bytes);
void gst_ice_packet_queue_clear (GstIcePacketQueue * self);

/* @list: (transfer full) if it fits
 * @size_bytes: of its packets together; the caller knows it, and to count again
 *     would cost more
 * Returns: %FALSE when the queue is full */
gboolean gst_ice_packet_queue_push (GstIcePacketQueue * self, GstBufferList * list,
    gsize size_bytes);

/* Returns: whether @n_packets with @size_bytes would fit if the limit were
 *     @max_bytes */
gboolean gst_ice_packet_queue_has_room (const GstIcePacketQueue * self,
    gsize max_bytes, guint n_packets, gsize size_bytes);

/* @arrived_us: (out): when it was pushed, monotonic microseconds
 * Returns: (transfer full) (nullable): the oldest list */
GstBufferList *gst_ice_packet_queue_pop (GstIcePacketQueue * self,
    gint64 * arrived_us) G_GNUC_WARN_UNUSED_RESULT;

gboolean gst_ice_packet_queue_is_empty (GstIcePacketQueue * self);

G_END_DECLS
