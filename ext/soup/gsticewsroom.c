/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticewssignallerprivate.h"

#include "gsticeerror.h"
#include "gsticetimer.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_ws_room_debug);
#define GST_CAT_DEFAULT gst_ice_ws_room_debug

/* How often a producer that is in a call is asked again: after 100 ms, doubling. */
#define MIN_RETRY_MS 100
#define MAX_RETRY_MS 2000
#define MAX_DOUBLINGS 4

static void
init_log (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_ws_room_debug, "icewsroom", 0,
        "ICE signalling's room and who is in it");
    g_once_init_leave (&done, 1);
  }
}

static gboolean
does_both (GstIceWsSignaller * self)
{
  return self->direction == GST_ICE_DIRECTION_SENDRECV;
}

/* Says who we are, and asks who else is there. */
static void
introduce (GstIceWsSignaller * self)
{
  const gboolean produces = self->role == GST_ICE_WS_PRODUCER;

  gst_ice_ws_link_send (self->link, gst_ice_ws_write_status (produces,
          !produces || does_both (self), self->room));
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_list ());
  self->listing = TRUE;
}

static gboolean
on_retry (gpointer user_data)
{
  GstIceWsSignaller *self = user_data;

  gst_ice_timer_clear (&self->retry);
  if (self->peer_id == NULL)
    return G_SOURCE_REMOVE;

  if (self->call == NULL && does_both (self))
    self->role = GST_ICE_WS_UNDECIDED;
  introduce (self);
  return G_SOURCE_REMOVE;
}

void
gst_ice_ws_room_retry_later (GstIceWsSignaller * self)
{
  if (self->retry != NULL || self->over)
    return;

  if (self->call == NULL)
    gst_ice_ws_signaller_start_deadline (self);
  self->retry = gst_ice_timer_new (self->n_retries <= MAX_DOUBLINGS ?
      MIN_RETRY_MS << self->n_retries : MAX_RETRY_MS, on_retry, self);
  self->n_retries++;
}

/* Wants a session with the producer @id. */
static void
ask (GstIceWsSignaller * self, const gchar * id)
{
  g_autofree gchar *resume = NULL;

  if (self->over || self->asked_id != NULL || self->retry != NULL ||
      (self->call != NULL && !self->call->detached))
    return;

  /* What the last peer left behind is not meant for this one. */
  if (gst_ice_event_queue_has_hung_up (self->events)) {
    gst_ice_ws_room_retry_later (self);
    return;
  }

  self->asked_id = g_strdup (id);
  if (self->call != NULL)
    resume = gst_ice_ws_call_write_resume (self->call);
  else
    gst_ice_ws_signaller_start_deadline (self);
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_start (id, resume));
}

/* Whether somebody else's status is of interest. */
static gboolean
is_in_room (GstIceWsSignaller * self, const gchar * id, const gchar * room)
{
  /* Other servers have no rooms: all their peers are in one. */
  return !g_str_equal (id, self->peer_id) &&
      (room == NULL || g_str_equal (room, self->room));
}

/* Returns: (transfer none) (nullable): whom to ask */
static const gchar *
find_producer (GstIceWsSignaller * self, const GPtrArray * producers)
{
  for (guint i = 0; i < producers->len; i++) {
    const GstIceWsProducer *producer = g_ptr_array_index (producers, i);

    if (is_in_room (self, producer->id, producer->room))
      return producer->id;
  }
  return NULL;
}

static gboolean
is_listed (GstIceWsSignaller * self, const GPtrArray * producers)
{
  for (guint i = 0; i < producers->len; i++) {
    const GstIceWsProducer *producer = g_ptr_array_index (producers, i);

    if (g_str_equal (producer->id, self->peer_id))
      return TRUE;
  }
  return FALSE;
}

static void
wait_for (GstIceWsSignaller * self, const gchar * whom)
{
  gst_ice_ws_signaller_settle (self);
  if (!self->told_waiting)
    gst_ice_event_queue_progress (self->events, "waiting for %s at %s", whom,
        gst_ice_ws_signaller_get_where (self));
  self->told_waiting = TRUE;
}

