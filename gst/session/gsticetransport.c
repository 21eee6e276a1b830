/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The path to the peer for one or several m-lines: its agents, one for each generation,
 * their routes, and the keys; reports what happens to them. */

#include "config.h"

#include "gsticetransport.h"

#include "gsticeerror.h"
#include "gsticegenerations.h"
#include "gsticelog.h"
#include "gsticenopath.h"
#include "gsticetransportkeys.h"

#include <string.h>

struct _GstIceTransport
{
  const GstIceTransportHost *host;      /* (transfer none) */
  guint index;                  /* number of the first of its m-lines */
  GstIceMline *mline;           /* (transfer none): that m-line */
  GstIceGenerations *generations;
  GstIceChecks *checks;         /* (transfer none): of the negotiation */
  GstIceStream *stream;         /* (transfer none): of these */
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];
  GstIceRoute *routes[GST_ICE_MAX_COMPONENTS];  /* of now, as long as they hold */
  GstIceTransportKeys *keys;    /* NULL: not opened, or in the clear */

  gboolean given_up;            /* the call goes on without it */
  gboolean lost;                /* the host was told */
  GstIceTransportState state;
};

GST_ICE_LOG_CATEGORY (gst_ice_transport_log, "icetransport",
    "ICE of one transport");
#define GST_CAT_DEFAULT gst_ice_transport_log ()

static const GstIceAgentEvents agent_events;

GstIceTransport *
gst_ice_transport_new (guint index, GstIceMline * mline,
    const GstIceTransportHost * host)
{
  GstIceTransport *self = g_new0 (GstIceTransport, 1);

  self->host = host;
  self->index = index;
  self->mline = mline;
  self->checks = gst_ice_negotiation_get_checks (host->negotiation);
  self->stream = gst_ice_checks_get_stream (self->checks, index);
  gst_ice_transport_state_init (&self->state, host->settings,
      host->mlines, index, mline->media);
  self->generations = gst_ice_generations_new ();
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    self->demuxes[c] = gst_ice_demux_new ();
  return self;
}

void
gst_ice_transport_free (GstIceTransport * self)
{
  g_clear_pointer (&self->keys, gst_ice_transport_keys_free);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    gst_ice_demux_set_receivers (self->demuxes[c], FALSE, NULL, NULL);
    gst_ice_demux_set_bundle (self->demuxes[c], NULL);
    g_clear_object (&self->demuxes[c]);
    g_clear_object (&self->routes[c]);
  }
  gst_ice_generations_free (self->generations);
  gst_ice_transport_state_clear (&self->state);
  g_free (self);
}

static void
tell_changed (GstIceTransport * self)
{
  self->host->events->changed (self->host->user_data);
}

static void
tell_trouble (GstIceTransport * self, GstIceRestartReason reason)
{
  self->host->watch->trouble (reason, self->host->watch_data);
}

GError *
gst_ice_transport_explain_no_path (GstIceTransport * self)
{
  g_autofree gchar *failures =
      gst_ice_servers_describe_failures (self->host->settings->servers);
  GstIceNoPath reasons = {
    .media = self->mline->media,
    .was_connected = self->state.was_connected,
    .n_local = gst_ice_stream_get_n_local (self->stream),
    .n_remote = gst_ice_stream_get_n_remote (self->stream) +
        gst_ice_stream_get_n_unusable (self->stream),
    .failures = failures,
  };

  gst_ice_stream_count_left_out (self->stream, gst_ice_config_get_boolean
      (self->host->settings->config, "ice-tcp"), &reasons.left_out);
  if (self->generations->now != NULL)
    gst_ice_agent_count_left_out (self->generations->now->agent,
        &reasons.left_out);
  return gst_ice_no_path_explain (&reasons);
}

void
gst_ice_transport_check_hope (GstIceTransport * self)
{
  if (self->given_up || self->lost || self->generations->now == NULL ||
      self->state.connection != GST_ICE_CONNECTION_FAILED)
    return;

  /* More candidates may come; or connect-timeout decides. */
  if (!gst_ice_stream_has_remote_end (self->stream)
      || self->state.gathering != GST_ICE_GATHERING_COMPLETE)
    return;

  self->lost = TRUE;
  self->host->events->lost (self, gst_ice_transport_explain_no_path (self),
      self->host->user_data);
}

