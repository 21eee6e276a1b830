/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticetransportbundle.h"
#include "gsticetransportprivate.h"

#include "gsticeerror.h"
#include "gsticetransportsecurity.h"
#include "gsticestats.h"
#include "gsticewiring.h"

/* More generations than this don't wait until what is under way has come in. */
#define MAX_RETIRED 4

GST_DEBUG_CATEGORY (gst_ice_transport_debug);
#define GST_CAT_DEFAULT gst_ice_transport_debug

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_transport_debug, "icetransport", 0,
        "ICE of one m-line");
    g_once_init_leave (&done, 1);
  }
}

/* Returns: (transfer full): a transport without an agent */
GstIceTransport *
gst_ice_transport_new (guint index, GstIceMline * mline,
    const GstIceTransportHost * host)
{
  GstIceTransport *self = g_new0 (GstIceTransport, 1);

  init_debug ();
  self->host = host;
  self->index = index;
  self->mline = mline;
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    self->demuxes[c] = gst_ice_demux_new ();
  self->retired = g_ptr_array_new ();
  self->riders = g_ptr_array_new ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_transport_free (GstIceTransport * self)
{
  g_warn_if_fail (self->n_open == 0);

  gst_ice_transport_secure_close (self);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    gst_ice_demux_set_channels (self->demuxes[c], FALSE, NULL, NULL);
    gst_ice_demux_set_group (self->demuxes[c], NULL);
    g_clear_object (&self->demuxes[c]);
    g_clear_object (&self->routes[c]);
  }
  g_ptr_array_unref (self->retired);
  g_ptr_array_unref (self->riders);
  g_free (self);
}

void
gst_ice_transport_notify (GstIceTransport * self, const GstIceNotice * notice)
{
  self->host->notice (notice, self->host->user_data);
  gst_ice_transport_tell_riders (self, notice);
}

void
gst_ice_transport_changed (GstIceTransport * self)
{
  self->host->changed (self->host->user_data);
}

void
gst_ice_transport_progress (GstIceTransport * self, GstProgressType type,
    const gchar * text)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,
    .mline = (gint) self->index,.progress = type,.text = text
  };

  gst_ice_transport_notify (self, &notice);
}

void
gst_ice_transport_set_gathering_state (GstIceTransport * self,
    GstIceGatheringState state)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_GATHERING_STATE,
    .mline = (gint) self->index,.gathering_state = state
  };

  if (self->gathering_state == state)
    return;
  self->gathering_state = state;
  gst_ice_transport_notify (self, &notice);
}

void
gst_ice_transport_set_connection_state (GstIceTransport * self,
    GstIceConnectionState state)
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
    gst_ice_transport_progress (self, GST_PROGRESS_TYPE_CONTINUE,
        gst_ice_connection_state_to_string (state));
  gst_ice_transport_notify (self, &notice);
}

void
gst_ice_transport_warn (GstIceTransport * self, GError * error)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_WARNING,
    .mline = (gint) self->index,.error = error
  };

  gst_ice_transport_notify (self, &notice);
  g_error_free (error);
}

gboolean
gst_ice_transport_is_alive (const GstIceTransport * self)
{
  return !self->refused && self->connection_state != GST_ICE_CONNECTION_FAILED;
}

GError *
gst_ice_transport_explain_no_path (GstIceTransport * self)
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
  return gst_ice_transport_add_failures (self, g_error_new (GST_ICE_ERROR,
          GST_ICE_ERROR_NO_PATH, "No path to the peer for %s: %u local and %u "
          "remote candidates, none of the pairs answered; does the peer still "
          "run, and does a firewall between the two let UDP through?",
          self->mline->media, n_local, n_remote));
}

void
gst_ice_transport_wire (GstIceTransport * self)
{
  if (self->carrier != NULL) {
    gst_ice_transport_wire (self->carrier);
    return;
  }
  if (!self->agreed || self->refused)
    return;

  if (self->riders->len > 0)
    gst_ice_transport_wire_riders (self);
  else
    gst_ice_wiring_connect (self->mline, self->demuxes, self->routes,
        self->cipher);
  gst_ice_transport_secure_path (self);
}

