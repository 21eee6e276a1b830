/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sets up our own sockets beside libnice's for the selected pair of a
 * component. */

#include "config.h"

#include "gsticenicepath.h"

#include "gsticecompatibility.h"
#include "gsticelog.h"
#include "gsticeniceconsent.h"
#include "gsticeniceroute.h"
#include "gsticeudp.h"
#include "gsticeudppath.h"

GST_ICE_LOG_CATEGORY (gst_ice_nice_path_log, "icenicepath",
    "ICE path beside libnice");
#define GST_CAT_DEFAULT gst_ice_nice_path_log ()

/* The longest wait until libnice's socket is empty. Packets that came before
 * ours shared the port must be delivered before those that came after. */
#define DRAIN_US (100 * G_TIME_SPAN_MILLISECOND)

/* How often the peer is asked for consent. A dead path must be replaced
 * within a second, and most calls have media in one direction, whose sender
 * receives nothing else. */
#define PERIOD_MS 300

/* What stands beside one of libnice's sockets while a pair on it is
 * selected. */
typedef struct
{
  GstIceNicePath *path;         /* (transfer none) */
  GSocket *socket;              /* libnice's */
  GstIceUdpAddress remote;
  GstIceUdpPath *udp;
  GSource *news;                /* made ready by the reading thread */
  GSource *draining;            /* NULL: our socket is being read */
  gint64 drained_us;            /* when draining ends at the latest */
  gint health;                  /* atomic: GstIceNicePathHealth */
} Lane;

struct _GstIceNicePath
{
  /* Set at construction. */
  NiceAgent *nice;
  guint stream;
  guint component;
  GstIceDemux *demux;
  GMainContext *context;
  gsize buffer_size;
  guint consent_ms;
  gboolean is_plain;            /* the peer may not understand our requests */
  void (*health) (guint component, GstIceNicePathHealth health,
      gpointer user_data);
  gpointer user_data;

  Lane *lane;                   /* NULL: libnice's own calls are used */
  GstIceNiceConsent *consent;   /* for libnice's own calls; NULL: libnice
                                 * alone keeps consent */
  Lane *previous;               /* until all senders use the new route, or
                                 * NULL */
  gint64 heard_us;              /* when libnice last got media; 0: never */
};

static void
tell_health (GstIceNicePath * self, GstIceNicePathHealth health)
{
  static const gchar *const texts[] = { "the peer answers again",
    "the peer's answer is late", "the peer gives no consent any more"
  };

  GST_INFO ("component %u: %s", self->component, texts[health]);
  self->health (self->component, health, self->user_data);
}

static GstIceNicePathHealth
to_health (GstIceUdpConsentState state)
{
  static const GstIceNicePathHealth healths[] = {
    [GST_ICE_UDP_CONSENT_ALIVE] = GST_ICE_NICE_PATH_ALIVE,
    [GST_ICE_UDP_CONSENT_SUSPECT] = GST_ICE_NICE_PATH_SUSPECT,
    [GST_ICE_UDP_CONSENT_LOST] = GST_ICE_NICE_PATH_LOST,
  };

  return healths[state];
}

/* A lane. */

/* Reading thread. */
static void
on_consent (GstIceUdpConsentState state, gpointer user_data)
{
  Lane *lane = user_data;

  g_atomic_int_set (&lane->health, (gint) to_health (state));
  g_source_set_ready_time (lane->news, 0);
}

static gboolean
is_lost (Lane * lane)
{
  return g_atomic_int_get (&lane->health) == GST_ICE_NICE_PATH_LOST;
}

static gboolean
on_news (gpointer user_data)
{
  Lane *lane = user_data;

  g_source_set_ready_time (lane->news, -1);
  tell_health (lane->path, (GstIceNicePathHealth)
      g_atomic_int_get (&lane->health));
  return G_SOURCE_CONTINUE;
}

static gboolean
news_dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs news_funcs = {.dispatch = news_dispatch };

static void
lane_stop_draining (Lane * lane)
{
  if (lane->draining != NULL)
    g_source_destroy (lane->draining);
  g_clear_pointer (&lane->draining, g_source_unref);
}

/* libnice reads on this thread too, in turn with this function. */
static gboolean
on_draining (gpointer user_data)
{
  Lane *lane = user_data;

  if (g_socket_condition_check (lane->socket, G_IO_IN) != 0 &&
      g_get_monotonic_time () < lane->drained_us)
    return G_SOURCE_CONTINUE;

  lane_stop_draining (lane);
  gst_ice_udp_path_receive (lane->udp);
  return G_SOURCE_REMOVE;
}

