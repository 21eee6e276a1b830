/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What became of the RTP of each source that comes in: loss, reordering, jitter, as
 * RFC 3550 counts them (6.4.1, A.1, A.3, A.8). Remembers the last %GST_ICE_INBOUND_MAX
 * sources. Whose it is has the lock. */

#define GST_ICE_INBOUND_MAX 16

typedef struct
{
  guint32 ssrc;
  guint64 n_received;           /* with duplicates */
  gint64 n_lost;                /* expected less received: below 0 with duplicates */
  guint64 n_reordered;          /* came behind one with a larger number */
  guint64 n_duplicated;         /* of the last 64 */
  gdouble jitter_s;
} GstIceInboundCounts;

typedef struct
{
  GArray *sources;              /* NULL: none was heard */
  GArray *rates;                /* NULL: none is known */
  GstIceInboundCounts forgotten;        /* sums of sources that are not remembered */
} GstIceInbound;

/* A zeroed one counts; this frees what it has. */
void gst_ice_inbound_clear (GstIceInbound * self);

/* @formats: (nullable): as agreed: payload types and their clock rates, without which
 * there is no jitter */
void gst_ice_inbound_set_formats (GstIceInbound * self, GstCaps * formats);

/* RTCP in @list is not looked at. @arrived_us: when @list came, monotonic microseconds */
void gst_ice_inbound_add_list (GstIceInbound * self, GstBufferList * list,
    gint64 arrived_us);

/* @counts: (out): of all sources, the jitter that of the one heard last, whose ssrc is
 *     said too; @n: (out): how many are remembered */
void gst_ice_inbound_sum (const GstIceInbound * self,
    GstIceInboundCounts * counts, guint * n);

/* @number: below what gst_ice_inbound_sum() says */
void gst_ice_inbound_get (const GstIceInbound * self, guint number,
    GstIceInboundCounts * counts);

G_END_DECLS
