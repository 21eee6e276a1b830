/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decides, from what a rendezvous server tells of a room, whether this side produces or
 * consumes and which producer it asks for a session. */

#include "config.h"

#include "gsticewsroom.h"

#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticetimer.h"

GST_ICE_LOG_CATEGORY (gst_ice_ws_room_log, "icewsroom",
    "ICE signalling's room and who is in it");
#define GST_CAT_DEFAULT gst_ice_ws_room_log ()

/* How often a producer that is in a call is asked again: after 100 ms, doubling. */
#define MIN_RETRY_MS 100
#define MAX_RETRY_MS 2000
#define MAX_DOUBLINGS 4

struct _GstIceWsRoom
{
  GstIceWsLink *link;
  GstIceEventQueue *queue;
  gchar *name;
  gboolean does_both;           /* sends and receives */
  const GstIceWsRoomEvents *events;
  gpointer user_data;

  GstIceWsRole role;
  gchar *peer_id;               /* ours, NULL: the server has not greeted us */
  gchar *secret;                /* to come back with, or NULL */
  gchar *place_id;              /* peer_id on the connection that was lost, or NULL */
  gchar *place_secret;
  gboolean resuming;            /* the place is asked for */
  gchar *asked_id;              /* a producer that we want a session with */
  gboolean listing;             /* a list is on its way */
  const GstIceWsCall *call;     /* or NULL */
  gboolean ended;

  GSource *retry;               /* or NULL */
  guint n_retries;
  gboolean told_waiting;
};

/* Returns: (transfer full): a room that was not entered yet */
GstIceWsRoom *
gst_ice_ws_room_new (GstIceWsLink * link, GstIceEventQueue * queue,
    const gchar * name, GstIceDirection direction,
    const GstIceWsRoomEvents * events, gpointer user_data)
{
  GstIceWsRoom *self = g_new0 (GstIceWsRoom, 1);

  self->link = link;
  self->queue = queue;
  self->name = g_strdup (name);
  self->does_both = direction == GST_ICE_DIRECTION_SENDRECV;
  self->events = events;
  self->user_data = user_data;
  if (direction == GST_ICE_DIRECTION_SENDONLY)
    self->role = GST_ICE_WS_PRODUCER;
  else if (direction == GST_ICE_DIRECTION_RECVONLY)
    self->role = GST_ICE_WS_CONSUMER;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_ws_room_free (GstIceWsRoom * self)
{
  gst_ice_timer_clear (&self->retry);
  g_free (self->name);
  g_free (self->peer_id);
  g_free (self->secret);
  g_free (self->place_id);
  g_free (self->place_secret);
  g_free (self->asked_id);
  g_free (self);
}

GstIceWsRole
gst_ice_ws_room_get_role (const GstIceWsRoom * self)
{
  return self->role;
}

gboolean
gst_ice_ws_room_is_entered (const GstIceWsRoom * self)
{
  return self->peer_id != NULL;
}

void
gst_ice_ws_room_set_call (GstIceWsRoom * self, const GstIceWsCall * call)
{
  self->call = call;
}

void
gst_ice_ws_room_end (GstIceWsRoom * self)
{
  self->ended = TRUE;
}

gboolean
gst_ice_ws_room_has_ended (const GstIceWsRoom * self)
{
  return self->ended;
}

void
gst_ice_ws_room_settle (GstIceWsRoom * self)
{
  gst_ice_timer_clear (&self->retry);
  self->n_retries = 0;
}

/* Says who we are, and asks who else is there. */
static void
introduce (GstIceWsRoom * self)
{
  const gboolean produces = self->role == GST_ICE_WS_PRODUCER;

  gst_ice_ws_link_send (self->link, gst_ice_ws_write_status (produces,
          !produces || self->does_both, self->name));
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_list ());
  self->listing = TRUE;
}

