/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticewaiter.h"
#include "gsticeudpsource.h"

G_BEGIN_DECLS

/* Decides for the whole process which thread reads which socket. A waiter's
 * own thread reads its sockets, through a loop (gsticeudploop.h). One thread
 * of the pool, the fallback reader, reads for threads that are away and for
 * sockets without a waiter. */

/* Any thread, unless it is inside a read. */

/* @source: (transfer none): belongs to the reading thread until it is removed
 * @context: (transfer none) (nullable): the waiter of the thread that wants the
 *     packets; it stays until the source is removed. %NULL: no thread wants
 *     them
 * Returns: %FALSE with @error set to %GST_ICE_ERROR_LOCAL */
gboolean gst_ice_udp_pool_add (GstIceUdpSource * source,
    GstIceWaiter * context, GError ** error);

/* Waits while a function of @source is being called. Afterwards @source is
 * the caller's. */
void gst_ice_udp_pool_remove (GstIceUdpSource * source);

/* Any thread.
 * Returns: how many threads the pool has: 0 or 1 */
guint gst_ice_udp_pool_get_n_threads (void);

G_END_DECLS
