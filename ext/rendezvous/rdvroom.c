/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A room: its peers, what each of them shows to the others, and which may be
 * the producer. */

#include "config.h"

#include "rdvroom.h"

#include <string.h>

#include "rdvtoken.h"

#define STATUS_SIZE 128         /* bytes of a status, without its meta */
#define LIST_ENTRY 64           /* bytes of an entry of a list, without its meta */
#define LONG_AGO 1              /* lost_us of a peer that must not come back */
#define FREE_REPLY 1024         /* bytes of a list that cost nothing */
#define ROOM_SHARE 8            /* a room may send as much as 8 of its peers */

struct _RdvRoom
{
  RdvContext *context;          /* (transfer none) */
  char *name;                   /* "" is the default room */
  GHashTable *peers;            /* id to RdvPeer; owns those of other instances */
  RdvSessions *sessions;
  guint n_local;                /* peers connected here */
  RdvLimit fanout;              /* in bytes, for all peers together */
  gboolean joined;              /* the bus has reported the peers */
  RdvRoomFunc emptied;
  gpointer user_data;           /* of emptied */
};

static void
free_remote (gpointer data)
{
  RdvPeer *peer = data;

  if (peer->instance)
    rdv_peer_free (peer);
}

RdvRoom *
rdv_room_new (RdvContext * context, const char *name, RdvRoomFunc emptied,
    gpointer user_data)
{
  RdvRoom *room = g_new0 (RdvRoom, 1);

  room->context = context;
  room->name = g_strdup (name);
  room->peers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
      free_remote);
  room->sessions = rdv_sessions_new (context, room->name, room->peers);
  rdv_limit_init (&room->fanout, (gdouble) ROOM_SHARE
      * context->config->fanout_rate, MIN ((guint64) ROOM_SHARE
          * context->config->fanout_burst, G_MAXUINT), g_get_monotonic_time ());
  room->emptied = emptied;
  room->user_data = user_data;
  context->metrics.rooms++;
  return room;
}

void
rdv_room_free (RdvRoom * room)
{
  RdvMetrics *metrics = &room->context->metrics;

  metrics->rooms--;
  metrics->remote_peers -= g_hash_table_size (room->peers) - room->n_local;
  rdv_sessions_free (room->sessions);
  g_hash_table_unref (room->peers);
  g_free (room->name);
  g_free (room);
}

const char *
rdv_room_get_name (RdvRoom * room)
{
  return room->name;
}

guint
rdv_room_count_peers (RdvRoom * room)
{
  return g_hash_table_size (room->peers);
}

/* Returns: (transfer full): the status of @peer as clients and the bus see it;
 *     @roles may differ from what it has */
static JsonObject *
status_new (RdvPeer * peer, guint roles)
{
  JsonObject *status = rdv_reply_new ("peerStatusChanged");

  json_object_set_array_member (status, "roles", rdv_roles_to_json (roles));
  if (peer->meta)
    json_object_set_member (status, "meta", json_node_copy (peer->meta));
  else
    json_object_set_null_member (status, "meta");
  json_object_set_string_member (status, "peerId", peer->id);
  return status;
}

/* Charges what one message makes the server send to its sender and to the room.
 * With only a limit on messages, one peer could make the server send any amount
 * to each listener.
 *
 * @cost: in bytes
 *
 * Returns: whether @cost is charged; FALSE while @peer or the room owe some */
static gboolean
charge (RdvRoom * room, RdvPeer * peer, gsize cost)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!rdv_limit_may_charge (&peer->fanout, now_us)
      || !rdv_limit_may_charge (&room->fanout, now_us))
    return FALSE;
  rdv_limit_charge (&peer->fanout, cost);
  rdv_limit_charge (&room->fanout, cost);
  return TRUE;
}

/* Returns: bytes that all listeners, including those of other instances, get
 *     for one status with @meta_size bytes of meta */
static gsize
status_cost (RdvRoom * room, gsize meta_size)
{
  GHashTableIter iter;
  RdvPeer *listener;
  gsize n = 0;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & listener))
    n += (listener->roles & RDV_ROLE_LISTENER) != 0;
  return n * (STATUS_SIZE + meta_size);
}

/* Returns: whether all metas of the room fit if that of @peer has @meta_size
 *     bytes */
static gboolean
meta_fits (RdvRoom * room, RdvPeer * peer, gsize meta_size)
{
  gsize sum = meta_size;
  GHashTableIter iter;
  RdvPeer *other;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & other)) {
    if (other != peer)
      sum += other->meta_size;
  }
  return meta_size <= peer->meta_size
      || sum <= (gsize) room->context->config->max_room_meta;
}

