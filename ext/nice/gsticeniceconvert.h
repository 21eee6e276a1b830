/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* Returns: (transfer full): libnice's candidate in our form */
GstIceCandidate *gst_ice_nice_candidate_to_ours (const NiceCandidate *
    candidate) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): our candidate in libnice's form;
 *     %NULL when it has a name instead of an address */
NiceCandidate *gst_ice_nice_candidate_from_ours (const GstIceCandidate *
    candidate, guint stream) G_GNUC_WARN_UNUSED_RESULT;

/* Gives libnice the peer's candidates of all components, except those that it
 * can't use.
 * @candidates: of GstIceCandidate */
void gst_ice_nice_candidates_give (GPtrArray * candidates, NiceAgent * nice,
    guint stream, guint n_components);

GstIceAgentState gst_ice_nice_state_to_ours (NiceComponentState state);

G_END_DECLS
