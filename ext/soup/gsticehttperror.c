/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tells in words why an HTTP request failed, and whether it is worth another try. */

#include "config.h"

#include "gsticehttperror.h"

#include "gsticeerror.h"

/* How much of the other side's words is shown: formats of both sides have room. */
#define MAX_QUOTE_CHARS 800

/* A listener that asks for more gets a caller that comes back too early. */
#define MAX_RETRY_AFTER_MS 10000
#define MIN_RETRY_AFTER_MS 20

gboolean
gst_ice_http_error_is_temporary (const GError * error)
{
  /* A name may come to be known, as a listener may come. */
  if (error->domain == G_RESOLVER_ERROR)
    return error->code != G_RESOLVER_ERROR_INTERNAL;

  return error->domain == G_IO_ERROR &&
      error->code != G_IO_ERROR_PERMISSION_DENIED &&
      error->code != G_IO_ERROR_INVALID_ARGUMENT &&
      error->code != G_IO_ERROR_NOT_SUPPORTED;
}

gboolean
gst_ice_http_status_is_not_live (guint status)
{
  return status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_BAD_GATEWAY ||
      status == SOUP_STATUS_GATEWAY_TIMEOUT;
}

gboolean
gst_ice_http_status_is_temporary (guint status)
{
  return status == SOUP_STATUS_SERVICE_UNAVAILABLE ||
      status == SOUP_STATUS_CONFLICT || status == 429;
}

/* Returns: (transfer full): what went wrong, without "Could not connect to x:",
 *     since the sentence around it says that */
static gchar *
get_cause (const GError * error)
{
  const gchar *cause = g_str_has_prefix (error->message, "Could not connect") ?
      g_strrstr (error->message, ": ") : NULL;

  return g_strdup (cause != NULL ? cause + 2 : error->message);
}

/* Returns: (transfer full): "; tried for 30 s", or "" */
static gchar *
tell_time (guint tried_ms)
{
  if (tried_ms == 0)
    return g_strdup ("");
  return g_strdup_printf ("; tried for %g s", tried_ms / 1000.0);
}

/* Returns: (transfer full): @error in words about @where */
GError *
gst_ice_http_error_explain (const GError * error, const gchar * where,
    guint tried_ms)
{
  g_autofree gchar *cause = get_cause (error);
  g_autofree gchar *time = tell_time (tried_ms);

  if (error->domain == GST_ICE_ERROR)
    return g_error_new (GST_ICE_ERROR, error->code, "%s: %s", where, cause);

  if (error->domain == SOUP_SESSION_ERROR)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "What answers at %s does not speak HTTP as it should: %s. Is the port "
        "right, and does it speak TLS (https:, wss:)?", where, cause);

  if (error->domain == G_TLS_ERROR
      && error->code != G_TLS_ERROR_BAD_CERTIFICATE)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "No secure connection to %s: %s. Does it speak TLS, or is it %s:?",
        where, cause, g_str_has_prefix (where, "wss") ? "ws" : "http");

  if (error->domain == G_TLS_ERROR)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "No secure connection to %s: %s", where, cause);

  return g_error_new (GST_ICE_ERROR,
      tried_ms > 0 ? GST_ICE_ERROR_TIMEOUT : GST_ICE_ERROR_SIGNALLING,
      "Nobody answers at %s: %s%s. Is the receiver running, and is the "
      "address right?", where, cause, time);
}

/* Returns: (transfer full): ": " and the first words of a text answer, free of
 *     what could upset a terminal; or "" */
static gchar *
quote_body (SoupMessage * message, GBytes * body)
{
  const gchar *type = soup_message_headers_get_content_type
      (soup_message_get_response_headers (message), NULL);
  g_autoptr (GString) quote = g_string_new (": ");
  g_autofree gchar *text = NULL;
  gsize size;
  const gchar *data = g_bytes_get_data (body, &size);

  if (size == 0 || type == NULL || !g_str_has_prefix (type, "text/plain"))
    return g_strdup ("");

  text = g_utf8_make_valid (data, size);
  for (const gchar * c = text; *c != '\0' && quote->len < MAX_QUOTE_CHARS;
      c = g_utf8_next_char (c)) {
    if (g_unichar_isgraph (g_utf8_get_char (c)))
      g_string_append_unichar (quote, g_utf8_get_char (c));
    else if (quote->str[quote->len - 1] != ' ')
      g_string_append_c (quote, ' ');
  }
  g_strchomp (quote->str);
  return g_strdup (quote->str);
}

