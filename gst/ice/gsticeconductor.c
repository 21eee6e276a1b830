/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeconductor.h"

#include "gsticecall.h"
#include "gsticeerror.h"
#include "gsticeseats.h"
#include "gsticesignaller.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_conductor_debug);
#define GST_CAT_DEFAULT gst_ice_conductor_debug

/* Somebody who waits for a description. */
typedef struct
{
  GstIceDescriptionType type;
  GstIceDescribedFunc described;
  gpointer user_data;
} Request;

struct _GstIceConductor
{
  GMainContext *context;
  GstIceConfig *config;         /* of all members, merged */
  GstIceSeats *seats;
  GstIceMlines *mlines;
  GstIceCall *call;             /* NULL: nobody was talked to yet */
  GstIceSignaller *signaller;   /* NULL: the application carries */
  gboolean described;           /* what is open was sent or handed out */
  gboolean answering;           /* the signaller's peer waits for an answer */
  gboolean asked;               /* the application was told to negotiate */
  gboolean ended;               /* an error, or the peer's goodbye */
  GstIceDescription *pending_offer;     /* came before all were ready */
  GError *failure;              /* of the call, not yet dealt with */
  GQueue requests;              /* of Request, oldest first */
  GSource *run_source;          /* attached when something has changed */

  guint n_closing;              /* signaller and calls, while closing */
  GDestroyNotify closed;        /* NULL: not closing */
  gpointer closed_data;
};

static void gst_ice_conductor_schedule (GstIceConductor * self);

GstIceConductor *
gst_ice_conductor_new (GMainContext * context)
{
  static gsize debug = 0;
  GstIceConductor *self = g_new0 (GstIceConductor, 1);

  if (g_once_init_enter (&debug)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_conductor_debug, "iceconductor", 0,
        "ICE session's control");
    g_once_init_leave (&debug, 1);
  }

  self->context = g_main_context_ref (context);
  self->config = gst_ice_config_new ();
  self->seats = gst_ice_seats_new ();
  self->mlines = gst_ice_mlines_new ();
  self->n_closing = 1;
  return self;
}

/* Telling. */

static void
tell (GstIceConductor * self, const GstIceNotice * notice)
{
  gst_ice_seats_tell (self->seats, notice);
}

static void
tell_error (GstIceConductor * self, GstIceNoticeType type, GstIceSeat * seat,
    const GError * error)
{
  GstIceNotice notice = {.type = type,.mline = -1,.error = error };

  if (seat != NULL)
    gst_ice_seat_tell (seat, &notice);
  else
    tell (self, &notice);
}

/* Ends the session for good: @error has been, or is now, on the bus before any
 * element's streaming stops. */
static void
gst_ice_conductor_fail (GstIceConductor * self, GstIceSeat * seat,
    const GError * error)
{
  GST_WARNING ("the session fails: %s", error->message);
  self->ended = TRUE;
  tell_error (self, GST_ICE_NOTICE_ERROR, seat, error);
  gst_ice_seats_end (self->seats, GST_ICE_CHANNEL_FAILED);
  if (self->signaller != NULL)
    gst_ice_signaller_hang_up (self->signaller);
}

/* The call. */

