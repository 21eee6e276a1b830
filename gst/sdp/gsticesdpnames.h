/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @name: of a length that the caller limits
 * Returns: whether a peer's @name may become the name of a field. GLib
 *     never frees such a name, so new names are limited to 4096 in a
 *     process. Names of known parameters and names that exist already are
 *     always allowed. */
gboolean gst_ice_sdp_may_name (const gchar * name);

G_END_DECLS
