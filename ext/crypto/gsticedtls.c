/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The key exchange of DTLS-SRTP: runs a DTLS connection on the session's
 * thread, and makes the cipher from its keys. */

#include "config.h"

#include "gsticedtls.h"

#include "gsticedtlsconnection.h"
#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticesrtpcipher.h"
#include "gsticetimer.h"

GST_ICE_LOG_CATEGORY (gst_ice_dtls_log, "icedtls", "ICE: DTLS handshakes");
#define GST_CAT_DEFAULT gst_ice_dtls_log ()

/* How many packets of the peer may wait: one flight of a handshake. The peer
 * repeats those that are dropped. */
#define MAX_INBOX 32

struct _GstIceDtls
{
  GstIceKeyExchange parent;

  GstIceKeyExchangeSettings settings;   /* set at construction; name is NULL,
                                         * and events are NULL after close() */
  gchar *name;
  GstIceDtlsContext *context;

  /* Session thread. */
  GstIceKeying *theirs;         /* NULL: not agreed yet */
  gboolean is_client;
  gboolean start_wanted;
  GstIceDtlsConnection *connection;     /* NULL: not started */
  GSource *timer;               /* of the connection, or NULL */
  GstIceDtlsState state;
  gboolean has_told_keys, has_failed;   /* keys may be told before a failure */
  gboolean has_told_end;

  GMutex lock;                  /* never held while a packet is handled */

  /* Protected by lock. */
  GSource *worker;              /* on the session thread; NULL: closed */
  GQueue inbox;                 /* of GstBuffer, oldest first */

  /* Counter, atomic. */
  gint n_ignored;               /* too many at once, or not part of a
                                 * handshake */
};

G_DEFINE_TYPE (GstIceDtls, gst_ice_dtls, GST_TYPE_ICE_KEY_EXCHANGE);

static gboolean on_timeout (gpointer user_data);

static void
gst_ice_dtls_finalize (GObject * object)
{
  GstIceDtls *self = GST_ICE_DTLS (object);

  gst_ice_timer_clear (&self->timer);
  gst_ice_timer_clear (&self->worker);
  g_clear_pointer (&self->connection, gst_ice_dtls_connection_free);
  g_clear_pointer (&self->context, gst_ice_dtls_context_unref);
  g_clear_pointer (&self->theirs, gst_ice_keying_free);
  g_queue_clear_full (&self->inbox, (GDestroyNotify) gst_buffer_unref);
  g_main_context_unref (self->settings.context);
  g_mutex_clear (&self->lock);
  g_free (self->name);

  G_OBJECT_CLASS (gst_ice_dtls_parent_class)->finalize (object);
}

/* Functions that the connection calls. */

static void
on_send (const guint8 * datagram, gsize size_bytes, gpointer user_data)
{
  GstIceDtls *self = user_data;
  g_autoptr (GstBuffer) packet = gst_buffer_new_memdup (datagram, size_bytes);

  if (self->settings.events != NULL)
    self->settings.events->packet (GST_ICE_KEY_EXCHANGE (self), packet,
        self->settings.user_data);
}

static guint
get_round_trip_us (gpointer user_data)
{
  GstIceDtls *self = user_data;
  const GstIceKeyExchangeEvents *events = self->settings.events;

  return events != NULL && events->get_round_trip_us != NULL ?
      events->get_round_trip_us (GST_ICE_KEY_EXCHANGE (self),
      self->settings.user_data) : 0;
}

/* Reports. This is the last thing that a callback does: the callee may close
 * @self. */

/* @error: (transfer full) */
static void
tell_failure (GstIceDtls * self, GError * error)
{
  GST_INFO ("%s: %s", self->name, error->message);
  self->has_failed = TRUE;
  self->settings.events->failed (GST_ICE_KEY_EXCHANGE (self), error,
      self->settings.user_data);
  g_error_free (error);
}

