/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Loss, reordering and jitter of the received RTP, for each source, as RFC
 * 3550 counts them (6.4.1, A.1, A.3, A.8). Remembers the last
 * %GST_ICE_INBOUND_MAX sources. The owner's lock protects it. */

#define GST_ICE_INBOUND_MAX 16

typedef struct
{
  guint32 ssrc;
  guint64 n_received;           /* including duplicates */
  gint64 n_lost;                /* expected minus received; negative with
                                 * duplicates */
  guint64 n_reordered;          /* came after a packet with a larger number */
  guint64 n_duplicated;         /* among the last 64 */
  gdouble jitter_s;
} GstIceInboundCounts;

typedef struct
{
  GArray *sources;              /* NULL: nothing was received */
  GArray *rates;                /* NULL: unknown */
  GstIceInboundCounts forgotten;        /* sums of the sources that were
                                         * forgotten */
} GstIceInbound;

/* Frees what it holds. All zero is an empty value. */
void gst_ice_inbound_clear (GstIceInbound * self);

/* @formats: (nullable): as agreed; without their clock rates there is no
 *     jitter */
void gst_ice_inbound_set_formats (GstIceInbound * self, GstCaps * formats);

/* Ignores RTCP in @list. @arrived_us: when @list came, monotonic
 * microseconds */
void gst_ice_inbound_add_list (GstIceInbound * self, GstBufferList * list,
    gint64 arrived_us);

/* @counts: (out): of all sources together; jitter and ssrc are those of the
 *     last source heard; @n: (out): how many sources are remembered */
void gst_ice_inbound_sum (const GstIceInbound * self,
    GstIceInboundCounts * counts, guint * n);

/* @number: below @n of gst_ice_inbound_sum() */
void gst_ice_inbound_get (const GstIceInbound * self, guint number,
    GstIceInboundCounts * counts);

G_END_DECLS
