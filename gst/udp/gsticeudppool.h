/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpreader.h"

G_BEGIN_DECLS

/* The threads that wait for packets, in the whole process. Readers of the same
 * context share one; a reader that stalls, stalls its context. */

/* Any thread but the pool's own, both of them. */

/* @reader: (transfer none): belongs to the pool's thread until it is removed
 * @context: (nullable): readers that name the same share a thread, %NULL: a thread
 *     of its own
 * @wait_ms: the thread wakes up at most once in this time, 0: as packets come, in
 *     batches when they come fast. Of a shared context the first counts.
 * Returns: %FALSE with @error set to %GST_ICE_ERROR_LOCAL */
gboolean gst_ice_udp_pool_add (GstIceUdpReader * reader, const gchar * context,
    guint wait_ms, GError ** error);

/* Waits for a call that @reader is in, no longer: then it is the caller's. */
void gst_ice_udp_pool_remove (GstIceUdpReader * reader);

/* Any thread. Returns: how many threads there are */
guint gst_ice_udp_pool_get_n_threads (void);

G_END_DECLS
