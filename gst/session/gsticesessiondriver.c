/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Connects the elements of a session, the signaller, the servers and the calls: begins a
 * call when all elements are ready, and decides what follows its end. */

#include "config.h"

#include "gsticesessiondriver.h"

#include "gsticeconsumers.h"
#include "gsticeerror.h"
#include "gsticeforks.h"
#include "gsticekeyexchange.h"
#include "gsticelog.h"
#include "gsticemetricsbackend.h"
#include "gsticereception.h"
#include "gsticetimer.h"

struct _GstIceSessionDriver
{
  GMainContext *context;
  GstIceConfig *config;         /* of all members, merged */
  GstIceMembers *members;
  GstIceServers *servers;
  GstIceClaims *claims;
  GstIceCalls *calls;           /* one, or one with each consumer */
  GstIceForks *forks;           /* those of them with one offer */
  GstIceSignaller *signaller;   /* NULL: the application carries */
  gboolean ended;               /* an error, or the peer's goodbye */
  GSource *run_source;          /* attached when something has changed */
  gchar *metrics_uri;           /* where metrics are; NULL: nowhere, or not yet */
  guint n_closing;              /* signaller and calls, until all are closed */
  GDestroyNotify closed;        /* NULL: not closing */
  gpointer closed_data;
};

GST_ICE_LOG_CATEGORY (gst_ice_session_driver_log, "icesessiondriver",
    "ICE session's control");
#define GST_CAT_DEFAULT gst_ice_session_driver_log ()

static const GstIceServersEvents servers_events;
static const GstIceCallEvents call_events;

GstIceSessionDriver *
gst_ice_session_driver_new (GMainContext * context)
{
  GstIceSessionDriver *self = g_new0 (GstIceSessionDriver, 1);

  self->context = g_main_context_ref (context);
  self->config = gst_ice_config_new ();
  self->members = gst_ice_members_new ();
  self->servers = gst_ice_servers_new (context, &servers_events, self);
  self->claims = gst_ice_claims_new ();
  self->calls = gst_ice_calls_new (&call_events, self);
  self->forks = gst_ice_forks_new (self->calls, self->members);
  self->n_closing = 1;
  return self;
}

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

/* Ends the session for good. @member: (nullable): who says so, else who speaks for all */
static void
gst_ice_session_driver_fail (GstIceSessionDriver * self, GstIceMember * member,
    const GError * error)
{
  const GstIceCall *call = gst_ice_calls_get_first (self->calls);
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_ERROR,.mline = -1,
    .call_id = call != NULL ? gst_ice_call_get_id (call) : NULL,.error = error
  };

  GST_WARNING ("the session fails: %s", error->message);
  self->ended = TRUE;
  gst_ice_calls_stop (self->calls);
  if (member != NULL)
    gst_ice_member_tell (member, &notice);
  else
    gst_ice_members_tell (self->members, NULL, &notice);
  gst_ice_members_end (self->members, GST_ICE_ENDING_FAILED);
  if (self->signaller != NULL)
    gst_ice_signaller_hang_up (self->signaller);
}

/* The calls. */

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

static void schedule (GstIceSessionDriver * self);
static void on_hung_up (GstIceSignaller * signaller, gpointer user_data);

static GstIceCallSettings
get_call_settings (GstIceSessionDriver * self, GstIceSignaller * signaller)
{
  GstIceCallSettings settings = {.claims = self->claims,
    .config = self->config,.servers = self->servers,
    .members = self->members,.context = self->context
  };

  settings.several = signaller != self->signaller &&
      gst_ice_reception_takes_several (&settings);
  return settings;
}

static void
tell_full (GstIceSessionDriver * self)
{
  const GstIceCallSettings settings = get_call_settings (self, NULL);

  if (self->signaller != NULL && self->closed == NULL)
    gst_ice_signaller_set_full (self->signaller,
        gst_ice_reception_is_full (self->calls, &settings));
}

/* Whether the session goes on as it is when @call ends. */
static gboolean
leaves_alone (const GstIceCall * call)
{
  return gst_ice_call_get_consumer (call) != 0 || gst_ice_call_is_aside (call);
}

/* @signaller: of the peer, or NULL. Returns: (transfer none): the call with it, perhaps new */
static GstIceCall *
ensure_call (GstIceSessionDriver * self, GstIceSignaller * signaller)
{
  GstIceCallSettings settings = get_call_settings (self, signaller);
  GstIceCall *call = gst_ice_calls_find (self->calls, signaller);

  if (call == NULL) {
    settings.aside = !settings.several &&
        gst_ice_calls_get_size (self->calls) > 0;
    call = gst_ice_calls_add (self->calls, &settings, signaller);
    tell_full (self);
  }
  return call;
}

