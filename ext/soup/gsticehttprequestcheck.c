/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Judges a request by its headers, before a listener reads its body. */

#include "config.h"

#include "gsticehttprequestcheck.h"

#include "gsticehttpaddress.h"
#include "gsticehttppage.h"
#include "gsticehttpquota.h"
#include "gsticehttpserver.h"
#include "gsticetoken.h"

#include <gst/gst.h>

#define OFFER_TYPE "application/sdp"
#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

#define ENDPOINT_METHODS "OPTIONS, GET, HEAD, POST"
/* Seconds that a browser need not ask again. */
#define PREFLIGHT_AGE "600"
#define SESSION_METHODS "OPTIONS, PATCH, DELETE"

struct _GstIceHttpRequestCheck
{
  gchar *path;
  gchar *token;                 /* or NULL */
  gboolean local_only;
  gboolean serves_page;

  GstIceHttpOrigins *origins;
  GstIceHttpQuota *quota;       /* of those who are not known */
};

/* Returns: (transfer full): which checks requests for @path */
GstIceHttpRequestCheck *
gst_ice_http_request_check_new (const gchar * path, const gchar * token,
    GstIceHttpOrigins * origins)
{
  GstIceHttpRequestCheck *self = g_new0 (GstIceHttpRequestCheck, 1);

  self->path = g_strdup (path);
  self->token = g_strdup (token);
  self->origins = origins;
  self->quota = gst_ice_http_quota_new ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_request_check_free (GstIceHttpRequestCheck * self)
{
  gst_ice_http_origins_free (self->origins);
  gst_ice_http_quota_free (self->quota);
  g_free (self->path);
  g_free (self->token);
  g_free (self);
}

static const gchar *
get_path (SoupServerMessage * message)
{
  return g_uri_get_path (soup_server_message_get_uri (message));
}

static const gchar *
get_request_header (SoupServerMessage * message, const gchar * name)
{
  return soup_message_headers_get_one
      (soup_server_message_get_request_headers (message), name);
}

/* Returns: whether @message brings the token, if there is one */
static gboolean
is_authorized (GstIceHttpRequestCheck * self, SoupServerMessage * message)
{
  const gchar *value = get_request_header (message, "Authorization");

  return self->token == NULL || (value != NULL &&
      g_ascii_strncasecmp (value, "Bearer ", 7) == 0 &&
      gst_ice_token_equals (self->token, value + 7));
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

/* @match: the value of If-Match: "*", or a list of entity tags (RFC 9110, 13.1.1); a weak
 *     one matches nothing */
static gboolean
matches (const gchar * match, const gchar * etag)
{
  GSList *list = soup_header_parse_list (match);
  gboolean found = FALSE;

  for (GSList * l = list; l != NULL; l = l->next)
    found |= g_str_equal (l->data, "*") || g_str_equal (l->data, etag);
  soup_header_free_list (list);
  return found;
}

static void
check_session (SoupServerMessage * message, const gchar * etag)
{
  const gchar *method = soup_server_message_get_method (message);
  const gchar *match = soup_message_headers_get_list
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
  else if (!matches (match, etag))
    gst_ice_http_server_respond (message, SOUP_STATUS_PRECONDITION_FAILED,
        "If-Match does not have the session's ETag");
}

void
gst_ice_http_request_check_set_serves_page (GstIceHttpRequestCheck * self)
{
  self->serves_page = TRUE;
}

void
gst_ice_http_request_check_set_local_only (GstIceHttpRequestCheck * self)
{
  self->local_only = TRUE;
}

/* Web pages. */

/* Returns: (transfer full) (nullable): the name or address in the Host header, without
 *     brackets and port */
static gchar *
get_host (SoupServerMessage * message)
{
  const gchar *header = get_request_header (message, "Host");
  g_autofree gchar *text = header != NULL ?
      g_strconcat ("http://", header, NULL) : NULL;
  g_autoptr (GUri) uri = text != NULL ?
      g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  return uri != NULL ? g_strdup (g_uri_get_host (uri)) : NULL;
}

/* A page that was loaded from a name of its own may have that name lead here (DNS
 * rebinding), and is of our origin then; its name is still in the Host header. */
gboolean
gst_ice_http_request_check_host (SoupServerMessage * message,
    const GstIceHttpOrigins * origins)
{
  g_autofree gchar *host = NULL;

  if (!gst_ice_http_address_is_loopback (soup_server_message_get_local_address
          (message)))
    return TRUE;
  host = get_host (message);
  return host != NULL && (g_hostname_is_ip_address (host) ||
      g_ascii_strcasecmp (host, "localhost") == 0 ||
      g_str_has_suffix (host, ".localhost") ||
      g_ascii_strcasecmp (host, g_get_host_name ()) == 0 ||
      (origins != NULL && gst_ice_http_origins_have_host (origins, host)));
}

/* Returns: whether @origin is the one that @message was sent to */
static gboolean
is_same_origin (SoupServerMessage * message, const gchar * origin)
{
  const gchar *host = get_request_header (message, "Host");
  const gchar *start = strstr (origin, "://");

  return host != NULL && start != NULL &&
      g_ascii_strcasecmp (start + strlen ("://"), host) == 0;
}

/* Answers a page that may not call, or lets the browser show it our answers (WHATWG
 * Fetch, 3.2).
 * Returns: whether it was answered */
static gboolean
refuse_page (GstIceHttpRequestCheck * self, SoupServerMessage * message)
{
  const gchar *origin = get_request_header (message, "Origin");
  const gboolean any = gst_ice_http_origins_are_any (self->origins);

  if (self->token == NULL &&
      !gst_ice_http_request_check_host (message, self->origins)) {
    gst_ice_http_server_respond (message, SOUP_STATUS_FORBIDDEN,
        "The Host header names another host than this: set allow-origin or "
        "auth-token");
    return TRUE;
  }
  if (!any && (origin == NULL || is_same_origin (message, origin)))
    return FALSE;
  if (!any && !gst_ice_http_origins_have (self->origins, origin)) {
    gst_ice_http_server_respond (message, SOUP_STATUS_FORBIDDEN,
        "Pages of this origin may not call: set allow-origin or auth-token");
    return TRUE;
  }

  set_header (message, "Access-Control-Allow-Origin", any ? "*" : origin);
  set_header (message, "Access-Control-Expose-Headers", "Location, ETag, Link");
  if (!any)
    set_header (message, "Vary", "Origin");
  return FALSE;
}

/* Returns: whether @message is of one who is not known, and has asked too often; only
 *     they are charged */
static gboolean
is_too_many (GstIceHttpRequestCheck * self, SoupServerMessage * message)
{
  if (self->token != NULL && is_authorized (self, message))
    return FALSE;
  return !gst_ice_http_quota_charge (self->quota, gst_ice_http_address_get_key
      (soup_server_message_get_remote_address (message)));
}

void
gst_ice_http_request_check_check (GstIceHttpRequestCheck * self,
    SoupServerMessage * message, const gchar * etag, gboolean busy)
{
  const gboolean session = etag != NULL;

  if (self->local_only && !gst_ice_http_address_same_host
      (soup_server_message_get_local_address (message),
          soup_server_message_get_remote_address (message))) {
    gst_ice_http_server_respond (message, SOUP_STATUS_FORBIDDEN,
        "encryption=sdes has keys in the description: come by HTTPS, through a "
        "proxy on this host");
  } else if (!session && is_too_many (self, message)) {
    set_header (message, "Retry-After", "1");
    gst_ice_http_server_respond (message, 429, "Too many requests");
  } else if (refuse_page (self, message)) {
    return;
  } else if (soup_server_message_get_method (message) == SOUP_METHOD_OPTIONS) {
    /* A preflight brings no token (WHATWG Fetch, 4.8). */
    answer_options (message, session);
  } else if (self->serves_page && g_str_equal (get_path (message), self->path)
      && gst_ice_http_page_answer (message)) {
    /* Nothing in it is secret; what it asks for is asked with a token. */
    return;
  } else if (!is_authorized (self, message)) {
    set_header (message, "WWW-Authenticate", "Bearer");
    gst_ice_http_server_respond (message, SOUP_STATUS_UNAUTHORIZED,
        "The listener wants another token");
  } else if (session) {
    check_session (message, etag);
  } else if (g_str_equal (get_path (message), self->path)) {
    check_endpoint (message, busy);
  } else {
    gst_ice_http_server_respond (message, SOUP_STATUS_NOT_FOUND,
        "There is nothing here");
  }
}
