/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Cuts a list of packets into runs of equal size for UDP_SEGMENT, and merged datagrams
 * into packets. */

#include "config.h"

#include "gsticeudpbatch.h"

#include "gsticememory.h"

GstIceUdpRun
gst_ice_udp_batch_next_run (const GstIceUdpPacket * packets, guint n_packets)
{
  gsize segment = packets[0].size_bytes;
  gsize total = segment;
  GstIceUdpRun run = { 1, packets[0].n_iovecs, 0 };

  /* An empty packet can't be a segment: the kernel would not send it. */
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

guint
gst_ice_udp_batch_join (const struct iovec *iovecs, guint n_iovecs,
    struct iovec *joined)
{
  guint n = 0;

  for (guint i = 0; i < n_iovecs; i++) {
    if (n > 0 && (guint8 *) joined[n - 1].iov_base + joined[n - 1].iov_len ==
        iovecs[i].iov_base)
      joined[n - 1].iov_len += iovecs[i].iov_len;
    else
      joined[n++] = iovecs[i];
  }
  return n;
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

/* Returns: whether @memory is the next iovec of the batch */
static gboolean
map_memory (GstIceUdpBatch * self, GstMemory * memory)
{
  struct iovec *iovec = &self->iovecs[self->n_iovecs];

  iovec->iov_base = (gpointer) gst_ice_memory_peek (memory);
  iovec->iov_len = memory->size;
  if (iovec->iov_base == NULL) {
    GstMapInfo *map = &self->maps[self->n_maps];

    if (!gst_memory_map (memory, map, GST_MAP_READ))
      return FALSE;
    iovec->iov_base = map->data;
    iovec->iov_len = map->size;
    self->n_maps++;
  }
  self->n_iovecs++;
  return TRUE;
}

static void
unmap_from (GstIceUdpBatch * self, guint first_map)
{
  while (self->n_maps > first_map) {
    GstMapInfo *map = &self->maps[--self->n_maps];

    gst_memory_unmap (map->memory, map);
  }
}

/* Returns: whether all of @buffer is in the batch; if not, none of it is */
static gboolean
map_buffer (GstIceUdpBatch * self, GstBuffer * buffer, guint n_memories)
{
  GstIceUdpPacket *packet = &self->packets[self->n_packets];
  guint first = self->n_iovecs, first_map = self->n_maps;

  packet->size_bytes = 0;
  packet->n_iovecs = n_memories;
  for (guint i = 0; i < n_memories; i++) {
    if (!map_memory (self, gst_buffer_peek_memory (buffer, i))) {
      unmap_from (self, first_map);
      self->n_iovecs = first;
      return FALSE;
    }
    packet->size_bytes += self->iovecs[first + i].iov_len;
  }
  self->n_packets++;
  return TRUE;
}

static void
clear (GstIceUdpBatch * self)
{
  self->n_packets = 0;
  self->n_iovecs = 0;
  self->n_maps = 0;
}

void
gst_ice_udp_batch_map (GstIceUdpBatch * self, GstBufferList * list, guint first)
{
  guint length = gst_buffer_list_length (list);

  clear (self);
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
gst_ice_udp_batch_map_packet (GstIceUdpBatch * self, GstBuffer * packet)
{
  clear (self);
  map_buffer (self, packet, gst_buffer_n_memory (packet));
}

void
gst_ice_udp_batch_unmap (GstIceUdpBatch * self)
{
  unmap_from (self, 0);
}
