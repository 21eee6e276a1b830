/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The server: takes connections, checks tokens, finds the room of each peer,
 * and passes the reports of the bus to the rooms. */

#include "config.h"

#include "rdvserver.h"

#include <libsoup/soup.h>
#include <string.h>

#include "rdvacceptor.h"
#include "rdvpages.h"
#include "rdvredis.h"
#include "rdvroom.h"
#include "rdvtoken.h"

#define MAX_ROOM_NAME 128       /* bytes */
#define SWEEP_S 5               /* for other instances to publish again */

struct _RdvServer
{
  RdvContext context;
  SoupServer *soup;
  RdvAcceptor *acceptor;
  RdvPoll *poll;
  GHashTable *rooms;            /* name to RdvRoom */
  /* The peers that are connected here, owned, each with its RdvRoom; NULL:
   * it has left the room. */
  GHashTable *peers;
  guint tick;                   /* source ids, 0: none */
  guint sweep;

  gint64 stop_us;               /* when stopping gives up; 0 while serving */
  RdvServerFunc stopped;
  gpointer stopped_data;
};

/* Peers coming and going. */

static void
on_room_emptied (RdvRoom * room, gpointer user_data)
{
  RdvServer *server = user_data;

  g_hash_table_remove (server->rooms, rdv_room_get_name (room));
}

static char *
on_peer_message (RdvPeer * peer, const RdvMessage * message,
    RdvReject * reject, gpointer user_data)
{
  RdvServer *server = user_data;
  RdvRoom *room = g_hash_table_lookup (server->peers, peer);

  return room ? rdv_room_handle (room, peer, message, reject) : NULL;
}

static void
leave_room (RdvServer * server, RdvPeer * peer, RdvRoom * room)
{
  g_hash_table_steal (server->peers, peer);
  g_hash_table_insert (server->peers, peer, NULL);
  rdv_room_remove (room, peer);
}

static void
on_peer_left (RdvPeer * peer, RdvCloseCode code, const char *reason,
    gpointer user_data)
{
  RdvServer *server = user_data;
  RdvRoom *room = g_hash_table_lookup (server->peers, peer);
  g_autofree char *number = g_strdup_printf ("%d", code);

  rdv_log (RDV_LOG_INFO, "peer-left", "room",
      room ? rdv_room_get_name (room) : NULL, "peer", peer->id, "code", number,
      "reason", reason, NULL);
  if (!room || (code == RDV_CLOSE_ABNORMAL && rdv_room_keep (room, peer)))
    return;
  leave_room (server, peer, room);
}

static void
on_peer_closed (RdvPeer * peer, gpointer user_data)
{
  RdvServer *server = user_data;

  server->context.metrics.peers--;
  g_hash_table_remove (server->peers, peer);
}

static const RdvPeerCalls peer_calls = {
  on_peer_message, on_peer_left, on_peer_closed
};

static void
admit (RdvServer * server, const char *name, GIOStream * stream,
    GSocket * gsocket, const char *from)
{
  RdvPeer *peer = rdv_peer_new (&server->context, server->poll, stream, gsocket,
      &peer_calls, server);
  RdvRoom *room = g_hash_table_lookup (server->rooms, name);

  if (!room) {
    room = rdv_room_new (&server->context, name, on_room_emptied, server);
    g_hash_table_insert (server->rooms, (char *) rdv_room_get_name (room),
        room);
  }
  g_hash_table_insert (server->peers, peer, room);
  server->context.metrics.peers++;
  server->context.metrics.peers_total++;
  rdv_log (RDV_LOG_INFO, "peer-joined", "room", name, "peer", peer->id, "from",
      from, NULL);
  rdv_room_add (room, peer);
}

/* The answer to the handshake has been sent. From here on the connection is
 * WebSocket. */
static void
on_upgraded (SoupServerMessage * msg, gpointer user_data)
{
  RdvServer *server = user_data;
  const char *name = g_object_get_data (G_OBJECT (msg), "room");
  const char *from = soup_server_message_get_remote_host (msg);
  g_autoptr (GSocket) socket = NULL;
  GIOStream *stream = rdv_acceptor_take (server->acceptor, msg, &socket);

  admit (server, name, stream, socket, from);
}

/* Returns: (transfer full) (nullable): the name of the room, NULL when @path
 *     does not name one */
