/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecalls.h"

G_BEGIN_DECLS

/* The answers to one offer of the application: several peers may answer
 * provisionally, each with credentials of its own, before a final answer
 * says which of them is in the call (RFC 3261, 13.2.2.4; RFC 8829, 4.1.10.1).
 * Each peer has a call. The first call of the list has the elements; the
 * others are aside. Session thread only. */
typedef struct _GstIceForks GstIceForks;

/* @calls, @members: (transfer none): of the session; outlive the forks */
GstIceForks *gst_ice_forks_new (GstIceCalls * calls, GstIceMembers * members)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_forks_free (GstIceForks * self);

/* Takes a description that the application brings, for the first call, which must be
 * there, or another one. A final answer closes all calls but the one of its peer.
 * @settings: for another call
 * Returns: %FALSE with @error set when it can't be taken; nothing changes then */
gboolean gst_ice_forks_set_remote (GstIceForks * self,
    const GstIceCallSettings * settings, GstIceDescription * description,
    GError ** error);

/* Adds a candidate of the peer that it names, else of the one whose description came last;
 * see gst_ice_negotiation_add_remote(). */
void gst_ice_forks_add_remote (GstIceForks * self, guint mline,
    const GstIceCandidate * candidate);

/* Whether the session goes on without @call, which has failed with @failure: other answers
 * are there, or may come. */
gboolean gst_ice_forks_leave_out (GstIceForks * self, GstIceCall * call,
    const GError * failure);

/* Before the final answer: media of a peer that is reached takes the place of one that is
 * not. */
void gst_ice_forks_run (GstIceForks * self);

G_END_DECLS
