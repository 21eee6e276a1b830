/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

G_BEGIN_DECLS

/* One generation of the ICE side of one m-line as far as it is known: what our
 * agent found, and what the peer told. Changed by its functions only. */
typedef struct
{
  gchar *ufrag, *pwd;           /* NULL until the agent is there */
  GPtrArray *candidates;        /* of GstIceCandidate */
  gboolean gathered;
  gboolean gathered_enough;     /* for a description that can't be added to */

  gchar *remote_ufrag, *remote_pwd;     /* NULL until described */
  GPtrArray *remote_candidates; /* of GstIceCandidate */
  gboolean remote_end;

  /* The nominated pairs by component - 1; NULL before. */
  GstIceCandidate *selected_local[GST_ICE_MAX_COMPONENTS];
  GstIceCandidate *selected_remote[GST_ICE_MAX_COMPONENTS];

  guint n_signalled;            /* of candidates */
  gboolean end_signalled;
  guint n_taken;                /* of remote_candidates */

  gboolean restarted;           /* not the first: no other m-line waits for it */
  gboolean checking;            /* of a restarted one: it has begun */
} GstIceStream;

GstIceStream *gst_ice_stream_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_stream_free (GstIceStream * self);

/* Our agent's. What is known already is left out. */
void gst_ice_stream_set_credentials (GstIceStream * self, const gchar * ufrag,
    const gchar * pwd);
void gst_ice_stream_add_local (GstIceStream * self,
    const GstIceCandidate * candidate);
void gst_ice_stream_set_selected (GstIceStream * self,
    const GstIceCandidate * local, const GstIceCandidate * remote);

/* The peer's. */
void gst_ice_stream_set_remote_credentials (GstIceStream * self,
    const gchar * ufrag, const gchar * pwd);

/* Whether @media, of a description, keeps what was agreed, if anything was. */
gboolean gst_ice_stream_has_same_credentials (const GstIceStream * self,
    const GstIceMediaDescription * media);

/* Whether the candidates of @media, of a fragment, are for this agent. */
gboolean gst_ice_stream_is_of_generation (const GstIceStream * self,
    const GstIceMediaDescription * media);

/* @candidate: (nullable): %NULL: no more come */
void gst_ice_stream_add_remote (GstIceStream * self,
    const GstIceCandidate * candidate);
void gst_ice_stream_add_remote_media (GstIceStream * self,
    const GstIceMediaDescription * media);

/* Returns: (transfer full): the peer's candidates that were not taken yet; those
 *     at the address of @working (nullable) first */
GPtrArray *gst_ice_stream_take_remote (GstIceStream * self,
    const GstIceCandidate * working) G_GNUC_WARN_UNUSED_RESULT;

/* Fills in credentials and candidates of @media: all there are, or, when every
 * one of @n_components has its pair, those of the pairs only. */
void gst_ice_stream_describe (GstIceStream * self, guint n_components,
    GstIceMediaDescription * media);

/* Whether something was found since it was last described or trickled, and the
 * filling in of that. */
gboolean gst_ice_stream_has_news (const GstIceStream * self);
void gst_ice_stream_trickle (GstIceStream * self, GstIceMediaDescription * media);

G_END_DECLS
