/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticecall.h"

#include "gsticeerror.h"
#include "gsticetransportbundle.h"
#include "gsticetransports.h"
#include "gsticetransportsecurity.h"

/* A goodbye overtakes packets: it is believed when none came for QUIET_TICKS, and
 * at the latest after MAX_TICKS. */
#define TICK_MS 20
#define QUIET_TICKS 5
#define MAX_TICKS 50

struct _GstIceCall
{
  GstIceMlines *mlines;
  const GstIceConfig *config;   /* (transfer none) */
  GMainContext *context;
  const GstIceCallEvents *events;       /* NULL: closing, no event leaves */
  gpointer user_data;

  GstIceNegotiation *negotiation;
  GstIceTransportHost host;     /* of transports; set at construction */
  GPtrArray *transports;        /* of GstIceTransport, by number of m-line */
  gboolean failed;

  /* Attached to context, NULL when not running. */
  GSource *gate_timer;
  GSource *connect_timer;
  GSource *drain_timer;
  gboolean connect_timer_done;

  guint n_ticks;                /* since the goodbye */
  guint n_quiet_ticks;
  guint64 n_received;

  guint n_closing;              /* transports, while closing */
  GDestroyNotify closed;
  gpointer closed_data;
};

static void
clear_source (GSource ** source)
{
  if (*source != NULL) {
    g_source_destroy (*source);
    g_clear_pointer (source, g_source_unref);
  }
}

/* Returns: (transfer full): a running timer */
static GSource *
start_timer (GstIceCall * self, guint delay_ms, GSourceFunc func)
{
  GSource *source = g_timeout_source_new (delay_ms);

  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
  return source;
}

static void
gst_ice_call_free (GstIceCall * self)
{
  g_ptr_array_unref (self->transports);
  gst_ice_negotiation_free (self->negotiation);
  gst_ice_mlines_free (self->mlines);
  g_main_context_unref (self->context);
  g_free (self);
}

/* What the transports tell. */

static void
on_notice (const GstIceNotice * notice, gpointer user_data)
{
  GstIceCall *self = user_data;

  if (self->events != NULL)
    self->events->notice (notice, self->user_data);
}

static void
on_changed (gpointer user_data)
{
  GstIceCall *self = user_data;

  if (self->events != NULL)
    self->events->changed (self->user_data);
}

/* @error: (transfer full) */
static void
gst_ice_call_fail (GstIceCall * self, GError * error)
{
  if (!self->failed && self->events != NULL && self->drain_timer == NULL) {
    self->failed = TRUE;
    self->events->failed (error, self->user_data);
  }
  g_error_free (error);
}

static void
on_lost (GstIceTransport * transport, GError * error, gpointer user_data)
{
  GstIceCall *self = user_data;

  if (self->drain_timer != NULL) {
    /* The peer has said goodbye. */
    g_error_free (error);
  } else if (gst_ice_transports_any_alive (self->transports)) {
    gst_ice_transport_warn (transport, error);
    gst_ice_transport_give_up (transport);
  } else {
    gst_ice_call_fail (self, error);
  }
}

static void
on_insecure (GstIceTransport * transport, GError * error, gpointer user_data)
{
  gst_ice_call_fail (user_data, error);
}

static void
on_trouble (GstIceTransport * transport, GstIceRestartReason reason,
    gpointer user_data)
{
  GstIceCall *self = user_data;

  if (self->drain_timer == NULL && self->events != NULL)
    self->events->trouble (reason, self->user_data);
}

static void
on_restarted (GstIceTransport * transport, gboolean works, gpointer user_data)
{
  GstIceCall *self = user_data;

  if (self->events != NULL)
    self->events->restarted (works, self->user_data);
}

static gboolean
on_connect_timeout (gpointer data)
{
  GstIceCall *self = data;
  GstIceTransport *first_dead = NULL;

  clear_source (&self->connect_timer);
  self->connect_timer_done = TRUE;

  for (guint i = 0; i < self->transports->len; i++) {
    GstIceTransport *transport = g_ptr_array_index (self->transports, i);

    if (transport->refused || gst_ice_transport_is_usable (transport))
      continue;
    if (first_dead == NULL)
      first_dead = transport;
    if (gst_ice_transports_are_usable (self->transports)) {
      gst_ice_transport_warn (transport,
          gst_ice_transport_explain_no_path (transport));
      gst_ice_transport_give_up (transport);
    }
  }

  if (first_dead != NULL && !gst_ice_transports_are_usable (self->transports))
    gst_ice_call_fail (self, gst_ice_transport_explain_no_path (first_dead));
  return G_SOURCE_REMOVE;
}

static void
start_connect_timer (GstIceCall * self)
{
  guint timeout_ms = gst_ice_config_get_uint (self->config, "connect-timeout");

  if (self->connect_timer == NULL && !self->connect_timer_done &&
      timeout_ms != 0)
    self->connect_timer = start_timer (self, timeout_ms, on_connect_timeout);
}

