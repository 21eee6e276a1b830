/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

G_BEGIN_DECLS

/* The ICE side of one m-line as far as it is known: what our agent found, and what
 * the peer told. A restart begins another generation beside the one that works
 * (RFC 8445, 9). All that is set, added or asked is of the newest. Pure. */
typedef struct _GstIceStream GstIceStream;

GstIceStream *gst_ice_stream_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_stream_free (GstIceStream * self);

/* Generations. */

/* Begins another one. That before stays, until the new one works; one that was
 * begun in between goes. */
void gst_ice_stream_begin_generation (GstIceStream * self);

/* Returns: whether the newest generation does not work yet and replaces another */
gboolean gst_ice_stream_is_restarting (const GstIceStream * self);

/* The newest generation's pairs work; while its checks have not begun, this is said
 * of the one before, and nothing happens. */
void gst_ice_stream_set_working (GstIceStream * self);

/* Goes back to the generation that the newest was to replace, if there is one.
 * Returns: whether there was */
gboolean gst_ice_stream_abandon_generation (GstIceStream * self);

/* Whether the peer's credentials are known, of the generation that works if there
 * are two. */
gboolean gst_ice_stream_is_agreed (const GstIceStream * self);

/* Our agent's. What is known already is left out. */
void gst_ice_stream_set_credentials (GstIceStream * self, const gchar * ufrag,
    const gchar * pwd);

/* @ufrag, @pwd: (out) (transfer none): %NULL: not known yet */
void gst_ice_stream_get_credentials (const GstIceStream * self,
    const gchar ** ufrag, const gchar ** pwd);
void gst_ice_stream_add_local (GstIceStream * self,
    const GstIceCandidate * candidate);
void gst_ice_stream_set_gathered (GstIceStream * self);

/* Enough for a description that can't be added to. */
void gst_ice_stream_set_gathered_enough (GstIceStream * self);
void gst_ice_stream_set_selected (GstIceStream * self,
    const GstIceCandidate * local, const GstIceCandidate * remote);
guint gst_ice_stream_get_n_local (const GstIceStream * self);

/* Whether credentials and something to try are there, or, if @complete, all
 * candidates, or what the agent found to be enough. */
gboolean gst_ice_stream_can_be_described (const GstIceStream * self,
    gboolean complete);

/* Fills in credentials and candidates of @media: all there are, or, when every
 * one of @n_components has its pair, those of the pairs only. */
void gst_ice_stream_describe (GstIceStream * self, guint n_components,
    GstIceMediaDescription * media);

/* Fills in our credentials only. */
void gst_ice_stream_describe_credentials (const GstIceStream * self,
    GstIceMediaDescription * media);

/* Whether something was found since it was last described or trickled, and the
 * filling in of that. */
gboolean gst_ice_stream_has_news (const GstIceStream * self);
void gst_ice_stream_trickle (GstIceStream * self, GstIceMediaDescription * media);

/* The peer's. */

/* Returns: %FALSE with GST_ICE_ERROR_BAD_DESCRIPTION when this stream, of m-line
 *     number @index, may not have the credentials of @media, which is of an offer,
 *     or of an answer */
gboolean gst_ice_stream_check_credentials (const GstIceStream * self,
    guint index, const GstIceMediaDescription * media, gboolean offer,
    GError ** error);

/* Whether @media has a ufrag or a password other than what is known: the peer
 * restarts (RFC 8839, 4.4.1.1.1). */
gboolean gst_ice_stream_is_restarted_by (const GstIceStream * self,
    const GstIceMediaDescription * media);

/* Takes the credentials of @media, if none are known.
 * Returns: whether they are the first that this stream ever had */
gboolean gst_ice_stream_take_credentials (GstIceStream * self,
    const GstIceMediaDescription * media);

/* @candidate: (nullable): %NULL: no more come */
void gst_ice_stream_add_remote (GstIceStream * self,
    const GstIceCandidate * candidate);
void gst_ice_stream_add_remote_media (GstIceStream * self,
    const GstIceMediaDescription * media);

/* Takes the candidates that came for @other, whose transport it has now. */
void gst_ice_stream_add_remote_of (GstIceStream * self, GstIceStream * other);

/* Whether the candidates of @media, of a fragment, are for the newest generation
 * (RFC 8838, 11). */
gboolean gst_ice_stream_is_addressed (const GstIceStream * self,
    const GstIceMediaDescription * media);
gboolean gst_ice_stream_has_remote_end (const GstIceStream * self);
guint gst_ice_stream_get_n_remote (const GstIceStream * self);

/* Returns: how many the peer told beside those that can't be used, and are not kept */
guint gst_ice_stream_get_n_unusable (const GstIceStream * self);

/* Adds those that can lead nowhere, as far as descriptions say so. @takes_tcp: as
 * "ice-tcp" is set */
void gst_ice_stream_count_left_out (const GstIceStream * self,
    gboolean takes_tcp, GstIceLeftOut * left_out);

/* Returns: (transfer none) (nullable): the peer's candidate of the nominated pair */
const GstIceCandidate *gst_ice_stream_get_selected_remote (const GstIceStream *
    self);

/* Checks. */

/* Whether the newest generation is a restarted one that could check and does not:
 * no other m-line is waited for. */
gboolean gst_ice_stream_can_check_again (const GstIceStream * self);
void gst_ice_stream_set_checking (GstIceStream * self);
gboolean gst_ice_stream_is_checking (const GstIceStream * self);

/* @ufrag, @pwd: (out) (transfer none) */
void gst_ice_stream_get_remote_credentials (const GstIceStream * self,
    const gchar ** ufrag, const gchar ** pwd);

/* Returns: (transfer full): the peer's candidates that were not taken yet; those
 *     at the address of @working (nullable) first */
GPtrArray *gst_ice_stream_take_remote (GstIceStream * self,
    const GstIceCandidate * working) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
