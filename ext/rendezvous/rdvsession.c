/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "rdvsession.h"

#include <string.h>

/* Between instances goes one line of words, then the message as the peer is to
 * get it, so that the instance of the peer has nothing to parse:
 *
 *   <kind> <session> <to> <from> <room> NEWLINE <message>
 *
 * with the kinds "producer" and "consumer" (a session starts, that is the part
 * of <to> in it), "peer", "answer" (a peer message with one), "end" (the message
 * is the error of endSessionV1_1, or empty) and "none" (no such peer). */

#define N_WORDS 5

/* @text: (transfer none) */
static void
send_away (RdvSession * session, const char *kind, const char *to,
    const char *from, const char *text)
{
  RdvBus *bus = session->room->context->bus;
  g_autofree char *payload = NULL;

  if (!bus || !session->instance)
    return;
  payload = g_strconcat (kind, " ", session->id, " ", to, " ", from, " ",
      session->room->name, "\n", text, NULL);
  bus->send (bus, session->instance, payload);
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

/* @object: (transfer full): the message to @to, without the session's id
 * @kind: between instances */
static void
deliver (RdvSession * session, const char *to, const char *kind,
    JsonObject * object)
{
  RdvPeer *peer = find_local (session->room, to);
  g_autofree char *text = NULL;

  json_object_set_string_member (object, "sessionId", session->id);
  text = rdv_json_to_text (object);
  if (peer)
    rdv_peer_send_text (peer, text);
  else
    send_away (session, kind, to, get_other (session, to), text);
}

static void
send_start (RdvSession * session, const char *to, const char *offer)
{
  gboolean producer = g_str_equal (to, session->producer);
  JsonObject *object = rdv_reply_new (producer ? "startSession" :
      "sessionStarted");

  json_object_set_string_member (object, "peerId", get_other (session, to));
  if (producer && offer)
    json_object_set_string_member (object, "offer", offer);
  else if (producer)
    json_object_set_null_member (object, "offer");
  deliver (session, to, producer ? "producer" : "consumer", object);
}

/* @content: (transfer none): the value of "sdp" or "ice" */
static void
send_peer (RdvSession * session, const char *to, RdvBody body,
    JsonNode * content)
{
  JsonObject *object = rdv_reply_new ("peer");

  json_object_set_member (object, body == RDV_BODY_ICE ? "ice" : "sdp",
      json_node_copy (content));
  deliver (session, to, body == RDV_BODY_ANSWER ? "answer" : "peer", object);
}

/* @error: (transfer none) (nullable): of endSessionV1_1, for who knows it */
static void
send_end (RdvSession * session, const char *to, JsonNode * error)
{
  RdvPeer *peer = find_local (session->room, to);
  gboolean with_error = peer && error && peer->v1_1;

  if (peer) {
    JsonObject *object = rdv_reply_new (with_error ? "endSessionV1_1" :
        "endSession");

    if (with_error)
      json_object_set_member (object, "error", json_node_copy (error));
    deliver (session, to, "end", object);
  } else {
    g_autofree char *text = error ? json_to_string (error, FALSE) : NULL;

    send_away (session, "end", to, get_other (session, to), text ? text : "");
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
  /* First, since the other waits for what it sends then. */
  send_start (session, session->producer, message->offer);
  send_start (session, session->consumer, NULL);
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

/* The peer went while the session was on its way to it. */
static void
refuse_start (RdvContext * context, const char *instance, char **words)
{
  g_autofree char *payload = g_strdup_printf ("none %s %s %s %s\n", words[1],
      words[3], words[2], words[4]);

  context->bus->send (context->bus, instance, payload);
}

static void
take_start (RdvRoom * room, RdvPeer * peer, const char *instance, char **words,
    const char *text)
{
  gboolean producer = g_str_equal (words[0], "producer");

  if (g_hash_table_contains (room->sessions, words[1]))
    return;
  session_new (room, words[1], producer ? peer->id : words[3],
      producer ? words[3] : peer->id, instance);
  rdv_peer_send_text (peer, text);
}

static void
take_end (RdvSession * session, RdvPeer * peer, gboolean none, const char *text)
{
  g_autoptr (JsonNode) error = *text
      ? rdv_json_parse (text, strlen (text), NULL) : NULL;

  if (none)
    rdv_peer_send_error (peer, "That peer has left");
  send_end (session, peer->id, error);
  drop (session, "ended by a peer of another instance");
}

void
rdv_session_take_remote (RdvContext * context, GHashTable * rooms,
    const char *instance, const char *payload)
{
  const char *end = strchr (payload, '\n');
  g_autofree char *line = end ? g_strndup (payload, end - payload) : NULL;
  g_auto (GStrv) words = g_strsplit (line ? line : "", " ", N_WORDS);
  RdvSession *session;
  gboolean start;
  RdvRoom *room;
  RdvPeer *peer;

  if (!end || g_strv_length (words) != N_WORDS)
    return;
  room = g_hash_table_lookup (rooms, words[4]);
  peer = room ? find_local (room, words[2]) : NULL;
  session = room ? g_hash_table_lookup (room->sessions, words[1]) : NULL;
  start = g_str_equal (words[0], "producer")
      || g_str_equal (words[0], "consumer");

  if (start && peer) {
    take_start (room, peer, instance, words, end + 1);
  } else if (start) {
    refuse_start (context, instance, words);
  } else if (!peer || !session || !get_other (session, peer->id)
      || g_strcmp0 (session->instance, instance) != 0) {
    return;
  } else if (g_str_equal (words[0], "end") || g_str_equal (words[0], "none")) {
    take_end (session, peer, g_str_equal (words[0], "none"), end + 1);
  } else {
    if (g_str_equal (words[0], "answer"))
      set_answered (session);
    rdv_peer_send_text (peer, end + 1);
  }
}
