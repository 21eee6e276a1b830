/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticeextensionmap.h"
#include "gsticemid.h"
#include "gsticepayloadmap.h"
#include "gsticeroute.h"
#include "gsticesources.h"

G_BEGIN_DECLS

/* One peer of a sender: the route and the cipher of the moment for one component of one
 * m-line, how the peer numbers what is in the packets, and what was sent to it. */
#define GST_TYPE_ICE_DESTINATION (gst_ice_destination_get_type ())
G_DECLARE_FINAL_TYPE (GstIceDestination, gst_ice_destination, GST,
    ICE_DESTINATION, GObject)

GstIceDestination *gst_ice_destination_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Session thread: @changed is called when there is a way to the peer, or none any more. */
void gst_ice_destination_watch (GstIceDestination * self,
    void (*changed) (gpointer user_data), gpointer user_data);

/* Session thread. @route: (transfer none) (nullable): how to reach the peer from
 * now on, %NULL when there is no way. A list that is being sent keeps the route
 * it started with. */
void gst_ice_destination_set_route (GstIceDestination * self,
    GstIceRoute * route);

/* Session thread. @wanted: nothing leaves but through a cipher; @cipher: (transfer none)
 * (nullable): %NULL: there is none yet, or none is wanted. While one is wanted and not
 * there, a route is as good as none. */
void gst_ice_destination_set_cipher (GstIceDestination * self,
    gboolean wanted, GstIceCipher * cipher);

/* Session thread. @mid: copied: is written into what leaves from now on */
void gst_ice_destination_set_mid (GstIceDestination * self,
    const GstIceMid * mid);

/* Session thread. @agreed: (transfer none) (nullable): the formats that the peer takes, by
 * its numbers: what leaves from now on has those, and what it does not take stays behind and
 * counts as discarded; %NULL: all leaves as it is written */
void gst_ice_destination_set_agreed (GstIceDestination * self,
    GstCaps * agreed);

/* Any thread. @written: (transfer none) (nullable): the formats of the packets as they come,
 * those of now first */
void gst_ice_destination_set_written (GstIceDestination * self,
    GstCaps * written);

/* Any thread. Returns: whether the peer takes packets of @stream, or it is not known yet
 *     what it takes; telephone events (RFC 4733) that it does not take are no reason */
gboolean gst_ice_destination_takes (GstIceDestination * self,
    GstCaps * stream);

/* Any thread. Returns: whether packets may leave: not in the clear when there are keys to
 *     come */
gboolean gst_ice_destination_has_way (GstIceDestination * self);

/* How a list leaves, held while it does. */
typedef struct
{
  GstIceRoute *route;           /* NULL: nothing may leave, and all else is NULL */
  GstIceCipher *cipher;         /* NULL: it leaves in the clear */
  GstIceMid mid;                /* is written into it before */
  GstIcePayloadMap *types;      /* NULL: its payload types stay */
  GstIceExtensionMap *extensions;       /* NULL: their numbers stay */
} GstIceWay;

void gst_ice_way_clear (GstIceWay * self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstIceWay, gst_ice_way_clear)

/* Streaming thread. @way: (inout): another from now on */
void gst_ice_destination_look (GstIceDestination * self, GstIceWay * way);

/* Returns: (transfer full): @clear (transfer none) as it leaves by @self */
GstBufferList *gst_ice_way_prepare (const GstIceWay * self,
    GstBufferList * clear) G_GNUC_WARN_UNUSED_RESULT;

/* Streaming thread. Sends @clear, of which others hold the packets and that @head (transfer
 * none) stands for, without waiting. What the socket has no room for goes before the next list; when that is too much the peer
 * gets nothing before the next key frame. */
void gst_ice_destination_send (GstIceDestination * self,
    GstBufferList * clear, const GstIceSourceHead * head);

typedef struct
{
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 packets_discarded;    /* no route, not agreed, refused by the path, or too slow */
  guint64 packets_slow;         /* of these: the peer was too slow */
} GstIceSenderCounts;

/* Any thread. @head: of @n_packets that were to be sent; @n_taken: by a route, of these;
 * @n_clear_bytes: of those that were sent, as they were before a cipher or MID made them
 * longer */
void gst_ice_destination_count (GstIceDestination * self,
    const GstIceSourceHead * head, guint n_packets, guint n_taken,
    gsize n_clear_bytes, const GstIceRouteTally * tally);

/* Any thread. @sources: (out caller-allocates): what was sent to the peer */
void gst_ice_destination_get_sources (GstIceDestination * self,
    GstIceSources * sources);

/* Any thread. Adds to @counts. */
void gst_ice_destination_add_counts (GstIceDestination * self,
    GstIceSenderCounts * counts);

/* Any thread. Returns: (transfer full) (nullable): the route of the moment */
GstIceRoute *gst_ice_destination_dup_route (GstIceDestination * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
