/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticewssignallerprivate.h"

#include "gsticeerror.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_ws_peer_debug);
#define GST_CAT_DEFAULT gst_ice_ws_peer_debug

static void
init_log (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_ws_peer_debug, "icewspeer", 0,
        "ICE signalling by WebSocket: the call with a peer");
    g_once_init_leave (&done, 1);
  }
}

/* The peer, or the server, has ended the call. */
static void
on_ended (GstIceWsSignaller * self)
{
  const gboolean agreed = self->call->agreed;

  gst_ice_ws_signaller_drop_call (self);
  if (self->role == GST_ICE_WS_CONSUMER && !agreed) {
    /* As a producer does that is in another call. The time runs on. */
    gst_ice_ws_room_retry_later (self);
    return;
  }
  gst_ice_ws_signaller_settle (self);
  self->over = self->role == GST_ICE_WS_CONSUMER;
}

/* What came before the call was agreed is no good. */
static void
give_up (GstIceWsSignaller * self, const GError * error)
{
  GST_WARNING_OBJECT (self, "peer %s: %s", self->call->peer_id, error->message);

  if (self->role == GST_ICE_WS_CONSUMER) {
    gst_ice_ws_signaller_fail (self, error);
    return;
  }
  gst_ice_ws_signaller_settle (self);
  gst_ice_ws_call_send_end (self->call);
  gst_ice_ws_signaller_drop_call (self);
}

static void
refuse (GstIceWsSignaller * self, const gchar * session_id)
{
  GST_INFO_OBJECT (self, "session %s is refused: busy", session_id);
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_end (session_id));
}

/* A session that we asked for. */
void
gst_ice_ws_peer_take_started (GstIceWsSignaller * self,
    const GstIceWsMessage * message)
{
  init_log ();
  if (self->over || g_strcmp0 (self->asked_id, message->peer_id) != 0) {
    refuse (self, message->session_id);
    return;
  }

  g_clear_pointer (&self->asked_id, g_free);
  if (self->call != NULL) {
    g_free (self->call->next_id);
    self->call->next_id = g_strdup (message->session_id);
  } else {
    self->call = gst_ice_ws_call_new (self->link, self->events, message, FALSE);
  }
}

/* The peer of a call that lost its connection asks to go on. */
static gboolean
take_resume (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  if (self->call == NULL || !self->call->agreed || message->text == NULL ||
      !gst_ice_ws_call_is_resume (self->call, message->text))
    return FALSE;

  gst_ice_ws_link_send (self->link, gst_ice_ws_write_sdp (message->session_id,
          "answer", message->text));
  gst_ice_ws_call_attach (self->call, message->session_id, message->peer_id);
  return TRUE;
}

/* A consumer that offers, instead of asking for an offer. */
static void
take_first_offer (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  const GstIceWsMessage offer = {.type = GST_ICE_WS_OFFER,
    .text = message->text
  };
  g_autoptr (GError) error = NULL;

  if (!gst_ice_ws_call_take (self->call, &offer, &error))
    give_up (self, error);
}

/* A session that a consumer asks for. */
void
gst_ice_ws_peer_take_start (GstIceWsSignaller * self,
    const GstIceWsMessage * message)
{
  init_log ();
  if (take_resume (self, message))
    return;

  /* A call that ended is not over before our session knows. */
  if (self->call != NULL || self->over ||
      self->role != GST_ICE_WS_PRODUCER ||
      gst_ice_event_queue_has_hung_up (self->events)) {
    refuse (self, message->session_id);
    return;
  }

  self->call = gst_ice_ws_call_new (self->link, self->events, message,
      message->text == NULL);
  gst_ice_ws_signaller_start_deadline (self);
  if (message->text != NULL) {
    take_first_offer (self, message);
  } else {
    self->call->told = TRUE;
    gst_ice_event_queue_offer_wanted (self->events);
  }
}

void
gst_ice_ws_peer_take_said (GstIceWsSignaller * self,
    const GstIceWsMessage * message)
{
  GstIceWsCall *call = self->call;
  g_autoptr (GError) error = NULL;

  if (call == NULL)
    return;

  if (g_strcmp0 (call->next_id, message->session_id) == 0) {
    if (message->type == GST_ICE_WS_ANSWER &&
        gst_ice_ws_call_is_resume (call, message->text))
      gst_ice_ws_call_attach (call, message->session_id, call->peer_id);
    return;
  }
  if (call->detached || !g_str_equal (call->id, message->session_id))
    return;

  if (gst_ice_ws_call_take (call, message, &error)) {
    if (call->agreed)
      gst_ice_ws_signaller_settle (self);
  } else if (call->agreed) {
    GST_WARNING_OBJECT (self, "ignored: %s", error->message);
  } else {
    give_up (self, error);
  }
}

void
gst_ice_ws_peer_take_end (GstIceWsSignaller * self,
    const GstIceWsMessage * message)
{
  if (self->call == NULL)
    return;

  if (g_strcmp0 (self->call->next_id, message->session_id) == 0)
    g_clear_pointer (&self->call->next_id, g_free);
  else if (!self->call->detached &&
      g_str_equal (self->call->id, message->session_id))
    on_ended (self);
}
