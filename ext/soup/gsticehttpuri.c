/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads URIs of http: and https:, and tells which of two may know a secret of the other. */

#include "config.h"

#include "gsticehttpuri.h"

#include "gsticeerror.h"
#include "gsticehttpaddress.h"

#include <libsoup/soup.h>

static gboolean
is_http (GUri * uri)
{
  return g_str_equal (g_uri_get_scheme (uri), "http") ||
      g_str_equal (g_uri_get_scheme (uri), "https");
}

/* Returns: (transfer full): the URI in @text, or %NULL with @error set */
GUri *
gst_ice_http_uri_parse (const gchar * text, GError ** error)
{
  g_autoptr (GUri) uri = NULL;

  /* What GLib says of it may quote a password. */
  if (text != NULL)
    uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);

  if (uri == NULL || !is_http (uri) || g_uri_get_host (uri) == NULL ||
      (!gst_ice_http_uri_listens (uri) && g_uri_get_port (uri) == 0)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "signalling-uri is not a valid URI: http://host:port/path calls, "
        "http://:port/path and http://address:port/path?mode=listener listen, "
        "with a port up to 65535%s", gst_ice_http_uri_get_hint (text));
    return NULL;
  }
  return g_steal_pointer (&uri);
}

const gchar *
gst_ice_http_uri_get_hint (const gchar * text)
{
  const gchar *start = text != NULL ? strstr (text, "://") : NULL;
  const gchar *colon;
  gsize length;

  if (start == NULL)
    return "";
  start += strlen ("://");
  length = strcspn (start, "/?#");
  colon = memchr (start, ':', length);
  if (colon == NULL || memchr (start, '[', length) != NULL ||
      memchr (start, '@', length) != NULL ||
      memchr (colon + 1, ':', length - (colon + 1 - start)) == NULL)
    return "";
  return ". An IPv6 address has brackets: [2001:db8::1]:8080";
}

gboolean
gst_ice_http_uri_listens (GUri * uri)
{
  return *g_uri_get_host (uri) == '\0' ||
      g_strcmp0 (g_uri_get_query (uri), "mode=listener") == 0;
}

/* Returns: (transfer full): @uri without what is secret */
gchar *
gst_ice_http_uri_to_text (GUri * uri)
{
  return g_uri_to_string_partial (uri,
      G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);
}

GUri *
gst_ice_http_uri_without_user (GUri * uri)
{
  return soup_uri_copy (uri, SOUP_URI_USER, NULL, SOUP_URI_PASSWORD, NULL,
      SOUP_URI_NONE);
}

gboolean
gst_ice_http_uri_same_origin (GUri * a, GUri * b)
{
  /* SOUP_HTTP_URI_FLAGS makes schemes lower case and default ports explicit. */
  return g_str_equal (g_uri_get_scheme (a), g_uri_get_scheme (b)) &&
      g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 &&
      g_uri_get_port (a) == g_uri_get_port (b);
}

gboolean
gst_ice_http_uri_check_keys (GUri * uri, const GstIceConfig * config,
    GError ** error)
{
  const gchar *scheme = g_uri_get_scheme (uri);

  if (gst_ice_config_get_enum (config, "encryption") !=
      GST_ICE_ENCRYPTION_SDES || gst_ice_http_uri_is_local (uri) ||
      g_str_equal (scheme, "https") || g_str_equal (scheme, "wss"))
    return TRUE;
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "encryption=sdes puts the keys into the description, and %s: would carry "
      "them to %s in the clear; use %ss:, or encryption=dtls-srtp", scheme,
      g_uri_get_host (uri), scheme);
  return FALSE;
}

gboolean
gst_ice_http_uri_is_local (GUri * uri)
{
  const gchar *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (host);

  if (inet != NULL)
    return gst_ice_http_address_is_own (inet);

  return g_ascii_strcasecmp (host, "localhost") == 0 ||
      g_ascii_strcasecmp (host, g_get_host_name ()) == 0;
}

/* Returns: (transfer full): where @location leads, or %NULL with @error set */
GUri *
gst_ice_http_uri_follow (GUri * base, const gchar * location, GError ** error)
{
  g_autofree gchar *from = gst_ice_http_uri_to_text (base);
  g_autofree gchar *to = NULL;
  g_autoptr (GUri) uri = NULL;

  if (location != NULL)
    uri = g_uri_parse_relative (base, location, SOUP_HTTP_URI_FLAGS, NULL);

  if (uri == NULL || !is_http (uri) || g_uri_get_host (uri) == NULL ||
      *g_uri_get_host (uri) == '\0') {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "The answer of %s has no usable Location", from);
    return NULL;
  }

  if (g_str_equal (g_uri_get_scheme (base), "https") &&
      g_str_equal (g_uri_get_scheme (uri), "http")) {
    to = gst_ice_http_uri_to_text (uri);
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "%s leads to %s, which is not encrypted: refused", from, to);
    return NULL;
  }
  return g_steal_pointer (&uri);
}
