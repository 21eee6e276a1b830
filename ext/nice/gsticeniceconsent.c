/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Asks for the peer's consent (RFC 7675) through libnice's own sockets, for
 * relayed and TCP pairs. */

#include "config.h"

#include "gsticeniceconsent.h"

#include "gsticelog.h"
#include "gsticenicepeek.h"
#include "gsticeudp.h"
#include "gsticeudpsteer.h"
#include "gsticeudpstun.h"
#include "gsticeturnmessage.h"

#include <gio/gio.h>
#include <sys/socket.h>

GST_ICE_LOG_CATEGORY (gst_ice_nice_consent_log, "iceniceconsent",
    "ICE consent freshness beside libnice");
#define GST_CAT_DEFAULT gst_ice_nice_consent_log ()

/* When so many of the first requests have no answer, the answers go where we
 * can't see them. */
#define N_BLIND 40

/* libnice's sockets for one component. On a host with many addresses the
 * rest is not watched. */
#define MAX_SOCKETS 8

/* Includes what a TURN server wraps an answer in. */
#define MAX_MESSAGE_BYTES (GST_ICE_UDP_STUN_MAX_SIZE + 128)

/* What listens beside one of libnice's sockets. */
typedef struct
{
  GstIceNiceConsent *consent;   /* (transfer none) */
  GSocket *socket;              /* libnice's */
  GstIceUdpSteer *steer;
  GSource *source;              /* of our own socket */
} Ear;

struct _GstIceNiceConsent
{
  GstIceNiceConsentSettings settings;   /* with references */
  GstIceUdpAddress remote;
  gboolean is_tcp;              /* a TCP connection to the peer, without a
                                 * server */
  guint port;                   /* of our end of the connection; 0: unknown */
  GstIceUdpAddress server;
  guint32 tag;                  /* of our requests */
  GstIceUdpConsent *consent;
  GPtrArray *ears;              /* of Ear */
  GstIceNicePeek *peek;         /* at a TCP connection, or NULL */
  GSource *timer;
  gboolean answered;            /* at least once */
  gboolean heard;               /* media has come */
  GstIceUdpConsentState state, told;
};

static void
ear_free (gpointer data)
{
  Ear *ear = data;

  g_source_destroy (ear->source);
  g_source_unref (ear->source);
  gst_ice_udp_steer_free (ear->steer);
  g_object_unref (ear->socket);
  g_free (ear);
}

static void
on_changed (GstIceUdpConsentState state, gpointer user_data)
{
  ((GstIceNiceConsent *) user_data)->state = state;
}

/* libnice wraps the message for its TURN server. */
static void
on_send (const guint8 * message, gsize size_bytes, const GstIceUdpAddress * to,
    gpointer user_data)
{
  const GstIceNiceConsentSettings *settings =
      &((GstIceNiceConsent *) user_data)->settings;

  nice_agent_send (settings->nice, settings->stream, settings->component,
      (guint) size_bytes, (const gchar *) message);
}

/* Without any answer the path may be dead from its beginning, or we may not see
 * the answers. Media shows the latter. Else one restart is worth a try; the
 * restarts that would follow are further and further apart. */
static gboolean
is_credible (const GstIceNiceConsent * self)
{
  return self->answered || (self->state == GST_ICE_UDP_CONSENT_SUSPECT &&
      !self->heard && (self->ears->len > 0 || self->peek != NULL));
}

/* The last statement of a callback: the callee may free @self. */
static void
tell (GstIceNiceConsent * self)
{
  if (self->told == self->state || !is_credible (self))
    return;
  self->told = self->state;
  self->settings.changed (self->state, self->settings.user_data);
}

/* Takes a suspicion back. As the above. */
static void
tell_nothing (GstIceNiceConsent * self)
{
  self->state = GST_ICE_UDP_CONSENT_ALIVE;
  if (self->told == self->state)
    return;
  self->told = self->state;
  self->settings.changed (self->state, self->settings.user_data);
}

static gboolean
is_blind (GstIceNiceConsent * self)
{
  GstIceUdpConsentCounts counts;

  gst_ice_udp_consent_get_counts (self->consent, &counts);
  self->answered = self->answered || counts.responses_received > 0;
  return !self->answered && counts.requests_sent >= N_BLIND;
}

