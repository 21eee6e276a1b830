/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeleg.h"

G_BEGIN_DECLS

/* What the leg's files share: gsticeleg.c has what is asked of it,
 * gsticelegevents.c what its agents tell. */
extern const GstIceAgentEvents gst_ice_leg_agent_events;

void gst_ice_leg_notify (GstIceLeg * self, const GstIceNotice * notice);
void gst_ice_leg_changed (GstIceLeg * self);
void gst_ice_leg_progress (GstIceLeg * self, GstProgressType type,
    const gchar * text);
void gst_ice_leg_set_gathering_state (GstIceLeg * self,
    GstIceGatheringState state);

/* Returns: (transfer none) (nullable): the one that the negotiation speaks of */
GstIceGeneration *gst_ice_leg_get_newest (GstIceLeg * self);

/* @generation: (transfer full) (nullable): what is under way to it may come in for
 *     @delay_ms */
void gst_ice_leg_retire (GstIceLeg * self, GstIceGeneration * generation,
    guint delay_ms);

G_END_DECLS