/* Begins to read our socket as soon as libnice has emptied its own. */
static void
lane_drain (Lane * lane)
{
  lane_stop_draining (lane);
  lane->drained_us = g_get_monotonic_time () + DRAIN_US;
  lane->draining = g_idle_source_new ();
  g_source_set_priority (lane->draining, G_PRIORITY_DEFAULT);
  g_source_set_callback (lane->draining, on_draining, lane, NULL);
  g_source_attach (lane->draining, lane->path->context);
}

static void
lane_free (Lane * lane)
{
  lane_stop_draining (lane);
  /* First the path, which makes the source ready, then the source. */
  g_clear_pointer (&lane->udp, gst_ice_udp_path_free);
  g_source_destroy (lane->news);
  g_source_unref (lane->news);
  g_clear_object (&lane->socket);
  g_free (lane);
}

/* Returns: (transfer full) (nullable): our socket beside @socket, with all
 *     that belongs to it */
static Lane *
lane_new (GstIceNicePath * self, GSocket * socket,
    const GstIceUdpAddress * address, const GstIceUdpConsentSettings * consent)
{
  Lane *lane = g_new0 (Lane, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceWaiter) context = gst_ice_demux_dup_waiter (self->demux);
  GstIceUdpPathSettings settings = {
    .agent_fd = g_socket_get_fd (socket),
    .remote = address,
    .demux = self->demux,
    .buffer_size = self->buffer_size,
    .context = context,
    .consent = consent,
    .consent_changed = on_consent,
    .user_data = lane,
  };

  lane->path = self;
  lane->socket = g_object_ref (socket);
  lane->remote = *address;
  lane->news = g_source_new (&news_funcs, sizeof (GSource));
  g_source_set_callback (lane->news, on_news, lane, NULL);
  g_source_attach (lane->news, self->context);

  lane->udp = gst_ice_udp_path_new (&settings, &error);
  if (lane->udp == NULL) {
    GST_INFO ("component %u: %s", self->component, error->message);
    lane_free (lane);
    return NULL;
  }
  lane_drain (lane);
  return lane;
}

/* The same socket for another peer.
 * Returns: whether that was possible */
static gboolean
lane_move (Lane * lane, const GstIceUdpAddress * remote)
{
  g_autoptr (GError) error = NULL;

  if (gst_ice_udp_address_equal (&lane->remote, remote))
    return TRUE;

  if (!gst_ice_udp_path_move (lane->udp, remote, &error)) {
    GST_INFO ("component %u: %s", lane->path->component, error->message);
    return FALSE;
  }
  lane->remote = *remote;
  lane_drain (lane);
  return TRUE;
}

/* The path. */

