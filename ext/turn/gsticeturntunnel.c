/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A local TCP port whose connections lead to a TURN server, over TLS for
 * turns: servers. */

#include "config.h"

#include "gsticeturntunnel.h"

#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticetlstrust.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

GST_ICE_LOG_CATEGORY (gst_ice_turn_tunnel_log, "iceturntunnel",
    "TURN over TCP and TLS");
#define GST_CAT_DEFAULT gst_ice_turn_tunnel_log ()

/* libnice gives up an allocation after 2 s. */
#define CONNECT_TIMEOUT_S 5

struct _GstIceTurnTunnel
{
  gatomicrefcount refs;         /* one for the owner, one for each operation
                                 * under way */
  GstIceServer *server;
  GTlsDatabase *database;       /* or NULL */
  guint n_left;                 /* how many more connections are accepted */
  const GstIceTurnTunnelEvents *events; /* static */
  gpointer user_data;

  GSocketListener *listener;
  GCancellable *cancellable;    /* cancelled: the owner has gone */
  gchar *address;
  guint port;
};

/* One connection from libnice. */
typedef struct
{
  GstIceTurnTunnel *tunnel;     /* referenced */
  GIOStream *local;
  GIOStream *remote;            /* NULL: not connected yet; so the next */
  GstIceTurnTap *tap;
  GSocketClient *client;
  GTlsCertificateFlags untrusted;
} Pipe;

static void
gst_ice_turn_tunnel_unref (GstIceTurnTunnel * self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  gst_ice_server_free (self->server);
  g_clear_object (&self->database);
  g_object_unref (self->listener);
  g_object_unref (self->cancellable);
  g_free (self->address);
  g_free (self);
}

static GstIceTurnTunnel *
gst_ice_turn_tunnel_ref (GstIceTurnTunnel * self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
pipe_free (Pipe * pipe)
{
  gst_ice_turn_tunnel_unref (pipe->tunnel);
  g_object_unref (pipe->local);
  g_object_unref (pipe->client);
  /* A read operation may be under way. */
  if (pipe->tap != NULL)
    gst_ice_turn_tap_stop (pipe->tap);
  g_clear_object (&pipe->tap);
  /* Closed explicitly: the stream around it leaves it open. */
  if (pipe->remote != NULL)
    g_io_stream_close_async (pipe->remote, G_PRIORITY_DEFAULT, NULL, NULL,
        NULL);
  g_clear_object (&pipe->remote);
  g_free (pipe);
}

/* The client. */

/* Returns: %FALSE: an untrusted server is never connected to */
static gboolean
on_untrusted (GTlsConnection * connection, GTlsCertificate * certificate,
    GTlsCertificateFlags errors, GTlsCertificateFlags * untrusted)
{
  *untrusted = errors;
  return FALSE;
}

static void
on_client_event (GSocketClient * client, GSocketClientEvent event,
    GSocketConnectable * connectable, GIOStream * connection,
    GTlsCertificateFlags * untrusted)
{
  GTlsDatabase *database;
  GSocketConnectable *identity;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING)
    return;

  database = g_object_get_data (G_OBJECT (client), "database");
  if (database != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (connection), database);
  identity = g_object_get_data (G_OBJECT (client), "identity");
  if (identity != NULL)
    g_tls_client_connection_set_server_identity (G_TLS_CLIENT_CONNECTION
        (connection), identity);
  /* TURN servers just close the TCP connection. TURN messages have lengths,
   * so nothing can be cut off unnoticed. */
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (connection),
      FALSE);
  g_signal_connect (connection, "accept-certificate",
      G_CALLBACK (on_untrusted), untrusted);
}

static GSocketClient *
client_new (void)
{
  GSocketClient *client = g_socket_client_new ();

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, CONNECT_TIMEOUT_S);
  return client;
}

/* Returns: (transfer full) */
GSocketClient *
gst_ice_turn_tunnel_client_new (const GstIceServer * server,
    GTlsDatabase * database, GTlsCertificateFlags * untrusted)
{
  GSocketClient *client = client_new ();

  *untrusted = 0;
  g_socket_client_set_tls (client, TRUE);
  if (database != NULL)
    g_object_set_data_full (G_OBJECT (client), "database",
        g_object_ref (database), g_object_unref);
  if (server->identity != NULL)
    g_object_set_data_full (G_OBJECT (client), "identity",
        g_network_address_new (server->identity, (guint16) server->port),
        g_object_unref);
  g_signal_connect (client, "event", G_CALLBACK (on_client_event), untrusted);
  return client;
}

GError *
gst_ice_turn_tunnel_explain (const GstIceServer * server,
    GTlsCertificateFlags untrusted, const GError * error)
{
  g_autofree gchar *uri = gst_ice_server_to_uri (server);

  if (untrusted != 0) {
    g_autofree gchar *why = gst_ice_tls_trust_explain (untrusted);

    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNAUTHORIZED,
        "TURN server %s is not trusted: %s", uri, why);
  }
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
      "TURN server %s can't be reached%s: %s", uri,
      server->kind == GST_ICE_SERVER_TURNS ? " over TLS" : "", error->message);
}

/* The pipe. */

static void
on_spliced (GObject * source, GAsyncResult * result, gpointer data)
{
  Pipe *pipe = data;
  g_autoptr (GError) error = NULL;

  if (!g_io_stream_splice_finish (result, &error))
    GST_DEBUG ("a tunnel to %s ends: %s", pipe->tunnel->server->host,
        error->message);
  pipe_free (pipe);
}

