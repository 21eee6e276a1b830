/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* The transports of a call combined. @self: of GstIceTransport. Session
 * thread only. */

/* Combines the states as W3C's webrtc does. */
GstIceConnectionState gst_ice_transports_get_connection_state (GPtrArray * self);
GstIceGatheringState gst_ice_transports_get_gathering_state (GPtrArray * self);

/* Whether media could still flow on any transport. */
gboolean gst_ice_transports_any_alive (GPtrArray * self);

/* Whether the peer has shown by ICE that it is there. */
gboolean gst_ice_transports_have_heard_peer (GPtrArray * self);

/* Whether any transport ever had a working pair. */
gboolean gst_ice_transports_were_connected (GPtrArray * self);

/* Whether media could flow on any, which with encryption takes keys too. */
gboolean gst_ice_transports_are_usable (GPtrArray * self);

/* Whether the peer has ended all that the call goes on with. */
gboolean gst_ice_transports_have_ended (GPtrArray * self);

/* Whether any transport has lost its path. */
gboolean gst_ice_transports_have_lost_path (GPtrArray * self);

/* Returns: packets received so far */
guint64 gst_ice_transports_get_n_received (GPtrArray * self);

G_END_DECLS
