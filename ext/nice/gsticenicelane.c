/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads and sends beside one of libnice's sockets, in the order in which the
 * peer sent. */

#include "config.h"

#include "gsticenicelane.h"

#include "gsticelog.h"
#include "gsticetimer.h"

GST_ICE_LOG_CATEGORY (gst_ice_nice_lane_log, "icenicelane",
    "ICE socket beside one of libnice's");
#define GST_CAT_DEFAULT gst_ice_nice_lane_log ()

/* The longest wait until libnice's socket is empty. Packets that came before
 * ours shared the port must be delivered before those that came after. */
#define DRAIN_US (100 * G_TIME_SPAN_MILLISECOND)

/* A thread that gets no processor for longer than that must still have let
 * libnice read this often. */
#define DRAIN_TURNS 8

/* A retired lane ends when it got nothing for so long. */
#define QUIET_MS 500

struct _GstIceNiceLane
{
  GSocket *socket;              /* libnice's */
  GMainContext *context;
  GstIceUdpAddress remote;
  GstIceUdpPath *udp;
  void (*health_changed) (GstIceNicePathHealth health, gpointer user_data);
  gpointer user_data;

  GSource *news;                /* made ready by the reading thread */
  gint health;                  /* atomic: GstIceNicePathHealth */

  GSource *draining;            /* NULL: our socket is being read */
  gint64 drained_us;            /* when draining ends at the latest */
  guint n_turns;                /* of draining */

  GSource *retired;             /* NULL: the lane's pair is selected */
  void (*quiet) (GstIceNiceLane * lane, gpointer user_data);
  guint64 n_heard;              /* packets when it was last looked at */
};

GstIceNicePathHealth
gst_ice_nice_lane_to_health (GstIceUdpConsentState state)
{
  static const GstIceNicePathHealth healths[] = {
    [GST_ICE_UDP_CONSENT_ALIVE] = GST_ICE_NICE_PATH_ALIVE,
    [GST_ICE_UDP_CONSENT_SUSPECT] = GST_ICE_NICE_PATH_SUSPECT,
    [GST_ICE_UDP_CONSENT_LOST] = GST_ICE_NICE_PATH_LOST,
  };

  return healths[state];
}

/* Reading thread. */
static void
on_consent (GstIceUdpConsentState state, gpointer user_data)
{
  GstIceNiceLane *self = user_data;

  g_atomic_int_set (&self->health, (gint) gst_ice_nice_lane_to_health (state));
  g_source_set_ready_time (self->news, 0);
}

