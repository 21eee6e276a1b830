/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* When two application/x-rtp structures are one format: the parameters that both ends
 * must have alike, by the encoding's RTP payload format. Pure. */

/* What a comparison is for. */
typedef enum
{
  GST_ICE_FORMATS_RECEIVE,      /* theirs is offered, ours is what we can receive */
  GST_ICE_FORMATS_SEND,         /* theirs is offered, ours is what we send */
  GST_ICE_FORMATS_ANSWERED,     /* theirs is answered, ours was offered: what is not
                                 * said again stays as it was offered */
  GST_ICE_FORMATS_AGREED,       /* theirs was agreed, ours is what we send: parameters
                                 * only say which goes best */
} GstIceFormatsUse;

/* Returns: how well @theirs, of a description, and @ours, of caps, go together: 0: they
 *     are two formats; the higher, the better */
guint gst_ice_format_rules_compare (const GstStructure * theirs,
    const GstStructure * ours, GstIceFormatsUse use);

/* Changes @format, of a peer's offer, into what an answer says of it.
 * @sent: (nullable): the caps structure of what we send, %NULL: we only receive */
void gst_ice_format_rules_answer (GstStructure * format,
    const GstStructure * sent);

/* Returns: as how many formats one of @encoding (nullable) that leaves all parameters open
 *     is offered: two for H.264, Constrained Baseline and High, otherwise 1 */
guint gst_ice_format_rules_get_n_variants (const GstStructure * format,
    const gchar * encoding);

/* Says in @format, which is offered, what it leaves open and peers insist on: of H.264
 * packetization-mode=1, which GStreamer's payloader sends and its depayloader takes, and
 * the profile of @variant. Without them it means mode 0 and Baseline (RFC 6184, 8.1), and
 * pion takes it not at all. */
void gst_ice_format_rules_complete (GstStructure * format, guint variant);

/* Adds encoding name and parameters that must be alike to @text: "H264
 * (packetization-mode=1)". What is not printable, or long, is left out. */
void gst_ice_format_rules_describe (const GstStructure * format, GString * text);

/* Returns: the clock rate that an encoding, or a static payload type without a name,
 *     usually has: what is offered where caps leave it open */
gint gst_ice_format_rules_get_clock_rate (const GstStructure * format);

G_END_DECLS
