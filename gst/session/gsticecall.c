/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A call with one peer: carries out the negotiation's actions on transports and media, and
 * decides what the loss of a transport means for the call. */

#include "config.h"

#include "gsticecall.h"
#include "gsticebundle.h"

#include "gsticeconnectlimit.h"
#include "gsticedrain.h"
#include "gsticeerror.h"
#include "gsticemedia.h"
#include "gsticetimer.h"
#include "gsticetransports.h"

#include <string.h>

struct _GstIceCall
{
  GstIceCallSettings settings;
  const GstIceCallEvents *events;
  gpointer user_data;
  GError *failure;              /* not dealt with yet, or NULL */
  gint64 since_us;              /* when media could flow at first, or 0 */

  GstIceMlines *mlines;         /* what was agreed with this peer */
  GstIceNegotiation *negotiation;
  GstIceExchange *exchange;
  GstIceRestarter *restarter;
  GstIceRenegotiator *renegotiator;
  GstIceConnectLimit *connect_limit;
  GstIceTransportHost host;     /* of transports; set at construction */
  GPtrArray *media;             /* of GstIceMedia, by number of m-line */
  GPtrArray *transports;        /* of GstIceTransport, in the order of opening */
  gboolean stopped;             /* failed, ended or closing: it does no more */

  /* NULL when not running. */
  GSource *run_source;          /* something has changed */
  GSource *gate_timer;
  GstIceDrain *drain;           /* the peer has said goodbye */
  gboolean last;                /* no other peer follows the one that is gone */

  guint n_closing;              /* transports, while closing */
  GDestroyNotify closed;
  gpointer closed_data;
};

static void
gst_ice_call_free (GstIceCall * self)
{
  gst_ice_connect_limit_free (self->connect_limit);
  gst_ice_renegotiator_free (self->renegotiator);
  gst_ice_restarter_free (self->restarter);
  g_ptr_array_unref (self->media);
  g_ptr_array_unref (self->transports);
  gst_ice_exchange_free (self->exchange);
  gst_ice_negotiation_free (self->negotiation);
  gst_ice_mlines_free (self->mlines);
  g_clear_error (&self->failure);
  g_free (self);
}

/* What the transports tell. */

