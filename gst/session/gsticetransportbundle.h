/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetransport.h"

G_BEGIN_DECLS

/* A transport that has no agent of its own, as its m-line shares the transport of another
 * one (RFC 9143): paths, keys and states are those of the carrier. Session thread
 * only. */

/* Instead of gst_ice_transport_open(). @carrier: (transfer none): outlives the transport */
void gst_ice_transport_ride (GstIceTransport * self, GstIceTransport * carrier);

/* What the carrier's files call when something is new. */
void gst_ice_transport_wire_riders (GstIceTransport * self);
void gst_ice_transport_tell_riders (GstIceTransport * self, const GstIceNotice * notice);
void gst_ice_transport_give_up_riders (GstIceTransport * self);

G_END_DECLS
