/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* The STUN (RFC 8489) that ICE needs to keep consent (RFC 7675) and to
 * answer checks (RFC 8445, 7.3): Binding requests and their responses, with
 * short-term credentials. Pure functions. */

#define GST_ICE_UDP_STUN_ID_SIZE 12

/* Limit for messages that are built or read. A request has at most 20 + 4 +
 * 513 + 8 + 12 + 24 + 8 bytes; the USERNAME is the longest (RFC 8489, 14.3). */
#define GST_ICE_UDP_STUN_MAX_SIZE 1280

typedef enum
{
  GST_ICE_UDP_STUN_REQUEST = 0x0001,    /* all types are of method Binding */
  GST_ICE_UDP_STUN_INDICATION = 0x0011,
  GST_ICE_UDP_STUN_SUCCESS = 0x0101,
  GST_ICE_UDP_STUN_ERROR = 0x0111,
} GstIceUdpStunType;

/* Error codes: RFC 8489, 14.8; RFC 8445, 7.3.1.1. */
enum
{
  GST_ICE_UDP_STUN_BAD_REQUEST = 400,
  GST_ICE_UDP_STUN_UNAUTHENTICATED = 401,
  GST_ICE_UDP_STUN_UNKNOWN_ATTRIBUTE = 420,
  GST_ICE_UDP_STUN_ROLE_CONFLICT = 487,
};

/* Fills @bytes with unpredictable bytes, as a transaction id must be (RFC
 * 8489, 5). */
void gst_ice_udp_stun_randomise (gpointer bytes, gsize size);

/* A message that was received. The pointers point into the bytes that were
 * parsed. */
typedef struct
{
  const guint8 *data;
  gsize size_bytes;
  guint16 type;                 /* GstIceUdpStunType, or another number */
  const guint8 *id;             /* transaction id */
  const gchar *username;        /* not terminated; NULL: none */
  gsize username_size;
  const guint8 *integrity;      /* the attribute's value of 20 bytes, or NULL */
  guint error_code;             /* 0: none */
  const guint8 *mapped;         /* XOR-MAPPED-ADDRESS, 8 or 20 bytes, or NULL */
  const guint8 *fingerprint;    /* the attribute's value of 4 bytes, or NULL */

  /* Of checks (RFC 8445, 7.1). */
  guint32 priority;             /* 0: none */
  gboolean use_candidate;
  gboolean controlling;
  gboolean controlled;
  gboolean has_nomination;      /* draft-thatcher-ice-renomination */
  guint32 nomination;
  guint16 unknown;              /* an attribute that must be understood and
                                 * is not, or 0 */
} GstIceUdpStun;

/* Looks at the form only, so that a packet for nobody costs little.
 * Returns: %FALSE if it is not STUN, or is cut off */
gboolean gst_ice_udp_stun_read (GstIceUdpStun * self, const guint8 * data,
    gsize size_bytes);

/* Returns: whether it has a fingerprint, and a right one (RFC 8489, 14.7) */
gboolean gst_ice_udp_stun_check_fingerprint (const GstIceUdpStun * self);

/* Returns: %FALSE if it is not STUN, is cut off, or has a wrong fingerprint */
gboolean gst_ice_udp_stun_parse (GstIceUdpStun * self, const guint8 * data,
    gsize size_bytes);

/* Returns: whether the sender knows @password (RFC 8489, 14.5) */
gboolean gst_ice_udp_stun_check_integrity (const GstIceUdpStun * self,
    const gchar * password);

/* @address: (out): the address that the other side saw the request come from
 * Returns: %FALSE if the message has none */
gboolean gst_ice_udp_stun_get_mapped (const GstIceUdpStun * self,
    GstIceUdpAddress * address);

/* Returns: whether its USERNAME is "@to:@from" */
gboolean gst_ice_udp_stun_check_username (const GstIceUdpStun * self,
    const gchar * to_ufrag, const gchar * from_ufrag);

typedef struct
{
  guint8 id[GST_ICE_UDP_STUN_ID_SIZE];
  const gchar *to_ufrag;        /* each at most 256 bytes (RFC 8839, 5.4) */
  const gchar *from_ufrag;
  const gchar *password;        /* of the receiver */
  guint32 priority;
  gboolean controlling;
  guint64 tie_breaker;
  gboolean use_candidate;       /* USE-CANDIDATE: nominates the pair (RFC
                                 * 8445, 7.1.2) */
} GstIceUdpStunRequest;

/* Returns: the size of @message, 0 if the names are too long */
gsize gst_ice_udp_stun_build_request (const GstIceUdpStunRequest * self,
    guint8 message[GST_ICE_UDP_STUN_MAX_SIZE]);

/* Builds the answer to @request, which came from @from.
 * @password: of the receiver of the request */
gsize gst_ice_udp_stun_build_response (const GstIceUdpStun * request,
    const GstIceUdpAddress * from, const gchar * password,
    guint8 message[GST_ICE_UDP_STUN_MAX_SIZE]);

/* @code: of the enumeration above, or another of RFC 8489
 * @password: (nullable): of the receiver of the request; %NULL: without
 *     integrity, when no shared password is known */
gsize gst_ice_udp_stun_build_error (const GstIceUdpStun * request, guint code,
    const gchar * password, guint8 message[GST_ICE_UDP_STUN_MAX_SIZE]);

G_END_DECLS