static gboolean
on_run (gpointer data)
{
  GstIceCall *self = data;

  gst_ice_timer_clear (&self->run_source);
  gst_ice_call_run (self);
  if (self->since_us == 0 && !self->stopped &&
      gst_ice_transports_are_usable (self->transports)) {
    self->since_us = g_get_monotonic_time ();
    self->events->opened (self, self->user_data);
  }
  self->events->changed (self, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
on_changed (gpointer user_data)
{
  GstIceCall *self = user_data;

  if (self->run_source != NULL || self->stopped)
    return;
  self->run_source = g_idle_source_new ();
  g_source_set_priority (self->run_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->run_source, on_run, self, NULL);
  g_source_attach (self->run_source, self->settings.context);
}

static void
on_rewire (GstIceTransport * transport, gpointer user_data)
{
  GstIceCall *self = user_data;

  gst_ice_media_wire (self->media, transport);
  on_changed (self);
}

/* Goes on without an m-line. */
static void
give_up_media (GstIceCall * self, guint index, GstIceEnding ending)
{
  gst_ice_media_refuse (g_ptr_array_index (self->media, index), ending);
  if (!gst_ice_bundle_carries (self->mlines, index))
    gst_ice_checks_set_dead (gst_ice_negotiation_get_checks (self->negotiation),
        index);
  on_changed (self);
}

/* Goes on without @transport and all m-lines that have it. */
static void
give_up (GstIceCall * self, GstIceTransport * transport, GstIceEnding ending)
{
  gst_ice_transport_give_up (transport);
  for (guint i = 0; i < self->media->len; i++) {
    if (gst_ice_media_get_transport (g_ptr_array_index (self->media, i)) ==
        transport)
      give_up_media (self, i, ending);
  }
}

void
gst_ice_call_fail (GstIceCall * self, const GError * error)
{
  if (self->stopped)
    return;
  gst_ice_call_stop (self);
  self->failure = g_error_copy (error);
  self->events->failed (self, self->user_data);
}

/* @error: (transfer full) */
static void
fail (GstIceCall * self, GError * error)
{
  gst_ice_call_fail (self, error);
  g_error_free (error);
}

static void
on_lost (GstIceTransport * transport, GError * error, gpointer user_data)
{
  GstIceCall *self = user_data;

  if (self->stopped) {
    /* Perhaps since the peer has said goodbye. */
    g_error_free (error);
  } else if (gst_ice_transports_any_alive (self->transports)) {
    gst_ice_transport_state_warn (gst_ice_transport_get_state (transport),
        error);
    give_up (self, transport, GST_ICE_ENDING_REFUSED);
  } else {
    fail (self, error);
  }
}

static void
on_insecure (GstIceTransport * transport, GError * error, gpointer user_data)
{
  fail (user_data, error);
}

static void
on_ended (gpointer user_data)
{
  GstIceCall *self = user_data;

  if (!self->stopped && gst_ice_transports_have_ended (self->transports))
    self->events->ended (self, self->user_data);
}

static void
on_late (GstIceTransport * transport, gpointer user_data)
{
  gst_ice_transport_state_warn (gst_ice_transport_get_state (transport),
      gst_ice_transport_explain_no_path (transport));
  give_up (user_data, transport, GST_ICE_ENDING_REFUSED);
}

static void
on_connect_failed (const GError * error, gpointer user_data)
{
  gst_ice_call_fail (user_data, error);
}

static const GstIceConnectLimitEvents connect_limit_events = {
  .late = on_late,
  .failed = on_connect_failed,
};

/* Returns: (transfer none): transport @i, in the order of opening */
static GstIceTransport *
get_transport (GstIceCall * self, guint i)
{
  return g_ptr_array_index (self->transports, i);
}

static const GstIceTransportEvents transport_events = {
  .rewire = on_rewire,
  .changed = on_changed,
  .lost = on_lost,
  .insecure = on_insecure,
  .ended = on_ended,
};

GstIceCall *
gst_ice_call_new (const GstIceCallSettings * settings,
    const GstIceCallEvents * events, gpointer user_data)
{
  GstIceCall *self = g_new0 (GstIceCall, 1);

  self->settings = *settings;
  self->events = events;
  self->user_data = user_data;
  self->media =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_media_free);
  self->transports =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_transport_free);

  self->mlines = gst_ice_mlines_new (settings->claims);
  self->negotiation = gst_ice_negotiation_new (self->mlines,
      gst_ice_config_get_boolean (settings->config, "rtcp-mux"));
  self->exchange = gst_ice_exchange_new (self->negotiation, self->mlines,
      &self->settings);
  self->restarter = gst_ice_restarter_new (self->negotiation, self->exchange,
      self->transports, &self->settings, on_changed, self);
  self->renegotiator = gst_ice_renegotiator_new (self->negotiation,
      self->exchange, self->mlines, self->restarter, &self->settings,
      on_changed, self);
  self->connect_limit = gst_ice_connect_limit_new (self->transports,
      self->exchange, settings->config, &connect_limit_events, self);

  self->host.negotiation = self->negotiation;
  self->host.mlines = self->mlines;
  self->host.settings = &self->settings;
  self->host.events = &transport_events;
  self->host.user_data = self;
  self->host.watch = &gst_ice_restarter_watch;
  self->host.watch_data = self->restarter;
  return self;
}

/* What the negotiation asks for. */

static GstIceMedia *
get_media (GstIceCall * self, guint index)
{
  while (self->media->len <= index) {
    guint next = self->media->len;

    g_ptr_array_add (self->media, gst_ice_media_new (next,
            gst_ice_mlines_get (self->mlines, next), &self->settings,
            self->mlines));
  }
  return g_ptr_array_index (self->media, index);
}

static gboolean
open_transport (GstIceCall * self, guint index, GError ** error)
{
  GstIceTransport *transport = gst_ice_transport_new (index,
      gst_ice_mlines_get (self->mlines, index), &self->host);

  gst_ice_connect_limit_renew (self->connect_limit);
  g_ptr_array_add (self->transports, transport);
  gst_ice_media_set_transport (get_media (self, index), transport);
  return gst_ice_transport_open (transport, error);
}

/* The m-line has the transport of its group's first (RFC 9143). */
static void
share_transport (GstIceCall * self, guint index)
{
  GstIceMedia *media = get_media (self, index);
  guint first = gst_ice_mlines_get (self->mlines, index)->carrier;
  GstIceTransport *transport =
      gst_ice_media_get_transport (get_media (self, first));

  GstIceTransport *before = gst_ice_media_get_transport (media);

  if (transport == NULL || transport == before)
    return;
  gst_ice_media_set_transport (media, transport);
  gst_ice_transport_state_add_mline (gst_ice_transport_get_state (transport),
      index);
  if (before == NULL) {
    gst_ice_media_tell_place (media);
  } else {
    /* It was there in case the peer did not take the group that we offered. */
    gst_ice_transport_give_up (before);
    gst_ice_transport_close (before, NULL, NULL);
  }
}

