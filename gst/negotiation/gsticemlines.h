/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticechannel.h"
#include "gsticedescription.h"

G_BEGIN_DECLS

/* What one element asks for: one component of one m-line, one way. Owned by the
 * list of m-lines; others read it. */
typedef struct
{
  gchar *name;                  /* of the element, for messages */
  GstIceDirection direction;    /* SENDONLY: an icesink, RECVONLY: an icesrc */
  GstIceComponent component;
  GstIceMediaKind kind;         /* UNSET: not known yet, or any */
  gchar *mid;                   /* NULL: any */
  GstCaps *formats;             /* what it sends, or can take; NULL: not known
                                 * yet, or anything */
  gboolean ready;               /* kind and formats are final */
  gint mline;                   /* -1 until it has one */
  GstIceChannel *channel;       /* where its packets go; not looked into here */
} GstIceClaim;

/* One m-line of the session as agreed so far. */
typedef struct
{
  GstIceMediaKind kind;
  gchar *media;
  gchar *mid;
  gchar *protocol;
  GstIceDirection direction;    /* ours */
  GstCaps *formats;             /* offered, then agreed; NULL: none */
  gboolean rtcp_mux;            /* offered, then agreed */
  guint n_components;           /* that need a path: 2 without rtcp-mux */
  gboolean rejected;

  GstIceEncryption encryption;
  GstIceKeying *ours;           /* NULL: without encryption, or not made yet */
  GstIceKeying *theirs;         /* NULL: the same, or not described yet */

  gboolean grouped;             /* in a BUNDLE group that was agreed */
  guint carrier;                /* whose transport it uses: its own number, or that
                                 * of the group's first */
  GArray *ssrcs;                /* of guint32, what the peer announced; NULL: none */

  /* By component - 1; (transfer none), NULL: no element does that. */
  GstIceClaim *send[GST_ICE_MAX_COMPONENTS];
  GstIceClaim *receive[GST_ICE_MAX_COMPONENTS];
} GstIceMline;

/* The m-lines of a session in their order, and the claims on them. No I/O, no
 * thread: a value that a session changes. */
typedef struct _GstIceMlines GstIceMlines;

GstIceMlines *gst_ice_mlines_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_mlines_free (GstIceMlines * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceMlines, gst_ice_mlines_free)

/* Of m-lines from here on; none before. */
void gst_ice_mlines_set_encryption (GstIceMlines * self,
    GstIceEncryption encryption);

/* Returns: (transfer none): a copy of @claim, in the list */
GstIceClaim *gst_ice_mlines_add_claim (GstIceMlines * self,
    const GstIceClaim * claim);

/* @claim: (transfer full): it leaves its m-line, which stays in the list */
void gst_ice_mlines_remove_claim (GstIceMlines * self, GstIceClaim * claim);

/* The claim is complete. @formats: (transfer none) (nullable)
 * Returns: %FALSE with GST_ICE_ERROR_SETTINGS when another claims the same */
gboolean gst_ice_mlines_set_ready (GstIceMlines * self, GstIceClaim * claim,
    GstIceMediaKind kind, GstCaps * formats, GError ** error);

/* %TRUE when there are claims and all are ready. */
gboolean gst_ice_mlines_all_ready (GstIceMlines * self);

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

/* Takes m-lines away from the end; their claims are without one then. */
void gst_ice_mlines_truncate (GstIceMlines * self, guint n);

/* Forgets the m-lines, keeps the claims: for the next peer. */
void gst_ice_mlines_reset (GstIceMlines * self);

guint gst_ice_mlines_get_size (GstIceMlines * self);

/* Returns: (transfer none): m-line @index; not checked */
GstIceMline *gst_ice_mlines_get (GstIceMlines * self, guint index);

/* Returns: the number of the m-line called @mid, or, when that is %NULL, @index if
 *     there are so many; -1: none */
gint gst_ice_mlines_find (GstIceMlines * self, const gchar * mid, guint index);

/* What all elements of the session do, placed or not. */
GstIceDirection gst_ice_mlines_get_claimed_direction (GstIceMlines * self);

/* What the elements on @mline do, whatever was agreed. */
GstIceDirection gst_ice_mline_get_claimed_direction (const GstIceMline * mline);

G_END_DECLS
