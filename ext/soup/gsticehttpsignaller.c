/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The caller: offers by POST, trickles by PATCH and leaves by DELETE (WHIP and WHEP). */

#include "config.h"

#include "gsticehttpsignaller.h"

#include "gsticeerror.h"
#include "gsticeeventqueue.h"
#include "gsticehttpcounteroffer.h"
#include "gsticehttpendpoint.h"
#include "gsticehttplink.h"
#include "gsticehttpoffer.h"
#include "gsticetimer.h"
#include "gsticehttptrickle.h"
#include "gsticehttpuri.h"
#include "gsticelog.h"
#include "gsticesdp.h"
#include "gsticetlstrust.h"
#include "gsticetoken.h"

GST_ICE_LOG_CATEGORY (gst_ice_http_signaller_log, "icehttpsignaller",
    "ICE caller by HTTP");
#define GST_CAT_DEFAULT gst_ice_http_signaller_log ()

/* A goodbye takes 1 s at most, the way of the last cancelled request included. */
#define GOODBYE_MS 900

struct _GstIceHttpSignaller
{
  GObject parent;

  GUri *uri;                    /* set at construction, as are these */
  gchar *where;                 /* it, for messages */
  gchar *token;                 /* or NULL */
  GTlsDatabase *trust;          /* NULL: the system's */
  guint timeout_ms;             /* 0: for ever */
  gboolean has_keys;            /* descriptions have keys in them */
  GstIceDirection direction;    /* set before start() */

  GstIceEventQueue *events;     /* NULL before start(), as are these */
  GstIceHttpClient *client;
  GstIceHttpOffer *offer;
  GstIceHttpTrickle *trickle;
  GstIceHttpCounterOffer *counter;      /* the peer made the offer that counts; or NULL */

  GUri *resource;               /* the session at the peer, or NULL */
  gboolean over;                /* failed, or hung up */

  gboolean closing;
  GDestroyNotify closed;
  gpointer closed_data;
  GSource *goodbye;             /* gives the goodbye up, or NULL */
};

static void gst_ice_http_signaller_iface_init (GstIceSignallerInterface *
    iface);

G_DEFINE_TYPE_WITH_CODE (GstIceHttpSignaller, gst_ice_http_signaller,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER,
        gst_ice_http_signaller_iface_init));

static void
gst_ice_http_signaller_finalize (GObject * object)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (object);

  gst_ice_timer_clear (&self->goodbye);
  g_clear_pointer (&self->offer, gst_ice_http_offer_free);
  g_clear_pointer (&self->counter, gst_ice_http_counter_offer_free);
  g_clear_pointer (&self->trickle, gst_ice_http_trickle_free);
  g_clear_pointer (&self->client, gst_ice_http_client_free);
  g_clear_pointer (&self->events, gst_ice_event_queue_free);
  g_clear_pointer (&self->resource, g_uri_unref);
  g_uri_unref (self->uri);
  g_free (self->where);
  g_free (self->token);
  g_clear_object (&self->trust);

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
  g_autofree gchar *token = NULL;
  g_autoptr (GTlsDatabase) trust = NULL;
  GstIceHttpSignaller *self;

  if (uri == NULL)
    return NULL;
  if (gst_ice_http_uri_listens (uri))
    return gst_ice_http_endpoint_new (uri, config, error);
  if (!gst_ice_token_read (config, &token, error) ||
      !gst_ice_http_uri_check_keys (uri, config, error) ||
      !gst_ice_tls_trust_open (config, &trust, error))
    return NULL;

  self = g_object_new (GST_TYPE_ICE_HTTP_SIGNALLER, NULL);
  self->uri = g_steal_pointer (&uri);
  self->where = gst_ice_http_uri_to_text (self->uri);
  self->token = g_steal_pointer (&token);
  self->trust = g_steal_pointer (&trust);
  self->timeout_ms = gst_ice_config_get_uint (config, "connect-timeout");
  self->has_keys = gst_ice_config_get_enum (config, "encryption") ==
      GST_ICE_ENCRYPTION_SDES;
  return GST_ICE_SIGNALLER (self);
}

static void
stop (GstIceHttpSignaller * self)
{
  self->over = TRUE;
  gst_ice_http_offer_stop (self->offer);
  if (self->counter != NULL)
    gst_ice_http_counter_offer_stop (self->counter);
  gst_ice_http_trickle_end (self->trickle);
}

