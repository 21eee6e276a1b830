/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The sessions of a room: passes the messages of a call between its two
 * peers, and ends sessions without an answer. */

#include "config.h"

#include "rdvsession.h"

#include <string.h>

/* Instances send each other one line of words, then the message in the form
 * that the peer gets, so that the peer's instance parses no JSON:
 *
 *   <kind> <session> <to> <from> <room> NEWLINE <message>
 *
 * The kinds are "producer" and "consumer" (a session starts; the kind is the
 * role of <to>), "peer", "answer" (a peer message that contains one), "end"
 * (the message is the error of endSessionV1_1, or empty) and "none" (there
 * is no such peer). */
#define N_WORDS 5

/* A call between a producer and a consumer of one room. One of them may be
 * connected to another instance, which then has a record of the session of
 * its own. */
typedef struct
{
  RdvSessions *table;           /* (transfer none): holds this session */
  char *id;
  char *producer;               /* peers' ids */
  char *consumer;
  char *instance;               /* instance of the other peer; NULL: both are
                                 * here */
  char *initiator;              /* NULL: the other instance has the time
                                 * limit */
  gboolean answered;
  GSource *timer;               /* NULL once answered */
} RdvSession;

struct _RdvSessions
{
  RdvContext *context;          /* (transfer none) */
  const char *room;             /* (transfer none): its name */
  GHashTable *peers;            /* (transfer none): id to RdvPeer */
  GHashTable *by_id;            /* id to RdvSession, owned */
};

/* @text: (transfer none) */
static void
send_away (RdvSession * session, const char *kind, const char *to,
    const char *from, const char *text)
{
  RdvBus *bus = session->table->context->bus;
  g_autofree char *payload = NULL;

  if (!bus || !session->instance)
    return;
  payload = g_strconcat (kind, " ", session->id, " ", to, " ", from, " ",
      session->table->room, "\n", text, NULL);
  bus->send (bus, session->instance, payload);
}

/* Returns: (transfer none) (nullable): the peer if it is connected here */
static RdvPeer *
find_local (RdvSessions * table, const char *id)
{
  RdvPeer *peer = g_hash_table_lookup (table->peers, id);

  return peer && !peer->instance ? peer : NULL;
}

static const char *
get_other (RdvSession * session, const char *id)
{
  if (g_str_equal (session->producer, id))
    return session->consumer;
  return g_str_equal (session->consumer, id) ? session->producer : NULL;
}