static void
agree (GstIceCall * self, guint index)
{
  GstIceMedia *media = get_media (self, index);
  GstIceTransport *transport = gst_ice_media_get_transport (media);

  gst_ice_media_tell_silence (media);
  gst_ice_media_agree (media);
  if (gst_ice_media_is_first (media))
    gst_ice_transport_agree (transport);
  else if (transport != NULL)
    gst_ice_media_wire (self->media, transport);
  /* The transport of an m-line that is refused may be that of others. */
  if (!gst_ice_mlines_get (self->mlines, index)->rejected)
    gst_ice_media_tell_formats (media,
        gst_ice_negotiation_is_answerer (self->negotiation));
}

static void
refuse (GstIceCall * self, guint index)
{
  GstIceMedia *media = get_media (self, index);
  GstIceTransport *transport = gst_ice_media_get_transport (media);
  /* What was agreed and is refused now has come to its end (RFC 3264, 8.2). */
  const gboolean ended = gst_ice_media_is_agreed (media);
  const GstIceEnding ending = ended ? GST_ICE_ENDING_ENDED :
      GST_ICE_ENDING_REFUSED;

  if (gst_ice_media_is_first (media) &&
      !gst_ice_bundle_carries (self->mlines, index)) {
    give_up (self, transport, ending);
    gst_ice_media_disconnect (media);
    gst_ice_transport_close (transport, NULL, NULL);
  } else {
    if (transport != NULL)
      gst_ice_transport_state_remove_mline (gst_ice_transport_get_state
          (transport), index);
    give_up_media (self, index, ending);
  }
  if (ended)
    return;
  gst_ice_media_tell_refusal (media,
      gst_ice_negotiation_is_answerer (self->negotiation));

  if (!gst_ice_transports_any_alive (self->transports)
      && gst_ice_negotiation_is_stable (self->negotiation)) {
    g_autofree gchar *formats = gst_ice_mlines_describe_formats (self->mlines);

    fail (self, g_error_new (GST_ICE_ERROR,
            GST_ICE_ERROR_UNSUPPORTED, "The peer refused all m-lines: %s",
            formats));
  }
}

/* What only the transport's own m-line is asked for. A new generation that can't be made
 * leaves the old one. */
static gboolean
drive_transport (GstIceCall * self, GstIceTransport * transport,
    const GstIceAction * action, GError ** error)
{
  g_autoptr (GError) failure = NULL;

  switch (action->type) {
    case GST_ICE_ACTION_RESTART_AGENT:
      if (!gst_ice_transport_restart (transport, &failure)) {
        gst_ice_transport_state_warn (gst_ice_transport_get_state (transport),
            g_steal_pointer (&failure));
        gst_ice_restarter_watch.restarted (FALSE, self->restarter);
      }
      return TRUE;
    case GST_ICE_ACTION_START_CHECKS:
      return gst_ice_transport_start_checks (transport, action, error);
    case GST_ICE_ACTION_ADD_CANDIDATES:
      gst_ice_transport_add_candidates (transport, action);
      return TRUE;
    default:
      return TRUE;
  }
}

static gboolean
gst_ice_call_carry_out (GstIceCall * self, const GstIceAction * action,
    GError ** error)
{
  GstIceMedia *media;

  if (action->type == GST_ICE_ACTION_CLOSE_AGENT) {
    gst_ice_media_remove (self->media, action->mline);
    return TRUE;
  }
  media = get_media (self, action->mline);
  switch (action->type) {
    case GST_ICE_ACTION_OPEN_AGENT:
      return open_transport (self, action->mline, error);
    case GST_ICE_ACTION_CARRY:
      share_transport (self, action->mline);
      return TRUE;
    case GST_ICE_ACTION_AGREED:
      agree (self, action->mline);
      gst_ice_connect_limit_start (self->connect_limit);
      return TRUE;
    case GST_ICE_ACTION_REKEY:
      if (gst_ice_media_is_first (media))
        gst_ice_transport_agree (gst_ice_media_get_transport (media));
      return TRUE;
    case GST_ICE_ACTION_FORMATS:
      gst_ice_media_change_formats (self->media, action->mline,
          gst_ice_negotiation_is_answerer (self->negotiation));
      return TRUE;
    case GST_ICE_ACTION_DIRECTION:
      if (gst_ice_media_get_transport (media) != NULL)
        gst_ice_media_wire (self->media, gst_ice_media_get_transport (media));
      gst_ice_media_tell_direction (media);
      return TRUE;
    case GST_ICE_ACTION_REFUSED:
      refuse (self, action->mline);
      return TRUE;
    default:
      return !gst_ice_media_is_first (media) || drive_transport (self,
          gst_ice_media_get_transport (media), action, error);
  }
}

