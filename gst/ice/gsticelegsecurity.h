/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeleg.h"

G_BEGIN_DECLS

/* How a leg comes by the keys that protect its packets. Session thread only. */

/* Begins to come by keys, with the leg; both sides are agreed;
 * there is a path; ends it. */
gboolean gst_ice_leg_secure (GstIceLeg * self, GError ** error);
void gst_ice_leg_secure_agree (GstIceLeg * self);
void gst_ice_leg_secure_path (GstIceLeg * self);
void gst_ice_leg_secure_close (GstIceLeg * self);
void gst_ice_leg_add_secure_stats (const GstIceLeg * self,
    GstStructure * stats);

/* Whether media could flow, at some time: there was a path, and keys if need be. */
gboolean gst_ice_leg_is_usable (const GstIceLeg * self);

G_END_DECLS
