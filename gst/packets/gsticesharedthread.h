/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticewaiter.h"

G_BEGIN_DECLS

/* Threads that read sockets and push packets downstream, each for all
 * elements of the process that name it. A pipeline that blocks holds up its
 * own thread only. */
typedef struct _GstIceSharedThread GstIceSharedThread;

/* Not from a shared thread. */

/* @name: users with the same name share a thread
 * @func: called on that thread
 * @wait_ms: as in gst_ice_waiter_new(); the value of the thread's first user
 *     counts
 * Returns: (transfer full): a place on the thread; %NULL with @error set
 *     when no thread can be made */
GstIceSharedThread *gst_ice_shared_thread_new (const gchar * name, guint wait_ms,
    void (*func) (gpointer user_data), gpointer user_data, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none): the waiter of the thread */
GstIceWaiter *gst_ice_shared_thread_get_waiter (GstIceSharedThread * self);

/* Waits while func is running; it is not called afterwards. */
void gst_ice_shared_thread_free (GstIceSharedThread * self);

/* Any thread; never blocks. Asks for one call of func. Calls follow in the
 * order in which users asked. */
void gst_ice_shared_thread_ask (GstIceSharedThread * self);

G_END_DECLS
