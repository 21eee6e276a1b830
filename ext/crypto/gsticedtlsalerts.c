/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decrypts the alerts of a DTLS peer. Keeps a key of 60 bytes, where OpenSSL would keep 74 kB
 * for each connection. */

#include "config.h"

#include "gsticedtlsalerts.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <string.h>

/* RFC 6347, 4.1: type, version, epoch and number, length. */
#define RECORD_HEAD_BYTES 13
#define TYPE_ALERT 21

/* The handshake changes the epoch once, and renegotiation is refused. */
#define EPOCH 1

/* RFC 5246, 7.2: level and description. */
#define ALERT_BYTES 2
#define LEVEL_FATAL 2
#define CLOSE_NOTIFY 0

#define TAG_BYTES 16
#define NONCE_BYTES 12
#define NUMBER_BYTES 8          /* epoch and number of a record */
#define MAX_KEY_BYTES 32

/* RFC 5246, 6.2.3.3. */
#define ADDITIONAL_BYTES 13

/* RFC 5246, 6.3: two keys and two nonces; AEAD has no keys for a MAC. */
#define MAX_BLOCK_BYTES (2 * (MAX_KEY_BYTES + NONCE_BYTES))

typedef struct
{
  int nid;                      /* OpenSSL's number */
  const EVP_CIPHER *(*get) (void);
  gsize key_bytes;
  gsize salt_bytes;             /* of the nonce that the handshake makes */
  gsize explicit_bytes;         /* of the nonce that each record has */
} Suite;

/* RFC 5288, 3 and RFC 7905, 2. */
static const Suite suites[] = {
  {NID_aes_128_gcm, EVP_aes_128_gcm, 16, 4, 8},
  {NID_aes_256_gcm, EVP_aes_256_gcm, 32, 4, 8},
  {NID_chacha20_poly1305, EVP_chacha20_poly1305, 32, 12, 0},
};

struct _GstIceDtlsAlerts
{
  const Suite *suite;
  guint8 key[MAX_KEY_BYTES];    /* the peer's, to write with; secret */
  guint8 salt[NONCE_BYTES];
};

static const Suite *
find_suite (const SSL * ssl)
{
  const int nid = SSL_CIPHER_get_cipher_nid (SSL_get_current_cipher (ssl));

  for (guint i = 0; i < G_N_ELEMENTS (suites); i++) {
    if (suites[i].nid == nid)
      return &suites[i];
  }
  return NULL;
}

/* RFC 5246, 6.3. */
static gboolean
derive (SSL * ssl, guint8 * block, gsize size_bytes)
{
  static const gchar label[] = "key expansion";
  const EVP_MD *hash =
      SSL_CIPHER_get_handshake_digest (SSL_get_current_cipher (ssl));
  guint8 seed[sizeof label - 1 + 2 * SSL3_RANDOM_SIZE];
  guint8 master[SSL_MAX_MASTER_KEY_LENGTH];
  const gsize master_bytes = SSL_SESSION_get_master_key (SSL_get_session (ssl),
      master, sizeof master);
  EVP_KDF *function = EVP_KDF_fetch (NULL, OSSL_KDF_NAME_TLS1_PRF, NULL);
  EVP_KDF_CTX *context = function != NULL ? EVP_KDF_CTX_new (function) : NULL;
  OSSL_PARAM parameters[4];
  gboolean derived = FALSE;

  memcpy (seed, label, sizeof label - 1);
  SSL_get_server_random (ssl, seed + sizeof label - 1, SSL3_RANDOM_SIZE);
  SSL_get_client_random (ssl, seed + sizeof label - 1 + SSL3_RANDOM_SIZE,
      SSL3_RANDOM_SIZE);
  if (context != NULL && hash != NULL && master_bytes > 0) {
    parameters[0] = OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST,
        (char *) EVP_MD_get0_name (hash), 0);
    parameters[1] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SECRET,
        master, master_bytes);
    parameters[2] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SEED,
        seed, sizeof seed);
    parameters[3] = OSSL_PARAM_construct_end ();
    derived = EVP_KDF_derive (context, block, size_bytes, parameters) == 1;
  }
  EVP_KDF_CTX_free (context);
  EVP_KDF_free (function);
  OPENSSL_cleanse (master, sizeof master);
  return derived;
}

