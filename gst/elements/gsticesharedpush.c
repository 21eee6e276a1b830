/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Pushes the packets of an icesrc from the thread that its context shares. */

#include "config.h"

#include "gsticesharedpush.h"

#include "gsticelog.h"

GST_ICE_LOG_CATEGORY (gst_ice_shared_push_log, "icesharedpush",
    "ICE packets pushed by a shared thread");
#define GST_CAT_DEFAULT gst_ice_shared_push_log ()

/* Of one source until others have their turn. */
#define MAX_LISTS 16

struct _GstIceSharedPush
{
  /* Set at construction. */
  GstBaseSrc *src;
  GstIceReceiver *receiver;
  GstBufferList *(*stamp) (GstBaseSrc * src, GstBufferList * list);

  /* Protected by the pad's stream lock. */
  gboolean begun;               /* stream-start is out */
  gboolean ended;               /* EOS is out, or an error was posted */

  gint end_wanted;              /* atomic */
};

/* GstBaseSrc pauses its task when create() gives nothing, and a paused task keeps
 * its thread; a stopped one does not, and starts again at PAUSED to PLAYING. */
static void
gst_ice_shared_push_retire_task (GstIceSharedPush * self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self->src);
  g_autoptr (GstTask) task = NULL;

  GST_OBJECT_LOCK (pad);
  if (GST_PAD_TASK (pad) != NULL)
    task = gst_object_ref (GST_PAD_TASK (pad));
  GST_OBJECT_UNLOCK (pad);

  if (task != NULL && gst_task_get_state (task) == GST_TASK_PAUSED)
    gst_task_stop (task);
}

gboolean
gst_ice_shared_push_may_push (GstBaseSrc * src)
{
  gboolean playing;

  g_mutex_lock (&src->live_lock);
  playing = src->live_running;
  g_mutex_unlock (&src->live_lock);
  return playing;
}

GstFlowReturn
gst_ice_shared_push_set_caps (GstBaseSrc * src, GstIceReceiver * receiver,
    GstCaps * caps)
{
  if (caps == NULL || gst_base_src_set_caps (src, caps))
    return GST_FLOW_OK;
  if (!GST_PAD_IS_FLUSHING (GST_BASE_SRC_PAD (src)))
    return GST_FLOW_NOT_NEGOTIATED;
  gst_ice_receiver_repeat_caps (receiver);
  return GST_FLOW_FLUSHING;
}

static void
gst_ice_shared_push_end (GstIceSharedPush * self)
{
  self->ended = TRUE;
  gst_pad_push_event (GST_BASE_SRC_PAD (self->src), gst_event_new_eos ());
}

/* Whether the segment is out. A flush takes it back. */
static gboolean
gst_ice_shared_push_has_segment (GstIceSharedPush * self)
{
  GstEvent *segment = gst_pad_get_sticky_event (GST_BASE_SRC_PAD (self->src),
      GST_EVENT_SEGMENT, 0);
  const gboolean is_out = segment != NULL;

  g_clear_pointer (&segment, gst_event_unref);
  return is_out;
}

/* What GstBaseSrc does before the first buffer. @caps: (nullable) */
static GstFlowReturn
gst_ice_shared_push_push_events (GstIceSharedPush * self, GstCaps * caps)
{
  const GstFlowReturn flow =
      gst_ice_shared_push_set_caps (self->src, self->receiver, caps);

  if (flow != GST_FLOW_OK)
    return flow;
  if (!gst_ice_shared_push_has_segment (self))
    gst_pad_push_event (GST_BASE_SRC_PAD (self->src),
        gst_event_new_segment (&self->src->segment));
  return GST_FLOW_OK;
}

/* @list: (transfer full) */
static GstFlowReturn
gst_ice_shared_push_push_list (GstIceSharedPush * self, GstBufferList * list)
{
  GstPad *pad = GST_BASE_SRC_PAD (self->src);
  GstBuffer *only;

  list = self->stamp (self->src, list);
  if (gst_buffer_list_length (list) > 1)
    return gst_pad_push_list (pad, list);

  only = gst_buffer_ref (gst_buffer_list_get (list, 0));
  gst_buffer_list_unref (list);
  return gst_pad_push (pad, only);
}

