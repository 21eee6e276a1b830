/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeleg.h"

#include "gsticeerror.h"
#include "gsticestats.h"
#include "gsticewiring.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_leg_debug);
#define GST_CAT_DEFAULT gst_ice_leg_debug

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_leg_debug, "iceleg", 0,
        "ICE of one m-line");
    g_once_init_leave (&done, 1);
  }
}

/* Returns: (transfer full): a leg without an agent */
GstIceLeg *
gst_ice_leg_new (guint index, GstIceMline * mline, const GstIceLegHost * host)
{
  GstIceLeg *self = g_new0 (GstIceLeg, 1);

  init_debug ();
  self->host = host;
  self->index = index;
  self->mline = mline;
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    self->inlets[c] = gst_ice_inlet_new ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_leg_free (GstIceLeg * self)
{
  g_warn_if_fail (self->agent == NULL);

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    gst_ice_inlet_set_channels (self->inlets[c], FALSE, NULL, NULL);
    g_clear_object (&self->inlets[c]);
    g_clear_object (&self->routes[c]);
  }
  g_clear_pointer (&self->selected_local, gst_ice_candidate_free);
  g_clear_pointer (&self->selected_remote, gst_ice_candidate_free);
  g_free (self);
}

static void
notify (GstIceLeg * self, const GstIceNotice * notice)
{
  self->host->notice (notice, self->host->user_data);
}

static void
changed (GstIceLeg * self)
{
  self->host->changed (self->host->user_data);
}

static void
progress (GstIceLeg * self, GstProgressType type, const gchar * text)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,
    .mline = (gint) self->index,.progress = type,.text = text
  };

  notify (self, &notice);
}

static void
set_gathering_state (GstIceLeg * self, GstIceGatheringState state)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_GATHERING_STATE,
    .mline = (gint) self->index,.gathering_state = state
  };

  if (self->gathering_state == state)
    return;
  self->gathering_state = state;
  notify (self, &notice);
}

void
gst_ice_leg_set_connection_state (GstIceLeg * self, GstIceConnectionState state)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_CONNECTION_STATE,
    .mline = (gint) self->index,.connection_state = state
  };

  if (self->connection_state == state)
    return;
  GST_INFO ("m-line %u (%s): %s", self->index, self->mline->media,
      gst_ice_connection_state_to_string (state));
  self->connection_state = state;
  notify (self, &notice);
}

void
gst_ice_leg_warn (GstIceLeg * self, GError * error)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_WARNING,
    .mline = (gint) self->index,.error = error
  };

  notify (self, &notice);
  g_error_free (error);
}

gboolean
gst_ice_leg_is_alive (const GstIceLeg * self)
{
  return !self->refused && self->connection_state != GST_ICE_CONNECTION_FAILED;
}

GError *
gst_ice_leg_explain_no_path (GstIceLeg * self)
{
  GstIceNegotiation *negotiation = self->host->negotiation;
  guint n_local = gst_ice_negotiation_get_n_local (negotiation, self->index);
  guint n_remote = gst_ice_negotiation_get_n_remote (negotiation, self->index);

  if (n_remote == 0)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
        "No path to the peer for %s: it sent no candidates to try",
        self->mline->media);
  return gst_ice_leg_add_failures (self, g_error_new (GST_ICE_ERROR,
          GST_ICE_ERROR_NO_PATH, "No path to the peer for %s: %u local and %u "
          "remote candidates, none of the pairs answered; does the peer still "
          "run, and does a firewall between the two let UDP through?",
          self->mline->media, n_local, n_remote));
}

void
gst_ice_leg_wire (GstIceLeg * self)
{
  if (!self->agreed || self->refused)
    return;

  gst_ice_wiring_connect (self->mline, self->inlets, self->routes);
}

void
gst_ice_leg_end (GstIceLeg * self, GstIceChannelEnd how)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->routes[c]);
  gst_ice_wiring_end (self->mline, how);
}

/* What the agent tells. */

static void
on_candidate (GstIceAgent * agent, const GstIceCandidate * candidate,
    gpointer user_data)
{
  GstIceLeg *self = user_data;
  g_autoptr (GstIceCandidate) ours = gst_ice_candidate_copy (candidate);
  GstIceNotice notice = {.type = GST_ICE_NOTICE_CANDIDATE,
    .mline = (gint) self->index
  };

  gst_ice_candidate_compute_foundation (ours);
  gst_ice_negotiation_add_local (self->host->negotiation, self->index, ours);
  notice.candidate = ours;
  notify (self, &notice);
  changed (self);
}

static void
on_gathering_done (GstIceAgent * agent, gpointer user_data)
{
  GstIceLeg *self = user_data;
  GstIceNotice notice = {.type = GST_ICE_NOTICE_CANDIDATE,
    .mline = (gint) self->index
  };

  if (self->gathering_state == GST_ICE_GATHERING_COMPLETE)
    return;

  gst_ice_negotiation_set_gathered (self->host->negotiation, self->index);
  notify (self, &notice);
  set_gathering_state (self, GST_ICE_GATHERING_COMPLETE);
  changed (self);
}

