/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemlines.h"

G_BEGIN_DECLS

/* What a further offer of ours changes on m-lines that are agreed, and what a peer's
 * description changes there (RFC 3264, 8). Pure. */

/* Whether the elements do something that the peer is to be told by another offer: a format
 * has changed, or an element has left. New m-lines don't count. */
gboolean gst_ice_reoffer_is_needed (GstIceMlines * mlines);

/* Puts that into the m-lines before @first_new. What was agreed stays in force until
 * gst_ice_match_answer(). */
void gst_ice_reoffer_prepare (GstIceMlines * mlines, guint first_new);

/* Our offer is rolled back, and would be made again. */
void gst_ice_reoffer_undo (GstIceMlines * mlines);

/* Takes formats for an agreed m-line from the peer's offer.
 * @chosen: (transfer none): by the peer's numbers */
void gst_ice_reoffer_take_offered (GstIceMline * mline, GstCaps * chosen);

/* Takes formats from an answer. @received, @sent: (transfer full): as of
 * gst_ice_format_numbers_match() */
void gst_ice_reoffer_take_answered (GstIceMline * mline, GstCaps * received,
    GstCaps * sent);

/* The peer's answer was taken: notes whether it refuses the change that was offered. */
void gst_ice_reoffer_conclude (GstIceMline * mline);

/* Remembers the payload types of the formats of @mline. */
void gst_ice_reoffer_note_numbers (GstIceMline * mline);

/* Whether the peer takes the first of @formats (nullable), which an element of @mline sends. */
gboolean gst_ice_reoffer_peer_takes (const GstIceMline * mline,
    GstCaps * formats);

/* Whether a new call with the formats that were agreed would agree on that one, too. Where no
 * offer can be made, a stream goes on only if so. */
gboolean gst_ice_reoffer_covers (const GstIceMline * mline, GstCaps * formats);

G_END_DECLS
