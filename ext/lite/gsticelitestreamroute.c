/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sends packets as frames of a TCP connection. */

#include "config.h"

#include "gsticelitestreamroute.h"

#include "gsticeerror.h"

struct _GstIceLiteStreamRoute
{
  GstIceRoute parent;

  GstIceLiteStream *stream;     /* set at construction */
  gint n_refused;               /* atomic */
};

G_DEFINE_TYPE (GstIceLiteStreamRoute, gst_ice_lite_stream_route,
    GST_TYPE_ICE_ROUTE);

static guint
gst_ice_lite_stream_route_send_list (GstIceRoute * route,
    GstBufferList * list, guint first, GstIceRouteTally * tally,
    GError ** error)
{
  GstIceLiteStreamRoute *self = GST_ICE_LITE_STREAM_ROUTE (route);
  const guint n = gst_buffer_list_length (list);

  for (guint i = first; i < n; i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);
    GstIceLiteStreamSent sent = GST_ICE_LITE_STREAM_FULL;
    GstMapInfo map;

    if (gst_buffer_map (packet, &map, GST_MAP_READ)) {
      sent = gst_ice_lite_stream_send (self->stream, map.data, map.size,
          i + 1 < n);
      if (sent == GST_ICE_LITE_STREAM_SENT)
        tally->n_bytes += map.size;
      gst_buffer_unmap (packet, &map);
    }
    if (sent == GST_ICE_LITE_STREAM_CLOSED) {
      g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_PATH_LOST,
          "The TCP connection to the peer is closed.");
      return i - first;
    }
    if (sent == GST_ICE_LITE_STREAM_FULL) {
      tally->n_refused++;
      g_atomic_int_inc (&self->n_refused);
    }
  }
  return n - first;
}

static void
gst_ice_lite_stream_route_add_stats (GstIceRoute * route, GstStructure * stats)
{
  GstIceLiteStreamRoute *self = GST_ICE_LITE_STREAM_ROUTE (route);

  gst_structure_set (stats,
      "send-mode", G_TYPE_STRING, "tcp",
      "receive-mode", G_TYPE_STRING, "tcp",
      "packets-refused", G_TYPE_UINT64,
      (guint64) g_atomic_int_get (&self->n_refused), NULL);
}

static void
gst_ice_lite_stream_route_finalize (GObject * object)
{
  g_object_unref (GST_ICE_LITE_STREAM_ROUTE (object)->stream);
  G_OBJECT_CLASS (gst_ice_lite_stream_route_parent_class)->finalize (object);
}

static void
gst_ice_lite_stream_route_class_init (GstIceLiteStreamRouteClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_lite_stream_route_finalize;
  GST_ICE_ROUTE_CLASS (klass)->send_list = gst_ice_lite_stream_route_send_list;
  GST_ICE_ROUTE_CLASS (klass)->add_stats = gst_ice_lite_stream_route_add_stats;
}

static void
gst_ice_lite_stream_route_init (GstIceLiteStreamRoute * self)
{
}

GstIceRoute *
gst_ice_lite_stream_route_new (GstIceLiteStream * stream)
{
  GstIceLiteStreamRoute *self =
      g_object_new (GST_TYPE_ICE_LITE_STREAM_ROUTE, NULL);

  self->stream = g_object_ref (stream);
  return GST_ICE_ROUTE (self);
}
