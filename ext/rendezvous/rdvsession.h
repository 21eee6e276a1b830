/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvroom.h"

G_BEGIN_DECLS

/* A call being set up, or going on, between a producer and a consumer of one
 * room. One of the two may be connected to another instance, which then has its
 * own record of the session. */
typedef struct
{
  RdvRoom *room;                /* (transfer none) */
  char *id;
  char *producer;               /* peers' ids */
  char *consumer;
  char *instance;               /* of the peer elsewhere; NULL: both are here */
  char *initiator;              /* NULL: it is the other instance's to watch */
  gboolean answered;
  GSource *timer;               /* NULL once answered */
} RdvSession;

void rdv_session_free (RdvSession * session);

/* What the peer of @room asks for with @message.
 *
 * Returns: (transfer full) (nullable): why it was refused, else NULL */
char *rdv_session_start (RdvRoom * room, RdvPeer * peer,
    const RdvMessage * message) G_GNUC_WARN_UNUSED_RESULT;
char *rdv_session_forward (RdvRoom * room, RdvPeer * peer,
    const RdvMessage * message) G_GNUC_WARN_UNUSED_RESULT;
char *rdv_session_end (RdvRoom * room, RdvPeer * peer,
    const RdvMessage * message) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the sessions in which @peer has one of @roles; the others are told. */
void rdv_session_end_all (RdvRoom * room, RdvPeer * peer, guint roles);

/* Forgets answered sessions without a word: the calls go on, only their
 * signalling is lost. One without an answer waits for its time limit. */
void rdv_session_forget_peer (RdvRoom * room, const char *id);
void rdv_session_forget_instance (RdvRoom * room, const char *instance);

/* @rooms: name to RdvRoom
 * @payload: what another instance sent */
void rdv_session_take_remote (RdvContext * context, GHashTable * rooms,
    const char *instance, const char *payload);

G_END_DECLS
