/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>
#include <sys/uio.h>

G_BEGIN_DECLS

/* Limits of one call with UDP_SEGMENT: UDP_MAX_SEGMENTS, which was 64 before
 * Linux 6.9, the 65,507 bytes of an IPv4 datagram, and UIO_MAXIOV (1,024). */
#define GST_ICE_UDP_MAX_SEGMENTS 64
#define GST_ICE_UDP_MAX_RUN_BYTES 65000
#define GST_ICE_UDP_MAX_IOVECS 1024

/* Packets in one system call. The batch is on the stack and takes 35 KiB. A
 * GstBuffer has at most 16 memories, so one more buffer always fits. */
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
  guint segment_bytes;          /* size of each packet but the last; 0: the
                                 * run is one packet */
} GstIceUdpRun;

/* Finds how many packets at the beginning of @packets can leave in one
 * message: they have the same size, but for the last, which may be shorter.
 * @n_packets is at least 1. */
GstIceUdpRun gst_ice_udp_batch_next_run (const GstIceUdpPacket * packets,
    guint n_packets);

/* Joins pieces that lie end to end in memory, as those of protected packets do.
 * @joined: (out): at most @n_iovecs of them
 * Returns: how many there are afterwards */
guint gst_ice_udp_batch_join (const struct iovec *iovecs, guint n_iovecs,
    struct iovec *joined);

/* Steps to the next packet of a received message of @size_bytes, in which the
 * kernel may have merged several.
 * @stride_bytes: as in the message's UDP_GRO cmsg, 0 if there was none
 * @offset, @length: (inout): where the packet is in the message; both 0 before
 *     the first call
 * Returns: %FALSE after the last packet */
gboolean gst_ice_udp_batch_next_packet (gsize size_bytes, gint stride_bytes,
    gsize * offset, gsize * length);

/* The packets of a part of a list. The list must stay until they are
 * unmapped. */
typedef struct
{
  guint n_packets;
  guint n_iovecs;
  guint n_maps;                 /* system memory is not mapped */
  GstIceUdpPacket packets[GST_ICE_UDP_BATCH_SIZE];
  struct iovec iovecs[GST_ICE_UDP_BATCH_SIZE];
  GstMapInfo maps[GST_ICE_UDP_BATCH_SIZE];
} GstIceUdpBatch;

/* Maps as many packets of @list as there is room for, beginning with number
 * @first. Stops before a packet that can't be mapped; the batch is empty if
 * that is the first. */
void gst_ice_udp_batch_map (GstIceUdpBatch * self, GstBufferList * list,
    guint first);

/* Maps one packet. The batch is empty if the packet can't be mapped. */
void gst_ice_udp_batch_map_packet (GstIceUdpBatch * self, GstBuffer * packet);

void gst_ice_udp_batch_unmap (GstIceUdpBatch * self);

G_END_DECLS
