/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Holds the certificate and the OpenSSL settings that all DTLS connections
 * of the process share. */

#include "config.h"

#include "gsticedtlscontext.h"

#include "gsticecertificate.h"

#include <openssl/ec.h>
#include <openssl/srtp.h>

/* A certificate is replaced this long before it ends. Calls offered before
 * the change, and peers whose clock is ahead, still find it valid. */
#define RENEW_BEFORE_S (7 * 24 * 60 * 60)

/* When the clock is set back by more than this, the certificate is not valid
 * yet. */
#define MAX_SET_BACK_S (24 * 60 * 60)

/* RFC 8827, 6.5 asks for the first. All have ephemeral keys. Peers may have
 * certificates of either kind. The last two are for old peers. */
#define CIPHERS "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:" \
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" \
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:" \
    "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA"
#define GROUPS "X25519:P-256:P-384"

/* OpenSSL does not have DTLS 1.3 yet. With DTLS 1.3 the last flight is
 * acknowledged, which the connection would have to handle before its memory
 * is freed. */
#define MAX_VERSION DTLS1_2_VERSION

/* Limit for the certificates of a peer. OpenSSL's limit of 100 kB is more
 * memory than a stranger should get. */
#define MAX_PEER_CERTIFICATES_BYTES (32 * 1024)

struct _GstIceDtlsContext
{
  gatomicrefcount n_refs;
  SSL_CTX *ssl;                 /* set at construction, as the following */
  gchar *fingerprint;
  gint64 made_s;
};

/* As a server, OpenSSL takes the first of our profiles that the client has. */
static gboolean
set_profiles (SSL_CTX * ssl, const GstIceSrtpSuite * suites, guint n_suites)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < n_suites; i++)
    g_string_append_printf (names, i == 0 ? "%s" : ":%s",
        gst_ice_srtp_suite_get_info (suites[i])->profile);
  /* Here 0 is success, unlike in the rest of OpenSSL. */
  return SSL_CTX_set_tlsext_use_srtp (ssl, names->str) == 0;
}

/* Replaces OpenSSL's check of a chain, which ignores fingerprints and
 * refuses the keys of old gateways. Asks the connection, once. */
static int
on_verify (X509_STORE_CTX * store, void *data)
{
  const SSL *ssl = X509_STORE_CTX_get_ex_data (store,
      SSL_get_ex_data_X509_STORE_CTX_idx ());

  return SSL_get_verify_callback (ssl) (0, store);
}

static void
set_options (SSL_CTX * ssl)
{
  SSL_CTX_set_cert_verify_callback (ssl, on_verify, NULL);
  /* Sessions are never resumed: no tickets, and no cache, which would take a
   * lock. */
  SSL_CTX_set_session_cache_mode (ssl, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options (ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
      SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_max_cert_list (ssl, MAX_PEER_CERTIFICATES_BYTES);
  /* A datagram holds several records. */
  SSL_CTX_set_read_ahead (ssl, 1);
}

static gboolean
set_up (GstIceDtlsContext * self, const GstIceSrtpSuite * suites,
    guint n_suites)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *certificate =
      key != NULL ? gst_ice_certificate_new (key, self->made_s) : NULL;
  gboolean done = FALSE;

  self->ssl = SSL_CTX_new (DTLS_method ());
  if (certificate != NULL && self->ssl != NULL &&
      SSL_CTX_set_min_proto_version (self->ssl, DTLS1_2_VERSION) == 1 &&
      SSL_CTX_set_max_proto_version (self->ssl, MAX_VERSION) == 1 &&
      SSL_CTX_set_cipher_list (self->ssl, CIPHERS) == 1 &&
      SSL_CTX_set1_groups_list (self->ssl, GROUPS) == 1 &&
      SSL_CTX_use_certificate (self->ssl, certificate) == 1 &&
      SSL_CTX_use_PrivateKey (self->ssl, key) == 1 &&
      set_profiles (self->ssl, suites, n_suites)) {
    set_options (self->ssl);
    self->fingerprint =
        gst_ice_certificate_compute_fingerprint (certificate, "sha-256");
    done = self->fingerprint != NULL;
  }
  X509_free (certificate);
  EVP_PKEY_free (key);
  return done;
}

GstIceDtlsContext *
gst_ice_dtls_context_new (const GstIceSrtpSuite * suites, guint n_suites,
    gint64 now_s)
{
  g_autoptr (GstIceDtlsContext) self = g_new0 (GstIceDtlsContext, 1);

  /* Otherwise OpenSSL cleans up at the end of the process while sessions
   * still close their connections. */
  OPENSSL_init_ssl (OPENSSL_INIT_NO_ATEXIT, NULL);
  g_atomic_ref_count_init (&self->n_refs);
  self->made_s = now_s;
  return set_up (self, suites, n_suites) ? g_steal_pointer (&self) : NULL;
}

/* Returns: whether calls that begin now may use @self */
static gboolean
is_fresh (const GstIceDtlsContext * self, gint64 now_s)
{
  const gint64 age_s = now_s - self->made_s;

  return age_s > -MAX_SET_BACK_S &&
      age_s < GST_ICE_CERTIFICATE_LIFETIME_S - RENEW_BEFORE_S;
}

GstIceDtlsContext *
gst_ice_dtls_context_get_shared (gint64 now_s)
{
  /* GCM first: it costs half as much as counter mode with HMAC. */
  GstIceSrtpSuite suites[GST_ICE_SRTP_N_SUITES];
  const guint n_suites = gst_ice_srtp_suite_get_enabled (suites);
  static GMutex lock;
  static GstIceDtlsContext *shared;     /* protected by lock */
  GstIceDtlsContext *old = NULL, *context;

  /* Held while a context is made, for less than a millisecond. */
  g_mutex_lock (&lock);
  if (shared != NULL && !is_fresh (shared, now_s))
    old = g_steal_pointer (&shared);
  if (shared == NULL)
    shared = gst_ice_dtls_context_new (suites, n_suites, now_s);
  context = shared != NULL ? gst_ice_dtls_context_ref (shared) : NULL;
  g_mutex_unlock (&lock);

  g_clear_pointer (&old, gst_ice_dtls_context_unref);
  return context;
}

GstIceDtlsContext *
gst_ice_dtls_context_ref (GstIceDtlsContext * self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
gst_ice_dtls_context_unref (GstIceDtlsContext * self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  SSL_CTX_free (self->ssl);
  g_free (self->fingerprint);
  g_free (self);
}

const gchar *
gst_ice_dtls_context_get_fingerprint (const GstIceDtlsContext * self)
{
  return self->fingerprint;
}

SSL *
gst_ice_dtls_context_new_ssl (GstIceDtlsContext * self, SSL_verify_cb verify)
{
  SSL *ssl = SSL_new (self->ssl);

  if (ssl != NULL)
    SSL_set_verify (ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
        verify);
  return ssl;
}
