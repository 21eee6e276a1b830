/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticeroute.h"

G_BEGIN_DECLS

/* A route that does as it is told, and keeps what it was given. Any thread. */
#define FAKE_TYPE_ROUTE (fake_route_get_type ())
G_DECLARE_FINAL_TYPE (FakeRoute, fake_route, FAKE, ROUTE, GstIceRoute)

/* @demux: (transfer none) (nullable): where packets come out */
GstIceRoute *fake_route_new (GstIceDemux * demux) G_GNUC_WARN_UNUSED_RESULT;

/* How many packets it takes in one call at most; how many it takes in all, before
 * it refuses with an error. */
void fake_route_set_limits (GstIceRoute * route, guint per_call, guint in_all);

/* The packet of that sequence number is refused, with no harm to the others. */
void fake_route_refuse (GstIceRoute * route, guint seqnum);

/* Packets go to @fd, a datagram socket that does not block, until it is full. */
void fake_route_set_fd (GstIceRoute * route, gint fd);

guint fake_route_get_n_calls (GstIceRoute * route);

/* Returns: (transfer full): the sequence numbers of what it took: "1 2 3" */
gchar *fake_route_get_taken (GstIceRoute * route) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
