/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* GstURIHandler for whep: and whip: URIs, of elements that have signalling-uri. */

#include "config.h"

#include "gsticeuri.h"

#include <string.h>

static const struct
{
  const gchar *scheme, *signalling;
} schemes[] = {
  {"whep", "http"}, {"wheps", "https"}, {"whip", "http"}, {"whips", "https"},
};

/* Returns: the length of the scheme of @uri, 0 if it has none */
static gsize
get_scheme_size (const gchar * uri)
{
  const gchar *end = strstr (uri, "://");

  return end != NULL ? (gsize) (end - uri) : 0;
}

gchar *
gst_ice_uri_to_signalling (const gchar * uri, GError ** error)
{
  const gsize size = get_scheme_size (uri);
  const gchar *rest = uri + size + strlen ("://");

  for (guint i = 0; i < G_N_ELEMENTS (schemes) && size > 0; i++) {
    if (strlen (schemes[i].scheme) != size ||
        g_ascii_strncasecmp (uri, schemes[i].scheme, size) != 0)
      continue;
    if (*rest == '\0' || *rest == '/' || *rest == ':') {
      g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
          "%s: URIs name the host to call: %s://host/path", schemes[i].scheme,
          schemes[i].scheme);
      return NULL;
    }
    return g_strconcat (schemes[i].signalling, "://", rest, NULL);
  }
  g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_UNSUPPORTED_PROTOCOL,
      "The URI has to begin with whep://, wheps://, whip:// or whips://");
  return NULL;
}

gchar *
gst_ice_uri_from_signalling (const gchar * signalling, const gchar * scheme)
{
  if (g_str_has_prefix (signalling, "http://"))
    return g_strconcat (scheme, signalling + strlen ("http"), NULL);
  if (g_str_has_prefix (signalling, "https://"))
    return g_strconcat (scheme, "s", signalling + strlen ("https"), NULL);
  return NULL;
}

static gboolean
set_uri (GstURIHandler * handler, const gchar * uri, GError ** error)
{
  g_autofree gchar *signalling = NULL;

  if (GST_STATE (handler) > GST_STATE_READY) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "The URI can be changed in the states NULL and READY only");
    return FALSE;
  }
  signalling = gst_ice_uri_to_signalling (uri, error);
  if (signalling == NULL)
    return FALSE;
  g_object_set (handler, "signalling-uri", signalling, NULL);
  return TRUE;
}

static gchar *
get_uri (GstURIHandler * handler, const gchar * scheme)
{
  g_autofree gchar *signalling = NULL;

  g_object_get (handler, "signalling-uri", &signalling, NULL);
  return signalling != NULL ? gst_ice_uri_from_signalling (signalling, scheme) :
      NULL;
}

static gchar *
get_source_uri (GstURIHandler * handler)
{
  return get_uri (handler, "whep");
}

static gchar *
get_sink_uri (GstURIHandler * handler)
{
  return get_uri (handler, "whip");
}

static GstURIType
get_source_type (GType type)
{
  return GST_URI_SRC;
}

static GstURIType
get_sink_type (GType type)
{
  return GST_URI_SINK;
}

static const gchar *const *
get_source_protocols (GType type)
{
  static const gchar *protocols[] = { "whep", "wheps", NULL };

  return protocols;
}

static const gchar *const *
get_sink_protocols (GType type)
{
  static const gchar *protocols[] = { "whip", "whips", NULL };

  return protocols;
}

void
gst_ice_uri_init_source (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_source_type;
  handler->get_protocols = get_source_protocols;
  handler->get_uri = get_source_uri;
  handler->set_uri = set_uri;
}

void
gst_ice_uri_init_sink (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_sink_type;
  handler->get_protocols = get_sink_protocols;
  handler->get_uri = get_sink_uri;
  handler->set_uri = set_uri;
}
