/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticechecks.h"
#include "gsticeconfig.h"
#include "gsticemlines.h"

G_BEGIN_DECLS

/* Offer and answer, trickled candidates and the order of checks for the m-lines
 * of one call. Pure: what happened goes in, what is to be done comes out as
 * actions; time is an argument. */
typedef struct _GstIceNegotiation GstIceNegotiation;

/* @mlines: (transfer none): outlives the negotiation */
GstIceNegotiation *gst_ice_negotiation_new (GstIceMlines * mlines,
    gboolean rtcp_mux) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_negotiation_free (GstIceNegotiation * self);

/* Of offers from here on; without this, max-compat. */
void gst_ice_negotiation_set_bundle_policy (GstIceNegotiation * self,
    GstIceBundlePolicy policy);

/* Returns: (transfer none): the streams, to be told what their agents found, and whose
 *     checks may go */
GstIceChecks *gst_ice_negotiation_get_checks (GstIceNegotiation * self);

/* Which credentials the agent of m-line @index is to have: those of the group that it is
 * offered in, as webrtcbin 1.22 and pion ask for, though it has candidates of its own.
 * @ufrag, @pwd: (out) (transfer none): %NULL: any */
void gst_ice_negotiation_get_wanted_credentials (GstIceNegotiation * self,
    guint index, const gchar ** ufrag, const gchar ** pwd);

/* Returns: (transfer full) (nullable): what is to be done next */
GstIceAction *gst_ice_negotiation_next_action (GstIceNegotiation * self)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean gst_ice_negotiation_has_action (GstIceNegotiation * self);

/* Descriptions. An offer is begun, its agents gather, then it is described. When
 * all is agreed and the pairs are nominated, a further offer names them only. */
gboolean gst_ice_negotiation_begin_offer (GstIceNegotiation * self,
    GError ** error);
gboolean gst_ice_negotiation_set_remote (GstIceNegotiation * self,
    GstIceDescription * description, GError ** error);

/* Whether the local description has its credentials and something to try, or, if
 * @complete, all its candidates, or what its agent found to be enough. */
gboolean gst_ice_negotiation_can_describe (GstIceNegotiation * self,
    gboolean complete);

/* Returns: (transfer full) (nullable): the offer begun, or the answer to the peer's;
 *     %NULL with GST_ICE_ERROR_BAD_STATE when it is not time for @type */
GstIceDescription *gst_ice_negotiation_describe (GstIceNegotiation * self,
    GstIceDescriptionType type, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Restart: a new generation of all m-lines that live, beside the one that works.
 * The offer that is begun has new credentials, as has the peer's answer. A peer
 * that restarts does the same by set_remote(). */
gboolean gst_ice_negotiation_begin_restart (GstIceNegotiation * self,
    GError ** error);

/* Returns: whether the new generation of an m-line does not work yet */
gboolean gst_ice_negotiation_is_restarting (GstIceNegotiation * self);

/* Goes back to the generation that the new one was to replace. */
void gst_ice_negotiation_abandon_restart (GstIceNegotiation * self);

/* The same exchange with nothing but credentials and candidates, as HTTP has it:
 * our restart, or our answer to the peer's; and the peer's.
 * Returns: (transfer full) (nullable): a FRAGMENT; %NULL: no restart is open */
GstIceDescription *gst_ice_negotiation_describe_restart (GstIceNegotiation *
    self) G_GNUC_WARN_UNUSED_RESULT;
gboolean gst_ice_negotiation_set_remote_restart (GstIceNegotiation * self,
    const GstIceDescription * fragment, GError ** error);

/* Returns: (transfer full) (nullable): local candidates found since they were
 *     last described or taken, %NULL if there are none */
GstIceDescription *gst_ice_negotiation_take_trickle (GstIceNegotiation * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* W3C's "stable": no offer is open. */
gboolean gst_ice_negotiation_is_stable (GstIceNegotiation * self);

/* W3C's "have-remote-offer": it waits for our answer. */
gboolean gst_ice_negotiation_has_remote_offer (GstIceNegotiation * self);

/* The peer made the first offer: it controls (RFC 8445, 6.1.1). */
gboolean gst_ice_negotiation_is_answerer (GstIceNegotiation * self);

/* The peer is a lite implementation, which never controls (RFC 8445, 6.1.1). */
gboolean gst_ice_negotiation_is_peer_lite (GstIceNegotiation * self);

/* Our agents answer checks and send none: the peer is told. */
void gst_ice_negotiation_set_lite (GstIceNegotiation * self, gboolean is_lite);

/* Whether full agents of ours control (RFC 8445, 6.1.1): always toward a lite peer, which
 * sends no checks; else as "controlling-mode" says, or whoever made the first offer. */
gboolean gst_ice_negotiation_is_controlling (GstIceNegotiation * self,
    const GstIceConfig * config);

/* Candidates of the peer; kept when they come before its description.
 * @candidate: (transfer none) (nullable): %NULL ends */
void gst_ice_negotiation_add_remote (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate);
void gst_ice_negotiation_add_fragment (GstIceNegotiation * self,
    const GstIceDescription * fragment);

G_END_DECLS
