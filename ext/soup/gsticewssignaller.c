/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The signaller for ws: and wss:, meets its peers at a rendezvous server: holds the link, the
 * room and the call, or the viewers, and says how long a call may be tried for. */

#include "config.h"

#include "gsticewssignaller.h"

#include "gsticeerror.h"
#include "gsticetimer.h"
#include "gsticelog.h"
#include "gsticehttpuri.h"
#include "gsticetlstrust.h"
#include "gsticetoken.h"
#include "gsticewscall.h"
#include "gsticewspeers.h"
#include "gsticewsroom.h"
#include "gsticewsservers.h"
#include "gsticewsuri.h"

GST_ICE_LOG_CATEGORY (gst_ice_ws_signaller_log, "icewssignaller",
    "ICE signalling by WebSocket");
#define GST_CAT_DEFAULT gst_ice_ws_signaller_log ()

/* A consumer that never answers must not keep others out, however patient our own
 * user is. */
#define DEFAULT_ANSWER_MS 60000

struct _GstIceWsSignaller
{
  GObject parent;

  GUri *uri;                    /* set at construction, as are these */
  gchar *room_name;
  gchar *token;                 /* or NULL */
  GTlsDatabase *trust;          /* NULL: the system's */
  guint timeout_ms;             /* 0: for ever */
  gboolean has_keys;            /* descriptions have keys in them */
  GstIceDirection direction;    /* set before start() */

  GstIceEventQueue *events;     /* NULL before start(), as are these */
  GstIceWsLink *link;
  GstIceWsRoom *room;
  GstIceWsServers *servers;
  GstIceWsPeers *peers;         /* of who only sends: its viewers; else NULL */
  GstIceWsCall *call;           /* of others: with the one peer; or NULL */

  GSource *deadline;            /* of what is tried, or NULL */
  GError *trouble;              /* why the last try failed, or NULL */
  gboolean told_lost;

  gboolean closing;
  GDestroyNotify closed;
  gpointer closed_data;
  GSource *closed_source;       /* or NULL */
};

static void gst_ice_ws_signaller_iface_init (GstIceSignallerInterface * iface);

G_DEFINE_TYPE_WITH_CODE (GstIceWsSignaller, gst_ice_ws_signaller,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER,
        gst_ice_ws_signaller_iface_init));

static void
gst_ice_ws_signaller_finalize (GObject * object)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (object);

  gst_ice_timer_clear (&self->deadline);
  gst_ice_timer_clear (&self->closed_source);
  g_clear_pointer (&self->servers, gst_ice_ws_servers_free);
  g_clear_pointer (&self->peers, gst_ice_ws_peers_free);
  g_clear_pointer (&self->room, gst_ice_ws_room_free);
  g_clear_pointer (&self->call, gst_ice_ws_call_free);
  g_clear_pointer (&self->link, gst_ice_ws_link_free);
  g_clear_pointer (&self->events, gst_ice_event_queue_free);
  g_clear_error (&self->trouble);
  g_uri_unref (self->uri);
  g_free (self->room_name);
  g_free (self->token);
  g_clear_object (&self->trust);

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
  g_autofree gchar *token = NULL;
  g_autoptr (GUri) uri = gst_ice_ws_uri_parse
      (gst_ice_config_get_string (config, "signalling-uri"), error);
  g_autoptr (GTlsDatabase) trust = NULL;
  GstIceWsSignaller *self;

  if (uri == NULL || !gst_ice_token_read (config, &token, error) ||
      !gst_ice_http_uri_check_keys (uri, config, error) ||
      !gst_ice_tls_trust_open (config, &trust, error))
    return NULL;

  self = g_object_new (GST_TYPE_ICE_WS_SIGNALLER, NULL);
  self->room_name = gst_ice_ws_uri_get_room (uri);
  self->uri = g_steal_pointer (&uri);
  self->token = g_steal_pointer (&token);
  self->trust = g_steal_pointer (&trust);
  self->timeout_ms = gst_ice_config_get_uint (config, "connect-timeout");
  self->has_keys = gst_ice_config_get_enum (config, "encryption") ==
      GST_ICE_ENCRYPTION_SDES;
  return GST_ICE_SIGNALLER (self);
}

