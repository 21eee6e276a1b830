/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Plays a DTLS handshake between two ends over a network that delays, loses
 * and changes datagrams. */

#include "config.h"

#include "dtlspair.h"

#include "fakeclock.h"
#include "gsticecertificate.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/srtp.h>
#include <openssl/x509v3.h>
#include <string.h>

typedef struct
{
  GByteArray *bytes;
  guint to;
  gint64 due_ms;
} Datagram;

static void
datagram_free (gpointer data)
{
  Datagram *datagram = data;

  g_byte_array_unref (datagram->bytes);
  g_free (datagram);
}

void
dtls_pair_inject (DtlsPair * pair, guint to, const guint8 * data, gsize size)
{
  Datagram *datagram = g_new0 (Datagram, 1);

  datagram->bytes =
      g_byte_array_append (g_byte_array_new (), data, (guint) size);
  datagram->to = to;
  datagram->due_ms = fake_clock_get_ms () + pair->delay_ms;
  g_queue_push_tail (&pair->network, datagram);
}

GBytes *
dtls_pair_take (DtlsPair * pair)
{
  Datagram *datagram = g_queue_pop_head (&pair->network);
  GBytes *bytes = g_bytes_new (datagram->bytes->data, datagram->bytes->len);

  datagram_free (datagram);
  return bytes;
}

static void
on_send (const guint8 * data, gsize size, gpointer user_data)
{
  DtlsEnd *end = user_data;
  DtlsPair *pair = end->pair;
  g_autoptr (GByteArray) datagram =
      g_byte_array_append (g_byte_array_new (), data, (guint) size);

  if (pair->last_sender != (gint) end->which)
    pair->n_flights++;
  pair->last_sender = (gint) end->which;
  pair->n_sent[end->which]++;
  pair->max_bytes = MAX (pair->max_bytes, size);
  if (pair->loss_percent > 0 &&
      (guint) g_rand_int_range (pair->rand, 0, 100) < pair->loss_percent)
    return;
  if (pair->meddle == NULL || pair->meddle (pair, end->which, datagram))
    dtls_pair_inject (pair, !end->which, datagram->data, datagram->len);
}

static guint
get_round_trip_us (gpointer user_data)
{
  return ((DtlsEnd *) user_data)->pair->round_trip_us;
}

static void
make_ours (DtlsEnd * end, GstIceDtlsContext * context)
{
  GstIceDtlsConnectionSettings settings = {
    .context = context,
    .is_client = end->which == DTLS_CLIENT,
    .fingerprints = end->expected->fingerprints,
    .send = on_send,
    .get_round_trip_us = get_round_trip_us,
    .user_data = end,
  };

  end->ours = gst_ice_dtls_connection_new (&settings);
  g_assert (end->ours != NULL);
}

DtlsPair *
dtls_pair_new (GstIceDtlsContext * client, GstIceDtlsContext * server)
{
  GstIceDtlsContext *contexts[] = { client, server };
  DtlsPair *pair = g_new0 (DtlsPair, 1);

  pair->rand = g_rand_new_with_seed (1);
  pair->last_sender = -1;
  for (guint i = 0; i < 2; i++) {
    DtlsEnd *end = &pair->ends[i];

    end->pair = pair;
    end->which = i;
    end->expected = gst_ice_keying_new ();
    if (contexts[!i] != NULL)
      gst_ice_keying_add_fingerprint (end->expected, "sha-256",
          gst_ice_dtls_context_get_fingerprint (contexts[!i]));
    if (contexts[i] != NULL)
      make_ours (end, contexts[i]);
  }
  return pair;
}

void
dtls_pair_free (DtlsPair * pair)
{
  for (guint i = 0; i < 2; i++) {
    g_clear_pointer (&pair->ends[i].ours, gst_ice_dtls_connection_free);
    g_clear_pointer (&pair->ends[i].ssl, SSL_free);
    gst_ice_keying_free (pair->ends[i].expected);
    g_free (pair->ends[i].error);
  }
  g_queue_clear_full (&pair->network, datagram_free);
  g_rand_free (pair->rand);
  g_free (pair);
}

