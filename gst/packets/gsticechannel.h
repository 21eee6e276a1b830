/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticewaiter.h"
#include "gsticeoutlet.h"

G_BEGIN_DECLS

/* What one element sees of one component of one m-line: a route to send on, and
 * a bounded queue of what came in. */
#define GST_TYPE_ICE_CHANNEL (gst_ice_channel_get_type ())
G_DECLARE_FINAL_TYPE (GstIceChannel, gst_ice_channel, GST, ICE_CHANNEL, GObject)

/* @queue_bytes: how much the queue keeps, at most */
GstIceChannel *gst_ice_channel_new (gsize queue_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* Before anybody else has the channel, or when nobody has it any more. Elements of
 * the same @context share a thread that reads their sockets, and calls @func
 * when there may be something to receive; gst_ice_channel_receive_now() is for
 * them. @context: (nullable): %NULL: no longer; waits for a call under way
 * @wait_ms: as of gst_ice_waiter_new() */
void gst_ice_channel_set_context (GstIceChannel * self, const gchar * context,
    guint wait_ms, void (*func) (gpointer user_data), gpointer user_data);

/* Any thread. @func is called soon. */
void gst_ice_channel_wake (GstIceChannel * self);

/* Any thread. Returns: (transfer full): where packets for it are waited for */
GstIceWaiter *gst_ice_channel_dup_context (GstIceChannel * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Session thread. @route: (transfer none) (nullable): how to reach the peer from
 * now on, %NULL when there is no way. A list that is being sent keeps the route
 * it started with. */
void gst_ice_channel_set_route (GstIceChannel * self, GstIceRoute * route);
void gst_ice_channel_end (GstIceChannel * self, GstIceChannelEnd how);

/* Session thread. @wanted: nothing leaves or is handed out but through a cipher;
 * @cipher: (transfer none) (nullable): %NULL: there is none yet, or none is wanted.
 * While one is wanted and not there, a route is as good as none, and what comes in
 * waits. */
void gst_ice_channel_set_cipher (GstIceChannel * self, gboolean wanted,
    GstIceCipher * cipher);

/* Session thread. @caps: (transfer none) (nullable): of what comes in from now on */
void gst_ice_channel_set_caps (GstIceChannel * self, GstCaps * caps);

/* Any thread. @list: (transfer full); @size_bytes: of its packets together. Never
 * blocks: with the queue full, or no element to take it, @list is dropped and
 * counted. */
void gst_ice_channel_deliver (GstIceChannel * self, GstBufferList * list,
    gsize size_bytes);

/* Streaming thread. Waits until there is a route, or there never will be one.
 * Returns: %GST_FLOW_OK, %GST_FLOW_FLUSHING, %GST_FLOW_EOS or %GST_FLOW_ERROR */
GstFlowReturn gst_ice_channel_wait_route (GstIceChannel * self);

/* Streaming thread. Returns: whether gst_ice_channel_wait_route() need not be
 *     called: there is one, and nobody interrupts */
gboolean gst_ice_channel_has_route (GstIceChannel * self);

/* Streaming thread. Sends all of @list, or @packet (transfer none), waiting while the
 * socket is full. %GST_FLOW_OK also when packets were dropped, as there was no route or
 * the path refused them; both are counted. */
GstFlowReturn gst_ice_channel_send_list (GstIceChannel * self,
    GstBufferList * list);
GstFlowReturn gst_ice_channel_send_packet (GstIceChannel * self,
    GstBuffer * packet);

/* Streaming thread. Waits for packets, and reads those of the context's sockets that
 * nobody has read, @timeout_ms at most, 0: for ever.
 * @list: (out) (transfer full): the oldest packets received
 * @caps: (out) (transfer full) (nullable): their caps if they are new
 * Returns: %GST_FLOW_OK; %GST_FLOW_FLUSHING, %GST_FLOW_EOS or %GST_FLOW_ERROR
 *     with nothing set; %GST_FLOW_CUSTOM_SUCCESS when the time is over */
GstFlowReturn gst_ice_channel_receive (GstIceChannel * self, guint timeout_ms,
    GstBufferList ** list, GstCaps ** caps);

/* The context's thread. The same without waiting: %GST_FLOW_CUSTOM_SUCCESS when there
 * is nothing. */
GstFlowReturn gst_ice_channel_receive_now (GstIceChannel * self,
    GstBufferList ** list, GstCaps ** caps);

/* Application thread. Makes the streaming threads' calls return. */
void gst_ice_channel_set_flushing (GstIceChannel * self, gboolean flushing);

typedef struct
{
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 packets_discarded_on_send;    /* no route, or refused by the path */
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_dropped;      /* came with the queue full, or unwanted */
} GstIceChannelCounts;

/* Any thread. Returns: (transfer full) (nullable): the route of the moment */
GstIceRoute *gst_ice_channel_dup_route (GstIceChannel * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. */
void gst_ice_channel_get_counts (GstIceChannel * self,
    GstIceChannelCounts * counts);

G_END_DECLS
