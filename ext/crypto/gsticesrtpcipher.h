/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticesrtpkey.h"

G_BEGIN_DECLS

/* SRTP and SRTCP (RFC 3711, RFC 7714) with one peer, on OpenSSL. Any thread;
 * each direction has a lock of its own.
 *
 * gst_ice_cipher_protect() only reads the packets of its list, so several
 * ciphers may protect the same list at once. Its result lies end to end in
 * one memory. gst_ice_cipher_unprotect() works in place where no one else
 * holds a packet. */
#define GST_TYPE_ICE_SRTP_CIPHER (gst_ice_srtp_cipher_get_type ())
G_DECLARE_FINAL_TYPE (GstIceSrtpCipher, gst_ice_srtp_cipher, GST, ICE_SRTP_CIPHER,
    GstIceCipher)

/* @ours: protects what we send; @theirs: unprotects what the peer sends; both
 *     are copied
 * Returns: (transfer full): %NULL with @error set to GST_ICE_ERROR_LOCAL:
 *     OpenSSL does not have the cipher */
GstIceCipher *gst_ice_srtp_cipher_new (GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * ours, const GstIceSrtpMasterKey * theirs,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* New keys: @ours protects from the next packet on. @theirs is used beside the
 * previous key until the peer has changed over. Roll-over counters go on (RFC
 * 3711, 3.3.1).
 * @ours, @theirs: (nullable): %NULL: that direction keeps its key
 * Returns: %FALSE with @error set as by gst_ice_srtp_cipher_new(); nothing
 *     has changed */
gboolean gst_ice_srtp_cipher_rekey (GstIceSrtpCipher * self, GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * ours, const GstIceSrtpMasterKey * theirs,
    GError ** error);

G_END_DECLS