void
gst_ice_transport_lose (GstIceTransport * self)
{
  gst_ice_transport_state_set_connection (&self->state,
      GST_ICE_CONNECTION_FAILED);
  self->host->events->lost (self, g_error_new (GST_ICE_ERROR,
          GST_ICE_ERROR_PATH_LOST,
          "The path to the peer for %s was lost: it does "
          "not answer any more", self->mline->media), self->host->user_data);
}

/* Routes. */

static gboolean
has_path (const GstIceTransport * self)
{
  for (guint c = 0; c < self->mline->n_components; c++) {
    if (self->routes[c] == NULL)
      return FALSE;
  }
  return TRUE;
}

/* Has the elements get what there is; then the handshake, whose packets would be the
 * first on the path. */
static void
rewire (GstIceTransport * self)
{
  self->host->events->rewire (self, self->host->user_data);
  if (self->keys != NULL)
    gst_ice_transport_keys_set_route (self->keys,
        self->routes[GST_ICE_COMPONENT_RTP - 1]);
}

static void
clear_routes (GstIceTransport * self)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->routes[c]);
  if (self->keys != NULL)
    gst_ice_transport_keys_set_route (self->keys, NULL);
}

/* Keys. */

static void
on_keys_ready (gpointer user_data)
{
  GstIceTransport *self = user_data;
  const gint64 now_us = g_get_monotonic_time ();

  GST_INFO_ID (self->host->settings->id, "m-line %u (%s): keys are there",
      self->index, self->mline->media);
  rewire (self);
  gst_ice_transport_state_tell_secured (&self->state, now_us);
}

static void
on_keys_failed (const GError * error, gpointer user_data)
{
  GstIceTransport *self = user_data;

  self->host->events->insecure (self, g_error_copy (error),
      self->host->user_data);
}

static void
on_keys_ended (gpointer user_data)
{
  GstIceTransport *self = user_data;

  self->state.ended = TRUE;
  self->host->events->ended (self->host->user_data);
}

static const GstIceTransportKeysEvents keys_events = {
  .ready = on_keys_ready,
  .failed = on_keys_failed,
  .ended = on_keys_ended,
};

static gboolean
make_keys (GstIceTransport * self, GError ** error)
{
  g_autoptr (GstIceKeying) ours = NULL;

  if (self->mline->encryption == GST_ICE_ENCRYPTION_NONE)
    return TRUE;

  self->keys = gst_ice_transport_keys_new (self->mline->media,
      self->mline->encryption, self->mline->ours, self->host->settings->context,
      self->demuxes[0], &keys_events, self, error);
  if (self->keys == NULL)
    return FALSE;
  ours = gst_ice_transport_keys_get_keying (self->keys);
  gst_ice_mline_set_keying (self->mline, ours);
  return TRUE;
}

void
gst_ice_transport_agree (GstIceTransport * self)
{
  if (self->keys != NULL)
    gst_ice_transport_keys_agree (self->keys, self->mline->theirs,
        self->mline->theirs_offered, self->mline->peer);
  rewire (self);
}

/* What the negotiation asks for. */

static void
tell_servers (GstIceTransport * self, GstIceAgent * agent)
{
  g_autoptr (GPtrArray) servers =
      gst_ice_servers_list (self->host->settings->servers);

  gst_ice_agent_set_servers (agent, servers,
      gst_ice_servers_are_complete (self->host->settings->servers));
}

void
gst_ice_transport_update_servers (GstIceTransport * self)
{
  if (self->generations->now != NULL)
    tell_servers (self, self->generations->now->agent);
  if (self->generations->fresh != NULL)
    tell_servers (self, self->generations->fresh->agent);
}

