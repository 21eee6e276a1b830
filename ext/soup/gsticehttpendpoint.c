/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The listener: a WHIP and WHEP endpoint, and its calls. */

#include "config.h"

#include "gsticehttpendpoint.h"

#include "gsticeerror.h"
#include "gsticeeventqueue.h"
#include "gsticehttpcall.h"
#include "gsticehttppeer.h"
#include "gsticehttprequestcheck.h"
#include "gsticehttpserver.h"
#include "gsticelog.h"
#include "gsticesdp.h"
#include "gsticetimer.h"
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

  GstIceEventQueue *events;     /* NULL before start(), as is this; of no call */
  GstIceHttpServer *server;
  const GstIceSignallerEvents *session_events;  /* for the calls */
  gpointer session_data;
  GPtrArray *calls;             /* of GstIceHttpCall */
  gboolean full;                /* no offer is welcome */

  gint64 refused_us;            /* when the user was told of a refusal last, 0: never */
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

  gst_ice_timer_clear (&self->closed_source);
  g_ptr_array_unref (self->calls);
  g_clear_pointer (&self->server, gst_ice_http_server_free);
  g_clear_pointer (&self->events, gst_ice_event_queue_free);
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
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
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
  if (gst_ice_config_get_boolean (config, "serve-page"))
    gst_ice_http_request_check_set_serves_page (self->check);
  self->answer_ms = timeout_ms > 0 ? timeout_ms : DEFAULT_ANSWER_MS;
  return GST_ICE_SIGNALLER (self);
}

/* @etag: (out): its version
 * Returns: (transfer none) (nullable): the call that @message is for */
static GstIceHttpCall *
find_call (GstIceHttpEndpoint * self, SoupServerMessage * message,
    const gchar ** etag)
{
  const gchar *path = g_uri_get_path (soup_server_message_get_uri (message));

  for (guint i = 0; i < self->calls->len; i++) {
    GstIceHttpCall *call = g_ptr_array_index (self->calls, i);

    *etag = gst_ice_http_call_match (call, path);
    if (*etag != NULL)
      return call;
  }
  *etag = NULL;
  return NULL;
}

/* Returns: (transfer full): what the answer to @message says */
static gchar *
get_reason (SoupServerMessage * message)
{
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  gsize size;
  const gchar *text = g_bytes_get_data (bytes, &size);

  return g_strchomp (g_strndup (text != NULL ? text : "", size));
}

/* A user can mend a token, an origin or a type. Who is merely too early comes again, and who
 * asks too often is told once a second here. */
static void
tell_refused (GstIceHttpEndpoint * self, SoupServerMessage * message,
    const gchar * reason)
{
  const gint64 now_us = g_get_monotonic_time ();
  const guint status = soup_server_message_get_status (message);
  g_autoptr (GstStructure) peer = NULL;
  g_autoptr (GError) warning = NULL;

  if (status < 400 || status == SOUP_STATUS_SERVICE_UNAVAILABLE || status == 429
      || now_us - self->refused_us < G_TIME_SPAN_SECOND)
    return;
  self->refused_us = now_us;
  peer = gst_ice_http_peer_describe (message);
  warning = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
      "Refused a call from %s: %s", gst_structure_get_string (peer, "address"),
      reason);
  gst_ice_event_queue_warning (self->events, warning);
}

static void
on_headers (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;
  const gchar *etag;

  find_call (self, message, &etag);
  gst_ice_http_request_check_check (self->check, message, etag, self->full);
  if (g_str_equal (soup_server_message_get_method (message), "POST")) {
    g_autofree gchar *reason = get_reason (message);

    tell_refused (self, message, reason);
  }
}

/* Of those that have ended, the ones that the session still has to hear of stay: it must
 * not hear of them after close(). */
static void
drop_ended (gpointer owner)
{
  GPtrArray *calls = GST_ICE_HTTP_ENDPOINT (owner)->calls;

  for (guint i = calls->len; i > 0; i--) {
    if (gst_ice_http_call_is_over (g_ptr_array_index (calls, i - 1)))
      g_ptr_array_remove_index (calls, i - 1);
  }
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
  if (self->full) {
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
    tell_refused (self, message, error->message);
    return;
  }

  drop_ended (self);
  gst_ice_http_peer_drop_loopback (message, offer);
  g_ptr_array_add (self->calls, gst_ice_http_call_new (self->path, message,
          offer, self->answer_ms, self->session_events, self->session_data,
          drop_ended, self));
}

static void
on_request (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;
  const gchar *etag;
  GstIceHttpCall *call;

  if (g_str_equal (soup_server_message_get_method (message), "POST")) {
    on_post (self, message);
    return;
  }
  call = find_call (self, message, &etag);
  if (call == NULL) {
    gst_ice_http_server_respond (message, SOUP_STATUS_NOT_FOUND,
        "This session has ended");
    return;
  }
  g_object_ref (call);
  gst_ice_http_call_take_request (call, message);
  g_object_unref (call);
}

static void
on_gone (SoupServerMessage * message, gpointer user_data)
{
  GstIceHttpEndpoint *self = user_data;

  for (guint i = 0; i < self->calls->len; i++) {
    g_autoptr (GstIceHttpCall) call =
        g_object_ref (g_ptr_array_index (self->calls, i));

    if (gst_ice_http_call_gone (call, message))
      return;
  }
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

  self->session_events = events;
  self->session_data = user_data;
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

/* What is said to one peer is said by its call. */
static void
gst_ice_http_endpoint_send_description (GstIceSignaller * signaller,
    GstIceDescription * description)
{
  g_return_if_reached ();
}

static void
gst_ice_http_endpoint_reject (GstIceSignaller * signaller,
    const GError * reason)
{
  g_return_if_reached ();
}

static void
gst_ice_http_endpoint_set_full (GstIceSignaller * signaller, gboolean full)
{
  GST_ICE_HTTP_ENDPOINT (signaller)->full = full;
}

/* All its calls. */
static void
gst_ice_http_endpoint_hang_up (GstIceSignaller * signaller)
{
  GstIceHttpEndpoint *self = GST_ICE_HTTP_ENDPOINT (signaller);

  while (self->calls->len > 0) {
    g_autoptr (GstIceHttpCall) call =
        g_object_ref (g_ptr_array_index (self->calls, 0));

    /* One that is over leaves the list. */
    gst_ice_http_call_stop (call);
    g_ptr_array_remove (self->calls, call);
  }
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
  iface->send_trickle = gst_ice_http_endpoint_send_description;
  iface->set_full = gst_ice_http_endpoint_set_full;
  iface->reject = gst_ice_http_endpoint_reject;
  iface->hang_up = gst_ice_http_endpoint_hang_up;
  iface->close = gst_ice_http_endpoint_close;
}
