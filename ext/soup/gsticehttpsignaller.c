/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticehttpsignaller.h"

#include "gsticeerror.h"
#include "gsticeeventqueue.h"
#include "gsticehttpendpoint.h"
#include "gsticehttprefusal.h"
#include "gsticehttptimer.h"
#include "gsticehttptrickle.h"
#include "gsticehttpuri.h"
#include "gsticelog.h"
#include "gsticesdp.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_http_signaller_debug);
#define GST_CAT_DEFAULT gst_ice_http_signaller_debug

#define MAX_REDIRECTS 5

/* A listener on this host is found as soon as it is there, for so long. */
#define MIN_RETRY_MS 20
#define MAX_RETRY_MS 500
#define KEEN_US (2 * 60 * G_USEC_PER_SEC)

/* For an answer that says neither yes nor when to come back. */
#define BUSY_RETRY_MS 200

/* A goodbye takes 1 s at most, the way of the last cancelled request included. */
#define GOODBYE_MS 900

/* How long the answer to an offer is waited for at the end, so that a session
 * that the listener just made is ended too. */
#define LAST_ANSWER_MS 250

struct _GstIceHttpSignaller
{
  GObject parent;

  GUri *uri;                    /* set at construction, as are these */
  gchar *where;                 /* it, for messages */
  gchar *token;                 /* or NULL */
  guint timeout_ms;             /* 0: for ever */
  gboolean local;               /* the listener is on this host */

  GstIceEventQueue *events;     /* NULL before start(), as are these */
  GstIceHttpClient *client;
  GstIceHttpTrickle *trickle;

  GstIceDescription *offer;     /* NULL until send_description() */
  gint64 started;               /* monotonic time, of the first try */
  GSource *deadline;            /* or NULL */
  GSource *retry;               /* or NULL */
  guint retry_ms;               /* the wait before the next try */
  GUri *target;                 /* where redirects led to, or NULL */
  guint n_redirects;
  GCancellable *asking;         /* of the POST under way, or NULL */
  gboolean written;             /* that POST has left */
  GError *trouble;              /* why the last try failed, or NULL */
  gboolean told_sent, told_waiting;

  GUri *resource;               /* the session at the peer, or NULL */
  gboolean over;                /* failed, or hung up */

  gboolean closing;
  GDestroyNotify closed;
  gpointer closed_data;
  GSource *goodbye;             /* gives the goodbye up, or NULL */
  GSource *last_answer;         /* or NULL */
};

static void gst_ice_http_signaller_iface_init (GstIceSignallerInterface *
    iface);

G_DEFINE_TYPE_WITH_CODE (GstIceHttpSignaller, gst_ice_http_signaller,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER,
        gst_ice_http_signaller_iface_init);
    GST_DEBUG_CATEGORY_INIT (gst_ice_http_signaller_debug, "icehttpsignaller",
        0, "ICE caller by HTTP"));

static void ask (GstIceHttpSignaller * self);

static void
gst_ice_http_signaller_finalize (GObject * object)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (object);

  gst_ice_http_timer_clear (&self->deadline);
  gst_ice_http_timer_clear (&self->retry);
  gst_ice_http_timer_clear (&self->goodbye);
  gst_ice_http_timer_clear (&self->last_answer);
  g_clear_pointer (&self->trickle, gst_ice_http_trickle_free);
  g_clear_pointer (&self->client, gst_ice_http_client_free);
  g_clear_pointer (&self->events, gst_ice_event_queue_free);
  g_clear_pointer (&self->offer, gst_ice_description_unref);
  g_clear_pointer (&self->target, g_uri_unref);
  g_clear_pointer (&self->resource, g_uri_unref);
  g_clear_error (&self->trouble);
  g_clear_object (&self->asking);
  g_uri_unref (self->uri);
  g_free (self->where);
  g_free (self->token);

  G_OBJECT_CLASS (gst_ice_http_signaller_parent_class)->finalize (object);
}

static void
gst_ice_http_signaller_class_init (GstIceHttpSignallerClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_http_signaller_finalize;
}

static void
gst_ice_http_signaller_init (GstIceHttpSignaller * self)
{
}

