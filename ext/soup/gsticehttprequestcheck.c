/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Judges a request by its headers, before a listener reads its body. */

#include "config.h"

#include "gsticehttprequestcheck.h"

#include "gsticehttpserver.h"
#include "gsticehttpuri.h"

#include <gst/gst.h>

#define OFFER_TYPE "application/sdp"
#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

#define ENDPOINT_METHODS "OPTIONS, GET, HEAD, POST"
/* Seconds that a browser need not ask again. */
#define PREFLIGHT_AGE "600"
#define SESSION_METHODS "OPTIONS, PATCH, DELETE"

/* Requests by strangers, who do not know the session's name. */
#define MAX_BURST 100
#define REQUESTS_PER_SECOND 50

struct _GstIceHttpRequestCheck
{
  gchar *path;
  gchar *token;                 /* or NULL */
  gboolean local_only;
  gchar *session;               /* path of the running call, or NULL */
  gchar *etag;                  /* its version */

  gdouble n_allowed;            /* requests by strangers, now */
  gint64 counted;               /* monotonic time, when n_allowed was so */
};

/* Returns: (transfer full): which checks requests for @path */
GstIceHttpRequestCheck *
gst_ice_http_request_check_new (const gchar * path, const gchar * token)
{
  GstIceHttpRequestCheck *self = g_new0 (GstIceHttpRequestCheck, 1);

  self->path = g_strdup (path);
  self->token = g_strdup (token);
  self->n_allowed = MAX_BURST;
  self->counted = g_get_monotonic_time ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_request_check_free (GstIceHttpRequestCheck * self)
{
  g_free (self->path);
  g_free (self->token);
  g_free (self->session);
  g_free (self->etag);
  g_free (self);
}

void
gst_ice_http_request_check_set_session (GstIceHttpRequestCheck * self,
    const gchar * path, const gchar * etag)
{
  g_free (self->session);
  g_free (self->etag);
  self->session = g_strdup (path);
  self->etag = g_strdup (etag);
}

static const gchar *
get_path (SoupServerMessage * message)
{
  return g_uri_get_path (soup_server_message_get_uri (message));
}

gboolean
gst_ice_http_request_check_is_session (GstIceHttpRequestCheck * self,
    SoupServerMessage * message)
{
  return self->session != NULL &&
      g_str_equal (get_path (message), self->session);
}

/* Returns: whether a stranger's request is one too many */
static gboolean
is_too_many (GstIceHttpRequestCheck * self)
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
is_token (GstIceHttpRequestCheck * self, const gchar * token)
{
  const gsize length = strlen (self->token);
  const gsize n = strlen (token);
  guint difference = n != length;

  for (gsize i = 0; i < n; i++)
    difference |= (guchar) token[i] ^ (guchar) self->token[i % length];
  return difference == 0;
}

static gboolean
is_authorized (GstIceHttpRequestCheck * self, SoupMessageHeaders * headers)
{
  const gchar *value = soup_message_headers_get_one (headers, "Authorization");

  if (self->token == NULL)
    return TRUE;
  if (value == NULL || g_ascii_strncasecmp (value, "Bearer ", 7) != 0)
    return FALSE;
  return is_token (self, value + 7);
}

static gboolean
has_type (SoupServerMessage * message, const gchar * wanted)
{
  const gchar *type = soup_message_headers_get_content_type
      (soup_server_message_get_request_headers (message), NULL);

  return type != NULL && g_ascii_strcasecmp (type, wanted) == 0;
}

static void
set_header (SoupServerMessage * message, const gchar * name,
    const gchar * value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), name, value);
}

static void
refuse_method (SoupServerMessage * message, const gchar * allowed)
{
  set_header (message, "Allow", allowed);
  gst_ice_http_server_respond (message, SOUP_STATUS_METHOD_NOT_ALLOWED,
      "This method is not for this URI");
}

void
gst_ice_http_request_check_refuse_busy (SoupServerMessage * message)
{
  set_header (message, "Retry-After", "1");
  gst_ice_http_server_respond (message, SOUP_STATUS_SERVICE_UNAVAILABLE,
      "The listener is in a call");
}

