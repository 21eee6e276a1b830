/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemlines.h"

G_BEGIN_DECLS

/* Which m-lines share a transport (RFC 9143). Pure, as the m-lines are. */

/* Decides on the groups of a peer's @offer, when it is known which m-lines from
 * @first_new on are rejected. A group is refused, so that each m-line has its own
 * agent and audio can go before video, where the peer brought a transport for each
 * of its m-lines, and taken where it did not, or uses the same credentials for all,
 * as browsers do. */
void gst_ice_bundle_match_offer (GstIceMlines * mlines,
    const GstIceDescription * offer, guint first_new);

/* Groups those m-lines of an offer of ours that are new, from @first_new on, with those
 * that are grouped already. */
void gst_ice_bundle_offer (GstIceMlines * mlines, GstIceBundlePolicy policy,
    guint first_new);

/* Returns: %FALSE with GST_ICE_ERROR_UNSUPPORTED when @answer has m-lines share a transport
 *     that were not offered as a group */
gboolean gst_ice_bundle_check_answer (GstIceMlines * mlines,
    const GstIceDescription * answer, GError ** error);

/* Takes over which m-lines share a transport by the peer's @answer, which was checked,
 * when it is known which are rejected. */
void gst_ice_bundle_match_answer (GstIceMlines * mlines,
    const GstIceDescription * answer);

/* Whether m-line @index uses another one's transport, or, when it is rejected, would. */
gboolean gst_ice_bundle_is_carried (GstIceMlines * mlines, guint index);

/* Whether m-line @index is offered in a group, with a transport of its own beside the
 * group's. */
gboolean gst_ice_bundle_is_separate (GstIceMlines * mlines, guint index);

/* Whether another m-line, which is not rejected, has the transport of m-line @index. */
gboolean gst_ice_bundle_carries (GstIceMlines * mlines, guint index);

G_END_DECLS
