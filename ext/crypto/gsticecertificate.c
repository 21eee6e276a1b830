/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes the certificates that our ends show in a DTLS handshake, and
 * computes the fingerprints of those that peers show. */

#include "config.h"

#include "gsticecertificate.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

/* Valid from a day earlier, as clocks differ. */
#define BEGINS_S (-24 * 60 * 60)

/* RFC 8827, 6.5: the names and numbers in a certificate reveal nothing. */
X509 *
gst_ice_certificate_new (EVP_PKEY * key, gint64 now_s)
{
  X509 *certificate = X509_new ();
  X509_NAME *name;
  time_t now = (time_t) now_s;
  guint64 serial = 0;

  if (certificate == NULL)
    return NULL;
  name = X509_get_subject_name (certificate);
  if (RAND_bytes ((guint8 *) & serial, sizeof serial) == 1 &&
      X509_set_version (certificate, X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set_uint64 (X509_get_serialNumber (certificate),
          serial >> 1) == 1 &&
      X509_time_adj (X509_getm_notBefore (certificate), BEGINS_S, &now) &&
      X509_time_adj (X509_getm_notAfter (certificate),
          GST_ICE_CERTIFICATE_LIFETIME_S, &now) &&
      X509_set_pubkey (certificate, key) == 1 &&
      X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC,
          (const guint8 *) "gst-ice", -1, -1, 0) == 1 &&
      X509_set_issuer_name (certificate, name) == 1 &&
      X509_sign (certificate, key, EVP_sha256 ()) > 0)
    return certificate;

  X509_free (certificate);
  return NULL;
}

/* Returns: (transfer none) (nullable) */
static const EVP_MD *
find_hash (const gchar * name)
{
  static const struct
  {
    const gchar *name;
    const EVP_MD *(*get) (void);
  } hashes[] = {
    {"sha-1", EVP_sha1}, {"sha-224", EVP_sha224}, {"sha-256", EVP_sha256},
    {"sha-384", EVP_sha384}, {"sha-512", EVP_sha512},
  };

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++) {
    if (g_ascii_strcasecmp (hashes[i].name, name) == 0)
      return hashes[i].get ();
  }
  return NULL;
}

gchar *
gst_ice_certificate_compute_fingerprint (const X509 * certificate,
    const gchar * hash)
{
  const EVP_MD *md = find_hash (hash);
  guint8 digest[EVP_MAX_MD_SIZE];
  guint n_bytes = 0;
  GString *text;

  if (md == NULL || X509_digest (certificate, md, digest, &n_bytes) != 1)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < n_bytes; i++)
    g_string_append_printf (text, i == 0 ? "%02X" : ":%02X", digest[i]);
  return g_string_free (text, FALSE);
}
