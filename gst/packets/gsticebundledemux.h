/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticereceiver.h"

G_BEGIN_DECLS

/* Sorts the RTP that comes in on a transport that several m-lines share (RFC
 * 9143, 9). A new one is made when the m-lines or their receivers change.
 * Reference counted. */
typedef struct _GstIceBundleDemux GstIceBundleDemux;

GstIceBundleDemux *gst_ice_bundle_demux_new (void) G_GNUC_WARN_UNUSED_RESULT;
GstIceBundleDemux *gst_ice_bundle_demux_ref (GstIceBundleDemux * self) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_bundle_demux_unref (GstIceBundleDemux * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceBundleDemux, gst_ice_bundle_demux_unref)

/* Adds an m-line, before other threads have the demux. All (transfer none)
 * (nullable) */
void gst_ice_bundle_demux_add (GstIceBundleDemux * self, const gchar * mid,
    GstCaps * formats, GArray * ssrcs, GstIceReceiver * rtp);

/* Any thread. Gives each packet to the receiver of its m-line. @list: (transfer
 * full)
 * Returns: how many packets no receiver takes */
guint gst_ice_bundle_demux_deliver (GstIceBundleDemux * self, GstBufferList * list);

G_END_DECLS
