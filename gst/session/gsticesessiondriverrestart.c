/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesessiondriverprivate.h"

#include "gsticeerror.h"

GST_DEBUG_CATEGORY_EXTERN (gst_ice_session_driver_debug);
#define GST_CAT_DEFAULT gst_ice_session_driver_debug

/* How long a restart looks for a path where connect-timeout sets no limit. */
#define DEFAULT_RESTART_MS 30000

static void
clear_source (GSource ** source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
start_timer (GstIceSessionDriver * self, guint delay_ms, GSourceFunc func)
{
  GSource *source = g_timeout_source_new (delay_ms);

  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
  return source;
}

static gint64
get_now_ms (void)
{
  return g_get_monotonic_time () / G_TIME_SPAN_MILLISECOND;
}

static gboolean
is_restarting (GstIceSessionDriver * self)
{
  return self->call != NULL && gst_ice_negotiation_is_restarting
      (gst_ice_session_driver_get_negotiation (self));
}

/* Whether this side may begin; the application's always may. */
static gboolean
may_begin (GstIceSessionDriver * self)
{
  return self->signaller == NULL ||
      gst_ice_signaller_can_restart (self->signaller);
}

static void
want (GstIceSessionDriver * self, GstIceRestartReason reason)
{
  gst_ice_restart_policy_want (&self->restarts, reason);
  gst_ice_session_driver_schedule (self);
}

void
gst_ice_session_driver_restart (GstIceSessionDriver * self)
{
  g_autoptr (GError) error = NULL;

  if (!self->ended && self->call != NULL && may_begin (self)) {
    want (self, GST_ICE_RESTART_REQUESTED);
    return;
  }
  error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
      self->ended || self->call == NULL ?
      "There is no call whose ICE could be restarted" :
      "Only the side that called can restart ICE with this signalling");
  gst_ice_session_driver_tell_error (self, GST_ICE_NOTICE_WARNING, NULL, error);
}

/* What the call tells. */

static gboolean
on_grace_over (gpointer data)
{
  GstIceSessionDriver *self = data;

  clear_source (&self->grace_timer);
  clear_source (&self->restart_timer);
  if (self->call != NULL)
    gst_ice_call_give_up_lost (self->call);
  return G_SOURCE_REMOVE;
}

static void
set_replaceable (GstIceSessionDriver * self, gboolean replaceable)
{
  self->replaceable = self->signaller != NULL &&
      gst_ice_signaller_set_replaceable (self->signaller, replaceable) &&
      replaceable;
}

/* The peer's next offer is welcome while its path is not. */
static void
look_at_path (GstIceSessionDriver * self)
{
  gboolean lost = self->call != NULL && gst_ice_call_has_lost_path (self->call);

  if (lost && self->grace_timer == NULL)
    self->grace_timer = start_timer (self,
        gst_ice_config_get_uint (self->config, "grace"), on_grace_over);
  else if (!lost)
    clear_source (&self->grace_timer);
  set_replaceable (self, lost);
}

void
gst_ice_session_driver_on_trouble (GstIceRestartReason reason,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (self->ended)
    return;
  look_at_path (self);
  if (reason == GST_ICE_RESTART_SUSPECT)
    set_replaceable (self, TRUE);
  if (reason == GST_ICE_RESTART_NONE) {
    gst_ice_restart_policy_forget_suspicion (&self->restarts);
    return;
  }
  if (self->signaller != NULL)
    gst_ice_signaller_doubt_path (self->signaller);
  if (!gst_ice_config_get_boolean (self->config, "auto-restart") ||
      !may_begin (self))
    return;
  /* One that is under way looks for another path already; but not from an address
   * that came since. */
  if (!is_restarting (self) || reason == GST_ICE_RESTART_NETWORK_CHANGE)
    want (self, reason);
}

static void
abandon (GstIceSessionDriver * self, const GError * error)
{
  clear_source (&self->restart_timer);
  if (self->restart_open && !may_begin (self))
    gst_ice_signaller_reject (self->signaller, error);
  GST_INFO ("the restart ends: %s", error->message);
  self->restart_open = FALSE;
  gst_ice_call_abandon_restart (self->call);
  gst_ice_session_driver_tell_error (self, GST_ICE_NOTICE_WARNING, NULL, error);

  look_at_path (self);
  /* Whoever asked for the one that failed did not ask for the next: that waits. */
  if (self->grace_timer != NULL && may_begin (self) &&
      gst_ice_config_get_boolean (self->config, "auto-restart"))
    want (self, GST_ICE_RESTART_CONSENT_LOST);
}