GstIceDtlsAlerts *
gst_ice_dtls_alerts_new (SSL * ssl)
{
  const Suite *suite = find_suite (ssl);
  const gsize of_server = SSL_is_server (ssl) ? 0 : 1;
  guint8 block[MAX_BLOCK_BYTES];
  GstIceDtlsAlerts *self = NULL;

  if (suite == NULL)
    return NULL;
  if (derive (ssl, block, 2 * (suite->key_bytes + suite->salt_bytes))) {
    self = g_new0 (GstIceDtlsAlerts, 1);
    self->suite = suite;
    /* The client's come first. */
    memcpy (self->key, block + of_server * suite->key_bytes, suite->key_bytes);
    memcpy (self->salt, block + 2 * suite->key_bytes +
        of_server * suite->salt_bytes, suite->salt_bytes);
  }
  OPENSSL_cleanse (block, sizeof block);
  ERR_clear_error ();
  return self;
}

void
gst_ice_dtls_alerts_free (GstIceDtlsAlerts * self)
{
  OPENSSL_cleanse (self, sizeof *self);
  g_free (self);
}

/* @record: with its head
 * @nonce: (out): NONCE_BYTES */
static void
make_nonce (const GstIceDtlsAlerts * self, const guint8 * record,
    guint8 * nonce)
{
  const gsize salt_bytes = self->suite->salt_bytes;

  memcpy (nonce, self->salt, salt_bytes);
  if (self->suite->explicit_bytes > 0) {
    memcpy (nonce + salt_bytes, record + RECORD_HEAD_BYTES,
        self->suite->explicit_bytes);
  } else {
    for (guint i = 0; i < NUMBER_BYTES; i++)
      nonce[NONCE_BYTES - NUMBER_BYTES + i] ^= record[3 + i];
  }
}

/* @record: with its head and of the right size
 * @alert: (out): ALERT_BYTES
 * Returns: whether the peer has sent it */
static gboolean
decrypt (const GstIceDtlsAlerts * self, const guint8 * record, guint8 * alert)
{
  const guint8 *body = record + RECORD_HEAD_BYTES + self->suite->explicit_bytes;
  guint8 additional[ADDITIONAL_BYTES], nonce[NONCE_BYTES], tag[TAG_BYTES];
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  gboolean right;
  int n;

  make_nonce (self, record, nonce);
  memcpy (additional, record + 3, NUMBER_BYTES);
  memcpy (additional + NUMBER_BYTES, record, 3);
  additional[ADDITIONAL_BYTES - 2] = 0;
  additional[ADDITIONAL_BYTES - 1] = ALERT_BYTES;
  memcpy (tag, body + ALERT_BYTES, TAG_BYTES);

  right = context != NULL &&
      EVP_DecryptInit_ex (context, self->suite->get (), NULL, self->key,
      nonce) == 1 &&
      EVP_DecryptUpdate (context, NULL, &n, additional, sizeof additional) == 1
      && EVP_DecryptUpdate (context, alert, &n, body, ALERT_BYTES) == 1 &&
      EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1
      && EVP_DecryptFinal_ex (context, alert + ALERT_BYTES, &n) == 1;
  EVP_CIPHER_CTX_free (context);
  ERR_clear_error ();
  return right;
}

/* @body_bytes: how long the record is without its head */
static gboolean
is_end (const GstIceDtlsAlerts * self, const guint8 * record, gsize body_bytes)
{
  guint8 alert[ALERT_BYTES + TAG_BYTES];

  /* Epoch 0 is of the handshake: anybody may have written that. */
  return record[0] == TYPE_ALERT && record[3] == 0 && record[4] == EPOCH &&
      body_bytes == self->suite->explicit_bytes + ALERT_BYTES + TAG_BYTES &&
      decrypt (self, record, alert) &&
      (alert[0] == LEVEL_FATAL || alert[1] == CLOSE_NOTIFY);
}

gboolean
gst_ice_dtls_alerts_have_end (const GstIceDtlsAlerts * self,
    const guint8 * datagram, gsize size_bytes)
{
  gsize at = 0;

  while (size_bytes - at >= RECORD_HEAD_BYTES) {
    const guint8 *head = datagram + at;
    const gsize body_bytes = (gsize) head[11] << 8 | head[12];

    if (body_bytes > size_bytes - at - RECORD_HEAD_BYTES)
      return FALSE;
    if (is_end (self, head, body_bytes))
      return TRUE;
    at += RECORD_HEAD_BYTES + body_bytes;
  }
  return FALSE;
}
