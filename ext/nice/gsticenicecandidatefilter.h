/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticenicegathering.h"

G_BEGIN_DECLS

/* What the peer is told of our candidates, as "ice-transport-policy" and
 * "external-address" say. Immutable. */
typedef struct _GstIceNiceCandidateFilter GstIceNiceCandidateFilter;

/* Returns: (transfer full): %NULL with @error set when a setting is wrong */
GstIceNiceCandidateFilter *gst_ice_nice_candidate_filter_new (const GstIceConfig * config,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_candidate_filter_free (GstIceNiceCandidateFilter * self);

/* @gathering: (transfer none): is told of @candidate
 * Returns: (transfer full): of GstIceCandidate: what the peer is to be told
 *     of @candidate; may be empty */
GPtrArray *gst_ice_nice_candidate_filter_describe_new (const GstIceNiceCandidateFilter * self,
    GstIceNiceGathering * gathering,
    const NiceCandidate * candidate) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): @candidate, of the selected pair, in the form
 *     that the peer was told */
GstIceCandidate *gst_ice_nice_candidate_filter_describe_selected (const GstIceNiceCandidateFilter *
    self, GstIceNiceGathering * gathering,
    const NiceCandidate * candidate) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
