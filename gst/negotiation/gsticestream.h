/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

G_BEGIN_DECLS

/* The ICE side of one m-line: what our agent found, and what the peer told.
 * A restart begins another generation beside the one that works (RFC 8445,
 * 9). All functions work on the newest generation, unless they say
 * otherwise. Pure. */
typedef struct _GstIceStream GstIceStream;

GstIceStream *gst_ice_stream_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_stream_free (GstIceStream * self);

/* Generations. */

/* Begins another generation. The one that works stays until the new one
 * does; one that never worked is dropped. */
void gst_ice_stream_begin_generation (GstIceStream * self);

/* Returns: whether the newest generation is to replace another and does not
 *     work yet */
gboolean gst_ice_stream_is_restarting (const GstIceStream * self);

/* A pair works: of the newest generation if its checks have begun, else of the one before. */
void gst_ice_stream_set_working (GstIceStream * self);

/* Returns: whether there was a generation that the newest should replace; it is back */
gboolean gst_ice_stream_abandon_generation (GstIceStream * self);

/* Another peer takes the place of this one; its credentials follow. */
void gst_ice_stream_forget_peer (GstIceStream * self);

/* Whether the peer's credentials are known, for the generation that works if
 * there are two. */
gboolean gst_ice_stream_is_agreed (const GstIceStream * self);

/* Our side. Candidates that are known already are ignored. */
void gst_ice_stream_set_credentials (GstIceStream * self, const gchar * ufrag,
    const gchar * pwd);

/* @ufrag, @pwd: (out) (transfer none): %NULL: unknown as yet */
void gst_ice_stream_get_credentials (const GstIceStream * self,
    const gchar ** ufrag, const gchar ** pwd);
void gst_ice_stream_add_local (GstIceStream * self,
    const GstIceCandidate * candidate);
void gst_ice_stream_set_gathered (GstIceStream * self);

/* There are enough candidates for a description that can't be extended
 * later. */
void gst_ice_stream_set_gathered_enough (GstIceStream * self);
void gst_ice_stream_set_selected (GstIceStream * self,
    const GstIceCandidate * local, const GstIceCandidate * remote);
guint gst_ice_stream_get_n_local (const GstIceStream * self);

/* Whether there are credentials and at least one candidate; with @complete,
 * all candidates, or as many as the agent finds enough. */
gboolean gst_ice_stream_can_be_described (const GstIceStream * self,
    gboolean complete);

/* Puts credentials and candidates into @media: all of them; or, when all
 * @n_components have a pair, those of the pairs only. */
void gst_ice_stream_describe (GstIceStream * self, guint n_components,
    GstIceMediaDescription * media);

/* Puts only our credentials into @media. */
void gst_ice_stream_describe_credentials (const GstIceStream * self,
    GstIceMediaDescription * media);

/* Whether there are candidates that were not described or trickled;
 * gst_ice_stream_trickle() puts these into @media. */
gboolean gst_ice_stream_has_news (const GstIceStream * self);
void gst_ice_stream_trickle (GstIceStream * self, GstIceMediaDescription * media);

/* The peer's side. */

/* Returns: %FALSE with GST_ICE_ERROR_BAD_DESCRIPTION when this stream, of
 *     m-line number @index, can't take the credentials of @media, which is
 *     from an offer or an answer */
gboolean gst_ice_stream_check_credentials (const GstIceStream * self,
    guint index, const GstIceMediaDescription * media, gboolean offer,
    GError ** error);

/* Whether @media has another ufrag or password than the known one: the peer
 * restarts (RFC 8839, 4.4.1.1.1). */
gboolean gst_ice_stream_is_restarted_by (const GstIceStream * self,
    const GstIceMediaDescription * media);

/* Whether @media has a ufrag that the peer had in this call, in a former generation or now. */
gboolean gst_ice_stream_is_known (const GstIceStream * self,
    const GstIceMediaDescription * media);

/* Takes the credentials of @media, if none are known.
 * Returns: whether they are the first ones of this stream */
gboolean gst_ice_stream_take_credentials (GstIceStream * self,
    const GstIceMediaDescription * media);

/* @candidate: (nullable): %NULL: there are no more */
void gst_ice_stream_add_remote (GstIceStream * self,
    const GstIceCandidate * candidate);
void gst_ice_stream_add_remote_media (GstIceStream * self,
    const GstIceMediaDescription * media);

/* Takes the candidates that came for @other, whose transport this stream
 * uses. */
void gst_ice_stream_add_remote_of (GstIceStream * self, GstIceStream * other);

/* Whether the candidates of @media, from a fragment, are for the newest
 * generation (RFC 8838, 11). */
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

/* Returns: (transfer none) (nullable): the peer's candidate in the nominated
 *     pair */
const GstIceCandidate *gst_ice_stream_get_selected_remote (const GstIceStream *
    self);

/* Checks. */

/* Whether the newest generation is a restarted one that is ready to check
 * and has not begun. It waits for no other m-line. */
gboolean gst_ice_stream_can_check_again (const GstIceStream * self);
void gst_ice_stream_set_checking (GstIceStream * self);
gboolean gst_ice_stream_is_checking (const GstIceStream * self);

/* @ufrag, @pwd: (out) (transfer none) */
void gst_ice_stream_get_remote_credentials (const GstIceStream * self,
    const gchar ** ufrag, const gchar ** pwd);

/* Returns: (transfer full): the peer's candidates that were not taken yet;
 *     first those at the address of @working (nullable) */
GPtrArray *gst_ice_stream_take_remote (GstIceStream * self,
    const GstIceCandidate * working) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
