/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Reads STUN and TURN servers from the Link headers of an answer (RFC 9725,
 * 4.6; RFC 8288). Ignores all others, and malformed ones.
 * Returns: (transfer full): of GstIceServer; may be empty */
GPtrArray *gst_ice_http_links_read (SoupMessageHeaders * headers)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
