/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Looks up the SRV records of a STUN or TURN server, and finds one that answers. */

#include "config.h"

#include "gsticenicesrv.h"

#include "gsticelog.h"
#include "gsticetimer.h"
#include "gsticeturnprobe.h"

GST_ICE_LOG_CATEGORY (gst_ice_nice_srv_log, "icenicesrv",
    "SRV records of STUN and TURN servers");
#define GST_CAT_DEFAULT gst_ice_nice_srv_log ()

/* The wait for records, which most servers do not have, must be short; and a
 * STUN server must be known before gathering begins. */
#define LOOKUP_MS 1000
#define STUN_LOOKUP_MS 300

/* After this time without an answer, the next server is tried too. */
#define NEXT_MS 400

#define MAX_PLACES 4

typedef struct
{
  GstIceNiceSrv *srv;
  GstIceServer *server;
  GstIceTurnProbe *probe;       /* NULL: not asked, or finished */
} Place;

struct _GstIceNiceSrv
{
  GstIceServer *server;
  GTlsDatabase *database;
  GstIceNiceSrvDone done;
  gpointer user_data;
  const GstIceServer *found;    /* the one to report; NULL: none yet */
  GCancellable *cancellable;
  GSource *timer;               /* NULL: not running */
  Place places[MAX_PLACES];     /* in the order of trying */
  guint n_places, n_asked, n_failed;
};

static void ask_next (GstIceNiceSrv * self);

/* @self: (transfer full) */
void
gst_ice_nice_srv_free (GstIceNiceSrv * self)
{
  g_cancellable_cancel (self->cancellable);
  gst_ice_timer_clear (&self->timer);
  for (guint i = 0; i < self->n_places; i++) {
    g_clear_pointer (&self->places[i].probe, gst_ice_turn_probe_free);
    gst_ice_server_free (self->places[i].server);
  }
  g_clear_object (&self->database);
  g_object_unref (self->cancellable);
  gst_ice_server_free (self->server);
  g_free (self);
}

static gboolean
on_found (gpointer user_data)
{
  GstIceNiceSrv *self = user_data;

  GST_DEBUG ("%s is at %s, port %u", self->server->host, self->found->host,
      self->found->port);
  /* The last statement: the callee frees the object. */
  self->done (self->found, self->user_data);
  return G_SOURCE_REMOVE;
}

/* Later, as the caller may be a probe or the resolver, which done() frees. */
static void
finish (GstIceNiceSrv * self, const GstIceServer * place)
{
  if (self->found != NULL)
    return;
  self->found = place;
  gst_ice_timer_clear (&self->timer);
  self->timer = gst_ice_timer_new (0, on_found, self);
}

/* Which of the servers answers. */

static void
on_probed (const GError * error, gpointer user_data)
{
  Place *place = user_data;
  GstIceNiceSrv *self = place->srv;

  if (error == NULL) {
    finish (self, place->server);
    return;
  }
  GST_INFO ("of the records of %s, %s is left out: %s", self->server->host,
      place->server->host, error->message);
  if (++self->n_failed < self->n_places)
    ask_next (self);
  else
    /* The reason is reported as for any server. */
    finish (self, self->places[0].server);
}

static gboolean
on_patience_over (gpointer user_data)
{
  ask_next (user_data);
  return G_SOURCE_REMOVE;
}

static void
ask_next (GstIceNiceSrv * self)
{
  Place *place = &self->places[self->n_asked];

  if (self->n_asked == self->n_places || self->found != NULL)
    return;
  gst_ice_timer_clear (&self->timer);
  self->n_asked++;
  place->probe = gst_ice_turn_probe_new (place->server, place->server->host,
      self->database, on_probed, place);
  self->timer = gst_ice_timer_new (NEXT_MS, on_patience_over, self);
}

/* The records. */

static void
add_place (GstIceNiceSrv * self, GSrvTarget * target)
{
  Place *place = &self->places[self->n_places];

  place->srv = self;
  place->server = gst_ice_server_copy_at (self->server,
      g_srv_target_get_hostname (target), g_srv_target_get_port (target));
  self->n_places++;
}

static void
on_records (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GList *targets = g_resolver_lookup_service_finish (G_RESOLVER (source),
      result, &error);
  GstIceNiceSrv *self = user_data;

  /* If cancelled, the object may be freed. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* In the order of RFC 2782; GLib has chosen by weight. */
  for (GList * l = targets; l != NULL && self->found == NULL
      && self->n_places < MAX_PLACES; l = l->next)
    add_place (self, l->data);
  g_resolver_free_targets (targets);
  if (self->found != NULL)
    return;
  gst_ice_timer_clear (&self->timer);
  if (self->n_places > 1)
    ask_next (self);
  else
    finish (self, self->n_places == 1 ? self->places[0].server : self->server);
}

static gboolean
on_lookup_over (gpointer user_data)
{
  GstIceNiceSrv *self = user_data;

  GST_INFO ("no SRV records of %s came in time", self->server->host);
  finish (self, self->server);
  return G_SOURCE_REMOVE;
}

GstIceNiceSrv *
gst_ice_nice_srv_new (const GstIceServer * server, GTlsDatabase * database,
    GstIceNiceSrvDone done, gpointer user_data)
{
  static const gchar *const services[] = { "stun", "turn", "turns" };
  GstIceNiceSrv *self = g_new0 (GstIceNiceSrv, 1);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  const gboolean is_stun = server->kind == GST_ICE_SERVER_STUN;

  self->server = gst_ice_server_copy (server);
  if (database != NULL)
    self->database = g_object_ref (database);
  self->done = done;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  self->timer = gst_ice_timer_new (is_stun ? STUN_LOOKUP_MS : LOOKUP_MS,
      on_lookup_over, self);
  g_resolver_lookup_service_async (resolver, services[server->kind],
      server->transport == GST_ICE_SERVER_TCP ? "tcp" : "udp", server->host,
      self->cancellable, on_records, self);
  return self;
}
