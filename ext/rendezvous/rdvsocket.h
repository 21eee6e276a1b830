/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "rdvframe.h"
#include "rdvpoll.h"

G_BEGIN_DECLS

/* A WebSocket connection after its handshake, with limits in both
 * directions. */
typedef struct _RdvSocket RdvSocket;

typedef struct
{
  gsize max_message;            /* bytes of an incoming message */
  gsize max_queue;              /* bytes waiting to be sent */
  guint idle_timeout_s;         /* without a frame; 0: no limit. A ping after
                                 * each third of it */
} RdvSocketLimits;

/* Called from the main loop, never from inside a call to the socket. */
typedef struct
{
  /* @text: (transfer none): NUL-terminated; UTF-8, unless it holds a NUL */
  void (*message) (RdvSocket * socket, const char *text, gsize length,
      gpointer user_data);
  /* There are no more messages. Called once. @reason: (transfer none) */
  void (*ended) (RdvSocket * socket, RdvCloseCode code, const char *reason,
      gpointer user_data);
  /* The connection is closed; called after ended. The callee frees the
   * socket. */
  void (*closed) (RdvSocket * socket, gpointer user_data);
} RdvSocketCalls;

/* @stream: (transfer full): pollable, on @fd
 * @gsocket: (transfer none): the socket under @stream
 * @calls, @limits: (transfer none): outlive the socket
 *
 * Returns: (transfer full): free with rdv_socket_free() */
RdvSocket *rdv_socket_new (RdvPoll * poll, GIOStream * stream,
    GSocket * gsocket, const RdvSocketLimits * limits,
    const RdvSocketCalls * calls, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void rdv_socket_free (RdvSocket * socket);

/* If the reader is so slow that the queue is full, closes the connection
 * with RDV_CLOSE_POLICY. */
void rdv_socket_send_text (RdvSocket * socket, const char *text, gsize length);

/* Sends the answer to a request of this peer. It may be larger than
 * max_queue, and never closes the connection: nothing is read from the peer
 * until it is sent, so its next request waits. */
void rdv_socket_send_reply (RdvSocket * socket, const char *text,
    gsize length);

/* @user_data: passed to the calls from now on */
void rdv_socket_set_user_data (RdvSocket * socket, gpointer user_data);

/* @reason: (transfer none): static */
void rdv_socket_close (RdvSocket * socket, RdvCloseCode code,
    const char *reason);

/* While paused, nothing is read: the peer's data stays in buffers of the
 * kernel. */
void rdv_socket_set_paused (RdvSocket * socket, gboolean paused);

/* To be called about once a second: handles pings, idle time and closing
 * time. May call back. */
void rdv_socket_tick (RdvSocket * socket, gint64 now_us);

G_END_DECLS