static void
give_up (GstIceSessionDriver * self)
{
  g_autoptr (GError) error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
      "The restart of ICE found no path to the peer%s",
      gst_ice_call_has_lost_path (self->call) ? "" : "; the call goes on over "
      "the path it had");

  abandon (self, error);
}

void
gst_ice_session_driver_on_restarted (gboolean works, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (self->ended || self->call == NULL)
    return;
  if (!works) {
    give_up (self);
  } else if (!is_restarting (self)) {
    clear_source (&self->restart_timer);
    gst_ice_restart_policy_succeed (&self->restarts);
    look_at_path (self);
  }
  gst_ice_session_driver_schedule (self);
}

static gboolean
on_restart_late (gpointer data)
{
  GstIceSessionDriver *self = data;

  clear_source (&self->restart_timer);
  if (is_restarting (self))
    give_up (self);
  return G_SOURCE_REMOVE;
}

static void
note_begin (GstIceSessionDriver * self, GstIceRestartReason reason)
{
  guint timeout_ms = gst_ice_config_get_uint (self->config, "connect-timeout");

  GST_INFO ("ICE restarts: %s", gst_ice_restart_reason_to_string (reason));
  clear_source (&self->restart_timer);
  self->restart_timer = start_timer (self,
      timeout_ms != 0 ? timeout_ms : DEFAULT_RESTART_MS, on_restart_late);
  gst_ice_restart_policy_begin (&self->restarts, reason, get_now_ms ());
}

/* Ours. */

gboolean
gst_ice_session_driver_begin_restart (GstIceSessionDriver * self,
    GError ** error)
{
  GstIceNegotiation *negotiation =
      gst_ice_session_driver_get_negotiation (self);
  GstIceRestartReason reason = self->restarts.wanted;

  /* What the one under way found, or was asked for, is out of date. */
  if (is_restarting (self))
    gst_ice_call_abandon_restart (self->call);
  if (!gst_ice_negotiation_begin_restart (negotiation, error))
    return FALSE;
  note_begin (self, reason);
  return TRUE;
}

static gboolean
on_wait_over (gpointer data)
{
  GstIceSessionDriver *self = data;

  clear_source (&self->restart_wait);
  gst_ice_session_driver_schedule (self);
  return G_SOURCE_REMOVE;
}

/* A wish for one does not end the one under way, which is new enough. */
static gboolean
is_time (GstIceSessionDriver * self)
{
  GstIceNegotiation *negotiation =
      gst_ice_session_driver_get_negotiation (self);
  gint wait_ms =
      gst_ice_restart_policy_get_wait (&self->restarts, get_now_ms ());

  if (wait_ms < 0)
    return FALSE;
  if (is_restarting (self) ?
      self->restarts.wanted != GST_ICE_RESTART_NETWORK_CHANGE :
      !gst_ice_negotiation_is_stable (negotiation))
    return FALSE;

  clear_source (&self->restart_wait);
  if (wait_ms > 0)
    self->restart_wait = start_timer (self, (guint) wait_ms, on_wait_over);
  return wait_ms == 0;
}

static void
begin (GstIceSessionDriver * self)
{
  GstIceNotice needed = {.type = GST_ICE_NOTICE_NEGOTIATION_NEEDED,
    .mline = -1
  };
  g_autoptr (GError) error = NULL;

  if (self->signaller == NULL) {
    if (!self->asked) {
      self->asked = TRUE;
      gst_ice_session_driver_tell (self, &needed);
    }
  } else if (!gst_ice_session_driver_begin_restart (self, &error)) {
    self->restarts.wanted = GST_ICE_RESTART_NONE;
    gst_ice_session_driver_tell_error (self, GST_ICE_NOTICE_WARNING, NULL,
        error);
  } else {
    self->restart_open = TRUE;
    gst_ice_session_driver_schedule (self);
  }
}

