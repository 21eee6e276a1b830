/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How to reach the peer from now on: one nominated pair of one component. A route
 * never changes; when another pair is nominated, the agent makes a new route. */
#define GST_TYPE_ICE_ROUTE (gst_ice_route_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceRoute, gst_ice_route, GST, ICE_ROUTE, GObject)

/* What became of packets that a route took. */
typedef struct
{
  guint n_refused;              /* one by one: too large, a firewall */
  gsize n_bytes;                /* of those sent */
} GstIceRouteTally;

struct _GstIceRouteClass
{
  GObjectClass parent_class;

  guint (*send_list) (GstIceRoute * self, GstBufferList * list, guint first,
      GstIceRouteTally * tally, GError ** error);
  guint (*send_packet) (GstIceRoute * self, GstBuffer * packet,
      GstIceRouteTally * tally, GError ** error);
  gint (*get_fd) (GstIceRoute * self);
  void (*add_stats) (GstIceRoute * self, GstStructure * stats);
};

/* Any thread, several at once. Hands the packets of @list from number @first on
 * to the kernel, in order, without waiting.
 * @tally: (inout) (nullable): added to
 * Returns: how many it took; fewer than there are when the socket is full, and
 *     then @error is not set. @error: the path can't be used now */
guint gst_ice_route_send_list (GstIceRoute * self, GstBufferList * list,
    guint first, GstIceRouteTally * tally, GError ** error);

/* The same for one packet. */
guint gst_ice_route_send_packet (GstIceRoute * self, GstBuffer * packet,
    GstIceRouteTally * tally, GError ** error);

/* Returns: a descriptor that is writable when more can be sent, -1 if there is
 *     none to wait for. It belongs to the route. */
gint gst_ice_route_get_fd (GstIceRoute * self);

/* Any thread. Adds to @stats how packets go, both ways. */
void gst_ice_route_add_stats (GstIceRoute * self, GstStructure * stats);

/* Any thread. A cipher has just found that media which came in is the peer's: that
 * shows that the peer is there, and wants what we send, as an answer to a check does. */
void gst_ice_route_vouch (GstIceRoute * self);

/* Any thread. Returns: when that was last, monotonic milliseconds, to 100 ms; 0: never */
gint64 gst_ice_route_get_vouched_ms (GstIceRoute * self);

G_END_DECLS
