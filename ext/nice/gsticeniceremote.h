/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticeconfig.h"
#include "gsticeleftout.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* Decides when and in which order libnice gets the peer's candidates.
 * Relayed candidates wait a little, so that a direct pair is found first if
 * there is one: libnice 0.1.21 nominates aggressively, and then drops all
 * pairs that it has not tried. Session thread only. */
typedef struct _GstIceNiceRemote GstIceNiceRemote;

/* @nice: referenced; @context: the thread's default one */
GstIceNiceRemote *gst_ice_nice_remote_new (NiceAgent * nice, guint stream,
    guint n_components, GMainContext * context, const GstIceConfig * config)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_remote_free (GstIceNiceRemote * self);

/* Kept until the first candidates are added, even if there are none.
 * Returns: %FALSE if they can't be used */
gboolean gst_ice_nice_remote_set_credentials (GstIceNiceRemote * self,
    const gchar * ufrag, const gchar * password);

/* Passes on what need not wait before it returns, direct candidates first. A
 * candidate with a name follows when its address is known.
 * @candidates: (transfer none): of GstIceCandidate */
void gst_ice_nice_remote_add_candidates (GstIceNiceRemote * self,
    GPtrArray * candidates);

/* Returns: (transfer none): what the peer called the candidate that libnice knows as
 *     @candidate; @candidate itself: the same */
const GstIceCandidate *gst_ice_nice_remote_find (const GstIceNiceRemote * self,
    const GstIceCandidate * candidate);

/* Adds the number of candidates that were left out, by reason. */
void gst_ice_nice_remote_count_left_out (const GstIceNiceRemote * self,
    GstIceLeftOut * left_out);

/* Returns: (transfer none) (nullable): %NULL if not known yet */
const gchar *gst_ice_nice_remote_get_ufrag (const GstIceNiceRemote * self);
const gchar *gst_ice_nice_remote_get_password (const GstIceNiceRemote * self);

G_END_DECLS