void
gst_ice_ws_room_probe (GstIceWsRoom * self)
{
  if (self->peer_id == NULL || self->listing || self->resuming)
    return;

  gst_ice_ws_link_send (self->link, gst_ice_ws_write_list ());
  gst_ice_ws_link_expect_answer (self->link);
  self->listing = TRUE;
}

static gboolean
on_retry (gpointer user_data)
{
  GstIceWsRoom *self = user_data;

  gst_ice_timer_clear (&self->retry);
  if (self->peer_id == NULL)
    return G_SOURCE_REMOVE;

  if (self->call == NULL && self->does_both)
    self->role = GST_ICE_WS_UNDECIDED;
  introduce (self);
  return G_SOURCE_REMOVE;
}

void
gst_ice_ws_room_retry_later (GstIceWsRoom * self)
{
  if (self->retry != NULL || self->ended)
    return;

  if (self->call == NULL)
    self->events->trying (self->user_data);
  self->retry = gst_ice_timer_new (self->n_retries <= MAX_DOUBLINGS ?
      MIN_RETRY_MS << self->n_retries : MAX_RETRY_MS, on_retry, self);
  self->n_retries++;
}

/* Wants a session with the producer @id. */
static void
ask (GstIceWsRoom * self, const gchar * id)
{
  g_autofree gchar *resume = NULL;

  if (self->ended || self->asked_id != NULL || self->retry != NULL ||
      (self->call != NULL && !self->call->detached))
    return;

  /* What the last peer left behind is not meant for this one. */
  if (gst_ice_event_queue_has_hung_up (self->queue)) {
    gst_ice_ws_room_retry_later (self);
    return;
  }

  self->asked_id = g_strdup (id);
  if (self->call != NULL)
    resume = gst_ice_ws_call_write_resume (self->call);
  else
    self->events->trying (self->user_data);
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_start (id, resume));
}

/* Whether somebody else's status is of interest. */
static gboolean
is_in_room (GstIceWsRoom * self, const gchar * id, const gchar * room)
{
  /* Other servers have no rooms: all their peers are in one. */
  return !g_str_equal (id, self->peer_id) &&
      (room == NULL || g_str_equal (room, self->name));
}

/* Returns: (transfer none) (nullable): whom to ask */
static const gchar *
find_producer (GstIceWsRoom * self, const GPtrArray * producers)
{
  for (guint i = 0; i < producers->len; i++) {
    const GstIceWsProducer *producer = g_ptr_array_index (producers, i);

    if (is_in_room (self, producer->id, producer->room))
      return producer->id;
  }
  return NULL;
}

static gboolean
is_listed (GstIceWsRoom * self, const GPtrArray * producers)
{
  for (guint i = 0; i < producers->len; i++) {
    const GstIceWsProducer *producer = g_ptr_array_index (producers, i);

    if (g_str_equal (producer->id, self->peer_id))
      return TRUE;
  }
  return FALSE;
}

static void
wait_for (GstIceWsRoom * self, const gchar * whom)
{
  self->events->settled (self->user_data);
  if (!self->told_waiting)
    gst_ice_event_queue_progress (self->queue, "waiting for %s at %s", whom,
        gst_ice_ws_link_get_where (self->link));
  self->told_waiting = TRUE;
}

/* The server takes another one as the producer. */
static void
on_not_listed (GstIceWsRoom * self)
{
  if (self->call == NULL)
    self->events->in_vain (g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
            "%s has another publisher",
            gst_ice_ws_link_get_where (self->link)), self->user_data);
  if (self->call == NULL || self->call->agreed)
    gst_ice_ws_room_retry_later (self);
}

void
gst_ice_ws_room_take_list (GstIceWsRoom * self, const GstIceWsMessage * message)
{
  const gchar *producer = find_producer (self, message->producers);
  const gboolean listed = is_listed (self, message->producers);

  self->listing = FALSE;
  if (self->role == GST_ICE_WS_PRODUCER && self->call == NULL && !listed &&
      producer != NULL && self->does_both)
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
gives_way (GstIceWsRoom * self, const gchar * other_id)
{
  return self->role == GST_ICE_WS_PRODUCER && self->call == NULL &&
      self->does_both && strcmp (other_id, self->peer_id) < 0;
}

void
gst_ice_ws_room_take_status (GstIceWsRoom * self,
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
    self->events->gone (self->user_data);
    gst_ice_ws_room_retry_later (self);
  }
}