/* Returns: (transfer full) */
static GError *
make_failure (GstIceDtls * self)
{
  if (gst_ice_dtls_connection_is_of_another (self->connection))
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_INSECURE,
        "Who answers for %s shows another certificate than the peer's "
        "description names (a=fingerprint): somebody may be in between; "
        "nothing was sent", self->name);
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_INSECURE,
      "The DTLS handshake with the peer for %s failed: %s", self->name,
      gst_ice_dtls_connection_get_message (self->connection));
}

/* Returns: (transfer full) (nullable): %NULL with @error set */
static GstIceCipher *
make_cipher (GstIceDtls * self, GError ** error)
{
  GstIceCipher *cipher;
  GstIceDtlsKeys keys;

  if (!gst_ice_dtls_connection_get_keys (self->connection, &keys)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "OpenSSL does not give the keys of the DTLS handshake for %s",
        self->name);
    return NULL;
  }
  GST_INFO ("%s: as %s, %s", self->name, self->is_client ? "client" : "server",
      gst_ice_srtp_suite_get_info (keys.suite)->name);
  cipher = gst_ice_srtp_cipher_new (keys.suite, &keys.ours, &keys.theirs,
      error);
  gst_ice_dtls_keys_clear (&keys);
  return cipher;
}

static void
tell_keys (GstIceDtls * self)
{
  GError *error = NULL;
  g_autoptr (GstIceCipher) cipher = make_cipher (self, &error);

  gst_ice_dtls_connection_settle (self->connection);
  self->has_told_keys = TRUE;
  if (cipher == NULL)
    tell_failure (self, error);
  else
    self->settings.events->ready (GST_ICE_KEY_EXCHANGE (self), cipher,
        self->settings.user_data);
}

static void
tell_end (GstIceDtls * self)
{
  GST_INFO ("%s: the peer has closed the DTLS connection", self->name);
  self->has_told_end = TRUE;
  self->settings.events->ended (GST_ICE_KEY_EXCHANGE (self),
      self->settings.user_data);
}

/* To be called after each call to the connection. */
static void
look (GstIceDtls * self, GstIceDtlsState state)
{
  gint timeout_ms = gst_ice_dtls_connection_get_timeout_ms (self->connection);

  self->state = state;
  gst_ice_timer_clear (&self->timer);
  if (timeout_ms >= 0)
    self->timer = gst_ice_timer_new ((guint) timeout_ms, on_timeout, self);
  if (self->has_failed)
    return;
  if (state == GST_ICE_DTLS_FAILED)
    tell_failure (self, make_failure (self));
  else if (state != GST_ICE_DTLS_CONNECTING && !self->has_told_keys)
    tell_keys (self);
  else if (state == GST_ICE_DTLS_ENDED && !self->has_told_end)
    tell_end (self);
  else
    gst_ice_dtls_connection_settle (self->connection);
}

static gboolean
on_timeout (gpointer user_data)
{
  g_autoptr (GstIceDtls) self = g_object_ref (user_data);

  gst_ice_timer_clear (&self->timer);
  GST_DEBUG ("%s: the peer's answer is late", self->name);
  look (self, gst_ice_dtls_connection_time_out (self->connection));
  return G_SOURCE_REMOVE;
}

static void
receive (GstIceDtls * self, GstBuffer * packet)
{
  gboolean taken = FALSE;
  GstMapInfo map;
  GstIceDtlsState state;

  if (!gst_buffer_map (packet, &map, GST_MAP_READ))
    return;
  state = gst_ice_dtls_connection_receive (self->connection, map.data, map.size,
      &taken);
  gst_buffer_unmap (packet, &map);
  if (!taken)
    g_atomic_int_inc (&self->n_ignored);
  look (self, state);
}

