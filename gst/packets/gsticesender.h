/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticeending.h"
#include "gsticemid.h"
#include "gsticepayloadmap.h"
#include "gsticerequests.h"
#include "gsticeroute.h"
#include "gsticesources.h"

G_BEGIN_DECLS

/* The sending side of an icesink: the present route and cipher for one
 * component of one m-line. */
#define GST_TYPE_ICE_SENDER (gst_ice_sender_get_type ())
G_DECLARE_FINAL_TYPE (GstIceSender, gst_ice_sender, GST, ICE_SENDER, GObject)

GstIceSender *gst_ice_sender_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Session thread. A list that is being sent keeps the route it started with.
 * @route: (transfer none) (nullable): the way to the peer from now on,
 *     %NULL: there is none */
void gst_ice_sender_set_route (GstIceSender * self, GstIceRoute * route);

/* Session thread.
 * @wanted: packets leave only encrypted; while there is no cipher, the route is
 *     not used
 * @cipher: (transfer none) (nullable): %NULL: there is none yet, or none is
 *     wanted */
void gst_ice_sender_set_cipher (GstIceSender * self, gboolean wanted,
    GstIceCipher * cipher);

/* Session thread. @mid: copied; it is written into the packets from now on */
void gst_ice_sender_set_mid (GstIceSender * self, const GstIceMid * mid);

/* Session thread. @agreed: (transfer none) (nullable): the formats that the peer takes, by
 * its numbers: what leaves from now on has those, and what it does not take stays behind and
 * counts as discarded; %NULL: all leaves as it is written */
void gst_ice_sender_set_agreed (GstIceSender * self, GstCaps * agreed);

/* Streaming thread. @stream: (transfer none) (nullable): the formats that come from upstream
 * now, by its numbers; @more: (transfer none) (nullable): those that may come beside them
 * Returns: %FALSE when the peer agreed to none of @stream; telephone events (RFC 4733) that
 *     it does not take are no reason */
gboolean gst_ice_sender_set_written (GstIceSender * self, GstCaps * stream,
    GstCaps * more);

/* Session thread. */
void gst_ice_sender_end (GstIceSender * self, GstIceEnding ending);

/* Streaming thread. Waits until there is a route, or there never will be one.
 * Returns: %GST_FLOW_OK, %GST_FLOW_FLUSHING, %GST_FLOW_EOS or
 *     %GST_FLOW_ERROR */
GstFlowReturn gst_ice_sender_wait_route (GstIceSender * self);

/* Application thread.
 * @patient: %TRUE, as from the start: gst_ice_sender_wait_route() waits for
 *     a route; %FALSE: it returns %GST_FLOW_EOS while there is none */
void gst_ice_sender_set_patient (GstIceSender * self, gboolean patient);

/* Streaming thread.
 * Returns: whether there is a route and nothing interrupts, so that
 *     gst_ice_sender_wait_route() need not be called */
gboolean gst_ice_sender_has_route (GstIceSender * self);

/* Streaming thread. Sends all of @list or @packet (transfer none). Waits
 * while the socket is full. Returns %GST_FLOW_OK also when packets were
 * dropped and counted, because there was no route or the path refused them. */
GstFlowReturn gst_ice_sender_send_list (GstIceSender * self,
    GstBufferList * list);
GstFlowReturn gst_ice_sender_send_packet (GstIceSender * self,
    GstBuffer * packet);

/* Any thread. Whether an RTP session is before the element, which acts on RTCP by itself where
 * it gets that. */
void gst_ice_sender_set_session (GstIceSender * self, gboolean session);
gboolean gst_ice_sender_has_session (GstIceSender * self);

/* Streaming thread. @segment: copied: of the buffers that are sent from now on */
void gst_ice_sender_set_segment (GstIceSender * self,
    const GstSegment * segment);

/* Before anybody else has the sender. @element: (transfer none): whose running time counts: a
 * pipeline may set its base time at any moment */
void gst_ice_sender_set_element (GstIceSender * self, GstElement * element);

/* Any thread. Returns: the running time of now, NONE: there is none */
GstClockTime gst_ice_sender_get_running_time (GstIceSender * self);

/* Application thread. Makes the streaming thread's calls return; one that waits for a
 * full socket within 10 ms, the others at once. */
void gst_ice_sender_set_flushing (GstIceSender * self, gboolean flushing);

typedef struct
{
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 packets_discarded;    /* no route, not agreed, or refused by the path */
} GstIceSenderCounts;

/* Any thread. Returns: (transfer none): what peers ask for */
GstIceRequests *gst_ice_sender_get_requests (GstIceSender * self);

/* Any thread. @sources: (out caller-allocates): what was sent */
void gst_ice_sender_get_sources (GstIceSender * self, GstIceSources * sources);

/* Any thread. Returns: (transfer full) (nullable): the route of the moment */
GstIceRoute *gst_ice_sender_dup_route (GstIceSender * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. */
void gst_ice_sender_get_counts (GstIceSender * self,
    GstIceSenderCounts * counts);

G_END_DECLS
