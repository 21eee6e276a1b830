/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the calls of this process do, in Prometheus' text format (version 0.0.4). Any thread.
 * Returns: (transfer full) */
gchar *gst_ice_metrics_write (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
