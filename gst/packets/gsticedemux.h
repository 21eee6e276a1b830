/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticebundledemux.h"
#include "gsticertcpdemux.h"

G_BEGIN_DECLS

/* Receives the packets of one component, and hands each to the receiver of
 * the element that takes it, RTCP to those that it concerns. */
#define GST_TYPE_ICE_DEMUX (gst_ice_demux_get_type ())
G_DECLARE_FINAL_TYPE (GstIceDemux, gst_ice_demux, GST, ICE_DEMUX, GObject)

GstIceDemux *gst_ice_demux_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Session thread. @rtp, @rtcp: (transfer none) (nullable): the receivers.
 * Packets that none takes are dropped and counted.
 * @apart: RTCP is told from RTP by a payload type of 64 to 95 (RFC 5761, 4);
 *     else all goes to @rtp */
void gst_ice_demux_set_receivers (GstIceDemux * self, gboolean apart,
    GstIceReceiver * rtp, GstIceRtcpDemux * rtcp);

/* Session thread. @bundle: (transfer none) (nullable): takes RTP instead of
 * that receiver; RTCP is told apart */
void gst_ice_demux_set_bundle (GstIceDemux * self, GstIceBundleDemux * bundle);

/* Any thread. @owner: as in gst_ice_demux_set_handshake(), referenced during
 * the call;
 * @packet: (transfer full) */
typedef void (*GstIceHandshakeFunc) (GObject * owner, GstBuffer * packet);

/* Session thread. @func: takes what looks like DTLS (RFC 7983, 7) instead of
 * the elements, %NULL: it is not taken; @owner: (transfer none) (nullable):
 * referenced */
void gst_ice_demux_set_handshake (GstIceDemux * self, GstIceHandshakeFunc func,
    GObject * owner);

/* Session thread.
 * Returns: (transfer full) (nullable): the waiter of the element that takes
 *     the packets; %NULL: there is no such element */
GstIceWaiter *gst_ice_demux_dup_waiter (GstIceDemux * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. Never blocks. @list: (transfer full): packets from the peer,
 * in the order of arrival */
void gst_ice_demux_deliver (GstIceDemux * self, GstBufferList * list);

/* The same for a caller that has looked at the packets already, as looking into
 * a buffer again costs more.
 * @kinds: the union of what gst_ice_demux_tell() returned for each packet
 * @size_bytes: of all packets together */
void gst_ice_demux_deliver_known (GstIceDemux * self, GstBufferList * list,
    guint kinds, gsize size_bytes);

/* Any thread.
 * Returns: what a packet may be, as flags of the demux; 0: the packet is too
 *     short to be RTP, RTCP or DTLS and must not be delivered */
guint gst_ice_demux_tell (const guint8 * packet, gsize size_bytes);

typedef struct
{
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_unclaimed;    /* too short, or no element takes them */
} GstIceDemuxCounts;

/* Any thread. */
void gst_ice_demux_get_counts (GstIceDemux * self, GstIceDemuxCounts * counts);

/* Any thread. Adds to @counts. */
void gst_ice_demux_add_counts (GstIceDemux * self, GstIceDemuxCounts * counts);

G_END_DECLS
