/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemlines.h"

G_BEGIN_DECLS

/* Matches a peer's description with our m-lines. Pure. */

/* Gives the claims their m-lines in a peer's @offer, in its order. M-lines
 * that no claim wants or can take are rejected. UNSUPPORTED: none is left.
 * On an error nothing changes. */
gboolean gst_ice_match_offer (GstIceMlines * self,
    const GstIceDescription * offer, gboolean rtcp_mux, GError ** error);

/* Takes rejections, formats and rtcp-mux from the peer's @answer. On an
 * error nothing changes. */
gboolean gst_ice_match_answer (GstIceMlines * self,
    const GstIceDescription * answer, GError ** error);

/* The same when an answer was taken before.
 * @offer: (nullable): ours, which both answer: formats that the answer before left out may be
 *     in this one */
gboolean gst_ice_match_next_answer (GstIceMlines * self,
    const GstIceDescription * offer, const GstIceDescription * answer, GError ** error);

G_END_DECLS
