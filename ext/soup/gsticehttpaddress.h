/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Returns: what stands for a client when clients are counted: its IPv4 address, or the
 *     first 64 bits of its IPv6 address, of which a client has all; 0: it has none */
guint64 gst_ice_http_address_get_key (GSocketAddress * address);

gboolean gst_ice_http_address_is_loopback (GSocketAddress * address);

/* @local, @remote: (nullable): of one connection
 * Returns: whether it does not leave this host */
gboolean gst_ice_http_address_same_host (GSocketAddress * local,
    GSocketAddress * remote);

/* Returns: whether packets to @inet would stay on this host */
gboolean gst_ice_http_address_is_own (GInetAddress * inet);

/* A connection that @message makes to another host is cut before anything is sent. */
void gst_ice_http_address_keep_on_host (SoupMessage * message);

/* Returns: whether that has happened */
gboolean gst_ice_http_address_was_cut (SoupMessage * message);

G_END_DECLS
