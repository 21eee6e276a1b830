/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* PATCHes a caller's candidates and restarts to its session at the peer. */

#include "config.h"

#include "gsticehttptrickle.h"

#include "gsticeerror.h"
#include "gsticehttpfragment.h"
#include "gsticehttperror.h"
#include "gsticelog.h"
#include "gsticetimer.h"
#include "gsticesdp.h"

GST_ICE_LOG_CATEGORY (gst_ice_http_trickle_log, "icehttptrickle",
    "ICE candidates by HTTP");
#define GST_CAT_DEFAULT gst_ice_http_trickle_log ()

/* What goes wrong for so long will not go right soon: checks find candidates
 * that were never told (RFC 8445, 7.3.1.3). */
#define MAX_TRIES 5
#define RETRY_MS 200

/* A restart is wanted when the path is bad, perhaps that of HTTP too: one that is
 * not answered for so long is sent again on another connection. */
#define RESTART_TRY_MS 2500
#define MAX_RESTART_TRIES 20

#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

struct _GstIceHttpTrickle
{
  GstIceHttpClient *client;
  GstIceEventQueue *events;
  gchar *where;

  GUri *resource;               /* NULL until the peer took the offer */
  gchar *etag;                  /* or NULL */

  GstIceDescription *waiting;   /* not sent yet, or NULL */
  GstIceDescription *sending;   /* in the request under way, or NULL */
  GCancellable *cancellable;    /* of that request */
  GSource *retry;               /* or NULL */
  guint n_tries;                /* of what is waiting or being sent */
  gboolean known;               /* the peer has taken a PATCH */
  gboolean stopped;             /* no candidates any more */
  gboolean ended;               /* nor restarts */

  GstIceDescription *restart;   /* not answered yet, or NULL */
  gboolean restart_sent;        /* it is the request under way */
  GSource *restart_timer;       /* gives that request up, or NULL */
};

/* Returns: (transfer full): keeps candidates until it is opened */
GstIceHttpTrickle *
gst_ice_http_trickle_new (GstIceHttpClient * client, GstIceEventQueue * events,
    const gchar * where)
{
  GstIceHttpTrickle *self = g_new0 (GstIceHttpTrickle, 1);

  self->client = client;
  self->events = events;
  self->where = g_strdup (where);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_trickle_free (GstIceHttpTrickle * self)
{
  gst_ice_http_trickle_end (self);
  g_clear_pointer (&self->sending, gst_ice_description_unref);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->resource, g_uri_unref);
  g_free (self->etag);
  g_free (self->where);
  g_free (self);
}

/* The peer takes no candidates; it may still restart. */
static void
stop (GstIceHttpTrickle * self)
{
  self->stopped = TRUE;
  gst_ice_timer_clear (&self->retry);
  g_clear_pointer (&self->waiting, gst_ice_description_unref);
}

void
gst_ice_http_trickle_end (GstIceHttpTrickle * self)
{
  stop (self);
  self->ended = TRUE;
  gst_ice_timer_clear (&self->restart_timer);
  g_clear_pointer (&self->restart, gst_ice_description_unref);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void patch (GstIceHttpTrickle * self);

static gboolean
on_retry (gpointer user_data)
{
  GstIceHttpTrickle *self = user_data;

  gst_ice_timer_clear (&self->retry);
  patch (self);
  return G_SOURCE_REMOVE;
}

/* What was not taken goes again, before what was found since. */
static void
try_again (GstIceHttpTrickle * self, guint delay_ms)
{
  if (++self->n_tries >= MAX_TRIES) {
    GST_WARNING ("the peer takes no candidates; not trickling any more");
    stop (self);
    return;
  }

  if (self->waiting != NULL)
    gst_ice_http_fragment_merge (&self->sending, self->waiting);
  g_clear_pointer (&self->waiting, gst_ice_description_unref);
  self->waiting = g_steal_pointer (&self->sending);
  self->retry = gst_ice_timer_new (delay_ms, on_retry, self);
}

static void
take_etag (GstIceHttpTrickle * self, SoupMessageHeaders * headers)
{
  const gchar *etag = soup_message_headers_get_one (headers, "ETag");

  if (etag == NULL)
    return;
  g_free (self->etag);
  self->etag = g_strdup (etag);
}

/* Returns: (transfer full) (nullable): the fragment that is the answer */
static GstIceDescription *
parse_answer (SoupMessage * message, GBytes * body)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const gchar *type = soup_message_headers_get_content_type (headers, NULL);
  GstIceDescription *fragment;
  g_autoptr (GError) error = NULL;
  const gchar *data;
  gsize size;

  if (g_strcmp0 (type, FRAGMENT_TYPE) != 0)
    return NULL;

  data = g_bytes_get_data (body, &size);
  fragment = gst_ice_sdp_parse_fragment (data, size, &error);
  if (fragment == NULL)
    GST_WARNING ("ignoring the candidates in an answer: %s", error->message);
  return fragment;
}

