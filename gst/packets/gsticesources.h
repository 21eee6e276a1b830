/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Enough for a stream and the streams that repair it. With more, the source
 * that was silent for longest is forgotten. */
#define GST_ICE_MAX_SOURCES 4

/* An RTP source, as sent to one peer. */
typedef struct
{
  guint32 ssrc;
  guint32 rtp_time;             /* of the first packet in the newest list */
  GstClockTime running_time;    /* of the same packet; NONE: it has none */
  guint64 n_packets;
  guint64 n_octets;             /* of payload */
  guint16 newest;               /* the largest number sent, past wrapping */
} GstIceSource;

/* The sources that one m-line sends to one peer. A value; all zero: none. */
typedef struct
{
  GstIceSource sources[GST_ICE_MAX_SOURCES];    /* the newest first */
  guint n_sources;
} GstIceSources;

/* Facts from the first packet of a list, which stand for the whole list. */
typedef struct
{
  gboolean is_rtp;              /* else nothing below is set */
  guint32 ssrc;
  guint32 rtp_time;
  guint16 seqnum;
  guint header_bytes;
  GstClockTime running_time;    /* NONE: it has none */
} GstIceSourceHead;

/* @running_time: of @packet; may be NONE */
void gst_ice_source_head_read (GstIceSourceHead * self, GstBuffer * packet,
    GstClockTime running_time);

/* @n_packets of a list with @head were sent, of @n_bytes together. */
void gst_ice_sources_note (GstIceSources * self, const GstIceSourceHead * head,
    guint n_packets, gsize n_bytes);

/* Returns: (transfer none) (nullable) */
const GstIceSource *gst_ice_sources_find (const GstIceSources * self,
    guint32 ssrc);

G_END_DECLS