static gboolean
is_consumer (GstIceWsSignaller * self)
{
  return gst_ice_ws_room_get_role (self->room) == GST_ICE_WS_CONSUMER;
}

static gboolean
is_producer (GstIceWsSignaller * self)
{
  return gst_ice_ws_room_get_role (self->room) == GST_ICE_WS_PRODUCER;
}

gboolean
gst_ice_ws_signaller_is_connected (GstIceWsSignaller * self)
{
  return self->room != NULL && gst_ice_ws_room_is_entered (self->room);
}

gboolean
gst_ice_ws_signaller_is_detached (GstIceWsSignaller * self)
{
  if (self->peers != NULL)
    return gst_ice_ws_peers_any_detached (self->peers);
  return self->call != NULL && self->call->detached;
}

/* How what is tried ends. */

static void
settle (GstIceWsSignaller * self)
{
  gst_ice_timer_clear (&self->deadline);
  g_clear_error (&self->trouble);
  gst_ice_ws_room_settle (self->room);
}

/* @trouble: (transfer full) */
static void
set_trouble (GstIceWsSignaller * self, GError * trouble)
{
  GST_DEBUG_OBJECT (self, "%s", trouble->message);
  g_clear_error (&self->trouble);
  self->trouble = trouble;
}

/* @call: (transfer full) */
static void
set_call (GstIceWsSignaller * self, GstIceWsCall * call)
{
  self->call = call;
  gst_ice_ws_room_set_call (self->room, call);
}

/* Returns: (transfer full) (nullable): the call that there was */
static GstIceWsCall *
steal_call (GstIceWsSignaller * self)
{
  gst_ice_ws_room_set_call (self->room, NULL);
  return g_steal_pointer (&self->call);
}

/* There is a call: the session forgets the peer, if it ever heard of it. */
static void
drop_call (GstIceWsSignaller * self)
{
  g_autoptr (GstIceWsCall) call = steal_call (self);

  if (call->told)
    gst_ice_event_queue_hung_up (self->events);
}

/* Ends all calls for the peers; our session knows. */
static void
end_calls (GstIceWsSignaller * self)
{
  g_autoptr (GstIceWsCall) call = steal_call (self);

  settle (self);
  if (self->peers != NULL)
    gst_ice_ws_peers_stop (self->peers);
  if (call != NULL)
    gst_ice_ws_call_send_end (call);
  if (is_consumer (self))
    gst_ice_ws_room_end (self->room);
}

/* Ends the calls for the peers, if there are any, and all for the session. */
static void
fail (GstIceWsSignaller * self, const GError * error)
{
  end_calls (self);
  gst_ice_ws_room_end (self->room);
  gst_ice_event_queue_failed (self->events, error);
}

/* Returns: (transfer full): why it took too long */
static GError *
explain_deadline (GstIceWsSignaller * self)
{
  const gdouble tried_s = self->timeout_ms / 1000.0;
  const gchar *where = gst_ice_ws_link_get_where (self->link);

  if (self->trouble != NULL)
    return g_error_new (GST_ICE_ERROR, self->trouble->code ==
        GST_ICE_ERROR_SIGNALLING ? GST_ICE_ERROR_TIMEOUT : self->trouble->code,
        "%s (tried for %g s)", self->trouble->message, tried_s);
  if (!gst_ice_ws_room_is_entered (self->room))
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
        "%s does not greet us within %g s%s. Is it a rendezvous server?", where,
        tried_s, gst_ice_ws_link_get_hint (self->link));
  if (self->call == NULL)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
        "The publisher at %s takes no further viewer: it is in another call, or in as "
        "many as its max-consumers (tried for %g s)", where, tried_s);
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
      "The publisher at %s made no offer within %g s", where, tried_s);
}

