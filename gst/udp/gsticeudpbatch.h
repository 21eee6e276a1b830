/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>
#include <sys/uio.h>

G_BEGIN_DECLS

/* Of one call with UDP_SEGMENT. UDP_MAX_SEGMENTS was 64 before Linux 6.9; IPv4
 * has room for 65,507 bytes; UIO_MAXIOV is 1,024. */
#define GST_ICE_UDP_MAX_SEGMENTS 64
#define GST_ICE_UDP_MAX_RUN_BYTES 65000
#define GST_ICE_UDP_MAX_IOVECS 1024

/* Of one system call. It is all on the stack: 35 KiB. A GstBuffer has at most 16
 * memories, so there is always room for one. */
#define GST_ICE_UDP_BATCH_SIZE 256

typedef struct
{
  gsize size_bytes;
  guint n_iovecs;
} GstIceUdpPacket;

/* Packets that leave as one message. */
typedef struct
{
  guint n_packets;
  guint n_iovecs;
  guint segment_bytes;          /* of each but the last; 0: it is one packet */
} GstIceUdpRun;

/* Cuts off the front of @packets what can leave in one message: packets of equal
 * size, the last may be shorter. @n_packets: at least 1. */
GstIceUdpRun gst_ice_udp_batch_next_run (const GstIceUdpPacket * packets,
    guint n_packets);

/* Joins pieces that lie end to end in memory, as those of protected packets do.
 * @joined: (out): at most @n_iovecs of them
 * Returns: how many there are */
guint gst_ice_udp_batch_join (const struct iovec *iovecs, guint n_iovecs,
    struct iovec *joined);

/* Walks the packets of a message of @size_bytes that was received as one, with
 * @stride_bytes as in its UDP_GRO cmsg, 0 if it had none.
 * @offset, @length: (inout): of the packet it is at; both 0 at first
 * Returns: %FALSE after the last */
gboolean gst_ice_udp_batch_next_packet (gsize size_bytes, gint stride_bytes,
    gsize * offset, gsize * length);

/* The packets of a part of a list, which has to stay until they are unmapped. */
typedef struct
{
  guint n_packets;
  guint n_iovecs;
  guint n_maps;                 /* system memory needs none */
  GstIceUdpPacket packets[GST_ICE_UDP_BATCH_SIZE];
  struct iovec iovecs[GST_ICE_UDP_BATCH_SIZE];
  GstMapInfo maps[GST_ICE_UDP_BATCH_SIZE];
} GstIceUdpBatch;

/* Maps packets of @list from number @first on, as many as there is room for.
 * Without one if packet @first can't be mapped; it stops before any other. */
void gst_ice_udp_batch_map (GstIceUdpBatch * self, GstBufferList * list,
    guint first);

/* Maps one packet; the batch is empty if it can't be. */
void gst_ice_udp_batch_map_packet (GstIceUdpBatch * self, GstBuffer * packet);

void gst_ice_udp_batch_unmap (GstIceUdpBatch * self);

G_END_DECLS
