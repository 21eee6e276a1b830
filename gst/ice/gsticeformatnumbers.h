/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeformatrules.h"

G_BEGIN_DECLS

/* Payload types and ids of header extensions. Each end chooses those of what
 * it receives (RFC 3264, 5.1 and 6.1; RFC 8285, 7), so the two directions of
 * an m-line may differ. Pure. */

/* Finds in @ours the format that matches @format, one of @theirs, best; among
 * equals the one with the same number. A format that repairs or wraps another
 * (apt, RFC 4588, 8.6) must do so for the same format.
 * Returns: its place in @ours; -1: none */
gint gst_ice_format_numbers_find (const GstStructure * format, GstCaps * theirs,
    GstCaps * ours, GstIceFormatsUse use);

/* @answered, @offered: (transfer none): formats of a peer's answer, and of our
 *     offer
 * @sent: (out) (transfer full): the formats of @answered that were offered,
 *     with the answer's numbers: those to send
 * Returns: (transfer full): the same formats in the same order with the
 *     numbers of @offered: those that come in */
GstCaps *gst_ice_format_numbers_match (GstCaps * answered, GstCaps * offered,
    GstCaps ** sent) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
