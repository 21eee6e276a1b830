/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Converts fingerprints, DTLS roles and SDES keys between SDP attributes and
 * GstIceKeying. */

#include "config.h"

#include "gsticesdpkeying.h"

#include "gsticelog.h"

#include <string.h>

/* RFC 4568, 9.2 and 6.1. */
#define MAX_TAG 999999999
#define MAX_LIFETIME_BITS 48
#define MAX_MKI_BYTES 128

/* The longest name of a suite or parameter in an error. */
#define MAX_NAME 40

/* The hashes that GLib can compute, by the names of RFC 8122, 5. */
static const gchar *const hashes[] = {
  "sha-1", "sha-256", "sha-384", "sha-512", NULL
};

GST_ICE_LOG_CATEGORY (gst_ice_sdpkeying_log, "icesdpkeying",
    "ICE: encryption in SDP");
#define GST_CAT_DEFAULT gst_ice_sdpkeying_log ()

/* Pairs of hexadecimal digits with colons between them. */
static gboolean
is_fingerprint (const gchar * value)
{
  gsize i;

  for (i = 0; value[i] != '\0'; i++) {
    if (i % 3 == 2 ? value[i] != ':' : !g_ascii_isxdigit (value[i]))
      return FALSE;
  }
  return i % 3 == 2;
}

/* a=fingerprint:sha-256 AB:CD:… */
static void
read_fingerprint (GstIceKeying * keying, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 3);
  g_autofree gchar *hash = words[0] != NULL ?
      g_ascii_strdown (words[0], -1) : NULL;

  if (hash != NULL && words[1] != NULL && g_strv_contains (hashes, hash) &&
      is_fingerprint (words[1]))
    gst_ice_keying_add_fingerprint (keying, hash, words[1]);
  else
    GST_INFO ("a fingerprint that is not understood");
}

/* RFC 4568, 9.2: "2^31", or the number itself.
 * Returns: whether @text is a lifetime */
static gboolean
read_lifetime (const gchar * text, guint64 * max_packets)
{
  guint64 n;

  if (g_str_has_prefix (text, "2^")) {
    if (!g_ascii_string_to_unsigned (text + 2, 10, 0, MAX_LIFETIME_BITS, &n,
            NULL))
      return FALSE;
    *max_packets = G_GUINT64_CONSTANT (1) << n;
    return TRUE;
  }
  return g_ascii_string_to_unsigned (text, 10, 1,
      G_GUINT64_CONSTANT (1) << MAX_LIFETIME_BITS, max_packets, NULL);
}

/* "1:4": the MKI, and its size in packets. MKIs of more than 64 bits are not
 * known to be in use. */
static gboolean
read_mki (const gchar * text, GstIceCryptoKey * key)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 3);
  guint64 n_bytes;

  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, MAX_MKI_BYTES, &n_bytes,
          NULL) || !g_ascii_string_to_unsigned (parts[0], 10, 0, n_bytes < 8 ?
          (G_GUINT64_CONSTANT (1) << 8 * n_bytes) - 1 : G_MAXUINT64, &key->mki,
          NULL))
    return FALSE;
  key->mki_bytes = (guint) n_bytes;
  return TRUE;
}

/* Restores the padding of base64, which rtpengine leaves out and GLib needs.
 * Returns: (transfer full) (nullable): %NULL: @text is not a key of @suite */
static gchar *
read_secret (const gchar * text, const gchar * suite)
{
  static const gchar *const paddings[] = { "", "", "==", "=" };
  g_autofree gchar *padded = g_strconcat (text, paddings[strlen (text) % 4],
      NULL);
  gsize size = 0;

  if (*text == '\0' || strlen (text) % 4 == 1)
    return NULL;
  g_free (g_base64_decode (padded, &size));
  return size == gst_ice_keying_get_secret_bytes (suite) ?
      g_steal_pointer (&padded) : NULL;
}

/* Adds the key of @params, "inline:KEY|2^31|1:4"; lifetime and MKI are
 * optional.
 * Returns: (transfer none) (nullable): what is wrong, without the secret */
