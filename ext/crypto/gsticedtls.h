/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticekeyexchange.h"

G_BEGIN_DECLS

/* Gets keys by a DTLS handshake on the media path (RFC 5763, RFC 5764). The
 * descriptions identify the certificates. */
#define GST_TYPE_ICE_DTLS (gst_ice_dtls_get_type ())
G_DECLARE_FINAL_TYPE (GstIceDtls, gst_ice_dtls, GST, ICE_DTLS, GstIceKeyExchange)

/* Returns: (transfer full): a key exchange that is not started, or %NULL
 *     with GST_ICE_ERROR_LOCAL when OpenSSL refuses */
GstIceKeyExchange *gst_ice_dtls_new (const GstIceKeyExchangeSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