void
gst_ice_transport_end (GstIceTransport * self, GstIceChannelEnd how)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->routes[c]);
  gst_ice_wiring_end (self->mline, how);
}

void
gst_ice_transport_check_hope (GstIceTransport * self)
{
  GError *error = NULL;

  if (self->refused || self->lost || self->now == NULL ||
      self->connection_state != GST_ICE_CONNECTION_FAILED)
    return;

  if (gst_ice_negotiation_has_remote_end (self->host->negotiation,
          self->index) && self->gathering_state == GST_ICE_GATHERING_COMPLETE)
    error = gst_ice_transport_explain_no_path (self);

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
  GstIceTransport *self = data;
  const GDestroyNotify closed = self->closed;

  g_ptr_array_remove (self->retired, generation);
  if (--self->n_open > 0 || closed == NULL)
    return;
  self->closed = NULL;
  closed (self->closed_data);
}

void
gst_ice_transport_retire (GstIceTransport * self, GstIceGeneration * generation,
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
gst_ice_transport_get_newest (GstIceTransport * self)
{
  return self->fresh != NULL ? self->fresh : self->now;
}

gboolean
gst_ice_transport_has_path (const GstIceTransport * self)
{
  for (guint c = 0; c < self->mline->n_components; c++) {
    if (self->routes[c] == NULL)
      return FALSE;
  }
  return TRUE;
}

/* What the negotiation asks for. */

static void
tell_place (GstIceTransport * self)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_MLINE,
    .mline = (gint) self->index
  };

  gst_ice_transport_notify (self, &notice);
}

static gboolean
is_controlling (const GstIceTransportHost * host)
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
make_generation (GstIceTransport * self, GError ** error)
{
  GstIceAgentSettings settings = {
    .name = self->mline->media,
    .n_components = self->mline->n_components,
    .controlling = is_controlling (self->host),
    .config = self->host->config,
    .context = self->host->context,
    .demuxes = {self->demuxes[0], self->demuxes[1]},
    .events = &gst_ice_transport_agent_events,
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
  gst_ice_transport_tell_servers (self, made->agent);
  return made;
}

gboolean
gst_ice_transport_open (GstIceTransport * self, GError ** error)
{
  if (!gst_ice_transport_secure (self, error))
    return FALSE;
  self->now = make_generation (self, error);
  if (self->now == NULL || !gst_ice_agent_gather (self->now->agent, error))
    return FALSE;

  /* Last: whoever hears it may go on with the negotiation at once. */
  tell_place (self);
  gst_ice_transport_progress (self, GST_PROGRESS_TYPE_START, "gathering");
  gst_ice_transport_set_gathering_state (self, GST_ICE_GATHERING_GATHERING);
  return TRUE;
}

gboolean
gst_ice_transport_restart (GstIceTransport * self, GError ** error)
{
  gst_ice_transport_abandon_restart (self);
  if (self->now == NULL)
    return TRUE;

  gst_ice_servers_freshen (self->host->servers);
  self->fresh = make_generation (self, error);
  if (self->fresh == NULL || !gst_ice_agent_gather (self->fresh->agent, error))
    return FALSE;

  if (!gst_ice_transport_has_path (self))
    gst_ice_transport_set_connection_state (self, GST_ICE_CONNECTION_CHECKING);
  gst_ice_transport_set_gathering_state (self, GST_ICE_GATHERING_GATHERING);
  return TRUE;
}

void
gst_ice_transport_abandon_restart (GstIceTransport * self)
{
  if (self->fresh == NULL)
    return;

  gst_ice_transport_retire (self, g_steal_pointer (&self->fresh), 0);
  gst_ice_transport_set_gathering_state (self, self->now->gathered ?
      GST_ICE_GATHERING_COMPLETE : GST_ICE_GATHERING_GATHERING);
  if (!gst_ice_transport_has_path (self) && self->was_connected)
    gst_ice_transport_set_connection_state (self,
        GST_ICE_CONNECTION_DISCONNECTED);
}

void
gst_ice_transport_agree (GstIceTransport * self)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_FORMATS,
    .mline = (gint) self->index,.formats = self->mline->formats,
    .answering = gst_ice_negotiation_is_answerer (self->host->negotiation)
  };

  self->agreed = TRUE;
  gst_ice_transport_secure_agree (self);
  gst_ice_transport_wire (self);
  gst_ice_transport_notify (self, &notice);
}

