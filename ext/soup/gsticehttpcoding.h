/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Undoes the content coding of an answer (RFC 9110, 8.4), which some servers
 * apply unasked.
 * @headers: of the answer
 * @body: (inout): the coded, then the plain body
 * @max_bytes: limit for the plain body
 * Returns: %FALSE with @error set to GST_ICE_ERROR_BAD_DESCRIPTION: too
 *     long, malformed, or an unknown coding */
gboolean gst_ice_http_coding_undo (SoupMessageHeaders * headers, GBytes ** body,
    gsize max_bytes, GError ** error);

G_END_DECLS