static char *
room_name (const char *path)
{
  g_autofree char *name = g_strdup (path + strspn (path, "/"));
  const char *c;

  while (*name && name[strlen (name) - 1] == '/')
    name[strlen (name) - 1] = '\0';
  if (strlen (name) > MAX_ROOM_NAME || !g_utf8_validate (name, -1, NULL))
    return NULL;
  /* A space would end the name in messages between instances. */
  for (c = name; *c; c++)
    if (*c == ' ' || g_ascii_iscntrl (*c))
      return NULL;
  return g_steal_pointer (&name);
}

static const char *
get_token (SoupServerMessage * msg, GHashTable * query)
{
  const char *header = soup_message_headers_get_one
      (soup_server_message_get_request_headers (msg), "Authorization");

  if (header && g_ascii_strncasecmp (header, "Bearer ", 7) == 0)
    return header + 7;
  return query ? g_hash_table_lookup (query, "token") : NULL;
}

/* Counts and answers a refused request. */
static void
turn_away (RdvServer * server, SoupServerMessage * msg, RdvReject reject,
    guint status, const char *why)
{
  server->context.metrics.rejected[reject]++;
  rdv_log (RDV_LOG_INFO, "connection-refused", "from",
      soup_server_message_get_remote_host (msg), "reason", why, NULL);
  rdv_pages_refuse (msg, status, why);
}

/* A browser sends the origin of the page that connects. Without tokens the
 * server could not tell pages that the user trusts from others.
 *
 * Returns: whether pages of @origin may connect, with a token where one is
 *     needed */
static gboolean
may_connect (const RdvConfig * config, const char *origin)
{
  char **allowed;

  if (!config->allow_origins)
    return config->token || config->token_secret;
  for (allowed = config->allow_origins; *allowed; allowed++) {
    if (g_str_equal (*allowed, "*") || g_ascii_strcasecmp (*allowed,
            origin) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_room (RdvServer * server, SoupServerMessage * msg, const char *name)
{
  const RdvConfig *config = server->context.config;
  RdvRoom *room = g_hash_table_lookup (server->rooms, name);
  guint busy = SOUP_STATUS_SERVICE_UNAVAILABLE;

  if (server->context.stopping)
    turn_away (server, msg, RDV_REJECT_STOPPING, busy, "stopping");
  else if (server->context.metrics.peers >= (guint) config->max_peers)
    turn_away (server, msg, RDV_REJECT_PEERS, busy, "the server is full");
  else if (!room
      && g_hash_table_size (server->rooms) >= (guint) config->max_rooms)
    turn_away (server, msg, RDV_REJECT_ROOMS, busy, "too many rooms");
  else if (room
      && rdv_room_count_peers (room) >= (guint) config->max_peers_per_room)
    turn_away (server, msg, RDV_REJECT_PEERS, busy, "the room is full");
  else
    return TRUE;
  return FALSE;
}

static void
on_room (SoupServer * soup, SoupServerMessage * msg, const char *path,
    GHashTable * query, gpointer user_data)
{
  RdvServer *server = user_data;
  const RdvConfig *config = server->context.config;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (msg);
  g_autofree char *name = room_name (path);
  const char *origin = soup_message_headers_get_one
      (soup_server_message_get_request_headers (msg), "Origin");
  const char *refusal;

  if (!name) {
    turn_away (server, msg, RDV_REJECT_ROOM_NAME, SOUP_STATUS_NOT_FOUND,
        "not a room");
    return;
  }
  if (!soup_websocket_server_check_handshake (msg, NULL, NULL, NULL, NULL)) {
    soup_message_headers_replace (headers, "Upgrade", "websocket");
    rdv_pages_refuse (msg, 426, "rooms speak WebSocket");
    return;
  }
  if (origin && !may_connect (config, origin)) {
    turn_away (server, msg, RDV_REJECT_ORIGIN, SOUP_STATUS_FORBIDDEN,
        "pages of this origin may not connect");
    return;
  }
  refusal = rdv_token_refusal (config->token, config->token_secret, name,
      get_token (msg, query), g_get_real_time () / G_USEC_PER_SEC);
  if (refusal) {
    turn_away (server, msg, RDV_REJECT_TOKEN, SOUP_STATUS_UNAUTHORIZED,
        refusal);
    soup_message_headers_replace (headers, "WWW-Authenticate", "Bearer");
    return;
  }
  if (!check_room (server, msg, name)
      || !soup_websocket_server_process_handshake (msg, NULL, NULL, NULL, NULL))
    return;
  g_object_set_data_full (G_OBJECT (msg), "room", g_steal_pointer (&name),
      g_free);
  g_signal_connect (msg, "wrote-informational", G_CALLBACK (on_upgraded),
      server);
}

/* What the bus reports. */

static RdvRoom *
find_room (RdvServer * server, const char *name)
{
  return name ? g_hash_table_lookup (server->rooms, name) : NULL;
}

static void
on_bus_joined (const char *room, gpointer user_data)
{
  RdvRoom *found = find_room (user_data, room);

  if (found)
    rdv_room_take_joined (found);
}

static void
on_bus_peer (const char *room, const char *instance, const char *peer,
    const char *status, gpointer user_data)
{
  RdvRoom *found = find_room (user_data, room);

  if (found)
    rdv_room_take_status (found, instance, peer, status);
}

static void
on_bus_gone (const char *room, const char *instance, const char *peer,
    gpointer user_data)
{
  RdvRoom *found = find_room (user_data, room);

  if (found)
    rdv_room_take_gone (found, instance, peer);
}

static void
on_bus_confirmed (const char *room, const char *peer, gpointer user_data)
{
  RdvRoom *found = find_room (user_data, room);

  if (found)
    rdv_room_take_confirmed (found, peer);
}

static void
on_bus_message (const char *instance, const char *payload, gpointer user_data)
{
  RdvServer *server = user_data;
  RdvNote note;

  if (rdv_note_parse (&note, payload)) {
    RdvRoom *room = find_room (server, note.room);

    if (room)
      rdv_room_take_note (room, instance, &note);
    else
      rdv_note_refuse (&server->context, instance, &note);
  }
  rdv_note_clear (&note);
}

static void
on_bus_lost (const char *instance, gpointer user_data)
{
  RdvServer *server = user_data;
  GHashTableIter iter;
  RdvRoom *room;

  g_hash_table_iter_init (&iter, server->rooms);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & room))
    rdv_room_take_gone (room, instance, NULL);
}

static gboolean
on_sweep (gpointer user_data)
{
  RdvServer *server = user_data;
  GHashTableIter iter;
  RdvRoom *room;

  server->sweep = 0;
  g_hash_table_iter_init (&iter, server->rooms);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & room))
    rdv_room_sweep_stale (room);
  return G_SOURCE_REMOVE;
}

