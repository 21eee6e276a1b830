/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticeconfig.h"
#include "gsticeleftout.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* The peer, as libnice is told of it: when, and in which order. Relayed candidates
 * wait a little, so that a direct pair is found first where there is one: libnice
 * 0.1.21, nominating aggressively, drops the pairs that it has not tried yet as soon
 * as one is nominated. Session thread only. */
typedef struct _GstIceNiceRemote GstIceNiceRemote;

/* @nice: referenced
 * @context: the thread's default one */
GstIceNiceRemote *gst_ice_nice_remote_new (NiceAgent * nice, guint stream,
    guint n_components, GMainContext * context, const GstIceConfig * config)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_remote_free (GstIceNiceRemote * self);

/* Kept until the first candidates are added, be they none.
 * Returns: %FALSE if they are not usable */
gboolean gst_ice_nice_remote_set_credentials (GstIceNiceRemote * self,
    const gchar * ufrag, const gchar * password);

/* Passes on what need not wait, before it returns, direct ones first; what has a name in
 * place of an address when that is known.
 * @candidates: (transfer none): of GstIceCandidate */
void gst_ice_nice_remote_add_candidates (GstIceNiceRemote * self,
    GPtrArray * candidates);

/* Adds those that are not passed on. */
void gst_ice_nice_remote_count_left_out (const GstIceNiceRemote * self,
    GstIceLeftOut * left_out);

/* Returns: (transfer none) (nullable): NULL if not yet known */
const gchar *gst_ice_nice_remote_get_ufrag (const GstIceNiceRemote * self);
const gchar *gst_ice_nice_remote_get_password (const GstIceNiceRemote * self);

G_END_DECLS
