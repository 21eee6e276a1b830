/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* "whep://host/path" and "wheps://…" are for players (iceurisrc), "whip://…" and
 * "whips://…" for what sends (icesink): "http://…" and "https://…" for signalling. */

/* Returns: (transfer full): what signalling-uri is for @uri, or %NULL with GST_URI_ERROR */
gchar *gst_ice_uri_to_signalling (const gchar * uri, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): the URI for @signalling; @scheme: "whep" or "whip" */
gchar *gst_ice_uri_from_signalling (const gchar * signalling,
    const gchar * scheme) G_GNUC_WARN_UNUSED_RESULT;

/* Interface of an element with the property signalling-uri. */
void gst_ice_uri_init_source (gpointer iface, gpointer data);
void gst_ice_uri_init_sink (gpointer iface, gpointer data);

G_END_DECLS
