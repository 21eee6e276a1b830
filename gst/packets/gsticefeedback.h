/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesender.h"

G_BEGIN_DECLS

/* What one peer reports by RTCP on what one sender sends to it. Passes its
 * requests, within limits, to the sender's requests, and keeps its reports.
 * Reference counted. */
typedef struct _GstIceFeedback GstIceFeedback;

/* @sender, and its @destination, the peer: (transfer none), referenced */
GstIceFeedback *gst_ice_feedback_new (GstIceSender * sender,
    GstIceDestination * destination) G_GNUC_WARN_UNUSED_RESULT;
GstIceFeedback *gst_ice_feedback_ref (GstIceFeedback * self);
void gst_ice_feedback_unref (GstIceFeedback * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceFeedback, gst_ice_feedback_unref)

/* Session thread. @passive: others handle retransmission and key units, so
 * the element is not asked */
void gst_ice_feedback_set_passive (GstIceFeedback * self, gboolean passive);

/* Any thread. Takes a decrypted compound packet of the peer. Ignores what
 * concerns sources that the sender did not send. */
void gst_ice_feedback_take (GstIceFeedback * self, const guint8 * data,
    gsize size);

/* Session thread. Adds the peer's reports with W3C's names. @clock_rate: of
 * the m-line, 0: unknown */
void gst_ice_feedback_add_stats (GstIceFeedback * self, guint clock_rate,
    GstStructure * stats);

G_END_DECLS
