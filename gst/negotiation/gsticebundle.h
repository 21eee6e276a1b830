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

/* Whether m-line @index uses another one's transport. */
gboolean gst_ice_bundle_is_carried (GstIceMlines * mlines, guint index);

/* Returns: %FALSE with GST_ICE_ERROR_UNSUPPORTED when @answer has m-lines share a transport
 *     that have one each here */
gboolean gst_ice_bundle_check_answer (GstIceMlines * mlines,
    const GstIceDescription * answer, GError ** error);

G_END_DECLS
