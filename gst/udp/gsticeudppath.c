/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Our own socket beside the agent's for one nominated pair: receives, sends,
 * and keeps consent. */

#include "config.h"

#include "gsticeudppath.h"

#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticeudp.h"
#include "gsticeudppool.h"
#include "gsticeudpsteer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

GST_ICE_LOG_CATEGORY (gst_ice_udp_path_log, "iceudppath",
    "ICE path on UDP sockets");
#define GST_CAT_DEFAULT gst_ice_udp_path_log ()

/* A cipher authenticates media only when the element takes it from its
 * queue, which may be this much later. */
#define VOUCHED_US G_USEC_PER_SEC

struct _GstIceUdpPath
{
  /* Set at construction. */
  gint agent_fd;                /* owned by the agent */
  GstIceWaiter *context;        /* or NULL */
  gsize receive_buffer_size;
  GstIceUdpConsentFunc consent_changed;
  gpointer user_data;

  /* Session thread; NULL if the port can't be shared. */
  GstIceUdpSteer *steer;

  /* The reading thread while in_pool, else the session thread. */
  GstIceUdpReader *reader;      /* NULL if only the agent receives */
  GstIceUdpConsent *consent;    /* NULL if the agent keeps consent */
  GstIceRoute *route;           /* changed by the session thread while not
                                 * in_pool */

  /* Session thread. */
  GstIceRoute *previous;        /* or NULL; kept until the sender uses the
                                 * new route */
  gboolean in_pool;
};

static void
on_stun (const GstIceUdpAddress * from, const guint8 * data, gsize size,
    gint64 now_us, gpointer user_data)
{
  GstIceUdpPath *self = user_data;

  /* Without our consent, a few STUN packets may come here while the socket
   * joins the port. The peer repeats them, and the agent's socket gets
   * those. */
  if (self->consent != NULL)
    gst_ice_udp_consent_handle (self->consent, from, data, size, now_us);
}

static gint64
on_tick (gint64 now_us, gpointer user_data)
{
  GstIceUdpPath *self = user_data;

  if (self->consent == NULL)
    return G_MAXINT64;
  return gst_ice_udp_consent_tick (self->consent, now_us);
}

static void
on_consent (GstIceUdpConsentState state, gpointer user_data)
{
  GstIceUdpPath *self = user_data;

  /* RFC 7675, 5.1: sending stops at once, before the session hears of it. */
  if (state == GST_ICE_UDP_CONSENT_LOST)
    gst_ice_udp_route_revoke (GST_ICE_UDP_ROUTE (self->route));
  if (self->consent_changed != NULL)
    self->consent_changed (state, self->user_data);
}

static void
on_media (gint64 now_us, gpointer user_data)
{
  GstIceUdpPath *self = user_data;
  gint64 vouched_us = gst_ice_route_get_vouched_ms (self->route) *
      G_TIME_SPAN_MILLISECOND;

  if (self->consent != NULL)
    gst_ice_udp_consent_hear (self->consent, now_us,
        now_us - vouched_us < VOUCHED_US);
}

static void
on_send (const guint8 * message, gsize size_bytes,
    const GstIceUdpAddress * to, gpointer user_data)
{
  GstIceUdpPath *self = user_data;

  if (sendto (gst_ice_udp_steer_get_fd (self->steer), message, size_bytes,
          MSG_DONTWAIT | MSG_NOSIGNAL, &to->any,
          gst_ice_udp_address_size (to)) < 0)
    GST_DEBUG ("a STUN message did not leave: %s", g_strerror (errno));
}

static void
on_unmerged (gpointer user_data)
{
  GstIceUdpPath *self = user_data;

  gst_ice_udp_steer_widen (self->steer);
}

static const GstIceUdpReaderHooks reader_hooks = { on_stun, on_tick, on_media,
  on_unmerged
};

static void
gst_ice_udp_path_unhook (GstIceUdpPath * self)
{
  if (self->route != NULL)
    gst_ice_udp_route_set_stats_hook (GST_ICE_UDP_ROUTE (self->route), NULL,
        NULL);
}

static void
gst_ice_udp_path_stop_receiving (GstIceUdpPath * self)
{
  if (self->reader == NULL)
    return;

  gst_ice_udp_path_unhook (self);
  /* From this call on all packets go to the agent's socket. Those in ours
   * are older. */
  gst_ice_udp_steer_aim (self->steer, NULL, NULL);
  if (self->in_pool)
    gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (self->reader));
  self->in_pool = FALSE;
  gst_ice_udp_reader_drain (self->reader);

  g_clear_pointer (&self->consent, gst_ice_udp_consent_free);
  g_clear_pointer (&self->reader, gst_ice_udp_reader_free);
}