void
gst_ice_leg_check_hope (GstIceLeg * self)
{
  GError *error = NULL;

  if (self->refused || self->lost ||
      self->connection_state != GST_ICE_CONNECTION_FAILED)
    return;

  if (self->was_connected)
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_PATH_LOST,
        "The path to the peer for %s was lost: it does not answer any more",
        self->mline->media);
  else if (gst_ice_negotiation_has_remote_end (self->host->negotiation,
          self->index) && self->gathering_state == GST_ICE_GATHERING_COMPLETE)
    error = gst_ice_leg_explain_no_path (self);

  /* Else more candidates may come; or connect-timeout decides. */
  if (error != NULL) {
    self->lost = TRUE;
    self->host->lost (self, error, self->host->user_data);
  }
}

/* Returns: the state that the components' states make together */
static GstIceConnectionState
combine_states (const GstIceLeg * self)
{
  GstIceAgentState lowest = GST_ICE_AGENT_COMPLETED;

  for (guint c = 0; c < self->mline->n_components; c++) {
    if (self->component_states[c] == GST_ICE_AGENT_FAILED)
      return GST_ICE_CONNECTION_FAILED;
    lowest = MIN (lowest, self->component_states[c]);
  }

  switch (lowest) {
    case GST_ICE_AGENT_NEW:
      return GST_ICE_CONNECTION_NEW;
    case GST_ICE_AGENT_CHECKING:
      return GST_ICE_CONNECTION_CHECKING;
    case GST_ICE_AGENT_CONNECTED:
      return GST_ICE_CONNECTION_CONNECTED;
    default:
      return GST_ICE_CONNECTION_COMPLETED;
  }
}

static void
on_state (GstIceAgent * agent, guint component, GstIceAgentState state,
    gpointer user_data)
{
  GstIceLeg *self = user_data;
  GstIceConnectionState combined;

  /* After the peer's goodbye its silence is no news. */
  if (self->refused || self->connection_state == GST_ICE_CONNECTION_CLOSED)
    return;

  self->component_states[component - 1] = state;
  combined = combine_states (self);
  if (combined == self->connection_state)
    return;

  if (combined == GST_ICE_CONNECTION_CONNECTED ||
      combined == GST_ICE_CONNECTION_COMPLETED) {
    self->was_connected = TRUE;
    gst_ice_negotiation_set_working (self->host->negotiation, self->index);
    changed (self);
  }
  gst_ice_leg_set_connection_state (self, combined);
  if (combined == GST_ICE_CONNECTION_FAILED) {
    gst_ice_negotiation_set_dead (self->host->negotiation, self->index);
    changed (self);
    gst_ice_leg_check_hope (self);
  }
}

static void
announce_pair (GstIceLeg * self)
{
  g_autofree gchar *pair =
      gst_ice_stats_describe_pair (self->selected_local, self->selected_remote);
  g_autofree gchar *text = g_strdup_printf ("connected %s", pair);
  GstIceNotice notice = {.type = GST_ICE_NOTICE_SELECTED_PAIR,
    .mline = (gint) self->index,.local = self->selected_local,
    .remote = self->selected_remote
  };

  GST_INFO ("m-line %u (%s): %s", self->index, self->mline->media, pair);
  progress (self, GST_PROGRESS_TYPE_COMPLETE, text);
  notify (self, &notice);
}

static void
on_selected (GstIceAgent * agent, guint component,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route, gpointer user_data)
{
  GstIceLeg *self = user_data;
  g_autoptr (GstIceCandidate) ours = NULL;

  if (self->refused)
    return;

  ours = gst_ice_candidate_copy (local);
  gst_ice_candidate_compute_foundation (ours);
  gst_ice_negotiation_set_selected (self->host->negotiation, self->index, ours,
      remote);
  g_set_object (&self->routes[component - 1], route);
  gst_ice_leg_wire (self);

  if (component == GST_ICE_COMPONENT_RTP) {
    g_clear_pointer (&self->selected_local, gst_ice_candidate_free);
    g_clear_pointer (&self->selected_remote, gst_ice_candidate_free);
    self->selected_local = g_steal_pointer (&ours);
    self->selected_remote = gst_ice_candidate_copy (remote);
    announce_pair (self);
  }
}

static const GstIceAgentEvents agent_events = {
  .candidate = on_candidate,
  .gathered_enough = gst_ice_leg_on_gathered_enough,
  .gathering_done = on_gathering_done,
  .state = on_state,
  .selected = on_selected,
  .warning = gst_ice_leg_on_warning,
};

/* What the negotiation asks for. */

static void
tell_place (GstIceLeg * self)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_MLINE,
    .mline = (gint) self->index
  };

  notify (self, &notice);
}

static gboolean
is_controlling (const GstIceLegHost * host)
{
  if (gst_ice_config_is_set (host->config, "controlling-mode"))
    return gst_ice_config_get_boolean (host->config, "controlling-mode");
  return !gst_ice_negotiation_is_answerer (host->negotiation);
}