/* Returns: (transfer none): the one call of a session that has one, made if there is none */
static GstIceCall *
ensure_only_call (GstIceSessionDriver * self)
{
  GstIceCall *first = gst_ice_calls_get_first (self->calls);

  return first != NULL ? first : ensure_call (self, self->signaller);
}

/* A listener waits for the next peer, who may be there, aside. */
static void
forget_call (GstIceSessionDriver * self, GstIceCall * call)
{
  const gboolean is_only = !leaves_alone (call);
  GstIceSignaller *signaller =
      gst_ice_exchange_get_signaller (gst_ice_call_get_exchange (call));

  if (signaller != NULL && signaller != self->signaller)
    gst_ice_signaller_hang_up (signaller);
  gst_ice_calls_remove (self->calls, call);
  /* What this peer refused, or did not reach, the next one may. */
  if (is_only)
    gst_ice_members_end (self->members, GST_ICE_ENDING_OPEN);
  tell_full (self);
  schedule (self);
}

/* @error, or @reason, in a word: (transfer none) (nullable): why it goes */
static void
forget_consumer (GstIceSessionDriver * self, GstIceCall * call,
    const GError * error, const gchar * reason)
{
  gst_ice_consumers_tell_removed (self->calls, self->members, call, error,
      reason);
  forget_call (self, call);
}

static void
deal_with_failure (GstIceSessionDriver * self, GstIceCall * call)
{
  g_autoptr (GError) failure = gst_ice_call_take_failure (call);
  GstIceSignaller *signaller =
      gst_ice_exchange_get_signaller (gst_ice_call_get_exchange (call));

  if (self->ended || gst_ice_forks_leave_out (self->forks, call, failure))
    return;
  if (leaves_alone (call)) {
    forget_consumer (self, call, failure, NULL);
  } else if (self->signaller != NULL &&
      gst_ice_signaller_awaits_peers (self->signaller)) {
    gst_ice_members_warn_of_call (self->members, gst_ice_call_get_id (call),
        failure);
    gst_ice_signaller_hang_up (signaller);
    forget_call (self, call);
  } else {
    gst_ice_session_driver_fail (self, NULL, failure);
  }
}

static void
on_call_failed (GstIceCall * call, gpointer user_data)
{
  schedule (user_data);
}

static void
on_call_changed (GstIceCall * call, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  tell_full (self);
  if (gst_ice_reception_find_successor (self->calls) != NULL ||
      gst_ice_reception_find_stray (self->calls) != NULL)
    schedule (self);
}

static void
on_call_opened (GstIceCall * call, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  gst_ice_consumers_tell_added (self->calls, self->members, call);
  schedule (self);
}

static void
on_call_drained (GstIceCall * call, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  forget_call (self, call);
  gst_ice_members_tell_progress (self->members,
      "the peer has gone; waiting for the next");
}

/* By HTTP a listener can't say it otherwise. An application says by its own signalling what
 * follows. */
static void
on_call_ended (GstIceCall * call, gpointer user_data)
{
  GstIceSignaller *signaller =
      gst_ice_exchange_get_signaller (gst_ice_call_get_exchange (call));

  if (signaller != NULL)
    on_hung_up (signaller, user_data);
}

static const GstIceCallEvents call_events = {
  .failed = on_call_failed,
  .opened = on_call_opened,
  .drained = on_call_drained,
  .ended = on_call_ended,
  .changed = on_call_changed,
};

/* What servers tell. */

static void
on_servers_changed (gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (self->closed == NULL)
    gst_ice_calls_update_servers (self->calls);
}

static void
on_servers_warning (const GError * error, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (self->closed == NULL)
    gst_ice_members_warn (self->members, error);
}

static const GstIceServersEvents servers_events = {
  .changed = on_servers_changed,
  .warning = on_servers_warning,
};

void
gst_ice_session_driver_add_server (GstIceSessionDriver * self,
    const GstIceServer * server)
{
  gst_ice_servers_add (self->servers, server);
}

/* What the signaller tells. */

/* Returns: whether @call, or a new one, may be with who offers this */
static gboolean
make_room (GstIceSessionDriver * self, GstIceCall * call,
    GstIceSignaller * signaller, GstIceDescription * offer, GError ** error)
{
  const GstIceCallSettings settings = get_call_settings (self, signaller);
  GstIceCall *replaced = NULL;

  if (!gst_ice_reception_is_open (self->ended, error) ||
      !gst_ice_reception_admit (self->calls, &settings, call, signaller, offer,
          &replaced, error))
    return FALSE;
  if (replaced != NULL)
    forget_call (self, replaced);
  return TRUE;
}

