/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a description says of encryption for one m-line, as a value. */

#include "config.h"

#include "gsticekeying.h"

#include "gsticeerror.h"

static void
fingerprint_free (GstIceFingerprint * fingerprint)
{
  g_free (fingerprint->hash);
  g_free (fingerprint->value);
  g_free (fingerprint);
}

static void
crypto_key_free (GstIceCryptoKey * key)
{
  g_free (key->secret);
  g_free (key);
}

static void
crypto_free (GstIceCrypto * crypto)
{
  g_free (crypto->suite);
  g_ptr_array_unref (crypto->keys);
  g_free (crypto);
}

static GstIceCrypto *
crypto_new (guint tag, const gchar * suite)
{
  GstIceCrypto *crypto = g_new0 (GstIceCrypto, 1);

  crypto->tag = tag;
  crypto->suite = g_strdup (suite);
  crypto->keys =
      g_ptr_array_new_with_free_func ((GDestroyNotify) crypto_key_free);
  return crypto;
}

static const GstIceCryptoKey *
get_key (const GstIceCrypto * crypto, guint at)
{
  return g_ptr_array_index (crypto->keys, at);
}

/* RFC 4568, 6.2 and RFC 7714, 14.2; the preferred suite first. */
static const struct
{
  const gchar *suite;
  gsize n_bytes;
} suites[] = {
  {"AEAD_AES_128_GCM", 16 + 12},
  {"AEAD_AES_256_GCM", 32 + 12},
  {"AES_CM_128_HMAC_SHA1_80", 16 + 14},
  {"AES_CM_128_HMAC_SHA1_32", 16 + 14},
};

gsize
gst_ice_keying_get_secret_bytes (const gchar * suite)
{
  for (guint i = 0; i < G_N_ELEMENTS (suites); i++) {
    if (g_str_equal (suites[i].suite, suite))
      return suites[i].n_bytes;
  }
  return 0;
}

/* Returns: (transfer full): an empty value */
GstIceKeying *
gst_ice_keying_new (void)
{
  GstIceKeying *self = g_new0 (GstIceKeying, 1);

  self->fingerprints =
      g_ptr_array_new_with_free_func ((GDestroyNotify) fingerprint_free);
  self->cryptos = g_ptr_array_new_with_free_func ((GDestroyNotify) crypto_free);
  return self;
}

/* Returns: (transfer full): a copy */
GstIceKeying *
gst_ice_keying_copy (const GstIceKeying * self)
{
  GstIceKeying *copy = gst_ice_keying_new ();

  copy->setup = self->setup;
  for (guint i = 0; i < self->fingerprints->len; i++) {
    const GstIceFingerprint *f = g_ptr_array_index (self->fingerprints, i);

    gst_ice_keying_add_fingerprint (copy, f->hash, f->value);
  }
  for (guint i = 0; i < self->cryptos->len; i++)
    gst_ice_keying_add_copy (copy, g_ptr_array_index (self->cryptos, i));
  copy->refused = g_strdup (self->refused);
  return copy;
}

/* @self: (transfer full) */
void
gst_ice_keying_free (GstIceKeying * self)
{
  g_ptr_array_unref (self->fingerprints);
  g_ptr_array_unref (self->cryptos);
  g_free (self->refused);
  g_free (self);
}

void
gst_ice_keying_add_fingerprint (GstIceKeying * self, const gchar * hash,
    const gchar * value)
{
  GstIceFingerprint *fingerprint;

  if (self->fingerprints->len >= GST_ICE_MAX_FINGERPRINTS)
    return;
  fingerprint = g_new0 (GstIceFingerprint, 1);
  fingerprint->hash = g_ascii_strdown (hash, -1);
  fingerprint->value = g_ascii_strup (value, -1);
  g_ptr_array_add (self->fingerprints, fingerprint);
}

GstIceCrypto *
gst_ice_keying_add_crypto (GstIceKeying * self, guint tag,
    const gchar * suite, const gchar * secret)
{
  const GstIceCryptoKey key = {.secret = (gchar *) secret };
  GstIceCrypto *crypto;

  if (self->cryptos->len >= GST_ICE_MAX_CRYPTOS)
    return NULL;
  crypto = crypto_new (tag, suite);
  if (secret != NULL)
    gst_ice_crypto_add_key (crypto, &key);
  g_ptr_array_add (self->cryptos, crypto);
  return crypto;
}

void
gst_ice_crypto_add_key (GstIceCrypto * self, const GstIceCryptoKey * key)
{
  GstIceCryptoKey *copy;

  if (self->keys->len >= GST_ICE_MAX_CRYPTO_KEYS)
    return;
  copy = g_new (GstIceCryptoKey, 1);
  *copy = *key;
  copy->secret = g_strdup (key->secret);
  g_ptr_array_add (self->keys, copy);
}

