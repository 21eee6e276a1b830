/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* What one element asks for: one component of one m-line, one way. Owned by the
 * list of claims; others read it. */
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
  GObject *owner;               /* the GstIceSender or GstIceReceiver of the element; not
                                 * looked into here */
} GstIceClaim;

/* What the elements of a session ask for, in the order asked for. No I/O, no
 * thread: a value that a session changes. */
typedef struct _GstIceClaims GstIceClaims;

GstIceClaims *gst_ice_claims_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_claims_free (GstIceClaims * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceClaims, gst_ice_claims_free)

/* Returns: (transfer none): a copy of @claim, in the list */
GstIceClaim *gst_ice_claims_add (GstIceClaims * self,
    const GstIceClaim * claim);

/* @claim: (transfer full): no m-line may have it any more */
void gst_ice_claims_remove (GstIceClaims * self, GstIceClaim * claim);

/* The claim is complete. @formats: (transfer none) (nullable)
 * Returns: %FALSE with GST_ICE_ERROR_SETTINGS when another claims the same */
gboolean gst_ice_claims_set_ready (GstIceClaims * self, GstIceClaim * claim,
    GstIceMediaKind kind, GstCaps * formats, GError ** error);

/* %TRUE when there are claims and all are ready. */
gboolean gst_ice_claims_all_ready (GstIceClaims * self);

/* Returns: (transfer container): the ready ones of GstIceClaim in the order in which
 *     they get their m-lines: RTP before RTCP, those that name their kind before
 *     those that take any, audio, video, the rest */
GPtrArray *gst_ice_claims_list_ready (GstIceClaims * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether an element wants the m-line that is called @mid. */
gboolean gst_ice_claims_has_mid (GstIceClaims * self, const gchar * mid);

/* What all elements of the session do. */
GstIceDirection gst_ice_claims_get_direction (GstIceClaims * self);

/* The kind that @claim is or, if it left that open, takes by its formats. */
GstIceMediaKind gst_ice_claim_get_kind (const GstIceClaim * claim);

G_END_DECLS