/* @offer: (nullable): of the peer; %NULL: it waits for ours */
static void
on_offer (GstIceSessionDriver * self, GstIceSignaller * signaller,
    GstIceDescription * offer)
{
  GstIceCall *call = gst_ice_calls_find (self->calls, signaller);
  g_autoptr (GError) error = NULL;

  if (!make_room (self, call, signaller, offer, &error)) {
    gst_ice_signaller_reject (signaller, error);
    return;
  }
  call = ensure_call (self, signaller);
  gst_ice_exchange_hold_offer (gst_ice_call_get_exchange (call), offer);
  schedule (self);
}

static void
on_description (GstIceSignaller * signaller, GstIceDescription * description,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (description->type == GST_ICE_DESCRIPTION_OFFER) {
    on_offer (self, signaller, description);
  } else if (!self->ended) {
    gst_ice_calls_take_answer (self->calls, signaller, description);
    schedule (self);
  }
}

static void
on_trickle (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  gst_ice_calls_add_fragment (self->calls, signaller, fragment);
  schedule (self);
}

static void
on_progress (GstIceSignaller * signaller, const gchar * text,
    gpointer user_data)
{
  gst_ice_members_tell_progress (((GstIceSessionDriver *) user_data)->members,
      text);
}

static void
on_warning (GstIceSignaller * signaller, const GError * warning,
    gpointer user_data)
{
  gst_ice_members_warn (((GstIceSessionDriver *) user_data)->members, warning);
}

static void
on_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;
  GstIceCall *call = gst_ice_calls_find (self->calls, signaller);
  g_autoptr (GError) named = call == NULL ? g_error_copy (error) :
      gst_ice_exchange_name_offer (gst_ice_call_get_exchange (call), error);

  if (!self->ended)
    gst_ice_session_driver_fail (self, NULL, named);
}