static void
revoke_route (GstIceRoute ** route)
{
  if (*route != NULL)
    gst_ice_udp_route_revoke (GST_ICE_UDP_ROUTE (*route));
  g_clear_object (route);
}

/* @self: (transfer full) */
void
gst_ice_udp_path_free (GstIceUdpPath * self)
{
  gst_ice_udp_path_unhook (self);
  gst_ice_udp_path_stop_receiving (self);
  revoke_route (&self->previous);
  revoke_route (&self->route);
  /* No thread has a duplicate of our socket any more, so it leaves the port
   * here. */
  g_clear_pointer (&self->steer, gst_ice_udp_steer_free);
  g_clear_object (&self->context);
  g_free (self);
}

static void
gst_ice_udp_path_add_consent (GstIceUdpPath * self,
    const GstIceUdpConsentSettings * settings, guint32 tag)
{
  GstIceUdpConsentSettings tagged = *settings;

  tagged.tag = tag;
  self->consent = gst_ice_udp_consent_new (&tagged, on_send, on_consent, self);
}

/* Returns: whether packets can be received here; if not, the agent receives
 *     them */
static gboolean
gst_ice_udp_path_share_port (GstIceUdpPath * self,
    const GstIceUdpPathSettings * settings)
{
  gboolean coalesce = settings->consent != NULL &&
      gst_ice_udp_get_level () >= GST_ICE_UDP_ALL;
  g_autoptr (GError) error = NULL;
  guint32 tag = 0;

  if (getrandom (&tag, sizeof (tag), GRND_NONBLOCK) < 0)
    tag = g_random_int ();
  self->steer = gst_ice_udp_steer_new (settings->agent_fd, tag, coalesce,
      settings->remote, &error);
  if (self->steer == NULL) {
    GST_INFO ("packets are received by the agent: %s", error->message);
    return FALSE;
  }

  self->receive_buffer_size =
      gst_ice_udp_set_receive_buffer (gst_ice_udp_steer_get_fd (self->steer),
      settings->buffer_size);
  if (self->receive_buffer_size < settings->buffer_size)
    GST_INFO ("the kernel gives a receive buffer of %" G_GSIZE_FORMAT " bytes "
        "instead of %" G_GSIZE_FORMAT ": see net.core.rmem_max",
        self->receive_buffer_size, settings->buffer_size);
  self->reader = gst_ice_udp_reader_new (gst_ice_udp_steer_get_fd (self->steer),
      settings->demux, &reader_hooks, self);
  if (settings->consent != NULL)
    gst_ice_udp_path_add_consent (self, settings->consent, tag);
  return TRUE;
}

GstIceUdpPath *
gst_ice_udp_path_new (const GstIceUdpPathSettings * settings, GError ** error)
{
  g_autoptr (GstIceUdpPath) self = NULL;

  if (gst_ice_udp_get_level () == GST_ICE_UDP_NONE) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
        "GST_ICE_UDP=none leaves packets to the ICE agent.");
    return NULL;
  }

  self = g_new0 (GstIceUdpPath, 1);
  self->agent_fd = settings->agent_fd;
  if (settings->context != NULL)
    self->context = g_object_ref (settings->context);
  self->consent_changed = settings->consent_changed;
  self->user_data = settings->user_data;

  gst_ice_udp_set_receive_buffer (settings->agent_fd, settings->buffer_size);
  gst_ice_udp_path_share_port (self, settings);
  if (!gst_ice_udp_path_move (self, settings->remote, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* Returns: (transfer full): a route with a descriptor of its own, %NULL with
 *     @error set */
static GstIceRoute *
gst_ice_udp_path_make_route (GstIceUdpPath * self,
    const GstIceUdpAddress * remote, GError ** error)
{
  gint fd = self->steer ? gst_ice_udp_steer_get_fd (self->steer)
      : self->agent_fd;

  /* A duplicate, as the agent may close its socket at any time. */
  fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "There is no descriptor to send on: %s.", g_strerror (errno));
    return NULL;
  }
  return gst_ice_udp_route_new (fd, remote);
}

/* Directs the packets of @remote to our socket. No thread is in the reader
 * meanwhile.
 * Returns: %FALSE with @error set */
