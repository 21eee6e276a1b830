/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeclaims.h"
#include "gsticedescription.h"

G_BEGIN_DECLS

/* One m-line of a call as agreed so far. */
typedef struct
{
  GstIceMediaKind kind;
  gchar *media;
  gchar *mid;
  gchar *protocol;
  GstIceDirection direction;    /* ours: offered, then agreed; changes with each offer */
  GstIceDirection told_direction;       /* as the elements know it */
  GstCaps *formats;             /* offered, then agreed, by the numbers of what comes in;
                                 * NULL: none */
  GstCaps *other_formats;       /* of an answer that has none of those; NULL: it has */
  GstCaps *sent_formats;        /* agreed, by the numbers of what goes out (RFC 3264, 5.1);
                                 * NULL: they are the same */
  gboolean rtcp_mux;            /* offered, then agreed */
  guint n_components;           /* that need a path: 2 without rtcp-mux */
  gboolean rejected;

  GstIceEncryption encryption;
  GstIceKeying *ours;           /* NULL: without encryption, or not made yet */
  GstIceKeying *theirs;         /* NULL: the same, or not described yet */
  gboolean theirs_offered;      /* by an offer; else by an answer */

  gboolean settled;             /* the peer has answered it, or it was answered */
  gint group;                   /* the number of the m-line that stands for its BUNDLE
                                 * group, offered or agreed; -1: in none */
  guint carrier;                /* whose transport it uses: its own number, or that
                                 * of another of the group */
  GArray *ssrcs;                /* of guint32, what the peer announced; NULL: none */

  /* By component - 1; (transfer none), NULL: no element does that. */
  GstIceClaim *send[GST_ICE_MAX_COMPONENTS];
  GstIceClaim *receive[GST_ICE_MAX_COMPONENTS];
} GstIceMline;

/* The m-lines of a call, which is with one peer, in their order, and which claims
 * have them. No I/O, no thread: a value that a call changes. */
typedef struct _GstIceMlines GstIceMlines;

/* @claims: (transfer none): of the session; outlive the m-lines */
GstIceMlines *gst_ice_mlines_new (GstIceClaims * claims)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_mlines_free (GstIceMlines * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceMlines, gst_ice_mlines_free)

/* Returns: (transfer none): those that it was made with */
GstIceClaims *gst_ice_mlines_get_claims (GstIceMlines * self);

/* Returns: (transfer full): the formats of the m-lines, for people: "audio OPUS; video VP8
 *     (the answer has H264)" */
gchar *gst_ice_mlines_describe_formats (GstIceMlines * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Of m-lines from here on; none before. */
void gst_ice_mlines_set_encryption (GstIceMlines * self,
    GstIceEncryption encryption);

/* Returns: the number of the m-line that @claim has, -1: none */
gint gst_ice_mlines_find_claim (GstIceMlines * self, const GstIceClaim * claim);

/* @claim leaves its m-line, which stays in the list. */
void gst_ice_mlines_forget_claim (GstIceMlines * self,
    const GstIceClaim * claim);
void gst_ice_mlines_forget_all_claims (GstIceMlines * self);

/* %TRUE when a claim that is ready has no m-line. */
gboolean gst_ice_mlines_has_unplaced (GstIceMlines * self);

/* Gives every claim its m-line for an offer of ours: audio, video, the rest, each
 * in the order asked for; an order once given stays, new ones come at the end. */
gboolean gst_ice_mlines_place (GstIceMlines * self, gboolean rtcp_mux,
    GError ** error);

/* The same on the m-lines of a peer's offer, from number @first_new on: those who
 * can take an m-line's formats go first; the rest stay without one. */
void gst_ice_mlines_place_on_offered (GstIceMlines * self, guint first_new);

/* Returns: (transfer none): a new m-line at the end; @protocol: (nullable): %NULL:
 *     that of its encryption */
GstIceMline *gst_ice_mlines_append (GstIceMlines * self, GstIceMediaKind kind,
    const gchar * media, const gchar * mid, const gchar * protocol);

/* Takes m-lines away from the end; their claims have none then. */
void gst_ice_mlines_truncate (GstIceMlines * self, guint n);

guint gst_ice_mlines_get_size (GstIceMlines * self);

/* Returns: (transfer none): m-line @index; not checked */
GstIceMline *gst_ice_mlines_get (GstIceMlines * self, guint index);

/* Returns: the number of the m-line called @mid, or, when that is %NULL, @index if
 *     there are so many; -1: none */
gint gst_ice_mlines_find (GstIceMlines * self, const gchar * mid, guint index);

/* What we tell the peer of encryption: copied. */
void gst_ice_mline_set_keying (GstIceMline * mline, const GstIceKeying * ours);

/* Returns: (transfer none) (nullable): what goes out, by the numbers that the peer chose */
GstCaps *gst_ice_mline_get_sent_formats (const GstIceMline * mline);

/* What the elements on @mline do, whatever was agreed. */
GstIceDirection gst_ice_mline_get_claimed_direction (const GstIceMline * mline);

G_END_DECLS
