/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeaction.h"
#include "gsticestream.h"

G_BEGIN_DECLS

/* The streams of a call, by number of m-line, and whose checks may go: those of a
 * first generation in their order, those of a restarted one at once. Pure: what is
 * to be done is put in a queue of actions. */
typedef struct _GstIceChecks GstIceChecks;

/* @actions: (transfer none): of GstIceAction; outlives the checks */
GstIceChecks *gst_ice_checks_new (GQueue * actions) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_checks_free (GstIceChecks * self);

/* Returns: (transfer none): the stream of m-line @index, made if need be */
GstIceStream *gst_ice_checks_get_stream (GstIceChecks * self, guint index);

/* Returns: how many streams there are; there may be more than m-lines, as candidates
 *     may come before their description */
guint gst_ice_checks_get_n_streams (const GstIceChecks * self);

/* The peer's credentials of m-line @index are known: its checks wait for their turn,
 * and what came since they began goes straight on. */
void gst_ice_checks_hold (GstIceChecks * self, guint index);

/* The candidates that came since the checks of m-line @index began go straight on. */
void gst_ice_checks_pass_on (GstIceChecks * self, guint index);

/* No other m-line waits for @index. */
void gst_ice_checks_skip (GstIceChecks * self, guint index);

/* The agent has a pair that works; or nothing will come of m-line @index. */
void gst_ice_checks_set_working (GstIceChecks * self, guint index);
void gst_ice_checks_set_dead (GstIceChecks * self, guint index);
gboolean gst_ice_checks_is_dead (GstIceChecks * self, guint index);

/* Lets m-lines check whose turn it is at @now_ms.
 * Returns: milliseconds until it must be called again, -1: until something
 *     happens */
gint gst_ice_checks_run (GstIceChecks * self, gint64 now_ms);

G_END_DECLS
