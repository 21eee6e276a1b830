/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"

G_BEGIN_DECLS

/* Meets the peer in a room of a rendezvous server, by the messages of
 * gst-plugins-rs' signalling protocol. A session that only sends is a
 * producer; one that only receives is a consumer. One that does both
 * produces if no other peer of the room does; if two begin to produce at
 * once, the one with the smaller peer id produces. The consumer starts the
 * session, and the producer offers. A session that only sends may have many
 * consumers: each has a signaller of its own. */
#define GST_TYPE_ICE_WS_SIGNALLER (gst_ice_ws_signaller_get_type ())
G_DECLARE_FINAL_TYPE (GstIceWsSignaller, gst_ice_ws_signaller, GST,
    ICE_WS_SIGNALLER, GObject)

/* A GstIceSignallerFactory for ws: and wss:.
 * Returns: (transfer full): a signaller; or %NULL with @error set */
GstIceSignaller *gst_ice_ws_signaller_new (const GstIceConfig * config,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether the server has welcomed this side, and the connection is
 *     open */
gboolean gst_ice_ws_signaller_is_connected (GstIceWsSignaller * self);

/* Returns: whether the call goes on although the server does not know it any
 *     more */
gboolean gst_ice_ws_signaller_is_detached (GstIceWsSignaller * self);

G_END_DECLS
