/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The requests of all peers of one sending element: key units, and packets
 * to send again. Any number of peers ask, and the element acts. Any thread. */
typedef struct _GstIceRequests GstIceRequests;

GstIceRequests *gst_ice_requests_new (void) G_GNUC_WARN_UNUSED_RESULT;
GstIceRequests *gst_ice_requests_ref (GstIceRequests * self);
void gst_ice_requests_unref (GstIceRequests * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceRequests, gst_ice_requests_unref)

/* @func: called by the asking thread when there may be something to take;
 *     must not wait. %NULL: none. When this returns, the previous @func is
 *     not running. */
void gst_ice_requests_set_func (GstIceRequests * self,
    void (*func) (gpointer user_data), gpointer user_data);

/* One key unit serves all requests within @interval_ms of the last one. */
void gst_ice_requests_set_interval (GstIceRequests * self, guint interval_ms);
void gst_ice_requests_ask_key_unit (GstIceRequests * self);

typedef struct
{
  guint32 ssrc;
  guint16 seqnum;
} GstIceLostPacket;

/* Packets beyond the limit are dropped: the peer asks again if it still
 * needs them. @peer: the destination that has lost them; only compared, never
 * used */
void gst_ice_requests_ask_packets (GstIceRequests * self,
    const GstIceLostPacket * packets, guint n_packets, gpointer peer,
    gint64 now_us);

/* Whether a peer waits for any packet: costs no lock. */
gboolean gst_ice_requests_has_askers (GstIceRequests * self);

/* Whoever has asked for @packet lately does not wait for it any more.
 * Returns: (transfer full) (nullable): the peers that have asked; %NULL: none */
GPtrArray *gst_ice_requests_take_askers (GstIceRequests * self,
    const GstIceLostPacket * packet, gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;

/* @key_unit: (out): whether to make one at once
 * @packets: (out) (transfer full): of GstIceLostPacket; may be empty
 * Returns: in how many microseconds a requested key unit may be made; 0:
 *     none is requested */
gint64 gst_ice_requests_take (GstIceRequests * self, gint64 now_us,
    gboolean * key_unit, GArray ** packets);

G_END_DECLS
