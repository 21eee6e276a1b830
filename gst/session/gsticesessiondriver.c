/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesessiondriverprivate.h"

#include "gsticeerror.h"
#include "gsticekeyexchange.h"

GST_DEBUG_CATEGORY (gst_ice_session_driver_debug);
#define GST_CAT_DEFAULT gst_ice_session_driver_debug

GstIceSessionDriver *
gst_ice_session_driver_new (GMainContext * context)
{
  static gsize debug = 0;
  GstIceSessionDriver *self = g_new0 (GstIceSessionDriver, 1);

  if (g_once_init_enter (&debug)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_session_driver_debug, "icesessiondriver",
        0, "ICE session's control");
    g_once_init_leave (&debug, 1);
  }

  self->context = g_main_context_ref (context);
  self->config = gst_ice_config_new ();
  self->members = gst_ice_members_new ();
  self->servers = gst_ice_servers_new (context,
      &gst_ice_session_driver_servers_events, self);
  self->claims = gst_ice_claims_new ();
  self->n_closing = 1;
  return self;
}

/* Telling. */

void
gst_ice_session_driver_tell (GstIceSessionDriver * self,
    const GstIceNotice * notice)
{
  gst_ice_members_tell (self->members,
      self->call != NULL ? gst_ice_call_get_mlines (self->call) : NULL, notice);
}

void
gst_ice_session_driver_tell_error (GstIceSessionDriver * self,
    GstIceNoticeType type, GstIceMember * member, const GError * error)
{
  GstIceNotice notice = {.type = type,.mline = -1,.error = error };

  if (member != NULL)
    gst_ice_member_tell (member, &notice);
  else
    gst_ice_session_driver_tell (self, &notice);
}

void
gst_ice_session_driver_fail (GstIceSessionDriver * self, GstIceMember * member,
    const GError * error)
{
  GST_WARNING ("the session fails: %s", error->message);
  self->ended = TRUE;
  gst_ice_session_driver_tell_error (self, GST_ICE_NOTICE_ERROR, member, error);
  gst_ice_members_end (self->members, GST_ICE_ENDING_FAILED);
  if (self->signaller != NULL)
    gst_ice_signaller_hang_up (self->signaller);
}

/* The call. */

