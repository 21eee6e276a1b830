/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Tells which of the m-lines that share a transport an RTP packet is of: RFC 9143,
 * 9.2, but that a payload type which only one of them has counts before a
 * synchronization source. Packets are not authenticated yet where they are sorted,
 * so nothing that one of them says may lead astray the next. Pure. */
typedef struct _GstIceRtpDemux GstIceRtpDemux;

GstIceRtpDemux *gst_ice_rtp_demux_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_rtp_demux_free (GstIceRtpDemux * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceRtpDemux, gst_ice_rtp_demux_free)

/* Another m-line; the first has number 0. @mid: (nullable); @formats: (transfer none)
 * (nullable): as agreed; @ssrcs: (transfer none) (nullable): of guint32, what the
 * peer announced */
void gst_ice_rtp_demux_add (GstIceRtpDemux * self, const gchar * mid,
    GstCaps * formats, GArray * ssrcs);

/* Returns: which m-line @packet, RTP of @size bytes, encrypted or not, is of; -1:
 *     that can't be told */
gint gst_ice_rtp_demux_sort (GstIceRtpDemux * self, const guint8 * packet,
    gsize size);

G_END_DECLS
