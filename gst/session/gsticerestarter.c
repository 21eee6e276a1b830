/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Restarts ICE when a path looks bad, media stops or the network changes. Gives up a
 * restart that finds nothing, and a path that stays lost. */

#include "config.h"

#include "gsticerestarter.h"

#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticemediasilence.h"
#include "gsticerestartpolicy.h"
#include "gsticeticker.h"
#include "gsticetimer.h"
#include "gsticetotals.h"
#include "gsticetransports.h"

/* How long a restart looks for a path where connect-timeout sets no limit. */
#define DEFAULT_RESTART_MS 30000

/* A path that is suspected for so long, and brings nothing meanwhile, is as good as lost when
 * somebody else has one that works. */
#define DOUBT_MS 3000

struct _GstIceRestarter
{
  GstIceNegotiation *negotiation;       /* (transfer none), as all of these */
  GstIceExchange *exchange;
  GPtrArray *transports;        /* of GstIceTransport */
  const GstIceCallSettings *settings;
  void (*changed) (gpointer user_data);
  gpointer user_data;

  GstIceRestartPolicy policy;
  GArray *silence;              /* of GstIceMediaSilence, by transport */
  gboolean doubted;             /* that for DOUBT_MS, without a packet */
  guint64 n_received;           /* when the doubt began */
  GSource *doubt_timer;         /* NULL: not running */
  gboolean replaceable;         /* somebody else may take the peer's place */
  gboolean stopped;

  /* NULL when not running. */
  GstIceTicker *silence_ticker; /* looks whether media comes */
  GSource *wait_timer;          /* a restart that is wanted has to wait */
  GSource *limit_timer;         /* gives the restart under way up */
  GSource *grace_timer;         /* gives a path that was lost up */
};

GST_ICE_LOG_CATEGORY (gst_ice_restarter_log, "icerestarter", "Restarts of ICE");
#define GST_CAT_DEFAULT gst_ice_restarter_log ()

GstIceRestarter *
gst_ice_restarter_new (GstIceNegotiation * negotiation,
    GstIceExchange * exchange, GPtrArray * transports,
    const GstIceCallSettings * settings, void (*changed) (gpointer user_data),
    gpointer user_data)
{
  GstIceRestarter *self = g_new0 (GstIceRestarter, 1);

  self->negotiation = negotiation;
  self->exchange = exchange;
  self->transports = transports;
  self->settings = settings;
  self->changed = changed;
  self->user_data = user_data;
  self->silence = g_array_new (FALSE, TRUE, sizeof (GstIceMediaSilence));
  return self;
}

/* @self: (transfer full) */
void
gst_ice_restarter_free (GstIceRestarter * self)
{
  gst_ice_restarter_stop (self);
  g_array_unref (self->silence);
  g_free (self);
}

void
gst_ice_restarter_stop (GstIceRestarter * self)
{
  self->stopped = TRUE;
  gst_ice_ticker_clear (&self->silence_ticker);
  gst_ice_timer_clear (&self->wait_timer);
  gst_ice_timer_clear (&self->limit_timer);
  gst_ice_timer_clear (&self->grace_timer);
  gst_ice_timer_clear (&self->doubt_timer);
}

static gint64
get_now_ms (void)
{
  return g_get_monotonic_time () / G_TIME_SPAN_MILLISECOND;
}

static gboolean
is_automatic (const GstIceRestarter * self)
{
  return gst_ice_config_get_boolean (self->settings->config, "auto-restart") &&
      gst_ice_exchange_may_restart (self->exchange);
}

static void
want (GstIceRestarter * self, GstIceRestartReason reason)
{
  gst_ice_restart_policy_want (&self->policy, reason);
  self->changed (self->user_data);
}

gboolean
gst_ice_restarter_request (GstIceRestarter * self, GError ** error)
{
  if (!gst_ice_exchange_may_restart (self->exchange)) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "Only the side that called can restart ICE with this signalling");
    return FALSE;
  }
  want (self, GST_ICE_RESTART_REQUESTED);
  return TRUE;
}