static void
on_hung_up (GstIceSignaller * signaller, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;
  GstIceCall *call = gst_ice_calls_find (self->calls, signaller);
  g_autoptr (GError) error = NULL;

  if (self->ended)
    return;

  if (call != NULL && leaves_alone (call)) {
    forget_consumer (self, call, NULL, "left");
  } else if (call != NULL && gst_ice_call_was_connected (call)) {
    self->ended =
        !gst_ice_reception_keeps_listening (self->claims, self->signaller);
    gst_ice_call_end (call, self->ended);
    tell_full (self);
  } else if (call != NULL && gst_ice_signaller_awaits_peers (self->signaller)) {
    gst_ice_consumers_tell_given_up (self->members, call);
    forget_call (self, call);
  } else if (!gst_ice_signaller_awaits_peers (self->signaller)) {
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

  if (signaller != self->signaller)
    on_offer (self, signaller, NULL);
  else if (gst_ice_reception_is_open (self->ended, &error))
    schedule (self);
  else
    gst_ice_signaller_reject (signaller, error);
}

static void
on_restart (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (!self->ended)
    gst_ice_calls_take_restart (self->calls, signaller, fragment);
}

static void
on_restart_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (!self->ended)
    gst_ice_calls_end_restart (self->calls, signaller, error);
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

/* What is to be done. */

static void
start_servers (GstIceSessionDriver * self)
{
  g_autoptr (GError) error = NULL;

  if (!self->ended && gst_ice_claims_all_ready (self->claims) &&
      (!gst_ice_metrics_backend_tell (&self->metrics_uri, self->config, &error)
          || !gst_ice_servers_start (self->servers, self->config, &error)))
    gst_ice_session_driver_fail (self, NULL, error);
}

/* Makes the signaller when its URI is known. */
static void
start_signaller (GstIceSessionDriver * self)
{
  GstIceCall *first = gst_ice_calls_get_first (self->calls);
  g_autoptr (GError) error = NULL;

  if (self->signaller != NULL || self->ended ||
      !gst_ice_config_is_set (self->config, "signalling-uri"))
    return;

  self->signaller = gst_ice_signaller_new (self->config, &error);
  if (self->signaller == NULL) {
    gst_ice_session_driver_fail (self, NULL, error);
    return;
  }
  if (first != NULL)
    gst_ice_exchange_set_signaller (gst_ice_call_get_exchange (first),
        self->signaller);
  gst_ice_signaller_set_direction (self->signaller,
      gst_ice_claims_get_direction (self->claims));
  if (!gst_ice_signaller_start (self->signaller, &signaller_events, self,
          &error))
    gst_ice_session_driver_fail (self, NULL, error);
}

static void
take_offer (GstIceSessionDriver * self, GstIceCall * call)
{
  GstIceExchange *exchange = gst_ice_call_get_exchange (call);
  const gboolean is_new = !gst_ice_exchange_has_begun (exchange);
  g_autoptr (GError) refusal = NULL;

  if (gst_ice_exchange_take_offer (exchange, &refusal))
    return;
  gst_ice_exchange_refuse_offer (exchange, refusal);
  if (!is_new)
    return;
  gst_ice_consumers_tell_refused (self->members, call, refusal);
  gst_ice_calls_remove (self->calls, call);
  tell_full (self);
}

static void
take_offers (GstIceSessionDriver * self)
{
  /* From the last: one that is refused leaves the list. */
  for (guint i = gst_ice_calls_get_size (self->calls); i > 0 && !self->ended;
      i--)
    take_offer (self, gst_ice_calls_get (self->calls, i - 1));
}

/* Begins the call, or asks the application to. */
static void
start_call (GstIceSessionDriver * self)
{
  GstIceCall *call;
  GstIceExchange *exchange;
  g_autoptr (GError) error = NULL;

  if (self->ended || !gst_ice_claims_all_ready (self->claims) ||
      gst_ice_calls_have_begun (self->calls) || (self->signaller != NULL
          && !gst_ice_signaller_is_caller (self->signaller)))
    return;

  call = ensure_only_call (self);
  exchange = gst_ice_call_get_exchange (call);
  if (self->signaller == NULL) {
    if (!gst_ice_exchange_holds_offer (exchange) &&
        gst_ice_negotiation_is_stable (gst_ice_call_get_negotiation (call)))
      gst_ice_exchange_ask (exchange);
  } else if (!gst_ice_exchange_begin_offer (exchange, &error)) {
    gst_ice_session_driver_fail (self, NULL, error);
  }
}

/* Who waits aside comes into its place, or goes. */
static void
let_in (GstIceSessionDriver * self)
{
  GstIceCall *successor = self->ended ? NULL :
      gst_ice_reception_find_successor (self->calls);
  GstIceCall *first = gst_ice_calls_get_first (self->calls);
  GstIceCall *stray;

  if (successor != NULL) {
    if (first != successor)
      forget_call (self, first);
    gst_ice_calls_put_first (self->calls, successor);
    gst_ice_call_enter (successor, self->members);
  }
  while ((stray = gst_ice_reception_find_stray (self->calls)) != NULL)
    forget_call (self, stray);
}

static gboolean
on_run (gpointer data)
{
  GstIceSessionDriver *self = data;
  GstIceCall *failed;

  g_clear_pointer (&self->run_source, g_source_unref);
  while ((failed = gst_ice_calls_find_failed (self->calls)) != NULL)
    deal_with_failure (self, failed);
  start_servers (self);
  start_signaller (self);
  take_offers (self);
  let_in (self);
  gst_ice_forks_run (self->forks);
  start_call (self);
  gst_ice_calls_run (self->calls);
  return G_SOURCE_REMOVE;
}

/* Has all that is to be done looked at again, soon. */
static void
schedule (GstIceSessionDriver * self)
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
    gst_ice_key_exchange_prepare (gst_ice_config_get_enum (self->config,
            "encryption"));
  }
  gst_ice_members_add (self->members, member);
  if (error != NULL)
    gst_ice_session_driver_fail (self, member, error);
}

void
gst_ice_session_driver_begin (GstIceSessionDriver * self)
{
  schedule (self);
}

void
gst_ice_session_driver_set_ready (GstIceSessionDriver * self,
    GstIceMember * member, GstIceMediaKind kind, GstCaps * formats)
{
  const gboolean later = member->claim != NULL && member->claim->ready;
  g_autoptr (GError) error = NULL;

  if (member->claim == NULL || (later &&
          !gst_ice_claim_is_changed_by (member->claim, kind, formats)))
    return;
  if (gst_ice_claims_set_ready (self->claims, member->claim, kind, formats,
          &error))
    error = gst_ice_calls_note_change (self->calls, member->claim, !later);
  else if (!later)
    gst_ice_session_driver_fail (self, member, error);
  if (error != NULL && (later || !self->ended))
    gst_ice_member_warn (member, error);
  schedule (self);
}

