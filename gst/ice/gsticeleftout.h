/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Why a candidate of the peer's is of no use. */
typedef enum
{
  GST_ICE_LEFT_OUT_GRAMMAR,
  GST_ICE_LEFT_OUT_PRIORITY,    /* RFC 8445, 5.1.2: 1 to 2^31 - 1 */
  GST_ICE_LEFT_OUT_TRANSPORT,   /* neither UDP nor TCP with a known tcptype: ssltcp */
  GST_ICE_LEFT_OUT_TCP,         /* as ice-tcp is not set */
  GST_ICE_LEFT_OUT_NAME,        /* nobody resolves it */
  GST_ICE_LEFT_OUT_NAME_UNASKED,        /* as resolve-names is not set, or relays only are */
  GST_ICE_LEFT_OUT_ADDRESS,     /* none, or many: multicast, broadcast, 0.0.0.0 */
  GST_ICE_LEFT_OUT_LOOPBACK,    /* of another machine */
  GST_ICE_LEFT_OUT_IPV4,        /* we have no candidate of that family */
  GST_ICE_LEFT_OUT_IPV6,
  GST_ICE_LEFT_OUT_TOO_MANY,
  GST_ICE_LEFT_OUT_N_REASONS
} GstIceLeftOutReason;

/* How many candidates are left out for each reason. A value. */
typedef struct
{
  guint n[GST_ICE_LEFT_OUT_N_REASONS];
} GstIceLeftOut;

/* Candidates that can't even be read, by their text, so that one that is said again counts
 * once. @lines: (transfer none): from the next function */
void gst_ice_left_out_note_line (GHashTable * lines, const gchar * text,
    GstIceLeftOutReason reason);

/* Returns: (transfer full): lines, of which there are none yet */
GHashTable *gst_ice_left_out_lines_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Adds those of @more (nullable) to @lines. */
void gst_ice_left_out_merge_lines (GHashTable * lines, GHashTable * more);

/* Adds what @lines has. */
void gst_ice_left_out_count_lines (GstIceLeftOut * self, GHashTable * lines);

/* Adds those of @remotes, of GstIceCandidate, that can lead nowhere, as @locals, of
 * GstIceCandidate, are of other families or other machines, or @takes_tcp is not set. */
void gst_ice_left_out_count_hopeless (GstIceLeftOut * self, GPtrArray * locals,
    GPtrArray * remotes, gboolean takes_tcp);

guint gst_ice_left_out_get_sum (const GstIceLeftOut * self);

/* Returns: (transfer full): for a user: "1 with a priority that can't be (…), 2 of TCP, …" */
gchar *gst_ice_left_out_describe (const GstIceLeftOut * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
