/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Gathers candidates with libnice, and decides when enough are known. */

#include "config.h"

#include "gsticenicegathering.h"

#include "gsticecompatibility.h"
#include "gsticeerror.h"
#include "gsticeaddresses.h"
#include "gsticelog.h"
#include "gsticeniceserverlist.h"
#include "gsticetlstrust.h"
#include "gsticetimer.h"

GST_ICE_LOG_CATEGORY (gst_ice_nice_gathering_log, "icenicegathering",
    "ICE gathering on libnice");
#define GST_CAT_DEFAULT gst_ice_nice_gathering_log ()

/* The time limit of gathering. libnice waits 2 s for a server that does not
 * answer. */
#define LIMIT_MS 2500

/* After this time without a candidate from any server, we ask the servers
 * ourselves. A server that answers us is alive: packets get lost, and the
 * limit grows, so that libnice's next two requests, after 3.5 and 7.5 s,
 * count. */
#define HEARING_MS 1000
#define LOSSY_LIMIT_MS 8000

/* How long to wait for the name of a STUN server, which libnice must have
 * before gathering begins. */
#define STUN_NAME_MS 500

/* libnice 0.1.21 takes a STUN answer for one of TURN unless STUN is asked
 * first, which costs 2 s. So libnice gets TURN servers a little later. */
#define TURN_DELAY_MS 5

/* There are enough candidates when no better ones can come, or when the
 * silent servers had a multiple of the time that the first one took. A relay
 * over TCP or TLS is worse than one over UDP, which was asked before. */
#define TCP_GRACE_MS 20

/* libnice asks for one address and component after the other, twice for each
 * relay. */
#define FURTHER_GRACE_MS 20
#define MAX_GRACE_MS 100
#define PATIENCE 6
#define MIN_PATIENCE_MS 150
#define MAX_PATIENCE_MS 1000

struct _GstIceNiceGathering
{
  const GstIceNiceGatheringEvents *events;      /* NULL: stopped */
  gpointer user_data;
  GstIceNiceServerHost host;
  gboolean relay_only;
  gboolean without_relays;      /* this dialect of ICE has none */

  GstIceNiceServerList *servers;
  gboolean complete;            /* no more servers will be added */
  gboolean begun;               /* libnice has begun */
  gboolean telling;             /* libnice may get TURN servers */
  gboolean nice_busy;
  gboolean enough;
  gboolean done;
  gboolean has_srflx;
  gboolean has_relay;
  gboolean has_udp_relay;       /* a relay that is reached over UDP */
  gboolean heard;               /* a server without candidates is alive */
  gboolean patient;             /* the limit is LOSSY_LIMIT_MS */
  gint64 begin_time;

  /* NULL when not running. */
  GSource *stun_timer;
  GSource *turn_timer;
  GSource *limit_timer;
  GSource *hearing_timer;
  GSource *enough_timer;
  GSource *look_source;
};

static void gst_ice_nice_gathering_look (GstIceNiceGathering * self);

/* Servers. */

static gboolean
on_look (gpointer data)
{
  GstIceNiceGathering *self = data;

  gst_ice_timer_clear (&self->look_source);
  gst_ice_nice_gathering_look (self);
  return G_SOURCE_REMOVE;
}

/* Looks at everything again soon, not from inside a call. */
static void
schedule_look (gpointer data)
{
  GstIceNiceGathering *self = data;

  if (self->events != NULL && self->look_source == NULL)
    gst_ice_timer_restart (&self->look_source,
        g_main_context_get_thread_default (), 0, on_look, self);
}

static void
on_server_warning (const GError * error, gpointer user_data)
{
  GstIceNiceGathering *self = user_data;

  if (self->events != NULL)
    self->events->warning (error, self->user_data);
}

static void
on_server_lives (gpointer user_data)
{
  GstIceNiceGathering *self = user_data;

  self->heard = TRUE;
}

static void
on_response (const guint8 * response, gsize size_bytes, gpointer user_data)
{
  GstIceNiceGathering *self = user_data;

  if (self->events != NULL)
    self->events->response (response, size_bytes, self->user_data);
}

/* In each old dialect libnice speaks TURN as that dialect's makers did. No
 * server that can be tested understands that. */
static void
refuse_relay (GstIceNiceGathering * self, const GstIceServer * server)
{
  g_autofree gchar *uri = gst_ice_server_to_uri (server);
  g_autoptr (GError) error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "TURN server %s is not used: relays need compatibility=rfc5245", uri);

  on_server_warning (error, self);
}

void
gst_ice_nice_gathering_set_servers (GstIceNiceGathering * self,
    GPtrArray * servers, gboolean complete)
{
  self->complete = complete;
  for (guint i = 0; i < servers->len; i++) {
    const GstIceServer *server = g_ptr_array_index (servers, i);

    if (self->without_relays && server->kind != GST_ICE_SERVER_STUN)
      refuse_relay (self, server);
    else
      gst_ice_nice_server_list_add (self->servers, server);
  }
  schedule_look (self);
}

/* Construction. */

