/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The list of web origins in "allow-origin". */

#include "config.h"

#include "gsticehttporigins.h"

#include "gsticeerror.h"

#include <libsoup/soup.h>

struct _GstIceHttpOrigins
{
  gboolean any;
  GPtrArray *uris;              /* of GUri */
};

/* Returns: (transfer full): an origin, or %NULL: @text is none */
static GUri *
parse (const gchar * text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  const gchar *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  /* libsoup's flags make an empty path a slash. */
  if (host == NULL || *host == '\0' || g_uri_get_userinfo (uri) != NULL ||
      g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL ||
      strlen (g_uri_get_path (uri)) > 1)
    return NULL;
  return g_steal_pointer (&uri);
}

GstIceHttpOrigins *
gst_ice_http_origins_new (const gchar * text, gboolean any, GError ** error)
{
  GstIceHttpOrigins *self = g_new0 (GstIceHttpOrigins, 1);
  g_auto (GStrv) items = g_strsplit (text != NULL ? text : "", ",", -1);

  self->any = text == NULL && any;
  self->uris = g_ptr_array_new_with_free_func ((GDestroyNotify) g_uri_unref);
  for (guint i = 0; items[i] != NULL; i++) {
    const gchar *item = g_strstrip (items[i]);
    GUri *uri = parse (item);

    if (uri != NULL) {
      g_ptr_array_add (self->uris, uri);
    } else if (g_str_equal (item, "*")) {
      self->any = TRUE;
    } else if (*item != '\0') {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
          "allow-origin: \"%s\" is no origin: https://host, http://host:port, "
          "or *", item);
      g_clear_pointer (&self, gst_ice_http_origins_free);
      break;
    }
  }
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_origins_free (GstIceHttpOrigins * self)
{
  g_ptr_array_unref (self->uris);
  g_free (self);
}

gboolean
gst_ice_http_origins_are_any (const GstIceHttpOrigins * self)
{
  return self->any;
}

gboolean
gst_ice_http_origins_have (const GstIceHttpOrigins * self, const gchar * origin)
{
  g_autoptr (GUri) uri = parse (origin);

  for (guint i = 0; uri != NULL && i < self->uris->len; i++) {
    GUri *known = g_ptr_array_index (self->uris, i);

    if (g_str_equal (g_uri_get_scheme (known), g_uri_get_scheme (uri)) &&
        g_ascii_strcasecmp (g_uri_get_host (known), g_uri_get_host (uri)) == 0
        && g_uri_get_port (known) == g_uri_get_port (uri))
      return TRUE;
  }
  return self->any;
}

gboolean
gst_ice_http_origins_have_host (const GstIceHttpOrigins * self,
    const gchar * host)
{
  for (guint i = 0; i < self->uris->len; i++) {
    if (g_ascii_strcasecmp (g_uri_get_host (g_ptr_array_index (self->uris, i)),
            host) == 0)
      return TRUE;
  }
  return self->any;
}
