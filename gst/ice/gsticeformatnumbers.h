/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeformatrules.h"

G_BEGIN_DECLS

/* Payload types and numbers of header extensions, which each end chooses for what comes in
 * (RFC 3264, 5.1 and 6.1; RFC 8285, 7): so the two directions of an m-line may have
 * different ones. Pure. */

/* Finds @format, one of @theirs, among @ours: the one that goes best with it, and, of such,
 * the one with the same number. What repairs or wraps another format (apt, RFC 4588, 8.6)
 * has to do so for the same one.
 * Returns: its place in @ours; -1: it is none of them */
gint gst_ice_format_numbers_find (const GstStructure * format, GstCaps * theirs,
    GstCaps * ours, GstIceFormatsUse use);

/* @answered, @offered: (transfer none): formats of a peer's answer, and of our offer
 * @sent: (out) (transfer full): those of @answered that were offered, with its numbers: what
 *     goes out
 * Returns: (transfer full): the same in the same order with the numbers of @offered: what
 *     comes in */
GstCaps *gst_ice_format_numbers_match (GstCaps * answered, GstCaps * offered,
    GstCaps ** sent) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
