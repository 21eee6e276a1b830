/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Runs one DTLS handshake on OpenSSL, checks the peer's certificate against
 * its description, and exports the keys for SRTP. */

#include "config.h"

#include "gsticedtlsconnection.h"

#include "gsticecertificate.h"
#include "gsticedtlsalerts.h"
#include "gsticekeying.h"

#include <openssl/err.h>
#include <openssl/srtp.h>
#include <string.h>

/* The first timeout. RFC 6347, 4.2.4.1 has 1 s, and allows less when the
 * path is known: here one and a half round trips. */
#define MIN_TIMEOUT_MS 50
#define MAX_FIRST_TIMEOUT_MS 400
#define UNKNOWN_TIMEOUT_MS 100

/* OpenSSL gives up at the 13th timeout: after about 20 s in all. */
#define MAX_TIMEOUT_MS 2000

/* For OpenSSL a timeout has passed when less than 15 ms of it are left. */
#define EARLY_MS 14

/* The largest datagram that is kept: a server's ChangeCipherSpec and
 * Finished have 75 bytes, an alert has 39. */
#define MAX_KEPT_BYTES 256

/* How often the last flight is repeated after the handshake, for a peer that
 * missed it. */
#define MAX_RESENT 16

/* RFC 6347, 4.1. */
#define RECORD_HEAD_BYTES 13
#define TYPE_CHANGE_CIPHER_SPEC 20

/* RFC 5764, 4.2. */
#define LABEL "EXTRACTOR-dtls_srtp"

typedef struct
{
  gsize size_bytes;             /* 0: empty */
  guint8 data[MAX_KEPT_BYTES];
} Kept;

struct _GstIceDtlsConnection
{
  GstIceDtlsConnectionSettings settings;        /* references context */
  SSL *ssl;                     /* NULL: settled, or failed */
  BIO *bio;                     /* (transfer none): owned by ssl */
  GstIceDtlsState state;
  gchar *message;               /* "" unless it failed */
  gchar *alert;                 /* a fatal alert in words, or NULL */
  gboolean alert_is_ours;
  gchar *peer_fingerprint;      /* NULL: not seen, or a wrong certificate */
  gboolean is_of_another;
  const gchar *cipher;          /* static; NULL: not connected yet */
  guint version;

  Kept last;                    /* the last datagram sent: a server's last
                                 * flight */
  Kept goodbye;                 /* close_notify; set by settle() */
  GstIceDtlsAlerts *alerts;     /* of the peer; NULL: not settled, or not
                                 * understood */
  gboolean keeps_goodbye;       /* keep what OpenSSL sends, don't send it */
  guint n_resent;
};

/* Functions that OpenSSL calls. */

static void
keep (Kept * kept, const guint8 * datagram, gsize size_bytes)
{
  kept->size_bytes = size_bytes <= MAX_KEPT_BYTES ? size_bytes : 0;
  memcpy (kept->data, datagram, kept->size_bytes);
}

static void
on_send (const guint8 * datagram, gsize size_bytes, gpointer user_data)
{
  GstIceDtlsConnection *self = user_data;

  if (self->keeps_goodbye) {
    keep (&self->goodbye, datagram, size_bytes);
    return;
  }
  keep (&self->last, datagram, size_bytes);
  self->settings.send (datagram, size_bytes, self->settings.user_data);
}

/* @timer_us: the last timeout; 0: a flight was just sent for the first time
 * Returns: the next timeout */
static unsigned int
on_timer (SSL * ssl, unsigned int timer_us)
{
  const GstIceDtlsConnection *self = SSL_get_app_data (ssl);
  guint ms = timer_us / 1000, round_trip_us;

  if (ms > EARLY_MS)
    return (MIN ((ms - EARLY_MS) * 2, MAX_TIMEOUT_MS) + EARLY_MS) * 1000;
  round_trip_us = self->settings.get_round_trip_us (self->settings.user_data);
  ms = MIN (round_trip_us / 1000, MAX_FIRST_TIMEOUT_MS) * 3 / 2;
  ms = CLAMP (ms, MIN_TIMEOUT_MS, MAX_FIRST_TIMEOUT_MS);
  return ((round_trip_us == 0 ? UNKNOWN_TIMEOUT_MS : ms) + EARLY_MS) * 1000;
}

/* OpenSSL reports an alert that came as an error, but not an alert that it
 * sends. */
