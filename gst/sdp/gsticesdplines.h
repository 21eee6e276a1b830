/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Prepares a peer's text of @length bytes (-1: NUL-terminated) for GStreamer's
 * parser.
 * Returns: (transfer full): the known lines of @text, with LF line ends,
 *     without blanks at both ends, and with "a=" before a bare candidate;
 *     %NULL with GST_ICE_ERROR_BAD_DESCRIPTION when @text has more than
 *     @max_bytes, a NUL, too many m-lines, or a known line that is not UTF-8 */
GString *gst_ice_sdp_clean (const gchar * text, gssize length, gsize max_bytes,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
