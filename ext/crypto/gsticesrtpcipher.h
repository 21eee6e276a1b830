/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticesrtpkey.h"

G_BEGIN_DECLS

/* SRTP and SRTCP (RFC 3711, RFC 7714) to and from one peer, on OpenSSL. Any thread;
 * sending and receiving have a lock each.
 *
 * gst_ice_cipher_protect() only reads the packets of its list, so several ciphers may
 * protect one list at once; what it returns lies end to end in one memory.
 * gst_ice_cipher_unprotect() works in place where nobody else holds a packet. */
#define GST_TYPE_ICE_SRTP_CIPHER (gst_ice_srtp_cipher_get_type ())
G_DECLARE_FINAL_TYPE (GstIceSrtpCipher, gst_ice_srtp_cipher, GST, ICE_SRTP_CIPHER,
    GstIceCipher)

/* @ours: protects what we send; @theirs: opens what the peer sends; both are copied
 * Returns: (transfer full): or %NULL with @error set to GST_ICE_ERROR_LOCAL: OpenSSL has
 *     no such cipher */
GstIceCipher *gst_ice_srtp_cipher_new (GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * ours, const GstIceSrtpMasterKey * theirs,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* New keys: @ours protects from the next packet on, @theirs opens beside the one before
 * until the peer uses it. Roll-over counters go on (RFC 3711, 3.3.1).
 * @ours, @theirs: (nullable): %NULL: that direction keeps its key
 * Returns: %FALSE with @error set as of gst_ice_srtp_cipher_new(), and nothing changed */
gboolean gst_ice_srtp_cipher_rekey (GstIceSrtpCipher * self, GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * ours, const GstIceSrtpMasterKey * theirs,
    GError ** error);

G_END_DECLS
