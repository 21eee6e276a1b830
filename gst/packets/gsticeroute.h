/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A way to the peer: one nominated pair of one component. A route never
 * changes. When another pair is nominated, the agent makes a new route. */
#define GST_TYPE_ICE_ROUTE (gst_ice_route_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceRoute, gst_ice_route, GST, ICE_ROUTE, GObject)

/* What became of the packets that a route took. */
typedef struct
{
  guint n_refused;              /* one by one: too large, or a firewall */
  gsize n_bytes;                /* of the packets sent */
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

/* Any thread, several at once. Hands the packets of @list, from number @first
 * on, to the kernel, in order and without waiting.
 * @tally: (inout) (nullable): what happened is added to it
 * Returns: how many packets were taken: fewer than there are when the socket
 *     is full (@error is not set), or when the path can't be used at present
 *     (@error is set) */
guint gst_ice_route_send_list (GstIceRoute * self, GstBufferList * list,
    guint first, GstIceRouteTally * tally, GError ** error);

/* The same for one packet. */
guint gst_ice_route_send_packet (GstIceRoute * self, GstBuffer * packet,
    GstIceRouteTally * tally, GError ** error);

/* Returns: a descriptor to poll until the socket is writable, -1 if there is
 *     none. The route owns it. */
gint gst_ice_route_get_fd (GstIceRoute * self);

/* Any thread. Adds to @stats how packets are sent and received. */
void gst_ice_route_add_stats (GstIceRoute * self, GstStructure * stats);

/* Any thread. A cipher has just authenticated media from the peer. Like an
 * answer to a check, that shows that the peer is there and wants what we
 * send. */
void gst_ice_route_vouch (GstIceRoute * self);

/* Any thread.
 * Returns: when gst_ice_route_vouch() was last called, in monotonic
 *     milliseconds, to 100 ms; 0: never */
gint64 gst_ice_route_get_vouched_ms (GstIceRoute * self);

G_END_DECLS
