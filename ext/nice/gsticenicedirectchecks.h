/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeniceremote.h"

G_BEGIN_DECLS

/* While a relayed pair is selected: checks of our own on the direct pairs that libnice
 * 0.1.21 dropped when the relayed one worked first. Where one gets through, the peer's
 * agent checks back, and libnice takes it from there. Session thread only. */
typedef struct _GstIceNiceDirectChecks GstIceNiceDirectChecks;

/* @nice, @peer: kept alive by the caller as long as the search */
GstIceNiceDirectChecks *gst_ice_nice_direct_checks_new (NiceAgent * nice, guint stream,
    guint n_components, const GstIceNiceRemote * peer, GMainContext * context)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_direct_checks_free (GstIceNiceDirectChecks * self);

/* A pair was selected. Searches for 2 s, or until no relayed one is selected. */
void gst_ice_nice_direct_checks_begin (GstIceNiceDirectChecks * self);

G_END_DECLS
