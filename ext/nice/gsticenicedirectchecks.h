/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeniceremote.h"

G_BEGIN_DECLS

/* Checks of our own on direct pairs while a relayed pair is selected:
 * libnice 0.1.21 drops the direct ones when the relayed one works first.
 * When a check gets through, the peer's agent checks back, and libnice does
 * the rest. Session thread only. */
typedef struct _GstIceNiceDirectChecks GstIceNiceDirectChecks;

/* @nice, @peer: the caller keeps them alive as long as the checks */
GstIceNiceDirectChecks *gst_ice_nice_direct_checks_new (NiceAgent * nice, guint stream,
    guint n_components, const GstIceNiceRemote * peer, GMainContext * context)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_direct_checks_free (GstIceNiceDirectChecks * self);

/* A pair was selected. Checks for 2 s, or until the selected pair is not
 * relayed. */
void gst_ice_nice_direct_checks_begin (GstIceNiceDirectChecks * self);

G_END_DECLS