static void
on_bus_forgotten (gpointer user_data)
{
  RdvServer *server = user_data;
  GHashTableIter iter;
  RdvRoom *room;

  g_hash_table_iter_init (&iter, server->rooms);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & room))
    rdv_room_take_forgotten (room);
}

static void
clear_sweep (RdvServer * server)
{
  if (server->sweep)
    g_source_remove (server->sweep);
  server->sweep = 0;
}

static void
on_bus_renewed (const char *instance, gpointer user_data)
{
  RdvServer *server = user_data;
  GHashTableIter iter;
  RdvRoom *room;

  clear_sweep (server);
  server->sweep = g_timeout_add_seconds (SWEEP_S, on_sweep, server);
  g_hash_table_iter_init (&iter, server->rooms);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & room))
    rdv_room_mark_stale (room, instance);
}

static void
on_bus_state (gboolean up, gpointer user_data)
{
  RdvServer *server = user_data;
  GHashTableIter iter;
  RdvRoom *room;

  server->context.metrics.redis_up = up;
  if (up) {
    on_bus_renewed (NULL, server);
    on_bus_forgotten (server);
    return;
  }
  clear_sweep (server);
  g_hash_table_iter_init (&iter, server->rooms);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & room))
    rdv_room_take_joined (room);
}

static const RdvBusCalls bus_calls = {
  on_bus_joined, on_bus_peer, on_bus_gone, on_bus_confirmed,
  on_bus_forgotten, on_bus_message, on_bus_lost, on_bus_renewed, on_bus_state
};

/* The server starts, ticks and stops. */

static void
check_stopped (RdvServer * server, gint64 now_us)
{
  RdvServerFunc stopped = server->stopped;

  if (!stopped || (g_hash_table_size (server->peers) > 0
          && now_us < server->stop_us))
    return;
  server->stopped = NULL;
  stopped (server->stopped_data);
}

