/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Runs the key exchange of one transport: sends and receives its handshake over the
 * present path, and keeps the resulting cipher. */

#include "config.h"

#include "gsticetransportkeys.h"

#include "gsticetotals.h"
#include "gsticelog.h"

/* Packets of a handshake that wait for a path; the handshake repeats lost ones. */
#define MAX_WAITING 16

struct _GstIceTransportKeys
{
  gchar *name;
  GstIceEncryption encryption;  /* set at construction */
  GMainContext *context;        /* (transfer none) */
  GstIceDemux *demux;           /* (transfer none) */
  const GstIceTransportKeysEvents *events;
  gpointer user_data;

  GstIceKeyExchange *key_exchange;
  GstIceRoute *route;           /* NULL: no path */
  GstIceCipher *cipher;         /* NULL: no keys yet */
  GQueue waiting;               /* of GstBuffer: handshake without a path */
  gboolean agreed;              /* the key exchange knows the peer's side */
  guint peer;                   /* whose that is */
};

GST_ICE_LOG_CATEGORY (gst_ice_transport_keys_log, "icetransportkeys",
    "Keys of an ICE transport");
#define GST_CAT_DEFAULT gst_ice_transport_keys_log ()

/* Sends the packets that wait, in order, as far as the path takes them. */
static void
send_waiting (GstIceTransportKeys * self)
{
  while (self->route != NULL && !g_queue_is_empty (&self->waiting)) {
    g_autoptr (GstBuffer) packet = g_queue_pop_head (&self->waiting);
    g_autoptr (GError) error = NULL;

    if (gst_ice_route_send_packet (self->route, packet, NULL, &error) == 0)
      GST_DEBUG ("%s: a packet of the handshake was not sent: %s", self->name,
          error != NULL ? error->message : "the socket is full");
  }
}

static void
on_packet (GstIceKeyExchange * key_exchange, GstBuffer * packet,
    gpointer user_data)
{
  GstIceTransportKeys *self = user_data;

  if (g_queue_get_length (&self->waiting) >= MAX_WAITING)
    gst_buffer_unref (g_queue_pop_head (&self->waiting));
  g_queue_push_tail (&self->waiting, gst_buffer_ref (packet));
  send_waiting (self);
}

static void
count_cipher (GstIceTransportKeys * self)
{
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("ice-keys");
  const gchar *name;

  gst_ice_key_exchange_add_stats (self->key_exchange, stats);
  name = gst_structure_get_string (stats, "srtp-cipher");
  gst_ice_totals_count ("gst_ice_secured_total", name != NULL ? name : "other");
}

static void
on_ready (GstIceKeyExchange * key_exchange, GstIceCipher * cipher,
    gpointer user_data)
{
  GstIceTransportKeys *self = user_data;

  g_set_object (&self->cipher, cipher);
  count_cipher (self);
  self->events->ready (self->user_data);
}

static void
on_failed (GstIceKeyExchange * key_exchange, const GError * error,
    gpointer user_data)
{
  GstIceTransportKeys *self = user_data;

  self->events->failed (error, self->user_data);
}

static void
on_ended (GstIceKeyExchange * key_exchange, gpointer user_data)
{
  GstIceTransportKeys *self = user_data;

  self->events->ended (self->user_data);
}

/* As the agent measures it by what it asks on the path. */
static guint
get_round_trip_us (GstIceKeyExchange * key_exchange, gpointer user_data)
{
  GstIceTransportKeys *self = user_data;
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("route");
  gdouble seconds = 0;

  if (self->route != NULL)
    gst_ice_route_add_stats (self->route, stats);
  gst_structure_get_double (stats, "current-round-trip-time", &seconds);
  return (guint) (CLAMP (seconds, 0, 10) * G_USEC_PER_SEC);
}

/* Any thread. @packet: (transfer full) */
static void
on_handshake (GObject * key_exchange, GstBuffer * packet)
{
  gst_ice_key_exchange_receive (GST_ICE_KEY_EXCHANGE (key_exchange), packet);
}