static const gchar *
read_key (GstIceCrypto * crypto, const gchar * params)
{
  g_auto (GStrv) parts = NULL;
  g_autofree gchar *secret = NULL;
  GstIceCryptoKey key = { 0 };
  guint at = 1;

  if (!g_str_has_prefix (params, "inline:"))
    return "another method than inline";
  parts = g_strsplit (params + strlen ("inline:"), "|", 4);
  if (parts[0] != NULL)
    secret = read_secret (parts[0], crypto->suite);
  if (secret == NULL)
    return "a key of another length than its suite's";
  key.secret = secret;
  if (parts[at] != NULL && strchr (parts[at], ':') == NULL) {
    if (!read_lifetime (parts[at], &key.max_packets))
      return "a lifetime that is none";
    at++;
  }
  if (parts[at] != NULL && !read_mki (parts[at++], &key))
    return "an MKI that is none";
  if (parts[at] != NULL)
    return "what follows the MKI";
  gst_ice_crypto_add_key (crypto, &key);
  return NULL;
}

/* RFC 4568, 6.1: several keys have an MKI each, all of the same size. */
static gboolean
has_good_mkis (const GstIceCrypto * crypto)
{
  const GstIceCryptoKey *first = g_ptr_array_index (crypto->keys, 0);

  for (guint i = 1; i < crypto->keys->len; i++) {
    const GstIceCryptoKey *key = g_ptr_array_index (crypto->keys, i);

    if (key->mki_bytes == 0 || key->mki_bytes != first->mki_bytes)
      return FALSE;
  }
  return TRUE;
}

/* @params: "inline:…;inline:…" */
static const gchar *
read_keys (GstIceCrypto * crypto, const gchar * params)
{
  g_auto (GStrv) keys = g_strsplit (params, ";", GST_ICE_MAX_CRYPTO_KEYS + 1);
  const gchar *wrong = NULL;

  if (g_strv_length (keys) > GST_ICE_MAX_CRYPTO_KEYS)
    return "more than 8 keys";
  for (guint i = 0; keys[i] != NULL && wrong == NULL; i++)
    wrong = read_key (crypto, keys[i]);
  if (wrong == NULL && !has_good_mkis (crypto))
    wrong = "several keys without MKIs of one length";
  return wrong;
}

/* RFC 4568, 6.3. WSH asks for a window of at least 64 packets; ours is larger.
 * Only parameters that begin with "-" may be ignored: UNENCRYPTED_SRTP, KDR and
 * FEC_KEY change the packets.
 * Returns: (transfer none) (nullable): the first of @params that is not
 *     supported */
static const gchar *
find_refused (gchar ** params)
{
  for (guint i = 0; params[i] != NULL; i++) {
    if (*params[i] != '\0' && *params[i] != '-' &&
        !g_str_has_prefix (params[i], "WSH="))
      return params[i];
  }
  return NULL;
}

/* Returns: (transfer full): the name of a suite or parameter, without its
 *     value. @otherwise if @text is not a name, as it may be a key. */
static gchar *
dup_name (const gchar * text, const gchar * otherwise)
{
  const gsize n = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

  return n > 0 && n <= MAX_NAME && (text[n] == '\0' || text[n] == '=') ?
      g_strndup (text, n) : g_strdup (otherwise);
}

/* @words: the words of an a=crypto
 * Returns: (transfer full) (nullable): what is not supported; %NULL: the
 *     a=crypto was added */
static gchar *
read_words (GstIceKeying * keying, gchar ** words)
{
  const gchar *refused, *wrong;
  GstIceCrypto *crypto;
  guint64 tag;

  if (g_strv_length (words) < 3 ||
      !g_ascii_string_to_unsigned (words[0], 10, 0, MAX_TAG, &tag, NULL))
    return g_strdup ("a line without tag, suite and key");
  if (gst_ice_keying_get_secret_bytes (words[1]) == 0)
    return dup_name (words[1], "an unknown suite");
  refused = find_refused (words + 3);
  if (refused != NULL)
    return dup_name (refused, "an unknown parameter");

  crypto = gst_ice_keying_add_crypto (keying, (guint) tag, words[1], NULL);
  if (crypto == NULL)
    return g_strdup ("one line too many");
  wrong = read_keys (crypto, words[2]);
  if (wrong != NULL)
    g_ptr_array_remove (keying->cryptos, crypto);
  return g_strdup (wrong);
}

