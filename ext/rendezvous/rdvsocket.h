/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "rdvframe.h"
#include "rdvpoll.h"

G_BEGIN_DECLS

/* A WebSocket connection after its handshake: bounded in both directions. */
typedef struct _RdvSocket RdvSocket;

typedef struct
{
  gsize max_message;            /* bytes of an incoming message */
  gsize max_queue;              /* bytes waiting to be sent */
  guint idle_timeout_s;         /* without any frame; 0: none. Pings every third */
} RdvSocketLimits;

/* Called from the main loop, never from inside a call to the socket. */
typedef struct
{
  /* @text: (transfer none): NUL-terminated; UTF-8, unless it holds a NUL */
  void (*message) (RdvSocket * socket, const char *text, gsize length,
      gpointer user_data);
  /* No message comes any more. Once. @reason: (transfer none) */
  void (*ended) (RdvSocket * socket, RdvCloseCode code, const char *reason,
      gpointer user_data);
  /* The connection is closed, after ended; the callee frees the socket. */
  void (*closed) (RdvSocket * socket, gpointer user_data);
} RdvSocketCalls;

/* @stream: (transfer full): pollable, on @fd
 * @gsocket: (transfer none): what is under @stream
 * @calls, @limits: (transfer none): outlive the socket
 *
 * Returns: (transfer full): free with rdv_socket_free() */
RdvSocket *rdv_socket_new (RdvPoll * poll, GIOStream * stream,
    GSocket * gsocket, const RdvSocketLimits * limits,
    const RdvSocketCalls * calls, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void rdv_socket_free (RdvSocket * socket);

/* A reader so slow that the queue is full is closed with RDV_CLOSE_POLICY. */
void rdv_socket_send_text (RdvSocket * socket, const char *text, gsize length);

/* Sends a reply to what this peer has asked for. A reply may be larger than
 * max_queue, and never closes the connection: until the reply is sent, nothing
 * more is read from the peer, so that its next question waits. */
void rdv_socket_send_reply (RdvSocket * socket, const char *text,
    gsize length);

/* @user_data: what the calls get from now on */
void rdv_socket_set_user_data (RdvSocket * socket, gpointer user_data);

/* @reason: (transfer none): static */
void rdv_socket_close (RdvSocket * socket, RdvCloseCode code,
    const char *reason);

/* While paused, nothing is read: the peer waits in its own buffers. */
void rdv_socket_set_paused (RdvSocket * socket, gboolean paused);

/* About once a second: pings, idle time, closing time. May call back. */
void rdv_socket_tick (RdvSocket * socket, gint64 now_us);

G_END_DECLS
