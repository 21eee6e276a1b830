/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticenotice.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Adds the signals and the action about consumers to the class of icesink. */
void gst_ice_consumer_signals_install (GType type);

/* Session thread. Emits the signal for @notice, if it is about a consumer. */
void gst_ice_consumer_signals_emit (GstElement * element,
    const GstIceNotice * notice);

G_END_DECLS
