/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeclaims.h"
#include "gsticedescription.h"

G_BEGIN_DECLS

/* One m-line of a call, as agreed so far. */
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
  GstCaps *offered_formats;     /* of our offer in mid-call, which has no answer yet; NULL:
                                 * they are not to change */
  GstCaps *described_formats;   /* of the sending element, as an offer or answer last had
                                 * them; NULL: never */
  GstCaps *numbered_formats;    /* all that had a number of ours (RFC 3264, 8.3.2), or NULL */
  gboolean formats_changed;     /* by the last description */
  gboolean change_refused;      /* the peer does not take what an element does now */
  gboolean withdrawn;           /* our offer, which has no answer yet, ends it */
  gboolean rtcp_mux;            /* offered, then agreed */
  guint n_components;           /* how many need a path: 2 without rtcp-mux */
  gboolean rejected;

  GstIceEncryption encryption;
  GstIceKeying *ours;           /* NULL: not encrypted, or not made yet */
  GstIceKeying *theirs;         /* NULL: not encrypted, or not described yet */
  gboolean theirs_offered;      /* theirs came in an offer, else in an answer */
  guint peer;                   /* whose they are: one more for each peer that takes the place
                                 * of another with the same agents */

  gboolean settled;             /* it was offered and answered */
  gint group;                   /* the number of the m-line that names its
                                 * BUNDLE group, offered or agreed; -1: in no
                                 * group */
  guint carrier;                /* number of the m-line whose transport it
                                 * uses, which may be itself */
  GArray *ssrcs;                /* of guint32, announced by the peer; NULL:
                                 * none */

  /* By component - 1; (transfer none); NULL: no such element. */
  GstIceClaim *send[GST_ICE_MAX_COMPONENTS];
  GstIceClaim *receive[GST_ICE_MAX_COMPONENTS];
} GstIceMline;

/* The m-lines of a call with one peer, in order, with their claims. A value
 * that belongs to the call: no I/O, no thread. */
typedef struct _GstIceMlines GstIceMlines;

/* @claims: (transfer none): those of the session; they outlive the m-lines */
GstIceMlines *gst_ice_mlines_new (GstIceClaims * claims)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_mlines_free (GstIceMlines * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceMlines, gst_ice_mlines_free)

/* Returns: (transfer none): the claims it was made with */
GstIceClaims *gst_ice_mlines_get_claims (GstIceMlines * self);

/* Returns: (transfer none): the CNAME of what is sent where no element sends RTCP (RFC 3550,
 *     6.5.1) */
const gchar *gst_ice_mlines_get_cname (GstIceMlines * self);

/* Whether an element sends RTCP on any m-line. */
gboolean gst_ice_mlines_send_rtcp (GstIceMlines * self);

/* Returns: (transfer full): the formats of the m-lines, for people: "audio OPUS; video VP8
 *     (the answer has H264)" */
gchar *gst_ice_mlines_describe_formats (GstIceMlines * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Applies to m-lines made from this call on. Default: none. */
void gst_ice_mlines_set_encryption (GstIceMlines * self,
    GstIceEncryption encryption);

/* Returns: the number of @claim's m-line, -1: none */
gint gst_ice_mlines_find_claim (GstIceMlines * self, const GstIceClaim * claim);

/* Takes @claim off its m-line, which stays in the list. */
void gst_ice_mlines_forget_claim (GstIceMlines * self,
    const GstIceClaim * claim);
void gst_ice_mlines_forget_all_claims (GstIceMlines * self);

/* Returns: whether a claim that is ready has no m-line */
gboolean gst_ice_mlines_has_unplaced (GstIceMlines * self);

/* Gives each claim its m-line for an offer of ours: audio, video, the rest,
 * each in the order of asking. M-lines keep their places; new ones come at
 * the end. */
gboolean gst_ice_mlines_place (GstIceMlines * self, gboolean rtcp_mux,
    GError ** error);

/* The same for the m-lines of a peer's offer, from number @first_new on.
 * Claims that can use an m-line's formats go first; the others get no
 * m-line. */
void gst_ice_mlines_place_on_offered (GstIceMlines * self, guint first_new);

/* M-lines that were placed are those of @offer, which was made with others: what it says of
 * encryption and of the CNAME is theirs.
 * Returns: %FALSE with @error set when the number of m-lines is another */
gboolean gst_ice_mlines_repeat (GstIceMlines * self,
    const GstIceDescription * offer, GError ** error);

/* @protocol: (nullable): %NULL: that of its encryption
 * Returns: (transfer none): a new m-line at the end */
GstIceMline *gst_ice_mlines_append (GstIceMlines * self, GstIceMediaKind kind,
    const gchar * media, const gchar * mid, const gchar * protocol);

/* Removes m-lines at the end, which nobody has seen yet, from their claims too. */
void gst_ice_mlines_truncate (GstIceMlines * self, guint n);

/* The same for m-lines that have transports: they stay in memory. */
void gst_ice_mlines_retire (GstIceMlines * self, guint n);

guint gst_ice_mlines_get_size (GstIceMlines * self);

/* Returns: (transfer none): m-line number @index, which must exist */
GstIceMline *gst_ice_mlines_get (GstIceMlines * self, guint index);

/* Returns: the number of the m-line @mid; if that is %NULL, @index, if there
 *     are so many m-lines; -1: none */
gint gst_ice_mlines_find (GstIceMlines * self, const gchar * mid, guint index);

/* @keying: what we tell the peer of encryption: copied */
void gst_ice_mline_set_keying (GstIceMline * mline, const GstIceKeying * ours);

/* Returns: (transfer none) (nullable): what goes out, by the numbers that the peer chose */
GstCaps *gst_ice_mline_get_sent_formats (const GstIceMline * mline);

/* Returns: (transfer full) (nullable): what the elements on @mline would offer: the formats
 *     that the icesink sends, then those that the icesrc takes */
GstCaps *gst_ice_mline_list_formats (const GstIceMline * mline)
    G_GNUC_WARN_UNUSED_RESULT;

/* What the elements on @mline do, whatever was agreed. */
GstIceDirection gst_ice_mline_get_claimed_direction (const GstIceMline * mline);

G_END_DECLS
