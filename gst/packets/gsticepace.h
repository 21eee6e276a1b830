/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeroute.h"

G_BEGIN_DECLS

/* At what pace a peer is sent to: at once leaves at most what the rate allows in this time. */
#define GST_ICE_PACE_BURST_US 1000

/* Keeps a rate. A value of the thread that sends; zero: nothing was sent. Times are monotonic
 * microseconds. */
typedef struct
{
  gint64 free_us;               /* when all that was sent has left at the rate */
} GstIcePace;

/* @rate: bits a second, 0: no limit
 * Returns: how many packets of @list, from @first on, may leave now; one that is larger than
 *     a burst may leave, too */
guint gst_ice_pace_count (const GstIcePace * self, guint64 rate,
    GstBufferList * list, guint first, gint64 now_us);

/* Sends as many by @route, as gst_ice_route_send_list() does.
 * Returns: how many it took */
guint gst_ice_pace_send (GstIcePace * self, guint64 rate, GstIceRoute * route,
    GstBufferList * list, guint first, gint64 now_us, GstIceRouteTally * tally,
    GError ** error);

/* Returns: when a burst may leave again */
gint64 gst_ice_pace_get_due_us (const GstIcePace * self);

G_END_DECLS
