/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesession.h"

G_BEGIN_DECLS

/* The sessions of this process by name. A session stays in the table while
 * it has members; a reference alone does not keep it open. Any thread. */

/* Returns: (transfer full): the session @name, which is made if there is
 *     none. Balance with gst_ice_registry_leave(). %NULL with @error set
 *     when the process has no thread or descriptor left. */
GstIceSession *gst_ice_registry_join (const gchar * name, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* After the last member has left, the session closes by itself. When this
 * returns, it handles no more packets; it may still say goodbye to the peer.
 * Must not be called with a lock held. Whoever joins @name then gets a new
 * session, even while the first is still closing. */
void gst_ice_registry_leave (const gchar * name);

/* Waits until all sessions without members are closed, so that peers and
 * servers have been told.
 * Returns: %FALSE when @timeout_ms has passed before */
gboolean gst_ice_registry_wait_closed (guint timeout_ms);

/* Adds one to @n of the state (GstIceConnectionState) of each session that has members. */
void gst_ice_registry_count_states (guint * n, guint n_states);

G_END_DECLS