static void
tick_peer (RdvServer * server, RdvPeer * peer, gint64 now_us)
{
  RdvRoom *room = g_hash_table_lookup (server->peers, peer);

  if (peer->socket) {
    rdv_socket_tick (peer->socket, now_us);
  } else if (rdv_room_is_over (room, peer, now_us)) {
    leave_room (server, peer, room);
    on_peer_closed (peer, server);
  }
}

static gboolean
on_tick (gpointer user_data)
{
  RdvServer *server = user_data;
  gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GList) peers = g_hash_table_get_keys (server->peers);
  GList *l;

  /* tick() of a peer frees no other peer. */
  rdv_acceptor_tick (server->acceptor, now_us);
  for (l = peers; l; l = l->next)
    tick_peer (server, l->data, now_us);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stop_tick (gpointer user_data)
{
  check_stopped (user_data, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

/* At the end, peers whose connection broke are not waited for. */
static void
drop_lost (RdvServer * server)
{
  g_autoptr (GList) peers = g_hash_table_get_keys (server->peers);
  GList *l;

  for (l = peers; l; l = l->next) {
    if (!((RdvPeer *) l->data)->socket)
      tick_peer (server, l->data, 0);
  }
}

void
rdv_server_stop (RdvServer * server, RdvServerFunc stopped, gpointer user_data)
{
  GHashTableIter iter;
  RdvPeer *peer;

  server->context.stopping = TRUE;
  server->stop_us = g_get_monotonic_time ()
      + server->context.config->stop_timeout_s * G_TIME_SPAN_SECOND;
  server->stopped = stopped;
  server->stopped_data = user_data;
  drop_lost (server);
  g_hash_table_iter_init (&iter, server->peers);
  while (g_hash_table_iter_next (&iter, (gpointer *) & peer, NULL)) {
    if (peer->socket)
      rdv_socket_close (peer->socket, RDV_CLOSE_GOING_AWAY, "going away");
  }
  if (server->context.bus)
    server->context.bus->stop (server->context.bus);
  g_source_remove (server->tick);
  server->tick = g_timeout_add (20, on_stop_tick, server);
}

static gboolean
start_bus (RdvServer * server, GError ** error)
{
  const RdvConfig *config = server->context.config;

  server->context.metrics.redis_up = -1;
  if (!config->redis)
    return TRUE;
  server->context.metrics.redis_up = 0;
  server->context.bus = rdv_redis_new (config->redis, config->prefix,
      &bus_calls, server, error);
  return server->context.bus != NULL;
}

RdvServer *
rdv_server_new (const RdvConfig * config, GError ** error)
{
  RdvServer *server = g_new0 (RdvServer, 1);

  server->context.config = config;
  server->context.metrics.started_us = g_get_monotonic_time ();
  server->poll = rdv_poll_new ();
  server->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
      (GDestroyNotify) rdv_room_free);
  server->peers = g_hash_table_new_full (NULL, NULL,
      (GDestroyNotify) rdv_peer_free, NULL);
  server->soup = soup_server_new ("server-header", "gst-ice-rendezvous", NULL);
  rdv_pages_add (server->soup, &server->context);
  soup_server_add_handler (server->soup, NULL, on_room, server, NULL);
  server->acceptor = rdv_acceptor_new (&server->context, server->soup, error);
  if (!server->acceptor || !start_bus (server, error)) {
    rdv_server_free (server);
    return NULL;
  }
  server->tick = g_timeout_add_seconds (1, on_tick, server);
  return server;
}

void
rdv_server_free (RdvServer * server)
{
  RdvBus *bus = server->context.bus;

  if (server->tick)
    g_source_remove (server->tick);
  clear_sweep (server);
  soup_server_disconnect (server->soup);
  g_clear_pointer (&server->acceptor, rdv_acceptor_free);
  g_object_unref (server->soup);
  if (bus)
    bus->free (bus);
  /* First the rooms, which use the peers. */
  g_hash_table_unref (server->rooms);
  g_hash_table_unref (server->peers);
  rdv_poll_free (server->poll);
  g_free (server);
}

guint
rdv_server_get_port (RdvServer * server)
{
  return rdv_acceptor_get_port (server->acceptor);
}
