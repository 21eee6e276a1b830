/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What the peers of one element that sends ask it for: key units, and packets once more.
 * Any number of peers, one element that acts on it. Any thread. */
typedef struct _GstIceRequests GstIceRequests;

GstIceRequests *gst_ice_requests_new (void) G_GNUC_WARN_UNUSED_RESULT;
GstIceRequests *gst_ice_requests_ref (GstIceRequests * self);
void gst_ice_requests_unref (GstIceRequests * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceRequests, gst_ice_requests_unref)

/* @func: called when there may be something to take, by who asks: it must not wait. %NULL:
 * nobody acts; a call that is under way is over when this returns */
void gst_ice_requests_set_func (GstIceRequests * self,
    void (*func) (gpointer user_data), gpointer user_data);

/* A key unit, once for all who ask within @interval_ms of the last one. */
void gst_ice_requests_set_interval (GstIceRequests * self, guint interval_ms);
void gst_ice_requests_ask_key_unit (GstIceRequests * self);

typedef struct
{
  guint32 ssrc;
  guint16 seqnum;
} GstIceLostPacket;

/* More at once than can wait are dropped: the peer asks again for what it still wants. */
void gst_ice_requests_ask_packets (GstIceRequests * self,
    const GstIceLostPacket * packets, guint n_packets);

/* @key_unit: (out): whether one is to be made now
 * @packets: (out) (transfer full): of GstIceLostPacket, perhaps none
 * Returns: in how many microseconds a key unit that is asked for may be made; 0: none is
 *     asked for */
gint64 gst_ice_requests_take (GstIceRequests * self, gint64 now_us,
    gboolean * key_unit, GArray ** packets);

G_END_DECLS