static void
on_closed (gpointer data)
{
  GstIceConductor *self = data;

  if (--self->n_closing > 0)
    return;

  self->closed (self->closed_data);
  gst_ice_seats_free (self->seats);
  gst_ice_mlines_free (self->mlines);
  gst_ice_config_free (self->config);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
close_call (GstIceConductor * self)
{
  if (self->call == NULL)
    return;

  self->n_closing++;
  gst_ice_call_close (g_steal_pointer (&self->call), on_closed, self);
}

static void
on_call_notice (const GstIceNotice * notice, gpointer user_data)
{
  tell (user_data, notice);
}

static void
on_call_changed (gpointer user_data)
{
  gst_ice_conductor_schedule (user_data);
}

static void
on_call_failed (const GError * error, gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (self->failure == NULL)
    self->failure = g_error_copy (error);
  gst_ice_conductor_schedule (self);
}

static const GstIceCallEvents call_events = {
  .notice = on_call_notice,
  .changed = on_call_changed,
  .failed = on_call_failed,
};

/* Returns: (transfer none): what is said to the peer, who may be new */
static GstIceNegotiation *
get_negotiation (GstIceConductor * self)
{
  if (self->call == NULL)
    self->call = gst_ice_call_new (self->mlines, self->config, self->context,
        &call_events, self);
  return gst_ice_call_get_negotiation (self->call);
}

/* A listener waits for the next peer. */
static void
forget_peer (GstIceConductor * self)
{
  close_call (self);
  gst_ice_mlines_reset (self->mlines);
  g_clear_pointer (&self->pending_offer, gst_ice_description_unref);
  self->described = FALSE;
  self->answering = FALSE;
}

static gboolean
is_listener (GstIceConductor * self)
{
  return self->signaller != NULL &&
      !gst_ice_signaller_is_caller (self->signaller);
}

static void
deal_with_failure (GstIceConductor * self)
{
  g_autoptr (GError) failure = g_steal_pointer (&self->failure);

  if (failure == NULL || self->ended)
    return;

  if (is_listener (self)) {
    tell_error (self, GST_ICE_NOTICE_WARNING, NULL, failure);
    gst_ice_signaller_hang_up (self->signaller);
    forget_peer (self);
  } else {
    gst_ice_conductor_fail (self, NULL, failure);
  }
}

/* What the signaller tells. */

static void
on_description (GstIceSignaller * signaller, GstIceDescription * description,
    gpointer user_data)
{
  GstIceConductor *self = user_data;
  g_autoptr (GError) error = NULL;

  if (description->type == GST_ICE_DESCRIPTION_OFFER) {
    if (self->ended) {
      error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
          "The session here has ended");
      gst_ice_signaller_reject (signaller, error);
      return;
    }
    g_clear_pointer (&self->pending_offer, gst_ice_description_unref);
    self->pending_offer = gst_ice_description_ref (description);
    self->answering = TRUE;
  } else if (!self->ended &&
      !gst_ice_negotiation_set_remote (get_negotiation (self), description,
          &error)) {
    gst_ice_conductor_fail (self, NULL, error);
  }
  gst_ice_conductor_schedule (self);
}

static void
on_trickle (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (self->call != NULL)
    gst_ice_negotiation_add_fragment (get_negotiation (self), fragment);
  gst_ice_conductor_schedule (self);
}

static void
on_progress (GstIceSignaller * signaller, const gchar * text,
    gpointer user_data)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.mline = -1,
    .progress = GST_PROGRESS_TYPE_CONTINUE,.text = text
  };

  tell (user_data, &notice);
}

static void
on_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (!self->ended)
    gst_ice_conductor_fail (self, NULL, error);
}

static void
on_hung_up (GstIceSignaller * signaller, gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (self->call != NULL && gst_ice_call_was_connected (self->call)) {
    self->ended = TRUE;
    gst_ice_call_end (self->call);
  } else {
    forget_peer (self);
  }
}

static const GstIceSignallerEvents signaller_events = {
  .description = on_description,
  .trickle = on_trickle,
  .progress = on_progress,
  .failed = on_failed,
  .hung_up = on_hung_up,
};

/* What is to be done. */

static void
start_signaller (GstIceConductor * self)
{
  g_autoptr (GError) error = NULL;

  if (self->signaller != NULL || self->ended ||
      !gst_ice_config_is_set (self->config, "signalling-uri"))
    return;

  self->signaller = gst_ice_signaller_new (self->config, &error);
  if (self->signaller == NULL ||
      !gst_ice_signaller_start (self->signaller, &signaller_events, self,
          &error))
    gst_ice_conductor_fail (self, NULL, error);
}

/* Begins the call, or asks the application to. */
static void
start_call (GstIceConductor * self)
{
  GstIceNotice needed = {.type = GST_ICE_NOTICE_NEGOTIATION_NEEDED,
    .mline = -1
  };
  g_autoptr (GError) error = NULL;

  if (!gst_ice_mlines_all_ready (self->mlines) ||
      !gst_ice_mlines_has_unplaced (self->mlines))
    return;

  if (self->signaller == NULL) {
    if (!self->asked && self->pending_offer == NULL &&
        (self->call == NULL ||
            gst_ice_negotiation_is_stable (get_negotiation (self)))) {
      self->asked = TRUE;
      tell (self, &needed);
    }
  } else if (gst_ice_signaller_is_caller (self->signaller) &&
      self->call == NULL) {
    if (!gst_ice_negotiation_begin_offer (get_negotiation (self), &error))
      gst_ice_conductor_fail (self, NULL, error);
  }
}

static void
take_pending_offer (GstIceConductor * self)
{
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_new = self->call == NULL;

  if (self->pending_offer == NULL || !gst_ice_mlines_all_ready (self->mlines))
    return;

  offer = g_steal_pointer (&self->pending_offer);
  if (gst_ice_negotiation_set_remote (get_negotiation (self), offer, &error)) {
    self->described = FALSE;
    return;
  }

  GST_INFO ("an offer is refused: %s", error->message);
  if (self->answering) {
    gst_ice_signaller_reject (self->signaller, error);
    self->answering = FALSE;
  } else {
    tell_error (self, GST_ICE_NOTICE_WARNING, NULL, error);
  }
  if (is_new)
    forget_peer (self);
}

