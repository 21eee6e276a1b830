/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The sockets of a thread that wants their packets. The thread waits for
 * these sockets itself: with another thread that reads, each packet would
 * wake two. */
#define GST_TYPE_ICE_POLLER (gst_ice_poller_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIcePoller, gst_ice_poller, GST, ICE_POLLER, GObject)

struct _GstIcePollerClass
{
  GObjectClass parent_class;

  void (*run) (GstIcePoller * self, gint64 deadline_us);
  void (*wake) (GstIcePoller * self);
};

/* Streaming thread. Waits for packets and delivers them to their receivers.
 * Returns when packets came, when other work was done, when it was woken,
 * and at @deadline_us (monotonic; %G_MAXINT64: never). */
void gst_ice_poller_run (GstIcePoller * self, gint64 deadline_us);

/* Any thread; never blocks. Makes the present gst_ice_poller_run() return at
 * once, or else the next one. */
void gst_ice_poller_wake (GstIcePoller * self);

G_END_DECLS