static void
set_up_socket (GIOStream * stream)
{
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION
      (stream));

  /* The client's time limit was for connecting only. */
  g_socket_set_timeout (socket, 0);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
}

static void
on_response (const guint8 * response, gsize size_bytes, gpointer user_data)
{
  GstIceTurnTunnel *self = ((Pipe *) user_data)->tunnel;

  if (!g_cancellable_is_cancelled (self->cancellable))
    self->events->response (response, size_bytes, self->user_data);
}

/* @connection: to the server */
static void
pipe_splice (Pipe * pipe, GIOStream * connection)
{
  GInputStream *tap =
      gst_ice_turn_tap_new (g_io_stream_get_input_stream (connection),
      on_response, pipe);
  g_autoptr (GIOStream) tapped = g_simple_io_stream_new (tap,
      g_io_stream_get_output_stream (connection));

  set_up_socket (connection);
  pipe->remote = g_object_ref (connection);
  pipe->tap = GST_ICE_TURN_TAP (tap);
  g_io_stream_splice_async (pipe->local, tapped,
      G_IO_STREAM_SPLICE_CLOSE_STREAM1 | G_IO_STREAM_SPLICE_CLOSE_STREAM2,
      G_PRIORITY_DEFAULT, pipe->tunnel->cancellable, on_spliced, pipe);
}

static void
on_connected (GObject * source, GAsyncResult * result, gpointer data)
{
  Pipe *pipe = data;
  GstIceTurnTunnel *self = pipe->tunnel;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) reason = NULL;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (pipe->client, result, &error);

  if (connection != NULL) {
    GST_DEBUG ("a tunnel to %s is open", self->server->host);
    pipe_splice (pipe, G_IO_STREAM (connection));
    return;
  }

  if (!g_cancellable_is_cancelled (self->cancellable)) {
    reason = gst_ice_turn_tunnel_explain (self->server, pipe->untrusted, error);
    self->events->failed (reason, self->user_data);
  }
  pipe_free (pipe);
}

/* @local: (transfer full) */
static void
gst_ice_turn_tunnel_open_pipe (GstIceTurnTunnel * self,
    GSocketConnection * local)
{
  g_autoptr (GSocketConnectable) address = NULL;
  Pipe *pipe = g_new0 (Pipe, 1);

  pipe->tunnel = gst_ice_turn_tunnel_ref (self);
  pipe->local = G_IO_STREAM (local);
  pipe->client = self->server->kind != GST_ICE_SERVER_TURNS ? client_new () :
      gst_ice_turn_tunnel_client_new (self->server, self->database,
      &pipe->untrusted);
  set_up_socket (pipe->local);

  /* The address carries the name that the certificate must have. */
  address = g_network_address_new (self->server->host,
      (guint16) self->server->port);
  g_socket_client_connect_async (pipe->client, address, self->cancellable,
      on_connected, pipe);
}

/* The listener. */

static void
on_accepted (GObject * source, GAsyncResult * result, gpointer data)
{
  GstIceTurnTunnel *self = data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *local = g_socket_listener_accept_finish (self->listener,
      result, NULL, &error);

  if (g_cancellable_is_cancelled (self->cancellable)) {
    g_clear_object (&local);
    gst_ice_turn_tunnel_unref (self);
    return;
  }

  if (local != NULL)
    gst_ice_turn_tunnel_open_pipe (self, local);
  if (local != NULL && --self->n_left > 0) {
    g_socket_listener_accept_async (self->listener, self->cancellable,
        on_accepted, self);
    return;
  }
  g_socket_listener_close (self->listener);
  gst_ice_turn_tunnel_unref (self);
}

static gboolean
gst_ice_turn_tunnel_listen (GstIceTurnTunnel * self, GSocketFamily family,
    GError ** error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  if (!g_socket_listener_add_address (self->listener, any, G_SOCKET_TYPE_STREAM,
          G_SOCKET_PROTOCOL_TCP, NULL, &bound, error))
    return FALSE;
  self->address = g_inet_address_to_string (loopback);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return TRUE;
}

GstIceTurnTunnel *
gst_ice_turn_tunnel_new (const GstIceServer * server, GTlsDatabase * database,
    GSocketFamily family, guint max_connections,
    const GstIceTurnTunnelEvents * events, gpointer user_data, GError ** error)
{
  GstIceTurnTunnel *self = g_new0 (GstIceTurnTunnel, 1);

  g_atomic_ref_count_init (&self->refs);
  self->server = gst_ice_server_copy (server);
  self->database = database != NULL ? g_object_ref (database) : NULL;
  self->n_left = max_connections;
  self->events = events;
  self->user_data = user_data;
  self->listener = g_socket_listener_new ();
  self->cancellable = g_cancellable_new ();

  if (!gst_ice_turn_tunnel_listen (self, family, error)) {
    gst_ice_turn_tunnel_unref (self);
    return NULL;
  }
  g_socket_listener_accept_async (self->listener, self->cancellable,
      on_accepted, gst_ice_turn_tunnel_ref (self));
  return self;
}

/* @self: (transfer full) */
void
gst_ice_turn_tunnel_free (GstIceTurnTunnel * self)
{
  g_cancellable_cancel (self->cancellable);
  g_socket_listener_close (self->listener);
  gst_ice_turn_tunnel_unref (self);
}

const gchar *
gst_ice_turn_tunnel_get_address (const GstIceTurnTunnel * self)
{
  return self->address;
}

guint
gst_ice_turn_tunnel_get_port (const GstIceTurnTunnel * self)
{
  return self->port;
}