void
gst_ice_transport_refuse (GstIceTransport * self)
{
  gboolean answering =
      gst_ice_negotiation_is_answerer (self->host->negotiation);

  gst_ice_transport_give_up (self);
  if (self->now != NULL)
    gst_ice_transport_close (self, NULL, NULL);
  tell_place (self);

  if (gst_ice_mline_get_claimed_direction (self->mline) ==
      GST_ICE_DIRECTION_INACTIVE)
    return;
  gst_ice_transport_warn (self,
      g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED, answering ?
          "The peer offers %s in no format, direction or profile that can be "
          "taken here" : "The peer refused %s; the rest of the call goes on",
          self->mline->media));
  gst_ice_transport_progress (self, GST_PROGRESS_TYPE_CANCELED, "refused");
}

gboolean
gst_ice_transport_start_checks (GstIceTransport * self,
    const GstIceAction * action, GError ** error)
{
  GstIceGeneration *newest = gst_ice_transport_get_newest (self);

  if (newest == NULL)
    return TRUE;

  if (newest == self->now)
    gst_ice_transport_progress (self, GST_PROGRESS_TYPE_CONTINUE, "checking");
  if (!gst_ice_agent_set_remote_credentials (newest->agent, action->ufrag,
          action->pwd, error))
    return FALSE;
  gst_ice_agent_add_remote_candidates (newest->agent, action->candidates);
  return TRUE;
}

void
gst_ice_transport_add_candidates (GstIceTransport * self,
    const GstIceAction * action)
{
  GstIceGeneration *newest = gst_ice_transport_get_newest (self);

  if (newest != NULL)
    gst_ice_agent_add_remote_candidates (newest->agent, action->candidates);
}

void
gst_ice_transport_give_up (GstIceTransport * self)
{
  self->refused = TRUE;
  gst_ice_transport_give_up_riders (self);
  gst_ice_transport_end (self, GST_ICE_CHANNEL_REFUSED);
  gst_ice_negotiation_set_dead (self->host->negotiation, self->index);
  gst_ice_transport_changed (self);
}

void
gst_ice_transport_close (GstIceTransport * self, GDestroyNotify closed,
    gpointer user_data)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->routes[c]);
  gst_ice_wiring_disconnect (self->mline, self->demuxes);
  gst_ice_transport_secure_close (self);

  self->closed = closed;
  self->closed_data = user_data;
  /* One more, so that all are asked before the last is closed. */
  self->n_open++;
  gst_ice_transport_retire (self, g_steal_pointer (&self->fresh), 0);
  gst_ice_transport_retire (self, g_steal_pointer (&self->now), 0);
  for (guint i = self->retired->len; i > 0; i--)
    gst_ice_generation_retire (g_ptr_array_index (self->retired, i - 1), 0,
        self->host->context);
  on_generation_closed (NULL, self);
}

guint64
gst_ice_transport_get_n_received (const GstIceTransport * self)
{
  guint64 n = 0;

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    GstIceDemuxCounts counts;

    gst_ice_demux_get_counts (self->demuxes[c], &counts);
    n += counts.packets_received;
  }
  return n;
}

GstStructure *
gst_ice_transport_get_stats (const GstIceTransport * self)
{
  const GstIceTransport *transport =
      self->carrier != NULL ? self->carrier : self;
  GstIceDemuxCounts rtp, rtcp;
  GstStructure *stats;

  gst_ice_demux_get_counts (transport->demuxes[0], &rtp);
  gst_ice_demux_get_counts (transport->demuxes[1], &rtcp);
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

  gst_ice_transport_add_secure_stats (transport, stats);
  if (transport->now != NULL && transport->now->locals[0] != NULL) {
    g_autoptr (GstStructure) pair =
        gst_ice_stats_from_pair (transport->now->locals[0],
        transport->now->remotes[0]);

    gst_structure_set (stats, "selected-pair", GST_TYPE_STRUCTURE, pair, NULL);
  }
  return stats;
}