static void
gst_ice_session_driver_free (GstIceSessionDriver * self)
{
  gst_ice_servers_free (self->servers);
  gst_ice_members_free (self->members);
  gst_ice_claims_free (self->claims);
  gst_ice_config_free (self->config);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
on_closed (gpointer data)
{
  GstIceSessionDriver *self = data;
  const GDestroyNotify closed = self->closed;
  gpointer closed_data = self->closed_data;

  if (--self->n_closing > 0)
    return;
  gst_ice_session_driver_free (self);
  closed (closed_data);
}

static void
close_call (GstIceSessionDriver * self)
{
  if (self->call == NULL)
    return;

  self->n_closing++;
  gst_ice_call_close (g_steal_pointer (&self->call), on_closed, self);
}

static void
on_call_changed (gpointer user_data)
{
  gst_ice_session_driver_schedule (user_data);
}

static void
on_call_failed (const GError * error, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (self->failure == NULL)
    self->failure = g_error_copy (error);
  gst_ice_session_driver_schedule (self);
}

static const GstIceCallEvents call_events = {
  .changed = on_call_changed,
  .failed = on_call_failed,
  .trouble = gst_ice_session_driver_on_trouble,
  .restarted = gst_ice_session_driver_on_restarted,
};

static GstIceEncryption
get_encryption (GstIceSessionDriver * self)
{
  return gst_ice_config_get_enum (self->config, "encryption");
}

GstIceNegotiation *
gst_ice_session_driver_get_negotiation (GstIceSessionDriver * self)
{
  const GstIceCallSettings settings = {
    .claims = self->claims,
    .config = self->config,
    .servers = self->servers,
    .members = self->members,
    .context = self->context,
  };

  if (self->call == NULL)
    self->call = gst_ice_call_new (&settings, &call_events, self);
  return gst_ice_call_get_negotiation (self->call);
}

void
gst_ice_session_driver_forget_offer (GstIceSessionDriver * self)
{
  g_clear_pointer (&self->pending_offer, gst_ice_description_unref);
  g_queue_clear_full (&self->pending_fragments,
      (GDestroyNotify) gst_ice_description_unref);
}

void
gst_ice_session_driver_forget_peer (GstIceSessionDriver * self)
{
  close_call (self);
  gst_ice_session_driver_forget_restarts (self);
  gst_ice_session_driver_forget_offer (self);
  self->described = FALSE;
  self->answering = FALSE;
  /* What this peer refused, or did not reach, the next one may. */
  gst_ice_members_end (self->members, GST_ICE_ENDING_OPEN);
}

static void
deal_with_failure (GstIceSessionDriver * self)
{
  g_autoptr (GError) failure = g_steal_pointer (&self->failure);

  if (failure == NULL || self->ended)
    return;

  if (self->signaller != NULL &&
      gst_ice_signaller_awaits_peers (self->signaller)) {
    gst_ice_session_driver_tell_error (self, GST_ICE_NOTICE_WARNING, NULL,
        failure);
    gst_ice_signaller_hang_up (self->signaller);
    gst_ice_session_driver_forget_peer (self);
  } else {
    gst_ice_session_driver_fail (self, NULL, failure);
  }
}

/* What is to be done. */

/* Begins the call, or asks the application to. */
static void
start_call (GstIceSessionDriver * self)
{
  GstIceNotice needed = {.type = GST_ICE_NOTICE_NEGOTIATION_NEEDED,
    .mline = -1
  };
  g_autoptr (GError) error = NULL;

  if (!gst_ice_claims_all_ready (self->claims) || (self->call != NULL &&
          !gst_ice_mlines_has_unplaced (gst_ice_call_get_mlines (self->call))))
    return;

  if (self->signaller == NULL) {
    if (!self->asked && self->pending_offer == NULL &&
        (self->call == NULL ||
            gst_ice_negotiation_is_stable
            (gst_ice_session_driver_get_negotiation (self)))) {
      self->asked = TRUE;
      gst_ice_session_driver_tell (self, &needed);
    }
  } else if (gst_ice_signaller_is_caller (self->signaller) &&
      self->call == NULL) {
    if (!gst_ice_negotiation_begin_offer (gst_ice_session_driver_get_negotiation
            (self), &error))
      gst_ice_session_driver_fail (self, NULL, error);
  }
}

/* Candidates that came after the offer, which is taken by now. */
static void
take_fragments (GstIceSessionDriver * self)
{
  GstIceDescription *fragment;

  while ((fragment = g_queue_pop_head (&self->pending_fragments)) != NULL) {
    gst_ice_negotiation_add_fragment (gst_ice_session_driver_get_negotiation
        (self), fragment);
    gst_ice_description_unref (fragment);
  }
}

gboolean
gst_ice_session_driver_take_offer (GstIceSessionDriver * self, GError ** error)
{
  g_autoptr (GstIceDescription) offer = NULL;
  gboolean is_new = self->call == NULL;

  if (self->pending_offer == NULL || !gst_ice_claims_all_ready (self->claims))
    return TRUE;

  offer = g_steal_pointer (&self->pending_offer);
  if (gst_ice_negotiation_set_remote (gst_ice_session_driver_get_negotiation
          (self), offer, error)) {
    self->described = FALSE;
    take_fragments (self);
    return TRUE;
  }

  gst_ice_session_driver_forget_offer (self);
  if (is_new)
    close_call (self);
  return FALSE;
}

static void
refuse_offer (GstIceSessionDriver * self, const GError * error)
{
  GST_INFO ("an offer is refused: %s", error->message);
  if (self->answering)
    gst_ice_signaller_reject (self->signaller, error);
  else
    gst_ice_session_driver_tell_error (self, GST_ICE_NOTICE_WARNING, NULL,
        error);
  self->answering = FALSE;
  gst_ice_session_driver_fail_answers (self, error);
}

static void
gst_ice_session_driver_run (GstIceSessionDriver * self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refusal = NULL;

  deal_with_failure (self);
  gst_ice_session_driver_start_servers (self);
  if (!self->ended) {
    gst_ice_session_driver_start_signaller (self);
    if (!gst_ice_session_driver_take_offer (self, &refusal))
      refuse_offer (self, refusal);
  }
  if (!self->ended)
    start_call (self);
  if (!self->ended && self->call != NULL) {
    if (!gst_ice_call_run (self->call, &error))
      on_call_failed (error, self);
    else
      gst_ice_session_driver_serve_restarts (self);
    if (error == NULL && self->signaller != NULL)
      gst_ice_session_driver_serve_signaller (self);
  }
  if (self->ended)
    gst_ice_session_driver_fail_requests (self);
  else
    gst_ice_session_driver_serve_requests (self);
}

static gboolean
on_run (gpointer data)
{
  GstIceSessionDriver *self = data;

  g_clear_pointer (&self->run_source, g_source_unref);
  gst_ice_session_driver_run (self);
  return G_SOURCE_REMOVE;
}

void
gst_ice_session_driver_schedule (GstIceSessionDriver * self)
{
  if (self->run_source != NULL || self->closed != NULL)
    return;

  self->run_source = g_idle_source_new ();
  g_source_set_priority (self->run_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->run_source, on_run, self, NULL);
  g_source_attach (self->run_source, self->context);
}

/* Members. */

void
gst_ice_session_driver_join (GstIceSessionDriver * self, GstIceMember * member,
    const GstIceClaim * claim)
{
  g_autoptr (GError) error = NULL;

  if (claim != NULL) {
    member->claim = gst_ice_claims_add (self->claims, claim);
    gst_ice_members_merge_config (self->members, member, self->config, &error);
    gst_ice_key_exchange_prepare (get_encryption (self));
    if (error == NULL && get_encryption (self) == GST_ICE_ENCRYPTION_DTLS_SRTP
        && !gst_ice_config_get_boolean (self->config, "rtcp-mux"))
      error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
          "encryption=dtls-srtp needs rtcp-mux; leave that at true, or set "
          "encryption to sdes or none");
  }
  gst_ice_members_add (self->members, member);
  if (error != NULL)
    gst_ice_session_driver_fail (self, member, error);
}

