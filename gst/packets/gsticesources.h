/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A stream and the streams that repair it; of more, the one that was silent for longest is
 * forgotten. */
#define GST_ICE_MAX_SOURCES 4

/* An RTP source, as far as it was sent to one peer. */
typedef struct
{
  guint32 ssrc;
  guint32 rtp_time;             /* of the newest list's first packet */
  GstClockTime running_time;    /* of the same; NONE: it has none */
  guint64 n_packets;
  guint64 n_octets;             /* of payload */
} GstIceSource;

/* What one m-line sends to one peer, by its sources. A value; all zero: nothing yet. */
typedef struct
{
  GstIceSource sources[GST_ICE_MAX_SOURCES];    /* the newest first */
  guint n_sources;
} GstIceSources;

/* What the first packet of a list says; it stands for all of the list. */
typedef struct
{
  gboolean is_rtp;              /* else nothing of the below */
  guint32 ssrc;
  guint32 rtp_time;
  guint header_bytes;
  GstClockTime running_time;    /* NONE: it has none */
} GstIceSourceHead;

/* @running_time: of @packet; may be NONE */
void gst_ice_source_head_read (GstIceSourceHead * self, GstBuffer * packet,
    GstClockTime running_time);

/* @n_packets of a list with @head were sent, @n_bytes together. */
void gst_ice_sources_note (GstIceSources * self, const GstIceSourceHead * head,
    guint n_packets, gsize n_bytes);

/* Returns: (transfer none) (nullable) */
const GstIceSource *gst_ice_sources_find (const GstIceSources * self,
    guint32 ssrc);

G_END_DECLS
