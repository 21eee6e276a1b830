/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticekeyexchange.h"

G_BEGIN_DECLS

/* Keys by a DTLS handshake on the media's own path (RFC 5763, RFC 5764), whose
 * certificates are those of the descriptions. */
#define GST_TYPE_ICE_DTLS (gst_ice_dtls_get_type ())
G_DECLARE_FINAL_TYPE (GstIceDtls, gst_ice_dtls, GST, ICE_DTLS, GstIceKeyExchange)

/* Returns: (transfer full): a handshake that waits to be started, or %NULL with
 *     GST_ICE_ERROR_LOCAL when OpenSSL does not allow it */
GstIceKeyExchange *gst_ice_dtls_new (const GstIceKeyExchangeSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
