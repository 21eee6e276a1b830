/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticefeedback.h"
#include "gsticereceiver.h"

G_BEGIN_DECLS

/* Who gets the RTCP of one transport: the elements that take it, and the senders that it
 * speaks of. It opens what comes, as a cipher takes the same packet once only. Made anew when
 * who is there changes. Reference counted. */
typedef struct _GstIceRtcpDemux GstIceRtcpDemux;

/* @encrypted: what comes in is opened by @cipher: (transfer none) (nullable): %NULL:
 * there are no keys yet, and it is dropped; @route: (transfer none) (nullable): where it
 * comes from */
GstIceRtcpDemux *gst_ice_rtcp_demux_new (gboolean encrypted,
    GstIceCipher * cipher, GstIceRoute * route) G_GNUC_WARN_UNUSED_RESULT;
GstIceRtcpDemux *gst_ice_rtcp_demux_ref (GstIceRtcpDemux * self);
void gst_ice_rtcp_demux_unref (GstIceRtcpDemux * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceRtcpDemux, gst_ice_rtcp_demux_unref)

/* Another, before anybody else has the demux. (transfer none) (nullable) */
void gst_ice_rtcp_demux_add (GstIceRtcpDemux * self, GstIceReceiver * receiver,
    GstIceFeedback * feedback);

/* Any thread. Returns: (transfer full) (nullable): the waiter of an element that takes
 *     it */
GstIceWaiter *gst_ice_rtcp_demux_dup_waiter (GstIceRtcpDemux * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. @list: (transfer full). Returns: how many packets can't be
 *     opened */
guint gst_ice_rtcp_demux_deliver (GstIceRtcpDemux * self, GstBufferList * list);

G_END_DECLS