static gboolean
on_deadline (gpointer user_data)
{
  GstIceWsSignaller *self = user_data;
  g_autoptr (GError) error = NULL;

  gst_ice_timer_clear (&self->deadline);
  if (is_producer (self) && self->call != NULL) {
    GST_WARNING_OBJECT (self, "no answer from peer %s", self->call->peer_id);
    gst_ice_ws_call_send_end (self->call);
    drop_call (self);
  } else {
    error = explain_deadline (self);
    fail (self, error);
  }
  return G_SOURCE_REMOVE;
}

static void
start_deadline (GstIceWsSignaller * self)
{
  const gboolean producing = is_producer (self) && self->call != NULL;
  const guint delay_ms = self->timeout_ms == 0 && producing ?
      DEFAULT_ANSWER_MS : self->timeout_ms;

  if (self->deadline == NULL && delay_ms > 0)
    self->deadline = gst_ice_timer_new (delay_ms, on_deadline, self);
}

/* The peer has ended the call. */
static void
on_ended (GstIceWsSignaller * self)
{
  const gboolean was_agreed = self->call->agreed;

  drop_call (self);
  if (is_consumer (self) && !was_agreed) {
    /* As a producer does that is in another call. The time runs on. */
    gst_ice_ws_room_retry_later (self->room);
    return;
  }
  settle (self);
  if (is_consumer (self))
    gst_ice_ws_room_end (self->room);
}

/* What the room tells. */

static void
on_trying (gpointer user_data)
{
  start_deadline (user_data);
}

static void
on_settled (gpointer user_data)
{
  settle (user_data);
}

static void
on_in_vain (GError * trouble, gpointer user_data)
{
  set_trouble (user_data, trouble);
}

static void
on_resumed (const GPtrArray * session_ids, gpointer user_data)
{
  GstIceWsSignaller *self = user_data;

  if (self->peers != NULL)
    gst_ice_ws_peers_reattach (self->peers, session_ids);
  if (self->call == NULL || !self->call->detached)
    return;
  if (g_ptr_array_find_with_equal_func ((GPtrArray *) session_ids,
          self->call->id, g_str_equal, NULL))
    gst_ice_ws_call_reattach (self->call);
  else
    on_ended (self);
}

static void
on_producer_gone (gpointer user_data)
{
  drop_call (user_data);
}

static const GstIceWsRoomEvents room_events = {
  on_trying, on_settled, on_in_vain, on_resumed, on_producer_gone
};

/* What the peer says. */

/* What came before the call was agreed is no good. */
static void
give_up (GstIceWsSignaller * self, const GError * error)
{
  GST_WARNING_OBJECT (self, "peer %s: %s", self->call->peer_id, error->message);

  if (is_consumer (self)) {
    fail (self, error);
    return;
  }
  settle (self);
  gst_ice_ws_call_send_end (self->call);
  drop_call (self);
}

static void
refuse (GstIceWsSignaller * self, const gchar * session_id)
{
  GST_INFO_OBJECT (self, "session %s is refused: busy", session_id);
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_end (session_id));
}

/* A session that we asked for. */
static void
take_started (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  if (!gst_ice_ws_room_take_started (self->room, message))
    refuse (self, message->session_id);
  else if (self->call != NULL)
    gst_ice_ws_call_expect (self->call, message->session_id);
  else
    set_call (self, gst_ice_ws_call_new (self->link, self->events, message,
            FALSE));
}

/* A consumer that offers, instead of asking for an offer. */
static void
take_first_offer (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  const GstIceWsMessage offer = {.type = GST_ICE_WS_OFFER,
    .session_id = message->session_id,.text = message->text
  };
  g_autoptr (GError) error = NULL;

  if (!gst_ice_ws_call_take (self->call, &offer, &error))
    give_up (self, error);
}

