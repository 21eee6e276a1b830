/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticehttpendpoint.h"

#include "gsticeerror.h"
#include "gsticeeventqueue.h"
#include "gsticehttpfragment.h"
#include "gsticehttpserver.h"
#include "gsticehttptimer.h"
#include "gsticelog.h"
#include "gsticesdp.h"

#include <unistd.h>

GST_DEBUG_CATEGORY_STATIC (gst_ice_http_endpoint_debug);
#define GST_CAT_DEFAULT gst_ice_http_endpoint_debug

#define OFFER_TYPE "application/sdp"
#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

#define DEFAULT_ANSWER_MS 60000

/* Requests by strangers, who do not know the session's name. */
#define MAX_BURST 100
#define REQUESTS_PER_SECOND 50

/* Bytes nobody can guess. */
#define SECRET_BYTES 16

struct _GstIceHttpEndpoint
{
  GObject parent;

  guint port;                   /* set at construction, as are these */
  gchar *path;                  /* not escaped; begins with a slash */
  gchar *token;                 /* or NULL */
  guint answer_ms;

  GstIceEventQueue *events;     /* NULL before start(), as is this */
  GstIceHttpServer *server;

  GstIceDescription *offer;     /* of the peer that is calling, or in a call */
  SoupServerMessage *pending;   /* its POST until it is answered, or NULL */
  GSource *answer_timer;        /* or NULL */
  gchar *session;               /* path of the running session, or NULL */
  gchar *etag;                  /* its version */

  gdouble n_allowed;            /* requests by strangers, now */
  gint64 counted;               /* monotonic time, when n_allowed was so */

  gboolean closing;
  GDestroyNotify closed;
  gpointer closed_data;
  GSource *closed_source;       /* or NULL */
};

static void gst_ice_http_endpoint_iface_init (GstIceSignallerInterface * iface);

G_DEFINE_TYPE_WITH_CODE (GstIceHttpEndpoint, gst_ice_http_endpoint,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER,
        gst_ice_http_endpoint_iface_init);
    GST_DEBUG_CATEGORY_INIT (gst_ice_http_endpoint_debug, "icehttpendpoint",
        0, "ICE listener by HTTP"));

static void
gst_ice_http_endpoint_finalize (GObject * object)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (object);

  gst_ice_http_timer_clear (&self->answer_timer);
  gst_ice_http_timer_clear (&self->closed_source);
  g_clear_object (&self->pending);
  g_clear_pointer (&self->server, gst_ice_http_server_free);
  g_clear_pointer (&self->events, gst_ice_event_queue_free);
  g_clear_pointer (&self->offer, gst_ice_description_unref);
  g_free (self->session);
  g_free (self->etag);
  g_free (self->path);
  g_free (self->token);

  G_OBJECT_CLASS (gst_ice_http_endpoint_parent_class)->finalize (object);
}

static void
gst_ice_http_endpoint_class_init (GstIceHttpEndpointClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_http_endpoint_finalize;
}

static void
gst_ice_http_endpoint_init (GstIceHttpEndpoint * self)
{
}

/* Returns: (transfer full): a listener, or %NULL with @error set */
GstIceSignaller *
gst_ice_http_endpoint_new (GUri * uri, const gchar * token, guint timeout_ms,
    GError ** error)
{
  GstIceHttpEndpoint *self;

  if (g_str_equal (g_uri_get_scheme (uri), "https")) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "signalling-uri: listening by https needs a certificate, which can not "
        "be set here; listen by http and put a TLS reverse proxy before it");
    return NULL;
  }

  self = g_object_new (GST_TYPE_ICE_HTTP_ENDPOINT, NULL);
  self->port = g_uri_get_port (uri);
  self->path = g_uri_unescape_string (g_uri_get_path (uri), NULL);
  if (self->path == NULL || *self->path == '\0') {
    g_free (self->path);
    self->path = g_strdup ("/");
  }
  self->token = g_strdup (token);
  self->answer_ms = timeout_ms > 0 ? timeout_ms : DEFAULT_ANSWER_MS;
  return GST_ICE_SIGNALLER (self);
}