static GstIceError
status_to_code (guint status)
{
  switch (status) {
    case SOUP_STATUS_BAD_REQUEST:
      return GST_ICE_ERROR_BAD_DESCRIPTION;
    case SOUP_STATUS_NOT_ACCEPTABLE:
    case SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE:
    case SOUP_STATUS_UNPROCESSABLE_ENTITY:
      return GST_ICE_ERROR_UNSUPPORTED;
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      return GST_ICE_ERROR_UNAUTHORIZED;
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case SOUP_STATUS_CONFLICT:
      return GST_ICE_ERROR_BUSY;
    default:
      return GST_ICE_ERROR_SIGNALLING;
  }
}

/* Returns: what the user can do about it */
static const gchar *
get_advice (guint status)
{
  switch (status) {
    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_METHOD_NOT_ALLOWED:
      return ". Is the path right?";
    case SOUP_STATUS_MOVED_PERMANENTLY:
    case SOUP_STATUS_FOUND:
    case SOUP_STATUS_SEE_OTHER:
      return ". Only 307 and 308 lead an offer elsewhere (RFC 9725, 4.5)";
    default:
      return "";
  }
}

/* Returns: (transfer full): the refusal in words about @where */
GError *
gst_ice_http_status_explain (SoupMessage * message, GBytes * body,
    const gchar * where, guint tried_ms)
{
  const guint status = soup_message_get_status (message);
  g_autofree gchar *quote = quote_body (message, body);
  g_autofree gchar *time = tell_time (tried_ms);

  if (status_to_code (status) == GST_ICE_ERROR_UNAUTHORIZED)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNAUTHORIZED,
        "%s wants another token (%u%s): set auth-token", where, status, quote);

  if (status_to_code (status) == GST_ICE_ERROR_BUSY)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
        "%s is not free (%u%s)%s", where, status, quote, time);

  return g_error_new (GST_ICE_ERROR, status_to_code (status),
      "%s refuses (%u %s%s)%s%s", where, status,
      soup_status_get_phrase (status), quote, time, get_advice (status));
}

guint
gst_ice_http_get_retry_after (SoupMessage * message, guint default_ms)
{
  const gchar *value = soup_message_headers_get_one
      (soup_message_get_response_headers (message), "Retry-After");
  guint64 seconds;

  /* The other form, a date, needs two clocks that agree. */
  if (value == NULL ||
      !g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &seconds, NULL))
    return default_ms;
  if (seconds > MAX_RETRY_AFTER_MS / 1000)
    return MAX_RETRY_AFTER_MS;
  return MAX (seconds * 1000, MIN_RETRY_AFTER_MS);
}

guint
gst_ice_http_error_to_status (const GError * error)
{
  if (error->domain != GST_ICE_ERROR)
    return SOUP_STATUS_INTERNAL_SERVER_ERROR;

  switch (error->code) {
    case GST_ICE_ERROR_BAD_DESCRIPTION:
      return SOUP_STATUS_BAD_REQUEST;
    case GST_ICE_ERROR_UNSUPPORTED:
      return SOUP_STATUS_UNPROCESSABLE_ENTITY;
    case GST_ICE_ERROR_BAD_STATE:
      return SOUP_STATUS_CONFLICT;
    case GST_ICE_ERROR_UNAUTHORIZED:
      return SOUP_STATUS_FORBIDDEN;
    case GST_ICE_ERROR_BUSY:
      return SOUP_STATUS_SERVICE_UNAVAILABLE;
    default:
      return SOUP_STATUS_INTERNAL_SERVER_ERROR;
  }
}
