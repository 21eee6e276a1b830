/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Tells to which of the m-lines on a transport an RTP packet belongs. As RFC
 * 9143, 9.2, except that a payload type which only one m-line has counts
 * before the synchronization source: packets are not authenticated here, so
 * a forged one must not mislead those that follow. Pure. */
typedef struct _GstIceRtpDemux GstIceRtpDemux;

GstIceRtpDemux *gst_ice_rtp_demux_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_rtp_demux_free (GstIceRtpDemux * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceRtpDemux, gst_ice_rtp_demux_free)

/* Adds an m-line; the first has number 0.
 * @mid: (nullable)
 * @formats: (transfer none) (nullable): the agreed formats
 * @ssrcs: (transfer none) (nullable): of guint32: what the peer announced */
void gst_ice_rtp_demux_add (GstIceRtpDemux * self, const gchar * mid,
    GstCaps * formats, GArray * ssrcs);

/* @packet: RTP of @size bytes, encrypted or not
 * Returns: the number of its m-line; -1: unknown */
gint gst_ice_rtp_demux_sort (GstIceRtpDemux * self, const guint8 * packet,
    gsize size);

G_END_DECLS
