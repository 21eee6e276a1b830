/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How many descriptors a call may need at once, including those of
 * libraries: docs/threads.md. */
#define GST_ICE_LIMITS_CALL_DESCRIPTORS 48

/* Any thread. To be called before a library that ends the process when it gets
 * no descriptor, as GLib does for every main context.
 * Returns: whether the process can open @n_descriptors more; %FALSE with
 *     %GST_ICE_ERROR_LOCAL set */
gboolean gst_ice_limits_check (guint n_descriptors, GError ** error);

G_END_DECLS