/* Returns: whether there is a connection afterwards */
static gboolean
begin (GstIceDtls * self)
{
  const GstIceDtlsConnectionSettings settings = {
    .context = self->context,
    .is_client = self->is_client,
    .fingerprints = self->theirs->fingerprints,
    .send = on_send,
    .get_round_trip_us = get_round_trip_us,
    .user_data = self,
  };

  self->connection = gst_ice_dtls_connection_new (&settings);
  if (self->connection == NULL) {
    tell_failure (self, g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
            "OpenSSL does not allow a DTLS connection for %s", self->name));
    return FALSE;
  }
  look (self, gst_ice_dtls_connection_start (self->connection));
  return TRUE;
}

/* Returns: (transfer full) (nullable): the oldest waiting packet */
static GstBuffer *
take_packet (GstIceDtls * self)
{
  GstBuffer *packet;

  g_mutex_lock (&self->lock);
  packet = self->worker != NULL ? g_queue_pop_head (&self->inbox) : NULL;
  g_mutex_unlock (&self->lock);
  return packet;
}

static gboolean
on_work (gpointer user_data)
{
  g_autoptr (GstIceDtls) self = g_object_ref (user_data);
  GstBuffer *packet;

  /* Packets wait until the start. */
  if (!self->start_wanted || (self->has_failed && self->connection == NULL))
    return G_SOURCE_CONTINUE;
  if (self->connection == NULL && !begin (self))
    return G_SOURCE_CONTINUE;
  while ((packet = take_packet (self)) != NULL) {
    receive (self, packet);
    gst_buffer_unref (packet);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static void
wake_locked (GstIceDtls * self)
{
  if (self->worker != NULL)
    g_source_set_ready_time (self->worker, 0);
}

/* GstIceKeyExchange */

static GstIceKeying *
gst_ice_dtls_get_keying (GstIceKeyExchange * key_exchange)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);
  GstIceKeying *ours = gst_ice_keying_new ();

  gst_ice_keying_add_fingerprint (ours, "sha-256",
      gst_ice_dtls_context_get_fingerprint (self->context));
  return ours;
}

static void
gst_ice_dtls_agree (GstIceKeyExchange * key_exchange,
    const GstIceKeying * theirs, gboolean answering)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);

  g_clear_pointer (&self->theirs, gst_ice_keying_free);
  self->theirs = gst_ice_keying_copy (theirs);
  self->is_client = gst_ice_keying_is_client (theirs, answering);
}

static void
gst_ice_dtls_start (GstIceKeyExchange * key_exchange)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);

  if (self->start_wanted || self->theirs == NULL)
    return;
  self->start_wanted = TRUE;
  g_mutex_lock (&self->lock);
  wake_locked (self);
  g_mutex_unlock (&self->lock);
}

static void
gst_ice_dtls_receive (GstIceKeyExchange * key_exchange, GstBuffer * packet)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);

  g_mutex_lock (&self->lock);
  if (self->worker != NULL && g_queue_get_length (&self->inbox) < MAX_INBOX) {
    g_queue_push_tail (&self->inbox, g_steal_pointer (&packet));
    wake_locked (self);
  }
  g_mutex_unlock (&self->lock);
  if (packet != NULL)
    g_atomic_int_inc (&self->n_ignored);
  gst_clear_buffer (&packet);
}

static const gchar *
get_state_name (const GstIceDtls * self)
{
  static const gchar *const names[] = {
    [GST_ICE_DTLS_CONNECTING] = "connecting",
    [GST_ICE_DTLS_KEYED] = "connecting",
    [GST_ICE_DTLS_CONNECTED] = "connected",
    [GST_ICE_DTLS_ENDED] = "closed",
    [GST_ICE_DTLS_CLOSED] = "closed",
    [GST_ICE_DTLS_FAILED] = "failed",
  };

  return self->connection == NULL ? "new" : names[self->state];
}

