/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

G_BEGIN_DECLS

/* What the calls of this process do, in Prometheus' text format (version 0.0.4). Any thread.
 * Returns: (transfer full) */
gchar *gst_ice_metrics_write (void) G_GNUC_WARN_UNUSED_RESULT;

/* Has them told at "metrics-uri", if @config has it.
 * @uri: (inout): %NULL: they are not told yet; for gst_ice_metrics_hush()
 * Returns: %FALSE with @error set when nobody can listen there */
gboolean gst_ice_metrics_tell (gchar ** uri, const GstIceConfig * config,
    GError ** error);
void gst_ice_metrics_hush (gchar ** uri);

G_END_DECLS
