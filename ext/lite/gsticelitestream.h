/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* One passive connection of ICE-TCP (RFC 6544): frames of RFC 4571 in both
 * directions, and a bounded queue of what the peer has not read yet. */
#define GST_TYPE_ICE_LITE_STREAM (gst_ice_lite_stream_get_type ())
G_DECLARE_FINAL_TYPE (GstIceLiteStream, gst_ice_lite_stream, GST,
    ICE_LITE_STREAM, GObject)

/* @fd: taken, non-blocking
 * @epoll_fd: (transfer none): waits for it, with @id as data
 * Returns: (transfer full) */
GstIceLiteStream *gst_ice_lite_stream_new (gint fd, gint epoll_fd, guint id,
    const GstIceUdpAddress * remote, const GstIceUdpAddress * local)
    G_GNUC_WARN_UNUSED_RESULT;

guint gst_ice_lite_stream_get_id (GstIceLiteStream * self);
const GstIceUdpAddress *gst_ice_lite_stream_get_remote (GstIceLiteStream * self);
const GstIceUdpAddress *gst_ice_lite_stream_get_local (GstIceLiteStream * self);

/* The thread that reads. */

typedef void (*GstIceLiteStreamFunc) (GstIceLiteStream * self,
    const guint8 * frame, gsize size_bytes, gpointer user_data);

/* Reads what has come, up to a limit, and calls @func for each frame.
 * Returns: %FALSE: the connection has ended: closed, or with a malformed
 *     frame */
gboolean gst_ice_lite_stream_read (GstIceLiteStream * self,
    GstIceLiteStreamFunc func, gpointer user_data);

/* The peer has shown a password. Before that, a frame longer than any check
 * ends the connection. */
void gst_ice_lite_stream_set_trusted (GstIceLiteStream * self, gint64 now_us);
gboolean gst_ice_lite_stream_is_trusted (GstIceLiteStream * self);

/* Returns: when it was opened, or last trusted; monotonic microseconds */
gint64 gst_ice_lite_stream_get_since (GstIceLiteStream * self);

/* The peer reads again. */
void gst_ice_lite_stream_flush (GstIceLiteStream * self);

/* Nothing is read or sent afterwards. */
void gst_ice_lite_stream_close (GstIceLiteStream * self);

/* Any thread. */

typedef enum
{
  GST_ICE_LITE_STREAM_SENT,     /* or queued */
  GST_ICE_LITE_STREAM_FULL,     /* the queue is full: the frame is dropped */
  GST_ICE_LITE_STREAM_CLOSED,
} GstIceLiteStreamSent;

/* Never waits. @more: another frame follows at once */
GstIceLiteStreamSent gst_ice_lite_stream_send (GstIceLiteStream * self,
    const guint8 * frame, gsize size_bytes, gboolean more);

G_END_DECLS
