/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticecertificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <string.h>

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"

/* From a day before now, as clocks differ, for as long as W3C's default. */
#define BEGINS_S (-24 * 60 * 60)
#define ENDS_S (30 * 24 * 60 * 60)

gchar *
gst_ice_certificate_compute_fingerprint (const gchar * pem, const gchar * hash)
{
  static const struct
  {
    const gchar *name;
    GChecksumType type;
  } hashes[] = {
    {"sha-1", G_CHECKSUM_SHA1}, {"sha-256", G_CHECKSUM_SHA256},
    {"sha-384", G_CHECKSUM_SHA384}, {"sha-512", G_CHECKSUM_SHA512},
  };
  const gchar *begin = strstr (pem, PEM_BEGIN);
  const gchar *end = begin != NULL ? strstr (begin, PEM_END) : NULL;
  GString *text = NULL;

  for (guint i = 0; end != NULL && i < G_N_ELEMENTS (hashes); i++) {
    g_autofree gchar *base64 = NULL;
    g_autofree gchar *digest = NULL;
    g_autofree guchar *der = NULL;
    gsize size;

    if (!g_str_equal (hashes[i].name, hash))
      continue;
    begin += strlen (PEM_BEGIN);
    base64 = g_strndup (begin, (gsize) (end - begin));
    der = g_base64_decode (base64, &size);
    digest = g_compute_checksum_for_data (hashes[i].type, der, size);
    text = g_string_new (NULL);
    for (gsize c = 0; digest[c] != '\0'; c++) {
      if (c > 0 && c % 2 == 0)
        g_string_append_c (text, ':');
      g_string_append_c (text, g_ascii_toupper (digest[c]));
    }
    break;
  }
  return text != NULL ? g_string_free (text, FALSE) : NULL;
}

/* RFC 8827, 6.5: P-256, and names and numbers that tell nobody anything. */
static gboolean
fill_in (X509 * certificate, EVP_PKEY * key)
{
  X509_NAME *name = X509_get_subject_name (certificate);
  guint64 serial = 0;

  return RAND_bytes ((guint8 *) & serial, sizeof serial) == 1 &&
      X509_set_version (certificate, 2) == 1 &&
      ASN1_INTEGER_set_uint64 (X509_get_serialNumber (certificate),
      serial >> 1) == 1 &&
      X509_gmtime_adj (X509_getm_notBefore (certificate), BEGINS_S) != NULL &&
      X509_gmtime_adj (X509_getm_notAfter (certificate), ENDS_S) != NULL &&
      X509_set_pubkey (certificate, key) == 1 &&
      X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC,
      (const guint8 *) "gst-ice", -1, -1, 0) == 1 &&
      X509_set_issuer_name (certificate, name) == 1 &&
      X509_sign (certificate, key, EVP_sha256 ()) > 0;
}

/* Returns: (transfer full) (nullable) */
static gchar *
make_pem (void)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *certificate = X509_new ();
  BIO *text = BIO_new (BIO_s_mem ());
  gchar *pem = NULL, *data;
  glong size;

  if (key != NULL && certificate != NULL && text != NULL &&
      fill_in (certificate, key) && PEM_write_bio_X509 (text, certificate) &&
      PEM_write_bio_PrivateKey (text, key, NULL, NULL, 0, NULL, NULL)) {
    size = BIO_get_mem_data (text, &data);
    pem = g_strndup (data, (gsize) size);
  }
  BIO_free (text);
  X509_free (certificate);
  EVP_PKEY_free (key);
  return pem;
}

const gchar *
gst_ice_certificate_get_pem (void)
{
  static gsize made = 0;
  static gchar *pem;

  if (g_once_init_enter (&made)) {
    pem = make_pem ();
    g_once_init_leave (&made, 1);
  }
  return pem;
}
