/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtppacket.h"

G_BEGIN_DECLS

/* The master key of one direction, as a key exchange gives it. For DTLS all
 * fields but the secret are 0. Wipe it with OPENSSL_cleanse() after use. */
typedef struct
{
  /* The master key, then the master salt, in the lengths of the suite. */
  guint8 secret[GST_ICE_SRTP_MAX_KEY_BYTES + GST_ICE_SRTP_MAX_SALT_BYTES];
  guint8 mki[GST_ICE_SRTP_MAX_MKI_BYTES];       /* RFC 3711, 3.1: big-endian */
  guint mki_bytes;              /* 0: packets have no MKI */
  guint64 max_packets;          /* lifetime (RFC 4568, 6.1); 0: RFC 3711's */
} GstIceSrtpMasterKey;

/* The session keys of one master key, for RTP and RTCP of one direction, in
 * OpenSSL contexts that are kept. One thread at a time. */
typedef struct _GstIceSrtpKey GstIceSrtpKey;

/* @protects: else it unprotects
 * Returns: (transfer full): %NULL with @error set to GST_ICE_ERROR_LOCAL */
GstIceSrtpKey *gst_ice_srtp_key_new (GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * master, gboolean protects, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Takes session keys, the same for RTP and RTCP, as the test vectors of RFC
 * 7714 have them.
 * @hmac_key: (nullable): 20 bytes; %NULL for GCM */
GstIceSrtpKey *gst_ice_srtp_key_new_from_session_keys (GstIceSrtpSuite suite,
    const guint8 * cipher_key, const guint8 * hmac_key, const guint8 * salt,
    gboolean protects, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Wipes the secrets. @self: (transfer full) */
void gst_ice_srtp_key_free (GstIceSrtpKey * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceSrtpKey, gst_ice_srtp_key_free)

const GstIceSrtpSuiteInfo *gst_ice_srtp_key_get_suite (const GstIceSrtpKey * self);
guint gst_ice_srtp_key_get_mki_bytes (const GstIceSrtpKey * self);

/* Returns: how many bytes a packet grows by */
gsize gst_ice_srtp_key_get_overhead (const GstIceSrtpKey * self, gboolean rtcp);

/* Whether @packet, laid out for this key, has its MKI. */
gboolean gst_ice_srtp_key_is_of (const GstIceSrtpKey * self,
    const GstIceSrtpPacket * packet);

/* Whether as many packets have used the key as it allows. */
gboolean gst_ice_srtp_key_is_spent (const GstIceSrtpKey * self, gboolean rtcp);

/* Counts one more packet. */
void gst_ice_srtp_key_spend (GstIceSrtpKey * self, gboolean rtcp);

/* @packet: laid out for this key, with head and index; the payload comes from
 *     @in
 * Returns: %FALSE: OpenSSL refuses, and there is nothing to send */
gboolean gst_ice_srtp_key_seal (GstIceSrtpKey * self, const GstIceSrtpPacket * packet,
    GstIceSrtpReader * in);

/* In place. @packet: laid out for this key, with head and index
 * Returns: %FALSE: the tag is wrong, and the packet is unchanged */
gboolean gst_ice_srtp_key_open (GstIceSrtpKey * self, const GstIceSrtpPacket * packet);

/* RFC 3711, 4.3.1, with a key derivation rate of 0.
 * @secret: master key and salt
 * @label: of RFC 3711, 4.3.2
 * Returns: whether @out has @n_bytes of the key */
gboolean gst_ice_srtp_key_derive (const GstIceSrtpSuiteInfo * suite,
    const guint8 * secret, guint8 label, guint8 * out, guint n_bytes);

G_END_DECLS
