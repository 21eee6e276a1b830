/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemetricsbackend.h"

G_BEGIN_DECLS

/* Tells metrics over HTTP, by GET. */
extern const GstIceMetricsBackend gst_ice_metrics_server;

G_END_DECLS
