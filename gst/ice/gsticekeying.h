/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* What a description says of encryption for one m-line. A value; pure. */

/* Limits for what a peer sends. */
#define GST_ICE_MAX_FINGERPRINTS 8
#define GST_ICE_MAX_CRYPTOS 16
#define GST_ICE_MAX_CRYPTO_KEYS 8

/* RFC 4145, 4: which end begins the DTLS handshake. */
typedef enum
{
  GST_ICE_SETUP_UNSET,
  GST_ICE_SETUP_ACTPASS,
  GST_ICE_SETUP_ACTIVE,
  GST_ICE_SETUP_PASSIVE,
} GstIceSetup;

/* The fingerprint of a certificate (RFC 8122, 5). */
typedef struct
{
  gchar *hash;                  /* "sha-256", in lower case */
  gchar *value;                 /* "AB:CD:…", in upper case */
} GstIceFingerprint;

/* One key of an a=crypto (RFC 4568, 6.1): "inline:KEY|2^31|1:4". */
typedef struct
{
  gchar *secret;                /* secret: master key and salt in base64 */
  guint64 max_packets;          /* lifetime of the key; 0: not given */
  guint64 mki;
  guint mki_bytes;              /* size of the MKI in packets; 0: none */
} GstIceCryptoKey;

/* An a=crypto: keys in the description itself (RFC 4568, 4). */
typedef struct
{
  guint tag;
  gchar *suite;                 /* "AES_CM_128_HMAC_SHA1_80" */
  GPtrArray *keys;              /* of GstIceCryptoKey; never empty; several
                                 * keys have an MKI each */
} GstIceCrypto;

typedef struct
{
  GstIceSetup setup;
  GPtrArray *fingerprints;      /* of GstIceFingerprint, never NULL */
  GPtrArray *cryptos;           /* of GstIceCrypto, never NULL; in order of
                                 * preference */
  gchar *refused;               /* why an a=crypto of the peer was left out,
                                 * or NULL */
} GstIceKeying;

GstIceKeying *gst_ice_keying_new (void) G_GNUC_WARN_UNUSED_RESULT;
GstIceKeying *gst_ice_keying_copy (const GstIceKeying * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_keying_free (GstIceKeying * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceKeying, gst_ice_keying_free)

/* Ignored beyond the maximum. */
void gst_ice_keying_add_fingerprint (GstIceKeying * self, const gchar * hash,
    const gchar * value);

/* @secret: (nullable): the first key, without MKI and lifetime; %NULL: the
 *     caller adds keys at once
 * Returns: (transfer none) (nullable): %NULL: beyond the maximum, not added */
GstIceCrypto *gst_ice_keying_add_crypto (GstIceKeying * self, guint tag,
    const gchar * suite, const gchar * secret);

/* Ignored beyond the maximum. @key: (transfer none): copied */
void gst_ice_crypto_add_key (GstIceCrypto * self, const GstIceCryptoKey * key);

/* Adds a copy with its keys. Ignored beyond the maximum. */
void gst_ice_keying_add_copy (GstIceKeying * self, const GstIceCrypto * crypto);

/* Sets the reason, unless there is one. @reason: (transfer none): "KDR" */
void gst_ice_keying_refuse (GstIceKeying * self, const gchar * reason);

/* Returns: the size of master key and salt together in bytes; 0: @suite is
 *     unknown */
gsize gst_ice_keying_get_secret_bytes (const gchar * suite);

/* Whether @later, from the same end, continues @self: they have a
 * certificate or a key in common, or neither has any. */
gboolean gst_ice_keying_continues (const GstIceKeying * self,
    const GstIceKeying * later);

/* Returns: (transfer none): the profile to offer in an m= line for
 *     @encryption */
const gchar *gst_ice_keying_get_profile (GstIceEncryption encryption);

/* Checks whether a peer's m-line allows @encryption.
 * @protocol: (nullable): from the m= line
 * @theirs: (nullable)
 * @media: for the error
 * Returns: %FALSE with GST_ICE_ERROR_UNSUPPORTED */
gboolean gst_ice_keying_check (GstIceEncryption encryption, const gchar * media,
    const gchar * protocol, const GstIceKeying * theirs, gboolean rtcp_mux,
    GError ** error);

/* Makes what our description says: in an offer all of @ours, in an answer what
 * matches @theirs.
 * @theirs: (nullable): %NULL: it is an offer
 * Returns: (transfer full) */
GstIceKeying *gst_ice_keying_describe (const GstIceKeying * ours,
    const GstIceKeying * theirs) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether our end begins the handshake. @answering: @theirs was the
 *     offer */
gboolean gst_ice_keying_is_client (const GstIceKeying * theirs,
    gboolean answering);

/* Finds the keys that both ends use. An answerer takes the suite that it
 * prefers.
 * @answering: @theirs was the offer
 * @our_crypto, @their_crypto: (out) (transfer none)
 * Returns: whether there are any */
gboolean gst_ice_keying_settle (const GstIceKeying * ours,
    const GstIceKeying * theirs, gboolean answering,
    const GstIceCrypto ** our_crypto, const GstIceCrypto ** their_crypto);

/* Adds the a=crypto of an answer to @keying: with the offered tag, our key, and
 * MKI and lifetime as in the offer (RFC 4568, 5.1.2 and 6.1).
 * Returns: (transfer none): owned by @keying */
const GstIceCrypto *gst_ice_keying_answer_crypto (GstIceKeying * keying,
    const GstIceCrypto * our_crypto, const GstIceCrypto * their_crypto);

G_END_DECLS
