/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticechannel.h"

G_BEGIN_DECLS

/* Structures with the names of W3C's webrtc-stats in GStreamer's spelling
 * (RTCIceCandidateStats.candidateType is "candidate-type"). */

/* Returns: (transfer full): "ice-candidate" with foundation, component, address,
 *     port, protocol, candidate-type, priority, and, where known,
 *     related-address, related-port, tcp-type, url */
GstStructure *gst_ice_stats_from_candidate (const GstIceCandidate * candidate)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): "ice-selected-pair" with "local" and "remote" */
GstStructure *gst_ice_stats_from_pair (const GstIceCandidate * local,
    const GstIceCandidate * remote) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): "ice-stats" with what @channel counted, and what
 *     its route did */
GstStructure *gst_ice_stats_from_channel (GstIceChannel * channel)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): "host/udp 10.0.0.2:5000 → 10.0.0.3:6000" */
gchar *gst_ice_stats_describe_pair (const GstIceCandidate * local,
    const GstIceCandidate * remote) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