static gboolean
on_time (gpointer user_data)
{
  GstIceNiceConsent *self = user_data;
  gint64 next_us;

  if (is_blind (self)) {
    GST_INFO ("component %u: the peer's answers are not seen",
        self->settings.component);
    g_ptr_array_set_size (self->ears, 0);
    g_clear_pointer (&self->peek, gst_ice_nice_peek_free);
    g_source_set_ready_time (self->timer, -1);
    tell_nothing (self);
    return G_SOURCE_CONTINUE;
  }
  next_us = gst_ice_udp_consent_tick (self->consent, g_get_monotonic_time ());
  g_source_set_ready_time (self->timer, next_us == G_MAXINT64 ? -1 : next_us);
  tell (self);
  return G_SOURCE_CONTINUE;
}

/* While a socket joins a port, the kernel may give it any packet of the
 * port. */
static void
take (GstIceNiceConsent * self, const guint8 * data, gsize size_bytes)
{
  const guint8 *payload;
  gsize payload_size;
  GstBufferList *list;

  if (!gst_ice_turn_message_unwrap (data, size_bytes, &payload, &payload_size)
      || payload_size == 0)
    return;
  if (payload[0] < 4) {
    gst_ice_udp_consent_handle (self->consent, &self->remote, payload,
        payload_size, g_get_monotonic_time ());
    return;
  }
  list = gst_buffer_list_new_sized (1);
  gst_buffer_list_add (list, gst_buffer_new_memdup (payload, payload_size));
  gst_ice_demux_deliver (self->settings.demux, list);
}

static gboolean
on_readable (gpointer user_data)
{
  Ear *ear = user_data;
  GstIceNiceConsent *self = ear->consent;
  guint8 data[MAX_MESSAGE_BYTES];
  gssize size;

  while ((size = recv (gst_ice_udp_steer_get_fd (ear->steer), data,
              sizeof (data), MSG_DONTWAIT)) > 0)
    take (self, data, (gsize) size);
  /* The time of the next request may have changed. */
  g_source_set_ready_time (self->timer, 0);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

/* Sources for a time or for a descriptor. */
static GSourceFuncs source_funcs = {.dispatch = dispatch };

/* @data: (transfer none): outlives the source
 * Returns: (transfer full): an attached source */
static GSource *
start_source (GMainContext * context, GSourceFunc func, gpointer data)
{
  GSource *source = g_source_new (&source_funcs, sizeof (GSource));

  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, context);
  return source;
}

static gboolean
to_udp (const NiceAddress * address, GstIceUdpAddress * udp)
{
  struct sockaddr_storage storage = { 0, };

  nice_address_copy_to_sockaddr (address, (struct sockaddr *) &storage);
  return gst_ice_udp_address_set (udp, (struct sockaddr *) &storage,
      sizeof (storage));
}

static void
add_ear (GstIceNiceConsent * self, GSocket * socket)
{
  g_autoptr (GError) error = NULL;
  GstIceUdpSteer *steer = gst_ice_udp_steer_new_relayed (g_socket_get_fd
      (socket), self->tag, &self->server, &error);
  Ear *ear;

  if (steer == NULL) {
    GST_INFO ("answers of the peer are not seen: %s", error->message);
    return;
  }
  ear = g_new0 (Ear, 1);
  ear->consent = self;
  ear->socket = g_object_ref (socket);
  ear->steer = steer;
  ear->source = start_source (self->settings.context, on_readable, ear);
  g_source_add_unix_fd (ear->source, gst_ice_udp_steer_get_fd (steer), G_IO_IN);
  g_ptr_array_add (self->ears, ear);
}

/* Returns: whether @socket may carry packets of libnice's allocation.
 *     libnice does not say which socket does. */
static gboolean
may_have_relay (GstIceNiceConsent * self, GSocket * socket)
{
  GSocketFamily family = self->server.any.sa_family == AF_INET ?
      G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;

  return g_socket_get_family (socket) == family &&
      g_socket_get_socket_type (socket) == G_SOCKET_TYPE_DATAGRAM;
}

