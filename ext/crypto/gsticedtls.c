/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticedtls.h"

#include "gsticecertificate.h"
#include "gsticedtlspeer.h"
#include "gsticedtlspreload.h"
#include "gsticeerror.h"
#include "gsticesrtp.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_dtls_debug);
#define GST_CAT_DEFAULT gst_ice_dtls_debug

struct _GstIceDtls
{
  GstIceKeyExchange parent;

  GstIceKeyExchangeSettings settings;   /* set at construction; name is NULL,
                                         * events as well after close() */
  gchar *name;
  gchar *our_fingerprint;

  /* Session thread. */
  GSource *warmth;              /* begins the handshake, or NULL */
  GstIceKeying *theirs;         /* NULL: not agreed */
  gboolean client;
  gboolean started;             /* it was asked for */
  gboolean over;                /* ready or failed was told */
  gchar *their_fingerprint;     /* that was shown, or NULL */

  GstIceDtlsPeer *peer;         /* set at construction; has a lock of its own */
};

G_DEFINE_TYPE_WITH_CODE (GstIceDtls, gst_ice_dtls, GST_TYPE_ICE_KEY_EXCHANGE,
    GST_DEBUG_CATEGORY_INIT (gst_ice_dtls_debug, "icedtls", 0,
        "ICE: DTLS handshakes"));

static void
clear_source (GSource ** source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
gst_ice_dtls_finalize (GObject * object)
{
  GstIceDtls *self = GST_ICE_DTLS (object);

  clear_source (&self->warmth);
  gst_ice_dtls_peer_free (self->peer);
  g_clear_pointer (&self->theirs, gst_ice_keying_free);
  g_main_context_unref (self->settings.context);
  g_free (self->name);
  g_free (self->our_fingerprint);
  g_free (self->their_fingerprint);

  G_OBJECT_CLASS (gst_ice_dtls_parent_class)->finalize (object);
}

/* Once, if there is no key yet. @error: (transfer full) */
static void
fail (GstIceDtls * self, GError * error)
{
  if (!self->over && self->settings.events != NULL) {
    self->over = TRUE;
    self->settings.events->failed (GST_ICE_KEY_EXCHANGE (self), error,
        self->settings.user_data);
  }
  g_error_free (error);
}

/* What the handshake tells. */

static void
on_packet (GstBuffer * packet, gpointer user_data)
{
  GstIceDtls *self = user_data;

  if (self->settings.events != NULL)
    self->settings.events->packet (GST_ICE_KEY_EXCHANGE (self), packet,
        self->settings.user_data);
}

/* Whether the certificate @pem is one that the peer's description names. */
static gboolean
is_theirs (GstIceDtls * self, const gchar * pem)
{
  for (guint i = 0; pem != NULL && i < self->theirs->fingerprints->len; i++) {
    const GstIceFingerprint *named =
        g_ptr_array_index (self->theirs->fingerprints, i);
    g_autofree gchar *shown =
        gst_ice_certificate_compute_fingerprint (pem, named->hash);

    if (shown != NULL && g_str_equal (shown, named->value)) {
      self->their_fingerprint = g_steal_pointer (&shown);
      return TRUE;
    }
  }
  return FALSE;
}

static void
on_keys (const gchar * suite, GstBuffer * our_key, GstBuffer * their_key,
    const gchar * peer_pem, gpointer user_data)
{
  GstIceDtls *self = user_data;
  g_autoptr (GstIceCipher) cipher = NULL;
  g_autoptr (GError) error = NULL;

  if (self->over || self->settings.events == NULL)
    return;

  if (!is_theirs (self, peer_pem)) {
    fail (self, g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_INSECURE,
            "Who answers for %s shows another certificate than the peer's "
            "description names (a=fingerprint): somebody may be in between; "
            "nothing was sent", self->name));
    return;
  }
  cipher = gst_ice_srtp_new (suite, our_key, their_key, &error);
  if (cipher == NULL) {
    fail (self, g_steal_pointer (&error));
    return;
  }
  GST_INFO ("%s: %s", self->name, suite);
  self->over = TRUE;
  self->settings.events->ready (GST_ICE_KEY_EXCHANGE (self), cipher,
      self->settings.user_data);
}

static void
on_broken (gpointer user_data)
{
  GstIceDtls *self = user_data;

  fail (self, g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_INSECURE,
          "The DTLS handshake with the peer for %s failed", self->name));
}