GstIceCall *
gst_ice_call_new (GstIceClaims * claims, const GstIceConfig * config,
    GstIceServers * servers, GMainContext * context,
    const GstIceCallEvents * events, gpointer user_data)
{
  GstIceCall *self = g_new0 (GstIceCall, 1);

  self->mlines = gst_ice_mlines_new (claims);
  self->config = config;
  self->context = g_main_context_ref (context);
  self->events = events;
  self->user_data = user_data;
  self->negotiation = gst_ice_negotiation_new (self->mlines,
      gst_ice_config_get_boolean (config, "rtcp-mux"));
  self->host.negotiation = self->negotiation;
  self->host.config = config;
  self->host.servers = servers;
  self->host.context = context;
  self->host.notice = on_notice;
  self->host.changed = on_changed;
  self->host.lost = on_lost;
  self->host.insecure = on_insecure;
  self->host.trouble = on_trouble;
  self->host.restarted = on_restarted;
  self->host.user_data = self;
  self->transports =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_transport_free);
  return self;
}

/* What the negotiation asks for. */

static GstIceTransport *
get_leg (GstIceCall * self, guint index)
{
  while (self->transports->len <= index) {
    guint next = self->transports->len;

    g_ptr_array_add (self->transports,
        gst_ice_transport_new (next, gst_ice_mlines_get (self->mlines, next),
            &self->host));
  }
  return g_ptr_array_index (self->transports, index);
}

static void
refuse (GstIceCall * self, GstIceTransport * transport)
{
  gst_ice_transport_refuse (transport);
  if (!gst_ice_transports_any_alive (self->transports)
      && gst_ice_negotiation_is_stable (self->negotiation))
    gst_ice_call_fail (self, g_error_new_literal (GST_ICE_ERROR,
            GST_ICE_ERROR_UNSUPPORTED, "The peer refused all m-lines"));
}

/* A new generation that can't be made leaves the old one. */
static void
restart (GstIceCall * self, GstIceTransport * transport)
{
  g_autoptr (GError) error = NULL;

  if (gst_ice_transport_restart (transport, &error))
    return;
  gst_ice_transport_warn (transport, g_steal_pointer (&error));
  on_restarted (transport, FALSE, self);
}

static gboolean
gst_ice_call_carry_out (GstIceCall * self, const GstIceAction * action,
    GError ** error)
{
  GstIceTransport *transport = get_leg (self, action->mline);

  switch (action->type) {
    case GST_ICE_ACTION_OPEN_AGENT:
      return gst_ice_transport_open (transport, error);
    case GST_ICE_ACTION_CARRY:
      gst_ice_transport_ride (transport, get_leg (self,
              transport->mline->carrier));
      return TRUE;
    case GST_ICE_ACTION_RESTART_AGENT:
      restart (self, transport);
      return TRUE;
    case GST_ICE_ACTION_AGREED:
      gst_ice_transport_agree (transport);
      start_connect_timer (self);
      return TRUE;
    case GST_ICE_ACTION_REFUSED:
      refuse (self, transport);
      return TRUE;
    case GST_ICE_ACTION_START_CHECKS:
      return gst_ice_transport_start_checks (transport, action, error);
    case GST_ICE_ACTION_ADD_CANDIDATES:
      gst_ice_transport_add_candidates (transport, action);
      return TRUE;
  }
  return TRUE;
}

static gboolean
on_gate_timer (gpointer data)
{
  GstIceCall *self = data;

  clear_source (&self->gate_timer);
  on_changed (self);
  return G_SOURCE_REMOVE;
}

gboolean
gst_ice_call_run (GstIceCall * self, GError ** error)
{
  GstIceAction *next;
  gint wait_ms;

  do {
    while (self->events != NULL &&
        (next = gst_ice_negotiation_next_action (self->negotiation)) != NULL) {
      g_autoptr (GstIceAction) action = next;

      if (!gst_ice_call_carry_out (self, action, error))
        return FALSE;
    }
    wait_ms = gst_ice_negotiation_run_gate (self->negotiation,
        g_get_monotonic_time () / G_TIME_SPAN_MILLISECOND);
  } while (self->events != NULL &&
      gst_ice_negotiation_has_action (self->negotiation));

  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_check_hope (get_leg (self, i));
  clear_source (&self->gate_timer);
  if (self->events != NULL && wait_ms >= 0)
    self->gate_timer = start_timer (self, (guint) wait_ms, on_gate_timer);
  return TRUE;
}

/* Restart. */

void
gst_ice_call_abandon_restart (GstIceCall * self)
{
  gst_ice_negotiation_abandon_restart (self->negotiation);
  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_abandon_restart (get_leg (self, i));
}

void
gst_ice_call_look_for_silence (GstIceCall * self, gint64 now_ms)
{
  for (guint i = 0; i < self->transports->len; i++) {
    GstIceTransport *transport = get_leg (self, i);

    if (!transport->refused && gst_ice_media_silence_look (&transport->silence,
            gst_ice_transport_get_n_received (transport), now_ms))
      on_trouble (transport, GST_ICE_RESTART_SUSPECT, self);
  }
}

