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

/* A key that the description itself carries (RFC 4568, 4). */
typedef struct
{
  guint tag;
  gchar *suite;                 /* "AES_CM_128_HMAC_SHA1_80" */
  gchar *key;                   /* secret: base64 of master key and salt */
} GstIceCrypto;

typedef struct
{
  GstIceSetup setup;
  GPtrArray *fingerprints;      /* of GstIceFingerprint, never NULL */
  GPtrArray *cryptos;           /* of GstIceCrypto, never NULL; the preferred first */
} GstIceKeying;

GstIceKeying *gst_ice_keying_new (void) G_GNUC_WARN_UNUSED_RESULT;
GstIceKeying *gst_ice_keying_copy (const GstIceKeying * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_keying_free (GstIceKeying * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceKeying, gst_ice_keying_free)

/* Beyond the maximum they are left out. */
void gst_ice_keying_add_fingerprint (GstIceKeying * self, const gchar * hash,
    const gchar * value);
void gst_ice_keying_add_crypto (GstIceKeying * self, guint tag,
    const gchar * suite, const gchar * key);

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

/* Which keys both ends use. @answering: @theirs was the offer
 * @our_crypto, @their_crypto: (out) (transfer none)
 * Returns: whether there are any */
gboolean gst_ice_keying_settle (const GstIceKeying * ours,
    const GstIceKeying * theirs, gboolean answering,
    const GstIceCrypto ** our_crypto, const GstIceCrypto ** their_crypto);

G_END_DECLS