static void
tell_listeners (RdvRoom * room, RdvPeer * peer, guint roles)
{
  g_autofree char *text = NULL;
  GHashTableIter iter;
  RdvPeer *listener;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & listener)) {
    if (listener->instance || !(listener->roles & RDV_ROLE_LISTENER))
      continue;
    if (!text)
      text = rdv_json_to_text (status_new (peer, roles));
    rdv_peer_send_text (listener, text);
  }
}

static void
publish (RdvRoom * room, RdvPeer * peer)
{
  RdvBus *bus = room->context->bus;
  g_autofree char *text = NULL;

  if (!bus) {
    peer->confirmed = TRUE;
    return;
  }
  text = rdv_json_to_text (status_new (peer, peer->roles));
  bus->publish (bus, room->name, peer->id, text);
}

static gboolean
may_produce (RdvRoom * room, RdvPeer * peer, gboolean confirmed_only)
{
  int n_others = 0;
  GHashTableIter iter;
  RdvPeer *other;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & other)) {
    if (other != peer && (other->roles & RDV_ROLE_PRODUCER)
        && !other->lost_us && (other->confirmed || !confirmed_only))
      n_others++;
  }
  return n_others < room->context->config->producers_per_room;
}

void
rdv_room_add (RdvRoom * room, RdvPeer * peer)
{
  RdvBus *bus = room->context->bus;

  g_hash_table_insert (room->peers, peer->id, peer);
  if (room->n_local++ == 0)
    room->joined = !bus || !bus->join (bus, room->name);
  /* Nothing is read until the bus has reported the peers of the other
   * instances, as the answer to the first list must contain them. */
  rdv_socket_set_paused (peer->socket, !room->joined);
  rdv_peer_welcome (peer);
}

void
rdv_room_remove (RdvRoom * room, RdvPeer * peer)
{
  RdvBus *bus = room->context->bus;

  if (room->context->stopping)
    rdv_sessions_forget_peer (room->sessions, peer->id);
  else
    rdv_sessions_end_all (room->sessions, peer,
        RDV_ROLE_PRODUCER | RDV_ROLE_CONSUMER);
  g_hash_table_remove (room->peers, peer->id);
  room->n_local--;

  if (!room->context->stopping)
    tell_listeners (room, peer, 0);
  if (bus && peer->registered)
    bus->withdraw (bus, room->name, peer->id);
  if (room->n_local == 0) {
    if (bus)
      bus->leave (bus, room->name);
    room->emptied (room, room->user_data);
  }
}

gboolean
rdv_room_keep (RdvRoom * room, RdvPeer * peer)
{
  if (room->context->stopping || room->context->config->resume_timeout_s == 0
      || !rdv_sessions_has_answered (room->sessions, peer))
    return FALSE;
  peer->lost_us = g_get_monotonic_time ();
  return TRUE;
}

gboolean
rdv_room_is_over (RdvRoom * room, const RdvPeer * peer, gint64 now_us)
{
  return room->context->stopping || now_us - peer->lost_us >=
      room->context->config->resume_timeout_s * G_TIME_SPAN_SECOND;
}

static gboolean
same_meta (JsonNode * a, JsonNode * b)
{
  return a == b || (a && b && json_node_equal (a, b));
}

/* @meta: (transfer none) (nullable) */
static void
change_status (RdvRoom * room, RdvPeer * peer, guint roles, JsonNode * meta,
    gsize meta_size)
{
  guint lost = peer->roles & ~roles & (RDV_ROLE_PRODUCER | RDV_ROLE_CONSUMER);

  if (lost)
    rdv_sessions_end_all (room->sessions, peer, lost);
  peer->confirmed &= (peer->roles & RDV_ROLE_PRODUCER) != 0;
  rdv_peer_set_status (peer, roles, meta, meta_size);
  publish (room, peer);
  tell_listeners (room, peer, roles);
}

/* A producer has come: one whose connection broke is replaced, with its
 * calls. */
static void
replace_lost (RdvRoom * room, RdvPeer * peer)
{
  g_autoptr (GList) peers = g_hash_table_get_values (room->peers);
  GList *l;

  for (l = peers; l; l = l->next) {
    RdvPeer *other = l->data;

    if (other != peer && other->lost_us && (other->roles & RDV_ROLE_PRODUCER)
        && !may_produce (room, other, FALSE)) {
      change_status (room, other, 0, NULL, 0);
      other->lost_us = LONG_AGO;
    }
  }
}

/* The peer proves that it was here before, and takes its former place. */
static char *
resume (RdvRoom * room, RdvPeer * peer, const RdvMessage * message)
{
  RdvPeer *old = g_hash_table_lookup (room->peers, message->peer_id);

  if (peer->registered)
    return g_strdup ("resume comes before setPeerStatus");
  if (!old || old == peer || old->instance
      || !rdv_token_equal (old->secret, message->secret)
      || old->lost_us == LONG_AGO)
    return g_strdup ("There is no place to resume");
  rdv_log (RDV_LOG_INFO, "peer-resumed", "room", room->name, "peer", old->id,
      "connection", peer->id, NULL);
  rdv_sessions_end_unanswered (room->sessions, old);
  rdv_peer_take_over (old, peer, rdv_sessions_list (room->sessions, old));
  return NULL;
}