/* The server takes another one as the producer. */
static void
on_not_listed (GstIceWsSignaller * self)
{
  if (self->call == NULL)
    gst_ice_ws_signaller_set_trouble (self, g_error_new (GST_ICE_ERROR,
            GST_ICE_ERROR_BUSY, "%s has another publisher",
            gst_ice_ws_signaller_get_where (self)));
  if (self->call == NULL || self->call->agreed)
    gst_ice_ws_room_retry_later (self);
}

void
gst_ice_ws_room_take_list (GstIceWsSignaller * self,
    const GstIceWsMessage * message)
{
  const gchar *producer = find_producer (self, message->producers);
  const gboolean listed = is_listed (self, message->producers);

  self->listing = FALSE;
  if (self->role == GST_ICE_WS_PRODUCER && self->call == NULL && !listed &&
      producer != NULL && does_both (self))
    self->role = GST_ICE_WS_CONSUMER;

  if (self->role == GST_ICE_WS_PRODUCER) {
    if (!listed)
      on_not_listed (self);
    else if (self->call == NULL)
      wait_for (self, "a viewer");
  } else if (producer != NULL) {
    self->role = GST_ICE_WS_CONSUMER;
    ask (self, producer);
  } else if (self->role == GST_ICE_WS_UNDECIDED) {
    self->role = GST_ICE_WS_PRODUCER;
    introduce (self);
  } else if (self->call == NULL) {
    wait_for (self, "a publisher");
  }
}

/* Two that do both have begun to produce at once: the smaller id stays. */
static gboolean
gives_way (GstIceWsSignaller * self, const gchar * other_id)
{
  return self->role == GST_ICE_WS_PRODUCER && self->call == NULL &&
      does_both (self) && strcmp (other_id, self->peer_id) < 0;
}

void
gst_ice_ws_room_take_status (GstIceWsSignaller * self,
    const GstIceWsMessage * message)
{
  if (!is_in_room (self, message->peer_id, message->room))
    return;

  if (message->produces && gives_way (self, message->peer_id)) {
    self->role = GST_ICE_WS_CONSUMER;
    introduce (self);
  } else if (message->produces && self->role != GST_ICE_WS_PRODUCER) {
    self->role = GST_ICE_WS_CONSUMER;
    ask (self, message->peer_id);
  } else if (!message->produces && self->call != NULL && !self->call->agreed &&
      self->role == GST_ICE_WS_CONSUMER &&
      g_str_equal (self->call->peer_id, message->peer_id)) {
    /* An agreed call does not need the server, which says when it ends. */
    gst_ice_ws_signaller_drop_call (self);
    gst_ice_ws_room_retry_later (self);
  }
}

void
gst_ice_ws_room_take_welcome (GstIceWsSignaller * self,
    const GstIceWsMessage * message)
{
  init_log ();
  g_free (self->peer_id);
  self->peer_id = g_strdup (message->peer_id);
  GST_INFO_OBJECT (self, "in room \"%s\" of %s as peer %s", self->room,
      gst_ice_ws_signaller_get_where (self), self->peer_id);

  gst_ice_ws_servers_take (self, message);
  self->told_waiting = FALSE;
  gst_ice_ws_signaller_settle (self);
  if (self->call == NULL && does_both (self))
    self->role = GST_ICE_WS_UNDECIDED;
  introduce (self);
}

void
gst_ice_ws_room_take_error (GstIceWsSignaller * self,
    const GstIceWsMessage * message)
{
  GST_WARNING_OBJECT (self, "%s says: %.200s",
      gst_ice_ws_signaller_get_where (self), message->text);

  if (self->asked_id != NULL) {
    g_clear_pointer (&self->asked_id, g_free);
    gst_ice_ws_room_retry_later (self);
  } else if (self->role == GST_ICE_WS_PRODUCER && !self->listing) {
    /* Two instances of a server find out later that each has a producer. */
    gst_ice_ws_room_retry_later (self);
  }
}

void
gst_ice_ws_room_leave (GstIceWsSignaller * self)
{
  g_clear_pointer (&self->peer_id, g_free);
  g_clear_pointer (&self->asked_id, g_free);
  gst_ice_ws_servers_stop (self);
  self->listing = FALSE;
}