static void
count_families (GstIceNiceGathering * self, const GstIceConfig * config)
{
  g_autoptr (GPtrArray) addresses =
      gst_ice_addresses_list (gst_ice_config_get_string (config,
          "network-interfaces"));
  for (guint i = 0; i < addresses->len; i++) {
    if (strchr (g_ptr_array_index (addresses, i), ':') != NULL)
      self->host.has_ipv6 = TRUE;
    else
      self->host.has_ipv4 = TRUE;
  }
  self->host.n_addresses = addresses->len;
}

GstIceNiceGathering *
gst_ice_nice_gathering_new (NiceAgent * nice, guint stream, guint n_components,
    const GstIceConfig * config,
    const GstIceNiceGatheringEvents * events, gpointer user_data,
    GError ** error)
{
  GTlsDatabase *database = NULL;
  GstIceNiceGathering *self;

  if (!gst_ice_tls_trust_open (config, &database, error))
    return NULL;

  self = g_new0 (GstIceNiceGathering, 1);
  self->events = events;
  self->user_data = user_data;
  self->host.nice = nice;
  self->host.stream = stream;
  self->host.n_components = n_components;
  self->host.database = database;
  self->host.changed = schedule_look;
  self->host.warning = on_server_warning;
  self->host.response = on_response;
  self->host.lives = on_server_lives;
  self->host.user_data = self;
  count_families (self, config);
  self->relay_only = gst_ice_config_get_enum (config, "ice-transport-policy") ==
      GST_ICE_POLICY_RELAY;
  self->without_relays = gst_ice_config_get_enum (config, "compatibility") !=
      GST_ICE_COMPATIBILITY_RFC5245;
  self->servers = gst_ice_nice_server_list_new (&self->host);
  self->complete = TRUE;
  return self;
}

void
gst_ice_nice_gathering_stop (GstIceNiceGathering * self)
{
  self->events = NULL;
  gst_ice_timer_clear (&self->stun_timer);
  gst_ice_timer_clear (&self->turn_timer);
  gst_ice_timer_clear (&self->limit_timer);
  gst_ice_timer_clear (&self->hearing_timer);
  gst_ice_timer_clear (&self->enough_timer);
  gst_ice_timer_clear (&self->look_source);
}

/* @self: (transfer full) */
void
gst_ice_nice_gathering_free (GstIceNiceGathering * self)
{
  gst_ice_nice_gathering_stop (self);
  gst_ice_nice_server_list_free (self->servers);
  g_clear_object (&self->host.database);
  g_free (self);
}

/* Servers for libnice. */

static gboolean
on_turn_time (gpointer data)
{
  GstIceNiceGathering *self = data;

  gst_ice_timer_clear (&self->turn_timer);
  self->telling = TRUE;
  gst_ice_nice_gathering_look (self);
  return G_SOURCE_REMOVE;
}

static gboolean
has_none (const GstIceNiceGathering * self)
{
  return !self->has_srflx && !self->has_relay;
}

static void
diagnose (GstIceNiceGathering * self)
{
  gst_ice_nice_server_list_diagnose (self->servers, self->has_srflx);
}

