/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "rdvpresence.h"

#define ROOM_TTL_S "60"
#define REFRESH_BEATS 20        /* well inside ROOM_TTL_S */

struct _RdvPresence
{
  char *prefix;
  char *id;
  GHashTable *rooms;            /* name to GHashTable of peer to status */
  guint n_beats;
};

RdvPresence *
rdv_presence_new (const char *prefix, const char *id)
{
  RdvPresence *presence = g_new0 (RdvPresence, 1);

  presence->prefix = g_strdup (prefix);
  presence->id = g_strdup (id);
  presence->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) g_hash_table_unref);
  return presence;
}

void
rdv_presence_free (RdvPresence * presence)
{
  g_hash_table_unref (presence->rooms);
  g_free (presence->prefix);
  g_free (presence->id);
  g_free (presence);
}

void
rdv_presence_join (RdvPresence * presence, const char *room)
{
  g_hash_table_insert (presence->rooms, g_strdup (room),
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free));
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
  const char *room;

  g_hash_table_iter_init (&iter, presence->rooms);
  while (g_hash_table_iter_next (&iter, (gpointer *) & room, NULL))
    func (room, user_data);
}

static void
store (RdvPresence * presence, RdvLink * link, const char *room,
    const char *peer, const char *status)
{
  g_autofree char *key = g_strconcat (presence->prefix, room, NULL);
  g_autofree char *value = g_strconcat (presence->id, " ", status, NULL);

  rdv_link_command (link, NULL, NULL, "HSET", key, peer, value, NULL);
  rdv_link_command (link, NULL, NULL, "EXPIRE", key, ROOM_TTL_S, NULL);
}

static void
announce (RdvPresence * presence, RdvLink * link, const char *room,
    const char *peer, const char *status)
{
  g_autofree char *channel = g_strconcat (presence->prefix, room, NULL);
  g_autofree char *text = g_strconcat (presence->id, " + ", peer, " ", status,
      NULL);

  store (presence, link, room, peer, status);
  rdv_link_command (link, NULL, NULL, "PUBLISH", channel, text, NULL);
}

static void
retract (RdvPresence * presence, RdvLink * link, const char *room,
    const char *peer)
{
  g_autofree char *key = g_strconcat (presence->prefix, room, NULL);
  g_autofree char *text = g_strconcat (presence->id, " - ", peer, NULL);

  rdv_link_command (link, NULL, NULL, "HDEL", key, peer, NULL);
  rdv_link_command (link, NULL, NULL, "PUBLISH", key, text, NULL);
}

void
rdv_presence_set (RdvPresence * presence, RdvLink * link, const char *room,
    const char *peer, const char *status)
{
  GHashTable *peers = g_hash_table_lookup (presence->rooms, room);

  if (!peers)
    return;
  g_hash_table_insert (peers, g_strdup (peer), g_strdup (status));
  if (link)
    announce (presence, link, room, peer, status);
}

void
rdv_presence_remove (RdvPresence * presence, RdvLink * link, const char *room,
    const char *peer)
{
  GHashTable *peers = g_hash_table_lookup (presence->rooms, room);

  if (peers && g_hash_table_remove (peers, peer) && link)
    retract (presence, link, room, peer);
}

void
rdv_presence_remove_all (RdvPresence * presence, RdvLink * link)
{
  GHashTableIter rooms, peers;
  const char *room, *peer;
  GHashTable *table;

  g_hash_table_iter_init (&rooms, presence->rooms);
  while (g_hash_table_iter_next (&rooms, (gpointer *) & room,
          (gpointer *) & table)) {
    g_hash_table_iter_init (&peers, table);
    while (g_hash_table_iter_next (&peers, (gpointer *) & peer, NULL))
      retract (presence, link, room, peer);
    g_hash_table_remove_all (table);
  }
}

void
rdv_presence_announce (RdvPresence * presence, RdvLink * link, const char *room)
{
  GHashTable *peers = g_hash_table_lookup (presence->rooms, room);
  GHashTableIter iter;
  const char *peer, *status;

  if (!peers)
    return;
  g_hash_table_iter_init (&iter, peers);
  while (g_hash_table_iter_next (&iter, (gpointer *) & peer,
          (gpointer *) & status))
    announce (presence, link, room, peer, status);
}

void
rdv_presence_refresh (RdvPresence * presence, RdvLink * link)
{
  GHashTableIter rooms, peers;
  const char *room, *peer, *status;
  GHashTable *table;

  presence->n_beats++;
  g_hash_table_iter_init (&rooms, presence->rooms);
  while (g_hash_table_iter_next (&rooms, (gpointer *) & room,
          (gpointer *) & table)) {
    /* Not all of them on one beat. */
    if ((g_str_hash (room) + presence->n_beats) % REFRESH_BEATS != 0)
      continue;
    g_hash_table_iter_init (&peers, table);
    while (g_hash_table_iter_next (&peers, (gpointer *) & peer,
            (gpointer *) & status))
      store (presence, link, room, peer, status);
  }
}