static char *
set_status (RdvRoom * room, RdvPeer * peer, const RdvMessage * message,
    RdvReject * reject)
{
  g_autofree char *roles = g_strdup_printf ("%s%s%s",
      message->roles & RDV_ROLE_PRODUCER ? "p" : "",
      message->roles & RDV_ROLE_LISTENER ? "l" : "",
      message->roles & RDV_ROLE_CONSUMER ? "c" : "");

  if (peer->registered && message->roles == peer->roles
      && same_meta (message->meta, peer->meta))
    return NULL;
  if ((message->roles & RDV_ROLE_PRODUCER)
      && (message->roles & RDV_ROLE_CONSUMER))
    return g_strdup ("A peer is either a producer or a consumer");
  if ((message->roles & RDV_ROLE_PRODUCER)
      && !(peer->roles & RDV_ROLE_PRODUCER)
      && !may_produce (room, peer, FALSE)) {
    *reject = RDV_REJECT_PRODUCERS;
    return g_strdup ("The room has its producer already");
  }
  if (!meta_fits (room, peer, message->meta_size)) {
    *reject = RDV_REJECT_META;
    return g_strdup ("The room has no room for that much meta");
  }
  if (!charge (room, peer, status_cost (room, message->meta_size))) {
    *reject = RDV_REJECT_FANOUT;
    return g_strdup ("Too many status changes for the number of listeners");
  }
  change_status (room, peer, message->roles, message->meta, message->meta_size);
  if (message->roles & RDV_ROLE_PRODUCER)
    replace_lost (room, peer);
  rdv_log (RDV_LOG_INFO, "peer-status", "room", room->name, "peer", peer->id,
      "roles", roles, NULL);
  return NULL;
}

/* Returns: bytes of a list of the peers with @role */
static gsize
list_cost (RdvRoom * room, RdvRoles role)
{
  gsize cost = LIST_ENTRY;
  GHashTableIter iter;
  RdvPeer *other;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & other)) {
    if (other->roles & role)
      cost += LIST_ENTRY + other->meta_size;
  }
  return cost;
}

/* Returns: (transfer full) (nullable): why the list is refused */
static char *
send_list (RdvRoom * room, RdvPeer * peer, const char *type,
    const char *member, RdvRoles role, RdvReject * reject)
{
  gsize cost = list_cost (room, role);
  JsonObject *reply;
  JsonArray *array;
  GHashTableIter iter;
  RdvPeer *other;

  if (cost > FREE_REPLY
      && !rdv_limit_may_charge (&peer->fanout, g_get_monotonic_time ())) {
    *reject = RDV_REJECT_FANOUT;
    return g_strdup ("Too many lists for the number of peers");
  }
  if (cost > FREE_REPLY)
    rdv_limit_charge (&peer->fanout, cost);
  reply = rdv_reply_new (type);
  array = json_array_new ();

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & other)) {
    JsonObject *entry;

    if (!(other->roles & role) || other->lost_us)
      continue;
    entry = json_object_new ();
    json_object_set_string_member (entry, "id", other->id);
    if (other->meta)
      json_object_set_member (entry, "meta", json_node_copy (other->meta));
    else
      json_object_set_null_member (entry, "meta");
    json_array_add_object_element (array, entry);
  }
  json_object_set_array_member (reply, member, array);
  rdv_peer_reply (peer, reply);
  return NULL;
}

char *
rdv_room_handle (RdvRoom * room, RdvPeer * peer, const RdvMessage * message,
    RdvReject * reject)
{
  switch (message->type) {
    case RDV_TYPE_SET_PEER_STATUS:
      return set_status (room, peer, message, reject);
    case RDV_TYPE_LIST:
      return send_list (room, peer, "list", "producers", RDV_ROLE_PRODUCER,
          reject);
    case RDV_TYPE_LIST_CONSUMERS:
      return send_list (room, peer, "listConsumers", "consumers",
          RDV_ROLE_CONSUMER, reject);
    case RDV_TYPE_RESUME:
      return resume (room, peer, message);
    case RDV_TYPE_START_SESSION:
      return rdv_sessions_start (room->sessions, peer, message, reject);
    case RDV_TYPE_PEER:
      return rdv_sessions_forward (room->sessions, peer, message);
    case RDV_TYPE_END_SESSION:
    case RDV_TYPE_END_SESSION_V1_1:
      return rdv_sessions_end (room->sessions, peer, message);
    case RDV_TYPE_SET_PROTOCOL_VERSION:
    case RDV_TYPE_GET_ICE_SERVERS:
    case RDV_N_TYPES:
      break;
  }
  return NULL;
}

