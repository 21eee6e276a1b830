/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpsuite.h"

G_BEGIN_DECLS

/* One packet of SRTP or SRTCP in memory: where its parts lie (RFC 3711, 3.1 and 3.4;
 * RFC 7714, 8 and 9). */

/* What becomes of a packet. */
typedef enum
{
  GST_ICE_SRTP_OK,
  GST_ICE_SRTP_MALFORMED,       /* shorter than its head says, or no RTP */
  GST_ICE_SRTP_REPLAYED,        /* this index was received, or sent, before */
  GST_ICE_SRTP_TOO_OLD,         /* behind the window, so it may have been */
  GST_ICE_SRTP_BAD_TAG,
  GST_ICE_SRTP_UNKNOWN_MKI,
  GST_ICE_SRTP_NOT_ENCRYPTED,   /* SRTCP with E = 0 */
  GST_ICE_SRTP_SOURCE_LIMIT,    /* to be protected, of one SSRC too many */
  GST_ICE_SRTP_KEY_EXPIRED,     /* the key's lifetime, or an index, is at its end */
  GST_ICE_SRTP_FAILED,          /* OpenSSL refused, or there is no key */
} GstIceSrtpStatus;

#define GST_ICE_SRTP_N_STATUSES 10

#define GST_ICE_SRTP_MAX_PACKET_BYTES 65535
#define GST_ICE_SRTP_MAX_MKI_BYTES 128  /* RFC 4568, 6.1 */

/* What a packet grows by, at most: SRTCP's index, the tag and the MKI. */
#define GST_ICE_SRTP_MAX_OVERHEAD_BYTES \
    (4 + GST_ICE_SRTP_MAX_TAG_BYTES + GST_ICE_SRTP_MAX_MKI_BYTES)

/* What a clear packet lies in: any number of these. */
typedef struct
{
  const guint8 *data;
  gsize size;
} GstIceSrtpPiece;

/* Pieces, read from front to back. */
typedef struct
{
  const GstIceSrtpPiece *piece; /* the first that is left */
  gsize offset;                 /* in it */
} GstIceSrtpReader;

/* The head in the clear, the payload, and behind it the rest, as far as there is: GCM's
 * tag, SRTCP's index, the MKI, the tag of HMAC. */
typedef struct
{
  guint8 *data;
  gsize clear_bytes;            /* head and payload */
  gsize head_bytes;
  gboolean rtcp;
  guint32 ssrc;
  guint64 index;                /* of 48 bits, or of 31 for SRTCP */
  guint8 *index_field;          /* E and the index of SRTCP, or NULL */
  guint8 *mki;
  guint8 *tag;
} GstIceSrtpPacket;

/* Returns: (transfer none): static: "replayed" */
const gchar *gst_ice_srtp_status_get_name (GstIceSrtpStatus status);

/* @head: the first two bytes of a packet
 * Returns: whether it is RTCP, by its type (RFC 5761, 4) */
gboolean gst_ice_srtp_packet_is_rtcp (const guint8 * head);

/* Returns: what a packet grows by */
gsize gst_ice_srtp_packet_get_overhead (const GstIceSrtpSuiteInfo * suite,
    guint mki_bytes, gboolean rtcp);

/* Finds what lies behind the payload. @self: (inout): data, clear_bytes and rtcp are in */
void gst_ice_srtp_packet_lay_out (GstIceSrtpPacket * self,
    const GstIceSrtpSuiteInfo * suite, guint mki_bytes);

/* Reads the head. @self: (inout): data, clear_bytes and rtcp are in
 * @in: (nullable): what the head is copied from; %NULL: data has it
 * Returns: %FALSE: it is longer than the packet, or of another version than 2 */
gboolean gst_ice_srtp_packet_read_head (GstIceSrtpPacket * self, GstIceSrtpReader * in);

/* @n_bytes: no more than what is left, above 0
 * @size: (out): how much of it lies in one place
 * Returns: (transfer none): that */
const guint8 *gst_ice_srtp_reader_next (GstIceSrtpReader * self, gsize n_bytes,
    gsize * size);

/* @n_bytes: no more than what is left */
void gst_ice_srtp_reader_copy (GstIceSrtpReader * self, guint8 * out, gsize n_bytes);

G_END_DECLS
