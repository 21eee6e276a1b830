/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How much of the fast path may be used, from the environment variable
 * GST_ICE_UDP=none|mmsg|gso|all; unset is all. Tests run at each. */
typedef enum
{
  GST_ICE_UDP_NONE,             /* the agent's own calls, or one packet a call */
  GST_ICE_UDP_MMSG,             /* many packets a call, each way */
  GST_ICE_UDP_GSO,              /* and packets sent in runs */
  GST_ICE_UDP_ALL,              /* and received in runs, with our own consent */
} GstIceUdpLevel;

/* What the kernel may have, each a bit. */
typedef enum
{
  GST_ICE_UDP_CAN_SEGMENT = 1 << 0,     /* UDP_SEGMENT, Linux 4.18 */
  GST_ICE_UDP_CAN_GRO = 1 << 1, /* UDP_GRO, Linux 5.0 */
  GST_ICE_UDP_CAN_SHARE = 1 << 2,       /* SO_ATTACH_REUSEPORT_CBPF, Linux 4.5 */
  GST_ICE_UDP_CAN_MEMINFO = 1 << 3,     /* SO_MEMINFO, Linux 4.12 */
} GstIceUdpFeature;

/* Any thread, all of them. */

/* Reads the environment at each call, so that a test can set it. */
GstIceUdpLevel gst_ice_udp_get_level (void);

/* Asks the kernel once in the life of the process. */
gboolean gst_ice_udp_can (GstIceUdpFeature feature);

/* The kernel said it can, and then refused in a way that it will refuse again:
 * from now on, gst_ice_udp_can() says no. Says so once, at INFO. */
void gst_ice_udp_withdraw (GstIceUdpFeature feature, const gchar * why);

/* Sets the socket's receive buffer to @size bytes, above net.core.rmem_max only
 * with CAP_NET_ADMIN. 0 leaves it as it is.
 * Returns: the bytes it has now, by the same measure */
gsize gst_ice_udp_set_receive_buffer (gint fd, gsize size);

/* Returns: how many packets the kernel dropped since the socket was made, as its
 *     buffer was full; 0 if the kernel can't tell */
guint gst_ice_udp_get_kernel_drops (gint fd);

/* Closes the socket behind @fd, but keeps the number: a thread that is about to use it
 * finds something that is no socket, not whatever file gets the number next. */
void gst_ice_udp_retire_socket (gint fd);

G_END_DECLS
