/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticechannel.h"
#include "gsticegroup.h"
#include "gsticesecurity.h"

G_BEGIN_DECLS

/* Where the packets of one component come in: it hands each to the channel of
 * the element that claimed it, RTCP apart from RTP where they are muxed. */
#define GST_TYPE_ICE_INLET (gst_ice_inlet_get_type ())
G_DECLARE_FINAL_TYPE (GstIceInlet, gst_ice_inlet, GST, ICE_INLET, GObject)

GstIceInlet *gst_ice_inlet_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Session thread. @rtp, @rtcp: (transfer none) (nullable): who takes the packets;
 * with @rtcp, those of payload type 64 to 95 go there (RFC 5761, 4). What nobody
 * takes is dropped and counted. @mux: RTCP is told from RTP at all. */
void gst_ice_inlet_set_channels (GstIceInlet * self, gboolean mux,
    GstIceChannel * rtp, GstIceChannel * rtcp);

/* Session thread. @group: (transfer none) (nullable): who takes the packets instead
 * of these channels */
void gst_ice_inlet_set_group (GstIceInlet * self, GstIceGroup * group);

/* Session thread. @security: (transfer none) (nullable): who takes what looks like
 * DTLS (RFC 7983, 7), instead of the elements */
void gst_ice_inlet_set_security (GstIceInlet * self, GstIceSecurity * security);

/* Session thread. Returns: (transfer full) (nullable): the context of who takes the
 *     packets, %NULL: nobody does */
GstIceContext *gst_ice_inlet_dup_context (GstIceInlet * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. @list: (transfer full): packets from the peer, in the order they
 * came. Never blocks. */
void gst_ice_inlet_deliver (GstIceInlet * self, GstBufferList * list);

/* The same for who has looked at the packets already: to look into a buffer costs more.
 * @kinds: what gst_ice_inlet_tell() said of each, together; @size_bytes: of all */
void gst_ice_inlet_deliver_known (GstIceInlet * self, GstBufferList * list,
    guint kinds, gsize size_bytes);

/* Any thread. Returns: what a packet may be, a bit of the inlet's */
guint gst_ice_inlet_tell (const guint8 * packet, gsize size_bytes);

typedef struct
{
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_unclaimed;    /* no element takes them */
} GstIceInletCounts;

/* Any thread. */
void gst_ice_inlet_get_counts (GstIceInlet * self, GstIceInletCounts * counts);

G_END_DECLS
