/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "rdvsession.h"

/* Between instances goes an object of "kind" (start, peer, end, none), "room",
 * "session", "to" (the peer) and what the kind needs. */

static JsonObject *
payload_new (RdvSession * session, const char *kind, const char *to)
{
  JsonObject *payload = json_object_new ();

  json_object_set_string_member (payload, "kind", kind);
  json_object_set_string_member (payload, "room", session->room->name);
  json_object_set_string_member (payload, "session", session->id);
  json_object_set_string_member (payload, "to", to);
  return payload;
}

/* @payload: (transfer full) */
static void
send_payload (RdvContext * context, const char *instance, JsonObject * payload)
{
  g_autofree char *text = rdv_json_to_text (payload);

  if (context->bus && instance)
    context->bus->send (context->bus, instance, text);
}

/* Returns: (transfer none) (nullable): the peer if it is connected here */
static RdvPeer *
find_local (RdvRoom * room, const char *id)
{
  RdvPeer *peer = g_hash_table_lookup (room->peers, id);

  return peer && !peer->instance ? peer : NULL;
}

static const char *
get_other (RdvSession * session, const char *id)
{
  if (g_str_equal (session->producer, id))
    return session->consumer;
  return g_str_equal (session->consumer, id) ? session->producer : NULL;
}

void
rdv_session_free (RdvSession * session)
{
  session->room->context->metrics.sessions--;
  if (session->timer) {
    g_source_destroy (session->timer);
    g_source_unref (session->timer);
  }
  g_free (session->id);
  g_free (session->producer);
  g_free (session->consumer);
  g_free (session->instance);
  g_free (session->initiator);
  g_free (session);
}

/* Returns: (transfer none): in the table of @room */
static RdvSession *
session_new (RdvRoom * room, const char *id, const char *producer,
    const char *consumer, const char *instance)
{
  RdvSession *session = g_new0 (RdvSession, 1);

  session->room = room;
  session->id = g_strdup (id);
  session->producer = g_strdup (producer);
  session->consumer = g_strdup (consumer);
  session->instance = g_strdup (instance);
  g_hash_table_insert (room->sessions, session->id, session);
  room->context->metrics.sessions++;
  return session;
}

/* The messages to one end. */

static void
send_start (RdvSession * session, const char *to, const char *offer)
{
  gboolean producer = g_str_equal (to, session->producer);
  RdvPeer *peer = find_local (session->room, to);
  JsonObject *object = peer
      ? rdv_reply_new (producer ? "startSession" : "sessionStarted")
      : payload_new (session, "start", to);

  json_object_set_string_member (object, "peerId", get_other (session, to));
  if (peer)
    json_object_set_string_member (object, "sessionId", session->id);
  else
    json_object_set_boolean_member (object, "producer", producer);
  if (producer && offer)
    json_object_set_string_member (object, "offer", offer);
  else if (producer)
    json_object_set_null_member (object, "offer");

  if (peer)
    rdv_peer_send (peer, object);
  else
    send_payload (session->room->context, session->instance, object);
}

/* @content: (transfer none): the value of "sdp" or "ice" */
static void
send_peer (RdvSession * session, const char *to, RdvBody body,
    JsonNode * content)
{
  RdvPeer *peer = find_local (session->room, to);
  JsonObject *object = peer ? rdv_reply_new ("peer")
      : payload_new (session, "peer", to);

  json_object_set_member (object, body == RDV_BODY_ICE ? "ice" : "sdp",
      json_node_copy (content));
  if (peer) {
    json_object_set_string_member (object, "sessionId", session->id);
    rdv_peer_send (peer, object);
  } else {
    json_object_set_boolean_member (object, "answer", body == RDV_BODY_ANSWER);
    send_payload (session->room->context, session->instance, object);
  }
}

/* @error: (transfer none) (nullable): of endSessionV1_1 */
static void
send_end (RdvSession * session, const char *to, JsonNode * error)
{
  RdvPeer *peer = find_local (session->room, to);
  gboolean with_error = error && (!peer || peer->v1_1);
  JsonObject *object = peer
      ? rdv_reply_new (with_error ? "endSessionV1_1" : "endSession")
      : payload_new (session, "end", to);

  if (with_error)
    json_object_set_member (object, "error", json_node_copy (error));
  if (peer) {
    json_object_set_string_member (object, "sessionId", session->id);
    rdv_peer_send (peer, object);
  } else {
    send_payload (session->room->context, session->instance, object);
  }
}

