/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemlines.h"

G_BEGIN_DECLS

/* What a peer's description makes of our m-lines. Pure, as the m-lines are. */

/* Gives the claims their m-lines by a peer's @offer, whose order counts; what
 * nobody claims or can take is rejected. UNSUPPORTED when nothing is left. On an
 * error nothing has changed. */
gboolean gst_ice_match_offer (GstIceMlines * self,
    const GstIceDescription * offer, gboolean rtcp_mux, GError ** error);

/* Takes the peer's @answer over: rejections, formats, rtcp-mux. On an error
 * nothing has changed. */
gboolean gst_ice_match_answer (GstIceMlines * self,
    const GstIceDescription * answer, GError ** error);

G_END_DECLS
