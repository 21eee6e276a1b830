/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticeending.h"
#include "gsticeroute.h"
#include "gsticewaiter.h"

G_BEGIN_DECLS

/* What an icesrc receives by: a bounded queue of what came in on one component of one
 * m-line, and the cipher that opens it. */
#define GST_TYPE_ICE_RECEIVER (gst_ice_receiver_get_type ())
G_DECLARE_FINAL_TYPE (GstIceReceiver, gst_ice_receiver, GST, ICE_RECEIVER, GObject)

/* @queue_bytes: how much memory the queue takes, at most; while a cipher is wanted and not
 *     there 256 KiB */
GstIceReceiver *gst_ice_receiver_new (gsize queue_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* Before anybody else has the receiver, or when nobody has it any more. Receivers that
 * name the same @thread share a thread that reads their sockets, and calls @func
 * when there may be something to receive; gst_ice_receiver_receive_now() is for
 * them. @wait_ms: as of gst_ice_waiter_new()
 * Returns: %FALSE with @error set when no thread can be made */
gboolean gst_ice_receiver_share_thread (GstIceReceiver * self,
    const gchar * thread, guint wait_ms, void (*func) (gpointer user_data),
    gpointer user_data, GError ** error);

/* The same times. Waits for a call under way, and none follows. */
void gst_ice_receiver_leave_thread (GstIceReceiver * self);

/* Any thread. @func is called soon. */
void gst_ice_receiver_wake (GstIceReceiver * self);

/* Any thread. Returns: (transfer full): where packets for it are waited for */
GstIceWaiter *gst_ice_receiver_dup_waiter (GstIceReceiver * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Session thread. @wanted: nothing is handed out but through a cipher; @cipher:
 * (transfer none) (nullable): %NULL: there is none yet, or none is wanted. While one is
 * wanted and not there, what comes in waits. What waits for another cipher is dropped. */
void gst_ice_receiver_set_cipher (GstIceReceiver * self, gboolean wanted,
    GstIceCipher * cipher);

/* Any thread. The element has left: drops what waits, and takes nothing more. */
void gst_ice_receiver_close (GstIceReceiver * self);

/* Session thread. */
void gst_ice_receiver_end (GstIceReceiver * self, GstIceEnding ending);

/* Session thread. @caps: (transfer none) (nullable): of what comes in from now on */
void gst_ice_receiver_set_caps (GstIceReceiver * self, GstCaps * caps);

/* Session thread. @formats: (transfer none): what was agreed, for statistics */
void gst_ice_receiver_set_formats (GstIceReceiver * self, GstCaps * formats);

/* Session thread. @route: (transfer none) (nullable): what packets come by, for
 * statistics */
void gst_ice_receiver_set_route (GstIceReceiver * self, GstIceRoute * route);

/* Any thread. @list: (transfer full); @size_bytes: of its packets together. Never
 * blocks: with the queue full, or no element to take it, @list is dropped and
 * counted. */
void gst_ice_receiver_deliver (GstIceReceiver * self, GstBufferList * list,
    gsize size_bytes);

/* Streaming thread. Waits for packets, and reads those of the waiter's sockets that
 * nobody has read, @timeout_ms at most, 0: for ever.
 * @list: (out) (transfer full): the oldest packets received
 * @caps: (out) (transfer full) (nullable): their caps if they are new
 * Returns: %GST_FLOW_OK; %GST_FLOW_FLUSHING, %GST_FLOW_EOS or %GST_FLOW_ERROR
 *     with nothing set; %GST_FLOW_CUSTOM_SUCCESS when the time is over */
GstFlowReturn gst_ice_receiver_receive (GstIceReceiver * self, guint timeout_ms,
    GstBufferList ** list, GstCaps ** caps);

/* The shared thread. The same without waiting: %GST_FLOW_CUSTOM_SUCCESS when there is
 * nothing. */
GstFlowReturn gst_ice_receiver_receive_now (GstIceReceiver * self,
    GstBufferList ** list, GstCaps ** caps);

/* Application thread. Makes the streaming thread's calls return. */
void gst_ice_receiver_set_flushing (GstIceReceiver * self, gboolean flushing);

typedef struct
{
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_dropped;      /* came with the queue full, or unwanted */
} GstIceReceiverCounts;

/* Any thread. Returns: (transfer full) (nullable): the route of the moment */
GstIceRoute *gst_ice_receiver_dup_route (GstIceReceiver * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. Adds to @stats what RFC 3550 counts of the RTP that was handed out, all
 * together, and source by source: structure "inbound-rtp", whose fields "source-0" to
 * "source-15" are structures. */
void gst_ice_receiver_add_inbound_stats (GstIceReceiver * self,
    GstStructure * stats);

/* Any thread. */
void gst_ice_receiver_get_counts (GstIceReceiver * self,
    GstIceReceiverCounts * counts);

G_END_DECLS
