/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The listener: a WHIP and WHEP endpoint with one call at a time. */

#include "config.h"

#include "gsticehttpendpoint.h"

#include "gsticeerror.h"
#include "gsticeeventqueue.h"
#include "gsticehttpcall.h"
#include "gsticehttppeer.h"
#include "gsticehttperror.h"
#include "gsticehttprequestcheck.h"
#include "gsticehttpserver.h"
#include "gsticelog.h"
#include "gsticetimer.h"
#include "gsticesdp.h"
#include "gsticetlsidentity.h"
#include "gsticetoken.h"

GST_ICE_LOG_CATEGORY (gst_ice_http_endpoint_log, "icehttpendpoint",
    "ICE listener by HTTP");
#define GST_CAT_DEFAULT gst_ice_http_endpoint_log ()

#define DEFAULT_ANSWER_MS 60000

struct _GstIceHttpEndpoint
{
  GObject parent;

  gchar *host;                  /* set at construction, as are these; "": all */
  guint port;
  GstIceTlsIdentity *identity;  /* NULL: no TLS */
  gchar *path;                  /* not escaped; begins with a slash */
  GstIceHttpRequestCheck *check;
  guint answer_ms;
  gboolean open_to_all;         /* all addresses, and no token */

  GstIceEventQueue *events;     /* NULL before start(), as is this */
  GstIceHttpServer *server;

  GstIceHttpCall *call;         /* that runs, or NULL */
  gboolean replaceable;         /* another offer may take its place */
  gboolean left;                /* its peer has hung up, which is not told yet */
  SoupServerMessage *pending;   /* a POST until it is answered, or NULL, as are these */
  GstIceDescription *offer;
  GSource *answer_timer;

  gboolean closing;
  GDestroyNotify closed;
  gpointer closed_data;
  GSource *closed_source;       /* or NULL */
};

static void gst_ice_http_endpoint_iface_init (GstIceSignallerInterface * iface);

G_DEFINE_TYPE_WITH_CODE (GstIceHttpEndpoint, gst_ice_http_endpoint,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER,
        gst_ice_http_endpoint_iface_init));

static void
gst_ice_http_endpoint_finalize (GObject * object)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (object);

  gst_ice_timer_clear (&self->answer_timer);
  gst_ice_timer_clear (&self->closed_source);
  g_clear_object (&self->pending);
  g_clear_pointer (&self->call, gst_ice_http_call_free);
  g_clear_pointer (&self->server, gst_ice_http_server_free);
  g_clear_pointer (&self->events, gst_ice_event_queue_free);
  g_clear_pointer (&self->offer, gst_ice_description_unref);
  g_clear_pointer (&self->check, gst_ice_http_request_check_free);
  g_clear_pointer (&self->identity, gst_ice_tls_identity_free);
  g_free (self->host);
  g_free (self->path);

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

static gboolean
is_any (const gchar * host)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (host);

  return *host == '\0' || (inet != NULL && g_inet_address_get_is_any (inet));
}

/* Returns: (transfer full): a listener, or %NULL with @error set */
GstIceSignaller *
gst_ice_http_endpoint_new (GUri * uri, const GstIceConfig * config,
    GError ** error)
{
  const guint timeout_ms = gst_ice_config_get_uint (config, "connect-timeout");
  g_autofree gchar *path = g_uri_unescape_string (g_uri_get_path (uri), NULL);
  g_autofree gchar *token = NULL;
  const gboolean is_https = g_str_equal (g_uri_get_scheme (uri), "https");
  GstIceTlsIdentity *identity = NULL;
  GstIceHttpOrigins *origins;
  GstIceHttpEndpoint *self;

  if (!gst_ice_token_read (config, &token, error))
    return NULL;
  origins = gst_ice_http_origins_new (gst_ice_config_get_string (config,
          "allow-origin"), token != NULL, error);
  if (origins == NULL)
    return NULL;
  if (is_https && (identity = gst_ice_tls_identity_new (config, error)) == NULL) {
    gst_ice_http_origins_free (origins);
    return NULL;
  }

  self = g_object_new (GST_TYPE_ICE_HTTP_ENDPOINT, NULL);
  self->host = g_strdup (g_uri_get_host (uri));
  self->port = MAX (g_uri_get_port (uri), 0);
  self->path = path != NULL && *path != '\0' ? g_steal_pointer (&path) :
      g_strdup ("/");
  self->identity = identity;
  self->open_to_all = is_any (self->host) && token == NULL;
  self->check = gst_ice_http_request_check_new (self->path, token, origins);
  if (!is_https && gst_ice_config_get_enum (config, "encryption") ==
      GST_ICE_ENCRYPTION_SDES)
    gst_ice_http_request_check_set_local_only (self->check);
  self->answer_ms = timeout_ms > 0 ? timeout_ms : DEFAULT_ANSWER_MS;
  return GST_ICE_SIGNALLER (self);
}

