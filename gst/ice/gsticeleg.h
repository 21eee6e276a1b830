/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"
#include "gsticemlines.h"

G_BEGIN_DECLS

/* The running side of one m-line: its agent, where its packets come in, and what
 * states it is in. Session thread only. */
typedef struct
{
  guint index;
  GstIceMline *mline;           /* (transfer none) */
  GstIceAgent *agent;           /* NULL: not opened, or closed */
  GstIceInlet *inlets[GST_ICE_MAX_COMPONENTS];
  GstIceRoute *routes[GST_ICE_MAX_COMPONENTS];
  GstIceAgentState component_states[GST_ICE_MAX_COMPONENTS];
  gboolean agreed;              /* formats and rtcp-mux are final */
  gboolean refused;
  gboolean was_connected;
  GstIceGatheringState gathering_state;
  GstIceConnectionState connection_state;
  GstIceCandidate *selected_local;      /* of component 1 */
  GstIceCandidate *selected_remote;
} GstIceLeg;

GstIceLeg *gst_ice_leg_new (guint index, GstIceMline * mline)
    G_GNUC_WARN_UNUSED_RESULT;

/* The agent must be closed. */
void gst_ice_leg_free (GstIceLeg * self);

/* Gives the channels of the elements on the m-line what the leg has: to be called
 * whenever elements, agreement or routes change. */
void gst_ice_leg_wire (GstIceLeg * self);

/* Takes the routes away and ends all channels. */
void gst_ice_leg_end (GstIceLeg * self, GstIceChannelEnd how);

/* Returns: the state that the components' states make together */
GstIceConnectionState gst_ice_leg_compute_state (const GstIceLeg * self);

/* Packets that came in so far, on all components. */
guint64 gst_ice_leg_get_n_received (const GstIceLeg * self);

/* Returns: (transfer full): W3C's candidate-pair, local and remote candidate, and
 *     transport statistics of this m-line */
GstStructure *gst_ice_leg_get_stats (const GstIceLeg * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