/* What is to be had here, also for a CORS preflight (RFC 9725, 4.2). */
static void
answer_options (SoupServerMessage * message, gboolean session)
{
  const gchar *methods = session ? SESSION_METHODS : ENDPOINT_METHODS;

  set_header (message, "Accept-Post", OFFER_TYPE);
  set_header (message, "Accept-Patch", FRAGMENT_TYPE);
  set_header (message, "Allow", methods);
  set_header (message, "Access-Control-Allow-Methods", methods);
  set_header (message, "Access-Control-Allow-Headers",
      "Authorization, Content-Type, If-Match");
  set_header (message, "Access-Control-Max-Age", PREFLIGHT_AGE);
  gst_ice_http_server_respond (message, SOUP_STATUS_OK, NULL);
}

static void
check_endpoint (SoupServerMessage * message, gboolean busy)
{
  const gchar *method = soup_server_message_get_method (message);

  if (g_str_equal (method, "HEAD")) {
    /* By this, players know an endpoint of WHEP (draft-ietf-wish-whep, 4.2). */
    set_header (message, "Content-Type", OFFER_TYPE);
    gst_ice_http_server_respond (message, SOUP_STATUS_OK, NULL);
  } else if (g_str_equal (method, "GET")) {
    gst_ice_http_server_respond (message, SOUP_STATUS_NO_CONTENT, NULL);
  } else if (!g_str_equal (method, "POST")) {
    refuse_method (message, ENDPOINT_METHODS);
  } else if (!has_type (message, OFFER_TYPE)) {
    set_header (message, "Accept-Post", OFFER_TYPE);
    gst_ice_http_server_respond (message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
        "An offer is " OFFER_TYPE);
  } else if (busy) {
    gst_ice_http_request_check_refuse_busy (message);
  }
}

static void
check_session (GstIceHttpRequestCheck * self, SoupServerMessage * message)
{
  const gchar *method = soup_server_message_get_method (message);
  const gchar *match = soup_message_headers_get_one
      (soup_server_message_get_request_headers (message), "If-Match");

  if (g_str_equal (method, "DELETE"))
    return;

  if (!g_str_equal (method, "PATCH"))
    refuse_method (message, SESSION_METHODS);
  else if (!has_type (message, FRAGMENT_TYPE))
    gst_ice_http_server_respond (message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
        "Candidates are " FRAGMENT_TYPE);
  else if (match == NULL)
    gst_ice_http_server_respond (message, 428,
        "If-Match has to have the session's ETag");
  else if (!g_str_equal (match, "*") && !g_str_equal (match, self->etag))
    gst_ice_http_server_respond (message, SOUP_STATUS_PRECONDITION_FAILED,
        "If-Match does not have the session's ETag");
}

void
gst_ice_http_request_check_set_local_only (GstIceHttpRequestCheck * self)
{
  self->local_only = TRUE;
}

static gboolean
is_from_here (SoupServerMessage * message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);
  GInetAddress *inet;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return FALSE;
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  return gst_ice_http_inet_is_local (inet);
}

void
gst_ice_http_request_check_check (GstIceHttpRequestCheck * self,
    SoupServerMessage * message, gboolean busy)
{
  const gboolean session =
      gst_ice_http_request_check_is_session (self, message);

  if (self->local_only && !is_from_here (message)) {
    gst_ice_http_server_respond (message, SOUP_STATUS_FORBIDDEN,
        "encryption=sdes has keys in the description: come by HTTPS, through a "
        "proxy on this host");
  } else if (!session && is_too_many (self)) {
    set_header (message, "Retry-After", "1");
    gst_ice_http_server_respond (message, 429, "Too many requests");
  } else if (soup_server_message_get_method (message) == SOUP_METHOD_OPTIONS) {
    /* A preflight brings no token (WHATWG Fetch, 4.8). */
    answer_options (message, session);
  } else if (!is_authorized (self,
          soup_server_message_get_request_headers (message))) {
    set_header (message, "WWW-Authenticate", "Bearer");
    gst_ice_http_server_respond (message, SOUP_STATUS_UNAUTHORIZED,
        "The listener wants another token");
  } else if (session) {
    check_session (self, message);
  } else if (g_str_equal (get_path (message), self->path)) {
    check_endpoint (message, busy);
  } else {
    gst_ice_http_server_respond (message, SOUP_STATUS_NOT_FOUND,
        "There is nothing here");
  }
}