static void
drop (RdvSession * session, const char *reason)
{
  rdv_log (RDV_LOG_INFO, "session-ended", "room", session->room->name,
      "session", session->id, "reason", reason, NULL);
  g_hash_table_remove (session->room->sessions, session->id);
}

static gboolean
on_no_answer (gpointer user_data)
{
  RdvSession *session = user_data;
  RdvPeer *initiator = find_local (session->room, session->initiator);

  session->room->context->metrics.rejected[RDV_REJECT_NO_ANSWER]++;
  if (initiator)
    rdv_peer_send_error (initiator, "The peer did not answer in time");
  send_end (session, session->producer, NULL);
  send_end (session, session->consumer, NULL);
  drop (session, "no answer");
  return G_SOURCE_REMOVE;
}

static void
set_answered (RdvSession * session)
{
  session->answered = TRUE;
  if (session->timer) {
    g_source_destroy (session->timer);
    g_clear_pointer (&session->timer, g_source_unref);
  }
}

/* What a peer asks for. */

char *
rdv_session_start (RdvRoom * room, RdvPeer * peer, const RdvMessage * message)
{
  RdvPeer *to = g_hash_table_lookup (room->peers, message->peer_id);
  guint timeout_s = room->context->config->answer_timeout_s;
  g_autofree char *id = g_uuid_string_random ();
  RdvSession *session;

  if (!to)
    return g_strdup ("There is no such peer in this room");
  if (to == peer)
    return g_strdup ("A session is with another peer");
  if (to->roles & RDV_ROLE_PRODUCER)
    session = session_new (room, id, to->id, peer->id, to->instance);
  else if (to->roles & RDV_ROLE_CONSUMER)
    session = session_new (room, id, peer->id, to->id, to->instance);
  else
    return g_strdup ("That peer is neither a producer nor a consumer");

  session->initiator = g_strdup (peer->id);
  if (timeout_s) {
    session->timer = g_timeout_source_new_seconds (timeout_s);
    g_source_set_callback (session->timer, on_no_answer, session, NULL);
    g_source_attach (session->timer, NULL);
  }
  room->context->metrics.sessions_total++;
  rdv_log (RDV_LOG_INFO, "session-started", "room", room->name, "session", id,
      "producer", session->producer, "consumer", session->consumer, NULL);
  send_start (session, session->consumer, NULL);
  send_start (session, session->producer, message->offer);
  return NULL;
}

/* Finds the session that @message of @peer is about. A session that is not
 * known is no error: it may have ended while the message was on its way. */
static RdvSession *
find_session (RdvRoom * room, RdvPeer * peer, const RdvMessage * message,
    char **refusal)
{
  RdvSession *session = g_hash_table_lookup (room->sessions,
      message->session_id);

  if (!session) {
    room->context->metrics.rejected[RDV_REJECT_UNKNOWN_SESSION]++;
    return NULL;
  }
  if (!get_other (session, peer->id)) {
    *refusal = g_strdup ("That session is not yours");
    return NULL;
  }
  return session;
}

char *
rdv_session_forward (RdvRoom * room, RdvPeer * peer, const RdvMessage * message)
{
  char *refusal = NULL;
  RdvSession *session = find_session (room, peer, message, &refusal);

  if (!session)
    return refusal;
  if (message->body == RDV_BODY_OFFER
      && g_str_equal (peer->id, session->consumer))
    return g_strdup ("A consumer's offer goes into startSession");
  if (message->body == RDV_BODY_ANSWER)
    set_answered (session);
  send_peer (session, get_other (session, peer->id), message->body,
      message->content);
  return NULL;
}

char *
rdv_session_end (RdvRoom * room, RdvPeer * peer, const RdvMessage * message)
{
  char *refusal = NULL;
  RdvSession *session = find_session (room, peer, message, &refusal);

  if (!session)
    return refusal;
  send_end (session, get_other (session, peer->id), message->content);
  drop (session, "ended by a peer");
  return NULL;
}