static void
session_free (RdvSession * session)
{
  RdvPeer *initiator = session->initiator
      ? find_local (session->table, session->initiator) : NULL;

  session->table->context->metrics.sessions--;
  if (initiator)
    initiator->n_started--;
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

/* Returns: (transfer none): a session that is in @table */
static RdvSession *
session_new (RdvSessions * table, const char *id, const char *producer,
    const char *consumer, const char *instance)
{
  RdvSession *session = g_new0 (RdvSession, 1);

  session->table = table;
  session->id = g_strdup (id);
  session->producer = g_strdup (producer);
  session->consumer = g_strdup (consumer);
  session->instance = g_strdup (instance);
  g_hash_table_insert (table->by_id, session->id, session);
  table->context->metrics.sessions++;
  return session;
}

/* The messages to one end. */

/* @object: (transfer full): the message to @to, without the session's id
 * @kind: between instances */
static void
deliver (RdvSession * session, const char *to, const char *kind,
    JsonObject * object)
{
  RdvPeer *peer = find_local (session->table, to);
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

/* @error: (transfer none) (nullable): for a peer that knows endSessionV1_1 */
static void
send_end (RdvSession * session, const char *to, JsonNode * error)
{
  RdvPeer *peer = find_local (session->table, to);
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
  rdv_log (RDV_LOG_INFO, "session-ended", "room", session->table->room,
      "session", session->id, "reason", reason, NULL);
  g_hash_table_remove (session->table->by_id, session->id);
}

static gboolean
on_no_answer (gpointer user_data)
{
  RdvSession *session = user_data;
  RdvPeer *initiator = find_local (session->table, session->initiator);

  session->table->context->metrics.rejected[RDV_REJECT_NO_ANSWER]++;
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

/* Requests of a peer. */

char *
rdv_sessions_start (RdvSessions * table, RdvPeer * peer,
    const RdvMessage * message, RdvReject * reject)
{
  RdvPeer *to = g_hash_table_lookup (table->peers, message->peer_id);
  guint timeout_s = table->context->config->answer_timeout_s;
  g_autofree char *id = g_uuid_string_random ();
  RdvSession *session;

  if (!to || to->lost_us)
    return g_strdup ("There is no such peer in this room");
  if (to == peer)
    return g_strdup ("A session is with another peer");
  if (peer->n_started >= (guint) table->context->config->max_sessions) {
    *reject = RDV_REJECT_SESSIONS;
    return g_strdup ("You have started too many sessions: end one first");
  }
  if (to->roles & RDV_ROLE_PRODUCER)
    session = session_new (table, id, to->id, peer->id, to->instance);
  else if (to->roles & RDV_ROLE_CONSUMER)
    session = session_new (table, id, peer->id, to->id, to->instance);
  else
    return g_strdup ("That peer is neither a producer nor a consumer");

  session->initiator = g_strdup (peer->id);
  peer->n_started++;
  if (timeout_s) {
    session->timer = g_timeout_source_new_seconds (timeout_s);
    g_source_set_callback (session->timer, on_no_answer, session, NULL);
    g_source_attach (session->timer, NULL);
  }
  table->context->metrics.sessions_total++;
  rdv_log (RDV_LOG_INFO, "session-started", "room", table->room, "session", id,
      "producer", session->producer, "consumer", session->consumer, NULL);
  /* The producer first: the consumer then waits for the offer. */
  send_start (session, session->producer, message->offer);
  send_start (session, session->consumer, NULL);
  return NULL;
}

/* Finds the session in @message of @peer. An unknown session is no error: it
 * may have ended while the message was on its way. */
static RdvSession *
find_session (RdvSessions * table, RdvPeer * peer, const RdvMessage * message,
    char **refusal)
{
  RdvSession *session = g_hash_table_lookup (table->by_id,
      message->session_id);

  if (!session) {
    table->context->metrics.rejected[RDV_REJECT_UNKNOWN_SESSION]++;
    return NULL;
  }
  if (!get_other (session, peer->id)) {
    *refusal = g_strdup ("That session is not yours");
    return NULL;
  }
  return session;
}

char *
rdv_sessions_forward (RdvSessions * table, RdvPeer * peer,
    const RdvMessage * message)
{
  char *refusal = NULL;
  RdvSession *session = find_session (table, peer, message, &refusal);

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
rdv_sessions_end (RdvSessions * table, RdvPeer * peer,
    const RdvMessage * message)
{
  char *refusal = NULL;
  RdvSession *session = find_session (table, peer, message, &refusal);

  if (!session)
    return refusal;
  send_end (session, get_other (session, peer->id), message->content);
  drop (session, "ended by a peer");
  return NULL;
}

JsonArray *
rdv_sessions_list (RdvSessions * table, const RdvPeer * peer)
{
  JsonArray *ids = json_array_new ();
  GHashTableIter iter;
  RdvSession *session;

  g_hash_table_iter_init (&iter, table->by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & session)) {
    if (get_other (session, peer->id))
      json_array_add_string_element (ids, session->id);
  }
  return ids;
}

gboolean
rdv_sessions_has_answered (RdvSessions * table, const RdvPeer * peer)
{
  GHashTableIter iter;
  RdvSession *session;

  g_hash_table_iter_init (&iter, table->by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & session)) {
    if (session->answered && get_other (session, peer->id))
      return TRUE;
  }
  return FALSE;
}

void
rdv_sessions_end_all (RdvSessions * table, RdvPeer * peer, guint roles)
{
  g_autoptr (GList) sessions = g_hash_table_get_values (table->by_id);
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
rdv_sessions_end_unanswered (RdvSessions * table, RdvPeer * peer)
{
  g_autoptr (GList) sessions = g_hash_table_get_values (table->by_id);
  GList *l;

  for (l = sessions; l; l = l->next) {
    RdvSession *session = l->data;

    if (!session->answered && get_other (session, peer->id)) {
      send_end (session, get_other (session, peer->id), NULL);
      drop (session, "a peer came back");
    }
  }
}

void
rdv_sessions_forget_peer (RdvSessions * table, const char *id)
{
  GHashTableIter iter;
  RdvSession *session;

  g_hash_table_iter_init (&iter, table->by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & session)) {
    if (session->answered && get_other (session, id))
      g_hash_table_iter_remove (&iter);
  }
}

void
rdv_sessions_forget_instance (RdvSessions * table, const char *instance)
{
  GHashTableIter iter;
  RdvSession *session;

  g_hash_table_iter_init (&iter, table->by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & session)) {
    if (session->answered && g_strcmp0 (session->instance, instance) == 0)
      g_hash_table_iter_remove (&iter);
  }
}

/* Messages from other instances. */

gboolean
rdv_note_parse (RdvNote * note, const char *payload)
{
  const char *end = strchr (payload, '\n');
  g_autofree char *line = end ? g_strndup (payload, end - payload) : NULL;

  note->words = g_strsplit (line ? line : "", " ", N_WORDS);
  if (!end || g_strv_length (note->words) != N_WORDS)
    return FALSE;
  note->kind = note->words[0];
  note->session = note->words[1];
  note->to = note->words[2];
  note->from = note->words[3];
  note->room = note->words[4];
  note->text = end + 1;
  return TRUE;
}

void
rdv_note_clear (RdvNote * note)
{
  g_clear_pointer (&note->words, g_strfreev);
}

static gboolean
starts_session (const RdvNote * note)
{
  return g_str_equal (note->kind, "producer")
      || g_str_equal (note->kind, "consumer");
}

void
rdv_note_refuse (RdvContext * context, const char *instance,
    const RdvNote * note)
{
  g_autofree char *payload = NULL;

  if (!starts_session (note))
    return;
  payload = g_strdup_printf ("none %s %s %s %s\n", note->session, note->from,
      note->to, note->room);
  context->bus->send (context->bus, instance, payload);
}

static void
take_start (RdvSessions * table, RdvPeer * peer, const char *instance,
    const RdvNote * note)
{
  gboolean producer = g_str_equal (note->kind, "producer");

  if (g_hash_table_contains (table->by_id, note->session))
    return;
  session_new (table, note->session, producer ? peer->id : note->from,
      producer ? note->from : peer->id, instance);
  rdv_peer_send_text (peer, note->text);
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
rdv_sessions_take_note (RdvSessions * table, const char *instance,
    const RdvNote * note)
{
  RdvPeer *peer = find_local (table, note->to);
  RdvSession *session = g_hash_table_lookup (table->by_id, note->session);
  gboolean none = g_str_equal (note->kind, "none");

  if (starts_session (note) && peer) {
    take_start (table, peer, instance, note);
  } else if (starts_session (note)) {
    rdv_note_refuse (table->context, instance, note);
  } else if (!peer || !session || !get_other (session, peer->id)
      || g_strcmp0 (session->instance, instance) != 0) {
    return;
  } else if (g_str_equal (note->kind, "end") || none) {
    take_end (session, peer, none, note->text);
  } else {
    if (g_str_equal (note->kind, "answer"))
      set_answered (session);
    rdv_peer_send_text (peer, note->text);
  }
}

RdvSessions *
rdv_sessions_new (RdvContext * context, const char *room, GHashTable * peers)
{
  RdvSessions *table = g_new0 (RdvSessions, 1);

  table->context = context;
  table->room = room;
  table->peers = peers;
  table->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
      (GDestroyNotify) session_free);
  return table;
}

void
rdv_sessions_free (RdvSessions * table)
{
  g_hash_table_unref (table->by_id);
  g_free (table);
}
