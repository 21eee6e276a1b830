/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecalls.h"

G_BEGIN_DECLS

/* Reports on the consumers of a session to elements and users: calls with
 * several peers. Session thread only. */

/* Media can flow to the consumer of @call, which is in the list. */
void gst_ice_consumers_tell_added (const GstIceCalls * calls,
    GstIceMembers * members, const GstIceCall * call);

/* The consumer of @call, which is still in the list, goes; nothing is told of one that was
 * never there, but why it could not be. @error, or @reason, in a word: (transfer none)
 * (nullable): why it goes */
void gst_ice_consumers_tell_removed (const GstIceCalls * calls,
    GstIceMembers * members, const GstIceCall * call, const GError * error,
    const gchar * reason);

/* The offer of @call was refused: reports the reason. */
void gst_ice_consumers_tell_refused (GstIceMembers * members,
    const GstIceCall * call, const GError * error);

/* The caller hung up before there was a path to it. */
void gst_ice_consumers_tell_given_up (GstIceMembers * members,
    const GstIceCall * call);

/* @connection, @gathering: of the session
 * Returns: (transfer full): its statistics, with what is known of the one call; of several,
 *     "consumers", an array with a structure for each, and the sums of what they were sent */
GstStructure *gst_ice_consumers_make_stats (const GstIceCalls * calls,
    GstIceConnectionState connection, GstIceGatheringState gathering) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
