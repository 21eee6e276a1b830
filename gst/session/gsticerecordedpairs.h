/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticetimeline.h"

G_BEGIN_DECLS

/* The pairs of candidates of one m-line on a timeline: since when each can be checked, and
 * what came of it, as far as an agent tells. Pure but for the time. */
typedef struct _GstIceRecordedPairs GstIceRecordedPairs;

/* @steps: (transfer none), of GstIceTimelineStep, gets @max_steps at most; outlives the pairs
 * @begin_us: of the timeline
 * @prefix: copied: of each step's text */
GstIceRecordedPairs *gst_ice_recorded_pairs_new (GArray * steps,
    guint max_steps, gint64 begin_us, const gchar * prefix)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_recorded_pairs_free (GstIceRecordedPairs * self);

/* Gathering begins, at first or for a restart: those of before are not checked any more. */
void gst_ice_recorded_pairs_reset (GstIceRecordedPairs * self);

/* @candidate: (transfer none): the agent has it, and, where it is the peer's, may check it */
void gst_ice_recorded_pairs_add_local (GstIceRecordedPairs * self,
    const GstIceCandidate * candidate);
void gst_ice_recorded_pairs_add_remote (GstIceRecordedPairs * self,
    const GstIceCandidate * candidate);

/* A pair works, and is selected; the first, or in the place of another.
 * @at_us: when, of the monotonic clock */
void gst_ice_recorded_pairs_select (GstIceRecordedPairs * self,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    gint64 at_us);

/* No more checks are made. @result: what came of those that were not selected */
void gst_ice_recorded_pairs_end (GstIceRecordedPairs * self,
    const gchar * result);

G_END_DECLS
