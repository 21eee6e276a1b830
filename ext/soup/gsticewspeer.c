/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The signaller of one viewer of a producer that serves several: carries descriptions and
 * candidates, and ends the session with a viewer that does not answer. */

#include "config.h"

#include "gsticewspeer.h"

#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticesignaller.h"
#include "gsticetimer.h"

GST_ICE_LOG_CATEGORY (gst_ice_ws_peer_log, "icewspeer",
    "ICE signalling by WebSocket with one viewer");
#define GST_CAT_DEFAULT gst_ice_ws_peer_log ()

struct _GstIceWsPeer
{
  GObject parent;

  const GstIceWsPeerHost *host; /* not used after the end */
  gchar *id;                    /* of the viewer at the server */
  gchar *path;                  /* of the room */
  GstIceEventQueue *events;
  GstIceWsCall *call;           /* NULL: has ended */
  GSource *deadline;            /* of the answer; NULL: not running */
};

static void gst_ice_ws_peer_iface_init (GstIceSignallerInterface * iface);

G_DEFINE_TYPE_WITH_CODE (GstIceWsPeer, gst_ice_ws_peer, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER, gst_ice_ws_peer_iface_init));

static void
gst_ice_ws_peer_finalize (GObject * object)
{
  GstIceWsPeer *self = GST_ICE_WS_PEER (object);

  gst_ice_timer_clear (&self->deadline);
  g_clear_pointer (&self->call, gst_ice_ws_call_free);
  gst_ice_event_queue_free (self->events);
  g_free (self->id);
  g_free (self->path);

  G_OBJECT_CLASS (gst_ice_ws_peer_parent_class)->finalize (object);
}

static void
gst_ice_ws_peer_class_init (GstIceWsPeerClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_ws_peer_finalize;
}

static void
gst_ice_ws_peer_init (GstIceWsPeer * self)
{
}

/* How the session ends. */

static void
finish (GstIceWsPeer * self)
{
  gst_ice_timer_clear (&self->deadline);
  g_clear_pointer (&self->call, gst_ice_ws_call_free);
  self->host->changed (self, self->host->owner);
}

/* The viewer is gone: tells the session, if that has heard of it. */
static void
finish_gone (GstIceWsPeer * self)
{
  if (self->call->told)
    gst_ice_event_queue_hung_up (self->events);
  finish (self);
}

void
gst_ice_ws_peer_stop (GstIceWsPeer * self)
{
  gst_ice_event_queue_stop (self->events);
  if (self->call == NULL)
    return;
  gst_ice_ws_call_send_end (self->call);
  finish (self);
}

/* There is no agreement with the viewer, and there will be none. */
static void
give_up (GstIceWsPeer * self, const GError * error)
{
  g_autoptr (GError) warning = g_error_new (GST_ICE_ERROR, error->code,
      "No call with viewer %s: %s", self->id, error->message);

  GST_WARNING_OBJECT (self, "%s", warning->message);
  gst_ice_event_queue_warning (self->host->queue, warning);
  gst_ice_ws_call_send_end (self->call);
  finish_gone (self);
}

static gboolean
on_deadline (gpointer user_data)
{
  GstIceWsPeer *self = user_data;
  g_autoptr (GError) error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
      "It made no answer within %g s", self->host->answer_ms / 1000.0);

  gst_ice_timer_clear (&self->deadline);
  give_up (self, error);
  return G_SOURCE_REMOVE;
}

GstIceWsPeer *
gst_ice_ws_peer_new (const GstIceWsPeerHost * host,
    const GstIceWsMessage * start)
{
  GstIceWsPeer *self = g_object_new (GST_TYPE_ICE_WS_PEER, NULL);

  self->host = host;
  self->id = g_strdup (start->peer_id);
  self->path = g_strconcat ("/", host->room_name, NULL);
  self->events = gst_ice_event_queue_new (GST_ICE_SIGNALLER (self),
      host->events, host->user_data);
  self->call = gst_ice_ws_call_new (host->link, self->events, start,
      start->text == NULL);
  self->deadline = gst_ice_timer_new (host->answer_ms, on_deadline, self);
  return self;
}

const GstIceWsCall *
gst_ice_ws_peer_get_call (const GstIceWsPeer * self)
{
  return self->call;
}

/* What the viewer says. */

static void
note_agreed (GstIceWsPeer * self)
{
  gst_ice_timer_clear (&self->deadline);
  self->host->changed (self, self->host->owner);
}

void
gst_ice_ws_peer_take (GstIceWsPeer * self, const GstIceWsMessage * message)
{
  const gboolean was_agreed = self->call->agreed;
  g_autoptr (GError) error = NULL;

  if (gst_ice_ws_call_take (self->call, message, &error)) {
    if (self->call->agreed && !was_agreed)
      note_agreed (self);
  } else if (was_agreed) {
    GST_WARNING_OBJECT (self, "ignored: %s", error->message);
  } else {
    give_up (self, error);
  }
}