/* Returns: (transfer full): what nobody can guess, as hexadecimal digits */
static gchar *
make_secret (void)
{
  guint8 bytes[SECRET_BYTES];
  GString *secret = g_string_new (NULL);

  if (getentropy (bytes, sizeof bytes) != 0)
    g_error ("The system has no random numbers: %s", g_strerror (errno));
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (secret, "%02x", bytes[i]);
  return g_string_free (secret, FALSE);
}

/* Forgets the peer. */
static void
forget (GstIceHttpEndpoint * self)
{
  gst_ice_http_timer_clear (&self->answer_timer);
  g_clear_object (&self->pending);
  g_clear_pointer (&self->offer, gst_ice_description_unref);
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->etag, g_free);
}

/* Answers the POST that is held with a refusal, and forgets the peer. */
static void
refuse (GstIceHttpEndpoint * self, guint status, const gchar * text)
{
  SoupServerMessage *message = g_steal_pointer (&self->pending);

  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Retry-After", "1");
  gst_ice_http_server_respond (message, status, text);
  gst_ice_http_server_release (message);
  forget (self);
}

/* A call that ended is not over before the session knows: what it says until
 * then is not meant for the next caller. */
static gboolean
is_busy (GstIceHttpEndpoint * self)
{
  return self->offer != NULL || !gst_ice_event_queue_is_empty (self->events);
}

static gboolean
is_session (GstIceHttpEndpoint * self, const gchar * path)
{
  return self->session != NULL && g_str_equal (path, self->session);
}

/* Returns: whether a stranger's request is one too many */
static gboolean
is_too_many (GstIceHttpEndpoint * self)
{
  const gint64 now = g_get_monotonic_time ();

  self->n_allowed += (now - self->counted) * (gdouble) REQUESTS_PER_SECOND /
      G_USEC_PER_SEC;
  self->n_allowed = MIN (self->n_allowed, MAX_BURST);
  self->counted = now;
  if (self->n_allowed < 1)
    return TRUE;
  self->n_allowed -= 1;
  return FALSE;
}

/* In a time that tells nothing about how much of it was right. */
static gboolean
is_token (GstIceHttpEndpoint * self, const gchar * token)
{
  const gsize length = strlen (self->token);
  const gsize n = strlen (token);
  guint difference = n != length;

  for (gsize i = 0; i < n; i++)
    difference |= (guchar) token[i] ^ (guchar) self->token[i % length];
  return difference == 0;
}

static gboolean
is_authorized (GstIceHttpEndpoint * self, SoupMessageHeaders * headers)
{
  const gchar *value = soup_message_headers_get_one (headers, "Authorization");

  if (self->token == NULL)
    return TRUE;
  if (value == NULL || g_ascii_strncasecmp (value, "Bearer ", 7) != 0)
    return FALSE;
  for (value += 7; *value == ' '; value++);
  return is_token (self, value);
}

static gboolean
has_type (SoupMessageHeaders * headers, const gchar * wanted)
{
  const gchar *type = soup_message_headers_get_content_type (headers, NULL);

  return type != NULL && g_ascii_strcasecmp (type, wanted) == 0;
}

/* CORS preflight, and what is to be had here (RFC 9725, 4.2 and 4.4). */
static void
respond_options (SoupServerMessage * message)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Accept-Post", OFFER_TYPE);
  soup_message_headers_replace (headers, "Accept-Patch", FRAGMENT_TYPE);
  soup_message_headers_replace (headers, "Allow",
      "OPTIONS, GET, HEAD, POST, PATCH, DELETE");
  soup_message_headers_replace (headers, "Access-Control-Allow-Methods",
      "OPTIONS, GET, HEAD, POST, PATCH, DELETE");
  soup_message_headers_replace (headers, "Access-Control-Allow-Headers",
      "Authorization, Content-Type, If-Match");
  gst_ice_http_server_respond (message, SOUP_STATUS_OK, NULL);
}