void
gst_ice_session_driver_set_ready (GstIceSessionDriver * self,
    GstIceMember * member, GstIceMediaKind kind, GstCaps * formats)
{
  g_autoptr (GError) error = NULL;

  if (member->claim == NULL || member->claim->ready)
    return;

  if (!gst_ice_claims_set_ready (self->claims, member->claim, kind, formats,
          &error)) {
    gst_ice_session_driver_fail (self, member, error);
  } else if (self->signaller != NULL && self->call != NULL) {
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "%s came after the call was made; signalling-uri can't add an m-line to "
        "it", member->claim->name);
    gst_ice_session_driver_tell_error (self, GST_ICE_NOTICE_WARNING, member,
        error);
  }
  gst_ice_session_driver_schedule (self);
}

void
gst_ice_session_driver_leave (GstIceSessionDriver * self, GstIceMember * member)
{
  if (member->claim != NULL) {
    gst_ice_member_cut (member);
    if (self->call != NULL)
      gst_ice_call_forget_claim (self->call, member->claim);
    gst_ice_claims_remove (self->claims, g_steal_pointer (&member->claim));
  }
  gst_ice_members_remove (self->members, member);
}

/* Questions. */

GstIceConnectionState
gst_ice_session_driver_get_connection_state (GstIceSessionDriver * self)
{
  if (self->call != NULL)
    return gst_ice_call_get_connection_state (self->call);
  return self->ended ? GST_ICE_CONNECTION_CLOSED : GST_ICE_CONNECTION_NEW;
}

GstIceGatheringState
gst_ice_session_driver_get_gathering_state (GstIceSessionDriver * self)
{
  return self->call != NULL ? gst_ice_call_get_gathering_state (self->call) :
      GST_ICE_GATHERING_NEW;
}

GstStructure *
gst_ice_session_driver_get_stats (GstIceSessionDriver * self)
{
  GstStructure *stats = gst_structure_new ("ice-session",
      "ice-connection-state", G_TYPE_STRING,
      gst_ice_connection_state_to_string
      (gst_ice_session_driver_get_connection_state (self)),
      "ice-gathering-state", G_TYPE_STRING, gst_ice_gathering_state_to_string
      (gst_ice_session_driver_get_gathering_state (self)),
      "restarts", G_TYPE_UINT, self->restarts.n_begun,
      "last-restart-reason", G_TYPE_STRING,
      gst_ice_restart_reason_to_string (self->restarts.last), NULL);

  if (self->call != NULL)
    gst_ice_call_add_stats (self->call, stats);
  return stats;
}

/* The end. */

void
gst_ice_session_driver_close (GstIceSessionDriver * self, GDestroyNotify closed,
    gpointer user_data)
{
  self->closed = closed;
  self->closed_data = user_data;
  self->ended = TRUE;
  if (self->run_source != NULL)
    g_source_destroy (self->run_source);
  g_clear_pointer (&self->run_source, g_source_unref);
  gst_ice_session_driver_forget_offer (self);
  gst_ice_session_driver_forget_restarts (self);
  g_clear_error (&self->failure);
  gst_ice_session_driver_fail_requests (self);

  if (self->signaller != NULL) {
    g_autoptr (GstIceSignaller) signaller = g_steal_pointer (&self->signaller);

    self->n_closing++;
    gst_ice_signaller_close (signaller, on_closed, self);
  }
  close_call (self);
  on_closed (self);
}
