/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticewssignallerprivate.h"

#include "gsticeerror.h"
#include "gsticetimer.h"
#include "gsticelog.h"
#include "gsticehttpuri.h"
#include "gsticetlstrust.h"
#include "gsticewsuri.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_ws_signaller_debug);
#define GST_CAT_DEFAULT gst_ice_ws_signaller_debug

/* A consumer that never answers must not keep others out, however patient our own
 * user is. */
#define DEFAULT_ANSWER_MS 60000

static void gst_ice_ws_signaller_iface_init (GstIceSignallerInterface * iface);

G_DEFINE_TYPE_WITH_CODE (GstIceWsSignaller, gst_ice_ws_signaller,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER,
        gst_ice_ws_signaller_iface_init);
    GST_DEBUG_CATEGORY_INIT (gst_ice_ws_signaller_debug, "icewssignaller",
        0, "ICE signalling by WebSocket"));

static void
gst_ice_ws_signaller_finalize (GObject * object)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (object);

  gst_ice_timer_clear (&self->deadline);
  gst_ice_timer_clear (&self->retry);
  gst_ice_timer_clear (&self->closed_source);
  gst_ice_ws_servers_stop (self);
  g_clear_pointer (&self->call, gst_ice_ws_call_free);
  g_clear_pointer (&self->link, gst_ice_ws_link_free);
  g_clear_pointer (&self->events, gst_ice_event_queue_free);
  g_clear_error (&self->trouble);
  g_uri_unref (self->uri);
  g_free (self->room);
  g_free (self->token);
  g_clear_object (&self->trust);
  g_free (self->peer_id);
  g_free (self->asked_id);

  G_OBJECT_CLASS (gst_ice_ws_signaller_parent_class)->finalize (object);
}

static void
gst_ice_ws_signaller_class_init (GstIceWsSignallerClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_ws_signaller_finalize;
}

static void
gst_ice_ws_signaller_init (GstIceWsSignaller * self)
{
}

/* Returns: (transfer full): a signaller, not started */
GstIceSignaller *
gst_ice_ws_signaller_new (const GstIceConfig * config, GError ** error)
{
  const gchar *token = gst_ice_config_get_string (config, "auth-token");
  g_autoptr (GUri) uri = gst_ice_ws_uri_parse
      (gst_ice_config_get_string (config, "signalling-uri"), error);
  g_autoptr (GTlsDatabase) trust = NULL;
  GstIceWsSignaller *self;

  if (uri == NULL || !gst_ice_ws_check_token (token, error) ||
      !gst_ice_http_uri_check_keys (uri, config, error) ||
      !gst_ice_tls_trust_open (config, &trust, error))
    return NULL;

  self = g_object_new (GST_TYPE_ICE_WS_SIGNALLER, NULL);
  self->room = gst_ice_ws_uri_get_room (uri);
  self->uri = g_steal_pointer (&uri);
  self->token = g_strdup (token);
  self->trust = g_steal_pointer (&trust);
  self->timeout_ms = gst_ice_config_get_uint (config, "connect-timeout");
  return GST_ICE_SIGNALLER (self);
}

const gchar *
gst_ice_ws_signaller_get_where (GstIceWsSignaller * self)
{
  return gst_ice_ws_link_get_where (self->link);
}

/* How what is tried ends. */

void
gst_ice_ws_signaller_settle (GstIceWsSignaller * self)
{
  gst_ice_timer_clear (&self->deadline);
  gst_ice_timer_clear (&self->retry);
  g_clear_error (&self->trouble);
  self->n_retries = 0;
}

void
gst_ice_ws_signaller_set_trouble (GstIceWsSignaller * self, GError * trouble)
{
  GST_DEBUG_OBJECT (self, "%s", trouble->message);
  g_clear_error (&self->trouble);
  self->trouble = trouble;
}

void
gst_ice_ws_signaller_drop_call (GstIceWsSignaller * self)
{
  g_autoptr (GstIceWsCall) call = g_steal_pointer (&self->call);

  if (call->told)
    gst_ice_event_queue_hung_up (self->events);
}

/* Ends the call for the peer; our session knows. */
static void
end_call (GstIceWsSignaller * self)
{
  gst_ice_ws_signaller_settle (self);
  if (self->call != NULL)
    gst_ice_ws_call_send_end (self->call);
  g_clear_pointer (&self->call, gst_ice_ws_call_free);
  if (self->role == GST_ICE_WS_CONSUMER)
    self->over = TRUE;
}

void
gst_ice_ws_signaller_fail (GstIceWsSignaller * self, const GError * error)
{
  end_call (self);
  self->over = TRUE;
  gst_ice_event_queue_failed (self->events, error);
}

