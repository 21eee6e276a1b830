/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeaction.h"
#include "gsticestream.h"

G_BEGIN_DECLS

/* The streams of a call, by the number of the m-line, and the start of their
 * checks: first generations start in order, restarted ones at once. Pure:
 * puts actions in a queue. */
typedef struct _GstIceChecks GstIceChecks;

/* @actions: (transfer none): of GstIceAction; outlives the checks */
GstIceChecks *gst_ice_checks_new (GQueue * actions) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_checks_free (GstIceChecks * self);

/* Returns: (transfer none): the stream of m-line @index, which is made if
 *     there is none */
GstIceStream *gst_ice_checks_get_stream (GstIceChecks * self, guint index);

/* Returns: how many streams there are. These may be more than the m-lines,
 *     as candidates may come before their description. */
guint gst_ice_checks_get_n_streams (const GstIceChecks * self);

/* @pwd: (nullable): %NULL: any
 * Returns: whether the peer of a stream has these credentials */
gboolean gst_ice_checks_are_with (const GstIceChecks * self,
    const gchar * ufrag, const gchar * pwd);

/* Another peer takes the place of the one that there was, in all streams; its
 * credentials follow. */
void gst_ice_checks_forget_peer (GstIceChecks * self);

/* The m-lines from @first on are rolled back. The peer's candidates stay for the m-lines that
 * come in their places. */
void gst_ice_checks_renew (GstIceChecks * self, guint first);

/* The peer's credentials for m-line @index are known. Its checks wait for
 * their turn; if they have begun, the candidates that came since are passed
 * on at once. */
void gst_ice_checks_hold (GstIceChecks * self, guint index);

/* Passes on the candidates that came since the checks of m-line @index
 * began. */
void gst_ice_checks_pass_on (GstIceChecks * self, guint index);

/* No other m-line waits for m-line @index any more. */
void gst_ice_checks_skip (GstIceChecks * self, guint index);

/* The agent of m-line @index has a pair that works, or m-line @index is dead:
 * it will never work. */
void gst_ice_checks_set_working (GstIceChecks * self, guint index);
void gst_ice_checks_set_dead (GstIceChecks * self, guint index);
gboolean gst_ice_checks_is_dead (GstIceChecks * self, guint index);

/* Starts the checks that may start at @now_ms.
 * Returns: in how many milliseconds to call this again, -1: not by time
 *     alone */
gint gst_ice_checks_run (GstIceChecks * self, gint64 now_ms);

G_END_DECLS