gboolean
gst_ice_leg_open (GstIceLeg * self, GError ** error)
{
  GstIceAgentSettings settings = {
    .name = self->mline->media,
    .n_components = self->mline->n_components,
    .controlling = is_controlling (self->host),
    .config = self->host->config,
    .context = self->host->context,
    .inlets = {self->inlets[0], self->inlets[1]},
    .events = &agent_events,
    .user_data = self,
  };
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;

  self->agent = gst_ice_agent_new (&settings, error);
  if (self->agent == NULL)
    return FALSE;

  gst_ice_agent_get_credentials (self->agent, &ufrag, &pwd);
  gst_ice_negotiation_set_credentials (self->host->negotiation, self->index,
      ufrag, pwd);
  gst_ice_leg_tell_servers (self, self->agent);
  if (!gst_ice_agent_gather (self->agent, error))
    return FALSE;

  /* Last: whoever hears it may go on with the negotiation at once. */
  tell_place (self);
  progress (self, GST_PROGRESS_TYPE_START, "gathering");
  set_gathering_state (self, GST_ICE_GATHERING_GATHERING);
  return TRUE;
}

void
gst_ice_leg_agree (GstIceLeg * self)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_FORMATS,
    .mline = (gint) self->index,.formats = self->mline->formats,
    .answering = gst_ice_negotiation_is_answerer (self->host->negotiation)
  };

  self->agreed = TRUE;
  gst_ice_leg_wire (self);
  notify (self, &notice);
}

void
gst_ice_leg_refuse (GstIceLeg * self)
{
  gboolean answering =
      gst_ice_negotiation_is_answerer (self->host->negotiation);

  gst_ice_leg_give_up (self);
  if (self->agent != NULL)
    gst_ice_leg_close (self, NULL, NULL);
  tell_place (self);

  if (gst_ice_mline_get_claimed_direction (self->mline) ==
      GST_ICE_DIRECTION_INACTIVE)
    return;
  gst_ice_leg_warn (self,
      g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED, answering ?
          "The peer offers %s in no format, direction or profile that can be "
          "taken here" : "The peer refused %s; the rest of the call goes on",
          self->mline->media));
  progress (self, GST_PROGRESS_TYPE_CANCELED, "refused");
}

gboolean
gst_ice_leg_start_checks (GstIceLeg * self, const GstIceAction * action,
    GError ** error)
{
  if (self->agent == NULL)
    return TRUE;

  progress (self, GST_PROGRESS_TYPE_CONTINUE, "checking");
  if (!gst_ice_agent_set_remote_credentials (self->agent, action->ufrag,
          action->pwd, error))
    return FALSE;
  gst_ice_agent_add_remote_candidates (self->agent, action->candidates);
  return TRUE;
}

void
gst_ice_leg_give_up (GstIceLeg * self)
{
  self->refused = TRUE;
  gst_ice_leg_end (self, GST_ICE_CHANNEL_REFUSED);
  gst_ice_negotiation_set_dead (self->host->negotiation, self->index);
  changed (self);
}

void
gst_ice_leg_close (GstIceLeg * self, GDestroyNotify closed, gpointer user_data)
{
  g_autoptr (GstIceAgent) agent = g_steal_pointer (&self->agent);

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->routes[c]);
  gst_ice_wiring_disconnect (self->mline, self->inlets);

  if (agent != NULL)
    gst_ice_agent_close (agent, closed, user_data);
  else if (closed != NULL)
    closed (user_data);
}

guint64
gst_ice_leg_get_n_received (const GstIceLeg * self)
{
  guint64 n = 0;

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    GstIceInletCounts counts;

    gst_ice_inlet_get_counts (self->inlets[c], &counts);
    n += counts.packets_received;
  }
  return n;
}

GstStructure *
gst_ice_leg_get_stats (const GstIceLeg * self)
{
  GstIceInletCounts rtp, rtcp;
  GstStructure *stats;

  gst_ice_inlet_get_counts (self->inlets[0], &rtp);
  gst_ice_inlet_get_counts (self->inlets[1], &rtcp);
  stats = gst_structure_new ("ice-transport",
      "mline", G_TYPE_UINT, self->index,
      "mid", G_TYPE_STRING, self->mline->mid,
      "kind", G_TYPE_STRING, self->mline->media,
      "ice-state", G_TYPE_STRING,
      gst_ice_connection_state_to_string (self->connection_state),
      "packets-received", G_TYPE_UINT64,
      rtp.packets_received + rtcp.packets_received,
      "bytes-received", G_TYPE_UINT64,
      rtp.bytes_received + rtcp.bytes_received,
      "packets-unclaimed", G_TYPE_UINT64,
      rtp.packets_unclaimed + rtcp.packets_unclaimed, NULL);

  if (self->selected_local != NULL && self->selected_remote != NULL) {
    g_autoptr (GstStructure) pair =
        gst_ice_stats_from_pair (self->selected_local, self->selected_remote);

    gst_structure_set (stats, "selected-pair", GST_TYPE_STRUCTURE, pair, NULL);
  }
  return stats;
}