static void
on_failed (const GError * error, GObject * owner)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (owner);

  stop (self);
  gst_ice_event_queue_failed (self->events, error);
}

/* Tells the session of the STUN and TURN servers that the peer names. */
static void
take_servers (GstIceHttpSignaller * self, SoupMessage * message)
{
  g_autoptr (GPtrArray) servers = gst_ice_http_links_read
      (soup_message_get_response_headers (message));

  for (guint i = 0; i < servers->len; i++)
    gst_ice_event_queue_server (self->events, g_ptr_array_index (servers, i));
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

/* @expected: offer or answer
 * Returns: (transfer full): what @body has, or %NULL with @error set */
static GstIceDescription *
parse_description (GstIceHttpSignaller * self, SoupMessage * message,
    GBytes * body, GstIceDescriptionType expected, GError ** error)
{
  const gchar *type = soup_message_headers_get_content_type
      (soup_message_get_response_headers (message), NULL);
  GstIceDescription *description;
  const gchar *data;
  gsize size;

  if (type == NULL || g_ascii_strcasecmp (type, "application/sdp") != 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "%s answers the offer with %.80s instead of application/sdp. Is the "
        "path right?", self->where, type != NULL ? type : "nothing");
    return NULL;
  }

  data = g_bytes_get_data (body, &size);
  description = gst_ice_sdp_parse (data != NULL ? data : "", size, expected,
      error);
  g_prefix_error (error, "The %s of %s is no good: ",
      expected == GST_ICE_DESCRIPTION_OFFER ? "offer" : "answer", self->where);
  return description;
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

static void
on_accepted (SoupMessage * message, GBytes * body, GObject * owner)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (owner);
  const gchar *etag = take_resource (self, message);
  g_autoptr (GstIceDescription) answer = NULL;
  g_autoptr (GError) error = NULL;

  /* Nobody wants the answer any more, and the peer has to know. */
  if (self->over) {
    say_goodbye (self);
    return;
  }

  answer = parse_description (self, message, body, GST_ICE_DESCRIPTION_ANSWER,
      &error);
  if (answer == NULL) {
    on_failed (error, owner);
    return;
  }

  GST_INFO_OBJECT (self, "%s answered", self->where);
  take_servers (self, message);
  gst_ice_event_queue_description (self->events, answer);
  if (self->resource != NULL)
    gst_ice_http_trickle_open (self->trickle, self->resource, etag);
  else
    gst_ice_http_trickle_end (self->trickle);
}

static void
on_answer_taken (const gchar * etag, GObject * owner)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (owner);

  GST_INFO_OBJECT (self, "%s took the answer", self->where);
  gst_ice_http_trickle_open (self->trickle, self->resource, etag);
}

static const GstIceHttpCounterOfferEvents counter_events = {
  on_answer_taken, on_failed
};

/* The peer would rather offer itself: what we offered does not count any more. */
static void
on_countered (SoupMessage * message, GBytes * body, GObject * owner)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (owner);
  const gchar *etag = take_resource (self, message);
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GError) error = NULL;

  if (self->over) {
    say_goodbye (self);
    return;
  }

  if (self->resource == NULL)
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "%s has an offer of its own (406) but no Location to answer it at",
        self->where);
  else
    offer = parse_description (self, message, body, GST_ICE_DESCRIPTION_OFFER,
        &error);
  if (offer == NULL) {
    on_failed (error, owner);
    return;
  }

  GST_INFO_OBJECT (self, "%s has an offer of its own", self->where);
  gst_ice_event_queue_progress (self->events, "%s has an offer of its own",
      self->where);
  self->counter =
      gst_ice_http_counter_offer_new (self->client, self->resource, etag,
      self->where, self->timeout_ms, &counter_events, owner);
  take_servers (self, message);
  gst_ice_event_queue_description (self->events, offer);
}

static const GstIceHttpOfferEvents offer_events = {
  on_accepted, on_countered, on_failed
};

static gboolean
on_goodbye_late (gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;

  gst_ice_timer_clear (&self->goodbye);
  gst_ice_http_client_abort (self->client);
  return G_SOURCE_REMOVE;
}

static void
leave (GstIceHttpSignaller * self)
{
  stop (self);
  say_goodbye (self);
}

static gboolean
on_finished (gpointer user_data)
{
  GstIceHttpSignaller *self = user_data;
  const GDestroyNotify closed = g_steal_pointer (&self->closed);

  gst_ice_timer_clear (&self->goodbye);
  g_clear_pointer (&self->offer, gst_ice_http_offer_free);
  g_clear_pointer (&self->counter, gst_ice_http_counter_offer_free);
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

  gst_ice_timer_clear (&self->goodbye);
  self->goodbye = gst_ice_timer_new (0, on_finished, self);
}

