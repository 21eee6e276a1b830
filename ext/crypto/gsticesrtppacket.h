/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpsuite.h"

G_BEGIN_DECLS

/* Where the parts of an SRTP or SRTCP packet lie in memory (RFC 3711, 3.1
 * and 3.4; RFC 7714, 8 and 9). */

/* The result for a packet. */
typedef enum
{
  GST_ICE_SRTP_OK,
  GST_ICE_SRTP_MALFORMED,       /* shorter than its head says, or not RTP */
  GST_ICE_SRTP_REPLAYED,        /* this index was received or sent before */
  GST_ICE_SRTP_TOO_OLD,         /* behind the window, so it may be a replay */
  GST_ICE_SRTP_BAD_TAG,
  GST_ICE_SRTP_UNKNOWN_MKI,
  GST_ICE_SRTP_NOT_ENCRYPTED,   /* SRTCP with E = 0 */
  GST_ICE_SRTP_SOURCE_LIMIT,    /* to protect: there are too many SSRCs */
  GST_ICE_SRTP_KEY_EXPIRED,     /* the key or the index is used up */
  GST_ICE_SRTP_FAILED,          /* OpenSSL refused, or there is no key */
} GstIceSrtpStatus;

#define GST_ICE_SRTP_N_STATUSES 10

#define GST_ICE_SRTP_MAX_PACKET_BYTES 65535
#define GST_ICE_SRTP_MAX_MKI_BYTES 128  /* RFC 4568, 6.1 */

/* How many bytes a packet grows by at most: SRTCP's index, the tag and the
 * MKI. */
#define GST_ICE_SRTP_MAX_OVERHEAD_BYTES \
    (4 + GST_ICE_SRTP_MAX_TAG_BYTES + GST_ICE_SRTP_MAX_MKI_BYTES)

/* A piece of a clear packet, which may lie in any number of pieces. */
typedef struct
{
  const guint8 *data;
  gsize size;
} GstIceSrtpPiece;

/* Pieces that are read from front to back. */
typedef struct
{
  const GstIceSrtpPiece *piece; /* the first one left */
  gsize offset;                 /* within piece */
} GstIceSrtpReader;

/* A packet: the clear head, the payload, and behind it what there is of:
 * GCM's tag, SRTCP's index, the MKI, the tag of HMAC. */
typedef struct
{
  guint8 *data;
  gsize clear_bytes;            /* size of head and payload */
  gsize head_bytes;
  gboolean rtcp;
  guint32 ssrc;
  guint64 index;                /* 48 bits, or 31 for SRTCP */
  guint8 *index_field;          /* E and index of SRTCP, or NULL */
  guint8 *mki;
  guint8 *tag;
} GstIceSrtpPacket;

/* Returns: (transfer none): static: "replayed" */
const gchar *gst_ice_srtp_status_get_name (GstIceSrtpStatus status);

/* @head: the first two bytes of a packet
 * Returns: whether its type is RTCP (RFC 5761, 4) */
gboolean gst_ice_srtp_packet_is_rtcp (const guint8 * head);

/* Returns: how many bytes a packet grows by */
gsize gst_ice_srtp_packet_get_overhead (const GstIceSrtpSuiteInfo * suite,
    guint mki_bytes, gboolean rtcp);

/* Finds the parts behind the payload. @self: (inout): data, clear_bytes and
 * rtcp must be set */
void gst_ice_srtp_packet_lay_out (GstIceSrtpPacket * self,
    const GstIceSrtpSuiteInfo * suite, guint mki_bytes);

/* Reads the head. @self: (inout): data, clear_bytes and rtcp must be set
 * @in: (nullable): the head is copied from here; %NULL: it is in data
 * Returns: %FALSE: the head is longer than the packet, or its version is not
 *     2 */
gboolean gst_ice_srtp_packet_read_head (GstIceSrtpPacket * self, GstIceSrtpReader * in);

/* @n_bytes: above 0, and at most what is left
 * @size: (out): how many of these bytes lie in one place
 * Returns: (transfer none): that place */
const guint8 *gst_ice_srtp_reader_next (GstIceSrtpReader * self, gsize n_bytes,
    gsize * size);

/* @n_bytes: at most what is left */
void gst_ice_srtp_reader_copy (GstIceSrtpReader * self, guint8 * out, gsize n_bytes);

G_END_DECLS
