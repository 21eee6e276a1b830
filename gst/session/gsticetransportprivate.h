/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetransport.h"

G_BEGIN_DECLS

/* What the transport's files share: gsticeleg.c has what is asked of it,
 * gsticelegevents.c what its agents tell. */
extern const GstIceAgentEvents gst_ice_transport_agent_events;

void gst_ice_transport_notify (GstIceTransport * self, const GstIceNotice * notice);
void gst_ice_transport_changed (GstIceTransport * self);
void gst_ice_transport_progress (GstIceTransport * self, GstProgressType type,
    const gchar * text);
void gst_ice_transport_set_gathering_state (GstIceTransport * self,
    GstIceGatheringState state);

/* Returns: (transfer none) (nullable): the one that the negotiation speaks of */
GstIceGeneration *gst_ice_transport_get_newest (GstIceTransport * self);

/* @generation: (transfer full) (nullable): what is under way to it may come in for
 *     @delay_ms */
void gst_ice_transport_retire (GstIceTransport * self, GstIceGeneration * generation,
    guint delay_ms);

G_END_DECLS
