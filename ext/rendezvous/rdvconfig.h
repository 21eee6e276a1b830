/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "rdvlog.h"
#include "rdvsocket.h"

G_BEGIN_DECLS

/* The configuration from command line, files and environment. Read-only
 * afterwards. */
typedef struct
{
  char *address;
  int port;                     /* 0: any */
  char *tls_cert;               /* NULL: without TLS */
  char *tls_key;

  char *token;                  /* NULL: none */
  char *token_secret;           /* NULL: none */

  char **stun_uris;             /* NULL: none */
  char **turn_uris;
  char *turn_secret;            /* NULL: none */
  int turn_ttl_s;

  char **allow_origins;         /* NULL: no origin without tokens, else any */

  int max_rooms;
  int max_peers;
  int max_peers_per_room;
  int producers_per_room;
  int max_room_meta;            /* bytes, of all peers of a room together */
  int max_sessions;             /* that one peer may start */
  int fanout_rate;              /* bytes a second that one peer may make us
                                 * send */
  int fanout_burst;             /* bytes */
  int rate;                     /* messages a second of one peer */
  int burst;
  int handshake_timeout_s;      /* from accept() to the peer */
  int answer_timeout_s;         /* 0: none */
  int resume_timeout_s;         /* 0: a peer whose connection breaks is gone
                                 * at once */
  int stop_timeout_s;
  RdvSocketLimits socket;

  char *redis;                  /* NULL: no other instances */
  char *prefix;

  char *make_token;             /* a room whose token is printed, instead of
                                 * serving */
  int token_ttl_s;
  gboolean version;
} RdvConfig;

/* Takes the known options out of @argv.
 *
 * Returns: (transfer full) (nullable): NULL with @error set, with a message
 *     for the user */
RdvConfig *rdv_config_new (int *argc, char ***argv, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;
void rdv_config_free (RdvConfig * config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RdvConfig, rdv_config_free)

G_END_DECLS
