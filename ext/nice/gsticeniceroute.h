/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeroute.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* Returns: (transfer full): a route that sends with libnice's own calls, over
 *     whatever pair @agent has selected for that component */
GstIceRoute *gst_ice_nice_route_new (NiceAgent * agent, guint stream,
    guint component) G_GNUC_WARN_UNUSED_RESULT;

/* libnice 0.1.21 sends nothing more over a pair that it has given up, not even when the
 * peer answers again: has it send. It tells of the pair as if it were another, but to no
 * handler that was connected with @deaf: routes for it are as they were, and where there
 * is none, as the peer gives no consent, there is none now.
 * Returns: %FALSE if the pair is gone, as its socket is */
gboolean gst_ice_nice_route_reopen (NiceAgent * agent, guint stream,
    guint component, gpointer deaf);

G_END_DECLS
