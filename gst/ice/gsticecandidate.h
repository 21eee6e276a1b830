/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_CANDIDATE_HOST,
  GST_ICE_CANDIDATE_SRFLX,
  GST_ICE_CANDIDATE_PRFLX,
  GST_ICE_CANDIDATE_RELAY,
} GstIceCandidateType;

/* RFC 6544, 4.5. UDP comes first, as nearly every candidate is UDP. */
typedef enum
{
  GST_ICE_PROTOCOL_UDP,
  GST_ICE_PROTOCOL_TCP_ACTIVE,
  GST_ICE_PROTOCOL_TCP_PASSIVE,
  GST_ICE_PROTOCOL_TCP_SO,
} GstIceProtocol;

/* RFC 8839, 5.1: 1*32 ice-char. */
#define GST_ICE_FOUNDATION_SIZE 33

/* One transport address of one component (RFC 8445, 5.1). A value: it is
 * copied, and does not change once another object has it. */
typedef struct
{
  gchar foundation[GST_ICE_FOUNDATION_SIZE];
  guint component;              /* 1 to 256 */
  GstIceProtocol transport;
  guint32 priority;             /* 1 to 2^31 - 1 */
  gchar *address;               /* IP address or host name; never NULL */
  guint port;
  GstIceCandidateType type;
  gchar *related_address;       /* NULL when not given */
  guint related_port;
  gchar *ufrag;                 /* of a peer's agent, if its line says that; or NULL */

  /* Known for local candidates only; not sent to the peer. */
  gchar *base_address;          /* NULL: the same as address */
  gchar *server;                /* URI of the STUN or TURN server, or NULL */
} GstIceCandidate;

#define GST_TYPE_ICE_CANDIDATE (gst_ice_candidate_get_type ())
GType gst_ice_candidate_get_type (void);

/* Returns: (transfer full): a candidate that has only @address and @port */
GstIceCandidate *gst_ice_candidate_new (const gchar * address, guint port)
    G_GNUC_WARN_UNUSED_RESULT;
GstIceCandidate *gst_ice_candidate_copy (const GstIceCandidate * candidate)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_candidate_free (GstIceCandidate * candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceCandidate, gst_ice_candidate_free)

/* Sets the foundation to a hash of type, base, server and transport, so that
 * all agents of the session give equal candidates the same foundation (RFC
 * 8445, 5.1.1.3). */
void gst_ice_candidate_compute_foundation (GstIceCandidate * candidate);

/* Returns: (transfer full): a copy that has a foundation: its own, or a computed one */
GstIceCandidate *gst_ice_candidate_copy_with_foundation (const GstIceCandidate *
    candidate) G_GNUC_WARN_UNUSED_RESULT;

/* Whether both have the same component and transport address, and so are one
 * candidate. */
gboolean gst_ice_candidate_same_address (const GstIceCandidate * a,
    const GstIceCandidate * b);

/* Returns: (transfer none): "host", "srflx", "prflx", "relay" */
const gchar *gst_ice_candidate_type_to_string (GstIceCandidateType type);

/* Returns: (transfer none): "udp" or "tcp", as W3C's RTCIceProtocol has it */
const gchar *gst_ice_protocol_to_string (GstIceProtocol transport);

/* Returns: (transfer full): "10.0.0.2:5000", "[2001:db8::1]:5000" */
gchar *gst_ice_candidate_to_host_port (const GstIceCandidate * candidate)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