/* Returns: (transfer full): a path without a selected pair */
GstIceNicePath *
gst_ice_nice_path_new (const GstIceNicePathSettings * settings)
{
  GstIceNicePath *self = g_new0 (GstIceNicePath, 1);

  self->nice = g_object_ref (settings->nice);
  self->stream = settings->stream;
  self->component = settings->component;
  self->demux = g_object_ref (settings->demux);
  self->context = g_main_context_ref (settings->context);
  self->buffer_size = gst_ice_config_get_uint (settings->config, "buffer-size");
  self->consent_ms = gst_ice_config_get_uint (settings->config,
      "consent-timeout");
  self->is_plain = gst_ice_config_get_enum (settings->config,
      "compatibility") != GST_ICE_COMPATIBILITY_RFC5245;
  self->health = settings->health;
  self->user_data = settings->user_data;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_path_free (GstIceNicePath * self)
{
  g_clear_pointer (&self->consent, gst_ice_nice_consent_free);
  g_clear_pointer (&self->previous, lane_free);
  g_clear_pointer (&self->lane, lane_free);
  g_object_unref (self->demux);
  g_object_unref (self->nice);
  g_main_context_unref (self->context);
  g_free (self);
}

/* @address: (out): the remote of the selected pair
 * Returns: (transfer full) (nullable): libnice's socket, if packets leave it
 *     unchanged: neither relayed nor TCP */
static GSocket *
gst_ice_nice_path_get_pair (GstIceNicePath * self, GstIceUdpAddress * address)
{
  NiceCandidate *local, *remote;
  struct sockaddr_storage storage = { 0, };
  g_autoptr (GSocket) socket = NULL;

  if (!nice_agent_get_selected_pair (self->nice, self->stream,
          self->component, &local, &remote))
    return NULL;

  socket = nice_agent_get_selected_socket (self->nice, self->stream,
      self->component);
  if (socket == NULL || g_socket_is_closed (socket))
    return NULL;

  nice_address_copy_to_sockaddr (&remote->addr, (struct sockaddr *) &storage);
  if (!gst_ice_udp_address_set (address, (struct sockaddr *) &storage,
          sizeof (storage)))
    return NULL;
  return g_steal_pointer (&socket);
}

static void
on_consent_by_nice (GstIceUdpConsentState state, gpointer user_data)
{
  tell_health (user_data, to_health (state));
}

/* Begins to ask for consent: beside @socket or, if that is %NULL, by
 * libnice's own calls. */
static void
gst_ice_nice_path_ask (GstIceNicePath * self, GSocket * socket,
    const GstIceUdpAddress * address, const gchar * remote_ufrag,
    const gchar * remote_password)
{
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *password = NULL;
  GstIceUdpConsentSettings consent = {.remote_ufrag = remote_ufrag,
    .remote_password = remote_password,.timeout_ms = self->consent_ms,
    .period_ms = PERIOD_MS
  };
  const GstIceNiceConsentSettings by_nice = {.nice = self->nice,
    .stream = self->stream,.component = self->component,
    .demux = self->demux,.context = self->context,
    .changed = on_consent_by_nice,.user_data = self
  };

  if (!nice_agent_get_local_credentials (self->nice, self->stream, &ufrag,
          &password))
    return;

  consent.local_ufrag = ufrag;
  consent.local_password = password;
  /* The roles are those that the checks settled (RFC 8445, 7.3.1.1). */
  g_object_get (self->nice, "controlling-mode", &consent.controlling, NULL);
  if (socket != NULL)
    self->lane = lane_new (self, socket, address, &consent);
  else
    self->consent = gst_ice_nice_consent_new (&by_nice, &consent);
}

GstIceRoute *
gst_ice_nice_path_select (GstIceNicePath * self, const gchar * remote_ufrag,
    const gchar * remote_password)
{
  g_autoptr (GSocket) socket = NULL;
  GstIceUdpAddress address;

  if (self->is_plain)
    return gst_ice_nice_route_new (self->nice, self->stream, self->component);

  g_clear_pointer (&self->consent, gst_ice_nice_consent_free);
  gst_ice_nice_path_settle (self);
  /* Without consent, only the port of the path is of use. */
  if (self->lane != NULL && is_lost (self->lane))
    g_clear_pointer (&self->lane, lane_free);

  socket = gst_ice_nice_path_get_pair (self, &address);
  if (socket == NULL || self->lane == NULL || self->lane->socket != socket) {
    self->previous = g_steal_pointer (&self->lane);
    gst_ice_nice_path_ask (self, socket, &address, remote_ufrag,
        remote_password);
  } else if (!lane_move (self->lane, &address)) {
    self->previous = g_steal_pointer (&self->lane);
  }
  if (self->lane == NULL)
    return gst_ice_nice_route_new (self->nice, self->stream, self->component);
  return g_object_ref (gst_ice_udp_path_get_route (self->lane->udp));
}

void
gst_ice_nice_path_settle (GstIceNicePath * self)
{
  g_clear_pointer (&self->previous, lane_free);
  if (self->consent != NULL)
    gst_ice_nice_consent_listen (self->consent);
}

void
gst_ice_nice_path_take_media (GstIceNicePath * self, gconstpointer data,
    gsize size_bytes)
{
  GstBufferList *list = gst_buffer_list_new_sized (1);

  self->heard_us = g_get_monotonic_time ();
  if (self->consent != NULL)
    gst_ice_nice_consent_hear (self->consent, self->heard_us);
  gst_buffer_list_add (list, gst_buffer_new_memdup (data, size_bytes));
  gst_ice_demux_deliver (self->demux, list);
}

gboolean
gst_ice_nice_path_has_media (const GstIceNicePath * self)
{
  return self->heard_us != 0 &&
      g_get_monotonic_time () - self->heard_us < G_USEC_PER_SEC;
}

void
gst_ice_nice_path_take_response (GstIceNicePath * self,
    const guint8 * response, gsize size_bytes)
{
  if (self->consent != NULL)
    gst_ice_nice_consent_take (self->consent, response, size_bytes);
}

gboolean
gst_ice_nice_path_has_consent (GstIceNicePath * self)
{
  if (self->consent != NULL)
    return gst_ice_nice_consent_is_given (self->consent);
  return self->lane != NULL && gst_ice_udp_path_has_consent (self->lane->udp) &&
      !is_lost (self->lane);
}
