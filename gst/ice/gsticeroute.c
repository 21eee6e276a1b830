/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeroute.h"

G_DEFINE_ABSTRACT_TYPE (GstIceRoute, gst_ice_route, G_TYPE_OBJECT);

static gint
gst_ice_route_no_fd (GstIceRoute * self)
{
  return -1;
}

static void
gst_ice_route_no_stats (GstIceRoute * self, GstStructure * stats)
{
}

static void
gst_ice_route_class_init (GstIceRouteClass * klass)
{
  klass->get_fd = gst_ice_route_no_fd;
  klass->add_stats = gst_ice_route_no_stats;
}

static void
gst_ice_route_init (GstIceRoute * self)
{
}

guint
gst_ice_route_send_list (GstIceRoute * self, GstBufferList * list, guint first,
    GError ** error)
{
  return GST_ICE_ROUTE_GET_CLASS (self)->send_list (self, list, first, error);
}

gint
gst_ice_route_get_fd (GstIceRoute * self)
{
  return GST_ICE_ROUTE_GET_CLASS (self)->get_fd (self);
}

void
gst_ice_route_add_stats (GstIceRoute * self, GstStructure * stats)
{
  GST_ICE_ROUTE_GET_CLASS (self)->add_stats (self, stats);
}