/* The POST that waits is over. */
static void
forget_pending (GstIceHttpEndpoint * self)
{
  gst_ice_timer_clear (&self->answer_timer);
  g_clear_object (&self->pending);
  g_clear_pointer (&self->offer, gst_ice_description_unref);
}

/* @call: (transfer full) (nullable): in place of the one there is */
static void
set_call (GstIceHttpEndpoint * self, GstIceHttpCall * call)
{
  g_clear_pointer (&self->call, gst_ice_http_call_free);
  self->call = call;
  self->replaceable = FALSE;
  self->left = FALSE;
  gst_ice_http_request_check_set_session (self->check,
      call != NULL ? gst_ice_http_call_get_path (call) : NULL,
      call != NULL ? gst_ice_http_call_get_etag (call) : NULL);
}

/* What the peer of the call did while another offer waited is told now, if the call is
 * still the one that counts. */
static void
tell_left (GstIceHttpEndpoint * self)
{
  if (!self->left)
    return;
  set_call (self, NULL);
  gst_ice_event_queue_hung_up (self->events);
}

/* Answers the POST that is held with a refusal; a call that runs goes on. */
static void
refuse (GstIceHttpEndpoint * self, guint status, const gchar * text)
{
  SoupServerMessage *message = g_steal_pointer (&self->pending);

  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Retry-After", "1");
  gst_ice_http_server_respond (message, status, text);
  gst_ice_http_server_release (message);
  forget_pending (self);
}

/* A call that ended is not over before the session knows: what it says until
 * then is not meant for the next caller. */
static gboolean
is_busy (GstIceHttpEndpoint * self)
{
  return self->pending != NULL || (self->call != NULL && !self->replaceable)
      || !gst_ice_event_queue_is_empty (self->events);
}

static void
on_headers (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;

  gst_ice_http_request_check_check (self->check, message, is_busy (self));
}

static gboolean
on_answer_late (gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;

  GST_WARNING_OBJECT (self, "no answer to the offer within %u ms",
      self->answer_ms);
  refuse (self, SOUP_STATUS_GATEWAY_TIMEOUT, "The offer was not answered");
  gst_ice_event_queue_hung_up (self->events);
  tell_left (self);
  return G_SOURCE_REMOVE;
}

/* An offer that takes the place of a call does so when it is answered, not before. */
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
    gst_ice_http_request_check_refuse_busy (message);
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

  gst_ice_http_peer_drop_loopback (message, offer);
  self->pending = gst_ice_http_server_hold (message);
  self->offer = g_steal_pointer (&offer);
  self->answer_timer = gst_ice_timer_new (self->answer_ms,
      on_answer_late, self);
  gst_ice_event_queue_description (self->events, self->offer);
}

static void
on_delete (GstIceHttpEndpoint * self, SoupServerMessage * message)
{
  GST_INFO_OBJECT (self, "the peer hung up");
  gst_ice_http_server_respond (message, SOUP_STATUS_OK, NULL);
  if (self->pending != NULL) {
    self->left = TRUE;
    return;
  }
  set_call (self, NULL);
  gst_ice_event_queue_hung_up (self->events);
}

/* @message: PATCH or DELETE */
static void
on_call_request (GstIceHttpEndpoint * self, SoupServerMessage * message)
{
  if (!gst_ice_http_request_check_is_session (self->check, message) ||
      self->left) {
    gst_ice_http_server_respond (message, SOUP_STATUS_NOT_FOUND,
        "This session has ended");
  } else if (g_str_equal (soup_server_message_get_method (message), "DELETE")) {
    on_delete (self, message);
  } else if (self->pending != NULL) {
    /* The session takes what it hears now for the newcomer's. */
    gst_ice_http_request_check_refuse_busy (message);
  } else {
    gst_ice_http_call_take_patch (self->call, message);
  }
}

static void
on_request (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;

  if (g_str_equal (soup_server_message_get_method (message), "POST"))
    on_post (self, message);
  else
    on_call_request (self, message);
}

static void
on_gone (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;

  if (self->pending != message) {
    if (self->call != NULL)
      gst_ice_http_call_gone (self->call, message);
    return;
  }
  GST_INFO_OBJECT (self, "the peer left before it was answered");
  forget_pending (self);
  gst_ice_event_queue_hung_up (self->events);
  tell_left (self);
}

static void
on_server_warning (const GError * warning, gpointer user_data)
{
  gst_ice_event_queue_warning (((GstIceHttpEndpoint *) user_data)->events,
      warning);
}

static const GstIceHttpServerEvents server_events = {
  on_headers, on_request, on_server_warning, on_gone
};

/* GstIceSignaller */

