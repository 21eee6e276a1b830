/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* Milliseconds between two automatic restarts: at first the minimum, then
 * twice as long each time, until one finds a path. */
#define GST_ICE_RESTART_POLICY_MIN_GAP_MS 1000
#define GST_ICE_RESTART_POLICY_MAX_GAP_MS 30000

/* This machine's addresses may change so often in a row before a change counts as any
 * other reason: other addresses may find a path where the last ones found none. */
#define GST_ICE_RESTART_POLICY_MAX_CHANGES 10

/* A path that does not hold for so long counts as none. */
#define GST_ICE_RESTART_POLICY_HOLD_MS 5000

/* When to restart ICE, and why. Pure: time is an argument; begins as all
 * zero. */
typedef struct
{
  GstIceRestartReason wanted;   /* NONE: no restart is wanted */
  GstIceRestartReason last;     /* reason of the last restart */
  guint n_begun;
  guint n_changes;              /* restarts for other addresses since one found a path */
  guint gap_ms;                 /* after the last restart, unless its path holds */
  gint64 begun_ms;              /* when the last restart began */
  gint64 found_ms;              /* when it found a path; 0: not yet */
} GstIceRestartPolicy;

/* A wish of the application overrides all others, a change of addresses all but that. */
void gst_ice_restart_policy_want (GstIceRestartPolicy * self, GstIceRestartReason reason);

/* The late answer has come: a restart for it that has not begun is not
 * needed. */
void gst_ice_restart_policy_forget_suspicion (GstIceRestartPolicy * self);

/* Returns: milliseconds from @now_ms until the wanted restart may begin, -1:
 *     none is wanted */
gint gst_ice_restart_policy_get_wait (const GstIceRestartPolicy * self, gint64 now_ms);

/* A restart began, ours or the peer's. It fulfils the wish. */
void gst_ice_restart_policy_begin (GstIceRestartPolicy * self, GstIceRestartReason reason,
    gint64 now_ms);

/* The restart found a path. */
void gst_ice_restart_policy_succeed (GstIceRestartPolicy * self, gint64 now_ms);

G_END_DECLS