/* A peer that adds candidates of its own (RFC 9725 has them in restarts only). */
static void
take_answer (GstIceHttpTrickle * self, SoupMessage * message, GBytes * body)
{
  g_autoptr (GstIceDescription) fragment = parse_answer (message, body);

  take_etag (self, soup_message_get_response_headers (message));
  if (fragment != NULL)
    gst_ice_event_queue_trickle (self->events, fragment);
}

static void
on_answer (GstIceHttpTrickle * self, SoupMessage * message, GBytes * body)
{
  const guint status = soup_message_get_status (message);

  if (SOUP_STATUS_IS_SUCCESSFUL (status)) {
    self->n_tries = 0;
    self->known = TRUE;
    take_answer (self, message, body);
  } else if (gst_ice_http_status_is_temporary (status)) {
    try_again (self, gst_ice_http_get_retry_after (message, RETRY_MS));
  } else if (status == SOUP_STATUS_PRECONDITION_FAILED || status == 428) {
    GST_WARNING ("the peer has another session under our ETag (%u); "
        "candidates are lost", status);
  } else {
    GST_INFO ("the peer takes no candidates (%u); not trickling", status);
    stop (self);
  }
}

/* Restart. */

/* @error: (transfer full) */
static void
fail_restart (GstIceHttpTrickle * self, GError * error)
{
  g_clear_pointer (&self->restart, gst_ice_description_unref);
  gst_ice_event_queue_restart_failed (self->events, error);
  g_error_free (error);
}

/* @error: (transfer full): why this try was in vain */
static void
restart_again (GstIceHttpTrickle * self, guint delay_ms, GError * error)
{
  if (++self->n_tries >= MAX_RESTART_TRIES) {
    fail_restart (self, error);
    return;
  }
  GST_DEBUG ("%s; next try in %u ms", error->message, delay_ms);
  g_error_free (error);
  self->retry = gst_ice_timer_new (delay_ms, on_retry, self);
}

/* A server without PATCH may answer 404, too. */
static gboolean
is_gone (const GstIceHttpTrickle * self, guint status)
{
  return status == SOUP_STATUS_GONE ||
      (status == SOUP_STATUS_NOT_FOUND && self->known);
}

static void
on_restart_answer (GstIceHttpTrickle * self, SoupMessage * message,
    GBytes * body)
{
  const guint status = soup_message_get_status (message);
  g_autoptr (GstIceDescription) fragment = NULL;

  if (gst_ice_http_status_is_temporary (status)) {
    restart_again (self, gst_ice_http_get_retry_after (message, RETRY_MS),
        gst_ice_http_status_explain (message, body, self->where, 0));
    return;
  }
  if (is_gone (self, status)) {
    GST_INFO ("%s has ended the session (%u)", self->where, status);
    gst_ice_http_trickle_end (self);
    gst_ice_event_queue_hung_up (self->events);
    return;
  }
  if (!SOUP_STATUS_IS_SUCCESSFUL (status)) {
    fail_restart (self, gst_ice_http_status_explain (message, body, self->where,
            0));
    return;
  }

  fragment = parse_answer (message, body);
  if (fragment == NULL) {
    fail_restart (self, g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
            "%s answers with no credentials of its own", self->where));
    return;
  }
  take_etag (self, soup_message_get_response_headers (message));
  g_clear_pointer (&self->restart, gst_ice_description_unref);
  self->n_tries = 0;
  self->known = TRUE;
  self->stopped = FALSE;
  gst_ice_event_queue_restart (self->events, fragment);
}