/* a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^31|1:4 [session parameters] */
static void
read_crypto (GstIceKeying * keying, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  g_autofree gchar *refused = read_words (keying, words);

  if (refused != NULL) {
    /* Without the line itself, which contains a key. */
    GST_INFO ("an a=crypto is not taken: %s", refused);
    gst_ice_keying_refuse (keying, refused);
  }
}

static const gchar *const setups[] = {
  [GST_ICE_SETUP_UNSET] = "",
  [GST_ICE_SETUP_ACTPASS] = "actpass",
  [GST_ICE_SETUP_ACTIVE] = "active",
  [GST_ICE_SETUP_PASSIVE] = "passive",
};

static GstIceSetup
read_setup (const gchar * value)
{
  for (guint i = 1; value != NULL && i < G_N_ELEMENTS (setups); i++) {
    if (g_ascii_strcasecmp (value, setups[i]) == 0)
      return (GstIceSetup) i;
  }
  return GST_ICE_SETUP_UNSET;
}

GstIceKeying *
gst_ice_sdp_keying_parse (const GstSDPMessage * message,
    const GstSDPMedia * media)
{
  g_autoptr (GstIceKeying) keying = gst_ice_keying_new ();
  const gchar *value, *setup;
  guint n = 0;

  while ((value = gst_sdp_media_get_attribute_val_n (media, "fingerprint",
              n++)) != NULL)
    read_fingerprint (keying, value);
  /* Fingerprints of the session apply to an m-line that has none (RFC 8122,
   * 5). */
  for (n = 0; keying->fingerprints->len == 0 &&
      (value = gst_sdp_message_get_attribute_val_n (message, "fingerprint",
              n)) != NULL; n++)
    read_fingerprint (keying, value);
  for (n = 0; (value = gst_sdp_media_get_attribute_val_n (media, "crypto",
              n)) != NULL; n++)
    read_crypto (keying, value);

  setup = gst_sdp_media_get_attribute_val (media, "setup");
  keying->setup = read_setup (setup != NULL ? setup :
      gst_sdp_message_get_attribute_val (message, "setup"));

  if (keying->fingerprints->len == 0 && keying->cryptos->len == 0 &&
      keying->refused == NULL)
    return NULL;
  return g_steal_pointer (&keying);
}

/* Appends @key to @text. */
static void
write_key (const GstIceCryptoKey * key, GString * text)
{
  g_string_append_printf (text, "inline:%s", key->secret);
  if (key->max_packets > 0) {
    guint bits = 0;

    while (G_GUINT64_CONSTANT (1) << bits < key->max_packets)
      bits++;
    if (key->max_packets == G_GUINT64_CONSTANT (1) << bits)
      g_string_append_printf (text, "|2^%u", bits);
    else
      g_string_append_printf (text, "|%" G_GUINT64_FORMAT, key->max_packets);
  }
  if (key->mki_bytes > 0)
    g_string_append_printf (text, "|%" G_GUINT64_FORMAT ":%u", key->mki,
        key->mki_bytes);
}

static void
write_crypto (const GstIceCrypto * crypto, GstSDPMedia * media)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%u %s ", crypto->tag, crypto->suite);
  for (guint i = 0; i < crypto->keys->len; i++) {
    if (i > 0)
      g_string_append_c (text, ';');
    write_key (g_ptr_array_index (crypto->keys, i), text);
  }
  gst_sdp_media_add_attribute (media, "crypto", text->str);
}

void
gst_ice_sdp_keying_write (const GstIceKeying * keying, GstSDPMedia * media)
{
  for (guint i = 0; i < keying->cryptos->len; i++)
    write_crypto (g_ptr_array_index (keying->cryptos, i), media);
  for (guint i = 0; i < keying->fingerprints->len; i++) {
    const GstIceFingerprint *fingerprint =
        g_ptr_array_index (keying->fingerprints, i);
    g_autofree gchar *text = g_strdup_printf ("%s %s", fingerprint->hash,
        fingerprint->value);

    gst_sdp_media_add_attribute (media, "fingerprint", text);
  }
  if (keying->fingerprints->len > 0 && keying->setup != GST_ICE_SETUP_UNSET)
    gst_sdp_media_add_attribute (media, "setup", setups[keying->setup]);
}
