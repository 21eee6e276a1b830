/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Sockets, as the thread sees them that wants their packets: it waits for them by
 * itself, as no packet is to wake two threads. */
#define GST_TYPE_ICE_POLLER (gst_ice_poller_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIcePoller, gst_ice_poller, GST, ICE_POLLER, GObject)

struct _GstIcePollerClass
{
  GObjectClass parent_class;

  void (*run) (GstIcePoller * self, gint64 deadline_us);
  void (*wake) (GstIcePoller * self);
};

/* Streaming thread. Waits for packets and delivers them to whom they are for.
 * Returns when there were some, when something else was done, when it was woken,
 * and at @deadline_us, monotonic; %G_MAXINT64: never. */
void gst_ice_poller_run (GstIcePoller * self, gint64 deadline_us);

/* Any thread; never blocks. A gst_ice_poller_run() under way, or else the next,
 * returns at once. */
void gst_ice_poller_wake (GstIcePoller * self);

G_END_DECLS