static gboolean
has_lost_path (const GstIceTransport * transport)
{
  return !transport->refused && transport->carrier == NULL &&
      transport->was_connected && !gst_ice_transport_has_path (transport) &&
      transport->connection_state != GST_ICE_CONNECTION_CLOSED;
}

gboolean
gst_ice_call_has_lost_path (const GstIceCall * self)
{
  for (guint i = 0; i < self->transports->len; i++) {
    if (has_lost_path (g_ptr_array_index (self->transports, i)))
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_call_give_up_lost (GstIceCall * self)
{
  gst_ice_call_abandon_restart (self);
  for (guint i = 0; i < self->transports->len; i++) {
    GstIceTransport *transport = get_leg (self, i);

    if (!has_lost_path (transport))
      continue;
    gst_ice_transport_set_connection_state (transport,
        GST_ICE_CONNECTION_FAILED);
    on_lost (transport, g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_PATH_LOST,
            "The path to the peer for %s was lost: it does not answer any more",
            transport->mline->media), self);
  }
}

/* The end. */

static gboolean
on_drain_tick (gpointer data)
{
  GstIceCall *self = data;
  guint64 n_received = 0;

  for (guint i = 0; i < self->transports->len; i++)
    n_received += gst_ice_transport_get_n_received (get_leg (self, i));

  self->n_quiet_ticks = n_received == self->n_received ?
      self->n_quiet_ticks + 1 : 0;
  self->n_received = n_received;
  if (self->n_quiet_ticks < QUIET_TICKS && ++self->n_ticks < MAX_TICKS)
    return G_SOURCE_CONTINUE;

  clear_source (&self->drain_timer);
  for (guint i = 0; i < self->transports->len; i++) {
    gst_ice_transport_end (get_leg (self, i), GST_ICE_CHANNEL_ENDED);
    gst_ice_transport_set_connection_state (get_leg (self, i),
        GST_ICE_CONNECTION_CLOSED);
  }
  return G_SOURCE_REMOVE;
}

void
gst_ice_call_end (GstIceCall * self)
{
  clear_source (&self->connect_timer);
  clear_source (&self->gate_timer);
  if (self->drain_timer == NULL)
    self->drain_timer = start_timer (self, TICK_MS, on_drain_tick);
}

static void
on_leg_closed (gpointer data)
{
  GstIceCall *self = data;
  const GDestroyNotify closed = self->closed;
  gpointer closed_data = self->closed_data;

  if (--self->n_closing > 0)
    return;
  gst_ice_call_free (self);
  if (closed != NULL)
    closed (closed_data);
}

void
gst_ice_call_close (GstIceCall * self, GDestroyNotify closed,
    gpointer user_data)
{
  self->events = NULL;
  self->closed = closed;
  self->closed_data = user_data;
  clear_source (&self->gate_timer);
  clear_source (&self->connect_timer);
  clear_source (&self->drain_timer);

  /* One more, so that the last transport is not counted before all are asked. */
  self->n_closing = self->transports->len + 1;
  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_close (get_leg (self, i), on_leg_closed, self);
  /* Elements may leave before the agents are closed. */
  gst_ice_mlines_forget_all_claims (self->mlines);
  on_leg_closed (self);
}

void
gst_ice_call_update_servers (GstIceCall * self)
{
  for (guint i = 0; i < self->transports->len; i++) {
    GstIceTransport *transport = get_leg (self, i);

    if (transport->now != NULL)
      gst_ice_transport_tell_servers (transport, transport->now->agent);
    if (transport->fresh != NULL)
      gst_ice_transport_tell_servers (transport, transport->fresh->agent);
  }
}

/* Questions. */

GstIceNegotiation *
gst_ice_call_get_negotiation (GstIceCall * self)
{
  /* An element that joined since may have set it. */
  gst_ice_mlines_set_encryption (self->mlines,
      gst_ice_config_get_enum (self->config, "encryption"));
  return self->negotiation;
}

GstIceMlines *
gst_ice_call_get_mlines (GstIceCall * self)
{
  return self->mlines;
}

void
gst_ice_call_forget_claim (GstIceCall * self, const GstIceClaim * claim)
{
  gst_ice_mlines_forget_claim (self->mlines, claim);
  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_wire (get_leg (self, i));
}

gboolean
gst_ice_call_was_connected (const GstIceCall * self)
{
  return gst_ice_transports_were_connected (self->transports);
}

GstIceConnectionState
gst_ice_call_get_connection_state (const GstIceCall * self)
{
  return gst_ice_transports_get_connection_state (self->transports);
}

GstIceGatheringState
gst_ice_call_get_gathering_state (const GstIceCall * self)
{
  return gst_ice_transports_get_gathering_state (self->transports);
}

void
gst_ice_call_add_stats (const GstIceCall * self, GstStructure * stats)
{
  gst_ice_transports_add_stats (self->transports, stats);
}
