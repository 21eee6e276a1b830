/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The peers of each room in Redis: publishes those of this instance, and
 * loads those of the others. */

#include "config.h"

#include "rdvpresence.h"

#define ROOM_TTL_S "60"
#define REFRESH_BEATS 20        /* much less than ROOM_TTL_S */

/* Stores and publishes in one step: an instance that loads the room earlier
 * gets the event, one that loads it later gets the entry. KEYS: the room;
 * ARGV: peer, instance, number, epoch, status */
#define ANNOUNCE_SCRIPT \
  "redis.call('HSET', KEYS[1], ARGV[1], " \
  "  ARGV[2] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5]) " \
  "redis.call('EXPIRE', KEYS[1], " ROOM_TTL_S ") " \
  "redis.call('PUBLISH', KEYS[1], " \
  "  ARGV[2] .. ' +' .. ARGV[3] .. ' ' .. ARGV[1] .. ' ' .. ARGV[5])"

/* Lists the peers of a room whose instances live and stored them on their
 * present connection; removes the others. KEYS: the room; ARGV: prefix of
 * the leases, channel for the answer, its first line */
#define LOAD_SCRIPT \
  "local all, out = redis.call('HGETALL', KEYS[1]), { ARGV[3] } " \
  "for i = 1, #all, 2 do " \
  "  local instance, epoch, status = " \
  "      string.match(all[i + 1], '^(%S+) (%S+) (.*)$') " \
  "  if instance and redis.call('GET', ARGV[1] .. instance) == epoch then " \
  "    out[#out + 1] = all[i] .. ' ' .. instance .. ' ' .. status " \
  "  else redis.call('HDEL', KEYS[1], all[i]) end " \
  "end " \
  "redis.call('PUBLISH', ARGV[2], '* ' .. table.concat(out, '\\n'))"

struct _RdvPresence
{
  char *prefix;                 /* of rooms */
  char *leases;                 /* prefix of instances */
  char *id;
  char *epoch;                  /* of the connection */
  GHashTable *rooms;            /* name to Room */
  guint64 n_numbers;            /* the last number of a publication or load */
  guint n_beats;
};

typedef struct
{
  char *key;                    /* and channel */
  GHashTable *peers;            /* id to Entry */
  guint64 load;                 /* number of the present load, 0: none */
  gboolean open;
} Room;

typedef struct
{
  char *status;
  guint64 number;               /* of its last publication, 0: none */
} Entry;

static void
entry_free (Entry * entry)
{
  g_free (entry->status);
  g_free (entry);
}

static void
room_free (Room * room)
{
  g_hash_table_unref (room->peers);
  g_free (room->key);
  g_free (room);
}

RdvPresence *
rdv_presence_new (const char *rooms, const char *instances, const char *id)
{
  RdvPresence *presence = g_new0 (RdvPresence, 1);

  presence->prefix = g_strdup (rooms);
  presence->leases = g_strdup (instances);
  presence->id = g_strdup (id);
  presence->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) room_free);
  return presence;
}

void
rdv_presence_free (RdvPresence * presence)
{
  g_hash_table_unref (presence->rooms);
  g_free (presence->prefix);
  g_free (presence->leases);
  g_free (presence->id);
  g_free (presence->epoch);
  g_free (presence);
}

static char *
next_number (RdvPresence * presence, guint64 * number)
{
  *number = ++presence->n_numbers;
  return g_strdup_printf ("%" G_GUINT64_FORMAT, *number);
}

void
rdv_presence_reset (RdvPresence * presence, guint64 epoch)
{
  GHashTableIter iter;
  Room *room;

  g_free (presence->epoch);
  presence->epoch = g_strdup_printf ("%" G_GUINT64_FORMAT, epoch);
  g_hash_table_iter_init (&iter, presence->rooms);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & room)) {
    room->load = 0;
    room->open = FALSE;
  }
}

void
rdv_presence_join (RdvPresence * presence, const char *name)
{
  Room *room = g_new0 (Room, 1);

  room->key = g_strconcat (presence->prefix, name, NULL);
  room->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) entry_free);
  g_hash_table_insert (presence->rooms, g_strdup (name), room);
}

void
rdv_presence_leave (RdvPresence * presence, const char *room)
{
  g_hash_table_remove (presence->rooms, room);
}

gboolean
rdv_presence_has (RdvPresence * presence, const char *room)
{
  return g_hash_table_contains (presence->rooms, room);
}

void
rdv_presence_foreach (RdvPresence * presence, RdvPresenceFunc func,
    gpointer user_data)
{
  GHashTableIter iter;
  const char *name;

  g_hash_table_iter_init (&iter, presence->rooms);
  while (g_hash_table_iter_next (&iter, (gpointer *) & name, NULL))
    func (name, user_data);
}

/* Loading. */

void
rdv_presence_load (RdvPresence * presence, RdvLink * link, const char *name,
    redisCallbackFn * func, gpointer user_data)
{
  Room *room = g_hash_table_lookup (presence->rooms, name);
  g_autofree char *number = next_number (presence, &room->load);
  g_autofree char *channel = g_strconcat (presence->leases, presence->id, NULL);
  g_autofree char *line = g_strconcat (number, " ", name, NULL);

  rdv_link_command (link, func, user_data, "EVAL", LOAD_SCRIPT, "1", room->key,
      presence->leases, channel, line, NULL);
}

