/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeroute.h"
#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* A route that sends to one address on a UDP socket: lists in runs of equal-sized
 * packets where the kernel can cut them (UDP_SEGMENT), many in one call where it
 * can't. What the kernel refuses steps the route down for its life. */
#define GST_TYPE_ICE_UDP_ROUTE (gst_ice_udp_route_get_type ())
G_DECLARE_FINAL_TYPE (GstIceUdpRoute, gst_ice_udp_route, GST, ICE_UDP_ROUTE,
    GstIceRoute)

/* @fd: (transfer full): a bound UDP socket, non-blocking or not; a dup() will do */
GstIceRoute *gst_ice_udp_route_new (gint fd, const GstIceUdpAddress * remote)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same on a socket that other routes send on as well, each to its peer.
 * @owner: (transfer none): keeps @fd open; referenced
 * @local: without a port: the address that packets leave from */
GstIceRoute *gst_ice_udp_route_new_shared (gint fd, GObject * owner,
    const GstIceUdpAddress * local, const GstIceUdpAddress * remote)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. Nothing is sent from here on, for good: consent is lost, or the path
 * is closed. Lets go of the socket; the descriptor stays valid, and writable. */
void gst_ice_udp_route_revoke (GstIceUdpRoute * self);

/* Session thread. @func: (nullable): adds what is known beside the route, from any
 * thread, until another is set: then no call is under way any more */
void gst_ice_udp_route_set_stats_hook (GstIceUdpRoute * self,
    void (*func) (gpointer user_data, GstStructure * stats),
    gpointer user_data);

typedef struct
{
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 packets_refused;      /* by the kernel, one by one: too large, filter */
  guint64 calls;                /* to the kernel */
} GstIceUdpRouteCounts;

/* Any thread. */
void gst_ice_udp_route_get_counts (GstIceUdpRoute * self,
    GstIceUdpRouteCounts * counts);

/* Any thread. Returns: (transfer none): "gso", "mmsg" or "single": how it sends
 *     now, for "stats" */
const gchar *gst_ice_udp_route_get_mode (GstIceUdpRoute * self);

G_END_DECLS
