/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeudpbatch.h"

GstIceUdpRun
gst_ice_udp_batch_next_run (const GstIceUdpPacket * packets, guint n_packets)
{
  gsize segment = packets[0].size_bytes;
  gsize total = segment;
  GstIceUdpRun run = { 1, packets[0].n_iovecs, 0 };

  /* A packet of no bytes can't be a segment: the kernel would not see it. */
  while (run.n_packets < n_packets && segment > 0
      && run.n_packets < GST_ICE_UDP_MAX_SEGMENTS) {
    const GstIceUdpPacket *next = &packets[run.n_packets];

    if (next->size_bytes == 0 || next->size_bytes > segment
        || total + next->size_bytes > GST_ICE_UDP_MAX_RUN_BYTES
        || run.n_iovecs + next->n_iovecs > GST_ICE_UDP_MAX_IOVECS)
      break;

    total += next->size_bytes;
    run.n_iovecs += next->n_iovecs;
    run.n_packets++;
    if (next->size_bytes < segment)
      break;
  }

  if (run.n_packets > 1)
    run.segment_bytes = segment;
  return run;
}

gboolean
gst_ice_udp_batch_next_packet (gsize size_bytes, gint stride_bytes,
    gsize * offset, gsize * length)
{
  gsize left;

  *offset += *length;
  if (*offset >= size_bytes)
    return FALSE;

  left = size_bytes - *offset;
  *length = stride_bytes > 0 ? MIN (left, (gsize) stride_bytes) : left;
  return TRUE;
}

/* Returns: whether the buffer is in the batch now; if not, nothing of it is */
static gboolean
map_buffer (GstIceUdpBatch * self, GstBuffer * buffer, guint n_memories)
{
  GstIceUdpPacket *packet = &self->packets[self->n_packets];

  packet->size_bytes = 0;
  packet->n_iovecs = 0;
  for (guint i = 0; i < n_memories; i++) {
    guint at = self->n_iovecs + i;
    GstMapInfo *map = &self->maps[at];

    if (!gst_memory_map (gst_buffer_peek_memory (buffer, i), map, GST_MAP_READ)) {
      while (at-- > self->n_iovecs)
        gst_memory_unmap (self->maps[at].memory, &self->maps[at]);
      return FALSE;
    }
    self->iovecs[at].iov_base = map->data;
    self->iovecs[at].iov_len = map->size;
    packet->size_bytes += map->size;
  }
  packet->n_iovecs = n_memories;
  self->n_iovecs += n_memories;
  self->n_packets++;
  return TRUE;
}

void
gst_ice_udp_batch_map (GstIceUdpBatch * self, GstBufferList * list, guint first)
{
  guint length = gst_buffer_list_length (list);

  self->n_packets = 0;
  self->n_iovecs = 0;
  for (guint i = first; i < length; i++) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);
    guint n_memories = gst_buffer_n_memory (buffer);

    if (self->n_packets == GST_ICE_UDP_BATCH_SIZE
        || self->n_iovecs + n_memories > GST_ICE_UDP_BATCH_SIZE
        || !map_buffer (self, buffer, n_memories))
      break;
  }
}

void
gst_ice_udp_batch_unmap (GstIceUdpBatch * self)
{
  for (guint i = 0; i < self->n_iovecs; i++)
    gst_memory_unmap (self->maps[i].memory, &self->maps[i]);
}
