/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"

G_BEGIN_DECLS

/* The side that is called: a small HTTP server (RFC 9725, and WHEP), and the
 * calls at it. */
#define GST_TYPE_ICE_HTTP_ENDPOINT (gst_ice_http_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (GstIceHttpEndpoint, gst_ice_http_endpoint, GST,
    ICE_HTTP_ENDPOINT, GObject)

/* @uri: host, port and path to listen on, see gst_ice_http_port_join()
 * Returns: (transfer full): a listener, not started; or %NULL with @error
 *     set */
GstIceSignaller *gst_ice_http_endpoint_new (GUri * uri,
    const GstIceConfig * config, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
