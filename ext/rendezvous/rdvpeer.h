/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvcontext.h"
#include "rdvlimit.h"

G_BEGIN_DECLS

typedef struct _RdvPeer RdvPeer;
typedef struct _RdvRoom RdvRoom;

/* One peer of a room: connected here, or known through another instance. */
struct _RdvPeer
{
  char *id;
  RdvRoom *room;                /* (transfer none); NULL once it left */
  guint roles;                  /* of RdvRoles */
  JsonNode *meta;               /* NULL: none */
  gboolean registered;          /* has set a status */
  gboolean confirmed;           /* the bus has put its status in order */

  char *instance;               /* NULL: connected here */
  gboolean stale;               /* not told again since the bus is back */

  /* Only of a peer that is connected here. */
  RdvContext *context;
  RdvSocket *socket;
  gboolean spoke;               /* has sent a message */
  gboolean v1_1;                /* protocol version */
  RdvLimit rate;
  RdvLimit errors;
  guint excess;                 /* messages dropped for their rate */
  gpointer server;              /* of the functions below */
};

/* Returns: (transfer full): a peer of another instance */
RdvPeer *rdv_peer_new_remote (const char *id, const char *instance)
    G_GNUC_WARN_UNUSED_RESULT;

/* Called once the connection is closed; the callee frees the peer. */
typedef void (*RdvPeerFunc) (RdvPeer * peer, gpointer user_data);

/* @stream: (transfer full), @gsocket: (transfer none): as rdv_socket_new()
 *
 * Returns: (transfer full): a peer that is connected here, in no room */
RdvPeer *rdv_peer_new (RdvContext * context, RdvPoll * poll,
    GIOStream * stream, GSocket * gsocket, RdvPeerFunc closed, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void rdv_peer_free (RdvPeer * peer);

/* Connected here: greets, sends. @object: (transfer full). */
void rdv_peer_welcome (RdvPeer * peer);
void rdv_peer_send (RdvPeer * peer, JsonObject * object);
void rdv_peer_send_text (RdvPeer * peer, const char *text);
void rdv_peer_send_error (RdvPeer * peer, const char *details);

/* @meta, @roles: what others see from now on. @meta: (transfer none) (nullable) */
void rdv_peer_set_status (RdvPeer * peer, guint roles, JsonNode * meta);

G_END_DECLS
