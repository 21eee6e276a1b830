/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* URIs by which applications find the elements: whip: and whips:, whep: and wheps:. */

#include "config.h"

#include "gsticeuri.h"

#include <string.h>

/* The second of each is over TLS. */
static const gchar *const sink_protocols[] = { "whip", "whips", NULL };
static const gchar *const src_protocols[] = { "whep", "wheps", NULL };
static const gchar *const signalling_protocols[] = { "http", "https", NULL };

const gchar *const *
gst_ice_uri_get_protocols (GstURIType type)
{
  return type == GST_URI_SINK ? sink_protocols : src_protocols;
}

/* Returns: (transfer full) (nullable): @uri with the protocol of @to that stands where its
 *     own does in @from */
static gchar *
change_protocol (const gchar * uri, const gchar * const *from,
    const gchar * const *to)
{
  g_autofree gchar *scheme = uri != NULL ? g_uri_parse_scheme (uri) : NULL;

  for (guint i = 0; scheme != NULL && from[i] != NULL; i++) {
    if (g_ascii_strcasecmp (scheme, from[i]) == 0)
      return g_strconcat (to[i], uri + strlen (scheme), NULL);
  }
  return NULL;
}

gchar *
gst_ice_uri_to_signalling (const gchar * uri, GstURIType type, GError ** error)
{
  const gchar *const *protocols = gst_ice_uri_get_protocols (type);
  gchar *signalling_uri = change_protocol (uri, protocols,
      signalling_protocols);

  if (signalling_uri == NULL)
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_UNSUPPORTED_PROTOCOL,
        "The URI must begin with %s: or %s:", protocols[0], protocols[1]);
  return signalling_uri;
}

gchar *
gst_ice_uri_from_signalling (const gchar * signalling_uri, GstURIType type)
{
  return change_protocol (signalling_uri, signalling_protocols,
      gst_ice_uri_get_protocols (type));
}

static GstURIType
get_sink_type (GType type)
{
  return GST_URI_SINK;
}

static const gchar *const *
get_sink_protocols (GType type)
{
  return sink_protocols;
}

static gchar *
get_sink_uri (GstURIHandler * handler)
{
  g_autofree gchar *signalling_uri = NULL;

  g_object_get (handler, "signalling-uri", &signalling_uri, NULL);
  return gst_ice_uri_from_signalling (signalling_uri, GST_URI_SINK);
}

static gboolean
set_sink_uri (GstURIHandler * handler, const gchar * uri, GError ** error)
{
  g_autofree gchar *signalling_uri = gst_ice_uri_to_signalling (uri,
      GST_URI_SINK, error);

  if (signalling_uri == NULL)
    return FALSE;

  g_object_set (handler, "signalling-uri", signalling_uri, NULL);
  return TRUE;
}

void
gst_ice_uri_init_sink (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_sink_type;
  handler->get_protocols = get_sink_protocols;
  handler->get_uri = get_sink_uri;
  handler->set_uri = set_sink_uri;
}
