/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Implements gsticenicepath.h for systems that gst/udp does not support. */

#include "config.h"

#include "gsticenicepath.h"

#include "gsticeniceroute.h"

struct _GstIceNicePath
{
  NiceAgent *nice;
  guint stream;
  guint component;
  GstIceDemux *demux;
  gint64 heard_us;              /* when media last came; 0: never */
};

/* Returns: (transfer full): a path that uses libnice's own calls */
GstIceNicePath *
gst_ice_nice_path_new (const GstIceNicePathSettings * settings)
{
  GstIceNicePath *self = g_new0 (GstIceNicePath, 1);

  self->nice = g_object_ref (settings->nice);
  self->stream = settings->stream;
  self->component = settings->component;
  self->demux = g_object_ref (settings->demux);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_path_free (GstIceNicePath * self)
{
  g_object_unref (self->demux);
  g_object_unref (self->nice);
  g_free (self);
}

GstIceRoute *
gst_ice_nice_path_select (GstIceNicePath * self, const gchar * remote_ufrag,
    const gchar * remote_password)
{
  return gst_ice_nice_route_new (self->nice, self->stream, self->component);
}

void
gst_ice_nice_path_settle (GstIceNicePath * self)
{
}

void
gst_ice_nice_path_take_media (GstIceNicePath * self, gconstpointer data,
    gsize size_bytes)
{
  GstBufferList *list = gst_buffer_list_new_sized (1);

  self->heard_us = g_get_monotonic_time ();
  gst_buffer_list_add (list, gst_buffer_new_memdup (data, size_bytes));
  gst_ice_demux_deliver (self->demux, list);
}

gboolean
gst_ice_nice_path_has_media (const GstIceNicePath * self)
{
  return self->heard_us != 0 &&
      g_get_monotonic_time () - self->heard_us < G_USEC_PER_SEC;
}

void
gst_ice_nice_path_take_response (GstIceNicePath * self,
    const guint8 * response, gsize size_bytes)
{
}

gboolean
gst_ice_nice_path_has_consent (GstIceNicePath * self)
{
  return FALSE;
}