static void
on_info (const SSL * ssl, int where, int value)
{
  GstIceDtlsConnection *self = SSL_get_app_data (ssl);

  if ((where & SSL_CB_ALERT) == 0 || self->alert != NULL ||
      value >> 8 != SSL3_AL_FATAL)
    return;
  self->alert_is_ours = (where & SSL_CB_WRITE) != 0;
  self->alert = g_strdup_printf ("%s the alert \"%s\"",
      self->alert_is_ours ? "we sent" : "the peer sent",
      SSL_alert_desc_string_long (value));
}

/* The peer is the right one if its certificate has a signalled fingerprint.
 * Chain, names and dates don't count (RFC 8122, 6.2). */
static int
on_verify (int verified, X509_STORE_CTX * store)
{
  SSL *ssl = X509_STORE_CTX_get_ex_data (store,
      SSL_get_ex_data_X509_STORE_CTX_idx ());
  GstIceDtlsConnection *self = SSL_get_app_data (ssl);
  const GPtrArray *fingerprints = self->settings.fingerprints;

  for (guint i = 0; i < fingerprints->len; i++) {
    const GstIceFingerprint *named = g_ptr_array_index (fingerprints, i);
    g_autofree gchar *shown =
        gst_ice_certificate_compute_fingerprint (X509_STORE_CTX_get0_cert
        (store), named->hash);

    if (shown != NULL && g_ascii_strcasecmp (shown, named->value) == 0) {
      g_free (self->peer_fingerprint);
      self->peer_fingerprint = g_steal_pointer (&shown);
      return 1;
    }
  }
  self->is_of_another = TRUE;
  X509_STORE_CTX_set_error (store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

/* Handling the results of OpenSSL's calls. */

/* Frees OpenSSL's memory, 74 kB for a finished connection. */
static void
let_go (GstIceDtlsConnection * self)
{
  g_clear_pointer (&self->ssl, SSL_free);
  self->bio = NULL;
}

static GstIceDtlsState
fail (GstIceDtlsConnection * self, const gchar * why)
{
  g_free (self->message);
  /* For an alert that came, OpenSSL's message is only its name. */
  if (self->alert != NULL && self->alert_is_ours)
    self->message = g_strdup_printf ("%s: %s", self->alert, why);
  else
    self->message = g_strdup (self->alert != NULL ? self->alert : why);
  self->state = GST_ICE_DTLS_FAILED;
  return self->state;
}

static void
shut_down (GstIceDtlsConnection * self)
{
  ERR_clear_error ();
  (void) SSL_shutdown (self->ssl);
  ERR_clear_error ();
}

static GstIceDtlsState
connected (GstIceDtlsConnection * self)
{
  const SRTP_PROTECTION_PROFILE *profile =
      SSL_get_selected_srtp_profile (self->ssl);

  /* OpenSSL would go on without a profile. */
  if (profile == NULL) {
    shut_down (self);
    return fail (self, "no SRTP profile in common");
  }
  self->cipher = SSL_CIPHER_standard_name (SSL_get_current_cipher (self->ssl));
  self->version = (guint) SSL_version (self->ssl);
  self->state = GST_ICE_DTLS_CONNECTED;
  return self->state;
}

/* Whether the handshake is still running. */
static gboolean
is_under_way (const GstIceDtlsConnection * self)
{
  return self->state == GST_ICE_DTLS_CONNECTING ||
      self->state == GST_ICE_DTLS_KEYED;
}

/* RFC 7918: a client with ephemeral keys that has checked the server's
 * certificate and signature need not wait a round trip for the server's
 * Finished. All our cipher suites allow this. */
static gboolean
has_early_keys (const GstIceDtlsConnection * self)
{
  return self->settings.is_client && self->peer_fingerprint != NULL &&
      SSL_get_state (self->ssl) == TLS_ST_CW_FINISHED &&
      SSL_get_selected_srtp_profile (self->ssl) != NULL;
}

static GstIceDtlsState
go_on (GstIceDtlsConnection * self)
{
  const gchar *why;
  int result;

  /* The queue of errors belongs to the thread, and SSL_get_error() looks
   * into it. */
  ERR_clear_error ();
  result = SSL_do_handshake (self->ssl);
  switch (SSL_get_error (self->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      if (has_early_keys (self))
        self->state = GST_ICE_DTLS_KEYED;
      break;
    case SSL_ERROR_NONE:
      connected (self);
      break;
    case SSL_ERROR_ZERO_RETURN:
      fail (self, "the peer closed the connection");
      break;
    default:
      why = ERR_reason_error_string (ERR_peek_error ());
      /* For some errors OpenSSL gives no reason. */
      fail (self, why != NULL ? why : "a message of the peer is damaged, or "
          "longer than is taken");
      break;
  }
  ERR_clear_error ();
  if (self->state == GST_ICE_DTLS_FAILED)
    let_go (self);
  return self->state;
}

GstIceDtlsConnection *
gst_ice_dtls_connection_new (const GstIceDtlsConnectionSettings * settings)
{
  g_autoptr (GstIceDtlsConnection) self = g_new0 (GstIceDtlsConnection, 1);

  self->settings = *settings;
  gst_ice_dtls_context_ref (self->settings.context);
  self->message = g_strdup ("");
  self->ssl = gst_ice_dtls_context_new_ssl (self->settings.context, on_verify);
  if (self->ssl == NULL)
    return NULL;
  self->bio = gst_ice_dtls_bio_new (on_send, self);
  if (self->bio == NULL)
    return NULL;
  SSL_set_bio (self->ssl, self->bio, self->bio);
  SSL_set_app_data (self->ssl, self);
  SSL_set_info_callback (self->ssl, on_info);
  DTLS_set_timer_cb (self->ssl, on_timer);
  if (settings->is_client)
    SSL_set_connect_state (self->ssl);
  else
    SSL_set_accept_state (self->ssl);
  return g_steal_pointer (&self);
}

void
gst_ice_dtls_connection_free (GstIceDtlsConnection * self)
{
  let_go (self);
  g_clear_pointer (&self->alerts, gst_ice_dtls_alerts_free);
  gst_ice_dtls_context_unref (self->settings.context);
  g_free (self->message);
  g_free (self->alert);
  g_free (self->peer_fingerprint);
  g_free (self);
}

GstIceDtlsState
gst_ice_dtls_connection_start (GstIceDtlsConnection * self)
{
  return go_on (self);
}

/* Returns: whether @datagram has a ChangeCipherSpec record. The peer's last
 *     flight has one, and OpenSSL repeats each message of it separately. */
static gboolean
has_change_cipher_spec (const guint8 * datagram, gsize size_bytes)
{
  gsize at = 0;

  while (size_bytes - at >= RECORD_HEAD_BYTES) {
    const guint8 *head = datagram + at;
    const gsize body_bytes = (gsize) head[11] << 8 | head[12];

    if (head[0] == TYPE_CHANGE_CIPHER_SPEC)
      return TRUE;
    if (body_bytes > size_bytes - at - RECORD_HEAD_BYTES)
      return FALSE;
    at += RECORD_HEAD_BYTES + body_bytes;
  }
  return FALSE;
}

/* Repeats our last flight if @datagram shows that the peer repeats its own.
 * Returns: whether it did */
static gboolean
repeat (GstIceDtlsConnection * self, const guint8 * datagram, gsize size_bytes)
{
  if (self->state != GST_ICE_DTLS_CONNECTED || self->settings.is_client ||
      self->n_resent >= MAX_RESENT || self->last.size_bytes == 0 ||
      !has_change_cipher_spec (datagram, size_bytes))
    return FALSE;
  self->n_resent++;
  /* The same bytes: a peer that has them drops them as a replay. */
  self->settings.send (self->last.data, self->last.size_bytes,
      self->settings.user_data);
  return TRUE;
}

/* Returns: whether @datagram is the peer's end of the connection */
static gboolean
take_end (GstIceDtlsConnection * self, const guint8 * datagram,
    gsize size_bytes)
{
  if (self->state != GST_ICE_DTLS_CONNECTED || self->alerts == NULL ||
      !gst_ice_dtls_alerts_have_end (self->alerts, datagram, size_bytes))
    return FALSE;
  self->state = GST_ICE_DTLS_ENDED;
  return TRUE;
}

GstIceDtlsState
gst_ice_dtls_connection_receive (GstIceDtlsConnection * self,
    const guint8 * datagram, gsize size_bytes, gboolean * taken)
{
  if (!is_under_way (self) || size_bytes == 0) {
    *taken = take_end (self, datagram, size_bytes) ||
        repeat (self, datagram, size_bytes);
    return self->state;
  }
  *taken = TRUE;
  gst_ice_dtls_bio_set_incoming (self->bio, datagram, size_bytes);
  go_on (self);
  if (self->bio != NULL)
    gst_ice_dtls_bio_set_incoming (self->bio, NULL, 0);
  return self->state;
}

gint
gst_ice_dtls_connection_get_timeout_ms (GstIceDtlsConnection * self)
{
  struct timeval left;
  gint left_ms;

  if (!is_under_way (self) || !DTLSv1_get_timeout (self->ssl, &left))
    return -1;
  left_ms = (gint) (left.tv_sec * 1000 + (left.tv_usec + 999) / 1000);
  return left_ms == 0 ? 0 : MAX (left_ms - EARLY_MS, 1);
}

GstIceDtlsState
gst_ice_dtls_connection_time_out (GstIceDtlsConnection * self)
{
  if (!is_under_way (self))
    return self->state;
  ERR_clear_error ();
  if (DTLSv1_handle_timeout (self->ssl) < 0) {
    fail (self, "the peer does not answer");
    let_go (self);
  }
  ERR_clear_error ();
  return self->state;
}

/* @suite: (out)
 * Returns: whether the suite is a known one */
static gboolean
get_suite (const SSL * ssl, GstIceSrtpSuite * suite)
{
  const SRTP_PROTECTION_PROFILE *profile =
      SSL_get_selected_srtp_profile ((SSL *) ssl);

  for (guint i = 0; profile != NULL && i < GST_ICE_SRTP_N_SUITES; i++) {
    *suite = (GstIceSrtpSuite) i;
    if (g_str_equal (profile->name,
            gst_ice_srtp_suite_get_info (*suite)->profile))
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_dtls_connection_get_keys (GstIceDtlsConnection * self,
    GstIceDtlsKeys * keys)
{
  guint8 material[2 * sizeof (keys->ours.secret)];
  guint8 *client =
      self->settings.is_client ? keys->ours.secret : keys->theirs.secret;
  guint8 *server =
      self->settings.is_client ? keys->theirs.secret : keys->ours.secret;
  const GstIceSrtpSuiteInfo *info;
  gsize key, salt;

  memset (keys, 0, sizeof *keys);
  if (!get_suite (self->ssl, &keys->suite))
    return FALSE;
  info = gst_ice_srtp_suite_get_info (keys->suite);
  key = info->key_bytes;
  salt = info->salt_bytes;
  if (SSL_export_keying_material (self->ssl, material, 2 * (key + salt), LABEL,
          sizeof LABEL - 1, NULL, 0, 0) != 1)
    return FALSE;

  /* RFC 5764, 4.2: the keys of client and server, then their salts. */
  memcpy (client, material, key);
  memcpy (server, material + key, key);
  memcpy (client + key, material + 2 * key, salt);
  memcpy (server + key, material + 2 * key + salt, salt);
  OPENSSL_cleanse (material, sizeof material);
  return TRUE;
}

void
gst_ice_dtls_keys_clear (GstIceDtlsKeys * keys)
{
  OPENSSL_cleanse (keys, sizeof *keys);
}

void
gst_ice_dtls_connection_settle (GstIceDtlsConnection * self)
{
  if (self->state != GST_ICE_DTLS_CONNECTED || self->ssl == NULL)
    return;
  self->alerts = gst_ice_dtls_alerts_new (self->ssl);
  self->keeps_goodbye = TRUE;
  shut_down (self);
  let_go (self);
}

void
gst_ice_dtls_connection_close (GstIceDtlsConnection * self)
{
  if (self->state != GST_ICE_DTLS_CONNECTED &&
      self->state != GST_ICE_DTLS_ENDED)
    return;
  if (self->ssl != NULL)
    shut_down (self);
  else if (self->goodbye.size_bytes > 0)
    self->settings.send (self->goodbye.data, self->goodbye.size_bytes,
        self->settings.user_data);
  self->state = GST_ICE_DTLS_CLOSED;
}

const gchar *
gst_ice_dtls_connection_get_message (const GstIceDtlsConnection * self)
{
  return self->message;
}

gboolean
gst_ice_dtls_connection_is_of_another (const GstIceDtlsConnection * self)
{
  return self->is_of_another;
}

const gchar *
gst_ice_dtls_connection_get_peer_fingerprint (const GstIceDtlsConnection * self)
{
  return self->peer_fingerprint;
}

const gchar *
gst_ice_dtls_connection_get_cipher (const GstIceDtlsConnection * self)
{
  return self->cipher;
}

guint
gst_ice_dtls_connection_get_version (const GstIceDtlsConnection * self)
{
  return self->version;
}
