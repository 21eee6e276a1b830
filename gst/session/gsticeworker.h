/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Returns: (transfer full): the context of one of the control threads. All
 *     sessions of the process share these; they live as long as the process.
 *     There are at most 4, and no more than cores. Any thread. */
GMainContext *gst_ice_worker_get_context (GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread.
 * Returns: whether the caller is on a control thread */
gboolean gst_ice_worker_is_current (void);

G_END_DECLS