void
dtls_pair_expect (DtlsPair * pair, guint which, const gchar * hash,
    const gchar * fingerprint)
{
  DtlsEnd *end = &pair->ends[which];

  if (!end->is_told)
    g_ptr_array_set_size (end->expected->fingerprints, 0);
  end->is_told = TRUE;
  gst_ice_keying_add_fingerprint (end->expected, hash, fingerprint);
}

static EVP_PKEY *
make_dsa_key (void)
{
  EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name (NULL, "DSA", NULL);
  EVP_PKEY *parameters = NULL, *key = NULL;

  g_assert (EVP_PKEY_paramgen_init (maker) == 1);
  EVP_PKEY_CTX_set_dsa_paramgen_bits (maker, 1024);
  g_assert (EVP_PKEY_paramgen (maker, &parameters) == 1);
  EVP_PKEY_CTX_free (maker);
  maker = EVP_PKEY_CTX_new (parameters, NULL);
  g_assert (EVP_PKEY_keygen_init (maker) == 1 &&
      EVP_PKEY_keygen (maker, &key) == 1);
  EVP_PKEY_CTX_free (maker);
  EVP_PKEY_free (parameters);
  return key;
}

static EVP_PKEY *
make_key (const gchar * type)
{
  if (g_str_equal (type, "DSA"))
    return make_dsa_key ();
  if (g_str_has_prefix (type, "RSA-"))
    return EVP_RSA_gen ((gsize) g_ascii_strtoull (type + 4, NULL, 10));
  return EVP_EC_gen (type);
}

/* @extra_bytes: how many bytes longer than needed
 * Returns: (transfer full): a certificate signed by @key */
static X509 *
make_certificate (EVP_PKEY * key, gint days, gsize extra_bytes)
{
  X509 *certificate = X509_new ();
  X509_NAME *name = X509_get_subject_name (certificate);
  const gint64 now_s = fake_clock_get_ms () / 1000;
  time_t now = now_s, day = 24 * 60 * 60;

  g_assert (X509_set_version (certificate, X509_VERSION_3));
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), 1);
  X509_time_adj (X509_getm_notBefore (certificate),
      days > 0 ? 0 : 2 * days * day, &now);
  X509_time_adj (X509_getm_notAfter (certificate), days * day, &now);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC,
      (const guint8 *) "other", -1, -1, 0);
  X509_set_issuer_name (certificate, name);
  X509_set_pubkey (certificate, key);
  if (extra_bytes > 0) {
    g_autofree gchar *filler = g_strnfill (extra_bytes, 'x');
    X509_EXTENSION *comment = X509V3_EXT_conf_nid (NULL, NULL,
        NID_netscape_comment, filler);

    X509_add_ext (certificate, comment, -1);
    X509_EXTENSION_free (comment);
  }
  g_assert (X509_sign (certificate, key, EVP_sha256 ()) > 0);
  return certificate;
}

