/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Undoes the content coding of an answer (RFC 9110, 8.4), which some servers apply although
 * they were asked for none.
 * @headers: of the answer
 * @body: (inout): what came; what it stands for
 * @max_bytes: of the latter
 * Returns: %FALSE with @error set to GST_ICE_ERROR_BAD_DESCRIPTION: it is too long, broken,
 *     or of a coding that is not known here */
gboolean gst_ice_http_coding_undo (SoupMessageHeaders * headers, GBytes ** body,
    gsize max_bytes, GError ** error);

G_END_DECLS