static void
on_peeked (const guint8 * response, gsize size_bytes, gpointer user_data)
{
  gst_ice_nice_consent_take (user_data, response, size_bytes);
}

static void
listen_beside (GstIceNiceConsent * self)
{
  g_autoptr (GPtrArray) sockets = nice_agent_get_sockets (self->settings.nice,
      self->settings.stream, self->settings.component);

  if (self->ears->len > 0 || sockets == NULL)
    return;
  for (guint i = 0; i < sockets->len && self->ears->len < MAX_SOCKETS; i++) {
    GSocket *socket = g_ptr_array_index (sockets, i);

    if (!g_socket_is_closed (socket) && may_have_relay (self, socket))
      add_ear (self, socket);
  }
}

void
gst_ice_nice_consent_listen (GstIceNiceConsent * self)
{
  if (!self->is_tcp)
    listen_beside (self);
  else if (self->peek == NULL)
    self->peek = gst_ice_nice_peek_new (self->port, &self->remote, self->tag,
        self->settings.context, on_peeked, self);
}

/* Returns: whether libnice has selected a pair on which its own calls must
 *     ask */
static gboolean
take_pair (GstIceNiceConsent * self)
{
  NiceCandidate *local, *remote;
  NiceAddress server;

  if (!nice_agent_get_selected_pair (self->settings.nice,
          self->settings.stream, self->settings.component, &local, &remote)
      || !to_udp (&remote->addr, &self->remote))
    return FALSE;
  if (local->type == NICE_CANDIDATE_TYPE_RELAYED) {
    nice_candidate_relay_address (local, &server);
    return to_udp (&server, &self->server);
  }
  self->is_tcp = local->transport != NICE_CANDIDATE_TRANSPORT_UDP;
  self->port = nice_address_get_port (&local->base_addr);
  return self->is_tcp;
}

GstIceNiceConsent *
gst_ice_nice_consent_new (const GstIceNiceConsentSettings * settings,
    const GstIceUdpConsentSettings * consent)
{
  GstIceUdpConsentSettings tagged = *consent;
  GstIceNiceConsent *self;

  if (gst_ice_udp_get_level () == GST_ICE_UDP_NONE)
    return NULL;

  self = g_new0 (GstIceNiceConsent, 1);
  self->settings = *settings;
  if (!take_pair (self)) {
    g_free (self);
    return NULL;
  }
  g_object_ref (self->settings.nice);
  g_object_ref (self->settings.demux);
  self->ears = g_ptr_array_new_with_free_func (ear_free);
  gst_ice_udp_stun_randomise (&self->tag, sizeof (self->tag));
  tagged.tag = self->tag;
  self->consent = gst_ice_udp_consent_new (&tagged, on_send, on_changed, self);

  self->timer = start_source (settings->context, on_time, self);
  gst_ice_udp_consent_start (self->consent, &self->remote,
      g_get_monotonic_time ());
  g_source_set_ready_time (self->timer, 0);
  return self;
}

void
gst_ice_nice_consent_free (GstIceNiceConsent * self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_ptr_array_unref (self->ears);
  g_clear_pointer (&self->peek, gst_ice_nice_peek_free);
  gst_ice_udp_consent_free (self->consent);
  g_object_unref (self->settings.demux);
  g_object_unref (self->settings.nice);
  g_free (self);
}

void
gst_ice_nice_consent_take (GstIceNiceConsent * self, const guint8 * response,
    gsize size_bytes)
{
  gst_ice_udp_consent_handle (self->consent, &self->remote, response,
      size_bytes, g_get_monotonic_time ());
  g_source_set_ready_time (self->timer, 0);
}

void
gst_ice_nice_consent_hear (GstIceNiceConsent * self, gint64 now_us)
{
  self->heard = TRUE;
  gst_ice_udp_consent_hear (self->consent, now_us, FALSE);
}

gboolean
gst_ice_nice_consent_is_given (const GstIceNiceConsent * self)
{
  return self->answered && self->state != GST_ICE_UDP_CONSENT_LOST;
}
