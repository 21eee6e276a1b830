/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticeextensionmap.h"
#include "gsticemid.h"
#include "gsticepace.h"
#include "gsticepayloadmap.h"
#include "gsticeroute.h"
#include "gsticesources.h"

G_BEGIN_DECLS

/* One peer of a sender: the present route and cipher for one component of
 * one m-line, the peer's payload types and extension ids, and what was sent
 * to it. */
#define GST_TYPE_ICE_DESTINATION (gst_ice_destination_get_type ())
G_DECLARE_FINAL_TYPE (GstIceDestination, gst_ice_destination, GST,
    ICE_DESTINATION, GObject)

GstIceDestination *gst_ice_destination_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Session thread. @changed: called when a path to the peer is found or lost */
void gst_ice_destination_watch (GstIceDestination * self,
    void (*changed) (gpointer user_data), gpointer user_data);

/* Session thread. A list that is being sent keeps the route it started with.
 * @route: (transfer none) (nullable): the way to the peer from now on,
 *     %NULL: there is none */
void gst_ice_destination_set_route (GstIceDestination * self,
    GstIceRoute * route);

/* Session thread.
 * @wanted: packets leave only encrypted; while there is no cipher, the route is
 *     not used
 * @cipher: (transfer none) (nullable): %NULL: there is none yet, or none is
 *     wanted */
void gst_ice_destination_set_cipher (GstIceDestination * self,
    gboolean wanted, GstIceCipher * cipher);

/* Session thread. @mid: copied; it is written into the packets from now on */
void gst_ice_destination_set_mid (GstIceDestination * self,
    const GstIceMid * mid);

/* Session thread. @agreed: (transfer none) (nullable): the formats that the
 * peer takes, with its numbers. Packets get these numbers; packets of other
 * formats are discarded and counted. %NULL: all packets leave unchanged */
void gst_ice_destination_set_agreed (GstIceDestination * self,
    GstCaps * agreed);

/* Any thread. Packets leave at @rate bits a second at most, in bursts of 1 ms of it, headers
 * of UDP and IP not counted. 0: as fast as they come */
void gst_ice_destination_set_pacing_rate (GstIceDestination * self,
    guint64 rate);

/* Before anything is sent: gst_ice_destination_send() leaves sending to the pacer's thread,
 * which a rate needs. */
void gst_ice_destination_use_pacer (GstIceDestination * self);

/* Any thread. @written: (transfer none) (nullable): the formats of the
 * packets, the present ones first */
void gst_ice_destination_set_written (GstIceDestination * self,
    GstCaps * written);

/* Any thread.
 * Returns: whether packets may leave: there is a route, and the cipher if
 *     one is wanted */
gboolean gst_ice_destination_has_way (GstIceDestination * self);

/* How a list leaves; referenced while it is sent. */
typedef struct
{
  GstIceRoute *route;           /* NULL: packets can't leave, and the rest is
                                 * NULL */
  GstIceCipher *cipher;         /* NULL: not encrypted */
  GstIceMid mid;                /* written before encryption */
  guint64 pacing_rate;          /* bits a second, 0: no limit */
  GstIcePayloadMap *types;      /* NULL: payload types stay */
  GstIceExtensionMap *extensions;       /* NULL: extension ids stay */
} GstIceWay;

void gst_ice_way_clear (GstIceWay * self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstIceWay, gst_ice_way_clear)

/* Streaming thread. Updates @way. @way: (inout) */
void gst_ice_destination_look (GstIceDestination * self, GstIceWay * way);

/* Returns: (transfer full): @clear (transfer none) as it leaves by @self */
GstBufferList *gst_ice_way_prepare (const GstIceWay * self,
    GstBufferList * clear) G_GNUC_WARN_UNUSED_RESULT;

/* Streaming thread. Sends without waiting; with a pacing rate, on the pacer's thread.
 * Packets that do not fit into the socket, or the rate, go before the next list; if there are too many of these, the peer gets
 * nothing until the next key frame.
 * @clear: packets that others hold too; @head: (transfer none): facts about
 *     them */
void gst_ice_destination_send (GstIceDestination * self,
    GstBufferList * clear, const GstIceSourceHead * head);

typedef struct
{
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 packets_discarded;    /* no route, not agreed, refused by the path,
                                 * or too slow */
  guint64 packets_slow;         /* of these: the peer was too slow */
} GstIceSenderCounts;

/* Any thread. @head: of @n_packets that were to be sent; @n_taken: how many of
 * them a route took;
 * @n_clear_bytes: of the packets sent, before cipher and MID */
void gst_ice_destination_count (GstIceDestination * self,
    const GstIceSourceHead * head, guint n_packets, guint n_taken,
    gsize n_clear_bytes, const GstIceRouteTally * tally);

/* Any thread. @sources: (out caller-allocates): the sources sent to the peer */
void gst_ice_destination_get_sources (GstIceDestination * self,
    GstIceSources * sources);

/* Any thread. Adds to @counts. */
void gst_ice_destination_add_counts (GstIceDestination * self,
    GstIceSenderCounts * counts);

/* Any thread. Returns: when the first packet left since there is a route, of the monotonic
 *     clock; 0: none has */
gint64 gst_ice_destination_get_first_us (GstIceDestination * self);

/* Any thread. Returns: (transfer full) (nullable): the present route */
GstIceRoute *gst_ice_destination_dup_route (GstIceDestination * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