/* Without a call, who does both finds out anew which of the two it is to do. */
static void
enter (GstIceWsRoom * self)
{
  if (self->call == NULL && self->does_both)
    self->role = GST_ICE_WS_UNDECIDED;
  introduce (self);
}

void
gst_ice_ws_room_take_welcome (GstIceWsRoom * self,
    const GstIceWsMessage * message)
{
  g_free (self->peer_id);
  self->peer_id = g_strdup (message->peer_id);
  g_free (self->secret);
  self->secret = g_strdup (message->text);
  GST_INFO ("in room \"%s\" of %s as peer %s", self->name,
      gst_ice_ws_link_get_where (self->link), self->peer_id);

  self->told_waiting = FALSE;
  self->events->settled (self->user_data);
  /* The server may still hold the connection that was lost: its place is ours. */
  if (self->place_id != NULL && self->secret != NULL) {
    gst_ice_ws_link_send (self->link, gst_ice_ws_write_resume (self->place_id,
            self->place_secret));
    self->resuming = TRUE;
  } else {
    enter (self);
  }
}

void
gst_ice_ws_room_take_resumed (GstIceWsRoom * self,
    const GstIceWsMessage * message)
{
  if (!self->resuming || !g_str_equal (message->peer_id, self->place_id))
    return;

  GST_INFO ("peer %s again", self->place_id);
  self->resuming = FALSE;
  g_free (self->peer_id);
  self->peer_id = g_steal_pointer (&self->place_id);
  g_free (self->secret);
  self->secret = g_steal_pointer (&self->place_secret);
  self->events->resumed (message->session_ids, self->user_data);
  enter (self);
}

gboolean
gst_ice_ws_room_take_started (GstIceWsRoom * self,
    const GstIceWsMessage * message)
{
  if (self->ended || g_strcmp0 (self->asked_id, message->peer_id) != 0)
    return FALSE;

  g_clear_pointer (&self->asked_id, g_free);
  return TRUE;
}

static void
forget_place (GstIceWsRoom * self)
{
  self->resuming = FALSE;
  g_clear_pointer (&self->place_id, g_free);
  g_clear_pointer (&self->place_secret, g_free);
}

void
gst_ice_ws_room_take_error (GstIceWsRoom * self,
    const GstIceWsMessage * message)
{
  if (self->resuming) {
    GST_INFO ("the place of peer %s is gone: %.200s", self->place_id,
        message->text);
    forget_place (self);
    enter (self);
    return;
  }
  GST_WARNING ("%s says: %.200s",
      gst_ice_ws_link_get_where (self->link), message->text);

  if (self->asked_id != NULL) {
    g_clear_pointer (&self->asked_id, g_free);
    gst_ice_ws_room_retry_later (self);
  } else if (self->role == GST_ICE_WS_PRODUCER && !self->listing) {
    /* Two instances of a server find out later that each has a producer. */
    gst_ice_ws_room_retry_later (self);
  }
}

void
gst_ice_ws_room_leave (GstIceWsRoom * self)
{
  /* Lost again before the place was given back: that one is still asked for. */
  if (!self->resuming) {
    forget_place (self);
    self->place_secret = g_steal_pointer (&self->secret);
    if (self->place_secret != NULL)
      self->place_id = g_steal_pointer (&self->peer_id);
  }
  self->resuming = FALSE;
  g_clear_pointer (&self->peer_id, g_free);
  g_clear_pointer (&self->secret, g_free);
  g_clear_pointer (&self->asked_id, g_free);
  self->listing = FALSE;
}

gboolean
gst_ice_ws_room_can_resume (const GstIceWsRoom * self)
{
  return self->place_id != NULL;
}