/* Makes an agent whose credentials and candidates are the newest, and has it gather. */
static gboolean
make_generation (GstIceTransport * self, GError ** error)
{
  GstIceAgentSettings settings = {
    .name = self->mline->media,
    .n_components = self->mline->n_components,
    .controlling = gst_ice_negotiation_is_controlling (self->host->negotiation,
        self->host->settings->config),
    .peer_is_lite = gst_ice_negotiation_is_peer_lite (self->host->negotiation),
    .config = self->host->settings->config,
    .context = self->host->settings->context,
    .demuxes = {self->demuxes[0], self->demuxes[1]},
    .events = &agent_events,.user_data = self,
  };
  g_autofree gchar *ufrag = NULL, *pwd = NULL;
  GstIceGeneration *made;

  gst_ice_negotiation_get_wanted_credentials (self->host->negotiation,
      self->index, &settings.ufrag, &settings.pwd);
  made = gst_ice_generations_make (self->generations, &settings, error);
  if (made == NULL)
    return FALSE;

  gst_ice_negotiation_set_lite (self->host->negotiation,
      gst_ice_agent_is_lite (made->agent));
  gst_ice_agent_get_credentials (made->agent, &ufrag, &pwd);
  gst_ice_stream_set_credentials (self->stream, ufrag, pwd);
  tell_servers (self, made->agent);
  return gst_ice_agent_gather (made->agent, error);
}

gboolean
gst_ice_transport_open (GstIceTransport * self, GError ** error)
{
  const GstIceNotice placed = {.type = GST_ICE_NOTICE_MLINE };

  if (!make_keys (self, error) || !make_generation (self, error))
    return FALSE;

  /* Last: whoever hears it may go on with the negotiation at once. */
  gst_ice_transport_state_tell_own (&self->state, placed);
  gst_ice_transport_state_tell_progress (&self->state, GST_PROGRESS_TYPE_START,
      "gathering");
  gst_ice_transport_state_set_gathering (&self->state,
      GST_ICE_GATHERING_GATHERING);
  return TRUE;
}

gboolean
gst_ice_transport_restart (GstIceTransport * self, GError ** error)
{
  gst_ice_transport_abandon_restart (self);
  if (self->generations->now == NULL)
    return TRUE;

  gst_ice_servers_freshen (self->host->settings->servers);
  if (!make_generation (self, error))
    return FALSE;

  if (!has_path (self))
    gst_ice_transport_state_set_connection (&self->state,
        GST_ICE_CONNECTION_CHECKING);
  gst_ice_transport_state_set_gathering (&self->state,
      GST_ICE_GATHERING_GATHERING);
  return TRUE;
}

void
gst_ice_transport_abandon_restart (GstIceTransport * self)
{
  if (self->generations->fresh == NULL)
    return;

  gst_ice_generations_abandon_fresh (self->generations);
  gst_ice_transport_state_set_gathering (&self->state,
      self->generations->
      now->gathered ? GST_ICE_GATHERING_COMPLETE : GST_ICE_GATHERING_GATHERING);
  if (!has_path (self) && self->state.was_connected)
    gst_ice_transport_state_set_connection (&self->state,
        GST_ICE_CONNECTION_DISCONNECTED);
}

static void
add_remote (GstIceTransport * self, GstIceAgent * agent, GPtrArray * candidates)
{
  gst_ice_agent_add_remote_candidates (agent, candidates);
  for (guint i = 0; i < candidates->len; i++)
    gst_ice_transport_state_record_remote (&self->state,
        g_ptr_array_index (candidates, i));
}

gboolean
gst_ice_transport_start_checks (GstIceTransport * self,
    const GstIceAction * action, GError ** error)
{
  GstIceGeneration *newest = gst_ice_generations_get_newest (self->generations);

  if (newest == NULL)
    return TRUE;

  if (newest == self->generations->now)
    gst_ice_transport_state_tell_progress (&self->state,
        GST_PROGRESS_TYPE_CONTINUE, "checking");
  if (!gst_ice_agent_set_remote_credentials (newest->agent, action->ufrag,
          action->pwd, error))
    return FALSE;
  add_remote (self, newest->agent, action->candidates);
  return TRUE;
}

void
gst_ice_transport_add_candidates (GstIceTransport * self,
    const GstIceAction * action)
{
  GstIceGeneration *newest = gst_ice_generations_get_newest (self->generations);

  if (newest != NULL)
    add_remote (self, newest->agent, action->candidates);
}

