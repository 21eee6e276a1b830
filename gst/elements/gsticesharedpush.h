/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticereceiver.h"

#include <gst/base/gstbasesrc.h>

G_BEGIN_DECLS

/* Pushes what a receiver has out of a source, from a thread that sources share,
 * in place of the source's own. */
typedef struct _GstIceSharedPush GstIceSharedPush;

/* State change: NULL to READY. @src, @receiver: (transfer none), outlive it;
 * @stamp: takes a list and returns it with timestamps
 * Returns: (transfer full): %NULL with @error set when no thread can be made */
GstIceSharedPush *gst_ice_shared_push_new (GstBaseSrc * src, GstIceReceiver * receiver,
    const gchar * context, guint wait_ms,
    GstBufferList * (*stamp) (GstBaseSrc * src, GstBufferList * list),
    GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* State change: READY to NULL. Waits until nothing is pushed. */
void gst_ice_shared_push_free (GstIceSharedPush * self);

/* State change, after PAUSED to READY: the next stream is another. */
void gst_ice_shared_push_reset (GstIceSharedPush * self);

/* The source's own thread, which has begun the stream: from here on the shared one
 * pushes, and the source's ends. Returns: what create() is to return */
GstFlowReturn gst_ice_shared_push_take_over (GstIceSharedPush * self);

/* Streaming thread. Returns: whether @src plays, so that what it has may leave */
gboolean gst_ice_shared_push_may_push (GstBaseSrc * src);

/* Streaming thread. @caps: (transfer none) (nullable): of @receiver's packets. Where a
 * flush drops them, they come with the next packets.
 * Returns: %GST_FLOW_OK, %GST_FLOW_FLUSHING or %GST_FLOW_NOT_NEGOTIATED */
GstFlowReturn gst_ice_shared_push_set_caps (GstBaseSrc * src, GstIceReceiver * receiver,
    GstCaps * caps);

/* Any thread. The application wants the stream to end. */
void gst_ice_shared_push_end_stream (GstIceSharedPush * self);

/* At the end of a flush, before it goes out. What ended the stream before has no effect. */
void gst_ice_shared_push_unend (GstIceSharedPush * self);

G_END_DECLS
