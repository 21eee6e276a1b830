/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* POSTs a caller's offer until it is taken, refused, or the time is over. */

#include "config.h"

#include "gsticehttpoffer.h"

#include "gsticeerror.h"
#include "gsticehttperror.h"
#include "gsticelog.h"
#include "gsticetimer.h"
#include "gsticehttpuri.h"
#include "gsticesdp.h"

GST_ICE_LOG_CATEGORY (gst_ice_http_offer_log, "icehttpoffer",
    "ICE offers by HTTP");
#define GST_CAT_DEFAULT gst_ice_http_offer_log ()

#define MAX_REDIRECTS 5

/* A listener on this host is found as soon as it is there, for so long. */
#define MIN_RETRY_MS 20
#define MAX_RETRY_MS 500
#define KEEN_US (2 * 60 * G_USEC_PER_SEC)

/* For an answer that says neither yes nor when to come back. */
#define BUSY_RETRY_MS 200
#define NOT_LIVE_RETRY_MS 500

/* How long the answer is waited for at the end, so that a session that the
 * listener just made is ended too. */
#define LAST_ANSWER_MS 250

struct _GstIceHttpOffer
{
  GstIceHttpClient *client;
  GstIceEventQueue *queue;
  GUri *uri;
  gchar *where;                 /* it, for messages */
  guint timeout_ms;             /* 0: for ever */
  gboolean local;               /* the listener is on this host */
  gboolean patient;             /* what is to be received may not be there yet */
  const GstIceHttpOfferEvents *events;
  GObject *owner;               /* not a reference: it owns the offer */

  GstIceDescription *description;       /* NULL before it is sent */
  gint64 started;               /* monotonic time, of the first try */
  GSource *deadline;            /* or NULL */
  GSource *retry;               /* or NULL */
  guint retry_ms;               /* the wait before the next try */
  GUri *target;                 /* where redirects led to, or NULL */
  guint n_redirects;
  GCancellable *asking;         /* of the POST under way, or NULL */
  gboolean written;             /* that POST may be there */
  gint64 asked_us;              /* when it was begun */
  GError *trouble;              /* why the last try failed, or NULL */
  gboolean told_sent, told_waiting;

  gboolean stopped;
  GSource *last_answer;         /* or NULL */
};

/* Returns: (transfer full): an offer to @uri */
GstIceHttpOffer *
gst_ice_http_offer_new (GstIceHttpClient * client, GstIceEventQueue * queue,
    GUri * uri, guint timeout_ms, const GstIceHttpOfferEvents * events,
    GObject * owner)
{
  GstIceHttpOffer *self = g_new0 (GstIceHttpOffer, 1);

  self->client = client;
  self->queue = queue;
  self->uri = g_uri_ref (uri);
  self->where = gst_ice_http_uri_to_text (uri);
  self->timeout_ms = timeout_ms;
  self->local = gst_ice_http_uri_is_local (uri);
  self->events = events;
  self->owner = owner;
  self->retry_ms = MIN_RETRY_MS;
  return self;
}

void
gst_ice_http_offer_set_patient (GstIceHttpOffer * self)
{
  self->patient = TRUE;
}

/* @self: (transfer full) */
void
gst_ice_http_offer_free (GstIceHttpOffer * self)
{
  gst_ice_timer_clear (&self->deadline);
  gst_ice_timer_clear (&self->retry);
  gst_ice_timer_clear (&self->last_answer);
  g_clear_pointer (&self->description, gst_ice_description_unref);
  g_clear_pointer (&self->target, g_uri_unref);
  g_clear_error (&self->trouble);
  g_clear_object (&self->asking);
  g_uri_unref (self->uri);
  g_free (self->where);
  g_free (self);
}

static gboolean
on_last_answer (gpointer user_data)
{
  GstIceHttpOffer *self = user_data;

  gst_ice_timer_clear (&self->last_answer);
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  return G_SOURCE_REMOVE;
}

