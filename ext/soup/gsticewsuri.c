/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads URIs of ws: and wss:, and the room that their path names. */

#include "config.h"

#include "gsticewsuri.h"

#include "gsticeerror.h"
#include "gsticehttpuri.h"

#include <libsoup/soup.h>

/* Returns: (transfer full): the URI in @text, or %NULL with @error set */
GUri *
gst_ice_ws_uri_parse (const gchar * text, GError ** error)
{
  g_autoptr (GUri) uri = NULL;

  /* What GLib says of it may quote a password. */
  if (text != NULL)
    uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);

  if (uri == NULL || g_uri_get_port (uri) == 0 ||
      g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0') {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "signalling-uri is not a valid URI: ws://host:port/room, or wss:; both "
        "ends call the server, so there has to be a host%s",
        gst_ice_http_uri_get_hint (text));
    return NULL;
  }
  return g_steal_pointer (&uri);
}

/* Returns: (transfer full): the name of the room */
gchar *
gst_ice_ws_uri_get_room (GUri * uri)
{
  g_autoptr (GBytes) bytes =
      g_uri_unescape_bytes (g_uri_get_path (uri), -1, NULL, NULL);
  const gchar *data;
  gsize size;

  if (bytes == NULL)
    return g_strdup ("");

  data = g_bytes_get_data (bytes, &size);
  while (size > 0 && data[size - 1] == '/')
    size--;
  while (size > 0 && *data == '/') {
    data++;
    size--;
  }
  return g_utf8_make_valid (size > 0 ? data : "", (gssize) size);
}
