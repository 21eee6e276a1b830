/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Decides when two application/x-rtp structures are the same format: by the
 * parameters that must be equal, which depend on the encoding. Pure. */

/* The purpose of a comparison. */
typedef enum
{
  GST_ICE_FORMATS_RECEIVE,      /* theirs is offered, ours is what we can
                                 * receive */
  GST_ICE_FORMATS_SEND,         /* theirs is offered, ours is what we send */
  GST_ICE_FORMATS_ANSWERED,     /* theirs is answered, ours was offered: a
                                 * parameter that the answer lacks has the
                                 * offered value */
  GST_ICE_FORMATS_AGREED,       /* theirs was agreed, ours is what we send:
                                 * parameters only decide which format is
                                 * best */
} GstIceFormatsUse;

/* @theirs: from a description; @ours: from caps
 * Returns: how well they match: 0: different formats; the higher the better */
guint gst_ice_format_rules_compare (const GstStructure * theirs,
    const GstStructure * ours, GstIceFormatsUse use);

/* Changes @format from a peer's offer into what an answer says.
 * @sent: (nullable): the caps structure of what we send, %NULL: we only
 *     receive */
void gst_ice_format_rules_answer (GstStructure * format,
    const GstStructure * sent);

/* @encoding: (nullable)
 * Returns: how many formats an encoding that leaves all parameters open is
 *     offered as: two for H.264 (Constrained Baseline and High), otherwise 1 */
guint gst_ice_format_rules_get_n_variants (const GstStructure * format,
    const gchar * encoding);

/* Adds to @format, which is offered, parameters that caps leave open and
 * peers insist on. For H.264 these are packetization-mode=1, which
 * GStreamer's payloader sends and its depayloader takes, and the profile of
 * @variant. Without them the format would mean mode 0 and Baseline (RFC
 * 6184, 8.1), which pion refuses. */
void gst_ice_format_rules_complete (GstStructure * format, guint variant);

/* Appends the encoding name and the parameters that must be equal to @text:
 * "H264 (packetization-mode=1)". Leaves out what is long or not printable. */
void gst_ice_format_rules_describe (const GstStructure * format, GString * text);

/* Returns: the usual clock rate of an encoding, or of a static payload type
 *     without a name. It is offered when caps leave the rate open. */
gint gst_ice_format_rules_get_clock_rate (const GstStructure * format);

G_END_DECLS
