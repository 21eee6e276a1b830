/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Reads the STUN and TURN servers that an answer's Link headers name (RFC 9725, 4.6;
 * RFC 8288). What is malformed, or no such server, is left out.
 * Returns: (transfer full): of GstIceServer, perhaps none */
GPtrArray *gst_ice_http_links_read (SoupMessageHeaders * headers)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
