/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The origins (RFC 6454) of web pages that may call a listener. */
typedef struct _GstIceHttpOrigins GstIceHttpOrigins;

/* @text: (nullable): "https://app.example,http://localhost:3000", or "*"
 * @any: whether all pages may call if @text is %NULL
 * Returns: (transfer full): %NULL with @error set to GST_ICE_ERROR_SETTINGS */
GstIceHttpOrigins *gst_ice_http_origins_new (const gchar * text, gboolean any,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_origins_free (GstIceHttpOrigins * self);

/* Returns: whether all pages may call */
gboolean gst_ice_http_origins_are_any (const GstIceHttpOrigins * self);

/* @origin: the value of an Origin header */
gboolean gst_ice_http_origins_have (const GstIceHttpOrigins * self,
    const gchar * origin);

/* @host: a name without a port
 * Returns: whether an origin is on that host */
gboolean gst_ice_http_origins_have_host (const GstIceHttpOrigins * self,
    const gchar * host);

G_END_DECLS