static void
abandon_generations (GstIceRestarter * self)
{
  gst_ice_negotiation_abandon_restart (self->negotiation);
  for (guint i = 0; i < self->transports->len; i++)
    gst_ice_transport_abandon_restart (g_ptr_array_index (self->transports, i));
}

/* The path. */

static gboolean
on_grace_over (gpointer data)
{
  GstIceRestarter *self = data;

  gst_ice_timer_clear (&self->grace_timer);
  gst_ice_timer_clear (&self->limit_timer);
  abandon_generations (self);
  for (guint i = 0; i < self->transports->len; i++) {
    GstIceTransport *transport = g_ptr_array_index (self->transports, i);

    if (gst_ice_transport_has_lost_path (transport))
      gst_ice_transport_lose (transport);
  }
  return G_SOURCE_REMOVE;
}

static gboolean on_doubt_over (gpointer data);

static void
set_replaceable (GstIceRestarter * self, gboolean replaceable)
{
  if (self->replaceable == replaceable)
    return;
  self->replaceable = replaceable;
  self->doubted = FALSE;
  gst_ice_timer_clear (&self->doubt_timer);
  self->n_received = gst_ice_transports_get_n_received (self->transports);
  if (replaceable)
    self->doubt_timer = gst_ice_timer_new (DOUBT_MS, on_doubt_over, self);
  self->changed (self->user_data);
}

static gboolean
on_doubt_over (gpointer data)
{
  GstIceRestarter *self = data;

  gst_ice_timer_clear (&self->doubt_timer);
  if (gst_ice_transports_get_n_received (self->transports) > self->n_received
      && self->grace_timer == NULL) {
    set_replaceable (self, FALSE);
  } else {
    self->doubted = TRUE;
    self->changed (self->user_data);
  }
  return G_SOURCE_REMOVE;
}

/* Others may wait for the peer's place while its path is lost, or @suspected. */
static void
look_at_path (GstIceRestarter * self, gboolean suspected)
{
  gboolean lost = gst_ice_transports_have_lost_path (self->transports);

  if (lost && self->grace_timer == NULL)
    self->grace_timer =
        gst_ice_timer_new (gst_ice_config_get_uint (self->settings->config,
            "grace"), on_grace_over, self);
  else if (!lost)
    gst_ice_timer_clear (&self->grace_timer);
  set_replaceable (self, lost || suspected);
}

static void
on_trouble (GstIceRestartReason reason, gpointer user_data)
{
  GstIceRestarter *self = user_data;

  if (self->stopped)
    return;
  look_at_path (self, reason == GST_ICE_RESTART_SUSPECT);
  if (reason == GST_ICE_RESTART_NONE) {
    gst_ice_restart_policy_forget_suspicion (&self->policy);
    return;
  }
  gst_ice_exchange_doubt_path (self->exchange);
  if (!is_automatic (self))
    return;
  /* One that is under way looks for another path already; but not from an address
   * that came since. */
  if (!gst_ice_negotiation_is_restarting (self->negotiation) ||
      reason == GST_ICE_RESTART_NETWORK_CHANGE)
    want (self, reason);
}

/* The end of a restart. */

static void
abandon (GstIceRestarter * self, const GError * error)
{
  gst_ice_timer_clear (&self->limit_timer);
  gst_ice_exchange_close_restart (self->exchange, error);
  GST_INFO_ID (self->settings->id, "the restart ends: %s", error->message);
  abandon_generations (self);
  gst_ice_call_settings_warn (self->settings, error);

  look_at_path (self, FALSE);
  /* Whoever asked for the one that failed did not ask for the next: that waits. */
  if (self->grace_timer != NULL && is_automatic (self))
    want (self, GST_ICE_RESTART_CONSENT_LOST);
}

static void
give_up (GstIceRestarter * self)
{
  g_autoptr (GError) error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
      "The restart of ICE found no path to the peer%s",
      gst_ice_transports_have_lost_path (self->transports) ? "" :
      "; the call goes on over the path it had");

  abandon (self, error);
}

