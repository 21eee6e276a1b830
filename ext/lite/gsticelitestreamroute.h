/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticelitestream.h"
#include "gsticeroute.h"

G_BEGIN_DECLS

/* A route over a TCP connection. It never waits: packets are refused if the
 * peer reads too slowly. */
#define GST_TYPE_ICE_LITE_STREAM_ROUTE (gst_ice_lite_stream_route_get_type ())
G_DECLARE_FINAL_TYPE (GstIceLiteStreamRoute, gst_ice_lite_stream_route, GST,
    ICE_LITE_STREAM_ROUTE, GstIceRoute)

GstIceRoute *gst_ice_lite_stream_route_new (GstIceLiteStream * stream)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
