/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* URIs of WHIP and WHEP: "whip://host/path" stands for the HTTP that is spoken there,
 * "whips:" for HTTPS; "whep:" and "wheps:" likewise. */

/* @type: GST_URI_SINK for WHIP, GST_URI_SRC for WHEP. Returns: (transfer full): the
 *     signalling-uri; %NULL with @error set (GST_URI_ERROR) when @uri is none of those */
gchar *gst_ice_uri_to_signalling (const gchar * uri, GstURIType type,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): the reverse; %NULL: @signalling_uri (nullable) is not
 *     of HTTP */
gchar *gst_ice_uri_from_signalling (const gchar * signalling_uri, GstURIType type)
    G_GNUC_WARN_UNUSED_RESULT;

/* The protocols of @type, %NULL terminated. */
const gchar *const *gst_ice_uri_get_protocols (GstURIType type);

/* GInterfaceInitFunc of GstURIHandler, for a sink with a property signalling-uri. */
void gst_ice_uri_init_sink (gpointer iface, gpointer data);

G_END_DECLS
