/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Accepts TCP connections, does their TLS handshake, and gives them to the
 * HTTP server. Closes connections that take too long to become peers. */

#include "config.h"

#include "rdvacceptor.h"

#include "gsticehttpmethods.h"

#include <gio/gnetworking.h>

#define BACKLOG 128
#define ACCEPTS_PER_TURN 32     /* then the peers have a turn */
#define RETRY_MS 100            /* after accept() failed, as when descriptors
                                 * run out */
#define MAX_PENDING 1024        /* with one more, the oldest is closed */
#define MESSAGE_KEY "rdv-connection"

/* One TCP connection, from accept() until it becomes a peer or is closed. */
typedef struct
{
  RdvAcceptor *acceptor;
  GSocket *socket;
  GCancellable *cancellable;    /* of the TLS handshake */
  gint64 deadline_us;
  GList link;                   /* in pending */
} Connection;

struct _RdvAcceptor
{
  RdvContext *context;
  SoupServer *soup;
  GSocket *socket;
  GTlsCertificate *certificate; /* NULL: without TLS */
  GQueue pending;               /* of Connection, oldest first */
  guint n_handshakes;           /* TLS handshakes that are running */
  guint source, retry;          /* source ids, 0: none */
  gulong started;               /* handler of soup */
  Connection *arriving;         /* libsoup is about to make its message */
};

static void watch (RdvAcceptor * acceptor);

static void
connection_free (Connection * connection)
{
  g_queue_unlink (&connection->acceptor->pending, &connection->link);
  g_object_unref (connection->cancellable);
  g_object_unref (connection->socket);
  g_free (connection);
}

/* Ends @connection: its reader sees the end and frees it. */
static void
hang_up (Connection * connection)
{
  connection->acceptor->context->metrics.rejected[RDV_REJECT_HANDSHAKE]++;
  connection->deadline_us = G_MAXINT64;
  g_cancellable_cancel (connection->cancellable);
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
}

/* A connection that was hung up may still be waiting to be freed. */
static void
hang_up_oldest (RdvAcceptor * acceptor)
{
  GList *l;

  for (l = acceptor->pending.head; l; l = l->next) {
    Connection *connection = l->data;

    if (connection->deadline_us != G_MAXINT64) {
      hang_up (connection);
      return;
    }
  }
}

static Connection *
connection_new (RdvAcceptor * acceptor, GSocket * socket)
{
  Connection *connection = g_new0 (Connection, 1);
  guint timeout_s = acceptor->context->config->handshake_timeout_s;

  connection->acceptor = acceptor;
  connection->socket = g_object_ref (socket);
  connection->cancellable = g_cancellable_new ();
  connection->deadline_us = g_get_monotonic_time ()
      + timeout_s * G_TIME_SPAN_SECOND;
  connection->link.data = connection;
  if (acceptor->pending.length >= MAX_PENDING)
    hang_up_oldest (acceptor);
  g_queue_push_tail_link (&acceptor->pending, &connection->link);
  return connection;
}

/* libsoup makes the message of a connection while it takes the connection. */
static void
on_started (SoupServer * soup, SoupServerMessage * msg, gpointer user_data)
{
  RdvAcceptor *acceptor = user_data;

  /* Only the method of the first request is limited. An upgrade replaces this. */
  soup_message_headers_replace (soup_server_message_get_response_headers (msg),
      "Connection", "close");
  if (acceptor->arriving)
    g_object_set_data_full (G_OBJECT (msg), MESSAGE_KEY,
        g_steal_pointer (&acceptor->arriving),
        (GDestroyNotify) connection_free);
}

/* From this call on the HTTP message owns @connection. */
static void
give_to_soup (Connection * connection, GIOStream * stream)
{
  RdvAcceptor *acceptor = connection->acceptor;
  GSocket *socket = connection->socket;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote =
      g_socket_get_remote_address (socket, NULL);
  g_autoptr (GIOStream) limited = gst_ice_http_methods_limit (stream);

  if (local && remote) {
    acceptor->arriving = connection;
    soup_server_accept_iostream (acceptor->soup, limited, local, remote, NULL);
    connection = g_steal_pointer (&acceptor->arriving);
  }
  /* Without an address the connection is closed. */
  if (connection)
    connection_free (connection);
}

static void
on_handshake (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Connection *connection = user_data;

  connection->acceptor->n_handshakes--;
  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result,
          NULL))
    give_to_soup (connection, G_IO_STREAM (source));
  else
    connection_free (connection);
}

static void
start_tls (Connection * connection, GIOStream * stream)
{
  RdvAcceptor *acceptor = connection->acceptor;
  g_autoptr (GIOStream) tls = g_tls_server_connection_new (stream,
      acceptor->certificate, NULL);

  if (!tls) {
    connection_free (connection);
    return;
  }
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  acceptor->n_handshakes++;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT,
      connection->cancellable, on_handshake, connection);
}

