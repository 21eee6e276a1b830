/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticeudpsource.h"

G_BEGIN_DECLS

/* Reads the packets of one peer from a socket: each into a buffer of its exact
 * size, those of one read as one list to the demux.
 *
 * One thread at a time: the one that made it, or who reads while it is in the
 * pool (gsticeudppool.h). */
typedef struct _GstIceUdpReader GstIceUdpReader;

/* Called by who reads, from inside a call; all may be NULL, and none blocks. */
typedef struct
{
  /* A packet from a peer of this reader whose first byte is below 4: STUN, or
   * nothing of use. @data is valid during the call. */
  void (*stun) (const GstIceUdpAddress * from, const guint8 * data, gsize size,
      gint64 now_us, gpointer user_data);
  /* Called when the time it last returned has come, and after each stun().
   * Returns: the monotonic time to be called again at, %G_MAXINT64: never */
  gint64 (*tick) (gint64 now_us, gpointer user_data);
  /* Other packets came. */
  void (*media) (gint64 now_us, gpointer user_data);
  /* Many came in one read, and none of them was merged. */
  void (*unmerged) (gpointer user_data);
} GstIceUdpReaderHooks;

/* @fd: (transfer none): a non-blocking socket, open until this is freed
 * @demux: (transfer none): where the packets go
 * @hooks: (nullable): static */
GstIceUdpReader *gst_ice_udp_reader_new (gint fd, GstIceDemux * demux,
    const GstIceUdpReaderHooks * hooks, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_udp_reader_free (GstIceUdpReader * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpReader, gst_ice_udp_reader_free)

/* Takes packets of @remote, too. Of the addresses added the last four count: what
 * is on its way from the one before is not lost when the peer moves. */
void gst_ice_udp_reader_add_remote (GstIceUdpReader * self,
    const GstIceUdpAddress * remote);

/* Reads once, without waiting. */
GstIceUdpRead gst_ice_udp_reader_read (GstIceUdpReader * self,
    GstIceUdpScratch * scratch, gint64 now_us);

/* Reads until there is nothing more, a bounded number of times: the last that a
 * socket has before it is closed. */
void gst_ice_udp_reader_drain (GstIceUdpReader * self);

/* Returns: when to be called again, %G_MAXINT64: never */
gint64 gst_ice_udp_reader_tick (GstIceUdpReader * self, gint64 now_us);

/* Returns: (transfer none): for the pool */
GstIceUdpSource *gst_ice_udp_reader_get_source (GstIceUdpReader * self);

typedef struct
{
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_foreign;      /* from nobody this reader listens to */
  guint64 packets_stun;         /* first byte below 4 */
  guint64 packets_malformed;    /* empty, or cut off */
  guint64 reads;                /* that gave something */
  guint64 messages;             /* of the kernel, of one packet or more */
  guint kernel_drops;           /* as the socket's buffer was full */
} GstIceUdpReaderCounts;

/* Any thread. */
void gst_ice_udp_reader_get_counts (GstIceUdpReader * self,
    GstIceUdpReaderCounts * counts);

G_END_DECLS
