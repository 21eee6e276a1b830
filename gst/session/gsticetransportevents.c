/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticetransportprivate.h"

#include "gsticestats.h"

GST_DEBUG_CATEGORY_EXTERN (gst_ice_transport_debug);
#define GST_CAT_DEFAULT gst_ice_transport_debug

/* What is under way to the generation before comes in for so long. */
#define RETIRE_MS 500

static void
announce_pair (GstIceTransport * self)
{
  const GstIceCandidate *local = self->now->locals[0];
  const GstIceCandidate *remote = self->now->remotes[0];
  g_autofree gchar *pair = gst_ice_stats_describe_pair (local, remote);
  g_autofree gchar *text = g_strdup_printf ("connected %s", pair);
  GstIceNotice notice = {.type = GST_ICE_NOTICE_SELECTED_PAIR,
    .mline = (gint) self->index,.local = local,.remote = remote
  };

  GST_INFO ("m-line %u (%s): %s", self->index, self->mline->media, pair);
  gst_ice_transport_progress (self, GST_PROGRESS_TYPE_COMPLETE, text);
  gst_ice_transport_notify (self, &notice);
}

/* Returns: (transfer none) (nullable): the transport that wants to hear of it */
static GstIceTransport *
get_leg (const GstIceGeneration * generation)
{
  GstIceTransport *self = generation->transport;

  /* After the peer's goodbye its silence is no news. */
  if (self == NULL || self->refused ||
      self->connection_state == GST_ICE_CONNECTION_CLOSED)
    return NULL;
  return self;
}

static void
on_candidate (GstIceAgent * agent, const GstIceCandidate * candidate,
    gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = generation->transport;
  g_autoptr (GstIceCandidate) ours = gst_ice_candidate_copy (candidate);
  GstIceNotice notice = {.type = GST_ICE_NOTICE_CANDIDATE };

  if (self == NULL || generation != gst_ice_transport_get_newest (self))
    return;

  if (*ours->foundation == '\0')
    gst_ice_candidate_compute_foundation (ours);
  gst_ice_negotiation_add_local (self->host->negotiation, self->index, ours);
  notice.mline = (gint) self->index;
  notice.candidate = ours;
  gst_ice_transport_notify (self, &notice);
  gst_ice_transport_changed (self);
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
  if (generation != gst_ice_transport_get_newest (self))
    return;

  gst_ice_negotiation_set_gathered (self->host->negotiation, self->index);
  notice.mline = (gint) self->index;
  gst_ice_transport_notify (self, &notice);
  gst_ice_transport_set_gathering_state (self, GST_ICE_GATHERING_COMPLETE);
  gst_ice_transport_changed (self);
}

static GstIceConnectionState
to_connection_state (GstIceAgentState state)
{
  switch (state) {
    case GST_ICE_AGENT_NEW:
      return GST_ICE_CONNECTION_NEW;
    case GST_ICE_AGENT_CHECKING:
      return GST_ICE_CONNECTION_CHECKING;
    case GST_ICE_AGENT_CONNECTED:
      return GST_ICE_CONNECTION_CONNECTED;
    case GST_ICE_AGENT_COMPLETED:
      return GST_ICE_CONNECTION_COMPLETED;
    default:
      return GST_ICE_CONNECTION_FAILED;
  }
}

/* All that is sent goes by the fresh generation from here on; what still comes by
 * the old one is taken for a while. */
static void
take_over (GstIceTransport * self)
{
  GstIceGeneration *old = self->now;

  self->now = g_steal_pointer (&self->fresh);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_set_object (&self->routes[c], self->now->routes[c]);
  gst_ice_transport_wire (self);
  gst_ice_transport_retire (self, old, RETIRE_MS);

  self->was_connected = TRUE;
  gst_ice_negotiation_set_working (self->host->negotiation, self->index);
  announce_pair (self);
  gst_ice_transport_set_connection_state (self,
      to_connection_state (gst_ice_generation_get_state (self->now)));
  self->host->restarted (self, TRUE, self->host->user_data);
  gst_ice_transport_changed (self);
}

/* Nothing is sent on a path that is lost (RFC 7675, 5.1); what comes is taken. */
static void
lose_path (GstIceTransport * self, GstIceRestartReason reason)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->routes[c]);
  gst_ice_transport_wire (self);
  gst_ice_transport_set_connection_state (self, self->fresh != NULL ?
      GST_ICE_CONNECTION_CHECKING : GST_ICE_CONNECTION_DISCONNECTED);
  self->host->trouble (self, reason, self->host->user_data);
}

