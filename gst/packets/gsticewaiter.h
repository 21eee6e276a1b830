/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticepoller.h"

G_BEGIN_DECLS

/* Where one thread waits for packets: those of one element, or of all
 * elements on a shared thread. The thread reads the sockets itself, if there
 * are any. Other threads that have packets for it wake it. */
#define GST_TYPE_ICE_WAITER (gst_ice_waiter_get_type ())
G_DECLARE_FINAL_TYPE (GstIceWaiter, gst_ice_waiter, GST, ICE_WAITER, GObject)

/* @wait_ms: sockets are read once in this time at most; 0: as packets come, in
 *     batches when they come fast
 * @is_shared: the waiter is of a shared thread
 * Returns: (transfer full) */
GstIceWaiter *gst_ice_waiter_new (guint wait_ms, gboolean is_shared)
    G_GNUC_WARN_UNUSED_RESULT;

gboolean gst_ice_waiter_is_shared (GstIceWaiter * self);

guint gst_ice_waiter_get_wait (GstIceWaiter * self);

/* Any thread. @poller: (transfer none) (nullable): has the sockets from now
 * on */
void gst_ice_waiter_set_poller (GstIceWaiter * self, GstIcePoller * poller);

/* The waiting thread. Waits until it is woken (packets that it reads itself may
 * do that too), or until @deadline_us, monotonic; %G_MAXINT64: never. Does not
 * wait if it was woken since its last run.
 * Returns: %FALSE when the time is over */
gboolean gst_ice_waiter_run (GstIceWaiter * self, gint64 deadline_us);

/* Any thread; never blocks. Tells the thread that there may be something to
 * do. */
void gst_ice_waiter_wake (GstIceWaiter * self);

G_END_DECLS
