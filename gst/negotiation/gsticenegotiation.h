/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticechecks.h"
#include "gsticeconfig.h"
#include "gsticemlines.h"

G_BEGIN_DECLS

/* Offer and answer, trickled candidates and the order of checks for the
 * m-lines of one call. Pure: events go in, actions come out, and time is an
 * argument. */
typedef struct _GstIceNegotiation GstIceNegotiation;

/* @mlines: (transfer none): outlive the negotiation */
GstIceNegotiation *gst_ice_negotiation_new (GstIceMlines * mlines,
    gboolean rtcp_mux) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_negotiation_free (GstIceNegotiation * self);

/* Applies to offers from this call on. Default: max-compat. */
void gst_ice_negotiation_set_bundle_policy (GstIceNegotiation * self,
    GstIceBundlePolicy policy);

/* Returns: (transfer none): the streams, to be told what the agents find,
 *     and the order of their checks */
GstIceChecks *gst_ice_negotiation_get_checks (GstIceNegotiation * self);

/* The credentials that the agent of m-line @index shall have: those of the
 * offered group, as webrtcbin 1.22 and pion need, although the m-line has
 * candidates of its own.
 * @ufrag, @pwd: (out) (transfer none): %NULL: any */
void gst_ice_negotiation_get_wanted_credentials (GstIceNegotiation * self,
    guint index, const gchar ** ufrag, const gchar ** pwd);

/* Returns: (transfer full) (nullable): the next action to carry out */
GstIceAction *gst_ice_negotiation_next_action (GstIceNegotiation * self)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean gst_ice_negotiation_has_action (GstIceNegotiation * self);

/* Descriptions. An offer is begun, its agents gather, then it is described.
 * Once all is agreed and the pairs are nominated, a further offer contains
 * the nominated pairs only. */
gboolean gst_ice_negotiation_begin_offer (GstIceNegotiation * self,
    GError ** error);
gboolean gst_ice_negotiation_set_remote (GstIceNegotiation * self,
    GstIceDescription * description, GError ** error);

/* Another peer answers @offer, which another call has made (a fork): begins the
 * same offer, whose agents shall have the same credentials, with the same keys.
 * @offer: (transfer none): referenced */
gboolean gst_ice_negotiation_repeat_offer (GstIceNegotiation * self,
    GstIceDescription * offer, GError ** error);

/* Returns: (transfer none) (nullable): the offer that was described last */
GstIceDescription *gst_ice_negotiation_get_offer (GstIceNegotiation * self);

/* Whether another offer of ours would change what was agreed: an element has come or left, or
 * sends another format. */
gboolean gst_ice_negotiation_needs_offer (GstIceNegotiation * self);

/* What is sent on m-line @index is of another of its agreed formats from now on. */
void gst_ice_negotiation_follow_stream (GstIceNegotiation * self, guint index);

/* Whether our offer of such a change waits for an answer. */
gboolean gst_ice_negotiation_is_reoffering (GstIceNegotiation * self);

/* Whether the peer's @offer and one of ours have crossed (RFC 3264, 4), and do not answer each
 * other, as two restarts do. */
gboolean gst_ice_negotiation_collides (GstIceNegotiation * self,
    const GstIceDescription * offer);

/* Takes our open offer back (RFC 8829, 4.1.10.2): all is as before it. What it was for is needed
 * again. */
void gst_ice_negotiation_roll_back (GstIceNegotiation * self);

/* Whether the local description has credentials and at least one candidate;
 * with @complete, all candidates, or as many as the agents find enough. */
gboolean gst_ice_negotiation_can_describe (GstIceNegotiation * self,
    gboolean complete);

/* Returns: (transfer full) (nullable): the offer that was begun, or the
 *     answer to the peer's; %NULL with GST_ICE_ERROR_BAD_STATE when @type is
 *     not due */
GstIceDescription *gst_ice_negotiation_describe (GstIceNegotiation * self,
    GstIceDescriptionType type, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Restart: begins a new generation of all m-lines in use, beside the one
 * that works. The next offer and the peer's answer have new credentials.
 * When the peer restarts, set_remote() does the same. */
gboolean gst_ice_negotiation_begin_restart (GstIceNegotiation * self,
    GError ** error);

/* Returns: whether an m-line has a new generation that does not work yet */
gboolean gst_ice_negotiation_is_restarting (GstIceNegotiation * self);

/* Returns to the generation that the new one should replace. */
void gst_ice_negotiation_abandon_restart (GstIceNegotiation * self);

/* A restart with only credentials and candidates, as over HTTP: our restart or
 * our answer to the peer's, and the peer's.
 * Returns: (transfer full) (nullable): a FRAGMENT; %NULL: there is no
 *     restart */
GstIceDescription *gst_ice_negotiation_describe_restart (GstIceNegotiation *
    self) G_GNUC_WARN_UNUSED_RESULT;
gboolean gst_ice_negotiation_set_remote_restart (GstIceNegotiation * self,
    const GstIceDescription * fragment, GError ** error);

/* Returns: (transfer full) (nullable): the local candidates found since they
 *     were last described or taken, %NULL if there are none */
GstIceDescription *gst_ice_negotiation_take_trickle (GstIceNegotiation * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* W3C's "stable": no offer waits for an answer. */
gboolean gst_ice_negotiation_is_stable (GstIceNegotiation * self);

/* W3C's "have-remote-offer": the peer's offer waits for our answer. */
gboolean gst_ice_negotiation_has_remote_offer (GstIceNegotiation * self);

/* Whether the peer made the first offer, and so controls (RFC 8445, 6.1.1). */
gboolean gst_ice_negotiation_is_answerer (GstIceNegotiation * self);

/* Whether the peer is lite, and so never controls (RFC 8445, 6.1.1). */
gboolean gst_ice_negotiation_is_peer_lite (GstIceNegotiation * self);

/* Our agents answer checks and send none. Descriptions say so. */
void gst_ice_negotiation_set_lite (GstIceNegotiation * self, gboolean is_lite);
gboolean gst_ice_negotiation_is_lite (GstIceNegotiation * self);

/* The next answer is of another peer, for the same agents. Only while the answer before is
 * provisional, and where agents are lite: these answer the checks of all who know the offer. */
void gst_ice_negotiation_change_peer (GstIceNegotiation * self);

/* Whether our agents control (RFC 8445, 6.1.1): always toward a lite peer,
 * which sends no checks; else as "controlling-mode" says, or if we made the
 * first offer. */
gboolean gst_ice_negotiation_is_controlling (GstIceNegotiation * self,
    const GstIceConfig * config);

/* Adds a candidate of the peer. It is kept if it comes before its description.
 * @candidate: (transfer none) (nullable): %NULL: there are no more */
void gst_ice_negotiation_add_remote (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate);
void gst_ice_negotiation_add_fragment (GstIceNegotiation * self,
    const GstIceDescription * fragment);

G_END_DECLS