/* Of the generation that carries media, or is the first to. */
static void
take_state (GstIceTransport * self)
{
  GstIceConnectionState state =
      to_connection_state (gst_ice_generation_get_state (self->now));

  if (self->was_connected && state == GST_ICE_CONNECTION_FAILED) {
    lose_path (self, GST_ICE_RESTART_CONSENT_LOST);
    return;
  }
  /* Of a path that was lost only the fresh generation says more. */
  if (state == self->connection_state ||
      (self->was_connected && !gst_ice_transport_has_path (self)))
    return;

  if (state == GST_ICE_CONNECTION_CONNECTED ||
      state == GST_ICE_CONNECTION_COMPLETED) {
    self->was_connected = TRUE;
    if (self->fresh == NULL)
      gst_ice_negotiation_set_working (self->host->negotiation, self->index);
    gst_ice_transport_changed (self);
  }
  gst_ice_transport_set_connection_state (self, state);
  if (state == GST_ICE_CONNECTION_FAILED) {
    gst_ice_negotiation_set_dead (self->host->negotiation, self->index);
    gst_ice_transport_changed (self);
    gst_ice_transport_check_hope (self);
  }
}

/* More candidates may come until both sides said that there are none. */
static gboolean
is_hopeless (GstIceTransport * self)
{
  return gst_ice_generation_get_state (self->fresh) == GST_ICE_AGENT_FAILED &&
      self->fresh->gathered &&
      gst_ice_negotiation_has_remote_end (self->host->negotiation, self->index);
}

static void
on_state (GstIceAgent * agent, guint component, GstIceAgentState state,
    gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = get_leg (generation);

  generation->states[component - 1] = state;
  if (self == NULL)
    return;

  if (generation == self->now)
    take_state (self);
  else if (gst_ice_generation_is_working (generation))
    take_over (self);
  else if (is_hopeless (self))
    self->host->restarted (self, FALSE, self->host->user_data);
}

static void
on_selected (GstIceAgent * agent, guint component,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = get_leg (generation);
  g_autoptr (GstIceCandidate) ours = NULL;

  if (self == NULL)
    return;

  ours = gst_ice_candidate_copy (local);
  if (*ours->foundation == '\0')
    gst_ice_candidate_compute_foundation (ours);
  gst_ice_generation_set_selected (generation, ours, remote, route);
  if (generation == gst_ice_transport_get_newest (self))
    gst_ice_negotiation_set_selected (self->host->negotiation, self->index,
        ours, remote);

  if (generation == self->fresh) {
    if (gst_ice_generation_is_working (generation))
      take_over (self);
    return;
  }
  g_set_object (&self->routes[component - 1], route);
  gst_ice_transport_wire (self);
  if (component == GST_ICE_COMPONENT_RTP)
    announce_pair (self);
}

/* Whether what was told is of the path that carries media. */
static gboolean
is_of_path (const GstIceGeneration * generation)
{
  GstIceTransport *self = get_leg (generation);

  return self != NULL && generation == self->now && self->was_connected;
}

static void
on_suspect (GstIceAgent * agent, guint component, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = generation->transport;

  if (is_of_path (generation))
    self->host->trouble (self, GST_ICE_RESTART_SUSPECT, self->host->user_data);
}

static void
on_recovered (GstIceAgent * agent, guint component, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = generation->transport;

  if (is_of_path (generation))
    self->host->trouble (self, GST_ICE_RESTART_NONE, self->host->user_data);
}

static void
on_lost (GstIceAgent * agent, guint component, gpointer user_data)
{
  GstIceGeneration *generation = user_data;

  if (is_of_path (generation))
    lose_path (generation->transport, GST_ICE_RESTART_CONSENT_LOST);
}

/* Also while checks are under way: they may be those of an address that is gone. */
static void
on_network_changed (GstIceAgent * agent, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = get_leg (generation);

  if (self != NULL && generation == gst_ice_transport_get_newest (self))
    self->host->trouble (self, GST_ICE_RESTART_NETWORK_CHANGE,
        self->host->user_data);
}

static void
on_gathered_enough (GstIceAgent * agent, gpointer user_data)
{
  GstIceGeneration *generation = user_data;
  GstIceTransport *self = generation->transport;

  if (self != NULL && generation == gst_ice_transport_get_newest (self))
    gst_ice_transport_on_gathered_enough (agent, self);
}

static void
on_warning (GstIceAgent * agent, const GError * error, gpointer user_data)
{
  GstIceGeneration *generation = user_data;

  if (generation->transport != NULL)
    gst_ice_transport_on_warning (agent, error, generation->transport);
}

const GstIceAgentEvents gst_ice_transport_agent_events = {
  .candidate = on_candidate,
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
