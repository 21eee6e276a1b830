/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* What an answer promises of the formats that were agreed: what is done here, and not
 * all that was offered. Pure. */

/* What the elements of an m-line do. */
typedef struct
{
  GstIceDirection direction;    /* ours, as agreed */
  GstCaps *sent;                /* caps of what is sent; NULL: nothing, or not known */
  GstCaps *received;            /* caps that are asked for; NULL: none */
  gboolean has_rtcp;            /* an element gets or sends RTCP: it may answer feedback */
} GstIceFormatAnswer;

/* Parameters: profile and stream parameters are those of what is sent. Header extensions
 * (RFC 8285): those that the caps name, MID, and, with RTCP, those that feedback needs;
 * with identifiers up to 255, the direction mirrored; what is sent must have the same
 * identifier. Feedback (RFC 4585): PLI and FIR; with RTCP, or when the caps name it, the
 * rest.
 * @agreed: (transfer none): formats of a peer's offer
 * Returns: (transfer full): what the answer says */
GstCaps *gst_ice_format_answer_make (const GstIceFormatAnswer * self,
    GstCaps * agreed) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
