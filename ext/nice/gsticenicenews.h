/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_NICE_NEWS_CANDIDATE,
  GST_ICE_NICE_NEWS_GATHERED_ENOUGH,
  GST_ICE_NICE_NEWS_GATHERING_DONE,
  GST_ICE_NICE_NEWS_WARNING,
  GST_ICE_NICE_NEWS_STATE,
  GST_ICE_NICE_NEWS_SELECTED,
} GstIceNiceNewsType;

/* What happened at libnice: it tells from inside calls to it, which an agent of ours
 * does not. What is NULL or 0 does not concern the type. */
typedef struct
{
  GstIceNiceNewsType type;
  guint component;
  GstIceAgentState state;
  GstIceCandidate *local;
  GstIceCandidate *remote;
  GError *error;
} GstIceNiceNews;

/* Returns: (transfer full) */
GstIceNiceNews *gst_ice_nice_news_new (GstIceNiceNewsType type)
    G_GNUC_WARN_UNUSED_RESULT;

/* News on their way, in their order. Session thread only. */
typedef struct _GstIceNiceNewsQueue GstIceNiceNewsQueue;

/* @news: (transfer none). May free the queue. */
typedef void (*GstIceNiceNewsFunc) (const GstIceNiceNews * news,
    gpointer user_data);

/* @owner: (transfer none): referenced while it is told */
GstIceNiceNewsQueue *gst_ice_nice_news_queue_new (GMainContext * context,
    GstIceNiceNewsFunc func, GObject * owner) G_GNUC_WARN_UNUSED_RESULT;

/* What was not told by now is lost. */
void gst_ice_nice_news_queue_free (GstIceNiceNewsQueue * self);

/* @news: (transfer full): told soon, from the context's loop */
void gst_ice_nice_news_queue_push (GstIceNiceNewsQueue * self,
    GstIceNiceNews * news);

G_END_DECLS