/* What the agents tell. */

/* @at_us: when it came into use, of the monotonic clock; 0: now */
static void
announce_pair (GstIceTransport * self, gint64 at_us)
{
  gst_ice_transport_state_tell_pair (&self->state,
      self->generations->now->locals[0], self->generations->now->remotes[0],
      at_us);
}

/* Returns: (transfer none) (nullable): the transport that wants to hear of it */
static GstIceTransport *
get_listener (const GstIceGeneration * generation)
{
  GstIceTransport *self = generation->transport;

  /* After the peer's goodbye its silence is no news. */
  if (self == NULL || self->given_up ||
      self->state.connection == GST_ICE_CONNECTION_CLOSED)
    return NULL;
  return self;
}

static void
on_candidate (GstIceAgent * agent, const GstIceCandidate * candidate,
    gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = generation->transport;
  g_autoptr (GstIceCandidate) ours =
      gst_ice_candidate_copy_with_foundation (candidate);
  GstIceNotice notice = {.type = GST_ICE_NOTICE_CANDIDATE };

  if (self == NULL
      || generation != gst_ice_generations_get_newest (self->generations))
    return;

  gst_ice_stream_add_local (self->stream, ours);
  notice.candidate = ours;
  gst_ice_transport_state_tell_own (&self->state, notice);
  tell_changed (self);
}

static void
on_gathering_done (GstIceAgent * agent, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = generation->transport;
  GstIceNotice notice = {.type = GST_ICE_NOTICE_CANDIDATE };

  if (self == NULL || generation->gathered)
    return;
  generation->gathered = TRUE;
  if (generation != gst_ice_generations_get_newest (self->generations))
    return;

  gst_ice_stream_set_gathered (self->stream);
  gst_ice_transport_state_tell_own (&self->state, notice);
  gst_ice_transport_state_set_gathering (&self->state,
      GST_ICE_GATHERING_COMPLETE);
  tell_changed (self);
}

/* All that is sent goes by the fresh generation from here on; what still comes by
 * the old one is taken for a while. */
static void
take_over (GstIceTransport * self)
{
  GstIceGeneration *fresh = self->generations->fresh;
  const gint64 now_us = g_get_monotonic_time ();

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_set_object (&self->routes[c], fresh->routes[c]);
  rewire (self);
  gst_ice_generations_take_over (self->generations);

  self->state.was_connected = TRUE;
  gst_ice_checks_set_working (self->checks, self->index);
  announce_pair (self, now_us);
  gst_ice_transport_state_set_connection (&self->state,
      gst_ice_generation_get_connection_state (fresh));
  self->host->watch->restarted (TRUE, self->host->watch_data);
  tell_changed (self);
}

/* Nothing is sent on a path that is lost (RFC 7675, 5.1); what comes is taken. */
static void
lose_path (GstIceTransport * self)
{
  clear_routes (self);
  rewire (self);
  gst_ice_transport_state_set_connection (&self->state,
      self->generations->fresh !=
      NULL ? GST_ICE_CONNECTION_CHECKING : GST_ICE_CONNECTION_DISCONNECTED);
  tell_trouble (self, GST_ICE_RESTART_CONSENT_LOST);
}

/* Of the generation that carries media, or is the first to. */
static void
take_state (GstIceTransport * self)
{
  GstIceConnectionState state =
      gst_ice_generation_get_connection_state (self->generations->now);

  if (self->state.was_connected && state == GST_ICE_CONNECTION_FAILED) {
    lose_path (self);
    return;
  }
  /* Of a path that was lost only the fresh generation says more. */
  if (state == self->state.connection ||
      (self->state.was_connected && !has_path (self)))
    return;

  if (state == GST_ICE_CONNECTION_CONNECTED ||
      state == GST_ICE_CONNECTION_COMPLETED) {
    self->state.was_connected = TRUE;
    if (self->generations->fresh == NULL)
      gst_ice_checks_set_working (self->checks, self->index);
    tell_changed (self);
  }
  gst_ice_transport_state_set_connection (&self->state, state);
  if (state == GST_ICE_CONNECTION_FAILED) {
    gst_ice_checks_set_dead (self->checks, self->index);
    tell_changed (self);
    gst_ice_transport_check_hope (self);
  }
}

