/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeroute.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* Returns: (transfer full): a route that sends by libnice's own calls, over
 *     the pair that @agent has selected for that component at the time */
GstIceRoute *gst_ice_nice_route_new (NiceAgent * agent, guint stream,
    guint component) G_GNUC_WARN_UNUSED_RESULT;

/* Makes libnice send on this pair again. libnice 0.1.21 sends nothing over a
 * pair that it has given up, even when the peer answers again. libnice then
 * emits new-selected-pair once more; handlers connected with @deaf are blocked
 * meanwhile, so routes stay as they are.
 * Returns: %FALSE if the pair is gone, because its socket is */
gboolean gst_ice_nice_route_reopen (NiceAgent * agent, guint stream,
    guint component, gpointer deaf);

G_END_DECLS
