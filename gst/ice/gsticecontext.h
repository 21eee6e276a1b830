/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticefeed.h"

G_BEGIN_DECLS

/* Where one thread waits for packets: those of one element, or of all that name the
 * same context. It reads their sockets itself, if there are any; others that have
 * packets for it wake it. */
#define GST_TYPE_ICE_CONTEXT (gst_ice_context_get_type ())
G_DECLARE_FINAL_TYPE (GstIceContext, gst_ice_context, GST, ICE_CONTEXT, GObject)

/* @wait_ms: sockets are read at most once in this time, 0: as packets come, in
 *     batches when they come fast
 * Returns: (transfer full) */
GstIceContext *gst_ice_context_new (guint wait_ms) G_GNUC_WARN_UNUSED_RESULT;

guint gst_ice_context_get_wait (GstIceContext * self);

/* Any thread. @feed: (transfer none) (nullable): the sockets, from now on */
void gst_ice_context_set_feed (GstIceContext * self, GstIceFeed * feed);

/* The context's thread. Waits until it is woken, which what it reads itself may do
 * as well, or until @deadline_us, monotonic; %G_MAXINT64: never. One who was woken
 * since it was last here does not wait.
 * Returns: %FALSE when the time is over */
gboolean gst_ice_context_run (GstIceContext * self, gint64 deadline_us);

/* Any thread; never blocks. There may be something for it to do. */
void gst_ice_context_wake (GstIceContext * self);

G_END_DECLS