gboolean
gst_ice_restarter_end (GstIceRestarter * self, const GError * error)
{
  g_autoptr (GError) refused = g_error_copy (error);

  if (self->stopped || !gst_ice_negotiation_is_restarting (self->negotiation))
    return FALSE;
  g_prefix_error (&refused, "ICE was not restarted: ");
  abandon (self, refused);
  return TRUE;
}

static void
on_restarted (gboolean works, gpointer user_data)
{
  GstIceRestarter *self = user_data;

  if (self->stopped)
    return;
  if (!works) {
    give_up (self);
  } else if (!gst_ice_negotiation_is_restarting (self->negotiation)) {
    gst_ice_timer_clear (&self->limit_timer);
    gst_ice_restart_policy_succeed (&self->policy, get_now_ms ());
    look_at_path (self, FALSE);
  }
  self->changed (self->user_data);
}

const GstIceTransportWatch gst_ice_restarter_watch = {
  .trouble = on_trouble,
  .restarted = on_restarted,
};

static gboolean
on_limit (gpointer data)
{
  GstIceRestarter *self = data;

  gst_ice_timer_clear (&self->limit_timer);
  if (gst_ice_negotiation_is_restarting (self->negotiation))
    give_up (self);
  return G_SOURCE_REMOVE;
}

/* Its beginning. */

static void
note_begin (GstIceRestarter * self, GstIceRestartReason reason)
{
  guint timeout_ms =
      gst_ice_config_get_uint (self->settings->config, "connect-timeout");

  GST_INFO_ID (self->settings->id, "ICE restarts: %s",
      gst_ice_restart_reason_to_string (reason));
  gst_ice_timer_clear (&self->limit_timer);
  self->limit_timer = gst_ice_timer_new (timeout_ms != 0 ? timeout_ms :
      DEFAULT_RESTART_MS, on_limit, self);
  gst_ice_restart_policy_begin (&self->policy, reason, get_now_ms ());
  gst_ice_totals_count ("gst_ice_restarts_total",
      gst_ice_restart_reason_to_string (reason));
}

gboolean
gst_ice_restarter_is_due (GstIceRestarter * self)
{
  return self->policy.wanted != GST_ICE_RESTART_NONE &&
      gst_ice_negotiation_is_stable (self->negotiation);
}

gboolean
gst_ice_restarter_begin (GstIceRestarter * self, GError ** error)
{
  GstIceRestartReason reason = self->policy.wanted;

  /* What the one under way found, or was asked for, is out of date. */
  if (gst_ice_negotiation_is_restarting (self->negotiation))
    abandon_generations (self);
  if (!gst_ice_negotiation_begin_restart (self->negotiation, error))
    return FALSE;
  note_begin (self, reason);
  return TRUE;
}

void
gst_ice_restarter_give_way (GstIceRestarter * self)
{
  if (gst_ice_negotiation_is_stable (self->negotiation)
      || !gst_ice_negotiation_is_restarting (self->negotiation)
      || gst_ice_negotiation_is_reoffering (self->negotiation))
    return;
  gst_ice_timer_clear (&self->limit_timer);
  abandon_generations (self);
  /* What it was for still holds. */
  want (self, self->policy.last);
}

