/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesessiondriverprivate.h"

#include "gsticeerror.h"

/* What the signaller tells. */

/* Whether an offer came instead of an answer to ours, which does not count then:
 * from a signaller that had us offer, and says now that we are not to. */
static gboolean
is_countered (GstIceSessionDriver * self)
{
  GstIceNegotiation *negotiation;

  if (self->call == NULL || !self->described ||
      gst_ice_signaller_is_caller (self->signaller) ||
      gst_ice_call_was_connected (self->call))
    return FALSE;

  negotiation = gst_ice_session_driver_get_negotiation (self);
  return !gst_ice_negotiation_is_stable (negotiation) &&
      !gst_ice_negotiation_has_remote_offer (negotiation);
}

static void
on_description (GstIceSignaller * signaller, GstIceDescription * description,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;
  g_autoptr (GError) error = NULL;

  if (description->type == GST_ICE_DESCRIPTION_OFFER) {
    if (self->ended) {
      error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
          "The session here has ended");
      gst_ice_signaller_reject (signaller, error);
      return;
    }
    /* From a peer that has come back, or the next one. */
    if (self->replaceable || is_countered (self))
      gst_ice_session_driver_forget_peer (self);
    gst_ice_session_driver_forget_offer (self);
    self->pending_offer = gst_ice_description_ref (description);
    self->answering = TRUE;
  } else if (!self->ended &&
      !gst_ice_negotiation_set_remote (gst_ice_session_driver_get_negotiation
          (self), description, &error)) {
    /* A call that is on outlives a bad answer. */
    if (!gst_ice_session_driver_refuse_restart (self, error) &&
        self->failure == NULL)
      self->failure = g_steal_pointer (&error);
  }
  gst_ice_session_driver_schedule (self);
}

static void
on_trickle (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (self->pending_offer != NULL) {
    if (g_queue_get_length (&self->pending_fragments) < GST_ICE_MAX_CANDIDATES)
      g_queue_push_tail (&self->pending_fragments,
          gst_ice_description_ref (fragment));
  } else if (self->call != NULL) {
    gst_ice_negotiation_add_fragment (gst_ice_session_driver_get_negotiation
        (self), fragment);
  }
  gst_ice_session_driver_schedule (self);
}

static void
on_progress (GstIceSignaller * signaller, const gchar * text,
    gpointer user_data)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.mline = -1,
    .progress = GST_PROGRESS_TYPE_CONTINUE,.text = text
  };

  gst_ice_session_driver_tell (user_data, &notice);
}

static void
on_warning (GstIceSignaller * signaller, const GError * warning,
    gpointer user_data)
{
  gst_ice_session_driver_tell_error (user_data, GST_ICE_NOTICE_WARNING, NULL,
      warning);
}

static void
on_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (!self->ended)
    gst_ice_session_driver_fail (self, NULL, error);
}

static void
on_hung_up (GstIceSignaller * signaller, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->ended)
    return;

  if (self->call != NULL && gst_ice_call_was_connected (self->call)) {
    self->ended = TRUE;
    gst_ice_call_end (self->call);
  } else if (gst_ice_signaller_awaits_peers (signaller)) {
    gst_ice_session_driver_forget_peer (self);
  } else {
    error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "The peer hung up before there was a path to it");
    gst_ice_session_driver_fail (self, NULL, error);
  }
}

static void
on_offer_wanted (GstIceSignaller * signaller, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->ended) {
    error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
        "The session here has ended");
    gst_ice_signaller_reject (signaller, error);
    return;
  }
  gst_ice_session_driver_schedule (self);
}

static void
on_restart (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  gst_ice_session_driver_take_restart (user_data, fragment);
}

static void
on_restart_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  /* None under way: it was given up before. */
  gst_ice_session_driver_refuse_restart (user_data, error);
}

static void
on_server (GstIceSignaller * signaller, const GstIceServer * server,
    gpointer user_data)
{
  gst_ice_session_driver_add_server (user_data, server);
}

static const GstIceSignallerEvents signaller_events = {
  .description = on_description,
  .trickle = on_trickle,
  .progress = on_progress,
  .warning = on_warning,
  .failed = on_failed,
  .hung_up = on_hung_up,
  .restart = on_restart,
  .restart_failed = on_restart_failed,
  .offer_wanted = on_offer_wanted,
  .server = on_server,
};

void
gst_ice_session_driver_start_signaller (GstIceSessionDriver * self)
{
  g_autoptr (GError) error = NULL;

  if (self->signaller != NULL || self->ended ||
      !gst_ice_config_is_set (self->config, "signalling-uri"))
    return;

  self->signaller = gst_ice_signaller_new (self->config, &error);
  if (self->signaller == NULL) {
    gst_ice_session_driver_fail (self, NULL, error);
    return;
  }
  gst_ice_signaller_set_direction (self->signaller,
      gst_ice_claims_get_direction (self->claims));
  if (!gst_ice_signaller_start (self->signaller, &signaller_events, self,
          &error))
    gst_ice_session_driver_fail (self, NULL, error);
}

gboolean
gst_ice_session_driver_wants_all (GstIceSessionDriver * self,
    gboolean answering)
{
  return !gst_ice_config_get_boolean (self->config, "ice-trickle") ||
      (answering && !gst_ice_signaller_can_trickle_answer (self->signaller));
}

void
gst_ice_session_driver_serve_signaller (GstIceSessionDriver * self)
{
  GstIceNegotiation *negotiation =
      gst_ice_session_driver_get_negotiation (self);
  const gboolean complete =
      gst_ice_session_driver_wants_all (self, self->answering);
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceDescription) fragment = NULL;

  if (!self->described &&
      gst_ice_negotiation_can_describe (negotiation, complete)) {
    description = gst_ice_negotiation_describe (negotiation, self->answering ?
        GST_ICE_DESCRIPTION_ANSWER : GST_ICE_DESCRIPTION_OFFER, NULL);
    if (description != NULL) {
      self->described = TRUE;
      self->answering = FALSE;
      gst_ice_signaller_send_description (self->signaller, description);
    }
  }

  fragment = gst_ice_negotiation_take_trickle (negotiation);
  if (fragment != NULL)
    gst_ice_signaller_send_trickle (self->signaller, fragment);
}
