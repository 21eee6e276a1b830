/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvsession.h"

G_BEGIN_DECLS

/* Peers that can see each other, and the sessions between them. */
typedef struct _RdvRoom RdvRoom;

typedef void (*RdvRoomFunc) (RdvRoom * room, gpointer user_data);

/* @emptied: called when the last peer that is connected here has left; the
 *     callee frees the room
 *
 * Returns: (transfer full): free with rdv_room_free() */
RdvRoom *rdv_room_new (RdvContext * context, const char *name,
    RdvRoomFunc emptied, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void rdv_room_free (RdvRoom * room);

/* Returns: (transfer none): the name, "" for the default room */
const char *rdv_room_get_name (RdvRoom * room);

/* Returns: how many peers the room has, including those of other instances */
guint rdv_room_count_peers (RdvRoom * room);

/* Welcomes @peer, which is connected here.
 *
 * @peer: (transfer none): lives until it is removed */
void rdv_room_add (RdvRoom * room, RdvPeer * peer);

/* The connection of @peer broke. A peer in a call keeps its place for a while:
 * with its secret it can come back, and its sessions go on.
 *
 * Returns: whether @peer stays in the room, with lost_us set */
gboolean rdv_room_keep (RdvRoom * room, RdvPeer * peer);

/* Returns: whether @peer, whose connection broke, has had its time to come
 *     back */
gboolean rdv_room_is_over (RdvRoom * room, const RdvPeer * peer,
    gint64 now_us);

/* Tells the other peers that @peer leaves. Frees the room after its last peer. */
void rdv_room_remove (RdvRoom * room, RdvPeer * peer);

/* @reject: what to count a refusal as
 *
 * Returns: (transfer full) (nullable): why the message was refused, else NULL */
char *rdv_room_handle (RdvRoom * room, RdvPeer * peer,
    const RdvMessage * message, RdvReject * reject) G_GNUC_WARN_UNUSED_RESULT;

/* Reports of the bus. */
void rdv_room_take_note (RdvRoom * room, const char *instance,
    const RdvNote * note);
void rdv_room_take_joined (RdvRoom * room);
void rdv_room_take_status (RdvRoom * room, const char *instance,
    const char *id, const char *status);
void rdv_room_take_confirmed (RdvRoom * room, const char *id);
/* @id: (nullable): NULL: all peers; @instance: (nullable): of this one,
 *     NULL: of any */
void rdv_room_take_gone (RdvRoom * room, const char *instance, const char *id);
/* Marks the peers of @instance; NULL: of all instances. The sweep removes
 * those that the bus has not reported again. */
void rdv_room_mark_stale (RdvRoom * room, const char *instance);
/* The bus must confirm the producers that are connected here again. */
void rdv_room_take_forgotten (RdvRoom * room);
void rdv_room_sweep_stale (RdvRoom * room);

G_END_DECLS