static gboolean
on_gate_timer (gpointer data)
{
  GstIceCall *self = data;

  gst_ice_timer_clear (&self->gate_timer);
  gst_ice_call_run (self);
  return G_SOURCE_REMOVE;
}

/* Carries out all that the negotiation asks for.
 * Returns: %FALSE with @error set when an agent could not be made */
static gboolean
carry_out_all (GstIceCall * self, GError ** error)
{
  GstIceAction *next;
  gint wait_ms;

  do {
    while (!self->stopped &&
        (next = gst_ice_negotiation_next_action (self->negotiation)) != NULL) {
      g_autoptr (GstIceAction) action = next;

      if (!gst_ice_call_carry_out (self, action, error))
        return FALSE;
    }
    wait_ms =
        gst_ice_checks_run (gst_ice_negotiation_get_checks (self->negotiation),
        g_get_monotonic_time () / G_TIME_SPAN_MILLISECOND);
  } while (!self->stopped
      && gst_ice_negotiation_has_action (self->negotiation));

  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_check_hope (get_transport (self, i));
  gst_ice_timer_clear (&self->gate_timer);
  if (!self->stopped && wait_ms >= 0)
    self->gate_timer = gst_ice_timer_new ((guint) wait_ms, on_gate_timer, self);
  return TRUE;
}

void
gst_ice_call_run (GstIceCall * self)
{
  GError *error = NULL;

  if (self->stopped)
    return;
  if (!carry_out_all (self, &error)) {
    fail (self, error);
    return;
  }
  gst_ice_restarter_run (self->restarter);
  gst_ice_renegotiator_run (self->renegotiator);
  gst_ice_exchange_serve (self->exchange);
}

/* Descriptions for an application. */

/* Whether a description of @type is, or will be, open. */
static gboolean
prepare_description (GstIceCall * self, GstIceDescriptionType type,
    GError ** error)
{
  if (type == GST_ICE_DESCRIPTION_OFFER) {
    if (gst_ice_restarter_is_due (self->restarter))
      return gst_ice_restarter_begin (self->restarter, error);
    return gst_ice_exchange_begin_offer (self->exchange, error);
  }
  if (!gst_ice_exchange_holds_offer (self->exchange) &&
      !gst_ice_negotiation_has_remote_offer (self->negotiation)) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "There is no offer to answer; set the remote description first");
    return FALSE;
  }
  return TRUE;
}

void
gst_ice_call_describe (GstIceCall * self, GstIceDescriptionType type,
    gboolean wait, GstIceDescribedFunc described, gpointer user_data)
{
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GError) error = NULL;

  if (!prepare_description (self, type, &error)) {
    described (NULL, error, user_data);
    return;
  }
  if (wait) {
    gst_ice_exchange_request (self->exchange, type, described, user_data);
    on_changed (self);
    return;
  }
  if (gst_ice_exchange_take_offer (self->exchange, &error) &&
      carry_out_all (self, &error))
    description = gst_ice_exchange_describe (self->exchange, type, &error);
  described (description, error, user_data);
}

/* The end. */

static void
on_drained (gpointer data)
{
  GstIceCall *self = data;

  for (guint i = 0; i < self->media->len; i++)
    gst_ice_media_end (get_media (self, i), self->last ? GST_ICE_ENDING_ENDED :
        GST_ICE_ENDING_OPEN);
  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_hang_up (get_transport (self, i));
  gst_ice_drain_clear (&self->drain);
  if (!self->last)
    self->events->drained (self, self->user_data);
}