void
gst_ice_session_driver_leave (GstIceSessionDriver * self, GstIceMember * member)
{
  if (member->claim != NULL) {
    gst_ice_member_cut (member);
    gst_ice_calls_forget_claim (self->calls, member->claim);
    gst_ice_claims_remove (self->claims, g_steal_pointer (&member->claim));
  }
  gst_ice_members_remove (self->members, member);
}

void
gst_ice_session_driver_ask_key_unit (GstIceSessionDriver * self,
    GstIceMember * member)
{
  if (member->claim != NULL)
    gst_ice_calls_ask_key_unit (self->calls, member->claim);
}

/* Applications. */

void
gst_ice_session_driver_remove_consumer (GstIceSessionDriver * self,
    guint consumer)
{
  GstIceCall *call = gst_ice_calls_find_consumer (self->calls, consumer);

  if (consumer != 0 && call != NULL)
    forget_consumer (self, call, NULL, "removed");
}

void
gst_ice_session_driver_restart (GstIceSessionDriver * self)
{
  g_autoptr (GError) error = NULL;

  if (self->ended || !gst_ice_calls_have_begun (self->calls))
    error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "There is no call whose ICE could be restarted");
  else
    gst_ice_calls_request_restart (self->calls, &error);
  if (error != NULL)
    gst_ice_members_warn (self->members, error);
}

void
gst_ice_session_driver_add_remote (GstIceSessionDriver * self, guint mline,
    const GstIceCandidate * candidate)
{
  if (!gst_ice_reception_admits_candidate (self->calls, self->config,
          self->members, self->ended, mline))
    return;
  ensure_only_call (self);
  gst_ice_forks_add_remote (self->forks, mline, candidate);
  schedule (self);
}

gboolean
gst_ice_session_driver_set_remote (GstIceSessionDriver * self,
    GstIceDescription * description, GError ** error)
{
  const GstIceCallSettings settings = get_call_settings (self, NULL);
  GstIceCall *call;

  if (!gst_ice_reception_admits_application (self->config, self->ended, error))
    return FALSE;

  call = ensure_only_call (self);
  if (!gst_ice_renegotiator_give_way (gst_ice_call_get_renegotiator (call),
          description, error))
    return FALSE;
  schedule (self);
  return gst_ice_forks_set_remote (self->forks, &settings, description, error);
}

void
gst_ice_session_driver_describe (GstIceSessionDriver * self,
    GstIceDescriptionType type, gboolean wait, GstIceDescribedFunc described,
    gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!gst_ice_reception_admits_description (self->calls, self->config,
          self->ended, self->claims, type, &error))
    described (NULL, error, user_data);
  else
    gst_ice_call_describe (ensure_only_call (self), type, wait, described,
        user_data);
  schedule (self);
}

/* Questions. */

GstIceConnectionState
gst_ice_session_driver_get_connection_state (GstIceSessionDriver * self)
{
  if (self->closed == NULL && gst_ice_calls_have_begun (self->calls))
    return gst_ice_calls_get_connection_state (self->calls);
  return self->ended ? GST_ICE_CONNECTION_CLOSED : GST_ICE_CONNECTION_NEW;
}

GstIceGatheringState
gst_ice_session_driver_get_gathering_state (GstIceSessionDriver * self)
{
  return self->closed == NULL ?
      gst_ice_calls_get_gathering_state (self->calls) : GST_ICE_GATHERING_NEW;
}

GstStructure *
gst_ice_session_driver_get_stats (GstIceSessionDriver * self)
{
  return gst_ice_consumers_make_stats (self->calls,
      gst_ice_session_driver_get_connection_state (self),
      gst_ice_session_driver_get_gathering_state (self));
}

/* The end. */

void
gst_ice_session_driver_close (GstIceSessionDriver * self, GDestroyNotify closed,
    gpointer user_data)
{
  self->closed = closed;
  self->closed_data = user_data;
  self->ended = TRUE;
  gst_ice_timer_clear (&self->run_source);
  g_clear_pointer (&self->forks, gst_ice_forks_free);
  gst_ice_calls_stop (self->calls);
  gst_ice_metrics_backend_hush (&self->metrics_uri);

  if (self->signaller != NULL) {
    g_autoptr (GstIceSignaller) signaller = g_steal_pointer (&self->signaller);

    self->n_closing++;
    gst_ice_signaller_close (signaller, on_closed, self);
  }
  self->n_closing++;
  gst_ice_calls_close (g_steal_pointer (&self->calls), on_closed, self);
  on_closed (self);
}
