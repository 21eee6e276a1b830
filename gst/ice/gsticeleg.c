/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticelegbundle.h"
#include "gsticelegprivate.h"

#include "gsticeerror.h"
#include "gsticelegsecurity.h"
#include "gsticestats.h"
#include "gsticewiring.h"

/* More generations than this don't wait until what is under way has come in. */
#define MAX_RETIRED 4

GST_DEBUG_CATEGORY (gst_ice_leg_debug);
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
  self->retired = g_ptr_array_new ();
  self->riders = g_ptr_array_new ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_leg_free (GstIceLeg * self)
{
  g_warn_if_fail (self->n_open == 0);

  gst_ice_leg_secure_close (self);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    gst_ice_inlet_set_channels (self->inlets[c], FALSE, NULL, NULL);
    gst_ice_inlet_set_group (self->inlets[c], NULL);
    g_clear_object (&self->inlets[c]);
    g_clear_object (&self->routes[c]);
  }
  g_ptr_array_unref (self->retired);
  g_ptr_array_unref (self->riders);
  g_free (self);
}

void
gst_ice_leg_notify (GstIceLeg * self, const GstIceNotice * notice)
{
  self->host->notice (notice, self->host->user_data);
  gst_ice_leg_tell_riders (self, notice);
}

void
gst_ice_leg_changed (GstIceLeg * self)
{
  self->host->changed (self->host->user_data);
}

void
gst_ice_leg_progress (GstIceLeg * self, GstProgressType type,
    const gchar * text)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,
    .mline = (gint) self->index,.progress = type,.text = text
  };

  gst_ice_leg_notify (self, &notice);
}

void
gst_ice_leg_set_gathering_state (GstIceLeg * self, GstIceGatheringState state)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_GATHERING_STATE,
    .mline = (gint) self->index,.gathering_state = state
  };

  if (self->gathering_state == state)
    return;
  self->gathering_state = state;
  gst_ice_leg_notify (self, &notice);
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
  /* Before a call is on, who starts its checks tells of them. */
  if (self->was_connected && (state == GST_ICE_CONNECTION_DISCONNECTED ||
          state == GST_ICE_CONNECTION_CHECKING))
    gst_ice_leg_progress (self, GST_PROGRESS_TYPE_CONTINUE,
        gst_ice_connection_state_to_string (state));
  gst_ice_leg_notify (self, &notice);
}

void
gst_ice_leg_warn (GstIceLeg * self, GError * error)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_WARNING,
    .mline = (gint) self->index,.error = error
  };

  gst_ice_leg_notify (self, &notice);
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

  if (self->was_connected)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
        "There is a path to the peer for %s, but its DTLS handshake did not come "
        "to an end: does the peer use DTLS-SRTP (encryption=dtls-srtp)?",
        self->mline->media);
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
  if (self->carrier != NULL) {
    gst_ice_leg_wire (self->carrier);
    return;
  }
  if (!self->agreed || self->refused)
    return;

  if (self->riders->len > 0)
    gst_ice_leg_wire_riders (self);
  else
    gst_ice_wiring_connect (self->mline, self->inlets, self->routes,
        self->cipher);
  gst_ice_leg_secure_path (self);
}

void
gst_ice_leg_end (GstIceLeg * self, GstIceChannelEnd how)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->routes[c]);
  gst_ice_wiring_end (self->mline, how);
}

void
gst_ice_leg_check_hope (GstIceLeg * self)
{
  GError *error = NULL;

  if (self->refused || self->lost || self->now == NULL ||
      self->connection_state != GST_ICE_CONNECTION_FAILED)
    return;

  if (gst_ice_negotiation_has_remote_end (self->host->negotiation,
          self->index) && self->gathering_state == GST_ICE_GATHERING_COMPLETE)
    error = gst_ice_leg_explain_no_path (self);

  /* Else more candidates may come; or connect-timeout decides. */
  if (error != NULL) {
    self->lost = TRUE;
    self->host->lost (self, error, self->host->user_data);
  }
}

/* Generations. */

static void
on_generation_closed (GstIceGeneration * generation, gpointer data)
{
  GstIceLeg *self = data;
  const GDestroyNotify closed = self->closed;

  g_ptr_array_remove (self->retired, generation);
  if (--self->n_open > 0 || closed == NULL)
    return;
  self->closed = NULL;
  closed (self->closed_data);
}

