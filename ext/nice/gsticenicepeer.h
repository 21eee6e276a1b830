/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticeconfig.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* The peer, as libnice is told of it: when, and in which order. Relayed candidates
 * wait a little, so that a direct pair is found first where there is one: libnice
 * 0.1.21, nominating aggressively, drops the pairs that it has not tried yet as soon
 * as one is nominated. Session thread only. */
typedef struct _GstIceNicePeer GstIceNicePeer;

/* @nice: referenced
 * @context: the thread's default one */
GstIceNicePeer *gst_ice_nice_peer_new (NiceAgent * nice, guint stream,
    guint n_components, GMainContext * context, const GstIceConfig * config)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_peer_free (GstIceNicePeer * self);

/* Kept until the first candidates are added, be they none.
 * Returns: %FALSE if they are not usable */
gboolean gst_ice_nice_peer_set_credentials (GstIceNicePeer * self,
    const gchar * ufrag, const gchar * password);

/* Passes on what need not wait, before it returns, direct ones first; what has a name in
 * place of an address when that is known.
 * @candidates: (transfer none): of GstIceCandidate */
void gst_ice_nice_peer_add_candidates (GstIceNicePeer * self,
    GPtrArray * candidates);

/* Returns: (transfer none) (nullable): NULL if not yet known */
const gchar *gst_ice_nice_peer_get_ufrag (const GstIceNicePeer * self);
const gchar *gst_ice_nice_peer_get_password (const GstIceNicePeer * self);

G_END_DECLS