static const GstIceKeyExchangeEvents key_exchange_events = {
  .packet = on_packet,
  .ready = on_ready,
  .failed = on_failed,
  .ended = on_ended,
  .get_round_trip_us = get_round_trip_us,
};

/* Takes the place of the key exchange that there was.
 * @ours: (nullable): what our description says already */
static gboolean
make_key_exchange (GstIceTransportKeys * self, const GstIceKeying * ours,
    GError ** error)
{
  GstIceKeyExchangeSettings settings = {
    .name = self->name,
    .encryption = self->encryption,
    .ours = ours,
    .context = self->context,
    .events = &key_exchange_events,
    .user_data = self,
  };
  GstIceKeyExchange *made = gst_ice_key_exchange_new (&settings, error);

  if (made == NULL)
    return FALSE;
  if (self->key_exchange != NULL)
    gst_ice_transport_keys_close (self);
  g_clear_object (&self->key_exchange);
  g_clear_object (&self->cipher);
  self->key_exchange = made;
  /* With two components there is SDES only, whose keys need no handshake. */
  if (self->encryption == GST_ICE_ENCRYPTION_DTLS_SRTP)
    gst_ice_demux_set_handshake (self->demux, on_handshake, G_OBJECT (made));
  return TRUE;
}

GstIceTransportKeys *
gst_ice_transport_keys_new (const gchar * name, GstIceEncryption encryption,
    const GstIceKeying * ours, GMainContext * context, GstIceDemux * demux,
    const GstIceTransportKeysEvents * events, gpointer user_data,
    GError ** error)
{
  GstIceTransportKeys *self = g_new0 (GstIceTransportKeys, 1);

  self->name = g_strdup (name);
  self->encryption = encryption;
  self->context = context;
  self->demux = demux;
  self->events = events;
  self->user_data = user_data;
  if (!make_key_exchange (self, ours, error)) {
    gst_ice_transport_keys_free (self);
    return NULL;
  }
  return self;
}

void
gst_ice_transport_keys_close (GstIceTransportKeys * self)
{
  gst_ice_demux_set_handshake (self->demux, NULL, NULL);
  if (self->key_exchange != NULL)
    gst_ice_key_exchange_close (self->key_exchange);
}

void
gst_ice_transport_keys_free (GstIceTransportKeys * self)
{
  gst_ice_transport_keys_close (self);
  g_clear_object (&self->key_exchange);
  g_clear_object (&self->cipher);
  g_clear_object (&self->route);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) gst_buffer_unref);
  g_free (self->name);
  g_free (self);
}

GstIceKeying *
gst_ice_transport_keys_get_keying (GstIceTransportKeys * self)
{
  return gst_ice_key_exchange_get_keying (self->key_exchange);
}

void
gst_ice_transport_keys_agree (GstIceTransportKeys * self,
    const GstIceKeying * theirs, gboolean answering, guint peer)
{
  g_autoptr (GError) error = NULL;

  /* With SDES the cipher that there is gets the keys of another peer, too. */
  if (self->agreed && self->encryption != GST_ICE_ENCRYPTION_SDES) {
    if (self->peer == peer)
      return;
    if (!make_key_exchange (self, NULL, &error)) {
      GST_ERROR ("%s: no keys for another peer: %s", self->name,
          error->message);
      return;
    }
  }
  self->agreed = TRUE;
  self->peer = peer;
  gst_ice_key_exchange_agree (self->key_exchange, theirs, answering);
}

void
gst_ice_transport_keys_set_route (GstIceTransportKeys * self,
    GstIceRoute * route)
{
  g_set_object (&self->route, route);
  if (!self->agreed || route == NULL)
    return;
  gst_ice_key_exchange_start (self->key_exchange);
  send_waiting (self);
}

GstIceCipher *
gst_ice_transport_keys_get_cipher (const GstIceTransportKeys * self)
{
  return self->cipher;
}

void
gst_ice_transport_keys_add_stats (const GstIceTransportKeys * self,
    GstStructure * stats)
{
  gst_ice_key_exchange_add_stats (self->key_exchange, stats);
  if (self->cipher != NULL)
    gst_ice_cipher_add_stats (self->cipher, stats);
}
