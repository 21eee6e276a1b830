/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How much of the fast path may be used. The environment variable
 * GST_ICE_UDP=none|mmsg|gso|all says it; all is the default. Tests run at
 * each level. */
typedef enum
{
  GST_ICE_UDP_NONE,             /* the agent's own calls, or one packet a
                                 * call */
  GST_ICE_UDP_MMSG,             /* sends and receives many packets a call */
  GST_ICE_UDP_GSO,              /* also lets the kernel cut packets
                                 * (UDP_SEGMENT) */
  GST_ICE_UDP_ALL,              /* also lets the kernel merge packets
                                 * (UDP_GRO), with our own consent checks */
} GstIceUdpLevel;

/* Features that the kernel may have; flags. */
typedef enum
{
  GST_ICE_UDP_CAN_SEGMENT = 1 << 0,     /* UDP_SEGMENT, Linux 4.18 */
  GST_ICE_UDP_CAN_GRO = 1 << 1, /* UDP_GRO, Linux 5.0 */
  GST_ICE_UDP_CAN_SHARE = 1 << 2,       /* SO_ATTACH_REUSEPORT_CBPF, Linux 4.5 */
  GST_ICE_UDP_CAN_MEMINFO = 1 << 3,     /* SO_MEMINFO, Linux 4.12 */
} GstIceUdpFeature;

/* Any thread, for all functions of this file. */

/* Reads the environment at each call, so that a test can change it. */
GstIceUdpLevel gst_ice_udp_get_level (void);

/* Asks the kernel once in a process. */
gboolean gst_ice_udp_can (GstIceUdpFeature feature);

/* Makes gst_ice_udp_can() return FALSE from this call on: the kernel refused
 * the feature although it said that it has it. Logs this once, at INFO. */
void gst_ice_udp_withdraw (GstIceUdpFeature feature, const gchar * why);

/* Sets the receive buffer of the socket to @size bytes; 0 leaves it as it is.
 * More than net.core.rmem_max needs CAP_NET_ADMIN.
 * Returns: the size that the buffer has afterwards, in the same unit */
gsize gst_ice_udp_set_receive_buffer (gint fd, gsize size);

/* Returns: how many packets the kernel has dropped since the socket was
 *     made, because its buffer was full; 0 if the kernel can't tell */
guint gst_ice_udp_get_kernel_drops (gint fd);

/* Closes the socket behind @fd, but keeps the number in use: a thread that
 * is about to use @fd finds a descriptor that is not a socket, and never
 * another file with the same number. */
void gst_ice_udp_retire_socket (gint fd);

G_END_DECLS