/* Returns: (transfer full): why it took too long */
static GError *
explain_deadline (GstIceWsSignaller * self)
{
  const gdouble tried_s = self->timeout_ms / 1000.0;
  const gchar *where = gst_ice_ws_signaller_get_where (self);

  if (self->trouble != NULL)
    return g_error_new (GST_ICE_ERROR, self->trouble->code ==
        GST_ICE_ERROR_SIGNALLING ? GST_ICE_ERROR_TIMEOUT : self->trouble->code,
        "%s (tried for %g s)", self->trouble->message, tried_s);
  if (self->peer_id == NULL)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
        "%s does not greet us within %g s. Is it a rendezvous server?", where,
        tried_s);
  if (self->call == NULL)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
        "The publisher at %s is in another call (tried for %g s)", where,
        tried_s);
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
      "The publisher at %s made no offer within %g s", where, tried_s);
}

static gboolean
on_deadline (gpointer user_data)
{
  GstIceWsSignaller *self = user_data;
  g_autoptr (GError) error = NULL;

  gst_ice_timer_clear (&self->deadline);
  if (self->role == GST_ICE_WS_PRODUCER && self->call != NULL) {
    GST_WARNING_OBJECT (self, "no answer from peer %s", self->call->peer_id);
    gst_ice_ws_call_send_end (self->call);
    gst_ice_ws_signaller_drop_call (self);
  } else {
    error = explain_deadline (self);
    gst_ice_ws_signaller_fail (self, error);
  }
  return G_SOURCE_REMOVE;
}

void
gst_ice_ws_signaller_start_deadline (GstIceWsSignaller * self)
{
  const gboolean producing = self->role == GST_ICE_WS_PRODUCER &&
      self->call != NULL;
  const guint delay_ms = self->timeout_ms == 0 && producing ?
      DEFAULT_ANSWER_MS : self->timeout_ms;

  if (self->deadline == NULL && delay_ms > 0)
    self->deadline = gst_ice_timer_new (delay_ms, on_deadline, self);
}

/* What the link tells. */

static void
take (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  switch (message->type) {
    case GST_ICE_WS_WELCOME:
      gst_ice_ws_room_take_welcome (self, message);
      break;
    case GST_ICE_WS_LIST:
      gst_ice_ws_room_take_list (self, message);
      break;
    case GST_ICE_WS_STATUS:
      gst_ice_ws_room_take_status (self, message);
      break;
    case GST_ICE_WS_SERVERS:
      gst_ice_ws_servers_take (self, message);
      break;
    case GST_ICE_WS_ERROR:
      gst_ice_ws_room_take_error (self, message);
      break;
    case GST_ICE_WS_STARTED:
      gst_ice_ws_peer_take_started (self, message);
      break;
    case GST_ICE_WS_START:
      gst_ice_ws_peer_take_start (self, message);
      break;
    case GST_ICE_WS_OFFER:
    case GST_ICE_WS_ANSWER:
    case GST_ICE_WS_CANDIDATE:
      gst_ice_ws_peer_take_said (self, message);
      break;
    case GST_ICE_WS_END:
      gst_ice_ws_peer_take_end (self, message);
      break;
  }
}

static void
on_message (const gchar * text, gsize length, gpointer user_data)
{
  GstIceWsSignaller *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceWsMessage) message = gst_ice_ws_message_parse (text, length,
      &error);

  if (message == NULL)
    GST_WARNING_OBJECT (self, "%s", error->message);
  else if ((message->type == GST_ICE_WS_WELCOME) == (self->peer_id == NULL))
    take (self, message);
}

static void
on_lost (const GError * error, gpointer user_data)
{
  GstIceWsSignaller *self = user_data;

  if (!self->told_waiting || self->peer_id != NULL)
    gst_ice_event_queue_progress (self->events, "%s; trying again",
        error->message);
  self->told_waiting = TRUE;
  if (self->peer_id == NULL) {
    gst_ice_ws_signaller_set_trouble (self, g_error_copy (error));
    return;
  }

  GST_WARNING_OBJECT (self, "%s", error->message);
  gst_ice_ws_room_leave (self);
  gst_ice_ws_signaller_settle (self);
  if (self->call == NULL)
    return;

  /* Media does not pass the server: it goes on without it. */
  g_clear_pointer (&self->call->next_id, g_free);
  if (self->call->agreed)
    self->call->detached = TRUE;
  else
    gst_ice_ws_signaller_drop_call (self);
}

static void
on_refused (const GError * error, gpointer user_data)
{
  GstIceWsSignaller *self = user_data;

  if (self->call != NULL && self->call->agreed)
    GST_WARNING_OBJECT (self, "%s; the call goes on", error->message);
  else
    gst_ice_ws_signaller_fail (self, error);
}

static const GstIceWsLinkEvents link_events = {
  on_message, on_lost, on_refused
};

/* GstIceSignaller */