static const GstIceDtlsPeerEvents peer_events = {
  .packet = on_packet,
  .keys = on_keys,
  .broken = on_broken,
};

/* GstIceKeyExchange */

static GstIceKeying *
gst_ice_dtls_get_keying (GstIceKeyExchange * key_exchange)
{
  GstIceKeying *ours = gst_ice_keying_new ();

  gst_ice_keying_add_fingerprint (ours, "sha-256",
      GST_ICE_DTLS (key_exchange)->our_fingerprint);
  return ours;
}

static gboolean
on_warm (gpointer user_data)
{
  GstIceDtls *self = user_data;

  g_clear_pointer (&self->warmth, g_source_unref);
  gst_ice_dtls_peer_start (self->peer, gst_ice_certificate_get_pem (),
      self->client);
  return G_SOURCE_REMOVE;
}

static void
gst_ice_dtls_start (GstIceKeyExchange * key_exchange)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);

  if (self->started || self->theirs == NULL)
    return;
  self->started = TRUE;
  self->warmth = gst_ice_dtls_preload_source_new ();
  g_source_set_callback (self->warmth, on_warm, self, NULL);
  g_source_attach (self->warmth, self->settings.context);
}

static void
gst_ice_dtls_agree (GstIceKeyExchange * key_exchange,
    const GstIceKeying * theirs, gboolean answering)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);

  self->theirs = gst_ice_keying_copy (theirs);
  self->client = gst_ice_keying_is_client (theirs, answering);
}

static void
gst_ice_dtls_receive (GstIceKeyExchange * key_exchange, GstBuffer * packet)
{
  gst_ice_dtls_peer_receive (GST_ICE_DTLS (key_exchange)->peer, packet);
}

static void
gst_ice_dtls_add_stats (GstIceKeyExchange * key_exchange, GstStructure * stats)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);
  const gchar *state = !self->started ? "new" : !self->over ? "connecting" :
      self->their_fingerprint != NULL ? "connected" : "failed";

  gst_structure_set (stats, "dtls-state", G_TYPE_STRING, state,
      "dtls-role", G_TYPE_STRING, self->theirs == NULL ? "unknown" :
      self->client ? "client" : "server",
      "local-fingerprint", G_TYPE_STRING, self->our_fingerprint, NULL);
  if (self->their_fingerprint != NULL)
    gst_structure_set (stats, "remote-fingerprint", G_TYPE_STRING,
        self->their_fingerprint, NULL);
}

static void
gst_ice_dtls_close (GstIceKeyExchange * key_exchange)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);

  self->settings.events = NULL;
  clear_source (&self->warmth);
  gst_ice_dtls_peer_stop (self->peer);
}

static void
gst_ice_dtls_class_init (GstIceDtlsClass * klass)
{
  GstIceKeyExchangeClass *security_class = GST_ICE_KEY_EXCHANGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_dtls_finalize;
  security_class->get_keying = gst_ice_dtls_get_keying;
  security_class->agree = gst_ice_dtls_agree;
  security_class->start = gst_ice_dtls_start;
  security_class->receive = gst_ice_dtls_receive;
  security_class->add_stats = gst_ice_dtls_add_stats;
  security_class->close = gst_ice_dtls_close;
}

static void
gst_ice_dtls_init (GstIceDtls * self)
{
}

/* Returns: (transfer full): a handshake that waits to be started, or %NULL with
 *     @error set */
GstIceKeyExchange *
gst_ice_dtls_new (const GstIceKeyExchangeSettings * settings, GError ** error)
{
  const gchar *pem = gst_ice_certificate_get_pem ();
  GstIceDtls *self;

  if (!gst_ice_srtp_has_element ("dtlsdec", error) ||
      !gst_ice_srtp_has_element ("srtpenc", error))
    return NULL;

  if (pem == NULL) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "No certificate could be made for DTLS");
    return NULL;
  }

  self = g_object_new (GST_TYPE_ICE_DTLS, NULL);
  self->our_fingerprint =
      gst_ice_certificate_compute_fingerprint (pem, "sha-256");
  self->settings = *settings;
  self->settings.name = NULL;
  self->name = g_strdup (settings->name);
  g_main_context_ref (self->settings.context);
  self->peer = gst_ice_dtls_peer_new (settings->context, &peer_events, self);

  gst_ice_dtls_preload_prepare ();
  return GST_ICE_KEY_EXCHANGE (self);
}