/* Returns: (transfer full): a caller or a listener, not started */
GstIceSignaller *
gst_ice_http_signaller_new (const GstIceConfig * config, GError ** error)
{
  g_autoptr (GUri) uri = gst_ice_http_uri_parse
      (gst_ice_config_get_string (config, "signalling-uri"), error);
  const gchar *token = gst_ice_config_get_string (config, "auth-token");
  const guint timeout_ms = gst_ice_config_get_uint (config, "connect-timeout");
  GstIceHttpSignaller *self;

  if (uri == NULL)
    return NULL;

  for (const gchar * c = token; c != NULL && *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c)) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
          "auth-token has a blank, a control or a non-ASCII character, which "
          "HTTP can not carry");
      return NULL;
    }
  }

  if (*g_uri_get_host (uri) == '\0')
    return gst_ice_http_endpoint_new (uri, token, timeout_ms, error);

  self = g_object_new (GST_TYPE_ICE_HTTP_SIGNALLER, NULL);
  self->uri = g_steal_pointer (&uri);
  self->where = gst_ice_http_uri_to_text (self->uri);
  self->token = g_strdup (token);
  self->timeout_ms = timeout_ms;
  self->local = gst_ice_http_uri_is_local (self->uri);
  return GST_ICE_SIGNALLER (self);
}

/* Ends what goes on about the offer and the candidates, but not a POST that may
 * have made a session at the peer. */
static void
stop (GstIceHttpSignaller * self)
{
  self->over = TRUE;
  gst_ice_http_timer_clear (&self->deadline);
  gst_ice_http_timer_clear (&self->retry);
  gst_ice_http_trickle_stop (self->trickle);
}

/* @error: (transfer full) */
static void
fail (GstIceHttpSignaller * self, GError * error)
{
  stop (self);
  gst_ice_event_queue_failed (self->events, error);
  g_error_free (error);
}

static guint
get_tried_ms (GstIceHttpSignaller * self)
{
  return (g_get_monotonic_time () - self->started + 500) / 1000;
}

static gboolean
on_deadline (gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;
  GError *error;

  gst_ice_http_timer_clear (&self->deadline);
  if (self->asking != NULL && self->written) {
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

  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  fail (self, error);
  return G_SOURCE_REMOVE;
}

static gboolean
on_retry (gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;

  gst_ice_http_timer_clear (&self->retry);
  ask (self);
  return G_SOURCE_REMOVE;
}

/* @trouble: (transfer full): why this try was in vain; the user is told when
 *     there is no time for another */
static void
try_again (GstIceHttpSignaller * self, guint delay_ms, GError * trouble)
{
  GST_DEBUG_OBJECT (self, "%s; next try in %u ms", trouble->message, delay_ms);

  g_clear_error (&self->trouble);
  self->trouble = trouble;
  g_clear_pointer (&self->target, g_uri_unref);
  self->n_redirects = 0;
  self->retry = gst_ice_http_timer_new (delay_ms, on_retry, self);

  if (!self->told_waiting)
    gst_ice_event_queue_progress (self->events, "waiting for %s", self->where);
  self->told_waiting = TRUE;
}

static guint
next_delay_ms (GstIceHttpSignaller * self)
{
  const guint delay_ms = self->retry_ms;

  if (!self->local || g_get_monotonic_time () - self->started > KEEN_US)
    self->retry_ms = MIN (2 * self->retry_ms, MAX_RETRY_MS);
  return delay_ms;
}

static void
on_unreachable (GstIceHttpSignaller * self, const GError * error)
{
  if (gst_ice_http_error_is_temporary (error))
    try_again (self, next_delay_ms (self), gst_ice_http_error_explain (error,
            self->where, get_tried_ms (self)));
  else
    fail (self, gst_ice_http_error_explain (error, self->where, 0));
}

static void
on_redirect (GstIceHttpSignaller * self, SoupMessage * message)
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

/* Remembers what the peer made for us, to end it one day.
 * Returns: (transfer none) (nullable): the session's version */
static const gchar *
take_resource (GstIceHttpSignaller * self, SoupMessage * message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autoptr (GError) error = NULL;

  self->resource = gst_ice_http_uri_follow (soup_message_get_uri (message),
      soup_message_headers_get_one (headers, "Location"), &error);
  if (self->resource == NULL)
    GST_WARNING_OBJECT (self, "no candidates, no goodbye: %s", error->message);
  return soup_message_headers_get_one (headers, "ETag");
}

/* Returns: (transfer full): the answer in @body, or %NULL with @error set */
static GstIceDescription *
parse_answer (GstIceHttpSignaller * self, SoupMessage * message,
    GBytes * body, GError ** error)
{
  const gchar *type = soup_message_headers_get_content_type
      (soup_message_get_response_headers (message), NULL);
  GstIceDescription *answer;
  const gchar *data;
  gsize size;

  if (type == NULL || g_ascii_strcasecmp (type, "application/sdp") != 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "%s answers the offer with %.80s instead of application/sdp. Is the "
        "path right?", self->where, type != NULL ? type : "nothing");
    return NULL;
  }

  data = g_bytes_get_data (body, &size);
  answer = gst_ice_sdp_parse (data != NULL ? data : "", size,
      GST_ICE_DESCRIPTION_ANSWER, error);
  g_prefix_error (error, "The answer of %s is no good: ", self->where);
  return answer;
}