/* More candidates may come until both sides said that there are none. */
static gboolean
is_hopeless (GstIceTransport * self)
{
  return gst_ice_generation_get_connection_state (self->generations->fresh) ==
      GST_ICE_CONNECTION_FAILED &&
      self->generations->fresh->gathered &&
      gst_ice_stream_has_remote_end (self->stream);
}

static void
on_state (GstIceAgent * agent, guint component, GstIceAgentState state,
    gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = get_listener (generation);

  generation->states[component - 1] = state;
  if (self == NULL)
    return;

  if (generation == self->generations->now)
    take_state (self);
  else if (gst_ice_generation_is_working (generation))
    take_over (self);
  else if (is_hopeless (self))
    self->host->watch->restarted (FALSE, self->host->watch_data);
}

static void
on_selected (GstIceAgent * agent, guint component,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = get_listener (generation);
  g_autoptr (GstIceCandidate) ours = NULL;
  const gint64 now_us = g_get_monotonic_time ();

  if (self == NULL)
    return;

  ours = gst_ice_candidate_copy_with_foundation (local);
  gst_ice_generation_set_selected (generation, ours, remote, route);
  if (generation == gst_ice_generations_get_newest (self->generations))
    gst_ice_stream_set_selected (self->stream, ours, remote);

  if (generation == self->generations->fresh) {
    if (gst_ice_generation_is_working (generation))
      take_over (self);
    return;
  }
  g_set_object (&self->routes[component - 1], route);
  rewire (self);
  if (component == GST_ICE_COMPONENT_RTP)
    announce_pair (self, now_us);
}

/* Whether what was told is of the path that carries media. */
static gboolean
is_of_path (const GstIceGeneration * generation)
{
  GstIceTransport *self = get_listener (generation);

  return self != NULL && generation == self->generations->now
      && self->state.was_connected;
}

static void
on_suspect (GstIceAgent * agent, guint component, gpointer user_data)
{
  GstIceGeneration *generation = user_data;

  if (is_of_path (generation))
    tell_trouble (generation->transport, GST_ICE_RESTART_SUSPECT);
}

static void
on_recovered (GstIceAgent * agent, guint component, gpointer user_data)
{
  GstIceGeneration *generation = user_data;

  if (is_of_path (generation))
    tell_trouble (generation->transport, GST_ICE_RESTART_NONE);
}

static void
on_lost (GstIceAgent * agent, guint component, gpointer user_data)
{
  GstIceGeneration *generation = user_data;

  if (is_of_path (generation))
    lose_path (generation->transport);
}

/* Also while checks are under way: they may be those of an address that is gone. */
static void
on_network_changed (GstIceAgent * agent, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = get_listener (generation);

  if (self != NULL
      && generation == gst_ice_generations_get_newest (self->generations))
    tell_trouble (self, GST_ICE_RESTART_NETWORK_CHANGE);
}

static void
on_learned (GstIceAgent * agent, const GstIceCandidate * remote,
    gpointer user_data)
{
  GstIceTransport *self = get_listener (user_data);

  if (self != NULL
      && user_data == gst_ice_generations_get_newest (self->generations))
    gst_ice_transport_state_record_remote (&self->state, remote);
}

static void
on_gathered_enough (GstIceAgent * agent, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = generation->transport;

  if (self == NULL
      || generation != gst_ice_generations_get_newest (self->generations))
    return;
  gst_ice_stream_set_gathered_enough (self->stream);
  tell_changed (self);
}

static void
on_warning (GstIceAgent * agent, const GError * error, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = generation->transport;

  /* The agents of all transports hear the same of a server. */
  if (self != NULL
      && gst_ice_servers_note_failure (self->host->settings->servers,
          error->message))
    gst_ice_transport_state_warn (&self->state, g_error_copy (error));
}

