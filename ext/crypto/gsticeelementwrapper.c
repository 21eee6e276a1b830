/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeelementwrapper.h"

struct _GstIceElementWrapper
{
  GstPad *feed;                 /* set at construction, as are these */
  GstPad *sink;                 /* of the element */
  GstPad *src;                  /* of the element */
  GstPad *catcher;
  GstCaps *caps;

  /* Held across a push, which goes through the one element and ends in catcher. */
  GMutex lock;

  /* Protected by lock. */
  gboolean begun;               /* the stream has its caps */
  GstBufferList *caught;        /* of the push under way */
};

static GstFlowReturn
on_buffer (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstIceElementWrapper *self = gst_pad_get_element_private (pad);

  gst_buffer_list_add (self->caught, buffer);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  GstIceElementWrapper *self = gst_pad_get_element_private (pad);

  if (gst_buffer_list_length (self->caught) == 0) {
    gst_buffer_list_unref (self->caught);
    self->caught = list;
    return GST_FLOW_OK;
  }
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    gst_buffer_list_add (self->caught,
        gst_buffer_ref (gst_buffer_list_get (list, i)));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

GstIceElementWrapper *
gst_ice_element_wrapper_new (GstElement * element, GstPad * sink, GstPad * src,
    GstCaps * caps)
{
  GstIceElementWrapper *self = g_new0 (GstIceElementWrapper, 1);

  g_mutex_init (&self->lock);
  self->caps = caps;
  self->sink = gst_object_ref (sink);
  self->src = gst_object_ref (src);
  self->feed = gst_pad_new ("feed", GST_PAD_SRC);
  self->catcher = gst_pad_new ("catcher", GST_PAD_SINK);
  gst_object_ref_sink (self->feed);
  gst_object_ref_sink (self->catcher);

  gst_pad_set_element_private (self->catcher, self);
  gst_pad_set_chain_function (self->catcher, on_buffer);
  gst_pad_set_chain_list_function (self->catcher, on_list);
  gst_pad_set_active (self->catcher, TRUE);
  gst_pad_set_active (self->feed, TRUE);
  /* None of these pads belongs to a bin, so there is no hierarchy to check. */
  gst_pad_link_full (self->feed, sink, GST_PAD_LINK_CHECK_NOTHING);
  gst_pad_link_full (src, self->catcher, GST_PAD_LINK_CHECK_NOTHING);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_element_wrapper_free (GstIceElementWrapper * self)
{
  gst_pad_set_active (self->feed, FALSE);
  gst_pad_set_active (self->catcher, FALSE);
  gst_pad_unlink (self->feed, self->sink);
  gst_pad_unlink (self->src, self->catcher);
  gst_object_unref (self->feed);
  gst_object_unref (self->catcher);
  gst_object_unref (self->sink);
  gst_object_unref (self->src);
  gst_caps_unref (self->caps);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
begin_locked (GstIceElementWrapper * self)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->feed, gst_event_new_stream_start ("packets"));
  gst_pad_push_event (self->feed, gst_event_new_caps (self->caps));
  gst_pad_push_event (self->feed, gst_event_new_segment (&segment));
  self->begun = TRUE;
}

/* srtpdec (1.22) changes packets in place, and lets go once too often of one that
 * somebody else holds as well. @list: (transfer full) */
static void
push_one_by_one (GstIceElementWrapper * self, GstBufferList * list)
{
  g_autoptr (GPtrArray) packets = g_ptr_array_new ();

  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    g_ptr_array_add (packets, gst_buffer_ref (gst_buffer_list_get (list, i)));
  gst_buffer_list_unref (list);
  for (guint i = 0; i < packets->len; i++)
    gst_pad_push (self->feed,
        gst_buffer_make_writable (g_ptr_array_index (packets, i)));
}

GstBufferList *
gst_ice_element_wrapper_push (GstIceElementWrapper * self, GstBufferList * list,
    gboolean one_by_one)
{
  GstBufferList *caught;

  g_mutex_lock (&self->lock);
  if (!self->begun)
    begin_locked (self);
  self->caught = gst_buffer_list_new_sized (gst_buffer_list_length (list));
  if (one_by_one) {
    push_one_by_one (self, list);
  } else {
    gst_pad_push_list (self->feed, list);
  }
  caught = g_steal_pointer (&self->caught);
  g_mutex_unlock (&self->lock);
  return caught;
}
