/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* What a description says of encryption for one m-line, free of text. Pure. */

/* What is taken from a peer, at most. */
#define GST_ICE_MAX_FINGERPRINTS 8
#define GST_ICE_MAX_CRYPTOS 16
#define GST_ICE_MAX_CRYPTO_KEYS 8

/* RFC 4145, 4: who begins the DTLS handshake. */
typedef enum
{
  GST_ICE_SETUP_UNSET,
  GST_ICE_SETUP_ACTPASS,
  GST_ICE_SETUP_ACTIVE,
  GST_ICE_SETUP_PASSIVE,
} GstIceSetup;

/* Of a certificate (RFC 8122, 5). */
typedef struct
{
  gchar *hash;                  /* "sha-256", in lower case */
  gchar *value;                 /* "AB:CD:…", in upper case */
} GstIceFingerprint;

/* One key of an a=crypto (RFC 4568, 6.1): "inline:KEY|2^31|1:4". */
typedef struct
{
  gchar *secret;                /* secret: base64 of master key and salt */
  guint64 max_packets;          /* how long it lives; 0: not said */
  guint64 mki;
  guint mki_bytes;              /* of the MKI in packets; 0: they have none */
} GstIceCryptoKey;

/* Keys that the description itself carries (RFC 4568, 4). */
typedef struct
{
  guint tag;
  gchar *suite;                 /* "AES_CM_128_HMAC_SHA1_80" */
  GPtrArray *keys;              /* of GstIceCryptoKey; never empty; if there are several,
                                 * each has an MKI */
} GstIceCrypto;

typedef struct
{
  GstIceSetup setup;
  GPtrArray *fingerprints;      /* of GstIceFingerprint, never NULL */
  GPtrArray *cryptos;           /* of GstIceCrypto, never NULL; the preferred first */
  gchar *refused;               /* why an a=crypto of the peer is not in cryptos, or NULL */
} GstIceKeying;

GstIceKeying *gst_ice_keying_new (void) G_GNUC_WARN_UNUSED_RESULT;
GstIceKeying *gst_ice_keying_copy (const GstIceKeying * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_keying_free (GstIceKeying * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceKeying, gst_ice_keying_free)

/* Beyond the maximum it is left out. */
void gst_ice_keying_add_fingerprint (GstIceKeying * self, const gchar * hash,
    const gchar * value);

/* @secret: (nullable): of its first key, which has no MKI and no lifetime; %NULL: keys are
 *     added at once
 * Returns: (transfer none) (nullable): %NULL: there are too many, and it is left out */
GstIceCrypto *gst_ice_keying_add_crypto (GstIceKeying * self, guint tag,
    const gchar * suite, const gchar * secret);

/* Beyond the maximum it is left out. @key: (transfer none): copied */
void gst_ice_crypto_add_key (GstIceCrypto * self, const GstIceCryptoKey * key);

/* Adds the same, with its keys. Beyond the maximum it is left out. */
void gst_ice_keying_add_copy (GstIceKeying * self, const GstIceCrypto * crypto);

/* @reason: (transfer none): "KDR"; the first one counts */
void gst_ice_keying_refuse (GstIceKeying * self, const gchar * reason);

/* Returns: how long the master key and the salt of @suite are together, in bytes; 0: the
 *     suite is not known here */
gsize gst_ice_keying_get_secret_bytes (const gchar * suite);

/* Whether @later, of the same end, goes on with what @self began: a certificate
 * or a key is still the same, or neither has any. */
gboolean gst_ice_keying_continues (const GstIceKeying * self,
    const GstIceKeying * later);

/* Returns: (transfer none): the profile of an m= line that is offered for
 *     @encryption */
const gchar *gst_ice_keying_get_profile (GstIceEncryption encryption);

/* Whether what a peer says of an m-line will do for @encryption.
 * @protocol: (nullable): of its m= line; @theirs: (nullable); @media: for the error
 * Returns: %FALSE with GST_ICE_ERROR_UNSUPPORTED when it won't */
gboolean gst_ice_keying_check (GstIceEncryption encryption, const gchar * media,
    const gchar * protocol, const GstIceKeying * theirs, gboolean rtcp_mux,
    GError ** error);

/* What we say: all of @ours in an offer, or in an answer to @theirs what goes with
 * it. @theirs: (nullable): %NULL: it is an offer
 * Returns: (transfer full) */
GstIceKeying *gst_ice_keying_describe (const GstIceKeying * ours,
    const GstIceKeying * theirs) G_GNUC_WARN_UNUSED_RESULT;

/* Whether our end begins the handshake. @answering: @theirs was the offer */
gboolean gst_ice_keying_is_client (const GstIceKeying * theirs,
    gboolean answering);

/* Which keys both ends use. Of what both have, an answerer takes what it likes best.
 * @answering: @theirs was the offer
 * @our_crypto, @their_crypto: (out) (transfer none)
 * Returns: whether there are any */
gboolean gst_ice_keying_settle (const GstIceKeying * ours,
    const GstIceKeying * theirs, gboolean answering,
    const GstIceCrypto ** our_crypto, const GstIceCrypto ** their_crypto);

/* The one a=crypto of an answer: the offered tag, our key, and an MKI and a lifetime as
 * the offer has them (RFC 4568, 5.1.2 and 6.1).
 * Returns: (transfer none): @keying's, which it is added to */
const GstIceCrypto *gst_ice_keying_answer_crypto (GstIceKeying * keying,
    const GstIceCrypto * our_crypto, const GstIceCrypto * their_crypto);

G_END_DECLS
