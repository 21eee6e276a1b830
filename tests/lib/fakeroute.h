/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticeroute.h"

G_BEGIN_DECLS

/* A route that obeys the test, and remembers what it was given. Any thread. */
#define FAKE_TYPE_ROUTE (fake_route_get_type ())
G_DECLARE_FINAL_TYPE (FakeRoute, fake_route, FAKE, ROUTE, GstIceRoute)

/* @demux: (transfer none) (nullable): receives the packets */
GstIceRoute *fake_route_new (GstIceDemux * demux) G_GNUC_WARN_UNUSED_RESULT;

/* How many packets it takes in one call at most, and how many in all before
 * it fails with an error. */
void fake_route_set_limits (GstIceRoute * route, guint per_call, guint in_all);

/* Refuses the packet with this sequence number, and no other. */
void fake_route_refuse (GstIceRoute * route, guint seqnum);

/* Sends packets to @fd, a non-blocking datagram socket, until that is full. */
void fake_route_set_fd (GstIceRoute * route, gint fd);

/* Has a packet dropped by the kernel, as the statistics say. */
void fake_route_drop (GstIceRoute * route);

guint fake_route_get_n_calls (GstIceRoute * route);

/* Returns: (transfer full): the sequence numbers of the packets taken: "1 2
 *     3" */
gchar *fake_route_get_taken (GstIceRoute * route) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
