/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeleg.h"

G_BEGIN_DECLS

/* A leg that has no agent of its own, as its m-line shares the transport of another
 * one (RFC 9143): paths, keys and states are those of the carrier. Session thread
 * only. */

/* Instead of gst_ice_leg_open(). @carrier: (transfer none): outlives the leg */
void gst_ice_leg_ride (GstIceLeg * self, GstIceLeg * carrier);

/* What the carrier's files call when something is new. */
void gst_ice_leg_wire_riders (GstIceLeg * self);
void gst_ice_leg_tell_riders (GstIceLeg * self, const GstIceNotice * notice);
void gst_ice_leg_give_up_riders (GstIceLeg * self);

G_END_DECLS
