/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Returns: a number for the client in counts of clients: its IPv4 address,
 *     or the first 64 bits of its IPv6 address, as a client owns all
 *     addresses with these; 0: no address */
guint64 gst_ice_http_address_get_key (GSocketAddress * address);

gboolean gst_ice_http_address_is_loopback (GSocketAddress * address);

/* @local, @remote: (nullable): of one connection
 * Returns: whether the connection stays on this host */
gboolean gst_ice_http_address_same_host (GSocketAddress * local,
    GSocketAddress * remote);

/* Returns: whether packets to @inet would stay on this host */
gboolean gst_ice_http_address_is_own (GInetAddress * inet);

/* Makes sure that if @message connects to another host, the connection is
 * cut before anything is sent. */
void gst_ice_http_address_keep_on_host (SoupMessage * message);

/* Returns: whether the connection of @message was cut */
gboolean gst_ice_http_address_was_cut (SoupMessage * message);

G_END_DECLS