void
gst_ice_http_offer_stop (GstIceHttpOffer * self)
{
  self->stopped = TRUE;
  gst_ice_timer_clear (&self->deadline);
  gst_ice_timer_clear (&self->retry);
  if (self->asking == NULL)
    return;

  if (!self->written)
    g_cancellable_cancel (self->asking);
  else if (self->last_answer == NULL)
    self->last_answer = gst_ice_timer_new (LAST_ANSWER_MS, on_last_answer,
        self);
}

/* @error: (transfer full) */
static void
fail (GstIceHttpOffer * self, GError * error)
{
  gst_ice_http_offer_stop (self);
  self->events->failed (error, self->owner);
  g_error_free (error);
}

static void ask (GstIceHttpOffer * self);

static guint
get_tried_ms (GstIceHttpOffer * self)
{
  return (g_get_monotonic_time () - self->started + 500) / 1000;
}

/* Whether the server has the offer and is silent: for so long that this says more than what
 * went wrong with the try before. */
static gboolean
is_silent (const GstIceHttpOffer * self)
{
  const gint64 for_us = g_get_monotonic_time () - self->asked_us;

  return self->asking != NULL && self->written && (self->trouble == NULL
      || for_us > self->timeout_ms * G_TIME_SPAN_MILLISECOND / 2);
}

static gboolean
on_deadline (gpointer user_data)
{
  GstIceHttpOffer *self = user_data;
  GError *error;

  gst_ice_timer_clear (&self->deadline);
  if (is_silent (self)) {
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
        "%s took the offer but did not answer it within %g s", self->where,
        self->timeout_ms / 1000.0);
  } else if (self->trouble != NULL) {
    error = g_steal_pointer (&self->trouble);
  } else {
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
        "Nobody answers at %s within %g s. Is the receiver running, and is "
        "the address right?", self->where, self->timeout_ms / 1000.0);
  }

  fail (self, error);
  return G_SOURCE_REMOVE;
}

static gboolean
on_retry (gpointer user_data)
{
  GstIceHttpOffer *self = user_data;

  gst_ice_timer_clear (&self->retry);
  ask (self);
  return G_SOURCE_REMOVE;
}

/* @trouble: (transfer full): why this try was in vain; the user is told when
 *     there is no time for another */
static void
try_again (GstIceHttpOffer * self, guint delay_ms, GError * trouble)
{
  GST_DEBUG ("%s; next try in %u ms", trouble->message, delay_ms);

  g_clear_error (&self->trouble);
  self->trouble = trouble;
  g_clear_pointer (&self->target, g_uri_unref);
  self->n_redirects = 0;
  self->retry = gst_ice_timer_new (delay_ms, on_retry, self);

  if (!self->told_waiting)
    gst_ice_event_queue_progress (self->queue, "waiting for %s", self->where);
  self->told_waiting = TRUE;
}

static guint
next_delay_ms (GstIceHttpOffer * self)
{
  const guint delay_ms = self->retry_ms;

  if (!self->local || g_get_monotonic_time () - self->started > KEEN_US)
    self->retry_ms = MIN (2 * self->retry_ms, MAX_RETRY_MS);
  return delay_ms;
}

static void
on_unreachable (GstIceHttpOffer * self, const GError * error)
{
  if (gst_ice_http_error_is_temporary (error))
    try_again (self, next_delay_ms (self), gst_ice_http_error_explain (error,
            self->where, get_tried_ms (self)));
  else
    fail (self, gst_ice_http_error_explain (error, self->where, 0));
}

static void
on_redirect (GstIceHttpOffer * self, SoupMessage * message)
{
  GError *error = NULL;
  GUri *target = gst_ice_http_uri_follow (soup_message_get_uri (message),
      soup_message_headers_get_one (soup_message_get_response_headers (message),
          "Location"), &error);

  if (target != NULL && ++self->n_redirects > MAX_REDIRECTS)
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "%s redirects more than %d times", self->where, MAX_REDIRECTS);

  if (error != NULL) {
    g_clear_pointer (&target, g_uri_unref);
    fail (self, error);
    return;
  }

  g_clear_pointer (&self->target, g_uri_unref);
  self->target = target;
  ask (self);
}