static void
on_accepted (GstIceHttpSignaller * self, SoupMessage * message, GBytes * body)
{
  const gchar *etag = take_resource (self, message);
  g_autoptr (GstIceDescription) answer = NULL;
  GError *error = NULL;

  answer = parse_answer (self, message, body, &error);
  if (answer == NULL) {
    fail (self, error);
    return;
  }

  GST_INFO_OBJECT (self, "%s answered", self->where);
  gst_ice_http_timer_clear (&self->deadline);
  gst_ice_event_queue_description (self->events, answer);
  if (self->resource != NULL)
    gst_ice_http_trickle_open (self->trickle, self->resource, etag);
  else
    gst_ice_http_trickle_stop (self->trickle);
}

static void
on_status (GstIceHttpSignaller * self, SoupMessage * message, GBytes * body)
{
  const guint status = soup_message_get_status (message);

  if (status == SOUP_STATUS_CREATED || status == SOUP_STATUS_OK)
    on_accepted (self, message, body);
  else if (status == SOUP_STATUS_TEMPORARY_REDIRECT ||
      status == SOUP_STATUS_PERMANENT_REDIRECT)
    on_redirect (self, message);
  else if (gst_ice_http_status_is_temporary (status))
    try_again (self, gst_ice_http_get_retry_after (message, BUSY_RETRY_MS),
        gst_ice_http_status_explain (message, body, self->where,
            get_tried_ms (self)));
  else
    fail (self, gst_ice_http_status_explain (message, body, self->where, 0));
}

static void say_goodbye (GstIceHttpSignaller * self);

static void
on_answer (SoupMessage * message, GBytes * body, const GError * error,
    gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;

  g_clear_object (&self->asking);
  gst_ice_http_timer_clear (&self->last_answer);

  if (self->over) {
    /* Nobody wants the answer any more, and the peer has to know. */
    if (error == NULL && soup_message_get_status (message) ==
        SOUP_STATUS_CREATED) {
      take_resource (self, message);
      say_goodbye (self);
    }
  } else if (error != NULL) {
    on_unreachable (self, error);
  } else {
    on_status (self, message, body);
  }
}

static void
on_wrote_body (SoupMessage * message, gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;

  self->written = TRUE;
  if (!self->told_sent)
    gst_ice_event_queue_progress (self->events, "offer sent");
  self->told_sent = TRUE;
}

/* POSTs the offer. */
static void
ask (GstIceHttpSignaller * self)
{
  g_autoptr (SoupMessage) message =
      gst_ice_http_client_request (self->client, "POST",
      self->target != NULL ? self->target : self->uri);

  soup_message_headers_replace (soup_message_get_request_headers (message),
      "Accept", "application/sdp");
  gst_ice_http_client_set_body (message, "application/sdp",
      gst_ice_sdp_write (self->offer));
  g_signal_connect (message, "wrote-body", G_CALLBACK (on_wrote_body), self);

  self->written = FALSE;
  self->asking = g_cancellable_new ();
  gst_ice_http_client_send (self->client, message, self->asking, on_answer,
      self);
}

static void
on_goodbye (SoupMessage * message, GBytes * body, const GError * error,
    gpointer user_data)
{
  GST_DEBUG_OBJECT (user_data, "goodbye: %s", error != NULL ? error->message :
      soup_message_get_reason_phrase (message));
}

/* Once: the peer forgets the session with it. */
static void
say_goodbye (GstIceHttpSignaller * self)
{
  g_autoptr (GUri) resource = g_steal_pointer (&self->resource);
  g_autoptr (SoupMessage) message = NULL;

  if (resource == NULL)
    return;
  message = gst_ice_http_client_request (self->client, "DELETE", resource);
  gst_ice_http_client_send (self->client, message, NULL, on_goodbye, self);
}

static gboolean
on_last_answer (gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;

  gst_ice_http_timer_clear (&self->last_answer);
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  return G_SOURCE_REMOVE;
}