static gboolean
on_news (gpointer user_data)
{
  GstIceNiceLane *self = user_data;

  g_source_set_ready_time (self->news, -1);
  if (self->retired == NULL)
    self->health_changed ((GstIceNicePathHealth)
        g_atomic_int_get (&self->health), self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
news_dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs news_funcs = {.dispatch = news_dispatch };

/* libnice reads on this thread too, in turn with this function. */
static gboolean
on_draining (gpointer user_data)
{
  GstIceNiceLane *self = user_data;

  if (g_socket_condition_check (self->socket, G_IO_IN) != 0 &&
      (self->n_turns++ < DRAIN_TURNS
          || g_get_monotonic_time () < self->drained_us))
    return G_SOURCE_CONTINUE;

  gst_ice_timer_clear (&self->draining);
  gst_ice_udp_path_receive (self->udp);
  return G_SOURCE_REMOVE;
}

/* Begins to read our socket as soon as libnice has emptied its own. */
static void
gst_ice_nice_lane_drain (GstIceNiceLane * self)
{
  gst_ice_timer_clear (&self->draining);
  self->drained_us = g_get_monotonic_time () + DRAIN_US;
  self->n_turns = 0;
  self->draining = g_idle_source_new ();
  g_source_set_priority (self->draining, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->draining, on_draining, self, NULL);
  g_source_attach (self->draining, self->context);
}

/* @self: (transfer full) */
void
gst_ice_nice_lane_free (GstIceNiceLane * self)
{
  gst_ice_timer_clear (&self->retired);
  gst_ice_timer_clear (&self->draining);
  /* First the path, which makes the source ready, then the source. */
  g_clear_pointer (&self->udp, gst_ice_udp_path_free);
  gst_ice_timer_clear (&self->news);
  g_clear_object (&self->socket);
  g_main_context_unref (self->context);
  g_free (self);
}

GstIceNiceLane *
gst_ice_nice_lane_new (const GstIceNiceLaneSettings * settings, GError ** error)
{
  g_autoptr (GstIceNiceLane) self = g_new0 (GstIceNiceLane, 1);
  g_autoptr (GstIceWaiter) waiter = gst_ice_demux_dup_waiter (settings->demux);
  GstIceUdpPathSettings path = {
    .agent_fd = g_socket_get_fd (settings->socket),
    .remote = settings->remote,
    .demux = settings->demux,
    .buffer_size = settings->buffer_size,
    .context = waiter,
    .consent = settings->consent,
    .consent_changed = on_consent,
    .user_data = self,
  };

  self->socket = g_object_ref (settings->socket);
  self->context = g_main_context_ref (settings->context);
  self->remote = *settings->remote;
  self->health_changed = settings->health;
  self->user_data = settings->user_data;
  self->news = g_source_new (&news_funcs, sizeof (GSource));
  g_source_set_callback (self->news, on_news, self, NULL);
  g_source_attach (self->news, self->context);

  self->udp = gst_ice_udp_path_new (&path, error);
  if (self->udp == NULL)
    return NULL;
  gst_ice_nice_lane_drain (self);
  return g_steal_pointer (&self);
}

gboolean
gst_ice_nice_lane_is_on (const GstIceNiceLane * self, GSocket * socket)
{
  return self->socket == socket;
}

gboolean
gst_ice_nice_lane_is_lost (GstIceNiceLane * self)
{
  return g_atomic_int_get (&self->health) == GST_ICE_NICE_PATH_LOST;
}

gboolean
gst_ice_nice_lane_has_consent (GstIceNiceLane * self)
{
  return gst_ice_udp_path_has_consent (self->udp) &&
      !gst_ice_nice_lane_is_lost (self);
}

gboolean
gst_ice_nice_lane_move (GstIceNiceLane * self, const GstIceUdpAddress * remote,
    GError ** error)
{
  if (gst_ice_udp_address_equal (&self->remote, remote))
    return TRUE;

  if (!gst_ice_udp_path_move (self->udp, remote, error))
    return FALSE;
  self->remote = *remote;
  gst_ice_nice_lane_drain (self);
  return TRUE;
}

GstIceRoute *
gst_ice_nice_lane_get_route (GstIceNiceLane * self)
{
  return gst_ice_udp_path_get_route (self->udp);
}

void
gst_ice_nice_lane_flush (GstIceNiceLane * self)
{
  if (self->draining == NULL)
    gst_ice_udp_path_flush (self->udp);
}

static guint64
gst_ice_nice_lane_count (GstIceNiceLane * self)
{
  GstIceUdpPathStats stats;

  gst_ice_udp_path_get_stats (self->udp, &stats);
  return stats.reader.packets_received;
}

static gboolean
on_retired (gpointer user_data)
{
  GstIceNiceLane *self = user_data;
  guint64 n_heard = gst_ice_nice_lane_count (self);

  if (n_heard == self->n_heard) {
    self->quiet (self, self->user_data);
    return G_SOURCE_REMOVE;
  }
  self->n_heard = n_heard;
  return G_SOURCE_CONTINUE;
}

void
gst_ice_nice_lane_retire (GstIceNiceLane * self,
    void (*quiet) (GstIceNiceLane * lane, gpointer user_data))
{
  self->quiet = quiet;
  self->n_heard = gst_ice_nice_lane_count (self);
  gst_ice_timer_restart (&self->retired, self->context, QUIET_MS, on_retired,
      self);
  GST_DEBUG ("another pair is selected");
}

void
gst_ice_nice_lane_reinstate (GstIceNiceLane * self)
{
  gst_ice_timer_clear (&self->retired);
  /* What was not told meanwhile. */
  if (g_atomic_int_get (&self->health) != GST_ICE_NICE_PATH_ALIVE)
    g_source_set_ready_time (self->news, 0);
}