/* Sends what the signaller is to carry. */
static void
serve_signaller (GstIceConductor * self)
{
  GstIceNegotiation *negotiation = get_negotiation (self);
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceDescription) fragment = NULL;

  /* HTTP can't trickle to the caller: an answer has all candidates. */
  if (!self->described &&
      gst_ice_negotiation_can_describe (negotiation, self->answering)) {
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

static void
finish_request (Request * request, GstIceDescription * description,
    const GError * error)
{
  request->described (description, error, request->user_data);
  g_free (request);
}

/* Hands the open description to whoever waits for it, if it is worth it. */
static void
serve_requests (GstIceConductor * self)
{
  while (self->call != NULL && !g_queue_is_empty (&self->requests)) {
    GstIceNegotiation *negotiation = get_negotiation (self);
    Request *request = g_queue_peek_head (&self->requests);
    g_autoptr (GstIceDescription) description = NULL;

    if (!gst_ice_negotiation_can_describe (negotiation, FALSE))
      return;
    description = gst_ice_negotiation_describe (negotiation, request->type,
        NULL);
    if (description == NULL)
      return;
    g_queue_pop_head (&self->requests);
    self->asked = FALSE;
    finish_request (request, description, NULL);
  }
}

static void
fail_requests (GstIceConductor * self)
{
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_BAD_STATE, "The session has ended");
  Request *request;

  while ((request = g_queue_pop_head (&self->requests)) != NULL)
    finish_request (request, NULL, error);
}

static void
gst_ice_conductor_run (GstIceConductor * self)
{
  g_autoptr (GError) error = NULL;

  deal_with_failure (self);
  if (!self->ended) {
    start_signaller (self);
    take_pending_offer (self);
  }
  if (!self->ended)
    start_call (self);
  if (!self->ended && self->call != NULL) {
    if (!gst_ice_call_run (self->call, &error))
      on_call_failed (error, self);
    else if (self->signaller != NULL)
      serve_signaller (self);
  }
  if (self->ended)
    fail_requests (self);
  else
    serve_requests (self);
}

static gboolean
on_run (gpointer data)
{
  GstIceConductor *self = data;

  g_clear_pointer (&self->run_source, g_source_unref);
  gst_ice_conductor_run (self);
  return G_SOURCE_REMOVE;
}

static void
gst_ice_conductor_schedule (GstIceConductor * self)
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
gst_ice_conductor_join (GstIceConductor * self, GstIceSeat * seat,
    const GstIceClaim * claim)
{
  g_autoptr (GError) error = NULL;

  if (claim != NULL) {
    seat->claim = gst_ice_mlines_add_claim (self->mlines, claim);
    gst_ice_seats_merge_config (self->seats, seat, self->config, &error);
  }
  gst_ice_seats_add (self->seats, seat);
  if (error != NULL)
    gst_ice_conductor_fail (self, seat, error);
}

void
gst_ice_conductor_set_ready (GstIceConductor * self, GstIceSeat * seat,
    GstIceMediaKind kind, GstCaps * formats)
{
  g_autoptr (GError) error = NULL;

  if (seat->claim == NULL || seat->claim->ready)
    return;

  if (!gst_ice_mlines_set_ready (self->mlines, seat->claim, kind, formats,
          &error)) {
    gst_ice_conductor_fail (self, seat, error);
  } else if (self->signaller != NULL && self->call != NULL) {
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "%s came after the call was made; HTTP can't add an m-line to it",
        seat->claim->name);
    tell_error (self, GST_ICE_NOTICE_WARNING, seat, error);
  }
  gst_ice_conductor_schedule (self);
}

void
gst_ice_conductor_leave (GstIceConductor * self, GstIceSeat * seat)
{
  if (seat->claim != NULL) {
    gst_ice_channel_set_route (seat->claim->channel, NULL);
    gst_ice_mlines_remove_claim (self->mlines,
        g_steal_pointer (&seat->claim));
    if (self->call != NULL)
      gst_ice_call_rewire (self->call);
  }
  gst_ice_seats_remove (self->seats, seat);
}

/* Applications. */

void
gst_ice_conductor_add_remote (GstIceConductor * self, guint mline,
    const GstIceCandidate * candidate)
{
  if (self->ended)
    return;
  gst_ice_negotiation_add_remote (get_negotiation (self), mline, candidate);
  gst_ice_conductor_schedule (self);
}

