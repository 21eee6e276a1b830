/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvlink.h"

G_BEGIN_DECLS

/* The rooms that this instance is in, and what it published of its own peers
 * there: kept so that it can be published again. */
typedef struct _RdvPresence RdvPresence;

typedef void (*RdvPresenceFunc) (const char *room, gpointer user_data);

/* @prefix: of the rooms' keys and channels
 * @id: of this instance
 *
 * Returns: (transfer full): free with rdv_presence_free() */
RdvPresence *rdv_presence_new (const char *prefix, const char *id)
    G_GNUC_WARN_UNUSED_RESULT;
void rdv_presence_free (RdvPresence * presence);

void rdv_presence_join (RdvPresence * presence, const char *room);
void rdv_presence_leave (RdvPresence * presence, const char *room);
gboolean rdv_presence_has (RdvPresence * presence, const char *room);
void rdv_presence_foreach (RdvPresence * presence, RdvPresenceFunc func,
    gpointer user_data);

/* @link: (nullable): NULL while Redis is down, to be announced later */
void rdv_presence_set (RdvPresence * presence, RdvLink * link,
    const char *room, const char *peer, const char *status);
void rdv_presence_remove (RdvPresence * presence, RdvLink * link,
    const char *room, const char *peer);
void rdv_presence_remove_all (RdvPresence * presence, RdvLink * link);

/* Publishes what is known of @room once more. */
void rdv_presence_announce (RdvPresence * presence, RdvLink * link,
    const char *room);

/* Once a second: keeps the keys from running out. */
void rdv_presence_refresh (RdvPresence * presence, RdvLink * link);

G_END_DECLS