/* Once in a process: it is meant for who may not know. */
static void
warn_open (GstIceHttpEndpoint * self)
{
  static gint warned;
  g_autoptr (GError) warning = NULL;

  if (!self->open_to_all || !g_atomic_int_compare_and_exchange (&warned, 0, 1))
    return;
  warning = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "Everybody who reaches port %u of this machine may call: set auth-token, or "
      "listen on one address only, http://127.0.0.1:%u%s?mode=listener",
      gst_ice_http_server_get_port (self->server),
      gst_ice_http_server_get_port (self->server), self->path);
  gst_ice_event_queue_warning (self->events, warning);
}

static gboolean
gst_ice_http_endpoint_start (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);
  g_autofree gchar *path = g_uri_escape_string (self->path,
      G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
  const gchar *scheme = self->identity != NULL ? "https" : "http";
  g_autofree gchar *where = NULL;

  self->server = gst_ice_http_server_new (self->host, self->port,
      self->path, self->identity, &server_events, self, error);
  if (self->server == NULL)
    return FALSE;

  self->events = gst_ice_event_queue_new (signaller, events, user_data);
  where = g_uri_join (G_URI_FLAGS_ENCODED, scheme, NULL,
      *self->host != '\0' ? self->host : "0.0.0.0",
      (gint) gst_ice_http_server_get_port (self->server), path, NULL, NULL);
  GST_INFO_OBJECT (self, "listening on %s", where);
  gst_ice_event_queue_progress (self->events, "listening on %s", where);
  warn_open (self);
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
  g_autoptr (SoupServerMessage) message = NULL;
  SoupMessageHeaders *headers;
  g_autofree gchar *sdp = NULL;
  g_autofree gchar *location = NULL;

  if (self->pending == NULL || gst_ice_http_server_is_gone (self->pending)) {
    GST_DEBUG_OBJECT (self, "nobody waits for this answer");
    return;
  }

  set_call (self, gst_ice_http_call_new (self->path, self->offer,
          self->events));
  message = g_object_ref (self->pending);
  location = gst_ice_http_call_make_location (self->call,
      soup_message_headers_get_one (soup_server_message_get_request_headers
          (message), "X-Forwarded-Prefix"));

  headers = soup_server_message_get_response_headers (message);
  soup_message_headers_replace (headers, "Location", location);
  soup_message_headers_replace (headers, "ETag",
      gst_ice_http_call_get_etag (self->call));
  sdp = gst_ice_sdp_write (description);
  soup_server_message_set_status (message, SOUP_STATUS_CREATED, NULL);
  soup_server_message_set_response (message, "application/sdp",
      SOUP_MEMORY_COPY, sdp, strlen (sdp));
  gst_ice_http_server_release (g_steal_pointer (&self->pending));
  forget_pending (self);
}

static void
gst_ice_http_endpoint_send_trickle (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  /* RFC 9725, 4.3.2: only the caller can trickle. Its agent learns of our late
   * candidates from our checks. */
  GST_LOG_OBJECT (signaller, "a listener's late candidates are not told");
}

static void
gst_ice_http_endpoint_reject (GstIceSignaller * signaller,
    const GError * reason)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);

  if (self->pending != NULL) {
    refuse (self, gst_ice_http_error_to_status (reason), reason->message);
    tell_left (self);
  } else if (self->call != NULL) {
    gst_ice_http_call_refuse_restart (self->call,
        gst_ice_http_error_to_status (reason), reason->message);
  }
}

static void
gst_ice_http_endpoint_send_restart (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);

  if (self->call == NULL)
    return;
  gst_ice_http_call_answer_restart (self->call, fragment);
  gst_ice_http_request_check_set_session (self->check,
      gst_ice_http_call_get_path (self->call),
      gst_ice_http_call_get_etag (self->call));
}

static void
gst_ice_http_endpoint_set_replaceable (GstIceSignaller * signaller,
    gboolean replaceable)
{
  GST_ICE_HTTP_ENDPOINT (signaller)->replaceable = replaceable;
}

static void
gst_ice_http_endpoint_hang_up (GstIceSignaller * signaller)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);

  if (self->pending != NULL)
    refuse (self, SOUP_STATUS_SERVICE_UNAVAILABLE, "The listener hung up");
  set_call (self, NULL);
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

  gst_ice_timer_clear (&self->closed_source);
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
    self->closed_source = gst_ice_timer_new (0, on_closed_source, self);
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
  iface->send_restart = gst_ice_http_endpoint_send_restart;
  iface->set_replaceable = gst_ice_http_endpoint_set_replaceable;
  iface->reject = gst_ice_http_endpoint_reject;
  iface->hang_up = gst_ice_http_endpoint_hang_up;
  iface->close = gst_ice_http_endpoint_close;
}
