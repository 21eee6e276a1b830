/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_NICE_EVENT_CANDIDATE,
  GST_ICE_NICE_EVENT_LEARNED,
  GST_ICE_NICE_EVENT_GATHERED_ENOUGH,
  GST_ICE_NICE_EVENT_GATHERING_DONE,
  GST_ICE_NICE_EVENT_WARNING,
  GST_ICE_NICE_EVENT_STATE,
  GST_ICE_NICE_EVENT_SELECTED,
} GstIceNiceEventType;

/* An event at libnice. libnice emits from inside calls to it; an agent of
 * ours must not. Fields that the type does not need are NULL or 0. */
typedef struct
{
  GstIceNiceEventType type;
  guint component;
  GstIceAgentState state;
  GstIceCandidate *local;
  GstIceCandidate *remote;
  GError *error;
} GstIceNiceEvent;

/* Returns: (transfer full) */
GstIceNiceEvent *gst_ice_nice_event_new (GstIceNiceEventType type)
    G_GNUC_WARN_UNUSED_RESULT;

/* A queue of events, in order. Session thread only. */
typedef struct _GstIceNiceEventQueue GstIceNiceEventQueue;

/* @news: (transfer none). May free the queue. */
typedef void (*GstIceNiceEventFunc) (const GstIceNiceEvent * news,
    gpointer user_data);

/* @owner: (transfer none): referenced while func is called */
GstIceNiceEventQueue *gst_ice_nice_event_queue_new (GMainContext * context,
    GstIceNiceEventFunc func, GObject * owner) G_GNUC_WARN_UNUSED_RESULT;

/* Events that are still in the queue are lost. */
void gst_ice_nice_event_queue_free (GstIceNiceEventQueue * self);

/* @news: (transfer full): delivered soon, from the context's loop */
void gst_ice_nice_event_queue_push (GstIceNiceEventQueue * self,
    GstIceNiceEvent * news);

G_END_DECLS
