/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesender.h"

G_BEGIN_DECLS

/* What one peer says by RTCP of what one sender sends to it: its wishes go to the sender's
 * requests, bounded, and what it says of its reception is kept. Reference counted. */
typedef struct _GstIceFeedback GstIceFeedback;

/* @sender, @destination, the peer of it: (transfer none), referenced */
GstIceFeedback *gst_ice_feedback_new (GstIceSender * sender,
    GstIceDestination * destination) G_GNUC_WARN_UNUSED_RESULT;
GstIceFeedback *gst_ice_feedback_ref (GstIceFeedback * self);
void gst_ice_feedback_unref (GstIceFeedback * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceFeedback, gst_ice_feedback_unref)

/* Session thread. @leave: retransmission and key units are somebody else's: nothing is asked
 * of the element */
void gst_ice_feedback_set_passive (GstIceFeedback * self, gboolean passive);

/* Any thread. A compound packet in the clear, of the peer. What is of sources that the
 * sender did not send is not for it. */
void gst_ice_feedback_take (GstIceFeedback * self, const guint8 * data,
    gsize size);

/* Session thread. Adds what the peer said, by W3C's names; @clock_rate: of the m-line, 0:
 * unknown */
void gst_ice_feedback_add_stats (GstIceFeedback * self, guint clock_rate,
    GstStructure * stats);

G_END_DECLS
