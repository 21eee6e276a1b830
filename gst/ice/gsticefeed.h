/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Sockets, as the thread sees them that wants their packets: it waits for them by
 * itself, as no packet is to wake two threads. */
#define GST_TYPE_ICE_FEED (gst_ice_feed_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceFeed, gst_ice_feed, GST, ICE_FEED, GObject)

struct _GstIceFeedClass
{
  GObjectClass parent_class;

  void (*run) (GstIceFeed * self, gint64 deadline_us);
  void (*wake) (GstIceFeed * self);
};

/* Streaming thread. Waits for packets and delivers them to whom they are for.
 * Returns when there were some, when something else was done, when it was woken,
 * and at @deadline_us, monotonic; %G_MAXINT64: never. */
void gst_ice_feed_run (GstIceFeed * self, gint64 deadline_us);

/* Any thread; never blocks. A gst_ice_feed_run() under way, or else the next,
 * returns at once. */
void gst_ice_feed_wake (GstIceFeed * self);

G_END_DECLS
