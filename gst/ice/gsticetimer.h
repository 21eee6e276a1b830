/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): a source in the thread's default context. It
 *     calls @function after @delay_ms, and again while that returns
 *     %G_SOURCE_CONTINUE. End it with gst_ice_timer_clear(). */
GSource *gst_ice_timer_new (guint delay_ms, GSourceFunc function,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Likewise, for a limit on what this thread has to do itself: the time is counted in steps, so
 * that work of this thread that takes longer does not use it up. */
GSource *gst_ice_timer_new_patient (guint delay_ms, GSourceFunc function,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the source in @timer, if there is one, and sets it to %NULL. May be
 * called from inside the source's own function. */
void gst_ice_timer_clear (GSource ** timer);

/* Ends the source in @timer, if there is one, and puts another in its place,
 * attached to @context. */
void gst_ice_timer_restart (GSource ** timer, GMainContext * context,
    guint delay_ms, GSourceFunc function, gpointer user_data);

G_END_DECLS