void
rdv_room_take_note (RdvRoom * room, const char *instance, const RdvNote * note)
{
  rdv_sessions_take_note (room->sessions, instance, note);
}

void
rdv_room_take_joined (RdvRoom * room)
{
  GHashTableIter iter;
  RdvPeer *peer;

  room->joined = TRUE;
  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & peer)) {
    if (peer->socket)
      rdv_socket_set_paused (peer->socket, FALSE);
  }
}

static gsize
text_size (JsonNode * node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  return strlen (text);
}

void
rdv_room_take_status (RdvRoom * room, const char *instance, const char *id,
    const char *status)
{
  g_autoptr (JsonNode) root = rdv_json_parse (status, strlen (status), NULL);
  RdvPeer *peer = g_hash_table_lookup (room->peers, id);
  JsonObject *object;
  JsonNode *meta;
  guint roles;

  if (!root || !JSON_NODE_HOLDS_OBJECT (root) || (peer && !peer->instance))
    return;
  object = json_node_get_object (root);
  if (!rdv_roles_from_json (json_object_get_member (object, "roles"), &roles))
    return;
  meta = json_object_get_member (object, "meta");
  if (meta && JSON_NODE_HOLDS_NULL (meta))
    meta = NULL;

  if (!peer) {
    peer = rdv_peer_new_remote (id, instance);
    g_hash_table_insert (room->peers, peer->id, peer);
    room->context->metrics.remote_peers++;
  } else if (peer->roles == roles && same_meta (meta, peer->meta)) {
    peer->stale = FALSE;
    return;
  }
  peer->stale = FALSE;
  rdv_peer_set_status (peer, roles, meta, meta ? text_size (meta) : 0);
  tell_listeners (room, peer, roles);
}

/* Two instances may accept a producer at the same time. The one whose status
 * is second in the order of the bus loses the role. */
void
rdv_room_take_confirmed (RdvRoom * room, const char *id)
{
  RdvPeer *peer = g_hash_table_lookup (room->peers, id);

  if (!peer || peer->instance || peer->confirmed)
    return;
  if (!(peer->roles & RDV_ROLE_PRODUCER) || may_produce (room, peer, TRUE)) {
    peer->confirmed = TRUE;
    return;
  }
  room->context->metrics.rejected[RDV_REJECT_PRODUCERS]++;
  rdv_log (RDV_LOG_INFO, "producer-refused", "room", room->name, "peer", id,
      NULL);
  rdv_peer_send_error (peer, "The room has its producer already");
  change_status (room, peer, peer->roles & ~RDV_ROLE_PRODUCER, peer->meta,
      peer->meta_size);
}

static void
drop_remote (RdvRoom * room, RdvPeer * peer)
{
  g_hash_table_steal (room->peers, peer->id);
  room->context->metrics.remote_peers--;
  rdv_sessions_forget_peer (room->sessions, peer->id);
  tell_listeners (room, peer, 0);
  rdv_peer_free (peer);
}

static void
drop_remotes (RdvRoom * room, const char *instance, gboolean stale_only)
{
  g_autoptr (GList) peers = g_hash_table_get_values (room->peers);
  GList *l;

  for (l = peers; l; l = l->next) {
    RdvPeer *peer = l->data;

    if (peer->instance && (!instance || g_str_equal (instance, peer->instance))
        && (peer->stale || !stale_only))
      drop_remote (room, peer);
  }
}

void
rdv_room_take_gone (RdvRoom * room, const char *instance, const char *id)
{
  RdvPeer *peer = id ? g_hash_table_lookup (room->peers, id) : NULL;

  if (!id)
    drop_remotes (room, instance, FALSE);
  else if (peer && g_strcmp0 (peer->instance, instance) == 0)
    drop_remote (room, peer);
  /* A peer that never registered is known only by its sessions. */
  if (instance && !id)
    rdv_sessions_forget_instance (room->sessions, instance);
}

void
rdv_room_mark_stale (RdvRoom * room, const char *instance)
{
  GHashTableIter iter;
  RdvPeer *peer;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & peer)) {
    if (peer->instance && (!instance || g_str_equal (instance, peer->instance)))
      peer->stale = TRUE;
  }
}

void
rdv_room_take_forgotten (RdvRoom * room)
{
  GHashTableIter iter;
  RdvPeer *peer;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & peer)) {
    if (!peer->instance)
      peer->confirmed = FALSE;
  }
}

void
rdv_room_sweep_stale (RdvRoom * room)
{
  drop_remotes (room, NULL, TRUE);
}
