/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* One way through an element that is in no pipeline: what is pushed into one of its
 * pads, and comes out of another before the push returns. */
typedef struct _GstIceElementWrapper GstIceElementWrapper;

/* @element: (transfer none): has the pads, and is at least PAUSED before the first
 *     push; @caps: (transfer full): of what is pushed
 * Returns: (transfer full): a pass; free it when the element is NULL again */
GstIceElementWrapper *gst_ice_element_wrapper_new (GstElement * element, GstPad * sink,
    GstPad * src, GstCaps * caps) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_element_wrapper_free (GstIceElementWrapper * self);

/* Any thread, one after the other. @list: (transfer full); @one_by_one: the element
 *     takes no lists
 * Returns: (transfer full): what came out, perhaps nothing */
GstBufferList *gst_ice_element_wrapper_push (GstIceElementWrapper * self,
    GstBufferList * list, gboolean one_by_one) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
