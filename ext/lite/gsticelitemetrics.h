/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Any thread. Appends metrics of all ports that calls share, in Prometheus' text format. */
void gst_ice_lite_metrics_write (GString * text);

G_END_DECLS
