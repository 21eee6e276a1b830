/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* "[" + INET6_ADDRSTRLEN + "]:65535" */
#define GST_ICE_UDP_ADDRESS_TEXT_SIZE 56

/* An IPv4 or IPv6 transport address, in the form that the kernel takes. It
 * is a value without pointers; zero it before filling it. */
typedef union
{
  struct sockaddr any;
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
} GstIceUdpAddress;

/* Any thread. @size: the number of valid bytes at @from.
 * Returns: %FALSE if there can't be a route to an address of this family */
gboolean gst_ice_udp_address_set (GstIceUdpAddress * self,
    const struct sockaddr * from, gsize size);
gboolean gst_ice_udp_address_set_text (GstIceUdpAddress * self,
    const gchar * address, guint16 port);

/* Returns: the size of the sockaddr */
socklen_t gst_ice_udp_address_size (const GstIceUdpAddress * self);

guint16 gst_ice_udp_address_port (const GstIceUdpAddress * self);

/* Compares address and port. Ignores the scope of link-local addresses, as
 * candidates do not carry one. */
gboolean gst_ice_udp_address_equal (const GstIceUdpAddress * a,
    const GstIceUdpAddress * b);

/* Returns: @text, filled with "10.0.0.2:5000" or "[2001:db8::1]:5000" */
const gchar *gst_ice_udp_address_to_text (const GstIceUdpAddress * self,
    gchar text[GST_ICE_UDP_ADDRESS_TEXT_SIZE]);

G_END_DECLS