/* Whether the application may negotiate at all. */
static gboolean
check_application (GstIceConductor * self, GError ** error)
{
  if (self->ended) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The session has ended");
    return FALSE;
  }
  if (gst_ice_config_is_set (self->config, "signalling-uri")) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "signalling-uri is set: the elements negotiate by themselves");
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_conductor_set_remote (GstIceConductor * self,
    GstIceDescription * description, GError ** error)
{
  if (!check_application (self, error))
    return FALSE;

  gst_ice_conductor_schedule (self);
  if (description->type == GST_ICE_DESCRIPTION_OFFER &&
      !gst_ice_mlines_all_ready (self->mlines)) {
    g_clear_pointer (&self->pending_offer, gst_ice_description_unref);
    self->pending_offer = gst_ice_description_ref (description);
    return TRUE;
  }
  return gst_ice_negotiation_set_remote (get_negotiation (self), description,
      error);
}

/* Whether a description of @type is, or will be, open. */
static gboolean
prepare_description (GstIceConductor * self, GstIceDescriptionType type,
    GError ** error)
{
  if (!check_application (self, error))
    return FALSE;

  if (type == GST_ICE_DESCRIPTION_OFFER) {
    if (!gst_ice_mlines_all_ready (self->mlines)) {
      g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
          "Not all elements of the session know their formats yet; wait for "
          "on-negotiation-needed");
      return FALSE;
    }
    return gst_ice_negotiation_begin_offer (get_negotiation (self), error);
  }
  if (self->pending_offer == NULL && !gst_ice_negotiation_has_remote_offer
      (get_negotiation (self))) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "There is no offer to answer; set the remote description first");
    return FALSE;
  }
  return TRUE;
}

void
gst_ice_conductor_describe (GstIceConductor * self, GstIceDescriptionType type,
    gboolean wait, GstIceDescribedFunc described, gpointer user_data)
{
  Request *request = g_new0 (Request, 1);
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GError) error = NULL;

  request->type = type;
  request->described = described;
  request->user_data = user_data;
  if (!prepare_description (self, type, &error)) {
    finish_request (request, NULL, error);
    return;
  }

  if (wait) {
    g_queue_push_tail (&self->requests, request);
    gst_ice_conductor_schedule (self);
    return;
  }

  take_pending_offer (self);
  if (gst_ice_call_run (self->call, &error))
    description = gst_ice_negotiation_describe (get_negotiation (self), type,
        &error);
  self->asked = FALSE;
  finish_request (request, description, error);
}

/* Questions. */

GstIceConnectionState
gst_ice_conductor_get_connection_state (GstIceConductor * self)
{
  if (self->call != NULL)
    return gst_ice_call_get_connection_state (self->call);
  return self->ended ? GST_ICE_CONNECTION_CLOSED : GST_ICE_CONNECTION_NEW;
}

GstIceGatheringState
gst_ice_conductor_get_gathering_state (GstIceConductor * self)
{
  return self->call != NULL ? gst_ice_call_get_gathering_state (self->call) :
      GST_ICE_GATHERING_NEW;
}

GstStructure *
gst_ice_conductor_get_stats (GstIceConductor * self)
{
  GstStructure *stats = gst_structure_new ("ice-session",
      "ice-connection-state", G_TYPE_STRING,
      gst_ice_connection_state_to_string
      (gst_ice_conductor_get_connection_state (self)),
      "ice-gathering-state", G_TYPE_STRING, gst_ice_gathering_state_to_string
      (gst_ice_conductor_get_gathering_state (self)), NULL);

  if (self->call != NULL)
    gst_ice_call_add_stats (self->call, stats);
  return stats;
}

/* The end. */

void
gst_ice_conductor_close (GstIceConductor * self, GDestroyNotify closed,
    gpointer user_data)
{
  self->closed = closed;
  self->closed_data = user_data;
  self->ended = TRUE;
  if (self->run_source != NULL)
    g_source_destroy (self->run_source);
  g_clear_pointer (&self->run_source, g_source_unref);
  g_clear_pointer (&self->pending_offer, gst_ice_description_unref);
  g_clear_error (&self->failure);
  fail_requests (self);

  if (self->signaller != NULL) {
    g_autoptr (GstIceSignaller) signaller = g_steal_pointer (&self->signaller);

    self->n_closing++;
    gst_ice_signaller_close (signaller, on_closed, self);
  }
  close_call (self);
  on_closed (self);
}
