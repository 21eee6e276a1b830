/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Lists of packets that wait for who takes them, up to so many bytes and
 * %GST_ICE_PACKET_QUEUE_MAX_PACKETS. Each packet counts with what it costs in memory, as a
 * packet of one byte takes half a kilobyte. Whose it is has the lock. */
typedef struct
{
  /* The queue's own. */
  GQueue entries;
  gsize n_bytes;                /* what the entries cost */
  guint n_packets;
  gsize max_bytes;
} GstIcePacketQueue;

#define GST_ICE_PACKET_QUEUE_MAX_PACKETS 8192

/* Returns: what a list of @n_packets with @size_bytes together costs in memory */
gsize gst_ice_packet_queue_get_cost (guint n_packets, gsize size_bytes);

void gst_ice_packet_queue_init (GstIcePacketQueue * self, gsize max_bytes);
void gst_ice_packet_queue_clear (GstIcePacketQueue * self);

/* @list: (transfer full) if it is taken; @size_bytes: of its packets together, as to
 * look through the list costs more. Returns: %FALSE when it is full */
gboolean gst_ice_packet_queue_push (GstIcePacketQueue * self, GstBufferList * list,
    gsize size_bytes);

/* Returns: whether @n_packets with @size_bytes fit into the queue as if it kept at most
 *     @max_bytes */
gboolean gst_ice_packet_queue_has_room (const GstIcePacketQueue * self,
    gsize max_bytes, guint n_packets, gsize size_bytes);

/* @arrived_us: (out): when it was pushed, monotonic microseconds
 * Returns: (transfer full) (nullable): the oldest list */
GstBufferList *gst_ice_packet_queue_pop (GstIcePacketQueue * self,
    gint64 * arrived_us) G_GNUC_WARN_UNUSED_RESULT;

gboolean gst_ice_packet_queue_is_empty (GstIcePacketQueue * self);

G_END_DECLS