void
rdv_session_end_all (RdvRoom * room, RdvPeer * peer, guint roles)
{
  g_autoptr (GList) sessions = g_hash_table_get_values (room->sessions);
  GList *l;

  for (l = sessions; l; l = l->next) {
    RdvSession *session = l->data;
    guint role = g_str_equal (session->producer, peer->id) ? RDV_ROLE_PRODUCER :
        g_str_equal (session->consumer, peer->id) ? RDV_ROLE_CONSUMER : 0;

    if (role & roles) {
      send_end (session, get_other (session, peer->id), NULL);
      drop (session, "a peer left");
    }
  }
}

void
rdv_session_forget_peer (RdvRoom * room, const char *id)
{
  GHashTableIter iter;
  RdvSession *session;

  g_hash_table_iter_init (&iter, room->sessions);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & session)) {
    if (session->answered && get_other (session, id))
      g_hash_table_iter_remove (&iter);
  }
}

void
rdv_session_forget_instance (RdvRoom * room, const char *instance)
{
  GHashTableIter iter;
  RdvSession *session;

  g_hash_table_iter_init (&iter, room->sessions);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & session)) {
    if (session->answered && g_strcmp0 (session->instance, instance) == 0)
      g_hash_table_iter_remove (&iter);
  }
}

/* What another instance asks for. */

static void
take_start (RdvRoom * room, const char *instance, const char *id,
    const char *to, JsonObject * payload)
{
  const char *from = rdv_json_get_string (payload, "peerId");
  gboolean producer = json_object_get_boolean_member_with_default (payload,
      "producer", FALSE);
  RdvSession *session;

  if (!from || g_hash_table_contains (room->sessions, id))
    return;
  session = session_new (room, id, producer ? to : from, producer ? from : to,
      instance);
  send_start (session, to, rdv_json_get_string (payload, "offer"));
}

static void
take_peer (RdvSession * session, const char *to, JsonObject * payload)
{
  JsonNode *sdp = json_object_get_member (payload, "sdp");
  JsonNode *ice = json_object_get_member (payload, "ice");

  if (json_object_get_boolean_member_with_default (payload, "answer", FALSE))
    set_answered (session);
  if (sdp || ice)
    send_peer (session, to, ice ? RDV_BODY_ICE : RDV_BODY_OFFER,
        ice ? ice : sdp);
}

/* The peer went while the session was on its way to it. */
static void
refuse_start (RdvContext * context, const char *instance, JsonObject * payload)
{
  JsonObject *reply = json_object_new ();
  const char *room = rdv_json_get_string (payload, "room");
  const char *session = rdv_json_get_string (payload, "session");
  const char *from = rdv_json_get_string (payload, "peerId");

  json_object_set_string_member (reply, "kind", "none");
  json_object_set_string_member (reply, "room", room ? room : "");
  json_object_set_string_member (reply, "session", session ? session : "");
  json_object_set_string_member (reply, "to", from ? from : "");
  send_payload (context, instance, reply);
}

void
rdv_session_take_remote (RdvContext * context, RdvRoom * room,
    const char *instance, JsonObject * payload)
{
  const char *kind = rdv_json_get_string (payload, "kind");
  const char *id = rdv_json_get_string (payload, "session");
  const char *to = rdv_json_get_string (payload, "to");
  RdvPeer *peer = room && to ? find_local (room, to) : NULL;
  RdvSession *session = room && id
      ? g_hash_table_lookup (room->sessions, id) : NULL;

  if (!kind || !id || !to)
    return;
  if (g_str_equal (kind, "start")) {
    if (peer)
      take_start (room, instance, id, to, payload);
    else
      refuse_start (context, instance, payload);
  } else if (!peer || !session || !get_other (session, to)
      || g_strcmp0 (session->instance, instance) != 0) {
    return;
  } else if (g_str_equal (kind, "peer")) {
    take_peer (session, to, payload);
  } else if (g_str_equal (kind, "end") || g_str_equal (kind, "none")) {
    if (g_str_equal (kind, "none"))
      rdv_peer_send_error (peer, "That peer has left");
    send_end (session, to, json_object_get_member (payload, "error"));
    drop (session, "ended by a peer of another instance");
  }
}