void
gst_ice_keying_add_copy (GstIceKeying * self, const GstIceCrypto * crypto)
{
  GstIceCrypto *copy = gst_ice_keying_add_crypto (self, crypto->tag,
      crypto->suite, NULL);

  for (guint i = 0; copy != NULL && i < crypto->keys->len; i++)
    gst_ice_crypto_add_key (copy, get_key (crypto, i));
}

void
gst_ice_keying_refuse (GstIceKeying * self, const gchar * reason)
{
  if (self->refused == NULL)
    self->refused = g_strdup (reason);
}

/* Returns: (transfer none) (nullable) */
static const GstIceFingerprint *
find_fingerprint (const GstIceKeying * self, const GstIceFingerprint * like)
{
  for (guint i = 0; i < self->fingerprints->len; i++) {
    const GstIceFingerprint *f = g_ptr_array_index (self->fingerprints, i);

    if (g_str_equal (f->hash, like->hash) && g_str_equal (f->value,
            like->value))
      return f;
  }
  return NULL;
}

/* Finds the a=crypto with @tag, or, if @tag is 0, with the suite.
 * Returns: (transfer none) (nullable) */
static const GstIceCrypto *
find_crypto (const GstIceKeying * self, guint tag, const gchar * suite)
{
  for (guint i = 0; i < self->cryptos->len; i++) {
    const GstIceCrypto *c = g_ptr_array_index (self->cryptos, i);

    if (g_str_equal (c->suite, suite) && (tag == 0 || c->tag == tag))
      return c;
  }
  return NULL;
}

static gboolean
has_key_of (const GstIceCrypto * crypto, const GstIceCrypto * other)
{
  for (guint i = 0; i < crypto->keys->len; i++) {
    for (guint j = 0; j < other->keys->len; j++) {
      if (g_str_equal (get_key (crypto, i)->secret, get_key (other, j)->secret))
        return TRUE;
    }
  }
  return FALSE;
}

gboolean
gst_ice_keying_continues (const GstIceKeying * self, const GstIceKeying * later)
{
  for (guint i = 0; i < self->fingerprints->len; i++) {
    if (find_fingerprint (later, g_ptr_array_index (self->fingerprints, i)))
      return TRUE;
  }
  for (guint i = 0; i < self->cryptos->len; i++) {
    const GstIceCrypto *crypto = g_ptr_array_index (self->cryptos, i);
    const GstIceCrypto *other = find_crypto (later, 0, crypto->suite);

    if (other != NULL && has_key_of (crypto, other))
      return TRUE;
  }
  return self->fingerprints->len == 0 && self->cryptos->len == 0 &&
      later->fingerprints->len == 0 && later->cryptos->len == 0;
}

/* RFC 4585, RFC 3711, RFC 5764, RFC 8841: the accepted profiles, the offered
 * one first. */
static const gchar *const plain_profiles[] = { "RTP/AVP", "RTP/AVPF", NULL };
static const gchar *const sdes_profiles[] = { "RTP/SAVP", "RTP/SAVPF", NULL };

/* RFC 8829, 5.1.2: the profile says nothing of the transport, which ICE
 * finds. Older peers say RTP/SAVPF with a fingerprint. */
static const gchar *const dtls_profiles[] = { "UDP/TLS/RTP/SAVPF",
  "UDP/TLS/RTP/SAVP", "TCP/DTLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVP", "RTP/SAVPF",
  "RTP/SAVP", NULL
};

static const gchar *const *
get_profiles (GstIceEncryption encryption)
{
  switch (encryption) {
    case GST_ICE_ENCRYPTION_SDES:
      return sdes_profiles;
    case GST_ICE_ENCRYPTION_DTLS_SRTP:
      return dtls_profiles;
    default:
      return plain_profiles;
  }
}

const gchar *
gst_ice_keying_get_profile (GstIceEncryption encryption)
{
  return get_profiles (encryption)[0];
}

