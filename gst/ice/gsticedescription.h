/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticekeying.h"
#include "gsticeleftout.h"

G_BEGIN_DECLS

/* What is taken from a peer, at most: all else is refused before it is used. */
#define GST_ICE_MAX_MLINES 64
#define GST_ICE_MAX_CANDIDATES 128      /* of one m-line */

/* One m-line of a description. */
typedef struct
{
  GstIceMediaKind kind;         /* UNSET: a media type we have no elements for */
  gchar *media;                 /* the word in the m= line, "audio" */
  gchar *protocol;              /* "RTP/AVP"; NULL in a fragment */
  gchar *mid;                   /* NULL when the peer gave none */
  gboolean rejected;            /* port 0 */
  GstIceDirection direction;    /* of the one who wrote it */
  GstCaps *formats;             /* application/x-rtp, a structure for each payload
                                 * type, in order of preference; NULL: none */
  gboolean rtcp_mux;
  GstIceKeying *keying;         /* NULL: says nothing of encryption */
  GArray *ssrcs;                /* of guint32, announced by its sender; NULL: none */
  gchar *cname;                 /* of what we send; NULL of a peer's, or with no ssrcs */

  /* The number of the m-line whose transport it is to share, or, in an answer,
   * shares (RFC 9143): its own if it is the one; -1: it is in no group. */
  gint bundle;
  gboolean bundle_only;         /* of an offer: it has no transport of its own */

  gchar *ufrag;                 /* NULL in a rejected m-line, and with a defect */
  gchar *pwd;
  GPtrArray *candidates;        /* of GstIceCandidate, never NULL */
  GHashTable *left_out;         /* candidates that can't be used (gsticeleftout.h); NULL:
                                 * none */
  gboolean end_of_candidates;   /* no more will come (RFC 8838, 8) */

  /* The peer's addresses of the nominated pairs, address, port and component
   * only (RFC 8839, 5.2); never NULL, empty before nomination. When it is not
   * empty, candidates holds the nominated ones only. */
  GPtrArray *remote_candidates;

  /* Why this m-line of a peer's can't be used, such as no ICE or bad credentials; NULL:
   * it can. It concerns who wants this m-line, and no other m-line. */
  GError *defect;
} GstIceMediaDescription;

typedef enum
{
  GST_ICE_DESCRIPTION_OFFER,
  GST_ICE_DESCRIPTION_ANSWER,
  GST_ICE_DESCRIPTION_FRAGMENT, /* trickled: only mid, credentials, candidates */
} GstIceDescriptionType;

/* Offer, answer or trickled fragment, free of text. Reference counted; changed
 * only by the one who made it, before it was handed to somebody. */
typedef struct
{
  gint ref_count;               /* atomic */
  GstIceDescriptionType type;
  guint64 session_id;           /* RFC 8866, 5.2: o= */
  guint64 version;
  gboolean ice_lite;            /* its writer answers checks and sends none */
  gboolean own_transports;      /* of an offer: each m-line of a group has a transport
                                 * of its own, though their credentials are the same */
  GPtrArray *media;             /* of GstIceMediaDescription */
} GstIceDescription;

#define GST_TYPE_ICE_DESCRIPTION (gst_ice_description_get_type ())
GType gst_ice_description_get_type (void);

GstIceDescription *gst_ice_description_new (GstIceDescriptionType type)
    G_GNUC_WARN_UNUSED_RESULT;
GstIceDescription *gst_ice_description_ref (GstIceDescription * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_description_unref (GstIceDescription * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceDescription, gst_ice_description_unref)

/* Appends an empty m-line. Returns: (transfer none): it, to be filled in */
GstIceMediaDescription *gst_ice_description_add_media (GstIceDescription * self);

/* A candidate, @text, can't be used, for @reason. */
void gst_ice_media_description_leave_out (GstIceMediaDescription * media,
    const gchar * text, GstIceLeftOutReason reason);

/* Returns: (transfer none): m-line @index; not checked */
GstIceMediaDescription *gst_ice_description_get_media (const GstIceDescription *
    self, guint index);

G_END_DECLS