/* Of the request that is over; only the last restart's is of interest. */
static void
on_restart_done (GstIceHttpTrickle * self, SoupMessage * message,
    GBytes * body, const GError * error)
{
  gst_ice_timer_clear (&self->restart_timer);
  if (error == NULL)
    on_restart_answer (self, message, body);
  else
    restart_again (self, RETRY_MS, gst_ice_http_error_explain (error,
            self->where, 0));
}

static gboolean
on_restart_late (gpointer user_data)
{
  GstIceHttpTrickle *self = user_data;

  gst_ice_timer_clear (&self->restart_timer);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

void
gst_ice_http_trickle_restart (GstIceHttpTrickle * self,
    GstIceDescription * fragment)
{
  g_autoptr (GError) error = NULL;

  if (self->ended || self->resource == NULL) {
    error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
        "The peer gave no address for restarts");
    gst_ice_event_queue_restart_failed (self->events, error);
    return;
  }

  g_clear_pointer (&self->waiting, gst_ice_description_unref);
  g_clear_pointer (&self->restart, gst_ice_description_unref);
  gst_ice_timer_clear (&self->retry);
  gst_ice_timer_clear (&self->restart_timer);
  self->restart = gst_ice_description_ref (fragment);
  self->restart_sent = FALSE;
  self->n_tries = 0;
  /* Of an older generation: nobody waits for its answer. */
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    patch (self);
}

static void
on_done (SoupMessage * message, GBytes * body, const GError * error,
    gpointer user_data)
{
  GstIceHttpTrickle *self = user_data;

  g_clear_object (&self->cancellable);
  if (self->ended) {
    GST_DEBUG ("an answer that nobody waits for");
  } else if (self->restart != NULL) {
    if (self->restart_sent)
      on_restart_done (self, message, body, error);
    self->restart_sent = FALSE;
  } else if (!self->stopped && error == NULL) {
    on_answer (self, message, body);
  } else if (!self->stopped) {
    GST_DEBUG ("candidates did not reach the peer: %s", error->message);
    try_again (self, RETRY_MS);
  }
  g_clear_pointer (&self->sending, gst_ice_description_unref);
  patch (self);
}

/* Sends what is waiting, if it may be sent now; a restart first. */
static void
patch (GstIceHttpTrickle * self)
{
  const gchar *match = self->restart != NULL ? "*" : self->etag;
  g_autoptr (SoupMessage) message = NULL;

  if (self->ended || self->resource == NULL || self->cancellable != NULL ||
      self->retry != NULL || (self->restart == NULL && self->waiting == NULL))
    return;

  if (self->restart == NULL)
    self->sending = g_steal_pointer (&self->waiting);
  self->restart_sent = self->restart != NULL;
  if (self->restart_sent)
    self->restart_timer = gst_ice_timer_new (RESTART_TRY_MS,
        on_restart_late, self);
  self->cancellable = g_cancellable_new ();
  message = gst_ice_http_client_request (self->client, "PATCH", self->resource);
  if (match != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message),
        "If-Match", match);
  gst_ice_http_client_set_body (message, FRAGMENT_TYPE,
      gst_ice_sdp_write_fragment (self->restart_sent ? self->restart :
          self->sending));
  gst_ice_http_client_send (self->client, message, self->cancellable, on_done,
      self);
}

void
gst_ice_http_trickle_add (GstIceHttpTrickle * self,
    const GstIceDescription * fragment)
{
  if (self->stopped)
    return;
  gst_ice_http_fragment_merge (&self->waiting, fragment);
  patch (self);
}

void
gst_ice_http_trickle_forget (GstIceHttpTrickle * self)
{
  g_clear_pointer (&self->waiting, gst_ice_description_unref);
}

void
gst_ice_http_trickle_open (GstIceHttpTrickle * self, GUri * resource,
    const gchar * etag)
{
  g_clear_pointer (&self->resource, g_uri_unref);
  g_free (self->etag);
  self->resource = g_uri_ref (resource);
  self->etag = g_strdup (etag);
  patch (self);
}