/* GstIceSignaller */

static void
gst_ice_http_signaller_set_direction (GstIceSignaller * signaller,
    GstIceDirection direction)
{
  GST_ICE_HTTP_SIGNALLER (signaller)->direction = direction;
}

static gboolean
gst_ice_http_signaller_start (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);

  GST_INFO_OBJECT (self, "calling %s, token %s", self->where,
      GST_ICE_HIDDEN (self->token));
  self->events = gst_ice_event_queue_new (signaller, events, user_data);
  self->client = gst_ice_http_client_new (G_OBJECT (self), self->uri,
      self->token, self->trust, finish_if_idle);
  if (self->has_keys)
    gst_ice_http_client_set_has_keys (self->client);
  self->offer = gst_ice_http_offer_new (self->client, self->events, self->uri,
      self->timeout_ms, &offer_events, G_OBJECT (self));
  if (self->direction == GST_ICE_DIRECTION_RECVONLY)
    gst_ice_http_offer_set_patient (self->offer);
  self->trickle = gst_ice_http_trickle_new (self->client, self->events,
      self->where);
  return TRUE;
}

static gboolean
gst_ice_http_signaller_is_caller (GstIceSignaller * signaller)
{
  return GST_ICE_HTTP_SIGNALLER (signaller)->counter == NULL;
}

static gboolean
gst_ice_http_signaller_awaits_peers (GstIceSignaller * signaller)
{
  return FALSE;
}

static gboolean
gst_ice_http_signaller_can_trickle_answer (GstIceSignaller * signaller)
{
  return TRUE;
}

static void
gst_ice_http_signaller_send_description (GstIceSignaller * signaller,
    GstIceDescription * description)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);

  if (self->over)
    return;

  if (self->counter == NULL) {
    gst_ice_http_offer_send (self->offer, description);
  } else {
    /* Candidates that belonged to our offer. */
    gst_ice_http_trickle_forget (self->trickle);
    gst_ice_http_counter_offer_answer (self->counter, description);
  }
}

static void
gst_ice_http_signaller_send_trickle (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);

  if (!self->over)
    gst_ice_http_trickle_add (self->trickle, fragment);
}

static gboolean
gst_ice_http_signaller_can_restart (GstIceSignaller * signaller)
{
  return TRUE;
}

static void
gst_ice_http_signaller_send_restart (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);

  if (!self->over)
    gst_ice_http_trickle_restart (self->trickle, fragment);
}

static void
gst_ice_http_signaller_reject (GstIceSignaller * signaller,
    const GError * reason)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);

  /* Only an offer instead of an answer, which there is no other to try for. */
  if (self->counter == NULL || self->over)
    return;
  leave (self);
  gst_ice_event_queue_failed (self->events, reason);
}

static void
gst_ice_http_signaller_hang_up (GstIceSignaller * signaller)
{
  GstIceHttpSignaller *self = GST_ICE_HTTP_SIGNALLER (signaller);

  if (self->client != NULL)
    leave (self);
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
    self->goodbye = gst_ice_timer_new (0, on_finished, self);
    return;
  }

  gst_ice_event_queue_stop (self->events);
  leave (self);
  self->goodbye = gst_ice_timer_new_patient (GOODBYE_MS, on_goodbye_late, self);
  finish_if_idle (G_OBJECT (self));
}

static void
gst_ice_http_signaller_iface_init (GstIceSignallerInterface * iface)
{
  iface->set_direction = gst_ice_http_signaller_set_direction;
  iface->start = gst_ice_http_signaller_start;
  iface->is_caller = gst_ice_http_signaller_is_caller;
  iface->awaits_peers = gst_ice_http_signaller_awaits_peers;
  iface->can_trickle_answer = gst_ice_http_signaller_can_trickle_answer;
  iface->send_description = gst_ice_http_signaller_send_description;
  iface->send_trickle = gst_ice_http_signaller_send_trickle;
  iface->can_restart = gst_ice_http_signaller_can_restart;
  iface->send_restart = gst_ice_http_signaller_send_restart;
  iface->reject = gst_ice_http_signaller_reject;
  iface->hang_up = gst_ice_http_signaller_hang_up;
  iface->close = gst_ice_http_signaller_close;
}
