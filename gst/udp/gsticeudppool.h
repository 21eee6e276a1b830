/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticewaiter.h"
#include "gsticeudpsource.h"

G_BEGIN_DECLS

/* Who reads which sockets, in the whole process: those of a context its own thread,
 * by a loop (gsticeudploop.h) that is the context's feed; and one thread, the fallback,
 * those whose thread is away, and those that nobody wants packets of. */

/* Any thread but those that read. */

/* @source: (transfer none): belongs to the thread that reads it until it is removed
 * @context: (transfer none) (nullable): of those who want its packets; it stays
 *     until the source is removed. %NULL: nobody does
 * Returns: %FALSE with @error set to %GST_ICE_ERROR_LOCAL */
gboolean gst_ice_udp_pool_add (GstIceUdpSource * source,
    GstIceWaiter * context, GError ** error);

/* Waits for a call that @source is in, no longer: then it is the caller's. */
void gst_ice_udp_pool_remove (GstIceUdpSource * source);

/* Any thread. Returns: how many threads the pool has: 0 or 1 */
guint gst_ice_udp_pool_get_n_threads (void);

G_END_DECLS