static void
respond_method (SoupServerMessage * message, const gchar * allowed)
{
  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "Allow", allowed);
  gst_ice_http_server_respond (message, SOUP_STATUS_METHOD_NOT_ALLOWED,
      "This method is not for this URI");
}

static void
respond_busy (SoupServerMessage * message)
{
  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "Retry-After", "1");
  gst_ice_http_server_respond (message, SOUP_STATUS_SERVICE_UNAVAILABLE,
      "The listener is in a call");
}

/* The headers of a request to the endpoint itself. */
static void
check_endpoint (GstIceHttpEndpoint * self, SoupServerMessage * message)
{
  const gchar *method = soup_server_message_get_method (message);

  if (g_str_equal (method, "GET") || g_str_equal (method, "HEAD")) {
    gst_ice_http_server_respond (message, SOUP_STATUS_NO_CONTENT, NULL);
  } else if (!g_str_equal (method, "POST")) {
    respond_method (message, "OPTIONS, GET, HEAD, POST");
  } else if (!has_type (soup_server_message_get_request_headers (message),
          OFFER_TYPE)) {
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Accept-Post", OFFER_TYPE);
    gst_ice_http_server_respond (message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
        "An offer is " OFFER_TYPE);
  } else if (is_busy (self)) {
    respond_busy (message);
  }
}

/* The headers of a request to the running session. */
static void
check_session (GstIceHttpEndpoint * self, SoupServerMessage * message)
{
  const gchar *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);
  const gchar *match = soup_message_headers_get_one (headers, "If-Match");

  if (g_str_equal (method, "DELETE"))
    return;

  if (!g_str_equal (method, "PATCH"))
    respond_method (message, "OPTIONS, PATCH, DELETE");
  else if (!has_type (headers, FRAGMENT_TYPE))
    gst_ice_http_server_respond (message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
        "Candidates are " FRAGMENT_TYPE);
  else if (match == NULL)
    gst_ice_http_server_respond (message, 428,
        "If-Match has to have the session's ETag");
  else if (!g_str_equal (match, "*") && !g_str_equal (match, self->etag))
    gst_ice_http_server_respond (message, SOUP_STATUS_PRECONDITION_FAILED,
        "If-Match does not have the session's ETag");
}

static const gchar *
get_path (SoupServerMessage * message)
{
  return g_uri_get_path (soup_server_message_get_uri (message));
}

static void
on_headers (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  const gboolean known = is_session (self, get_path (message));

  GST_DEBUG_OBJECT (self, "%s %s", soup_server_message_get_method (message),
      known ? "session" : get_path (message));

  if (!known && is_too_many (self)) {
    soup_message_headers_replace (headers, "Retry-After", "1");
    gst_ice_http_server_respond (message, 429, "Too many requests");
  } else if (soup_server_message_get_method (message) == SOUP_METHOD_OPTIONS) {
    /* A preflight has no token (WHATWG fetch, 4.8). */
    respond_options (message);
  } else if (!is_authorized (self,
          soup_server_message_get_request_headers (message))) {
    soup_message_headers_replace (headers, "WWW-Authenticate", "Bearer");
    gst_ice_http_server_respond (message, SOUP_STATUS_UNAUTHORIZED,
        "The listener wants another token");
  } else if (known) {
    check_session (self, message);
  } else if (g_str_equal (get_path (message), self->path)) {
    check_endpoint (self, message);
  } else {
    gst_ice_http_server_respond (message, SOUP_STATUS_NOT_FOUND,
        "There is nothing here");
  }
}

static gboolean
on_answer_late (gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;

  GST_WARNING_OBJECT (self, "no answer to the offer within %u ms",
      self->answer_ms);
  refuse (self, SOUP_STATUS_GATEWAY_TIMEOUT, "The offer was not answered");
  gst_ice_event_queue_hung_up (self->events);
  return G_SOURCE_REMOVE;
}