/* Returns: whether there may be more to push */
static gboolean
gst_ice_shared_push_push (GstIceSharedPush * self)
{
  g_autoptr (GstCaps) caps = NULL;
  GstBufferList *list = NULL;
  GstFlowReturn flow =
      gst_ice_receiver_receive_now (self->receiver, &list, &caps);

  if (flow == GST_FLOW_OK) {
    flow = gst_ice_shared_push_push_events (self, caps);
    if (list == NULL)
      return flow == GST_FLOW_OK;
    if (flow == GST_FLOW_OK)
      flow = gst_ice_shared_push_push_list (self, list);
    else
      gst_buffer_list_unref (list);
    if (flow == GST_FLOW_NOT_LINKED || flow < GST_FLOW_EOS)
      GST_ELEMENT_FLOW_ERROR (self->src, flow);
  } else if (flow == GST_FLOW_ERROR) {
    /* The session has posted the error with its reason. */
    flow = GST_FLOW_EOS;
  }

  if (flow == GST_FLOW_OK || flow == GST_FLOW_FLUSHING ||
      flow == GST_FLOW_CUSTOM_SUCCESS)
    return flow == GST_FLOW_OK;
  gst_ice_shared_push_end (self);
  return FALSE;
}

/* The shared thread. */
static void
on_turn (gpointer user_data)
{
  GstIceSharedPush *self = user_data;
  GstPad *pad = GST_BASE_SRC_PAD (self->src);
  guint n = 0;

  GST_PAD_STREAM_LOCK (pad);
  if (self->begun)
    gst_ice_shared_push_retire_task (self);
  if (self->begun && !self->ended && gst_ice_shared_push_may_push (self->src)) {
    if (g_atomic_int_get (&self->end_wanted))
      gst_ice_shared_push_end (self);
    while (!self->ended && n < MAX_LISTS && gst_ice_shared_push_push (self))
      n++;
  }
  GST_PAD_STREAM_UNLOCK (pad);

  if (n == MAX_LISTS)
    gst_ice_receiver_wake (self->receiver);
}

/* Returns: (transfer full): one that waits for its stream to begin */
GstIceSharedPush *
gst_ice_shared_push_new (GstBaseSrc * src, GstIceReceiver * receiver,
    const gchar * context, guint wait_ms,
    GstBufferList * (*stamp) (GstBaseSrc * src, GstBufferList * list),
    GError ** error)
{
  GstIceSharedPush *self = g_new0 (GstIceSharedPush, 1);

  self->src = src;
  self->receiver = g_object_ref (receiver);
  self->stamp = stamp;
  if (!gst_ice_receiver_share_thread (receiver, context, wait_ms, on_turn, self,
          error)) {
    g_object_unref (self->receiver);
    g_clear_pointer (&self, g_free);
  }
  return self;
}

/* @self: (transfer full) */
void
gst_ice_shared_push_free (GstIceSharedPush * self)
{
  gst_ice_receiver_leave_thread (self->receiver);
  g_object_unref (self->receiver);
  g_free (self);
}

void
gst_ice_shared_push_reset (GstIceSharedPush * self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self->src);

  GST_PAD_STREAM_LOCK (pad);
  self->begun = self->ended = FALSE;
  g_atomic_int_set (&self->end_wanted, FALSE);
  GST_PAD_STREAM_UNLOCK (pad);
}

void
gst_ice_shared_push_unend (GstIceSharedPush * self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self->src);

  GST_PAD_STREAM_LOCK (pad);
  self->ended = FALSE;
  g_atomic_int_set (&self->end_wanted, FALSE);
  GST_PAD_STREAM_UNLOCK (pad);
}

GstFlowReturn
gst_ice_shared_push_take_over (GstIceSharedPush * self)
{
  /* Under the stream lock, as it is the pad's task that calls create(). */
  self->begun = TRUE;
  gst_ice_receiver_wake (self->receiver);
  return GST_FLOW_FLUSHING;
}

void
gst_ice_shared_push_end_stream (GstIceSharedPush * self)
{
  g_atomic_int_set (&self->end_wanted, TRUE);
  gst_ice_receiver_wake (self->receiver);
}