/* Adds facts about the peer only when the handshake is over. */
static void
add_peer_stats (const GstIceDtls * self, GstStructure * stats)
{
  const gchar *cipher = gst_ice_dtls_connection_get_cipher (self->connection);
  const gchar *fingerprint =
      gst_ice_dtls_connection_get_peer_fingerprint (self->connection);

  if (fingerprint != NULL)
    gst_structure_set (stats, "remote-fingerprint", G_TYPE_STRING, fingerprint,
        NULL);
  if (cipher != NULL) {
    g_autofree gchar *version = g_strdup_printf ("%04X",
        gst_ice_dtls_connection_get_version (self->connection));

    gst_structure_set (stats, "dtls-cipher", G_TYPE_STRING, cipher,
        "tls-version", G_TYPE_STRING, version, NULL);
  }
}

static void
gst_ice_dtls_add_stats (GstIceKeyExchange * key_exchange, GstStructure * stats)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);

  gst_structure_set (stats, "dtls-state", G_TYPE_STRING, get_state_name (self),
      "dtls-role", G_TYPE_STRING, self->theirs == NULL ? "unknown" :
      self->is_client ? "client" : "server",
      "local-fingerprint", G_TYPE_STRING,
      gst_ice_dtls_context_get_fingerprint (self->context),
      "dtls-packets-ignored", G_TYPE_UINT,
      (guint) g_atomic_int_get (&self->n_ignored), NULL);
  if (self->connection != NULL)
    add_peer_stats (self, stats);
}

static void
gst_ice_dtls_close (GstIceKeyExchange * key_exchange)
{
  GstIceDtls *self = GST_ICE_DTLS (key_exchange);
  GSource *worker;

  gst_ice_timer_clear (&self->timer);
  g_mutex_lock (&self->lock);
  worker = g_steal_pointer (&self->worker);
  g_mutex_unlock (&self->lock);
  gst_ice_timer_clear (&worker);

  if (self->connection != NULL)
    gst_ice_dtls_connection_close (self->connection);
  if (self->state == GST_ICE_DTLS_CONNECTED ||
      self->state == GST_ICE_DTLS_ENDED)
    self->state = GST_ICE_DTLS_CLOSED;
  self->settings.events = NULL;
}

static void
gst_ice_dtls_class_init (GstIceDtlsClass * klass)
{
  GstIceKeyExchangeClass *key_exchange_class =
      GST_ICE_KEY_EXCHANGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_dtls_finalize;
  key_exchange_class->get_keying = gst_ice_dtls_get_keying;
  key_exchange_class->agree = gst_ice_dtls_agree;
  key_exchange_class->start = gst_ice_dtls_start;
  key_exchange_class->receive = gst_ice_dtls_receive;
  key_exchange_class->add_stats = gst_ice_dtls_add_stats;
  key_exchange_class->close = gst_ice_dtls_close;
}

static void
gst_ice_dtls_init (GstIceDtls * self)
{
  g_mutex_init (&self->lock);
}

static void
add_worker (GstIceDtls * self)
{
  static GSourceFuncs functions = {.dispatch = dispatch };

  self->worker = g_source_new (&functions, sizeof (GSource));
  g_source_set_ready_time (self->worker, -1);
  g_source_set_callback (self->worker, on_work, self, NULL);
  g_source_attach (self->worker, self->settings.context);
}

GstIceKeyExchange *
gst_ice_dtls_new (const GstIceKeyExchangeSettings * settings, GError ** error)
{
  GstIceDtlsContext *context = gst_ice_dtls_context_get_shared
      (g_get_real_time () / G_USEC_PER_SEC);
  GstIceDtls *self;

  if (context == NULL) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "OpenSSL does not allow a certificate and the ciphers of DTLS");
    return NULL;
  }
  self = g_object_new (GST_TYPE_ICE_DTLS, NULL);
  self->context = context;
  self->settings = *settings;
  self->settings.ours = NULL;
  self->settings.name = NULL;
  self->name = g_strdup (settings->name);
  g_main_context_ref (self->settings.context);
  add_worker (self);
  return GST_ICE_KEY_EXCHANGE (self);
}
