/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvlink.h"

G_BEGIN_DECLS

/* The rooms that this instance is in, and what it published there of its own
 * peers, so that it can be published again. A room is closed until the peers
 * of the others are known: an earlier publication would come before those
 * that were there already. */
typedef struct _RdvPresence RdvPresence;

typedef void (*RdvPresenceFunc) (const char *room, gpointer user_data);

/* @rooms: before the rooms' names, in keys and channels
 * @instances: the same for instances
 * @id: of this instance
 *
 * Returns: (transfer full): free with rdv_presence_free() */
RdvPresence *rdv_presence_new (const char *rooms, const char *instances,
    const char *id) G_GNUC_WARN_UNUSED_RESULT;
void rdv_presence_free (RdvPresence * presence);

/* There is a new connection: closes all rooms.
 *
 * @epoch: of the lease; what was stored with another epoch does not count */
void rdv_presence_reset (RdvPresence * presence, guint64 epoch);

void rdv_presence_join (RdvPresence * presence, const char *room);
void rdv_presence_leave (RdvPresence * presence, const char *room);
gboolean rdv_presence_has (RdvPresence * presence, const char *room);
void rdv_presence_foreach (RdvPresence * presence, RdvPresenceFunc func,
    gpointer user_data);

/* Asks for the peers of @room. The answer comes on the channel of this
 * instance, in order with the events of the room. @func as in
 * rdv_link_command(). */
void rdv_presence_load (RdvPresence * presence, RdvLink * link,
    const char *room, redisCallbackFn * func, gpointer user_data);

/* @line: the first line of an answer
 *
 * Returns: (transfer none) (nullable): the room that it is about; NULL if it
 *     was not asked for, or was left */
const char *rdv_presence_match (RdvPresence * presence, const char *line);

/* The peers of the others in @room are known: publishes those of this
 * instance. */
void rdv_presence_open (RdvPresence * presence, RdvLink * link,
    const char *room);

/* @link: (nullable): NULL while Redis is down, to be announced later */
void rdv_presence_set (RdvPresence * presence, RdvLink * link,
    const char *room, const char *peer, const char *status);
void rdv_presence_remove (RdvPresence * presence, RdvLink * link,
    const char *room, const char *peer);
void rdv_presence_remove_all (RdvPresence * presence, RdvLink * link);

/* @number: of a publication of @peer that has come back
 *
 * Returns: whether it is the last one */
gboolean rdv_presence_is_last (RdvPresence * presence, const char *room,
    const char *peer, const char *number);

/* Publishes all peers of this instance in open rooms again. */
void rdv_presence_announce_all (RdvPresence * presence, RdvLink * link);

/* To be called once a second: keeps the keys from expiring. */
void rdv_presence_refresh (RdvPresence * presence, RdvLink * link);

G_END_DECLS
