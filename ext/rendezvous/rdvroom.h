/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvpeer.h"

G_BEGIN_DECLS

typedef void (*RdvRoomFunc) (RdvRoom * room, gpointer user_data);

/* Peers that can see each other, and the sessions between them. */
struct _RdvRoom
{
  RdvContext *context;          /* (transfer none) */
  char *name;                   /* "" is the default room */
  GHashTable *peers;            /* id to RdvPeer; owns those of other instances */
  GHashTable *sessions;         /* id to RdvSession, owned; see rdvsession.h */
  guint n_local;                /* peers connected here */
  gboolean joined;              /* the bus has told who is there */
  RdvRoomFunc emptied;
  gpointer user_data;
};

/* @emptied: called when the last peer that is connected here has left; the
 *     callee frees the room
 *
 * Returns: (transfer full): free with rdv_room_free() */
RdvRoom *rdv_room_new (RdvContext * context, const char *name,
    RdvRoomFunc emptied, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void rdv_room_free (RdvRoom * room);

const char *rdv_room_get_name (RdvRoom * room);

/* @peer: (transfer none): connected here; welcomed. Stays until removed. */
void rdv_room_add (RdvRoom * room, RdvPeer * peer);

/* Tells the others; may free the room. */
void rdv_room_remove (RdvRoom * room, RdvPeer * peer);

/* @reject: what to count a refusal as
 *
 * Returns: (transfer full) (nullable): why the message was refused, else NULL */
char *rdv_room_handle (RdvRoom * room, RdvPeer * peer,
    const RdvMessage * message, RdvReject * reject) G_GNUC_WARN_UNUSED_RESULT;

/* What the bus tells. */
void rdv_room_take_joined (RdvRoom * room);
void rdv_room_take_status (RdvRoom * room, const char *instance,
    const char *id, const char *status);
void rdv_room_take_confirmed (RdvRoom * room, const char *id);
/* @id: (nullable): one peer or all; @instance: (nullable): of this or any */
void rdv_room_take_gone (RdvRoom * room, const char *instance, const char *id);
/* What the bus does not tell again goes with the sweep; @instance: (nullable):
 * the peers of this or of any */
void rdv_room_mark_stale (RdvRoom * room, const char *instance);
/* Who produces here has to be confirmed anew. */
void rdv_room_take_forgotten (RdvRoom * room);
void rdv_room_sweep_stale (RdvRoom * room);

G_END_DECLS
