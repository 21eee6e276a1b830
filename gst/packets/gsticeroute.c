/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The abstract route: calls the functions of its class. */

#include "config.h"

#include "gsticeroute.h"

/* In tenths of a second an atomic integer holds seven years. */
#define VOUCHED_UNIT_MS 100

typedef struct
{
  gint vouched;                 /* atomic: when media was last authenticated,
                                 * in VOUCHED_UNIT_MS; 0: never */
} GstIceRoutePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GstIceRoute, gst_ice_route, G_TYPE_OBJECT);

static guint
gst_ice_route_send_list_of_one (GstIceRoute * self, GstBuffer * packet,
    GstIceRouteTally * tally, GError ** error)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new_sized (1);

  gst_buffer_list_add (list, gst_buffer_ref (packet));
  return gst_ice_route_send_list (self, list, 0, tally, error);
}

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
  klass->send_packet = gst_ice_route_send_list_of_one;
  klass->get_fd = gst_ice_route_no_fd;
  klass->add_stats = gst_ice_route_no_stats;
}

static void
gst_ice_route_init (GstIceRoute * self)
{
}

guint
gst_ice_route_send_list (GstIceRoute * self, GstBufferList * list, guint first,
    GstIceRouteTally * tally, GError ** error)
{
  GstIceRouteTally unused = { 0, };

  return GST_ICE_ROUTE_GET_CLASS (self)->send_list (self, list, first,
      tally != NULL ? tally : &unused, error);
}

guint
gst_ice_route_send_packet (GstIceRoute * self, GstBuffer * packet,
    GstIceRouteTally * tally, GError ** error)
{
  GstIceRouteTally unused = { 0, };

  return GST_ICE_ROUTE_GET_CLASS (self)->send_packet (self, packet,
      tally != NULL ? tally : &unused, error);
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

void
gst_ice_route_vouch (GstIceRoute * self)
{
  GstIceRoutePrivate *own = gst_ice_route_get_instance_private (self);

  g_atomic_int_set (&own->vouched, (gint) (g_get_monotonic_time () /
          (VOUCHED_UNIT_MS * G_TIME_SPAN_MILLISECOND)));
}

gint64
gst_ice_route_get_vouched_ms (GstIceRoute * self)
{
  GstIceRoutePrivate *own = gst_ice_route_get_instance_private (self);

  return (gint64) g_atomic_int_get (&own->vouched) * VOUCHED_UNIT_MS;
}
