/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticedemux.h"
#include "gsticemlines.h"
#include "gsticeroute.h"

G_BEGIN_DECLS

/* Who of an m-line's elements gets what comes in on which component, and sends on
 * which. Session thread only. @demuxes, @routes: by component - 1 */

/* Gives the channels what there is; a route may be %NULL, and so may @cipher. */
void gst_ice_wiring_connect (const GstIceMline * mline,
    GstIceDemux * const *demuxes, GstIceRoute * const *routes,
    GstIceCipher * cipher);

/* The same for one of several that share a transport, whose group opens RTCP. */
void gst_ice_wiring_connect_sharer (const GstIceMline * mline,
    GstIceDemux * const *demuxes, GstIceRoute * const *routes,
    GstIceCipher * cipher);

/* Adds those who receive to @group, which opens RTCP for them. */
void gst_ice_wiring_join_group (const GstIceMline * mline, GstIceBundleDemux * group);

/* Takes it all away. */
void gst_ice_wiring_disconnect (const GstIceMline * mline,
    GstIceDemux * const *demuxes);

/* Takes the routes away and ends the channels. */
void gst_ice_wiring_end (const GstIceMline * mline, GstIceChannelEnd how);

G_END_DECLS
