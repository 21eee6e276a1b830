/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesession.h"

G_BEGIN_DECLS

/* The sessions of this process by name. A session is in the table while an element
 * is a member; a reference alone does not keep it open. Any thread. */

/* Returns: (transfer full): the session called @name, made now if there is none.
 *     Balance with gst_ice_registry_leave(). %NULL with @error set when the process has
 *     no thread or descriptor left for it */
GstIceSession *gst_ice_registry_join (const gchar * name, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* After the last member has left, the session closes by itself: when this returns it
 * handles no packets any more, but it may still say goodbye. Not to be called with a
 * lock held. Whoever joins @name then gets another session, even while the first is
 * still closing. */
void gst_ice_registry_leave (const gchar * name);

/* Waits until every session that was left is closed, so that peers and servers
 * have been told; %FALSE when @timeout_ms passed before. */
gboolean gst_ice_registry_wait_closed (guint timeout_ms);

G_END_DECLS
