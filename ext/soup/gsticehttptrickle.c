/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticehttptrickle.h"

#include "gsticehttpfragment.h"
#include "gsticehttprefusal.h"
#include "gsticehttptimer.h"
#include "gsticesdp.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_http_trickle_debug);
#define GST_CAT_DEFAULT gst_ice_http_trickle_debug

/* What goes wrong for so long will not go right soon: checks find candidates
 * that were never told (RFC 8445, 7.3.1.3). */
#define MAX_TRIES 5
#define RETRY_MS 200

#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

struct _GstIceHttpTrickle
{
  GstIceHttpClient *client;
  GstIceEventQueue *events;

  GUri *resource;               /* NULL until the peer took the offer */
  gchar *etag;                  /* or NULL */

  GstIceDescription *waiting;   /* not sent yet, or NULL */
  GstIceDescription *sending;   /* in the request under way, or NULL */
  GCancellable *cancellable;    /* of that request */
  GSource *retry;               /* or NULL */
  guint n_tries;                /* of what is waiting or being sent */
  gboolean stopped;
};

static void
init_log (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_http_trickle_debug, "icehttptrickle", 0,
        "ICE candidates by HTTP");
    g_once_init_leave (&done, 1);
  }
}

/* Returns: (transfer full): keeps candidates until it is opened */
GstIceHttpTrickle *
gst_ice_http_trickle_new (GstIceHttpClient * client, GstIceEventQueue * events)
{
  GstIceHttpTrickle *self = g_new0 (GstIceHttpTrickle, 1);

  init_log ();
  self->client = client;
  self->events = events;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_trickle_free (GstIceHttpTrickle * self)
{
  gst_ice_http_trickle_stop (self);
  g_clear_pointer (&self->sending, gst_ice_description_unref);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->resource, g_uri_unref);
  g_free (self->etag);
  g_free (self);
}

void
gst_ice_http_trickle_stop (GstIceHttpTrickle * self)
{
  self->stopped = TRUE;
  gst_ice_http_timer_clear (&self->retry);
  g_clear_pointer (&self->waiting, gst_ice_description_unref);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void patch (GstIceHttpTrickle * self);

static gboolean
on_retry (gpointer user_data)
{
  GstIceHttpTrickle *self = user_data;

  gst_ice_http_timer_clear (&self->retry);
  patch (self);
  return G_SOURCE_REMOVE;
}

/* What was not taken goes again, before what was found since. */
static void
try_again (GstIceHttpTrickle * self, guint delay_ms)
{
  if (++self->n_tries >= MAX_TRIES) {
    GST_WARNING ("the peer takes no candidates; not trickling any more");
    gst_ice_http_trickle_stop (self);
    return;
  }

  if (self->waiting != NULL)
    gst_ice_http_fragment_merge (&self->sending, self->waiting);
  g_clear_pointer (&self->waiting, gst_ice_description_unref);
  self->waiting = g_steal_pointer (&self->sending);
  self->retry = gst_ice_http_timer_new (delay_ms, on_retry, self);
}

/* A peer that adds candidates of its own (RFC 9725 has them in restarts only). */
static void
take_answer (GstIceHttpTrickle * self, SoupMessage * message, GBytes * body)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const gchar *type = soup_message_headers_get_content_type (headers, NULL);
  const gchar *etag = soup_message_headers_get_one (headers, "ETag");
  g_autoptr (GstIceDescription) fragment = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *data;
  gsize size;

  if (etag != NULL) {
    g_free (self->etag);
    self->etag = g_strdup (etag);
  }
  if (g_strcmp0 (type, FRAGMENT_TYPE) != 0)
    return;

  data = g_bytes_get_data (body, &size);
  fragment = gst_ice_sdp_parse_fragment (data, size, &error);
  if (fragment != NULL)
    gst_ice_event_queue_trickle (self->events, fragment);
  else
    GST_WARNING ("ignoring the candidates in an answer: %s", error->message);
}

static void
on_answer (GstIceHttpTrickle * self, SoupMessage * message, GBytes * body)
{
  const guint status = soup_message_get_status (message);

  if (SOUP_STATUS_IS_SUCCESSFUL (status)) {
    self->n_tries = 0;
    take_answer (self, message, body);
  } else if (gst_ice_http_status_is_temporary (status)) {
    try_again (self, gst_ice_http_get_retry_after (message, RETRY_MS));
  } else if (status == SOUP_STATUS_PRECONDITION_FAILED || status == 428) {
    GST_WARNING ("the peer has another session under our ETag (%u); "
        "candidates are lost", status);
  } else {
    GST_INFO ("the peer takes no candidates (%u); not trickling", status);
    gst_ice_http_trickle_stop (self);
  }
}

static void
on_done (SoupMessage * message, GBytes * body, const GError * error,
    gpointer user_data)
{
  GstIceHttpTrickle *self = user_data;

  g_clear_object (&self->cancellable);
  if (!self->stopped && error == NULL) {
    on_answer (self, message, body);
  } else if (!self->stopped) {
    GST_DEBUG ("candidates did not reach the peer: %s", error->message);
    try_again (self, RETRY_MS);
  }
  g_clear_pointer (&self->sending, gst_ice_description_unref);
  patch (self);
}

/* Sends what is waiting, if it may be sent now. */
static void
patch (GstIceHttpTrickle * self)
{
  g_autoptr (SoupMessage) message = NULL;

  if (self->stopped || self->resource == NULL || self->waiting == NULL ||
      self->cancellable != NULL || self->retry != NULL)
    return;

  self->sending = g_steal_pointer (&self->waiting);
  self->cancellable = g_cancellable_new ();
  message = gst_ice_http_client_request (self->client, "PATCH", self->resource);
  if (self->etag != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message),
        "If-Match", self->etag);
  gst_ice_http_client_set_body (message, FRAGMENT_TYPE,
      gst_ice_sdp_write_fragment (self->sending));
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
gst_ice_http_trickle_open (GstIceHttpTrickle * self, GUri * resource,
    const gchar * etag)
{
  g_clear_pointer (&self->resource, g_uri_unref);
  g_free (self->etag);
  self->resource = g_uri_ref (resource);
  self->etag = g_strdup (etag);
  patch (self);
}
