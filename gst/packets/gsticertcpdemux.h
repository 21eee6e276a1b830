/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticefeedback.h"
#include "gsticereceiver.h"

G_BEGIN_DECLS

/* Distributes the RTCP of one transport: to the elements that take RTCP, and
 * to the senders that it is about. Decrypts it, as a cipher takes each
 * packet only once. A new one is made when the receivers change. Reference
 * counted. */
typedef struct _GstIceRtcpDemux GstIceRtcpDemux;

/* @encrypted: packets come in encrypted
 * @cipher: (transfer none) (nullable): decrypts them; %NULL: there are no keys
 *     yet, and packets are dropped
 * @route: (transfer none) (nullable): where they come from */
GstIceRtcpDemux *gst_ice_rtcp_demux_new (gboolean encrypted,
    GstIceCipher * cipher, GstIceRoute * route) G_GNUC_WARN_UNUSED_RESULT;
GstIceRtcpDemux *gst_ice_rtcp_demux_ref (GstIceRtcpDemux * self);
void gst_ice_rtcp_demux_unref (GstIceRtcpDemux * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceRtcpDemux, gst_ice_rtcp_demux_unref)

/* Adds a receiver, before other threads have the demux. (transfer none)
 * (nullable) */
void gst_ice_rtcp_demux_add (GstIceRtcpDemux * self, GstIceReceiver * receiver,
    GstIceFeedback * feedback);

/* Any thread.
 * Returns: (transfer full) (nullable): the waiter of an element that takes
 *     RTCP */
GstIceWaiter *gst_ice_rtcp_demux_dup_waiter (GstIceRtcpDemux * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. @list: (transfer full).
 * Returns: how many packets can't be decrypted */
guint gst_ice_rtcp_demux_deliver (GstIceRtcpDemux * self, GstBufferList * list);

G_END_DECLS