static void
gst_ice_ws_signaller_set_direction (GstIceSignaller * signaller,
    GstIceDirection direction)
{
  GST_ICE_WS_SIGNALLER (signaller)->direction = direction;
}

static gboolean
gst_ice_ws_signaller_start (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  if (self->direction == GST_ICE_DIRECTION_SENDONLY)
    self->role = GST_ICE_WS_PRODUCER;
  else if (self->direction == GST_ICE_DIRECTION_RECVONLY)
    self->role = GST_ICE_WS_CONSUMER;

  self->events = gst_ice_event_queue_new (signaller, events, user_data);
  self->link = gst_ice_ws_link_new (self->uri, self->token, self->trust,
      &link_events, self);
  GST_INFO_OBJECT (self, "calling %s, token %s",
      gst_ice_ws_signaller_get_where (self), GST_ICE_HIDDEN (self->token));
  gst_ice_ws_link_open (self->link);
  gst_ice_ws_signaller_start_deadline (self);
  return TRUE;
}

static gboolean
gst_ice_ws_signaller_is_caller (GstIceSignaller * signaller)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  return self->call != NULL && self->call->offers;
}

static gboolean
gst_ice_ws_signaller_awaits_peers (GstIceSignaller * signaller)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  /* A consumer whose call came to nothing before it was agreed asks again. */
  return self->role != GST_ICE_WS_CONSUMER ||
      (self->call == NULL && !self->over);
}

static gboolean
gst_ice_ws_signaller_can_trickle_answer (GstIceSignaller * signaller)
{
  return TRUE;
}

static gboolean
gst_ice_ws_signaller_can_restart (GstIceSignaller * signaller)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  /* A restart is a new offer, which servers let pass from producers only. */
  return self->call != NULL && self->call->agreed && self->call->offers &&
      !self->call->detached;
}

static void
gst_ice_ws_signaller_send_description (GstIceSignaller * signaller,
    GstIceDescription * description)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  if (self->call == NULL)
    return;

  gst_ice_ws_call_send_description (self->call, description);
  if (self->call->agreed)
    gst_ice_ws_signaller_settle (self);
  gst_ice_event_queue_progress (self->events, "%s sent",
      description->type == GST_ICE_DESCRIPTION_OFFER ? "offer" : "answer");
}

static void
gst_ice_ws_signaller_send_trickle (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  if (self->call != NULL)
    gst_ice_ws_call_send_trickle (self->call, fragment);
}

static void
gst_ice_ws_signaller_reject (GstIceSignaller * signaller, const GError * reason)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  GST_INFO_OBJECT (self, "the session refuses: %s", reason->message);
  if (self->call == NULL || self->call->agreed)
    return;

  end_call (self);
  /* A session that has ended has said why. */
  if (self->role == GST_ICE_WS_CONSUMER &&
      !g_error_matches (reason, GST_ICE_ERROR, GST_ICE_ERROR_BUSY))
    gst_ice_event_queue_failed (self->events, reason);
}

static void
gst_ice_ws_signaller_hang_up (GstIceSignaller * signaller)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  if (self->link != NULL)
    end_call (self);
}

static gboolean
on_closed (gpointer user_data)
{
  GstIceWsSignaller *self = user_data;
  const GDestroyNotify closed = g_steal_pointer (&self->closed);

  gst_ice_timer_clear (&self->closed_source);
  if (closed != NULL)
    closed (self->closed_data);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

static void
gst_ice_ws_signaller_close (GstIceSignaller * signaller,
    GDestroyNotify closed, gpointer user_data)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  g_return_if_fail (!self->closing);

  self->closing = TRUE;
  self->closed = closed;
  self->closed_data = user_data;
  g_object_ref (self);
  if (self->link == NULL) {
    self->closed_source = gst_ice_timer_new (0, on_closed, self);
    return;
  }

  gst_ice_event_queue_stop (self->events);
  gst_ice_ws_servers_stop (self);
  end_call (self);
  gst_ice_ws_link_close (self->link, on_closed, self);
}

static void
gst_ice_ws_signaller_iface_init (GstIceSignallerInterface * iface)
{
  iface->set_direction = gst_ice_ws_signaller_set_direction;
  iface->start = gst_ice_ws_signaller_start;
  iface->is_caller = gst_ice_ws_signaller_is_caller;
  iface->awaits_peers = gst_ice_ws_signaller_awaits_peers;
  iface->can_trickle_answer = gst_ice_ws_signaller_can_trickle_answer;
  iface->can_restart = gst_ice_ws_signaller_can_restart;
  iface->send_description = gst_ice_ws_signaller_send_description;
  iface->send_trickle = gst_ice_ws_signaller_send_trickle;
  iface->reject = gst_ice_ws_signaller_reject;
  iface->hang_up = gst_ice_ws_signaller_hang_up;
  iface->close = gst_ice_ws_signaller_close;
}
