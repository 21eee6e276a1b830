/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Why a candidate of the peer can't be used. */
typedef enum
{
  GST_ICE_LEFT_OUT_GRAMMAR,
  GST_ICE_LEFT_OUT_PRIORITY,    /* RFC 8445, 5.1.2: 1 to 2^31 - 1 */
  GST_ICE_LEFT_OUT_TRANSPORT,   /* neither UDP nor TCP with a known tcptype: ssltcp */
  GST_ICE_LEFT_OUT_TCP,         /* ice-tcp is not set */
  GST_ICE_LEFT_OUT_NAME,        /* the name can't be resolved */
  GST_ICE_LEFT_OUT_NAME_UNASKED,        /* resolve-names is not set, or only
                                         * relays are allowed */
  GST_ICE_LEFT_OUT_ADDRESS,     /* not of one host: multicast, broadcast,
                                 * 0.0.0.0 */
  GST_ICE_LEFT_OUT_LOOPBACK,    /* of another machine */
  GST_ICE_LEFT_OUT_IPV4,        /* we have no candidate of this family */
  GST_ICE_LEFT_OUT_IPV6,
  GST_ICE_LEFT_OUT_TOO_MANY,
  GST_ICE_LEFT_OUT_N_REASONS
} GstIceLeftOutReason;

/* How many candidates are left out, by reason. A value. */
typedef struct
{
  guint n[GST_ICE_LEFT_OUT_N_REASONS];
} GstIceLeftOut;

/* Notes the text of a candidate that can't be read; a repeated text counts
 * once.
 * @lines: (transfer none): from gst_ice_left_out_lines_new() */
void gst_ice_left_out_note_line (GHashTable * lines, const gchar * text,
    GstIceLeftOutReason reason);

/* Returns: (transfer full): an empty set of lines */
GHashTable *gst_ice_left_out_lines_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Adds those of @more (nullable) to @lines. */
void gst_ice_left_out_merge_lines (GHashTable * lines, GHashTable * more);

/* Adds the count of @lines. */
void gst_ice_left_out_count_lines (GstIceLeftOut * self, GHashTable * lines);

/* Adds those of @remotes, of GstIceCandidate, that can't work, because
 * @locals, of GstIceCandidate, are of other families or machines, or because
 * @takes_tcp is not set. */
void gst_ice_left_out_count_hopeless (GstIceLeftOut * self, GPtrArray * locals,
    GPtrArray * remotes, gboolean takes_tcp);

guint gst_ice_left_out_get_sum (const GstIceLeftOut * self);

/* Returns: (transfer full): for a user: "1 with a priority that can't be (…), 2 of TCP, …" */
gchar *gst_ice_left_out_describe (const GstIceLeftOut * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