static gboolean
on_goodbye_late (gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;

  gst_ice_http_timer_clear (&self->goodbye);
  gst_ice_http_client_abort (self->client);
  return G_SOURCE_REMOVE;
}

static void
leave (GstIceHttpSignaller * self)
{
  stop (self);
  if (self->asking != NULL && !self->written)
    g_cancellable_cancel (self->asking);
  else if (self->asking != NULL && self->last_answer == NULL)
    self->last_answer = gst_ice_http_timer_new (LAST_ANSWER_MS, on_last_answer,
        self);
  say_goodbye (self);
}

static gboolean
on_finished (gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;
  const GDestroyNotify closed = g_steal_pointer (&self->closed);

  gst_ice_http_timer_clear (&self->goodbye);
  g_clear_pointer (&self->trickle, gst_ice_http_trickle_free);
  g_clear_pointer (&self->client, gst_ice_http_client_free);
  if (closed != NULL)
    closed (self->closed_data);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

static void
finish_if_idle (GObject * object)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (object);

  if (!self->closing || !gst_ice_http_client_is_idle (self->client))
    return;

  gst_ice_http_timer_clear (&self->goodbye);
  self->goodbye = gst_ice_http_timer_new (0, on_finished, self);
}

/* GstIceSignaller */

static gboolean
gst_ice_http_signaller_start (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);

  GST_INFO_OBJECT (self, "calling %s, token %s", self->where,
      GST_ICE_HIDDEN (self->token));
  self->retry_ms = MIN_RETRY_MS;
  self->events = gst_ice_event_queue_new (signaller, events, user_data);
  self->client = gst_ice_http_client_new (G_OBJECT (self), self->uri,
      self->token, finish_if_idle);
  self->trickle = gst_ice_http_trickle_new (self->client, self->events);
  return TRUE;
}

static gboolean
gst_ice_http_signaller_is_caller (GstIceSignaller * signaller)
{
  return TRUE;
}

static void
gst_ice_http_signaller_send_description (GstIceSignaller * signaller,
    GstIceDescription * description)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);
  const gboolean first = self->offer == NULL;

  if (self->over)
    return;

  g_clear_pointer (&self->offer, gst_ice_description_unref);
  self->offer = gst_ice_description_ref (description);
  if (!first) {
    /* A try that is still to come takes the newer offer. */
    GST_DEBUG_OBJECT (self, "another offer");
    return;
  }

  self->started = g_get_monotonic_time ();
  if (self->timeout_ms > 0)
    self->deadline = gst_ice_http_timer_new (self->timeout_ms, on_deadline,
        self);
  ask (self);
}

static void
gst_ice_http_signaller_send_trickle (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  gst_ice_http_trickle_add (GST_ICE_HTTP_SIGNALLER (signaller)->trickle,
      fragment);
}

static void
gst_ice_http_signaller_reject (GstIceSignaller * signaller,
    const GError * reason)
{
  /* A caller gets no offers. */
  GST_WARNING_OBJECT (signaller, "nothing to reject: %s", reason->message);
}

static void
gst_ice_http_signaller_hang_up (GstIceSignaller * signaller)
{
  leave (GST_ICE_HTTP_SIGNALLER (signaller));
}

static void
gst_ice_http_signaller_close (GstIceSignaller * signaller,
    GDestroyNotify closed, gpointer user_data)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);

  g_return_if_fail (!self->closing);

  self->closing = TRUE;
  self->closed = closed;
  self->closed_data = user_data;
  g_object_ref (self);
  if (self->client == NULL) {
    self->goodbye = gst_ice_http_timer_new (0, on_finished, self);
    return;
  }

  gst_ice_event_queue_stop (self->events);
  leave (self);
  self->goodbye = gst_ice_http_timer_new (GOODBYE_MS, on_goodbye_late, self);
  finish_if_idle (G_OBJECT (self));
}

static void
gst_ice_http_signaller_iface_init (GstIceSignallerInterface * iface)
{
  iface->start = gst_ice_http_signaller_start;
  iface->is_caller = gst_ice_http_signaller_is_caller;
  iface->send_description = gst_ice_http_signaller_send_description;
  iface->send_trickle = gst_ice_http_signaller_send_trickle;
  iface->reject = gst_ice_http_signaller_reject;
  iface->hang_up = gst_ice_http_signaller_hang_up;
  iface->close = gst_ice_http_signaller_close;
}
