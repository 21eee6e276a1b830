/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetransport.h"

G_BEGIN_DECLS

/* How a transport comes by the keys that protect its packets. Session thread only. */

/* Begins to come by keys, with the transport; both sides are agreed;
 * there is a path; ends it. */
gboolean gst_ice_transport_secure (GstIceTransport * self, GError ** error);
void gst_ice_transport_secure_agree (GstIceTransport * self);
void gst_ice_transport_secure_path (GstIceTransport * self);
void gst_ice_transport_secure_close (GstIceTransport * self);
void gst_ice_transport_add_secure_stats (const GstIceTransport * self,
    GstStructure * stats);

/* Whether media could flow, at some time: there was a path, and keys if need be. */
gboolean gst_ice_transport_is_usable (const GstIceTransport * self);

G_END_DECLS