SSL_CTX *
dtls_other_new (const gchar * key_type, gint days, gsize extra_bytes)
{
  SSL_CTX *ssl = SSL_CTX_new (DTLS_method ());
  EVP_PKEY *key = key_type != NULL ? make_key (key_type) : NULL;
  X509 *certificate;

  SSL_CTX_set_security_level (ssl, 0);
  SSL_CTX_set_cipher_list (ssl, "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version (ssl, DTLS1_VERSION);
  SSL_CTX_set_max_cert_list (ssl, 1 << 20);
  SSL_CTX_set_read_ahead (ssl, 1);
  g_assert (SSL_CTX_set_tlsext_use_srtp (ssl, "SRTP_AES128_CM_SHA1_80:"
          "SRTP_AES128_CM_SHA1_32:SRTP_AEAD_AES_256_GCM:"
          "SRTP_AEAD_AES_128_GCM") == 0);
  if (key != NULL) {
    certificate = make_certificate (key, days, extra_bytes);
    g_assert (SSL_CTX_use_certificate (ssl, certificate) == 1);
    g_assert (SSL_CTX_use_PrivateKey (ssl, key) == 1);
    X509_free (certificate);
    EVP_PKEY_free (key);
  }
  return ssl;
}

static int
take_all (int verified, X509_STORE_CTX * store)
{
  return 1;
}

void
dtls_pair_set_other (DtlsPair * pair, guint which, SSL_CTX * ssl)
{
  const X509 *certificate = SSL_CTX_get0_certificate (ssl);
  DtlsEnd *end = &pair->ends[which];

  end->ssl = SSL_new (ssl);
  end->bio = gst_ice_dtls_bio_new (on_send, end);
  SSL_set_bio (end->ssl, end->bio, end->bio);
  SSL_set_verify (end->ssl, SSL_VERIFY_PEER, take_all);
  if (which == DTLS_CLIENT)
    SSL_set_connect_state (end->ssl);
  else
    SSL_set_accept_state (end->ssl);
  if (certificate != NULL) {
    g_autofree gchar *fingerprint =
        gst_ice_certificate_compute_fingerprint (certificate, "sha-256");

    gst_ice_keying_add_fingerprint (pair->ends[!which].expected, "sha-256",
        fingerprint);
  }
}

/* Lets a foreign end handle what it has received. */
static void
go_on_other (DtlsEnd * end)
{
  int result, error;
  guint8 data[64];

  ERR_clear_error ();
  result = end->state == GST_ICE_DTLS_CONNECTING ? SSL_do_handshake (end->ssl) :
      SSL_read (end->ssl, data, sizeof data);
  error = SSL_get_error (end->ssl, result);
  if (error == SSL_ERROR_NONE) {
    end->state = GST_ICE_DTLS_CONNECTED;
  } else if (error == SSL_ERROR_ZERO_RETURN) {
    end->state = GST_ICE_DTLS_CLOSED;
  } else if (error != SSL_ERROR_WANT_READ) {
    end->state = GST_ICE_DTLS_FAILED;
    g_free (end->error);
    end->error = g_strdup (ERR_reason_error_string (ERR_peek_error ()));
  }
  ERR_clear_error ();
}

static void
look (DtlsEnd * end, GstIceDtlsState state)
{
  end->state = state;
  if ((state == GST_ICE_DTLS_KEYED || state == GST_ICE_DTLS_CONNECTED) &&
      !end->has_keys) {
    end->has_keys = gst_ice_dtls_connection_get_keys (end->ours, &end->keys);
    end->keyed_ms = fake_clock_get_ms () - end->pair->started_ms;
    g_assert (end->has_keys);
  }
  gst_ice_dtls_connection_settle (end->ours);
}

static void
receive (DtlsEnd * end, const GByteArray * bytes)
{
  gboolean taken;

  if (end->ours != NULL) {
    look (end, gst_ice_dtls_connection_receive (end->ours, bytes->data,
            bytes->len, &taken));
    return;
  }
  if (bytes->len == 0)
    return;
  gst_ice_dtls_bio_set_incoming (end->bio, bytes->data, bytes->len);
  go_on_other (end);
  gst_ice_dtls_bio_set_incoming (end->bio, NULL, 0);
}

/* Returns: -1: none */
static gint
get_timeout_ms (DtlsEnd * end)
{
  struct timeval left;

  if (end->ours != NULL)
    return gst_ice_dtls_connection_get_timeout_ms (end->ours);
  if (end->state != GST_ICE_DTLS_CONNECTING ||
      !DTLSv1_get_timeout (end->ssl, &left))
    return -1;
  return (gint) (left.tv_sec * 1000 + left.tv_usec / 1000);
}

static void
time_out (DtlsEnd * end)
{
  if (end->ours != NULL)
    look (end, gst_ice_dtls_connection_time_out (end->ours));
  else if (DTLSv1_handle_timeout (end->ssl) < 0)
    end->state = GST_ICE_DTLS_FAILED;
}

static gboolean
is_over (const DtlsPair * pair)
{
  return pair->ends[0].state > GST_ICE_DTLS_KEYED &&
      pair->ends[1].state > GST_ICE_DTLS_KEYED;
}

/* Returns: milliseconds until something is due, -1: nothing is */
static gint64
get_next_ms (DtlsPair * pair)
{
  const Datagram *first = g_queue_peek_head (&pair->network);
  gint64 next = -1;

  if (first != NULL)
    next = MAX (first->due_ms - fake_clock_get_ms (), 0);
  for (guint i = 0; i < 2; i++) {
    gint timeout = get_timeout_ms (&pair->ends[i]);

    if (timeout >= 0 && (next < 0 || timeout < next))
      next = timeout;
  }
  return next;
}

static void
do_what_is_due (DtlsPair * pair)
{
  Datagram *first = g_queue_peek_head (&pair->network);

  if (first != NULL && first->due_ms <= fake_clock_get_ms ()) {
    g_queue_pop_head (&pair->network);
    receive (&pair->ends[first->to], first->bytes);
    datagram_free (first);
    return;
  }
  for (guint i = 0; i < 2; i++) {
    if (get_timeout_ms (&pair->ends[i]) == 0)
      time_out (&pair->ends[i]);
  }
}

gint64
dtls_pair_run (DtlsPair * pair, gint64 ms)
{
  const gint64 started = fake_clock_get_ms ();
  gint64 next;

  if (pair->n_flights == 0) {
    pair->started_ms = started;
    for (guint i = 0; i < 2; i++) {
      if (pair->ends[i].ours != NULL)
        look (&pair->ends[i],
            gst_ice_dtls_connection_start (pair->ends[i].ours));
      else if (i == DTLS_CLIENT)
        go_on_other (&pair->ends[i]);
    }
  }
  while ((!is_over (pair) || !g_queue_is_empty (&pair->network)) &&
      (next = get_next_ms (pair)) >= 0 &&
      fake_clock_get_ms () + next - started <= ms) {
    fake_clock_advance (next);
    do_what_is_due (pair);
  }
  return fake_clock_get_ms () - started;
}

/* Returns: whether @end has the keys that OpenSSL made at the other end */
static gboolean
has_keys_of_other (const DtlsEnd * end, SSL * ssl)
{
  const GstIceSrtpSuiteInfo *info =
      gst_ice_srtp_suite_get_info (end->keys.suite);
  const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile (ssl);
  const gsize key = info->key_bytes, salt = info->salt_bytes;
  const guint8 *client = end->which == DTLS_CLIENT ? end->keys.ours.secret :
      end->keys.theirs.secret;
  const guint8 *server = end->which == DTLS_CLIENT ? end->keys.theirs.secret :
      end->keys.ours.secret;
  guint8 m[128];

  return profile != NULL && g_str_equal (profile->name, info->profile) &&
      SSL_export_keying_material (ssl, m, 2 * (key + salt),
      "EXTRACTOR-dtls_srtp", 19, NULL, 0, 0) == 1 &&
      memcmp (m, client, key) == 0 && memcmp (m + key, server, key) == 0 &&
      memcmp (m + 2 * key, client + key, salt) == 0 &&
      memcmp (m + 2 * key + salt, server + key, salt) == 0;
}

gboolean
dtls_pair_is_connected (const DtlsPair * pair)
{
  const DtlsEnd *a = &pair->ends[0], *b = &pair->ends[1];
  gsize size;

  if (a->state != GST_ICE_DTLS_CONNECTED || b->state != GST_ICE_DTLS_CONNECTED)
    return FALSE;
  if (a->ours == NULL)
    return has_keys_of_other (b, a->ssl);
  if (b->ours == NULL)
    return has_keys_of_other (a, b->ssl);
  size = gst_ice_srtp_suite_get_info (a->keys.suite)->key_bytes +
      gst_ice_srtp_suite_get_info (a->keys.suite)->salt_bytes;
  return a->keys.suite == b->keys.suite &&
      memcmp (a->keys.ours.secret, b->keys.theirs.secret, size) == 0 &&
      memcmp (a->keys.theirs.secret, b->keys.ours.secret, size) == 0 &&
      memcmp (a->keys.ours.secret, a->keys.theirs.secret, size) != 0;
}

const gchar *
dtls_pair_get_message (const DtlsPair * pair, guint which)
{
  return gst_ice_dtls_connection_get_message (pair->ends[which].ours);
}