void
gst_ice_call_stop (GstIceCall * self)
{
  self->stopped = TRUE;
  gst_ice_timer_clear (&self->run_source);
  gst_ice_timer_clear (&self->gate_timer);
  gst_ice_connect_limit_stop (self->connect_limit);
  gst_ice_restarter_stop (self->restarter);
  gst_ice_renegotiator_stop (self->renegotiator);
  gst_ice_exchange_fail_requests (self->exchange);
}

void
gst_ice_call_end (GstIceCall * self, gboolean last)
{
  gst_ice_call_stop (self);
  self->last = last;
  if (self->drain == NULL)
    self->drain = gst_ice_drain_new (self->transports, on_drained, self);
}

gboolean
gst_ice_call_is_draining (const GstIceCall * self)
{
  return self->drain != NULL && !self->last;
}

static void
on_transport_closed (gpointer data)
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
  gst_ice_call_stop (self);
  gst_ice_exchange_set_signaller (self->exchange, NULL);
  self->closed = closed;
  self->closed_data = user_data;
  gst_ice_drain_clear (&self->drain);

  for (guint i = 0; i < self->media->len; i++)
    gst_ice_media_disconnect (get_media (self, i));
  /* One more, so that the last transport is not counted before all are asked. */
  self->n_closing = self->transports->len + 1;
  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_close (get_transport (self, i), on_transport_closed,
        self);
  /* Elements may leave before the agents are closed. */
  gst_ice_mlines_forget_all_claims (self->mlines);
  on_transport_closed (self);
}

void
gst_ice_call_update_servers (GstIceCall * self)
{
  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_update_servers (get_transport (self, i));
}

/* Questions. */

GstIceNegotiation *
gst_ice_call_get_negotiation (GstIceCall * self)
{
  return self->negotiation;
}

GstIceExchange *
gst_ice_call_get_exchange (const GstIceCall * self)
{
  return self->exchange;
}

GstIceRestarter *
gst_ice_call_get_restarter (GstIceCall * self)
{
  return self->restarter;
}

GstIceRenegotiator *
gst_ice_call_get_renegotiator (GstIceCall * self)
{
  return self->renegotiator;
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
    gst_ice_media_wire (self->media, get_transport (self, i));
}

void
gst_ice_call_ask_key_unit (GstIceCall * self, const GstIceClaim * claim)
{
  const gint index = gst_ice_mlines_find_claim (self->mlines, claim);

  if (index >= 0 && (guint) index < self->media->len)
    gst_ice_media_ask_key_unit (g_ptr_array_index (self->media, index));
}

gboolean
gst_ice_call_has_failed (const GstIceCall * self)
{
  return self->failure != NULL;
}

GError *
gst_ice_call_take_failure (GstIceCall * self)
{
  return g_steal_pointer (&self->failure);
}

gboolean
gst_ice_call_is_aside (const GstIceCall * self)
{
  return self->settings.aside;
}

void
gst_ice_call_enter (GstIceCall * self, GstIceMembers * members)
{
  self->settings.aside = FALSE;
  self->settings.members = members;
  for (guint i = 0; i < self->media->len; i++)
    gst_ice_media_enter (g_ptr_array_index (self->media, i),
        gst_ice_negotiation_is_answerer (self->negotiation));
  for (guint i = 0; i < self->transports->len; i++) {
    gst_ice_media_wire (self->media, get_transport (self, i));
    gst_ice_transport_tell_again (get_transport (self, i));
  }
  on_changed (self);
}

const gchar *
gst_ice_call_get_id (const GstIceCall * self)
{
  return self->settings.id;
}

void
gst_ice_call_step_aside (GstIceCall * self, GstIceMembers * nobody)
{
  for (guint i = 0; i < self->media->len; i++)
    gst_ice_media_disconnect (g_ptr_array_index (self->media, i));
  self->settings.aside = TRUE;
  self->settings.members = nobody;
}

guint
gst_ice_call_get_consumer (const GstIceCall * self)
{
  return self->settings.consumer;
}

gint64
gst_ice_call_get_since_us (const GstIceCall * self)
{
  return self->since_us;
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
  gst_structure_set (stats, "call-id", G_TYPE_STRING, self->settings.id, NULL);
  for (guint i = 0; i < self->media->len; i++) {
    g_autoptr (GstStructure) media =
        gst_ice_media_get_stats (g_ptr_array_index (self->media, i));
    g_autofree gchar *name = g_strdup_printf ("mline-%u", i);

    gst_structure_set (stats, name, GST_TYPE_STRUCTURE, media, NULL);
  }
}