static void
take_socket (RdvAcceptor * acceptor, GSocket * socket)
{
  g_autoptr (GSocketConnection) stream = NULL;
  Connection *connection;

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  stream = g_socket_connection_factory_create_connection (socket);
  connection = connection_new (acceptor, socket);
  if (acceptor->certificate)
    start_tls (connection, G_IO_STREAM (stream));
  else
    give_to_soup (connection, G_IO_STREAM (stream));
}

static gboolean
on_retry (gpointer user_data)
{
  RdvAcceptor *acceptor = user_data;

  acceptor->retry = 0;
  watch (acceptor);
  return G_SOURCE_REMOVE;
}

static gboolean
on_connections (GSocket * listener, GIOCondition condition, gpointer user_data)
{
  RdvAcceptor *acceptor = user_data;
  g_autoptr (GError) error = NULL;
  guint i;

  for (i = 0; i < ACCEPTS_PER_TURN; i++) {
    g_autoptr (GSocket) socket = g_socket_accept (listener, NULL, &error);

    if (!socket)
      break;
    take_socket (acceptor, socket);
  }
  if (!error || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;

  rdv_log (RDV_LOG_WARNING, "cannot-accept", "reason", error->message, NULL);
  acceptor->source = 0;
  acceptor->retry = g_timeout_add (RETRY_MS, on_retry, acceptor);
  return G_SOURCE_REMOVE;
}

static void
watch (RdvAcceptor * acceptor)
{
  g_autoptr (GSource) source = g_socket_create_source (acceptor->socket,
      G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (on_connections), acceptor,
      NULL);
  acceptor->source = g_source_attach (source, NULL);
}

static gboolean
load_certificate (RdvAcceptor * acceptor, GError ** error)
{
  const RdvConfig *config = acceptor->context->config;

  if (!config->tls_cert)
    return TRUE;
  acceptor->certificate = config->tls_key
      ? g_tls_certificate_new_from_files (config->tls_cert, config->tls_key,
      error)
      : g_tls_certificate_new_from_file (config->tls_cert, error);
  return acceptor->certificate != NULL;
}

static gboolean
start_listening (RdvAcceptor * acceptor, GError ** error)
{
  const RdvConfig *config = acceptor->context->config;
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (config->address, config->port);

  if (!address) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "--address=%s is not an IP address", config->address);
    return FALSE;
  }
  acceptor->socket = g_socket_new (g_socket_address_get_family (address),
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (!acceptor->socket)
    return FALSE;
  g_socket_set_blocking (acceptor->socket, FALSE);
  g_socket_set_listen_backlog (acceptor->socket, BACKLOG);
  return g_socket_bind (acceptor->socket, address, TRUE, error)
      && g_socket_listen (acceptor->socket, error);
}

RdvAcceptor *
rdv_acceptor_new (RdvContext * context, SoupServer * soup, GError ** error)
{
  RdvAcceptor *acceptor = g_new0 (RdvAcceptor, 1);

  acceptor->context = context;
  acceptor->soup = soup;
  g_queue_init (&acceptor->pending);
  acceptor->started = g_signal_connect (soup, "request-started",
      G_CALLBACK (on_started), acceptor);
  if (!load_certificate (acceptor, error)
      || !start_listening (acceptor, error)) {
    rdv_acceptor_free (acceptor);
    return NULL;
  }
  watch (acceptor);
  return acceptor;
}

void
rdv_acceptor_free (RdvAcceptor * acceptor)
{
  GList *l;

  if (acceptor->source)
    g_source_remove (acceptor->source);
  if (acceptor->retry)
    g_source_remove (acceptor->retry);
  for (l = acceptor->pending.head; l; l = l->next)
    hang_up (l->data);
  /* Cancelled handshakes end in the main loop. */
  while (acceptor->n_handshakes > 0 || acceptor->pending.length > 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (acceptor->soup, acceptor->started);
  g_clear_object (&acceptor->socket);
  g_clear_object (&acceptor->certificate);
  g_free (acceptor);
}

guint
rdv_acceptor_get_port (RdvAcceptor * acceptor)
{
  g_autoptr (GSocketAddress) address =
      g_socket_get_local_address (acceptor->socket, NULL);

  return address
      ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) : 0;
}

GIOStream *
rdv_acceptor_take (RdvAcceptor * acceptor, SoupServerMessage * msg,
    GSocket ** gsocket)
{
  Connection *connection = g_object_get_data (G_OBJECT (msg), MESSAGE_KEY);

  *gsocket = g_object_ref (connection->socket);
  g_object_set_data (G_OBJECT (msg), MESSAGE_KEY, NULL);
  return soup_server_message_steal_connection (msg);
}

void
rdv_acceptor_tick (RdvAcceptor * acceptor, gint64 now_us)
{
  GList *l;

  for (l = acceptor->pending.head; l; l = l->next) {
    Connection *connection = l->data;

    if (now_us >= connection->deadline_us)
      hang_up (connection);
  }
}
