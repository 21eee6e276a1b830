/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Queues libnice's signals, so that no event leaves from inside a call to
 * the agent. */

#include "config.h"

#include "gsticeniceevents.h"

struct _GstIceNiceEventQueue
{
  GMainContext *context;
  GstIceNiceEventFunc func;
  GObject *owner;               /* not referenced: it owns the queue */
  GQueue news;                  /* of GstIceNiceEvent, oldest first */
  GSource *source;              /* attached while the queue is not empty */
  gboolean telling;             /* func is being called and may free the
                                 * queue */
  gboolean freed;
};

GstIceNiceEvent *
gst_ice_nice_event_new (GstIceNiceEventType type)
{
  GstIceNiceEvent *news = g_new0 (GstIceNiceEvent, 1);

  news->type = type;
  return news;
}

static void
news_free (GstIceNiceEvent * news)
{
  g_clear_pointer (&news->local, gst_ice_candidate_free);
  g_clear_pointer (&news->remote, gst_ice_candidate_free);
  g_clear_error (&news->error);
  g_free (news);
}

/* Returns: (transfer full): an empty queue */
GstIceNiceEventQueue *
gst_ice_nice_event_queue_new (GMainContext * context, GstIceNiceEventFunc func,
    GObject * owner)
{
  GstIceNiceEventQueue *self = g_new0 (GstIceNiceEventQueue, 1);

  self->context = g_main_context_ref (context);
  self->func = func;
  self->owner = owner;
  return self;
}

static void
clear_source (GstIceNiceEventQueue * self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

/* @self: (transfer full) */
void
gst_ice_nice_event_queue_free (GstIceNiceEventQueue * self)
{
  g_queue_clear_full (&self->news, (GDestroyNotify) news_free);
  self->freed = TRUE;
  if (self->telling)
    return;

  clear_source (self);
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
on_told (gpointer data)
{
  GstIceNiceEventQueue *self = data;
  g_autoptr (GObject) owner = g_object_ref (self->owner);
  GstIceNiceEvent *news;

  self->telling = TRUE;
  while ((news = g_queue_pop_head (&self->news)) != NULL) {
    self->func (news, owner);
    news_free (news);
  }
  self->telling = FALSE;
  if (self->freed)
    gst_ice_nice_event_queue_free (self);
  else
    clear_source (self);
  return G_SOURCE_REMOVE;
}

void
gst_ice_nice_event_queue_push (GstIceNiceEventQueue * self,
    GstIceNiceEvent * news)
{
  g_queue_push_tail (&self->news, news);
  if (self->source != NULL)
    return;

  self->source = g_idle_source_new ();
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->source, on_told, self, NULL);
  g_source_attach (self->source, self->context);
}
