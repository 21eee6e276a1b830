/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticeending.h"
#include "gsticeroute.h"
#include "gsticewaiter.h"

G_BEGIN_DECLS

/* The receiving side of an icesrc: a bounded queue of the packets of one
 * component of one m-line, and the cipher that decrypts them. */
#define GST_TYPE_ICE_RECEIVER (gst_ice_receiver_get_type ())
G_DECLARE_FINAL_TYPE (GstIceReceiver, gst_ice_receiver, GST, ICE_RECEIVER, GObject)

/* @queue_bytes: the most memory that the queue may use; 256 KiB while a
 *     cipher is missing */
GstIceReceiver *gst_ice_receiver_new (gsize queue_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* Before other threads have the receiver, or when none has it any more.
 * Receivers with the same @thread share a thread that reads their sockets. It
 * calls @func when there may be something to receive; @func then calls
 * gst_ice_receiver_receive_now().
 * @wait_ms: as in gst_ice_waiter_new()
 * Returns: %FALSE with @error set when no thread can be made */
gboolean gst_ice_receiver_share_thread (GstIceReceiver * self,
    const gchar * thread, guint wait_ms, void (*func) (gpointer user_data),
    gpointer user_data, GError ** error);

/* At the same times. Waits for a running @func; it is not called afterwards. */
void gst_ice_receiver_leave_thread (GstIceReceiver * self);

/* Any thread. Makes the shared thread call @func soon. */
void gst_ice_receiver_wake (GstIceReceiver * self);

/* Any thread.
 * Returns: (transfer full): the waiter of the thread that takes the packets */
GstIceWaiter *gst_ice_receiver_dup_waiter (GstIceReceiver * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Session thread. Packets that wait for another cipher are dropped.
 * @wanted: packets leave the receiver only decrypted; they wait while there is
 *     no cipher
 * @cipher: (transfer none) (nullable): %NULL: there is none yet, or none is
 *     wanted */
void gst_ice_receiver_set_cipher (GstIceReceiver * self, gboolean wanted,
    GstIceCipher * cipher);

/* Any thread. The element has left: drops the queue, and takes no more
 * packets. */
void gst_ice_receiver_close (GstIceReceiver * self);

/* Session thread. */
void gst_ice_receiver_end (GstIceReceiver * self, GstIceEnding ending);

/* Session thread. @caps: (transfer none) (nullable): caps of the packets
 * from now on */
void gst_ice_receiver_set_caps (GstIceReceiver * self, GstCaps * caps);

/* Session thread. The same, and they are handed out at once, without packets: nothing
 * comes before downstream knows them. */
void gst_ice_receiver_announce (GstIceReceiver * self, GstCaps * caps);

/* Session thread. @formats: (transfer none): what was agreed: for statistics, and for the caps of
 * a stream that goes from one of them to another */
void gst_ice_receiver_set_formats (GstIceReceiver * self, GstCaps * formats);

/* Any thread. The element lost the caps that it was given: the next packets
 * come with them again. */
void gst_ice_receiver_repeat_caps (GstIceReceiver * self);

/* Session thread. @route: (transfer none) (nullable): what packets come by, for
 * statistics */
void gst_ice_receiver_set_route (GstIceReceiver * self, GstIceRoute * route);

/* Any thread. Never blocks. When the queue is full, or no element takes it,
 * @list is dropped and counted.
 * @list: (transfer full)
 * @size_bytes: of its packets together */
void gst_ice_receiver_deliver (GstIceReceiver * self, GstBufferList * list,
    gsize size_bytes);

/* Streaming thread. Waits for packets up to @timeout_ms, 0: for ever. Reads the
 * waiter's sockets meanwhile.
 * @list: (out) (transfer full) (nullable): the oldest packets received; %NULL with
 *     %GST_FLOW_OK: only the caps are new
 * @caps: (out) (transfer full) (nullable): their caps if they are new
 * Returns: %GST_FLOW_OK; %GST_FLOW_FLUSHING, %GST_FLOW_EOS or
 *     %GST_FLOW_ERROR with nothing set; %GST_FLOW_CUSTOM_SUCCESS when the
 *     time is over */
GstFlowReturn gst_ice_receiver_receive (GstIceReceiver * self, guint timeout_ms,
    GstBufferList ** list, GstCaps ** caps);

/* Shared thread. The same without waiting: %GST_FLOW_CUSTOM_SUCCESS when the
 * queue is empty. */
GstFlowReturn gst_ice_receiver_receive_now (GstIceReceiver * self,
    GstBufferList ** list, GstCaps ** caps);

/* Application thread. @flushing: makes the calls of the streaming thread
 * return */
void gst_ice_receiver_set_flushing (GstIceReceiver * self, gboolean flushing);

typedef struct
{
  guint64 packets_received;
  guint64 bytes_received;
  guint64 packets_dropped;      /* came with the queue full, or with no
                                 * element to take them */
} GstIceReceiverCounts;

/* Any thread. @ssrc: (out): of the last packet received.
 * Returns: whether there was one */
gboolean gst_ice_receiver_get_source (GstIceReceiver * self, guint32 * ssrc);

/* Any thread. Returns: when the element got the first packet since there is a route, of the
 *     monotonic clock; 0: none has come */
gint64 gst_ice_receiver_get_first_us (GstIceReceiver * self);

/* Any thread.
 * Returns: (transfer full) (nullable): the present route */
GstIceRoute *gst_ice_receiver_dup_route (GstIceReceiver * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. Adds RFC 3550's counts of the RTP given to the element: all
 * together, and for each source in the structure "inbound-rtp", whose fields
 * "source-0" to "source-15" are structures. */
void gst_ice_receiver_add_inbound_stats (GstIceReceiver * self,
    GstStructure * stats);

/* Any thread. */
void gst_ice_receiver_get_counts (GstIceReceiver * self,
    GstIceReceiverCounts * counts);

G_END_DECLS