static void
on_status (GstIceHttpOffer * self, SoupMessage * message, GBytes * body)
{
  const guint status = soup_message_get_status (message);

  if (status == SOUP_STATUS_TEMPORARY_REDIRECT ||
      status == SOUP_STATUS_PERMANENT_REDIRECT)
    on_redirect (self, message);
  else if (gst_ice_http_status_is_temporary (status))
    try_again (self, gst_ice_http_get_retry_after (message, BUSY_RETRY_MS),
        gst_ice_http_status_explain (message, body, self->where,
            get_tried_ms (self)));
  else if (self->patient && gst_ice_http_status_is_not_live (status))
    try_again (self, gst_ice_http_get_retry_after (message, NOT_LIVE_RETRY_MS),
        gst_ice_http_status_explain (message, body, self->where,
            get_tried_ms (self)));
  else
    fail (self, gst_ice_http_status_explain (message, body, self->where, 0));
}

/* What WHEP has instead of a refusal (draft-ietf-wish-whep, 4.3.2). */
static gboolean
is_counter_offer (SoupMessage * message)
{
  const gchar *type = soup_message_headers_get_content_type
      (soup_message_get_response_headers (message), NULL);

  return soup_message_get_status (message) == SOUP_STATUS_NOT_ACCEPTABLE &&
      type != NULL && g_ascii_strcasecmp (type, "application/sdp") == 0;
}

static void
on_answer (SoupMessage * message, GBytes * body, const GError * error,
    gpointer user_data)
{
  GstIceHttpOffer *self = user_data;
  const guint status = soup_message_get_status (message);

  g_clear_object (&self->asking);
  gst_ice_timer_clear (&self->last_answer);

  if (error == NULL &&
      (status == SOUP_STATUS_CREATED || status == SOUP_STATUS_OK)) {
    gst_ice_timer_clear (&self->deadline);
    self->events->accepted (message, body, self->owner);
  } else if (error == NULL && is_counter_offer (message)) {
    gst_ice_timer_clear (&self->deadline);
    self->events->countered (message, body, self->owner);
  } else if (self->stopped) {
    GST_DEBUG ("an answer that nobody waits for");
  } else if (error != NULL) {
    on_unreachable (self, error);
  } else {
    on_status (self, message, body);
  }
}

static void
on_wrote_headers (SoupMessage * message, gpointer user_data)
{
  /* The rest may be there before libsoup says that it left. */
  ((GstIceHttpOffer *) user_data)->written = TRUE;
}

static void
on_wrote_body (SoupMessage * message, gpointer user_data)
{
  GstIceHttpOffer *self = user_data;

  if (!self->told_sent)
    gst_ice_event_queue_progress (self->queue, "offer sent");
  self->told_sent = TRUE;
}

/* POSTs the offer. */
static void
ask (GstIceHttpOffer * self)
{
  g_autoptr (SoupMessage) message =
      gst_ice_http_client_request (self->client, "POST",
      self->target != NULL ? self->target : self->uri);

  soup_message_headers_replace (soup_message_get_request_headers (message),
      "Accept", "application/sdp");
  gst_ice_http_client_set_body (message, "application/sdp",
      gst_ice_sdp_write (self->description));
  g_signal_connect (message, "wrote-headers", G_CALLBACK (on_wrote_headers),
      self);
  g_signal_connect (message, "wrote-body", G_CALLBACK (on_wrote_body), self);

  self->written = FALSE;
  self->asked_us = g_get_monotonic_time ();
  self->asking = g_cancellable_new ();
  gst_ice_http_client_send (self->client, message, self->asking, on_answer,
      self);
}

void
gst_ice_http_offer_send (GstIceHttpOffer * self,
    GstIceDescription * description)
{
  const gboolean first = self->description == NULL;

  g_clear_pointer (&self->description, gst_ice_description_unref);
  self->description = gst_ice_description_ref (description);
  if (!first)
    return;

  self->started = g_get_monotonic_time ();
  if (self->timeout_ms > 0)
    self->deadline = gst_ice_timer_new (self->timeout_ms, on_deadline, self);
  ask (self);
}