const char *
rdv_presence_match (RdvPresence * presence, const char *line)
{
  char *end;
  guint64 number = g_ascii_strtoull (line, &end, 10);
  Room *room = *end == ' '
      ? g_hash_table_lookup (presence->rooms, end + 1) : NULL;

  return room && number && room->load == number ? end + 1 : NULL;
}

/* Publishing. */

static void
announce (RdvPresence * presence, RdvLink * link, Room * room,
    const char *peer, Entry * entry)
{
  g_autofree char *number = next_number (presence, &entry->number);

  rdv_link_command (link, NULL, NULL, "EVAL", ANNOUNCE_SCRIPT, "1", room->key,
      peer, presence->id, number, presence->epoch, entry->status, NULL);
}

static void
retract (RdvPresence * presence, RdvLink * link, Room * room, const char *peer)
{
  g_autofree char *text = g_strconcat (presence->id, " - ", peer, NULL);

  rdv_link_command (link, NULL, NULL, "HDEL", room->key, peer, NULL);
  rdv_link_command (link, NULL, NULL, "PUBLISH", room->key, text, NULL);
}

static void
announce_room (RdvPresence * presence, RdvLink * link, Room * room)
{
  GHashTableIter iter;
  const char *peer;
  Entry *entry;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, (gpointer *) & peer,
          (gpointer *) & entry))
    announce (presence, link, room, peer, entry);
}

void
rdv_presence_open (RdvPresence * presence, RdvLink * link, const char *name)
{
  Room *room = g_hash_table_lookup (presence->rooms, name);

  if (!room)
    return;
  room->load = 0;
  room->open = TRUE;
  announce_room (presence, link, room);
}

void
rdv_presence_set (RdvPresence * presence, RdvLink * link, const char *name,
    const char *peer, const char *status)
{
  Room *room = g_hash_table_lookup (presence->rooms, name);
  Entry *entry;

  if (!room)
    return;
  entry = g_new0 (Entry, 1);
  entry->status = g_strdup (status);
  g_hash_table_insert (room->peers, g_strdup (peer), entry);
  if (link && room->open)
    announce (presence, link, room, peer, entry);
}

void
rdv_presence_remove (RdvPresence * presence, RdvLink * link, const char *name,
    const char *peer)
{
  Room *room = g_hash_table_lookup (presence->rooms, name);

  if (room && g_hash_table_remove (room->peers, peer) && link)
    retract (presence, link, room, peer);
}

void
rdv_presence_remove_all (RdvPresence * presence, RdvLink * link)
{
  GHashTableIter rooms, peers;
  const char *peer;
  Room *room;

  g_hash_table_iter_init (&rooms, presence->rooms);
  while (g_hash_table_iter_next (&rooms, NULL, (gpointer *) & room)) {
    g_hash_table_iter_init (&peers, room->peers);
    while (g_hash_table_iter_next (&peers, (gpointer *) & peer, NULL))
      retract (presence, link, room, peer);
    g_hash_table_remove_all (room->peers);
  }
}

gboolean
rdv_presence_is_last (RdvPresence * presence, const char *name,
    const char *peer, const char *number)
{
  Room *room = g_hash_table_lookup (presence->rooms, name);
  Entry *entry = room ? g_hash_table_lookup (room->peers, peer) : NULL;

  return entry && entry->number
      && entry->number == g_ascii_strtoull (number, NULL, 10);
}

void
rdv_presence_announce_all (RdvPresence * presence, RdvLink * link)
{
  GHashTableIter iter;
  Room *room;

  g_hash_table_iter_init (&iter, presence->rooms);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & room)) {
    if (room->open)
      announce_room (presence, link, room);
  }
}

static void
refresh_room (RdvPresence * presence, RdvLink * link, Room * room)
{
  GHashTableIter iter;
  const char *peer;
  Entry *entry;

  g_hash_table_iter_init (&iter, room->peers);
  while (g_hash_table_iter_next (&iter, (gpointer *) & peer,
          (gpointer *) & entry)) {
    g_autofree char *value = g_strconcat (presence->id, " ", presence->epoch,
        " ", entry->status, NULL);

    rdv_link_command (link, NULL, NULL, "HSET", room->key, peer, value, NULL);
  }
  rdv_link_command (link, NULL, NULL, "EXPIRE", room->key, ROOM_TTL_S, NULL);
}

void
rdv_presence_refresh (RdvPresence * presence, RdvLink * link)
{
  GHashTableIter iter;
  const char *name;
  Room *room;

  presence->n_beats++;
  g_hash_table_iter_init (&iter, presence->rooms);
  while (g_hash_table_iter_next (&iter, (gpointer *) & name,
          (gpointer *) & room)) {
    /* A part of the rooms on each beat. */
    if (room->open && (g_str_hash (name) + presence->n_beats)
        % REFRESH_BEATS == 0)
      refresh_room (presence, link, room);
  }
}
