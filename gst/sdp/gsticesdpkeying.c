/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Fingerprints, DTLS roles and SDES keys between SDP attributes and GstIceKeying. */

#include "config.h"

#include "gsticesdpkeying.h"

#include <string.h>

/* RFC 3711: 16 bytes of key and 14 of salt, in base64. */
#define KEY_BYTES 30

/* What GLib's checksums and the SRTP elements can do, by the names of RFC 8122, 5,
 * and RFC 4568, 6.2. */
static const gchar *const hashes[] = {
  "sha-1", "sha-256", "sha-384", "sha-512", NULL
};

static const gchar *const suites[] = {
  "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", NULL
};

GST_DEBUG_CATEGORY_STATIC (icesdpkeying_debug);
#define GST_CAT_DEFAULT icesdpkeying_debug

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (icesdpkeying_debug, "icesdpkeying", 0,
        "ICE: encryption in SDP");
    g_once_init_leave (&done, 1);
  }
}

/* Two hexadecimal digits, a colon, and so on. */
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

/* Returns: (transfer full) (nullable): the base64 of @params, "inline:KEY|2^31|1:1";
 *     %NULL when a key identifier would be in the packets, or it is no key */
static gchar *
read_key (const gchar * params)
{
  g_auto (GStrv) parts = NULL;
  g_autofree guchar *key = NULL;
  gsize size = 0;

  if (!g_str_has_prefix (params, "inline:") || strchr (params, ';') != NULL)
    return NULL;

  parts = g_strsplit (params + strlen ("inline:"), "|", 3);
  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++) {
    if (strchr (parts[i], ':') != NULL)
      return NULL;
  }
  if (parts[0] == NULL || *parts[0] == '\0')
    return NULL;
  key = g_base64_decode (parts[0], &size);
  return size == KEY_BYTES ? g_strdup (parts[0]) : NULL;
}

/* a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^31 [session parameters] */
static void
read_crypto (GstIceKeying * keying, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 4);
  g_autofree gchar *key = NULL;
  guint64 tag;

  if (g_strv_length (words) >= 3 && g_strv_contains (suites, words[1]))
    key = read_key (words[2]);
  /* Parameters such as UNENCRYPTED_SRTP must not be ignored (RFC 4568, 6.3). */
  if (key != NULL && words[3] == NULL &&
      g_ascii_string_to_unsigned (words[0], 10, 0, 999999999, &tag, NULL))
    gst_ice_keying_add_crypto (keying, (guint) tag, words[1], key);
  else
    /* Not the line itself: it has a key in it. */
    GST_INFO ("an a=crypto that can't be used");
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

  init_debug ();
  while ((value = gst_sdp_media_get_attribute_val_n (media, "fingerprint",
              n++)) != NULL)
    read_fingerprint (keying, value);
  /* Those of the session count where the m-line has none (RFC 8122, 5). */
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

  if (keying->fingerprints->len == 0 && keying->cryptos->len == 0)
    return NULL;
  return g_steal_pointer (&keying);
}

void
gst_ice_sdp_keying_write (const GstIceKeying * keying, GstSDPMedia * media)
{
  for (guint i = 0; i < keying->cryptos->len; i++) {
    const GstIceCrypto *crypto = g_ptr_array_index (keying->cryptos, i);
    g_autofree gchar *text = g_strdup_printf ("%u %s inline:%s", crypto->tag,
        crypto->suite, crypto->key);

    gst_sdp_media_add_attribute (media, "crypto", text);
  }
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
