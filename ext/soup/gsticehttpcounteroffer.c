/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sends the answer to an offer that a WHEP server made instead of answering ours. */

#include "config.h"

#include "gsticehttpcounteroffer.h"

#include "gsticeerror.h"
#include "gsticehttperror.h"
#include "gsticetimer.h"
#include "gsticesdp.h"

/* An offer lives so long if the peer does not say otherwise. What it says is a date,
 * for which two clocks had to agree: a peer that has forgotten its offer refuses the
 * answer. */
#define MAX_LIFE_MS 30000

#define RETRY_MS 200

struct _GstIceHttpCounterOffer
{
  GstIceHttpClient *client;
  GUri *resource;
  gchar *etag;                  /* or NULL */
  gchar *where;
  guint timeout_ms;
  const GstIceHttpCounterOfferEvents *events;
  GObject *owner;               /* not a reference: it owns this */

  GstIceDescription *answer;    /* NULL before it is sent */
  GCancellable *sending;        /* of the PATCH under way, or NULL */
  GSource *deadline;            /* or NULL */
  GSource *retry;               /* or NULL */
  GError *trouble;              /* why the last try failed, or NULL */
  gboolean stopped;
};

/* Returns: (transfer full): of which nothing is sent yet */
GstIceHttpCounterOffer *
gst_ice_http_counter_offer_new (GstIceHttpClient * client, GUri * resource,
    const gchar * etag, const gchar * where, guint timeout_ms,
    const GstIceHttpCounterOfferEvents * events, GObject * owner)
{
  GstIceHttpCounterOffer *self = g_new0 (GstIceHttpCounterOffer, 1);

  self->client = client;
  self->resource = g_uri_ref (resource);
  self->etag = g_strdup (etag);
  self->where = g_strdup (where);
  self->timeout_ms = timeout_ms > 0 ? MIN (timeout_ms, MAX_LIFE_MS) :
      MAX_LIFE_MS;
  self->events = events;
  self->owner = owner;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_counter_offer_free (GstIceHttpCounterOffer * self)
{
  gst_ice_http_counter_offer_stop (self);
  g_clear_object (&self->sending);
  g_clear_pointer (&self->answer, gst_ice_description_unref);
  g_clear_error (&self->trouble);
  g_uri_unref (self->resource);
  g_free (self->etag);
  g_free (self->where);
  g_free (self);
}

void
gst_ice_http_counter_offer_stop (GstIceHttpCounterOffer * self)
{
  self->stopped = TRUE;
  gst_ice_timer_clear (&self->deadline);
  gst_ice_timer_clear (&self->retry);
  if (self->sending != NULL)
    g_cancellable_cancel (self->sending);
}

/* @error: (transfer full) */
static void
fail (GstIceHttpCounterOffer * self, GError * error)
{
  g_autoptr (GError) failure = error;

  g_prefix_error (&failure, "The answer to an offer of its own: ");
  gst_ice_http_counter_offer_stop (self);
  self->events->failed (failure, self->owner);
}

static gboolean
on_deadline (gpointer user_data)
{
  GstIceHttpCounterOffer *self = user_data;
  GError *error = g_steal_pointer (&self->trouble);

  gst_ice_timer_clear (&self->deadline);
  if (error == NULL)
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
        "%s did not take it within %g s", self->where,
        self->timeout_ms / 1000.0);
  fail (self, error);
  return G_SOURCE_REMOVE;
}

static void patch (GstIceHttpCounterOffer * self);

static gboolean
on_retry (gpointer user_data)
{
  GstIceHttpCounterOffer *self = user_data;

  gst_ice_timer_clear (&self->retry);
  patch (self);
  return G_SOURCE_REMOVE;
}

/* @trouble: (transfer full): why this try was in vain */
static void
try_again (GstIceHttpCounterOffer * self, guint delay_ms, GError * trouble)
{
  g_clear_error (&self->trouble);
  self->trouble = trouble;
  self->retry = gst_ice_timer_new (delay_ms, on_retry, self);
}

static void
on_taken (GstIceHttpCounterOffer * self, SoupMessage * message)
{
  const gchar *etag = soup_message_headers_get_one
      (soup_message_get_response_headers (message), "ETag");

  gst_ice_http_counter_offer_stop (self);
  self->events->taken (etag != NULL ? etag : self->etag, self->owner);
}

static void
on_unreachable (GstIceHttpCounterOffer * self, const GError * error)
{
  GError *trouble = gst_ice_http_error_explain (error, self->where, 0);

  if (gst_ice_http_error_is_temporary (error))
    try_again (self, RETRY_MS, trouble);
  else
    fail (self, trouble);
}

static void
on_done (SoupMessage * message, GBytes * body, const GError * error,
    gpointer user_data)
{
  GstIceHttpCounterOffer *self = user_data;
  const guint status = soup_message_get_status (message);

  g_clear_object (&self->sending);
  if (self->stopped)
    return;

  if (error != NULL)
    on_unreachable (self, error);
  else if (SOUP_STATUS_IS_SUCCESSFUL (status))
    on_taken (self, message);
  else if (gst_ice_http_status_is_temporary (status))
    try_again (self, gst_ice_http_get_retry_after (message, RETRY_MS),
        gst_ice_http_status_explain (message, body, self->where, 0));
  else
    fail (self, gst_ice_http_status_explain (message, body, self->where, 0));
}

static void
patch (GstIceHttpCounterOffer * self)
{
  g_autoptr (SoupMessage) message = gst_ice_http_client_request (self->client,
      "PATCH", self->resource);

  if (self->etag != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message),
        "If-Match", self->etag);
  gst_ice_http_client_set_body (message, "application/sdp",
      gst_ice_sdp_write (self->answer));
  self->sending = g_cancellable_new ();
  gst_ice_http_client_send (self->client, message, self->sending, on_done,
      self);
}

void
gst_ice_http_counter_offer_answer (GstIceHttpCounterOffer * self,
    GstIceDescription * answer)
{
  g_return_if_fail (self->answer == NULL);

  if (self->stopped)
    return;
  self->answer = gst_ice_description_ref (answer);
  self->deadline = gst_ice_timer_new (self->timeout_ms, on_deadline, self);
  patch (self);
}
