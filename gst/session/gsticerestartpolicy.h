/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* Milliseconds between two restarts that nobody asked for: the first is what they
 * are apart at least, and it doubles while none of them finds a path. */
#define GST_ICE_RESTART_POLICY_MIN_GAP_MS 1000
#define GST_ICE_RESTART_POLICY_MAX_GAP_MS 30000

/* When ICE is to restart, and why it did. Pure: time is an argument; all zero to
 * begin with. */
typedef struct
{
  GstIceRestartReason wanted;   /* NONE: it is not */
  GstIceRestartReason last;     /* of the last that began */
  guint n_begun;
  guint gap_ms;                 /* 0: the last one found a path */
  gint64 begun_ms;              /* when the last one began */
} GstIceRestartPolicy;

/* An application's wish outdoes all others. */
void gst_ice_restart_policy_want (GstIceRestartPolicy * self, GstIceRestartReason reason);

/* The late answer came: what has not begun for it need not. */
void gst_ice_restart_policy_forget_suspicion (GstIceRestartPolicy * self);

/* Returns: milliseconds from @now_ms until what is wanted may begin, -1: nothing is
 *     wanted */
gint gst_ice_restart_policy_get_wait (const GstIceRestartPolicy * self, gint64 now_ms);

/* It began, by our wish or the peer's: what was wanted is under way. */
void gst_ice_restart_policy_begin (GstIceRestartPolicy * self, GstIceRestartReason reason,
    gint64 now_ms);

/* It has found a path. */
void gst_ice_restart_policy_succeed (GstIceRestartPolicy * self);

G_END_DECLS
