/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemlines.h"

G_BEGIN_DECLS

/* Decides which m-lines share a transport (RFC 9143). Pure. */

/* Decides on the groups of a peer's @offer. The rejected m-lines from
 * @first_new on must be known. A group is refused where each of its m-lines
 * has a transport of its own: each m-line then has its own agent, and audio
 * can go before video. A group is accepted where some m-line has no
 * transport, or all use the same credentials, as browsers do. */
void gst_ice_bundle_match_offer (GstIceMlines * mlines,
    const GstIceDescription * offer, guint first_new);

/* Puts the new m-lines of our offer, from @first_new on, into a group with
 * those that are grouped already. */
void gst_ice_bundle_offer (GstIceMlines * mlines, GstIceBundlePolicy policy,
    guint first_new);

/* Returns: %FALSE with GST_ICE_ERROR_UNSUPPORTED when m-lines of @answer
 *     share a transport that were not offered as a group */
gboolean gst_ice_bundle_check_answer (GstIceMlines * mlines,
    const GstIceDescription * answer, GError ** error);

/* Takes the groups from the peer's @answer, which was checked. The rejected
 * m-lines must be known. */
void gst_ice_bundle_match_answer (GstIceMlines * mlines,
    const GstIceDescription * answer);

/* Whether m-line @index uses another one's transport, or would if it were
 * not rejected. */
gboolean gst_ice_bundle_is_carried (GstIceMlines * mlines, guint index);

/* Whether m-line @index is offered in a group and also has a transport of
 * its own. */
gboolean gst_ice_bundle_is_separate (GstIceMlines * mlines, guint index);

/* Whether another m-line, which is not rejected, uses the transport of
 * m-line @index. */
gboolean gst_ice_bundle_carries (GstIceMlines * mlines, guint index);

G_END_DECLS
