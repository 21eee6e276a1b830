/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecallsettings.h"
#include "gsticedestination.h"
#include "gsticereceiver.h"

G_BEGIN_DECLS

/* Writes into the timeline, if there is one, when the first packet of an m-line left, and when
 * the first came. Sender and receiver keep the times, so no packet waits for it. Session
 * thread only. */
typedef struct _GstIceFirstPackets GstIceFirstPackets;

/* @settings, @mlines, the call's: (transfer none), outlive it; @mline: the number of the
 * m-line */
GstIceFirstPackets *gst_ice_first_packets_new (const GstIceCallSettings *
    settings, GstIceMlines * mlines, guint mline) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_first_packets_free (GstIceFirstPackets * self);

/* From now on, those of @destination and @receiver. Both (transfer none) (nullable); %NULL:
 * nothing is sent, or received */
void gst_ice_first_packets_watch (GstIceFirstPackets * self,
    GstIceDestination * destination, GstIceReceiver * receiver);

/* Looks for the last time before the routes are taken away. */
void gst_ice_first_packets_stop (GstIceFirstPackets * self);

G_END_DECLS
