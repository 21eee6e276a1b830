/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticereceiver.h"
#include "gsticesender.h"

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

/* Returns: (transfer full): "ice-stats" with what was counted, and what the route did.
 *     Both have the fields of both; a receiver's has what was lost, besides. */
GstStructure *gst_ice_stats_from_sender (GstIceSender * sender)
    G_GNUC_WARN_UNUSED_RESULT;
GstStructure *gst_ice_stats_from_receiver (GstIceReceiver * receiver)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): "host/udp 10.0.0.2:5000 → 10.0.0.3:6000" */
gchar *gst_ice_stats_describe_pair (const GstIceCandidate * local,
    const GstIceCandidate * remote) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
