/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Carries the events of a signaller to the session, in order and from the main loop. */

#include "config.h"

#include "gsticeeventqueue.h"

#include "gsticetimer.h"

typedef enum
{
  EVENT_DESCRIPTION,
  EVENT_TRICKLE,
  EVENT_RESTART,
  EVENT_RESTART_FAILED,
  EVENT_PROGRESS,
  EVENT_WARNING,
  EVENT_FAILED,
  EVENT_HUNG_UP,
  EVENT_OFFER_WANTED,
  EVENT_SERVER,
} EventType;

typedef struct
{
  EventType type;
  GstIceDescription *description;       /* or NULL */
  gchar *text;                  /* or NULL */
  GstIceServer *server;         /* or NULL */
  GError *error;                /* or NULL */
} Event;

struct _GstIceEventQueue
{
  GstIceSignaller *signaller;   /* not a reference: it owns the queue */
  const GstIceSignallerEvents *events;
  gpointer user_data;

  GQueue queue;                 /* of Event, oldest first */
  GSource *source;              /* tells them, or NULL */
  gboolean stopped;
};

static void
event_free (Event * event)
{
  g_clear_pointer (&event->description, gst_ice_description_unref);
  g_clear_pointer (&event->server, gst_ice_server_free);
  g_clear_error (&event->error);
  g_free (event->text);
  g_free (event);
}

/* Returns: (transfer full): an empty queue for the events of @signaller */
GstIceEventQueue *
gst_ice_event_queue_new (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data)
{
  GstIceEventQueue *self = g_new0 (GstIceEventQueue, 1);

  self->signaller = signaller;
  self->events = events;
  self->user_data = user_data;
  g_queue_init (&self->queue);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_event_queue_free (GstIceEventQueue * self)
{
  gst_ice_event_queue_stop (self);
  g_free (self);
}

void
gst_ice_event_queue_stop (GstIceEventQueue * self)
{
  self->stopped = TRUE;
  gst_ice_timer_clear (&self->source);
  g_queue_clear_full (&self->queue, (GDestroyNotify) event_free);
}

gboolean
gst_ice_event_queue_is_empty (const GstIceEventQueue * self)
{
  return self->queue.head == NULL;
}

gboolean
gst_ice_event_queue_has_hung_up (const GstIceEventQueue * self)
{
  for (GList * l = self->queue.head; l != NULL; l = l->next) {
    if (((Event *) l->data)->type == EVENT_HUNG_UP)
      return TRUE;
  }
  return FALSE;
}

static void
tell (GstIceEventQueue * self, const Event * event)
{
  const GstIceSignallerEvents *events = self->events;

  switch (event->type) {
    case EVENT_DESCRIPTION:
      events->description (self->signaller, event->description,
          self->user_data);
      break;
    case EVENT_TRICKLE:
      events->trickle (self->signaller, event->description, self->user_data);
      break;
    case EVENT_RESTART:
      events->restart (self->signaller, event->description, self->user_data);
      break;
    case EVENT_RESTART_FAILED:
      events->restart_failed (self->signaller, event->error, self->user_data);
      break;
    case EVENT_PROGRESS:
      events->progress (self->signaller, event->text, self->user_data);
      break;
    case EVENT_WARNING:
      events->warning (self->signaller, event->error, self->user_data);
      break;
    case EVENT_FAILED:
      events->failed (self->signaller, event->error, self->user_data);
      break;
    case EVENT_HUNG_UP:
      events->hung_up (self->signaller, self->user_data);
      break;
    case EVENT_OFFER_WANTED:
      events->offer_wanted (self->signaller, self->user_data);
      break;
    case EVENT_SERVER:
      events->server (self->signaller, event->server, self->user_data);
      break;
  }
}

static gboolean
on_source (gpointer user_data)
{
  GstIceEventQueue *self = user_data;
  GstIceSignaller *signaller = g_object_ref (self->signaller);
  Event *event;

  /* The session may close the signaller, and so stop the queue, in between. */
  while ((event = g_queue_pop_head (&self->queue)) != NULL) {
    tell (self, event);
    event_free (event);
  }

  gst_ice_timer_clear (&self->source);
  g_object_unref (signaller);
  return G_SOURCE_REMOVE;
}

static Event *
push (GstIceEventQueue * self, EventType type)
{
  Event *event = g_new0 (Event, 1);

  event->type = type;
  g_queue_push_tail (&self->queue, event);
  if (self->source == NULL)
    self->source = gst_ice_timer_new (0, on_source, self);
  return event;
}

void
gst_ice_event_queue_description (GstIceEventQueue * self,
    GstIceDescription * description)
{
  if (!self->stopped)
    push (self, EVENT_DESCRIPTION)->description =
        gst_ice_description_ref (description);
}

void
gst_ice_event_queue_trickle (GstIceEventQueue * self,
    GstIceDescription * fragment)
{
  if (!self->stopped)
    push (self, EVENT_TRICKLE)->description =
        gst_ice_description_ref (fragment);
}

void
gst_ice_event_queue_progress (GstIceEventQueue * self, const gchar * format,
    ...)
{
  va_list args;

  if (self->stopped)
    return;
  va_start (args, format);
  push (self, EVENT_PROGRESS)->text = g_strdup_vprintf (format, args);
  va_end (args);
}

void
gst_ice_event_queue_restart (GstIceEventQueue * self,
    GstIceDescription * fragment)
{
  if (!self->stopped)
    push (self, EVENT_RESTART)->description =
        gst_ice_description_ref (fragment);
}

void
gst_ice_event_queue_restart_failed (GstIceEventQueue * self,
    const GError * error)
{
  if (!self->stopped)
    push (self, EVENT_RESTART_FAILED)->error = g_error_copy (error);
}

void
gst_ice_event_queue_failed (GstIceEventQueue * self, const GError * error)
{
  if (!self->stopped)
    push (self, EVENT_FAILED)->error = g_error_copy (error);
}

void
gst_ice_event_queue_warning (GstIceEventQueue * self, const GError * warning)
{
  if (!self->stopped)
    push (self, EVENT_WARNING)->error = g_error_copy (warning);
}

void
gst_ice_event_queue_hung_up (GstIceEventQueue * self)
{
  if (!self->stopped)
    push (self, EVENT_HUNG_UP);
}

void
gst_ice_event_queue_offer_wanted (GstIceEventQueue * self)
{
  if (!self->stopped)
    push (self, EVENT_OFFER_WANTED);
}

void
gst_ice_event_queue_server (GstIceEventQueue * self,
    const GstIceServer * server)
{
  if (!self->stopped)
    push (self, EVENT_SERVER)->server = gst_ice_server_copy (server);
}
