/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeaction.h"
#include "gsticemlines.h"

G_BEGIN_DECLS

/* Offer and answer, trickled candidates and the order of checks for the m-lines
 * of one session. Pure: what happened goes in, what is to be done comes out as
 * actions; time is an argument. */
typedef struct _GstIceNegotiation GstIceNegotiation;

/* @mlines: (transfer none): outlives the negotiation */
GstIceNegotiation *gst_ice_negotiation_new (GstIceMlines * mlines,
    gboolean rtcp_mux) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_negotiation_free (GstIceNegotiation * self);

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

/* Candidates of the peer; kept when they come before its description.
 * @candidate: (transfer none) (nullable): %NULL ends */
void gst_ice_negotiation_add_remote (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate);
void gst_ice_negotiation_add_fragment (GstIceNegotiation * self,
    const GstIceDescription * fragment);

/* What @mline's agent tells. */
void gst_ice_negotiation_set_credentials (GstIceNegotiation * self,
    guint mline, const gchar * ufrag, const gchar * pwd);

/* @keying: (transfer none): what to tell the peer of encryption; before that, an
 * m-line that is encrypted can't be described */
void gst_ice_negotiation_set_keying (GstIceNegotiation * self, guint mline,
    const GstIceKeying * keying);
void gst_ice_negotiation_add_local (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate);
void gst_ice_negotiation_set_gathered (GstIceNegotiation * self, guint mline);
void gst_ice_negotiation_set_gathered_enough (GstIceNegotiation * self,
    guint mline);
void gst_ice_negotiation_set_selected (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * local, const GstIceCandidate * remote);
void gst_ice_negotiation_set_working (GstIceNegotiation * self, guint mline);
void gst_ice_negotiation_set_dead (GstIceNegotiation * self, guint mline);

/* The peer said that no more candidates of @mline come. */
gboolean gst_ice_negotiation_has_remote_end (GstIceNegotiation * self,
    guint mline);

/* How many candidates of @mline there are. */
guint gst_ice_negotiation_get_n_local (GstIceNegotiation * self, guint mline);
guint gst_ice_negotiation_get_n_remote (GstIceNegotiation * self, guint mline);

/* Lets m-lines check whose turn it is at @now_ms.
 * Returns: milliseconds until it must be called again, -1: until something
 *     happens */
gint gst_ice_negotiation_run_gate (GstIceNegotiation * self, gint64 now_ms);

G_END_DECLS