/* A session that a consumer asks for. */
static void
take_start (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  if (self->call != NULL && gst_ice_ws_call_resume (self->call, message))
    return;

  /* A call that ended is not over before our session knows. */
  if (self->call != NULL || gst_ice_ws_room_has_ended (self->room) ||
      !is_producer (self) || gst_ice_event_queue_has_hung_up (self->events)) {
    refuse (self, message->session_id);
    return;
  }

  set_call (self, gst_ice_ws_call_new (self->link, self->events, message,
          message->text == NULL));
  start_deadline (self);
  if (message->text != NULL)
    take_first_offer (self, message);
  else
    gst_ice_ws_call_want_offer (self->call);
}

static void
take_said (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  g_autoptr (GError) error = NULL;
  gboolean was_agreed;

  if (self->peers != NULL)
    gst_ice_ws_peers_take (self->peers, message);
  if (self->call == NULL)
    return;

  was_agreed = self->call->agreed;
  if (gst_ice_ws_call_take (self->call, message, &error)) {
    if (self->call->agreed && !was_agreed)
      settle (self);
  } else if (was_agreed) {
    GST_WARNING_OBJECT (self, "ignored: %s", error->message);
  } else {
    give_up (self, error);
  }
}

static void
take_end (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  if (self->peers != NULL)
    gst_ice_ws_peers_take (self->peers, message);
  else if (self->call != NULL && gst_ice_ws_call_take_end (self->call, message))
    on_ended (self);
}

/* What the link tells. */