/* The peer's. */

void
gst_ice_session_driver_take_restart (GstIceSessionDriver * self,
    GstIceDescription * fragment)
{
  GstIceNegotiation *negotiation;
  g_autoptr (GError) error = NULL;
  gboolean ours;

  if (self->ended || self->call == NULL)
    return;

  negotiation = gst_ice_session_driver_get_negotiation (self);
  ours = !gst_ice_negotiation_is_stable (negotiation);
  /* What a caller is told is the answer, perhaps to what was given up. */
  if (!ours && may_begin (self))
    return;
  if (gst_ice_negotiation_set_remote_restart (negotiation, fragment, &error)) {
    if (!ours) {
      self->restart_open = TRUE;
      note_begin (self, GST_ICE_RESTART_PEER);
    }
  } else if (ours) {
    abandon (self, error);
  } else {
    gst_ice_signaller_reject (self->signaller, error);
  }
  gst_ice_session_driver_schedule (self);
}

gboolean
gst_ice_session_driver_refuse_restart (GstIceSessionDriver * self,
    const GError * error)
{
  g_autoptr (GError) refused = g_error_copy (error);

  if (self->ended || !is_restarting (self))
    return FALSE;
  g_prefix_error (&refused, "ICE was not restarted: ");
  abandon (self, refused);
  return TRUE;
}

/* Both. */

static void
send_open (GstIceSessionDriver * self)
{
  GstIceNegotiation *negotiation =
      gst_ice_session_driver_get_negotiation (self);
  gboolean answering = gst_ice_negotiation_has_remote_offer (negotiation);
  gboolean complete = gst_ice_session_driver_wants_all (self, answering);
  g_autoptr (GstIceDescription) description = NULL;

  if (!gst_ice_negotiation_can_describe (negotiation, complete))
    return;

  self->restart_open = FALSE;
  if (gst_ice_signaller_sends_restarts (self->signaller)) {
    description = gst_ice_negotiation_describe_restart (negotiation);
    if (description != NULL)
      gst_ice_signaller_send_restart (self->signaller, description);
  } else if (!answering) {
    description = gst_ice_negotiation_describe (negotiation,
        GST_ICE_DESCRIPTION_OFFER, NULL);
    if (description != NULL)
      gst_ice_signaller_send_description (self->signaller, description);
  }
}

static gboolean
on_silence_timer (gpointer data)
{
  GstIceSessionDriver *self = data;

  gst_ice_call_look_for_silence (self->call, get_now_ms ());
  return G_SOURCE_CONTINUE;
}

/* Only who may do something about it need know. All sessions of a thread look at
 * once, or a thousand would wake it all the time. */
static void
listen_for_silence (GstIceSessionDriver * self)
{
  const gint64 period_us =
      GST_ICE_MEDIA_SILENCE_LOOK_MS * G_TIME_SPAN_MILLISECOND;

  if (self->silence_timer != NULL || !may_begin (self) ||
      !gst_ice_config_get_boolean (self->config, "auto-restart") ||
      !gst_ice_call_was_connected (self->call))
    return;

  self->silence_timer = start_timer (self, GST_ICE_MEDIA_SILENCE_LOOK_MS,
      on_silence_timer);
  g_source_set_ready_time (self->silence_timer,
      (g_get_monotonic_time () / period_us + 1) * period_us);
}

void
gst_ice_session_driver_serve_restarts (GstIceSessionDriver * self)
{
  if (self->call == NULL)
    return;

  listen_for_silence (self);
  if (is_time (self))
    begin (self);
  /* By a whole offer of the peer. */
  if (is_restarting (self) && self->restart_timer == NULL)
    note_begin (self, GST_ICE_RESTART_PEER);
  if (self->restart_open)
    send_open (self);
}

void
gst_ice_session_driver_forget_restarts (GstIceSessionDriver * self)
{
  clear_source (&self->silence_timer);
  clear_source (&self->restart_wait);
  clear_source (&self->restart_timer);
  clear_source (&self->grace_timer);
  self->restart_open = FALSE;
  self->replaceable = FALSE;
  self->restarts = (GstIceRestartPolicy) {
  0};
}
