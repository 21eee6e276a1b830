/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticeudpsource.h"

G_BEGIN_DECLS

/* Reads the packets of one peer from a socket: each packet into a buffer of its
 * exact size, and all packets of one read into one list for the demux.
 *
 * One thread at a time may use it, unless a function says otherwise: the
 * reading thread while it is in the pool (gsticeudppool.h), else the thread
 * that made it. */
typedef struct _GstIceUdpReader GstIceUdpReader;

/* Called by the reading thread, from inside a read. Each may be NULL, and
 * none blocks. */
typedef struct
{
  /* A packet from a remote of this reader whose first byte is below 4: STUN
   * or rubbish. @data is valid during the call. */
  void (*stun) (const GstIceUdpAddress * from, const guint8 * data, gsize size,
      gint64 now_us, gpointer user_data);
  /* Called at the time that it returned last, and after each stun().
   * Returns: the monotonic time of the next call, %G_MAXINT64: never */
  gint64 (*tick) (gint64 now_us, gpointer user_data);
  /* Packets other than STUN came. */
  void (*media) (gint64 now_us, gpointer user_data);
  /* Packets come fast, 500 a second, and the kernel merges none of them. */
  void (*unmerged) (gpointer user_data);
} GstIceUdpReaderHooks;

/* @fd: (transfer none): a non-blocking socket, open until the reader is freed
 * @demux: (transfer none): takes the packets
 * @hooks: (nullable): static */
GstIceUdpReader *gst_ice_udp_reader_new (gint fd, GstIceDemux * demux,
    const GstIceUdpReaderHooks * hooks, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_udp_reader_free (GstIceUdpReader * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpReader, gst_ice_udp_reader_free)

/* Accepts packets from @remote too. Only the last four addresses count.
 * Packets that are on their way from the previous address are not lost when
 * the peer moves. */
void gst_ice_udp_reader_add_remote (GstIceUdpReader * self,
    const GstIceUdpAddress * remote);

/* Reads once, without waiting. */
GstIceUdpRead gst_ice_udp_reader_read (GstIceUdpReader * self,
    GstIceUdpScratch * scratch, gint64 now_us);

/* Reads until the socket is empty, a bounded number of times. Call this
 * before closing the socket. */
void gst_ice_udp_reader_drain (GstIceUdpReader * self);

/* Any thread. When this returns, all that was in the socket before is
 * delivered. */
void gst_ice_udp_reader_flush (GstIceUdpReader * self);

/* Returns: when to call this next, %G_MAXINT64: never */
gint64 gst_ice_udp_reader_tick (GstIceUdpReader * self, gint64 now_us);

/* Returns: (transfer none): for the pool */
GstIceUdpSource *gst_ice_udp_reader_get_source (GstIceUdpReader * self);

typedef struct
{
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_foreign;      /* from an address that is not a remote of
                                 * this reader */
  guint64 packets_stun;         /* first byte below 4 */
  guint64 packets_malformed;    /* empty, or cut off */
  guint64 reads;                /* that gave a packet */
  guint64 messages;             /* from the kernel, each with one packet or
                                 * more */
  guint kernel_drops;           /* because the socket's buffer was full */
} GstIceUdpReaderCounts;

/* Any thread. */
void gst_ice_udp_reader_get_counts (GstIceUdpReader * self,
    GstIceUdpReaderCounts * counts);

G_END_DECLS