static gboolean
on_wait_over (gpointer data)
{
  GstIceRestarter *self = data;

  gst_ice_timer_clear (&self->wait_timer);
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

/* A wish for one does not end the one under way, which is new enough. */
static gboolean
is_time (GstIceRestarter * self)
{
  gint wait_ms = gst_ice_restart_policy_get_wait (&self->policy, get_now_ms ());

  if (wait_ms < 0)
    return FALSE;
  if (gst_ice_negotiation_is_restarting (self->negotiation) ?
      self->policy.wanted != GST_ICE_RESTART_NETWORK_CHANGE :
      !gst_ice_negotiation_is_stable (self->negotiation))
    return FALSE;

  gst_ice_timer_clear (&self->wait_timer);
  if (wait_ms > 0)
    self->wait_timer = gst_ice_timer_new ((guint) wait_ms, on_wait_over, self);
  return wait_ms == 0;
}

/* The application's restart begins when it asks for an offer. */
static void
begin_or_ask (GstIceRestarter * self)
{
  g_autoptr (GError) error = NULL;

  if (!gst_ice_exchange_has_signaller (self->exchange)) {
    gst_ice_exchange_ask (self->exchange);
  } else if (!gst_ice_restarter_begin (self, &error)) {
    self->policy.wanted = GST_ICE_RESTART_NONE;
    gst_ice_call_settings_warn (self->settings, error);
  } else {
    gst_ice_exchange_open_restart (self->exchange);
    self->changed (self->user_data);
  }
}

void
gst_ice_restarter_take (GstIceRestarter * self, GstIceDescription * fragment)
{
  gboolean ours = !gst_ice_negotiation_is_stable (self->negotiation);
  g_autoptr (GError) error = NULL;

  /* What a caller is told is the answer, perhaps to what was given up. */
  if (self->stopped || (!ours && gst_ice_exchange_may_restart (self->exchange)))
    return;
  if (gst_ice_negotiation_set_remote_restart (self->negotiation, fragment,
          &error)) {
    if (!ours) {
      gst_ice_exchange_open_restart (self->exchange);
      note_begin (self, GST_ICE_RESTART_PEER);
    }
  } else if (ours) {
    abandon (self, error);
  } else {
    gst_ice_exchange_refuse_restart (self->exchange, error);
  }
  self->changed (self->user_data);
}

/* Silence. */

static void
on_silence_ticker (gpointer data)
{
  GstIceRestarter *self = data;

  g_array_set_size (self->silence, self->transports->len);
  for (guint i = 0; i < self->transports->len; i++) {
    const GstIceTransport *transport = g_ptr_array_index (self->transports, i);

    if (!gst_ice_transport_is_given_up (transport) &&
        gst_ice_media_silence_look (&g_array_index (self->silence,
                GstIceMediaSilence, i),
            gst_ice_transport_get_n_received (transport), get_now_ms ()))
      on_trouble (GST_ICE_RESTART_SUSPECT, self);
  }
}

/* Only who may do something about it need know. All calls of a thread look at once, or a
 * thousand would wake it all the time. */
static void
listen_for_silence (GstIceRestarter * self)
{
  if (self->silence_ticker != NULL || !is_automatic (self) ||
      !gst_ice_transports_were_connected (self->transports))
    return;

  self->silence_ticker = gst_ice_ticker_new (GST_ICE_MEDIA_SILENCE_LOOK_MS,
      on_silence_ticker, self);
}

void
gst_ice_restarter_run (GstIceRestarter * self)
{
  if (self->stopped)
    return;

  listen_for_silence (self);
  if (is_time (self))
    begin_or_ask (self);
  /* By a whole offer of the peer. */
  if (gst_ice_negotiation_is_restarting (self->negotiation) &&
      self->limit_timer == NULL)
    note_begin (self, GST_ICE_RESTART_PEER);
}

gboolean
gst_ice_restarter_has_lost_path (const GstIceRestarter * self)
{
  return self->replaceable && (self->grace_timer != NULL || self->doubted);
}

gboolean
gst_ice_restarter_is_replaceable (const GstIceRestarter * self)
{
  return self->replaceable;
}

void
gst_ice_restarter_add_stats (const GstIceRestarter * self, GstStructure * stats)
{
  const GstIceRestartPolicy none = { 0 };
  const GstIceRestartPolicy *policy = self != NULL ? &self->policy : &none;

  gst_structure_set (stats, "restarts", G_TYPE_UINT, policy->n_begun,
      "last-restart-reason", G_TYPE_STRING,
      gst_ice_restart_reason_to_string (policy->last), NULL);
}
