/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"

G_BEGIN_DECLS

/* SRTP and SRTCP (RFC 3711) by the elements srtpenc and srtpdec. */
#define GST_TYPE_ICE_SRTP (gst_ice_srtp_get_type ())
G_DECLARE_FINAL_TYPE (GstIceSrtp, gst_ice_srtp, GST, ICE_SRTP, GstIceCipher)

/* @suite: of RFC 4568, 6.2: "AES_CM_128_HMAC_SHA1_80" or "…_32"
 * @our_key, @their_key: (transfer none): 16 bytes of master key, 14 of salt
 * Returns: (transfer full): a cipher, or %NULL with GST_ICE_ERROR_LOCAL when there are no
 *     such elements */
GstIceCipher *gst_ice_srtp_new (const gchar * suite, GstBuffer * our_key,
    GstBuffer * their_key, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether an element of this name is installed; %FALSE with
 *     GST_ICE_ERROR_LOCAL, and what to do about it */
gboolean gst_ice_srtp_has_element (const gchar * name, GError ** error);

G_END_DECLS