void
gst_ice_leg_retire (GstIceLeg * self, GstIceGeneration * generation,
    guint delay_ms)
{
  if (generation == NULL)
    return;

  g_ptr_array_add (self->retired, generation);
  gst_ice_generation_retire (generation, delay_ms, self->host->context);
  if (self->retired->len > MAX_RETIRED)
    gst_ice_generation_retire (g_ptr_array_index (self->retired, 0), 0,
        self->host->context);
}

GstIceGeneration *
gst_ice_leg_get_newest (GstIceLeg * self)
{
  return self->fresh != NULL ? self->fresh : self->now;
}

gboolean
gst_ice_leg_has_path (const GstIceLeg * self)
{
  for (guint c = 0; c < self->mline->n_components; c++) {
    if (self->routes[c] == NULL)
      return FALSE;
  }
  return TRUE;
}

/* What the negotiation asks for. */

static void
tell_place (GstIceLeg * self)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_MLINE,
    .mline = (gint) self->index
  };

  gst_ice_leg_notify (self, &notice);
}

static gboolean
is_controlling (const GstIceLegHost * host)
{
  /* It sends no checks, so that nothing would ever be nominated. */
  if (gst_ice_negotiation_is_peer_lite (host->negotiation))
    return TRUE;
  if (gst_ice_config_is_set (host->config, "controlling-mode"))
    return gst_ice_config_get_boolean (host->config, "controlling-mode");
  return !gst_ice_negotiation_is_answerer (host->negotiation);
}

/* Makes an agent whose credentials and candidates are the newest of the m-line. */
static GstIceGeneration *
make_generation (GstIceLeg * self, GError ** error)
{
  GstIceAgentSettings settings = {
    .name = self->mline->media,
    .n_components = self->mline->n_components,
    .controlling = is_controlling (self->host),
    .config = self->host->config,
    .context = self->host->context,
    .inlets = {self->inlets[0], self->inlets[1]},
    .events = &gst_ice_leg_agent_events,
    .user_data = self,
  };
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;
  GstIceGeneration *made = gst_ice_generation_new (&settings,
      on_generation_closed, self, error);

  if (made == NULL)
    return NULL;

  self->n_open++;
  gst_ice_agent_get_credentials (made->agent, &ufrag, &pwd);
  gst_ice_negotiation_set_credentials (self->host->negotiation, self->index,
      ufrag, pwd);
  gst_ice_leg_tell_servers (self, made->agent);
  return made;
}

gboolean
gst_ice_leg_open (GstIceLeg * self, GError ** error)
{
  if (!gst_ice_leg_secure (self, error))
    return FALSE;
  self->now = make_generation (self, error);
  if (self->now == NULL || !gst_ice_agent_gather (self->now->agent, error))
    return FALSE;

  /* Last: whoever hears it may go on with the negotiation at once. */
  tell_place (self);
  gst_ice_leg_progress (self, GST_PROGRESS_TYPE_START, "gathering");
  gst_ice_leg_set_gathering_state (self, GST_ICE_GATHERING_GATHERING);
  return TRUE;
}

gboolean
gst_ice_leg_restart (GstIceLeg * self, GError ** error)
{
  gst_ice_leg_abandon_restart (self);
  if (self->now == NULL)
    return TRUE;

  gst_ice_servers_freshen (self->host->servers);
  self->fresh = make_generation (self, error);
  if (self->fresh == NULL || !gst_ice_agent_gather (self->fresh->agent, error))
    return FALSE;

  if (!gst_ice_leg_has_path (self))
    gst_ice_leg_set_connection_state (self, GST_ICE_CONNECTION_CHECKING);
  gst_ice_leg_set_gathering_state (self, GST_ICE_GATHERING_GATHERING);
  return TRUE;
}

void
gst_ice_leg_abandon_restart (GstIceLeg * self)
{
  if (self->fresh == NULL)
    return;

  gst_ice_leg_retire (self, g_steal_pointer (&self->fresh), 0);
  gst_ice_leg_set_gathering_state (self, self->now->gathered ?
      GST_ICE_GATHERING_COMPLETE : GST_ICE_GATHERING_GATHERING);
  if (!gst_ice_leg_has_path (self) && self->was_connected)
    gst_ice_leg_set_connection_state (self, GST_ICE_CONNECTION_DISCONNECTED);
}

