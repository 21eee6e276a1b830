/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvpeer.h"

G_BEGIN_DECLS

/* The sessions of one room. A session is one call between a producer and a
 * consumer: the server passes messages on between these two only. */
typedef struct _RdvSessions RdvSessions;

/* A message from the instance of one peer of a session to that of the other
 * peer. */
typedef struct
{
  char **words;                 /* owned; the following point into it */
  const char *kind;
  const char *session;          /* ids */
  const char *to;
  const char *from;
  const char *room;
  const char *text;             /* (transfer none): in the payload */
} RdvNote;

/* @context, @room (its name), @peers (id to RdvPeer): (transfer none): outlive
 *     the sessions
 *
 * Returns: (transfer full): free with rdv_sessions_free() */
RdvSessions *rdv_sessions_new (RdvContext * context, const char *room,
    GHashTable * peers) G_GNUC_WARN_UNUSED_RESULT;
void rdv_sessions_free (RdvSessions * table);

/* Requests of @peer in @message.
 *
 * @reject: set to what the refusal counts as, if not RDV_REJECT_REFUSED
 *
 * Returns: (transfer full) (nullable): why the message is refused, else NULL */
char *rdv_sessions_start (RdvSessions * table, RdvPeer * peer,
    const RdvMessage * message, RdvReject * reject) G_GNUC_WARN_UNUSED_RESULT;
char *rdv_sessions_forward (RdvSessions * table, RdvPeer * peer,
    const RdvMessage * message) G_GNUC_WARN_UNUSED_RESULT;
char *rdv_sessions_end (RdvSessions * table, RdvPeer * peer,
    const RdvMessage * message) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the ids of the sessions of @peer */
JsonArray *rdv_sessions_list (RdvSessions * table, const RdvPeer * peer)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether @peer is in an answered session */
gboolean rdv_sessions_has_answered (RdvSessions * table, const RdvPeer * peer);

/* Ends the sessions in which @peer has one of @roles, and tells the other peers
 * of these sessions. */
void rdv_sessions_end_all (RdvSessions * table, RdvPeer * peer, guint roles);

/* Ends the sessions of @peer without an answer, as messages to @peer may be
 * lost. The other peers are told, and may ask again. */
void rdv_sessions_end_unanswered (RdvSessions * table, RdvPeer * peer);

/* Forgets the answered sessions of a peer without telling the other peers:
 * the calls go on, only their signalling is lost. A session without an
 * answer waits for its time limit. */
void rdv_sessions_forget_peer (RdvSessions * table, const char *id);
void rdv_sessions_forget_instance (RdvSessions * table, const char *instance);

/* @note: clear with rdv_note_clear() in any case
 * @payload: (transfer none): outlives @note
 *
 * Returns: whether @payload has the form of a note */
gboolean rdv_note_parse (RdvNote * note, const char *payload);
void rdv_note_clear (RdvNote * note);

/* Tells @instance that the peer of its new session is not here. */
void rdv_note_refuse (RdvContext * context, const char *instance,
    const RdvNote * note);

/* @instance: the sender of @note */
void rdv_sessions_take_note (RdvSessions * table, const char *instance,
    const RdvNote * note);

G_END_DECLS
