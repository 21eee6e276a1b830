/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticewaiter.h"

G_BEGIN_DECLS

/* Threads that read the sockets of all elements that name the same, in the whole
 * process, and push their packets downstream. A pipeline that blocks holds up its
 * own thread. */
typedef struct _GstIceSharedThread GstIceSharedThread;

/* Any thread but those, all of them. */

/* @name: those that name the same share a thread; @func: called there
 * @wait_ms: as of gst_ice_waiter_new(); of a thread the first counts
 * Returns: (transfer full): a place in it; %NULL with @error set when no thread can
 *     be made */
GstIceSharedThread *gst_ice_shared_thread_new (const gchar * name, guint wait_ms,
    void (*func) (gpointer user_data), gpointer user_data, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none): where its thread waits */
GstIceWaiter *gst_ice_shared_thread_get_waiter (GstIceSharedThread * self);

/* Waits for a call under way, and none follows. */
void gst_ice_shared_thread_free (GstIceSharedThread * self);

/* Any thread. There is something to do: one call follows, in the order of those who
 * ask. Never blocks. */
void gst_ice_shared_thread_ask (GstIceSharedThread * self);

G_END_DECLS