gboolean
gst_ice_keying_check (GstIceEncryption encryption, const gchar * media,
    const gchar * protocol, const GstIceKeying * theirs, gboolean rtcp_mux,
    GError ** error)
{
  const gchar *wanted = gst_ice_encryption_to_string (encryption);
  g_autofree gchar *lacks = NULL;

  if (protocol == NULL ||
      !g_strv_contains (get_profiles (encryption), protocol)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
        "The peer's %s has the profile %s, but encryption=%s here asks for %s; "
        "set encryption to the same at both ends", media,
        protocol != NULL ? protocol : "?", wanted,
        gst_ice_keying_get_profile (encryption));
    return FALSE;
  }

  if (encryption == GST_ICE_ENCRYPTION_SDES &&
      (theirs == NULL || theirs->cryptos->len == 0))
    lacks = theirs != NULL && theirs->refused != NULL ?
        g_strdup_printf ("a=crypto that can be used here (%s is not taken)",
        theirs->refused) : g_strdup ("a=crypto");
  else if (encryption == GST_ICE_ENCRYPTION_DTLS_SRTP &&
      (theirs == NULL || theirs->fingerprints->len == 0))
    lacks = g_strdup ("a=fingerprint with a hash that is known here");
  else if (encryption == GST_ICE_ENCRYPTION_DTLS_SRTP && !rtcp_mux)
    lacks = g_strdup ("a=rtcp-mux, which dtls-srtp needs here");
  if (lacks == NULL)
    return TRUE;

  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
      "The peer's %s has no %s, and encryption=%s is asked for here", media,
      lacks, wanted);
  return FALSE;
}

/* When it may choose, the answerer becomes the server: the server picks the
 * SRTP profile, and some peers prefer one that costs twice as much (Chromium
 * ranks GCM last). RFC 5763, 5 recommends the opposite, so that the
 * handshake begins one message earlier; but with ICE it has to wait for a
 * path anyway. */
static GstIceSetup
answer_setup (const GstIceKeying * theirs)
{
  return theirs->setup == GST_ICE_SETUP_PASSIVE ? GST_ICE_SETUP_ACTIVE :
      GST_ICE_SETUP_PASSIVE;
}

GstIceKeying *
gst_ice_keying_describe (const GstIceKeying * ours, const GstIceKeying * theirs)
{
  GstIceKeying *said = gst_ice_keying_copy (ours);
  const GstIceCrypto *our_crypto, *their_crypto;

  said->setup = theirs == NULL ? GST_ICE_SETUP_ACTPASS : answer_setup (theirs);
  if (theirs == NULL || ours->cryptos->len == 0)
    return said;

  g_ptr_array_set_size (said->cryptos, 0);
  if (gst_ice_keying_settle (ours, theirs, TRUE, &our_crypto, &their_crypto))
    gst_ice_keying_answer_crypto (said, our_crypto, their_crypto);
  return said;
}

const GstIceCrypto *
gst_ice_keying_answer_crypto (GstIceKeying * keying,
    const GstIceCrypto * our_crypto, const GstIceCrypto * their_crypto)
{
  GstIceCryptoKey key = *get_key (their_crypto, 0);
  GstIceCrypto *crypto = crypto_new (their_crypto->tag, our_crypto->suite);

  key.secret = get_key (our_crypto, 0)->secret;
  gst_ice_crypto_add_key (crypto, &key);
  g_ptr_array_add (keying->cryptos, crypto);
  return crypto;
}

gboolean
gst_ice_keying_is_client (const GstIceKeying * theirs, gboolean answering)
{
  if (answering)
    return answer_setup (theirs) == GST_ICE_SETUP_ACTIVE;
  return theirs->setup == GST_ICE_SETUP_PASSIVE;
}

/* Takes the preferred suite that both ends have. */
static gboolean
settle_offer (const GstIceKeying * ours, const GstIceKeying * theirs,
    const GstIceCrypto ** our_crypto, const GstIceCrypto ** their_crypto)
{
  for (guint i = 0; i < G_N_ELEMENTS (suites); i++) {
    *our_crypto = find_crypto (ours, 0, suites[i].suite);
    *their_crypto = find_crypto (theirs, 0, suites[i].suite);
    if (*our_crypto != NULL && *their_crypto != NULL)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_keying_settle (const GstIceKeying * ours,
    const GstIceKeying * theirs, gboolean answering,
    const GstIceCrypto ** our_crypto, const GstIceCrypto ** their_crypto)
{
  if (answering)
    return settle_offer (ours, theirs, our_crypto, their_crypto);
  for (guint i = 0; i < theirs->cryptos->len; i++) {
    *their_crypto = g_ptr_array_index (theirs->cryptos, i);
    *our_crypto = find_crypto (ours, (*their_crypto)->tag,
        (*their_crypto)->suite);
    /* baresip (1.0) answers with tag 1 whatever it takes. We offer each
     * suite once, so the suite identifies our a=crypto. */
    if (*our_crypto == NULL)
      *our_crypto = find_crypto (ours, 0, (*their_crypto)->suite);
    if (*our_crypto != NULL)
      return TRUE;
  }
  return FALSE;
}
