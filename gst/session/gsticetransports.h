/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* What the transports of a call are, taken together. @self: of GstIceTransport. Session
 * thread only. */

/* As W3C takes them. */
GstIceConnectionState gst_ice_transports_get_connection_state (GPtrArray * self);
GstIceGatheringState gst_ice_transports_get_gathering_state (GPtrArray * self);

/* Whether media could still flow on any. */
gboolean gst_ice_transports_any_alive (GPtrArray * self);

/* Whether a pair worked on any, at some time; and whether media could flow, which with
 * encryption takes keys, too. */
gboolean gst_ice_transports_were_connected (GPtrArray * self);
gboolean gst_ice_transports_are_usable (GPtrArray * self);

/* Whether a path that was there is gone. */
gboolean gst_ice_transports_have_lost_path (GPtrArray * self);

/* Packets that came in so far. */
guint64 gst_ice_transports_get_n_received (GPtrArray * self);

G_END_DECLS