void
gst_ice_ws_peer_begin (GstIceWsPeer * self, const GstIceWsMessage * start)
{
  const GstIceWsMessage offer = {.type = GST_ICE_WS_OFFER,
    .session_id = start->session_id,.text = start->text
  };

  GST_INFO_OBJECT (self, "viewer %s in session %s", self->id,
      start->session_id);
  if (start->text == NULL)
    gst_ice_ws_call_want_offer (self->call);
  else
    gst_ice_ws_peer_take (self, &offer);
}

void
gst_ice_ws_peer_take_end (GstIceWsPeer * self, const GstIceWsMessage * message)
{
  if (gst_ice_ws_call_take_end (self->call, message))
    finish_gone (self);
}

gboolean
gst_ice_ws_peer_resume (GstIceWsPeer * self, const GstIceWsMessage * message)
{
  if (!gst_ice_ws_call_resume (self->call, message))
    return FALSE;
  g_free (self->id);
  self->id = g_strdup (message->peer_id);
  return TRUE;
}

/* What becomes of the connection to the server. */

void
gst_ice_ws_peer_detach (GstIceWsPeer * self)
{
  if (self->call->agreed)
    gst_ice_ws_call_detach (self->call);
  else
    finish_gone (self);
}

void
gst_ice_ws_peer_reattach (GstIceWsPeer * self, const GPtrArray * session_ids)
{
  if (!self->call->detached)
    return;
  if (g_ptr_array_find_with_equal_func ((GPtrArray *) session_ids,
          self->call->id, g_str_equal, NULL))
    gst_ice_ws_call_reattach (self->call);
  else
    finish_gone (self);
}

/* GstIceSignaller */

static gboolean
gst_ice_ws_peer_is_caller (GstIceSignaller * signaller)
{
  GstIceWsPeer *self = GST_ICE_WS_PEER (signaller);

  return self->call != NULL && self->call->offers;
}

static gboolean
gst_ice_ws_peer_can_trickle_answer (GstIceSignaller * signaller)
{
  return TRUE;
}

static gboolean
gst_ice_ws_peer_can_restart (GstIceSignaller * signaller)
{
  GstIceWsPeer *self = GST_ICE_WS_PEER (signaller);

  /* Without a connection, the offer is sent when the server has given the place back. */
  return self->call != NULL && self->call->agreed && self->call->offers &&
      (!self->call->detached || gst_ice_ws_room_can_resume (self->host->room));
}

static void
gst_ice_ws_peer_send_description (GstIceSignaller * signaller,
    GstIceDescription * description)
{
  GstIceWsPeer *self = GST_ICE_WS_PEER (signaller);

  if (self->call == NULL)
    return;
  gst_ice_ws_call_send_description (self->call, description);
  if (self->call->agreed)
    note_agreed (self);
}

static void
gst_ice_ws_peer_send_trickle (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  GstIceWsPeer *self = GST_ICE_WS_PEER (signaller);

  if (self->call != NULL)
    gst_ice_ws_call_send_trickle (self->call, fragment);
}

/* A NAT that has forgotten the media's path has forgotten the server's, too. */
static void
gst_ice_ws_peer_doubt_path (GstIceSignaller * signaller)
{
  GstIceWsPeer *self = GST_ICE_WS_PEER (signaller);

  if (self->call != NULL)
    gst_ice_ws_room_probe (self->host->room);
}

static void
gst_ice_ws_peer_reject (GstIceSignaller * signaller, const GError * reason)
{
  GstIceWsPeer *self = GST_ICE_WS_PEER (signaller);

  GST_INFO_OBJECT (self, "viewer %s is refused: %s", self->id, reason->message);
  /* An agreed session goes on after an offer that came to nothing. */
  if (self->call == NULL || self->call->agreed)
    return;
  self->host->refused (self->id, reason->message, self->host->owner);
  gst_ice_ws_peer_stop (self);
}

static void
gst_ice_ws_peer_hang_up (GstIceSignaller * signaller)
{
  gst_ice_ws_peer_stop (GST_ICE_WS_PEER (signaller));
}

static GstStructure *
gst_ice_ws_peer_describe_peer (GstIceSignaller * signaller)
{
  GstIceWsPeer *self = GST_ICE_WS_PEER (signaller);

  return gst_structure_new ("peer", "address", G_TYPE_STRING, self->id,
      "path", G_TYPE_STRING, self->path, NULL);
}

static void
gst_ice_ws_peer_iface_init (GstIceSignallerInterface * iface)
{
  iface->is_caller = gst_ice_ws_peer_is_caller;
  iface->can_trickle_answer = gst_ice_ws_peer_can_trickle_answer;
  iface->can_restart = gst_ice_ws_peer_can_restart;
  iface->send_description = gst_ice_ws_peer_send_description;
  iface->send_trickle = gst_ice_ws_peer_send_trickle;
  iface->doubt_path = gst_ice_ws_peer_doubt_path;
  iface->reject = gst_ice_ws_peer_reject;
  iface->hang_up = gst_ice_ws_peer_hang_up;
  iface->describe_peer = gst_ice_ws_peer_describe_peer;
}
