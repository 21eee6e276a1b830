/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"

G_BEGIN_DECLS

/* The calling side: sends the offer by POST, candidates by PATCH, and DELETE
 * at the end (RFC 9725, and WHEP). */
#define GST_TYPE_ICE_HTTP_SIGNALLER (gst_ice_http_signaller_get_type ())
G_DECLARE_FINAL_TYPE (GstIceHttpSignaller, gst_ice_http_signaller, GST,
    ICE_HTTP_SIGNALLER, GObject)

/* A GstIceSignallerFactory for http: and https:.
 * Returns: (transfer full): a caller, or a listener when the host in the config's
 *     "signalling-uri" is empty; or %NULL with @error set */
GstIceSignaller *gst_ice_http_signaller_new (const GstIceConfig * config,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
