/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @text: the value of "signalling-uri", or %NULL
 * Returns: (transfer full): a URI with scheme ws or wss and a host; or %NULL
 *     with @error set to GST_ICE_ERROR_SETTINGS */
GUri *gst_ice_ws_uri_parse (const gchar * text, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the path, decoded, without slashes around it;
 *     bytes that are not UTF-8 are replaced */
gchar *gst_ice_ws_uri_get_room (GUri * uri) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
