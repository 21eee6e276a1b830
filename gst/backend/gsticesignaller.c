/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The abstract signaller, and the table of URI schemes that make one. */

#include "config.h"

#include "gsticesignaller.h"

#include "gsticeerror.h"

G_DEFINE_INTERFACE (GstIceSignaller, gst_ice_signaller, G_TYPE_OBJECT);

typedef struct
{
  const gchar *scheme;          /* static */
  GstIceSignallerFactory factory;
} Backend;

/* Written while the plugin is loaded, afterwards only read. */
static Backend backends[8];
static guint n_backends;

static void
gst_ice_signaller_default_init (GstIceSignallerInterface * iface)
{
}

gboolean
gst_ice_signaller_start (GstIceSignaller * self,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error)
{
  return GST_ICE_SIGNALLER_GET_IFACE (self)->start (self, events, user_data,
      error);
}

void
gst_ice_signaller_set_direction (GstIceSignaller * self,
    GstIceDirection direction)
{
  GstIceSignallerInterface *iface = GST_ICE_SIGNALLER_GET_IFACE (self);

  if (iface->set_direction != NULL)
    iface->set_direction (self, direction);
}

gboolean
gst_ice_signaller_is_caller (GstIceSignaller * self)
{
  return GST_ICE_SIGNALLER_GET_IFACE (self)->is_caller (self);
}

gboolean
gst_ice_signaller_awaits_peers (GstIceSignaller * self)
{
  GstIceSignallerInterface *iface = GST_ICE_SIGNALLER_GET_IFACE (self);

  return iface->awaits_peers != NULL ? iface->awaits_peers (self) :
      !iface->is_caller (self);
}

gboolean
gst_ice_signaller_can_trickle_answer (GstIceSignaller * self)
{
  GstIceSignallerInterface *iface = GST_ICE_SIGNALLER_GET_IFACE (self);

  return iface->can_trickle_answer != NULL && iface->can_trickle_answer (self);
}

void
gst_ice_signaller_send_description (GstIceSignaller * self,
    GstIceDescription * description)
{
  GST_ICE_SIGNALLER_GET_IFACE (self)->send_description (self, description);
}

void
gst_ice_signaller_send_trickle (GstIceSignaller * self,
    GstIceDescription * fragment)
{
  GST_ICE_SIGNALLER_GET_IFACE (self)->send_trickle (self, fragment);
}

gboolean
gst_ice_signaller_can_restart (GstIceSignaller * self)
{
  GstIceSignallerInterface *iface = GST_ICE_SIGNALLER_GET_IFACE (self);

  return iface->can_restart != NULL && iface->can_restart (self);
}

gboolean
gst_ice_signaller_sends_restarts (GstIceSignaller * self)
{
  return GST_ICE_SIGNALLER_GET_IFACE (self)->send_restart != NULL;
}

void
gst_ice_signaller_send_restart (GstIceSignaller * self,
    GstIceDescription * fragment)
{
  GST_ICE_SIGNALLER_GET_IFACE (self)->send_restart (self, fragment);
}

void
gst_ice_signaller_doubt_path (GstIceSignaller * self)
{
  GstIceSignallerInterface *iface = GST_ICE_SIGNALLER_GET_IFACE (self);

  if (iface->doubt_path != NULL)
    iface->doubt_path (self);
}

void
gst_ice_signaller_set_full (GstIceSignaller * self, gboolean full)
{
  GstIceSignallerInterface *iface = GST_ICE_SIGNALLER_GET_IFACE (self);

  if (iface->set_full != NULL)
    iface->set_full (self, full);
}

GstStructure *
gst_ice_signaller_describe_peer (GstIceSignaller * self)
{
  GstIceSignallerInterface *iface = GST_ICE_SIGNALLER_GET_IFACE (self);

  return iface->describe_peer != NULL ? iface->describe_peer (self) :
      gst_structure_new_empty ("peer");
}

void
gst_ice_signaller_reject (GstIceSignaller * self, const GError * reason)
{
  GST_ICE_SIGNALLER_GET_IFACE (self)->reject (self, reason);
}

void
gst_ice_signaller_hang_up (GstIceSignaller * self)
{
  GST_ICE_SIGNALLER_GET_IFACE (self)->hang_up (self);
}

void
gst_ice_signaller_close (GstIceSignaller * self, GDestroyNotify closed,
    gpointer user_data)
{
  GST_ICE_SIGNALLER_GET_IFACE (self)->close (self, closed, user_data);
}

void
gst_ice_signaller_register (const gchar * scheme,
    GstIceSignallerFactory factory)
{
  guint i;

  for (i = 0; i < n_backends; i++) {
    if (g_str_equal (backends[i].scheme, scheme))
      break;
  }
  g_return_if_fail (i < G_N_ELEMENTS (backends));

  backends[i].scheme = scheme;
  backends[i].factory = factory;
  n_backends = MAX (n_backends, i + 1);
}

static gchar *
list_schemes (void)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < n_backends; i++)
    g_string_append_printf (list, "%s%s:", i > 0 ? ", " : "",
        backends[i].scheme);
  if (n_backends == 0)
    g_string_append (list, "none, the plugin was built without libsoup");
  return g_string_free (list, FALSE);
}

/**
 * gst_ice_signaller_new:
 *
 * Returns: (transfer full): a signaller, not started, for the config's
 *     "signalling-uri"; %NULL with @error set to GST_ICE_ERROR_SETTINGS
 */
GstIceSignaller *
gst_ice_signaller_new (const GstIceConfig * config, GError ** error)
{
  const gchar *uri = gst_ice_config_get_string (config, "signalling-uri");
  g_autofree gchar *scheme = g_uri_parse_scheme (uri);
  g_autofree gchar *known = NULL;

  for (guint i = 0; scheme != NULL && i < n_backends; i++) {
    if (g_ascii_strcasecmp (scheme, backends[i].scheme) == 0)
      return backends[i].factory (config, error);
  }

  known = list_schemes ();
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "signalling-uri does not begin with a known scheme; known: %s", known);
  return NULL;
}
