/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticetransportsecurity.h"

#include "gsticetransportprivate.h"

GST_DEBUG_CATEGORY_EXTERN (gst_ice_transport_debug);
#define GST_CAT_DEFAULT gst_ice_transport_debug

/* Packets of a handshake that wait for a path; it repeats what gets lost. */
#define MAX_WAITING 16

/* Sends what waits, in order, as far as the path takes it. */
static void
send_waiting (GstIceTransport * self)
{
  GstIceRoute *route = self->routes[GST_ICE_COMPONENT_RTP - 1];

  while (route != NULL && !g_queue_is_empty (&self->handshake)) {
    g_autoptr (GstBuffer) packet = g_queue_pop_head (&self->handshake);
    g_autoptr (GError) error = NULL;

    if (gst_ice_route_send_packet (route, packet, NULL, &error) == 0)
      GST_DEBUG ("m-line %u: a packet of the handshake was not sent: %s",
          self->index, error != NULL ? error->message : "the socket is full");
  }
}

static void
on_packet (GstIceKeyExchange * key_exchange, GstBuffer * packet,
    gpointer user_data)
{
  GstIceTransport *self = user_data;

  if (g_queue_get_length (&self->handshake) >= MAX_WAITING)
    gst_buffer_unref (g_queue_pop_head (&self->handshake));
  g_queue_push_tail (&self->handshake, gst_buffer_ref (packet));
  send_waiting (self);
}

static void
on_ready (GstIceKeyExchange * key_exchange, GstIceCipher * cipher,
    gpointer user_data)
{
  GstIceTransport *self = user_data;
  GstIceNotice notice = {.type = GST_ICE_NOTICE_SECURED,
    .mline = (gint) self->index
  };

  GST_INFO ("m-line %u (%s): keys are there", self->index, self->mline->media);
  g_set_object (&self->cipher, cipher);
  gst_ice_transport_wire (self);
  gst_ice_transport_progress (self, GST_PROGRESS_TYPE_COMPLETE, "encrypted");
  gst_ice_transport_notify (self, &notice);
}

static void
on_failed (GstIceKeyExchange * key_exchange, const GError * error,
    gpointer user_data)
{
  GstIceTransport *self = user_data;

  self->host->insecure (self, g_error_copy (error), self->host->user_data);
}

/* Any thread. @packet: (transfer full) */
static void
on_handshake (GObject * key_exchange, GstBuffer * packet)
{
  gst_ice_key_exchange_receive (GST_ICE_KEY_EXCHANGE (key_exchange), packet);
}

static const GstIceKeyExchangeEvents security_events = {
  .packet = on_packet,
  .ready = on_ready,
  .failed = on_failed,
};

gboolean
gst_ice_transport_secure (GstIceTransport * self, GError ** error)
{
  GstIceKeyExchangeSettings settings = {
    .name = self->mline->media,
    .encryption = self->mline->encryption,
    .context = self->host->context,
    .events = &security_events,
    .user_data = self,
  };
  g_autoptr (GstIceKeying) ours = NULL;

  if (settings.encryption == GST_ICE_ENCRYPTION_NONE)
    return TRUE;

  self->key_exchange = gst_ice_key_exchange_new (&settings, error);
  if (self->key_exchange == NULL)
    return FALSE;
  ours = gst_ice_key_exchange_get_keying (self->key_exchange);
  gst_ice_negotiation_set_keying (self->host->negotiation, self->index, ours);
  /* With two components there is SDES only, whose keys need no handshake. */
  if (settings.encryption == GST_ICE_ENCRYPTION_DTLS_SRTP)
    gst_ice_demux_set_handshake (self->demuxes[0], on_handshake,
        G_OBJECT (self->key_exchange));
  return TRUE;
}

void
gst_ice_transport_secure_agree (GstIceTransport * self)
{
  const gboolean answering =
      gst_ice_negotiation_is_answerer (self->host->negotiation);

  if (self->key_exchange == NULL || self->secure_agreed)
    return;
  self->secure_agreed = TRUE;
  gst_ice_key_exchange_agree (self->key_exchange, self->mline->theirs,
      answering);
}

void
gst_ice_transport_secure_path (GstIceTransport * self)
{
  if (!self->secure_agreed || self->routes[GST_ICE_COMPONENT_RTP - 1] == NULL)
    return;
  gst_ice_key_exchange_start (self->key_exchange);
  send_waiting (self);
}

void
gst_ice_transport_secure_close (GstIceTransport * self)
{
  gst_ice_demux_set_handshake (self->demuxes[0], NULL, NULL);
  if (self->key_exchange != NULL)
    gst_ice_key_exchange_close (self->key_exchange);
  g_clear_object (&self->key_exchange);
  g_clear_object (&self->cipher);
  g_queue_clear_full (&self->handshake, (GDestroyNotify) gst_buffer_unref);
}

gboolean
gst_ice_transport_is_usable (const GstIceTransport * self)
{
  if (self->carrier != NULL)
    return gst_ice_transport_is_usable (self->carrier);
  return self->was_connected &&
      (self->key_exchange == NULL || self->cipher != NULL);
}

void
gst_ice_transport_add_secure_stats (const GstIceTransport * self,
    GstStructure * stats)
{
  gst_structure_set (stats, "encryption", G_TYPE_STRING,
      gst_ice_encryption_to_string (self->mline->encryption), NULL);
  if (self->key_exchange != NULL)
    gst_ice_key_exchange_add_stats (self->key_exchange, stats);
  if (self->cipher != NULL)
    gst_ice_cipher_add_stats (self->cipher, stats);
}