void
gst_ice_leg_agree (GstIceLeg * self)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_FORMATS,
    .mline = (gint) self->index,.formats = self->mline->formats,
    .answering = gst_ice_negotiation_is_answerer (self->host->negotiation)
  };

  self->agreed = TRUE;
  gst_ice_leg_secure_agree (self);
  gst_ice_leg_wire (self);
  gst_ice_leg_notify (self, &notice);
}

void
gst_ice_leg_refuse (GstIceLeg * self)
{
  gboolean answering =
      gst_ice_negotiation_is_answerer (self->host->negotiation);

  gst_ice_leg_give_up (self);
  if (self->now != NULL)
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
  gst_ice_leg_progress (self, GST_PROGRESS_TYPE_CANCELED, "refused");
}

gboolean
gst_ice_leg_start_checks (GstIceLeg * self, const GstIceAction * action,
    GError ** error)
{
  GstIceGeneration *newest = gst_ice_leg_get_newest (self);

  if (newest == NULL)
    return TRUE;

  if (newest == self->now)
    gst_ice_leg_progress (self, GST_PROGRESS_TYPE_CONTINUE, "checking");
  if (!gst_ice_agent_set_remote_credentials (newest->agent, action->ufrag,
          action->pwd, error))
    return FALSE;
  gst_ice_agent_add_remote_candidates (newest->agent, action->candidates);
  return TRUE;
}

void
gst_ice_leg_add_candidates (GstIceLeg * self, const GstIceAction * action)
{
  GstIceGeneration *newest = gst_ice_leg_get_newest (self);

  if (newest != NULL)
    gst_ice_agent_add_remote_candidates (newest->agent, action->candidates);
}

void
gst_ice_leg_give_up (GstIceLeg * self)
{
  self->refused = TRUE;
  gst_ice_leg_give_up_riders (self);
  gst_ice_leg_end (self, GST_ICE_CHANNEL_REFUSED);
  gst_ice_negotiation_set_dead (self->host->negotiation, self->index);
  gst_ice_leg_changed (self);
}

void
gst_ice_leg_close (GstIceLeg * self, GDestroyNotify closed, gpointer user_data)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->routes[c]);
  gst_ice_wiring_disconnect (self->mline, self->inlets);
  gst_ice_leg_secure_close (self);

  self->closed = closed;
  self->closed_data = user_data;
  /* One more, so that all are asked before the last is closed. */
  self->n_open++;
  gst_ice_leg_retire (self, g_steal_pointer (&self->fresh), 0);
  gst_ice_leg_retire (self, g_steal_pointer (&self->now), 0);
  for (guint i = self->retired->len; i > 0; i--)
    gst_ice_generation_retire (g_ptr_array_index (self->retired, i - 1), 0,
        self->host->context);
  on_generation_closed (NULL, self);
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
  const GstIceLeg *transport = self->carrier != NULL ? self->carrier : self;
  GstIceInletCounts rtp, rtcp;
  GstStructure *stats;

  gst_ice_inlet_get_counts (transport->inlets[0], &rtp);
  gst_ice_inlet_get_counts (transport->inlets[1], &rtcp);
  stats = gst_structure_new ("ice-transport",
      "mline", G_TYPE_UINT, self->index,
      "mid", G_TYPE_STRING, self->mline->mid,
      "kind", G_TYPE_STRING, self->mline->media,
      "ice-state", G_TYPE_STRING,
      gst_ice_connection_state_to_string (transport->connection_state),
      "packets-received", G_TYPE_UINT64,
      rtp.packets_received + rtcp.packets_received,
      "bytes-received", G_TYPE_UINT64,
      rtp.bytes_received + rtcp.bytes_received,
      "packets-unclaimed", G_TYPE_UINT64,
      rtp.packets_unclaimed + rtcp.packets_unclaimed, NULL);

  gst_ice_leg_add_secure_stats (transport, stats);
  if (transport->now != NULL && transport->now->locals[0] != NULL) {
    g_autoptr (GstStructure) pair =
        gst_ice_stats_from_pair (transport->now->locals[0],
        transport->now->remotes[0]);

    gst_structure_set (stats, "selected-pair", GST_TYPE_STRUCTURE, pair, NULL);
  }
  return stats;
}