static void
take (GstIceWsSignaller * self, const GstIceWsMessage * message)
{
  switch (message->type) {
    case GST_ICE_WS_WELCOME:
      gst_ice_ws_servers_take (self->servers, message);
      gst_ice_ws_room_take_welcome (self->room, message);
      break;
    case GST_ICE_WS_RESUMED:
      gst_ice_ws_room_take_resumed (self->room, message);
      break;
    case GST_ICE_WS_LIST:
      gst_ice_ws_room_take_list (self->room, message);
      break;
    case GST_ICE_WS_STATUS:
      gst_ice_ws_room_take_status (self->room, message);
      break;
    case GST_ICE_WS_SERVERS:
      gst_ice_ws_servers_take (self->servers, message);
      break;
    case GST_ICE_WS_ERROR:
      gst_ice_ws_room_take_error (self->room, message);
      break;
    case GST_ICE_WS_STARTED:
      take_started (self, message);
      break;
    case GST_ICE_WS_START:
      if (self->peers != NULL)
        gst_ice_ws_peers_take_start (self->peers, message);
      else
        take_start (self, message);
      break;
    case GST_ICE_WS_OFFER:
    case GST_ICE_WS_ANSWER:
    case GST_ICE_WS_CANDIDATE:
      take_said (self, message);
      break;
    case GST_ICE_WS_END:
      take_end (self, message);
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
  else if ((message->type == GST_ICE_WS_WELCOME) !=
      gst_ice_ws_room_is_entered (self->room))
    take (self, message);
}

static void
on_lost (const GError * error, gpointer user_data)
{
  GstIceWsSignaller *self = user_data;

  if (!self->told_lost || gst_ice_ws_room_is_entered (self->room))
    gst_ice_event_queue_progress (self->events, "%s; trying again",
        error->message);
  self->told_lost = TRUE;
  if (!gst_ice_ws_room_is_entered (self->room)) {
    set_trouble (self, g_error_copy (error));
    return;
  }

  GST_WARNING_OBJECT (self, "%s", error->message);
  gst_ice_ws_room_leave (self->room);
  gst_ice_ws_servers_stop (self->servers);
  settle (self);
  if (self->peers != NULL)
    gst_ice_ws_peers_detach (self->peers);
  if (self->call == NULL)
    return;

  /* Media does not pass the server: it goes on without it. */
  if (self->call->agreed)
    gst_ice_ws_call_detach (self->call);
  else
    drop_call (self);
}

static void
on_refused (const GError * error, gpointer user_data)
{
  GstIceWsSignaller *self = user_data;

  if ((self->call != NULL && self->call->agreed) || (self->peers != NULL
          && gst_ice_ws_peers_any_agreed (self->peers)))
    GST_WARNING_OBJECT (self, "%s; the call goes on", error->message);
  else
    fail (self, error);
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

/* Who only sends may have many viewers. @events: of each */
static void
prepare_viewers (GstIceWsSignaller * self,
    const GstIceSignallerEvents * events, gpointer user_data)
{
  const GstIceWsPeerHost host = {.link = self->link,.room = self->room,
    .queue = self->events,.room_name = self->room_name,
    .answer_ms = self->timeout_ms != 0 ? self->timeout_ms : DEFAULT_ANSWER_MS,
    .events = events,.user_data = user_data
  };

  if (self->direction == GST_ICE_DIRECTION_SENDONLY)
    self->peers = gst_ice_ws_peers_new (&host);
}

static gboolean
gst_ice_ws_signaller_start (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  self->events = gst_ice_event_queue_new (signaller, events, user_data);
  self->link = gst_ice_ws_link_new (self->uri, self->token, self->trust,
      &link_events, self);
  if (self->has_keys)
    gst_ice_ws_link_set_has_keys (self->link);
  self->room = gst_ice_ws_room_new (self->link, self->events, self->room_name,
      self->direction, &room_events, self);
  self->servers = gst_ice_ws_servers_new (self->link, self->events);
  prepare_viewers (self, events, user_data);
  GST_INFO_OBJECT (self, "calling %s, token %s",
      gst_ice_ws_link_get_where (self->link), GST_ICE_HIDDEN (self->token));
  gst_ice_ws_link_open (self->link);
  start_deadline (self);
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
  return self->room == NULL || !is_consumer (self) ||
      (self->call == NULL && !gst_ice_ws_room_has_ended (self->room));
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

  /* A restart is a new offer, which servers let pass from producers only. Without a
   * connection, the offer goes out when the server has given us our place back. */
  return self->call != NULL && self->call->agreed && self->call->offers &&
      (!self->call->detached || gst_ice_ws_room_can_resume (self->room));
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
    settle (self);
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

/* A NAT that has forgotten the media's path has forgotten the server's too. A side that
 * only answers would not find out before the next ping. */
static void
gst_ice_ws_signaller_doubt_path (GstIceSignaller * signaller)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  if (self->room != NULL)
    gst_ice_ws_room_probe (self->room);
}

static void
gst_ice_ws_signaller_set_full (GstIceSignaller * signaller, gboolean full)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  if (self->peers != NULL)
    gst_ice_ws_peers_set_full (self->peers, full);
}

static void
gst_ice_ws_signaller_reject (GstIceSignaller * signaller, const GError * reason)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  GST_INFO_OBJECT (self, "the session refuses: %s", reason->message);
  if (self->call == NULL || self->call->agreed)
    return;

  end_calls (self);
  /* A session that has ended has said why. */
  if (is_consumer (self)
      && !g_error_matches (reason, GST_ICE_ERROR, GST_ICE_ERROR_BUSY))
    gst_ice_event_queue_failed (self->events, reason);
}

static void
gst_ice_ws_signaller_hang_up (GstIceSignaller * signaller)
{
  GstIceWsSignaller *self = GST_ICE_WS_SIGNALLER (signaller);

  if (self->link != NULL)
    end_calls (self);
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
  gst_ice_ws_servers_stop (self->servers);
  end_calls (self);
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
  iface->doubt_path = gst_ice_ws_signaller_doubt_path;
  iface->set_full = gst_ice_ws_signaller_set_full;
  iface->reject = gst_ice_ws_signaller_reject;
  iface->hang_up = gst_ice_ws_signaller_hang_up;
  iface->close = gst_ice_ws_signaller_close;
}