static gboolean
gst_ice_udp_path_aim (GstIceUdpPath * self, const GstIceUdpAddress * remote,
    GError ** error)
{
  gst_ice_udp_reader_add_remote (self->reader, remote);
  if (self->consent != NULL)
    gst_ice_udp_consent_start (self->consent, remote, g_get_monotonic_time ());
  return gst_ice_udp_steer_aim (self->steer, remote, error);
}

/* Any thread. The route's lock is held, and the route belongs to this path. */
static void
on_stats (gpointer user_data, GstStructure * stats)
{
  GstIceUdpPathStats now;

  gst_ice_udp_path_get_stats (user_data, &now);
  gst_structure_set (stats,
      "receive-mode", G_TYPE_STRING, now.receive_mode,
      "receive-buffer-size", G_TYPE_UINT64, (guint64) now.receive_buffer_size,
      "receive-calls", G_TYPE_UINT64, now.reader.reads,
      "kernel-drops", G_TYPE_UINT64, (guint64) now.reader.kernel_drops,
      "packets-stray", G_TYPE_UINT64, now.reader.packets_foreign,
      "packets-malformed", G_TYPE_UINT64, now.reader.packets_malformed, NULL);

  if (gst_ice_udp_path_has_consent (user_data))
    gst_structure_set (stats,
        "consent-requests-sent", G_TYPE_UINT64, now.consent.requests_sent,
        "consent-responses-received", G_TYPE_UINT64,
        now.consent.responses_received,
        "consent-requests-received", G_TYPE_UINT64,
        now.consent.requests_received,
        "stun-forged", G_TYPE_UINT64, now.consent.forged,
        "current-round-trip-time", G_TYPE_DOUBLE,
        now.consent.round_trip_us / (gdouble) G_USEC_PER_SEC, NULL);
}

gboolean
gst_ice_udp_path_move (GstIceUdpPath * self, const GstIceUdpAddress * remote,
    GError ** error)
{
  GstIceRoute *route = gst_ice_udp_path_make_route (self, remote, error);
  g_autoptr (GError) refusal = NULL;

  if (route == NULL)
    return FALSE;

  if (self->in_pool)
    gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (self->reader));
  self->in_pool = FALSE;
  revoke_route (&self->previous);
  gst_ice_udp_path_unhook (self);
  self->previous = g_steal_pointer (&self->route);
  self->route = route;

  if (self->reader != NULL && !gst_ice_udp_path_aim (self, remote, &refusal)) {
    /* Our socket stays, without packets: the route sends on it. */
    GST_INFO ("packets are received by the agent: %s", refusal->message);
    gst_ice_udp_path_stop_receiving (self);
  }
  gst_ice_udp_route_set_stats_hook (GST_ICE_UDP_ROUTE (route), on_stats, self);
  return TRUE;
}

void
gst_ice_udp_path_receive (GstIceUdpPath * self)
{
  g_autoptr (GError) error = NULL;

  if (self->reader == NULL || self->in_pool)
    return;

  self->in_pool =
      gst_ice_udp_pool_add (gst_ice_udp_reader_get_source (self->reader),
      self->context, &error);
  if (!self->in_pool) {
    GST_INFO ("packets are received by the agent: %s", error->message);
    gst_ice_udp_path_stop_receiving (self);
    gst_ice_udp_route_set_stats_hook (GST_ICE_UDP_ROUTE (self->route), on_stats,
        self);
  }
}

void
gst_ice_udp_path_flush (GstIceUdpPath * self)
{
  if (self->in_pool)
    gst_ice_udp_reader_flush (self->reader);
}

GstIceRoute *
gst_ice_udp_path_get_route (GstIceUdpPath * self)
{
  return self->route;
}

gboolean
gst_ice_udp_path_has_consent (GstIceUdpPath * self)
{
  return self->consent != NULL;
}

void
gst_ice_udp_path_get_stats (GstIceUdpPath * self, GstIceUdpPathStats * stats)
{
  GstIceUdpRoute *route = GST_ICE_UDP_ROUTE (self->route);

  memset (stats, 0, sizeof (*stats));
  stats->send_mode = gst_ice_udp_route_get_mode (route);
  stats->receive_mode = "agent";
  stats->receive_buffer_size = self->receive_buffer_size;
  gst_ice_udp_route_get_counts (route, &stats->route);
  if (self->reader != NULL) {
    stats->receive_mode =
        gst_ice_udp_steer_get_coalesce (self->steer) ? "gro" : "mmsg";
    gst_ice_udp_reader_get_counts (self->reader, &stats->reader);
  }
  if (self->consent != NULL)
    gst_ice_udp_consent_get_counts (self->consent, &stats->consent);
}
