/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticereceiver.h"

#include <gst/base/gstbasesrc.h>

G_BEGIN_DECLS

/* Pushes the packets of a receiver from a source, on a shared thread instead
 * of the source's own. */
typedef struct _GstIceSharedPush GstIceSharedPush;

/* State change NULL to READY.
 * @src, @receiver: (transfer none): outlive the push
 * @stamp: takes a list and returns it with timestamps
 * Returns: (transfer full): %NULL with @error set when no thread can be made */
GstIceSharedPush *gst_ice_shared_push_new (GstBaseSrc * src, GstIceReceiver * receiver,
    const gchar * context, guint wait_ms,
    GstBufferList * (*stamp) (GstBaseSrc * src, GstBufferList * list),
    GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* State change READY to NULL. Waits until nothing is being pushed. */
void gst_ice_shared_push_free (GstIceSharedPush * self);

/* State change, after PAUSED to READY: another stream follows. */
void gst_ice_shared_push_reset (GstIceSharedPush * self);

/* The source's own thread, which has begun the stream, hands over to the shared
 * thread and ends.
 * Returns: what create() has to return */
GstFlowReturn gst_ice_shared_push_take_over (GstIceSharedPush * self);

/* Streaming thread.
 * Returns: whether @src is playing, so that packets may leave */
gboolean gst_ice_shared_push_may_push (GstBaseSrc * src);

/* Streaming thread. If a flush drops @caps, they are set again with the next
 * packets.
 * @caps: (transfer none) (nullable): of the packets of @receiver
 * Returns: %GST_FLOW_OK, %GST_FLOW_FLUSHING or %GST_FLOW_NOT_NEGOTIATED */
GstFlowReturn gst_ice_shared_push_set_caps (GstBaseSrc * src, GstIceReceiver * receiver,
    GstCaps * caps);

/* Any thread. The application ends the stream. */
void gst_ice_shared_push_end_stream (GstIceSharedPush * self);

/* At the end of a flush, before the event is sent. Cancels a former end of
 * the stream. */
void gst_ice_shared_push_unend (GstIceSharedPush * self);

G_END_DECLS
