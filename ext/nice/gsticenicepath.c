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
#include "gsticenicelane.h"
#include "gsticeniceroute.h"

GST_ICE_LOG_CATEGORY (gst_ice_nice_path_log, "icenicepath",
    "ICE path beside libnice");
#define GST_CAT_DEFAULT gst_ice_nice_path_log ()

/* How often the peer is asked for consent. A dead path must be replaced
 * within a second, and most calls have media in one direction, whose sender
 * receives nothing else. */
#define PERIOD_MS 300

/* The most lanes whose pair is not selected any more. */
#define MAX_RETIRED 4

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

  GstIceNiceLane *lane;         /* NULL: libnice's own calls are used */
  GstIceNiceConsent *consent;   /* for libnice's own calls; NULL: libnice
                                 * alone keeps consent */
  GQueue retired;               /* of GstIceNiceLane, the newest first: the
                                 * peer may still send there, and our senders
                                 * until settle() */
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

static void
on_lane_health (GstIceNicePathHealth health, gpointer user_data)
{
  tell_health (user_data, health);
}

/* Lanes. */

static void
on_quiet (GstIceNiceLane * lane, gpointer user_data)
{
  GstIceNicePath *self = user_data;

  g_queue_remove (&self->retired, lane);
  gst_ice_nice_lane_free (lane);
}

/* The selected pair has another socket, or none of ours. */
static void
gst_ice_nice_path_retire_lane (GstIceNicePath * self)
{
  if (self->lane == NULL)
    return;
  gst_ice_nice_lane_retire (self->lane, on_quiet);
  g_queue_push_head (&self->retired, g_steal_pointer (&self->lane));
  if (g_queue_get_length (&self->retired) > MAX_RETIRED)
    gst_ice_nice_lane_free (g_queue_pop_tail (&self->retired));
}

/* Returns: (transfer full) (nullable): the retired lane on @socket. A port
 *     has one lane only. */
static GstIceNiceLane *
gst_ice_nice_path_take_retired (GstIceNicePath * self, GSocket * socket)
{
  for (GList * item = self->retired.head; item != NULL; item = item->next) {
    GstIceNiceLane *lane = item->data;

    if (!gst_ice_nice_lane_is_on (lane, socket))
      continue;
    g_queue_delete_link (&self->retired, item);
    if (!gst_ice_nice_lane_is_lost (lane)) {
      gst_ice_nice_lane_reinstate (lane);
      return lane;
    }
    /* Without consent, only the port of the lane is of use. */
    gst_ice_nice_lane_free (lane);
    return NULL;
  }
  return NULL;
}

/* Makes a lane, if libnice's calls can be done without. */
static void
gst_ice_nice_path_add_lane (GstIceNicePath * self, GSocket * socket,
    const GstIceUdpAddress * address, const GstIceUdpConsentSettings * consent)
{
  g_autoptr (GError) error = NULL;
  const GstIceNiceLaneSettings settings = {
    .socket = socket,.remote = address,.demux = self->demux,
    .context = self->context,.buffer_size = self->buffer_size,
    .consent = consent,.health = on_lane_health,.user_data = self
  };

  self->lane = gst_ice_nice_lane_new (&settings, &error);
  if (self->lane == NULL)
    GST_INFO ("component %u: %s", self->component, error->message);
}

/* Returns: whether the lane serves the pair of its socket with @remote */
static gboolean
gst_ice_nice_path_move_lane (GstIceNicePath * self,
    const GstIceUdpAddress * remote)
{
  g_autoptr (GError) error = NULL;

  if (gst_ice_nice_lane_move (self->lane, remote, &error))
    return TRUE;
  GST_INFO ("component %u: %s", self->component, error->message);
  return FALSE;
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
  g_queue_clear_full (&self->retired, (GDestroyNotify) gst_ice_nice_lane_free);
  g_clear_pointer (&self->lane, gst_ice_nice_lane_free);
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
  tell_health (user_data, gst_ice_nice_lane_to_health (state));
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
    gst_ice_nice_path_add_lane (self, socket, address, &consent);
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
  /* Without consent, only the port of the lane is of use. */
  if (self->lane != NULL && gst_ice_nice_lane_is_lost (self->lane))
    g_clear_pointer (&self->lane, gst_ice_nice_lane_free);

  socket = gst_ice_nice_path_get_pair (self, &address);
  if (socket == NULL || self->lane == NULL ||
      !gst_ice_nice_lane_is_on (self->lane, socket)) {
    gst_ice_nice_path_retire_lane (self);
    self->lane = gst_ice_nice_path_take_retired (self, socket);
  }
  if (self->lane != NULL) {
    if (!gst_ice_nice_path_move_lane (self, &address))
      gst_ice_nice_path_retire_lane (self);
  } else {
    gst_ice_nice_path_ask (self, socket, &address, remote_ufrag,
        remote_password);
  }
  if (self->lane == NULL)
    return gst_ice_nice_route_new (self->nice, self->stream, self->component);
  return g_object_ref (gst_ice_nice_lane_get_route (self->lane));
}

void
gst_ice_nice_path_settle (GstIceNicePath * self)
{
  if (self->consent != NULL)
    gst_ice_nice_consent_listen (self->consent);
}

/* What waits in our sockets was sent before this packet: while pairs change,
 * the peer sends on one of which we don't know yet. */
static void
gst_ice_nice_path_flush (GstIceNicePath * self)
{
  for (GList * item = self->retired.tail; item != NULL; item = item->prev)
    gst_ice_nice_lane_flush (item->data);
  if (self->lane != NULL)
    gst_ice_nice_lane_flush (self->lane);
}

void
gst_ice_nice_path_take_media (GstIceNicePath * self, gconstpointer data,
    gsize size_bytes)
{
  GstBufferList *list = gst_buffer_list_new_sized (1);

  gst_ice_nice_path_flush (self);
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
  return self->lane != NULL && gst_ice_nice_lane_has_consent (self->lane);
}