static void
on_post (GstIceHttpEndpoint * self, SoupServerMessage * message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *data;
  gsize size;

  /* Somebody else may have come since the headers. */
  if (is_busy (self)) {
    respond_busy (message);
    return;
  }

  data = g_bytes_get_data (bytes, &size);
  offer = gst_ice_sdp_parse (data != NULL ? data : "", size,
      GST_ICE_DESCRIPTION_OFFER, &error);
  if (offer == NULL) {
    GST_INFO_OBJECT (self, "refusing an offer: %s", error->message);
    gst_ice_http_server_respond (message, SOUP_STATUS_BAD_REQUEST,
        error->message);
    return;
  }

  self->pending = gst_ice_http_server_hold (message);
  self->offer = g_steal_pointer (&offer);
  self->answer_timer = gst_ice_http_timer_new (self->answer_ms,
      on_answer_late, self);
  gst_ice_event_queue_description (self->events, self->offer);
}

static void
on_patch (GstIceHttpEndpoint * self, SoupServerMessage * message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr (GstIceDescription) fragment = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *data;
  gsize size;

  data = g_bytes_get_data (bytes, &size);
  fragment = gst_ice_sdp_parse_fragment (data != NULL ? data : "", size,
      &error);
  if (fragment == NULL) {
    gst_ice_http_server_respond (message, SOUP_STATUS_BAD_REQUEST,
        error->message);
  } else if (gst_ice_http_fragment_restarts (fragment, self->offer)) {
    gst_ice_http_server_respond (message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
        "The ufrag is another: an ICE restart is not supported");
  } else {
    gst_ice_http_server_respond (message, SOUP_STATUS_NO_CONTENT, NULL);
    gst_ice_event_queue_trickle (self->events, fragment);
  }
}

static void
on_request (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;
  const gchar *method = soup_server_message_get_method (message);

  if (g_str_equal (method, "POST")) {
    on_post (self, message);
  } else if (!is_session (self, get_path (message))) {
    gst_ice_http_server_respond (message, SOUP_STATUS_NOT_FOUND,
        "This session has ended");
  } else if (g_str_equal (method, "PATCH")) {
    on_patch (self, message);
  } else {
    GST_INFO_OBJECT (self, "the peer hung up");
    gst_ice_http_server_respond (message, SOUP_STATUS_OK, NULL);
    forget (self);
    gst_ice_event_queue_hung_up (self->events);
  }
}

static void
on_gone (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;

  GST_INFO_OBJECT (self, "the peer left before it was answered");
  forget (self);
  gst_ice_event_queue_hung_up (self->events);
}

static const GstIceHttpServerEvents server_events = {
  on_headers, on_request, on_gone
};

/* GstIceSignaller */

static gboolean
gst_ice_http_endpoint_start (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);
  g_autofree gchar *path = g_uri_escape_string (self->path,
      G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);

  self->server = gst_ice_http_server_new (self->port, &server_events, self,
      error);
  if (self->server == NULL)
    return FALSE;

  self->n_allowed = MAX_BURST;
  self->counted = g_get_monotonic_time ();
  self->events = gst_ice_event_queue_new (signaller, events, user_data);
  GST_INFO_OBJECT (self, "listening on port %u, token %s",
      gst_ice_http_server_get_port (self->server),
      GST_ICE_HIDDEN (self->token));
  gst_ice_event_queue_progress (self->events,
      "listening on http://0.0.0.0:%u%s",
      gst_ice_http_server_get_port (self->server), path);
  return TRUE;
}

static gboolean
gst_ice_http_endpoint_is_caller (GstIceSignaller * signaller)
{
  return FALSE;
}

