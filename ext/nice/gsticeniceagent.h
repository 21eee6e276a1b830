/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"

G_BEGIN_DECLS

/* A GstIceAgentFactory. Returns: (transfer full): an agent on libnice, or %NULL
 *     with GST_ICE_ERROR_SETTINGS set */
GstIceAgent *gst_ice_nice_agent_new (const GstIceAgentSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
