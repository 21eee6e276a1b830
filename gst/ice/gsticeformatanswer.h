/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* Reduces the agreed formats to what an answer may promise: what the
 * elements do, not all that was offered. Pure. */

/* What the elements of an m-line do. */
typedef struct
{
  GstIceDirection direction;    /* as agreed, seen from here */
  GstCaps *sent;                /* caps of what is sent; NULL: nothing, or
                                 * not known */
  GstCaps *received;            /* caps that downstream asks for; NULL: none */
  gboolean has_rtcp;            /* an element receives or sends RTCP, and so
                                 * can do feedback */
} GstIceFormatAnswer;

/* Makes the formats of an answer:
 *
 * Parameters: profile and stream parameters are those of what is sent.
 *
 * Header extensions (RFC 8285): MID, those that the caps name, and, with RTCP,
 * those that feedback needs. Ids go up to 255. Directions are mirrored. An
 * extension of a sent stream must have the same id as in the offer.
 *
 * Feedback (RFC 4585): PLI and FIR; the rest with RTCP, or when the caps name
 * it.
 * @agreed: (transfer none): formats from a peer's offer
 * Returns: (transfer full): the formats of the answer */
GstCaps *gst_ice_format_answer_make (const GstIceFormatAnswer * self,
    GstCaps * agreed) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
