/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The abstract poller: calls the functions of its class. */

#include "config.h"

#include "gsticepoller.h"

G_DEFINE_ABSTRACT_TYPE (GstIcePoller, gst_ice_poller, G_TYPE_OBJECT);

static void
gst_ice_poller_class_init (GstIcePollerClass * klass)
{
}

static void
gst_ice_poller_init (GstIcePoller * self)
{
}

void
gst_ice_poller_run (GstIcePoller * self, gint64 deadline_us)
{
  GST_ICE_POLLER_GET_CLASS (self)->run (self, deadline_us);
}

void
gst_ice_poller_wake (GstIcePoller * self)
{
  GST_ICE_POLLER_GET_CLASS (self)->wake (self);
}