static void
gst_ice_http_endpoint_send_description (GstIceSignaller * signaller,
    GstIceDescription * description)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);
  SoupServerMessage *message = g_steal_pointer (&self->pending);
  SoupMessageHeaders *headers;
  g_autofree gchar *sdp = NULL;
  g_autofree gchar *secret = NULL;
  g_autofree gchar *version = NULL;
  g_autofree gchar *location = NULL;

  if (message == NULL) {
    GST_DEBUG_OBJECT (self, "nobody waits for this answer");
    return;
  }

  gst_ice_http_timer_clear (&self->answer_timer);
  secret = make_secret ();
  version = make_secret ();
  self->session = g_strconcat (self->path,
      g_str_has_suffix (self->path, "/") ? "" : "/", secret, NULL);
  self->etag = g_strconcat ("\"", version, "\"", NULL);
  location = g_uri_escape_string (self->session,
      G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);

  headers = soup_server_message_get_response_headers (message);
  soup_message_headers_replace (headers, "Location", location);
  soup_message_headers_replace (headers, "ETag", self->etag);
  sdp = gst_ice_sdp_write (description);
  soup_server_message_set_status (message, SOUP_STATUS_CREATED, NULL);
  soup_server_message_set_response (message, OFFER_TYPE, SOUP_MEMORY_COPY, sdp,
      strlen (sdp));
  gst_ice_http_server_release (message);
}

static void
gst_ice_http_endpoint_send_trickle (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  /* RFC 9725, 4.3.2: only the caller can trickle. Its agent learns of our late
   * candidates from our checks. */
  GST_LOG_OBJECT (signaller, "a listener's late candidates are not told");
}

static guint
error_to_status (const GError * error)
{
  if (error->domain != GST_ICE_ERROR)
    return SOUP_STATUS_INTERNAL_SERVER_ERROR;

  switch (error->code) {
    case GST_ICE_ERROR_BAD_DESCRIPTION:
      return SOUP_STATUS_BAD_REQUEST;
    case GST_ICE_ERROR_UNSUPPORTED:
      return SOUP_STATUS_UNPROCESSABLE_ENTITY;
    case GST_ICE_ERROR_BUSY:
      return SOUP_STATUS_SERVICE_UNAVAILABLE;
    default:
      return SOUP_STATUS_INTERNAL_SERVER_ERROR;
  }
}

static void
gst_ice_http_endpoint_reject (GstIceSignaller * signaller,
    const GError * reason)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);

  if (self->pending != NULL)
    refuse (self, error_to_status (reason), reason->message);
}

static void
gst_ice_http_endpoint_hang_up (GstIceSignaller * signaller)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);

  if (self->pending != NULL)
    refuse (self, SOUP_STATUS_SERVICE_UNAVAILABLE, "The listener hung up");
  else
    forget (self);
}

static void
on_stopped (gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;
  const GDestroyNotify closed = g_steal_pointer (&self->closed);

  g_clear_pointer (&self->server, gst_ice_http_server_free);
  if (closed != NULL)
    closed (self->closed_data);
  g_object_unref (self);
}

static gboolean
on_closed_source (gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;

  gst_ice_http_timer_clear (&self->closed_source);
  on_stopped (self);
  return G_SOURCE_REMOVE;
}

static void
gst_ice_http_endpoint_close (GstIceSignaller * signaller,
    GDestroyNotify closed, gpointer user_data)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);

  g_return_if_fail (!self->closing);

  self->closing = TRUE;
  self->closed = closed;
  self->closed_data = user_data;
  g_object_ref (self);
  if (self->server == NULL) {
    self->closed_source = gst_ice_http_timer_new (0, on_closed_source, self);
    return;
  }

  gst_ice_event_queue_stop (self->events);
  gst_ice_http_endpoint_hang_up (signaller);
  gst_ice_http_server_stop (self->server, on_stopped, self);
}

static void
gst_ice_http_endpoint_iface_init (GstIceSignallerInterface * iface)
{
  iface->start = gst_ice_http_endpoint_start;
  iface->is_caller = gst_ice_http_endpoint_is_caller;
  iface->send_description = gst_ice_http_endpoint_send_description;
  iface->send_trickle = gst_ice_http_endpoint_send_trickle;
  iface->reject = gst_ice_http_endpoint_reject;
  iface->hang_up = gst_ice_http_endpoint_hang_up;
  iface->close = gst_ice_http_endpoint_close;
}
