/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"

G_BEGIN_DECLS

/* The peer's candidates on their way to libnice: relayed ones wait a little, so that
 * a direct pair is found first where there is one. libnice 0.1.21, nominating
 * aggressively, may else stay with the relay. Session thread only. */
typedef struct _GstIceNiceHold GstIceNiceHold;

/* @candidates: (transfer none): of GstIceCandidate */
typedef void (*GstIceNiceHoldFunc) (GPtrArray * candidates, gpointer user_data);

/* @hold_ms: how long relayed ones wait after the first others, 0: not */
GstIceNiceHold *gst_ice_nice_hold_new (GMainContext * context, guint hold_ms,
    GstIceNiceHoldFunc func, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_hold_free (GstIceNiceHold * self);

/* Passes on what need not wait, before it returns, direct ones first. */
void gst_ice_nice_hold_push (GstIceNiceHold * self, GPtrArray * candidates);

G_END_DECLS