static gboolean
on_hearing_time (gpointer data)
{
  GstIceNiceGathering *self = data;

  gst_ice_timer_clear (&self->hearing_timer);
  if (has_none (self) && !self->done)
    diagnose (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_limit (gpointer data)
{
  GstIceNiceGathering *self = data;

  gst_ice_timer_clear (&self->limit_timer);
  if (has_none (self) && self->heard && self->nice_busy && !self->patient) {
    GST_INFO
        ("packets to servers are lost: waiting for libnice to repeat them");
    self->patient = TRUE;
    gst_ice_timer_restart (&self->limit_timer,
        g_main_context_get_thread_default (), LOSSY_LIMIT_MS - LIMIT_MS,
        on_limit, self);
    return G_SOURCE_REMOVE;
  }
  self->complete = TRUE;
  self->nice_busy = FALSE;
  gst_ice_nice_gathering_look (self);
  return G_SOURCE_REMOVE;
}

/* Returns: %FALSE when libnice has no socket to gather on */
static gboolean
begin_now (GstIceNiceGathering * self)
{
  gst_ice_timer_clear (&self->stun_timer);
  if (!self->relay_only)
    gst_ice_nice_server_list_tell_stun (self->servers);

  self->begun = TRUE;
  self->nice_busy = TRUE;
  self->begin_time = g_get_monotonic_time ();
  if (!nice_agent_gather_candidates (self->host.nice, self->host.stream))
    return FALSE;
  gst_ice_timer_restart (&self->limit_timer,
      g_main_context_get_thread_default (), LIMIT_MS, on_limit, self);
  gst_ice_timer_restart (&self->turn_timer,
      g_main_context_get_thread_default (), TURN_DELAY_MS, on_turn_time, self);
  gst_ice_timer_restart (&self->hearing_timer,
      g_main_context_get_thread_default (), HEARING_MS, on_hearing_time, self);
  return TRUE;
}

static void
begin_late (GstIceNiceGathering * self)
{
  g_autoptr (GError) error = NULL;

  if (begin_now (self))
    return;
  error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "No UDP port could be opened; are those between min-rtp-port and "
      "max-rtp-port in use?");
  self->nice_busy = FALSE;
  self->telling = TRUE;
  on_server_warning (error, self);
}

static gboolean
on_stun_time (gpointer data)
{
  GstIceNiceGathering *self = data;

  begin_late (self);
  gst_ice_nice_gathering_look (self);
  return G_SOURCE_REMOVE;
}

static gboolean
waits_for_stun (const GstIceNiceGathering * self)
{
  GstIceNiceServer *stun = gst_ice_nice_server_list_find_stun (self->servers);

  return stun != NULL && !self->relay_only &&
      gst_ice_nice_server_get_state (stun) == GST_ICE_NICE_SERVER_RESOLVING;
}

gboolean
gst_ice_nice_gathering_begin (GstIceNiceGathering * self)
{
  if (!waits_for_stun (self))
    return begin_now (self);
  gst_ice_timer_restart (&self->stun_timer,
      g_main_context_get_thread_default (), STUN_NAME_MS, on_stun_time, self);
  return TRUE;
}

/* Results. */

static gboolean
on_enough (gpointer data)
{
  GstIceNiceGathering *self = data;

  gst_ice_timer_clear (&self->enough_timer);
  if (!self->enough) {
    self->enough = TRUE;
    self->events->enough (self->user_data);
  }
  return G_SOURCE_REMOVE;
}

/* Returns: how long the candidates of other addresses and components may
 *     take */
static guint
get_grace_ms (const GstIceNiceGathering * self)
{
  guint n_further = self->host.n_addresses * self->host.n_components - 1;

  return MIN (n_further * FURTHER_GRACE_MS, MAX_GRACE_MS);
}

static void
wait_for_enough (GstIceNiceGathering * self)
{
  gint64 elapsed_ms = (g_get_monotonic_time () - self->begin_time) /
      G_TIME_SPAN_MILLISECOND;
  guint delay_ms;

  if (self->has_udp_relay ||
      (!gst_ice_nice_server_list_has_turn (self->servers) && self->complete))
    delay_ms = get_grace_ms (self);
  else if (self->has_relay)
    delay_ms = TCP_GRACE_MS + get_grace_ms (self);
  else
    delay_ms = (guint) CLAMP (elapsed_ms * PATIENCE, MIN_PATIENCE_MS,
        MAX_PATIENCE_MS);
  gst_ice_timer_restart (&self->enough_timer,
      g_main_context_get_thread_default (), delay_ms, on_enough, self);
}

/* Returns: (transfer full) (nullable): the URI of the server of a relayed candidate */
static gchar *
add_relay (GstIceNiceGathering * self, const NiceCandidate * candidate)
{
  GstIceNiceServer *server =
      gst_ice_nice_server_list_claim (self->servers, candidate);
  const GstIceServer *value = server == NULL ? NULL :
      gst_ice_nice_server_get (server);
  gboolean is_udp = value != NULL && value->kind == GST_ICE_SERVER_TURN &&
      value->transport == GST_ICE_SERVER_UDP;
  gboolean is_news = !self->has_relay || (is_udp && !self->has_udp_relay);

  self->has_relay = TRUE;
  self->has_udp_relay = self->has_udp_relay || is_udp;
  if (is_news && !self->done)
    wait_for_enough (self);
  return server == NULL ? NULL :
      g_strdup (gst_ice_nice_server_get_uri (server));
}

gchar *
gst_ice_nice_gathering_add_candidate (GstIceNiceGathering * self,
    const NiceCandidate * candidate)
{
  if (candidate->type == NICE_CANDIDATE_TYPE_RELAYED)
    return add_relay (self, candidate);

  if (candidate->type == NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE &&
      !self->has_srflx) {
    self->has_srflx = TRUE;
    if (!self->has_relay && !self->done)
      wait_for_enough (self);
  }
  return NULL;
}

void
gst_ice_nice_gathering_nice_done (GstIceNiceGathering * self)
{
  self->nice_busy = FALSE;
  schedule_look (self);
}

/* Does what can be done at this time. */
static void
gst_ice_nice_gathering_look (GstIceNiceGathering * self)
{
  if (self->stun_timer != NULL && !waits_for_stun (self))
    begin_late (self);
  if (self->telling && gst_ice_nice_server_list_tell_turn (self->servers))
    self->nice_busy = TRUE;

  if (!self->telling || self->nice_busy || !self->complete ||
      (self->limit_timer != NULL &&
          gst_ice_nice_server_list_is_resolving (self->servers)))
    return;

  if (!self->done) {
    self->done = TRUE;
    gst_ice_timer_clear (&self->limit_timer);
    gst_ice_timer_clear (&self->hearing_timer);
    gst_ice_timer_clear (&self->enough_timer);
    self->enough = TRUE;
    GST_DEBUG ("done after %" G_GINT64_FORMAT " ms",
        (g_get_monotonic_time () - self->begin_time) / G_TIME_SPAN_MILLISECOND);
    self->events->done (self->user_data);
  }
  if (self->events != NULL) {
    diagnose (self);
    if (has_none (self) && !self->relay_only)
      gst_ice_nice_server_list_give_up_stun (self->servers);
  }
}