static const GstIceAgentEvents agent_events = {
  .candidate = on_candidate,
  .learned = on_learned,
  .gathered_enough = on_gathered_enough,
  .warning = on_warning,
  .gathering_done = on_gathering_done,
  .state = on_state,
  .selected = on_selected,
  .suspect = on_suspect,
  .recovered = on_recovered,
  .lost = on_lost,
  .network_changed = on_network_changed,
};

/* The end. */

void
gst_ice_transport_give_up (GstIceTransport * self)
{
  clear_routes (self);
  self->given_up = TRUE;
}

void
gst_ice_transport_hang_up (GstIceTransport * self)
{
  if (self->keys != NULL)
    gst_ice_transport_keys_close (self->keys);
  clear_routes (self);
  gst_ice_transport_state_set_connection (&self->state,
      GST_ICE_CONNECTION_CLOSED);
}

void
gst_ice_transport_close (GstIceTransport * self, GDestroyNotify closed,
    gpointer user_data)
{
  g_clear_pointer (&self->keys, gst_ice_transport_keys_free);
  clear_routes (self);
  gst_ice_generations_close (self->generations, closed, user_data);
}

void
gst_ice_transport_tell_again (GstIceTransport * self)
{
  const GstIceNotice secured = {.type = GST_ICE_NOTICE_SECURED };

  if (has_path (self))
    announce_pair (self, 0);
  gst_ice_transport_state_tell_again (&self->state);
  if (gst_ice_transport_get_cipher (self) != NULL)
    gst_ice_transport_state_tell_all (&self->state, secured);
}

/* Questions. */

guint
gst_ice_transport_get_index (const GstIceTransport * self)
{
  return self->index;
}

GstIceTransportState *
gst_ice_transport_get_state (GstIceTransport * self)
{
  return &self->state;
}

gboolean
gst_ice_transport_is_given_up (const GstIceTransport * self)
{
  return self->given_up;
}

gboolean
gst_ice_transport_has_lost_path (GstIceTransport * self)
{
  return !self->given_up && self->state.was_connected && !has_path (self) &&
      self->state.connection != GST_ICE_CONNECTION_CLOSED;
}

gboolean
gst_ice_transport_is_usable (GstIceTransport * self)
{
  return self->state.was_connected && (self->keys == NULL ||
      gst_ice_transport_get_cipher (self) != NULL);
}

gboolean
gst_ice_transport_has_heard_peer (GstIceTransport * self)
{
  return self->generations->now != NULL &&
      gst_ice_generation_has_heard_peer (self->generations->now);
}

GstIceRoute *
gst_ice_transport_get_route (const GstIceTransport * self, guint component)
{
  return self->routes[component];
}

GstIceDemux *
gst_ice_transport_get_demux (const GstIceTransport * self, guint component)
{
  return self->demuxes[component];
}

GstIceCipher *
gst_ice_transport_get_cipher (const GstIceTransport * self)
{
  return self->keys != NULL ? gst_ice_transport_keys_get_cipher (self->keys) :
      NULL;
}

static void
sum_counts (const GstIceTransport * self, GstIceDemuxCounts * sum)
{
  memset (sum, 0, sizeof (*sum));
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    gst_ice_demux_add_counts (self->demuxes[c], sum);
}

guint64
gst_ice_transport_get_n_received (const GstIceTransport * self)
{
  GstIceDemuxCounts sum;

  sum_counts (self, &sum);
  return sum.packets_received;
}

void
gst_ice_transport_add_stats (const GstIceTransport * self, GstStructure * stats)
{
  GstIceDemuxCounts sum;

  sum_counts (self, &sum);
  gst_structure_set (stats,
      "ice-state", G_TYPE_STRING,
      gst_ice_connection_state_to_string (self->state.connection),
      "packets-received", G_TYPE_UINT64, sum.packets_received,
      "bytes-received", G_TYPE_UINT64, sum.bytes_received,
      "packets-unclaimed", G_TYPE_UINT64, sum.packets_unclaimed,
      "encryption", G_TYPE_STRING,
      gst_ice_encryption_to_string (self->mline->encryption), NULL);

  if (self->keys != NULL)
    gst_ice_transport_keys_add_stats (self->keys, stats);
  gst_ice_generation_add_stats (self->generations->now, stats);
}
