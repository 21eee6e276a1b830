/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticefeed.h"

G_DEFINE_ABSTRACT_TYPE (GstIceFeed, gst_ice_feed, G_TYPE_OBJECT);

static void
gst_ice_feed_class_init (GstIceFeedClass * klass)
{
}

static void
gst_ice_feed_init (GstIceFeed * self)
{
}

void
gst_ice_feed_run (GstIceFeed * self, gint64 deadline_us)
{
  GST_ICE_FEED_GET_CLASS (self)->run (self, deadline_us);
}

void
gst_ice_feed_wake (GstIceFeed * self)
{
  GST_ICE_FEED_GET_CLASS (self)->wake (self);
}
