/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeroute.h"
#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* A route that sends to one address on a UDP socket. It sends lists as runs
 * of packets of equal size where the kernel can cut them (UDP_SEGMENT), else
 * many packets in one call. When the kernel refuses a way of sending, the
 * route gives it up for good. */
#define GST_TYPE_ICE_UDP_ROUTE (gst_ice_udp_route_get_type ())
G_DECLARE_FINAL_TYPE (GstIceUdpRoute, gst_ice_udp_route, GST, ICE_UDP_ROUTE,
    GstIceRoute)

/* @fd: (transfer full): a bound UDP socket, non-blocking or not; it may be a
 *     duplicate */
GstIceRoute *gst_ice_udp_route_new (gint fd, const GstIceUdpAddress * remote)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same on a socket that several routes share, each for its own peer.
 * @owner: (transfer none): keeps @fd open; referenced
 * @local: the address that packets leave from; its port is ignored */
GstIceRoute *gst_ice_udp_route_new_shared (gint fd, GObject * owner,
    const GstIceUdpAddress * local, const GstIceUdpAddress * remote)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. Nothing is sent afterwards: consent is lost, or the path is
 * closed. Releases the socket; the descriptor stays valid and writable. */
void gst_ice_udp_route_revoke (GstIceUdpRoute * self);

/* Session thread. Sets the function that adds figures from outside the route.
 * It is called from any thread. When this returns, the previous @func is not
 * running.
 * @func: (nullable) */
void gst_ice_udp_route_set_stats_hook (GstIceUdpRoute * self,
    void (*func) (gpointer user_data, GstStructure * stats),
    gpointer user_data);

typedef struct
{
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 packets_refused;      /* by the kernel, one by one: too large, or a
                                 * packet filter */
  guint64 calls;                /* into the kernel */
} GstIceUdpRouteCounts;

/* Any thread. */
void gst_ice_udp_route_get_counts (GstIceUdpRoute * self,
    GstIceUdpRouteCounts * counts);

/* Any thread.
 * Returns: (transfer none): "gso", "mmsg" or "single": how it sends at
 *     present, for "stats" */
const gchar *gst_ice_udp_route_get_mode (GstIceUdpRoute * self);

G_END_DECLS
