/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedestination.h"
#include "gsticeending.h"
#include "gsticerequests.h"

G_BEGIN_DECLS

/* The sending side of an icesink: sends its packets to one peer, or to
 * several. */
#define GST_TYPE_ICE_SENDER (gst_ice_sender_get_type ())
G_DECLARE_FINAL_TYPE (GstIceSender, gst_ice_sender, GST, ICE_SENDER, GObject)

GstIceSender *gst_ice_sender_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none): the single peer of a sender without others. The
 *     sender waits while there is no path to it, and while its socket is
 *     full. */
GstIceDestination *gst_ice_sender_get_destination (GstIceSender * self);

/* Session thread. Adds one of several peers, until it is removed. The sender
 * does not wait for any of them; it only waits until there is a path to the
 * first.
 * @destination: (transfer none) */
void gst_ice_sender_add (GstIceSender * self, GstIceDestination * destination);
void gst_ice_sender_remove (GstIceSender * self,
    GstIceDestination * destination);

/* Session thread. Removes the paths to all peers. */
void gst_ice_sender_cut (GstIceSender * self);

/* Session thread. The stream begins for several peers, though none may be this sender's:
 * gst_ice_sender_wait_route() waits no more. */
void gst_ice_sender_begin (GstIceSender * self);

/* Any thread. No peer is sent more than @rate bits a second, in bursts of 1 ms of it at most;
 * 0: as fast as packets come. Holds at once for the single peer, whose sender then waits, and
 * for peers that are added from now on. */
void gst_ice_sender_set_pacing_rate (GstIceSender * self, guint64 rate);

/* Streaming thread. @stream: (transfer none) (nullable): the formats that come from upstream
 * now, by its numbers; @more: (transfer none) (nullable): those that may come beside them.
 * What a peer does not take is dropped. */
void gst_ice_sender_set_written (GstIceSender * self, GstCaps * stream,
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
 * while the socket of the single peer is full. Returns %GST_FLOW_OK also
 * when packets were dropped and counted, because there was no route or the
 * path refused them. */
GstFlowReturn gst_ice_sender_send_list (GstIceSender * self,
    GstBufferList * list);
GstFlowReturn gst_ice_sender_send_packet (GstIceSender * self,
    GstBuffer * packet);

/* Any thread. Whether an RTP session is upstream of the element, which
 * handles RTCP by itself if it gets that. */
void gst_ice_sender_set_session (GstIceSender * self, gboolean session);
gboolean gst_ice_sender_has_session (GstIceSender * self);

/* Streaming thread. @segment: copied: of the buffers from now on */
void gst_ice_sender_set_segment (GstIceSender * self,
    const GstSegment * segment);

/* Before other threads have the sender. @element: (transfer none): gives the
 * running time: a pipeline may set its base time at any moment */
void gst_ice_sender_set_element (GstIceSender * self, GstElement * element);

/* Any thread. Returns: the present running time, NONE: there is none */
GstClockTime gst_ice_sender_get_running_time (GstIceSender * self);

/* Application thread. @flushing: makes the calls of the streaming thread
 * return: within 10 ms if it waits for a full socket, else at once */
void gst_ice_sender_set_flushing (GstIceSender * self, gboolean flushing);

/* Any thread. Returns: (transfer none): the requests of the peers */
GstIceRequests *gst_ice_sender_get_requests (GstIceSender * self);

/* Any thread. Returns: (transfer full) (nullable): the present route to the
 * single peer */
GstIceRoute *gst_ice_sender_dup_route (GstIceSender * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. For all peers, including removed ones. */
void gst_ice_sender_get_counts (GstIceSender * self,
    GstIceSenderCounts * counts);

G_END_DECLS
