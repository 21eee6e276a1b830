/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* What one element asks for: one component of one m-line in one direction.
 * Owned by the list of claims; others only read it. */
typedef struct
{
  gchar *name;                  /* of the element, for messages */
  GstIceDirection direction;    /* SENDONLY: an icesink, RECVONLY: an icesrc */
  GstIceComponent component;
  GstIceMediaKind kind;         /* UNSET: unknown as yet, or any */
  gchar *mid;                   /* NULL: any */
  GstCaps *formats;             /* what the element sends or can take; NULL:
                                 * unknown as yet, or anything */
  gboolean ready;               /* kind and formats are final */
  gboolean recoded;             /* the formats have begun with another encoding before */
  gboolean keep_listening;      /* of an icesrc: its stream does not end with a listener's
                                 * peer */
  GObject *owner;               /* GstIceSender or GstIceReceiver of the
                                 * element; this plane does not use it */
} GstIceClaim;

/* What the elements of a session ask for, in the order of asking. A value
 * that belongs to the session: no I/O, no thread. */
typedef struct _GstIceClaims GstIceClaims;

GstIceClaims *gst_ice_claims_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_claims_free (GstIceClaims * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceClaims, gst_ice_claims_free)

/* Returns: (transfer none): a copy of @claim, in the list */
GstIceClaim *gst_ice_claims_add (GstIceClaims * self,
    const GstIceClaim * claim);

/* @claim: (transfer full): must not be on an m-line */
void gst_ice_claims_remove (GstIceClaims * self, GstIceClaim * claim);

/* The claim is complete. @formats: (transfer none) (nullable)
 * Returns: %FALSE with GST_ICE_ERROR_SETTINGS when another element claims
 *     the same */
gboolean gst_ice_claims_set_ready (GstIceClaims * self, GstIceClaim * claim,
    GstIceMediaKind kind, GstCaps * formats, GError ** error);

/* Whether @kind and @formats (nullable), of a claim that is ready, differ from what it has. An
 * icesrc never changes, nor does a stream that only goes over to telephone events. */
gboolean gst_ice_claim_is_changed_by (const GstIceClaim * claim,
    GstIceMediaKind kind, GstCaps * formats);

/* Returns: (transfer none) (nullable): the first that is not ready */
const GstIceClaim *gst_ice_claims_find_unready (GstIceClaims * self);

/* Returns: whether the session goes on when a listener's peer has gone */
gboolean gst_ice_claims_keep_listening (GstIceClaims * self);

/* Returns: whether there are claims and all are ready */
gboolean gst_ice_claims_all_ready (GstIceClaims * self);

/* Returns: (transfer container): the GstIceClaim that are ready, in the
 *     order in which they get their m-lines: RTP before RTCP; claims with a
 *     kind before those that take any; audio, video, the rest */
GPtrArray *gst_ice_claims_list_ready (GstIceClaims * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether an element claims the m-line @mid. */
gboolean gst_ice_claims_has_mid (GstIceClaims * self, const gchar * mid);

/* Whether an element takes media of a peer; RTCP is none. */
gboolean gst_ice_claims_take_media (GstIceClaims * self);

/* What all elements of the session do with media; with RTCP, if there are no others. */
GstIceDirection gst_ice_claims_get_direction (GstIceClaims * self);

/* Returns: the kind of @claim; if the claim leaves it open, the kind of its
 *     formats */
GstIceMediaKind gst_ice_claim_get_kind (const GstIceClaim * claim);

G_END_DECLS
