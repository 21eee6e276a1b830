/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvcontext.h"
#include "rdvlimit.h"

G_BEGIN_DECLS

typedef struct _RdvPeer RdvPeer;

/* Reports of a peer that is connected here, from the main loop. */
typedef struct
{
  /* The peer sent @message, which is neither setProtocolVersion nor
   * getIceServers. A refusal is counted as *@reject, RDV_REJECT_REFUSED unless
   * the callee sets another one.
   *
   * Returns: (transfer full) (nullable): why @message is refused */
  char *(*message) (RdvPeer * peer, const RdvMessage * message,
      RdvReject * reject, gpointer user_data);
  /* There are no more messages. Called once. @reason: (transfer none) */
  void (*left) (RdvPeer * peer, RdvCloseCode code, const char *reason,
      gpointer user_data);
  /* The connection is closed; called after left. The callee frees the peer.
   * Not called for a peer with lost_us set. */
  void (*closed) (RdvPeer * peer, gpointer user_data);
} RdvPeerCalls;

/* One peer of a room: connected here, or known through another instance. */
struct _RdvPeer
{
  char *id;
  guint roles;                  /* of RdvRoles */
  JsonNode *meta;               /* NULL: none */
  gsize meta_size;              /* bytes of meta as text */
  gboolean registered;          /* has set a status */
  gboolean confirmed;           /* the bus has confirmed the place of its
                                 * status in the order */

  char *instance;               /* NULL: connected here */
  gboolean stale;               /* not reported again since the bus is back */

  /* For a peer that is connected here only. */
  RdvContext *context;
  RdvSocket *socket;            /* NULL: the connection broke, see lost_us */
  char *secret;                 /* proves that a peer may take its place
                                 * again */
  gint64 lost_us;               /* since when the connection is broken; 0: it
                                 * is not */
  gboolean spoke;               /* it has sent a message */
  gboolean v1_1;                /* protocol version */
  RdvLimit rate;
  RdvLimit errors;
  RdvLimit fanout;              /* in bytes, see rdvroom.c */
  guint excess;                 /* messages dropped for their rate */
  guint n_started;              /* open sessions that it started */
  const RdvPeerCalls *calls;
  gpointer user_data;           /* of calls */
};

/* Returns: (transfer full): a peer of another instance */
RdvPeer *rdv_peer_new_remote (const char *id, const char *instance)
    G_GNUC_WARN_UNUSED_RESULT;

/* @stream: (transfer full), @gsocket: (transfer none): as rdv_socket_new()
 * @calls: (transfer none): outlive the peer
 *
 * Returns: (transfer full): a peer that is connected here, in no room */
RdvPeer *rdv_peer_new (RdvContext * context, RdvPoll * poll,
    GIOStream * stream, GSocket * gsocket, const RdvPeerCalls * calls,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void rdv_peer_free (RdvPeer * peer);

/* Gives the connection of @peer to @old, which answers "resumed" on it. @peer
 * gets the connection of @old and is closed with it; if @old has none, @peer
 * leaves and is closed after the call.
 * @sessions: (transfer full): ids of the sessions of @old */
void rdv_peer_take_over (RdvPeer * old, RdvPeer * peer, JsonArray * sessions);

/* For a peer that is connected here: greets, sends. @object: (transfer
 * full). */
void rdv_peer_welcome (RdvPeer * peer);
void rdv_peer_send (RdvPeer * peer, JsonObject * object);
void rdv_peer_send_text (RdvPeer * peer, const char *text);
void rdv_peer_send_error (RdvPeer * peer, const char *details);

/* Sends the answer to a request of the peer, however long it is; see
 * rdv_socket_send_reply().
 * @object: (transfer full) */
void rdv_peer_reply (RdvPeer * peer, JsonObject * object);

/* Sets what others see of the peer.
 * @meta: (transfer none) (nullable)
 * @meta_size: bytes of @meta as text */
void rdv_peer_set_status (RdvPeer * peer, guint roles, JsonNode * meta,
    gsize meta_size);

G_END_DECLS
