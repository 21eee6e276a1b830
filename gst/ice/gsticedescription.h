/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticekeying.h"
#include "gsticeleftout.h"

G_BEGIN_DECLS

/* Limits for what a peer sends. What exceeds them is refused before use. */
#define GST_ICE_MAX_MLINES 64
#define GST_ICE_MAX_CANDIDATES 128      /* for each m-line */

/* One m-line of a description. */
typedef struct
{
  GstIceMediaKind kind;         /* UNSET: a media type without elements of
                                 * ours */
  gchar *media;                 /* the word in the m= line, "audio" */
  gchar *protocol;              /* "RTP/AVP"; NULL in a fragment */
  gchar *mid;                   /* NULL when the peer gave none */
  gboolean rejected;            /* port 0 */
  GstIceDirection direction;    /* as seen by its writer */
  GstCaps *formats;             /* application/x-rtp, one structure for each
                                 * payload type, in order of preference;
                                 * NULL: none */
  gboolean rtcp_mux;
  GstIceKeying *keying;         /* NULL: nothing about encryption */
  GArray *ssrcs;                /* of guint32, announced by the sender; NULL:
                                 * none */
  gchar *cname;                 /* of our own source; NULL for a peer's
                                 * m-line, and without ssrcs */

  /* The number of the m-line whose transport this one is to share, or shares
   * in an answer (RFC 9143). Its own number: it has the transport. -1: it is
   * in no group. */
  gint bundle;
  gboolean bundle_only;         /* in an offer: it has no transport of its
                                 * own */

  gchar *ufrag;                 /* NULL if the m-line is rejected or has a
                                 * defect */
  gchar *pwd;
  GPtrArray *candidates;        /* of GstIceCandidate, never NULL */
  GHashTable *left_out;         /* candidates that can't be used (gsticeleftout.h); NULL:
                                 * none */
  gboolean end_of_candidates;   /* no more will come (RFC 8838, 8) */

  /* The peer's ends of the nominated pairs: address, port and component only
   * (RFC 8839, 5.2). Never NULL; empty before nomination. When it is not
   * empty, candidates has the nominated ones only. */
  GPtrArray *remote_candidates;

  /* Why a peer's m-line can't be used, such as missing ICE or bad
   * credentials; NULL: it can be used. Other m-lines are not affected. */
  GError *defect;
} GstIceMediaDescription;

typedef enum
{
  GST_ICE_DESCRIPTION_OFFER,
  GST_ICE_DESCRIPTION_ANSWER,
  GST_ICE_DESCRIPTION_FRAGMENT, /* trickled: only mid, credentials and
                                 * candidates */
} GstIceDescriptionType;

/* An offer, an answer or a trickled fragment. Reference counted. Only its
 * maker changes it, before another object has it. */
typedef struct
{
  gint ref_count;               /* atomic */
  GstIceDescriptionType type;
  gboolean provisional;         /* of an answer: other ones may follow, of this
                                 * peer or another (RFC 8829, 4.1.10.1) */
  guint64 session_id;           /* RFC 8866, 5.2: in the o= line */
  guint64 version;
  gboolean ice_lite;            /* the writer answers checks and sends none */
  gboolean own_transports;      /* in an offer: all m-lines of a group have
                                 * transports of their own, with the same
                                 * credentials */
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

/* Appends an empty m-line.
 * Returns: (transfer none): the m-line, to be filled in */
GstIceMediaDescription *gst_ice_description_add_media (GstIceDescription * self);

/* A candidate, @text, can't be used, for @reason. */
void gst_ice_media_description_leave_out (GstIceMediaDescription * media,
    const gchar * text, GstIceLeftOutReason reason);

/* Returns: (transfer none): m-line @index; not checked */
GstIceMediaDescription *gst_ice_description_get_media (const GstIceDescription *
    self, guint index);

G_END_DECLS
