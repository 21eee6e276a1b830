/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Reads and makes decrypted RTCP packets. Pure. Numbers are in host order. */

/* A report block: a receiver's report on one source (RFC 3550, 6.4.1). */
typedef struct
{
  guint32 ssrc;                 /* of the source */
  guint fraction_lost;          /* times 256, since the last block */
  gint packets_lost;            /* in all; negative with duplicates */
  guint32 jitter;               /* in RTP time */
  guint32 last_report;          /* the middle 32 bits of the NTP time of our
                                 * last report that arrived; 0: none did */
  guint32 delay;                /* time since then, in 1/65536 s */
} GstIceRtcpBlock;

/* What was read. Each may be NULL. */
typedef struct
{
  /* A request for a key unit. @fir_number: -1: by PLI (RFC 4585, 6.3.1);
   * else of the FIR, the same in repetitions (RFC 5104, 4.3.1) */
  void (*key_unit) (guint32 from, guint32 ssrc, gint fir_number,
      gpointer user_data);
  /* A packet is missing (RFC 4585, 6.2.1).
   * Returns: %FALSE when no more are wanted */
  gboolean (*lost) (guint32 ssrc, guint16 seqnum, gpointer user_data);
  void (*block) (const GstIceRtcpBlock * block, gpointer user_data);
} GstIceRtcpEvents;

/* Reads the compound packet of @size bytes at @data as far as it is
 * well-formed (RFC 3550, 6.1, A.2), also one of reduced size (RFC 5506). */
void gst_ice_rtcp_read (const guint8 * data, gsize size,
    const GstIceRtcpEvents * events, gpointer user_data);

/* A sender's report on itself (RFC 3550, 6.4.1). */
typedef struct
{
  guint32 ssrc;
  guint64 ntp_time;             /* seconds since 1900, times 2^32 */
  guint32 rtp_time;             /* of the same time */
  guint32 n_packets;
  guint32 n_octets;             /* of payload */
} GstIceRtcpSenderInfo;

/* Returns: @real_us, microseconds since 1970, as an NTP time */
guint64 gst_ice_rtcp_to_ntp_time (gint64 real_us);

/* @cname: up to 255 bytes; the rest is cut off
 * Returns: (transfer full): a sender report with the CNAME of its source
 *     (6.4.1, 6.5.1) */
GstBuffer *gst_ice_rtcp_make_sender_report (const GstIceRtcpSenderInfo * info,
    const gchar * cname) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the same with a goodbye of the source (6.6) */
GstBuffer *gst_ice_rtcp_make_goodbye (const GstIceRtcpSenderInfo * info,
    const gchar * cname) G_GNUC_WARN_UNUSED_RESULT;

/* @fir_number: as in key_unit()
 * Returns: (transfer full): an empty receiver report, and a request to
 *     @media_ssrc for a key unit */
GstBuffer *gst_ice_rtcp_make_key_unit_request (guint32 ssrc,
    const gchar * cname, guint32 media_ssrc, gint fir_number)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
