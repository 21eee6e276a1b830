/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Counts and times a listener's connections, and limits what a request may carry. */

#include "config.h"

#include "gsticehttpserver.h"

#include "gsticehttpacceptor.h"
#include "gsticehttpaddress.h"
#include "gsticehttpmethods.h"
#include "gsticelog.h"
#include "gsticetimer.h"

#include <gst/gst.h>

GST_ICE_LOG_CATEGORY (gst_ice_http_server_log, "icehttpserver",
    "ICE listener's HTTP connections");
#define GST_CAT_DEFAULT gst_ice_http_server_log ()

#define MAX_VISITS 64

/* Of one client; not on loopback, where all may come through a proxy. */
#define MAX_VISITS_OF_CLIENT 16

/* To send a request, and then to take the answer. */
#define VISIT_MS 10000

/* A body that is too long is read on, so that the client gets to read the answer,
 * but not for ever. */
#define MAX_IGNORED_BYTES (8 * 1024 * 1024)

#define STOP_MS 500

#define VISIT "gst-ice-visit"

struct _GstIceHttpServer
{
  const GstIceHttpServerEvents *events; /* NULL when stopped */
  gpointer user_data;

  SoupServer *soup;
  GstIceTlsIdentity *identity;  /* NULL: no TLS */
  GstIceHttpAcceptor *acceptor; /* NULL when stopped */
  guint port;

  GQueue visits;                /* of Visit */
  GSocketConnection *arriving;  /* while libsoup is told of it, as are these */
  GIOStream *arriving_stream;
  guint64 arriving_client;

  GDestroyNotify stopped;
  gpointer stopped_data;
  GSource *stop_timer;          /* or NULL */
};

/* A connection and its one request: lives as long as the latter. */
typedef struct
{
  GstIceHttpServer *server;     /* NULL when it has gone before */
  GSocketConnection *connection;
  GIOStream *stream;            /* what is read and written: it, or TLS on it */
  guint64 client;               /* key of its address, 0: not counted */
  SoupServerMessage *message;   /* not a reference: it owns the visit */
  GSource *timer;               /* or NULL */
  GSource *watch;               /* for the client's leaving, or NULL */
  gsize n_bytes;                /* of the body */
  gboolean complete;            /* the request was read */
  gboolean cut;                 /* it makes room for another */
} Visit;

static Visit *
get_visit (SoupServerMessage * message)
{
  return g_object_get_data (G_OBJECT (message), VISIT);
}

/* libsoup, which reads and writes here, sees the end and tidies up. */
static void
hang_up (GSocketConnection * connection)
{
  g_socket_shutdown (g_socket_connection_get_socket (connection), TRUE, TRUE,
      NULL);
}

static gboolean
on_stopped (gpointer user_data)
{
  GstIceHttpServer *self = user_data;

  gst_ice_timer_clear (&self->stop_timer);
  self->stopped (self->stopped_data);
  return G_SOURCE_REMOVE;
}

static void
visit_free (Visit * visit)
{
  GstIceHttpServer *self = visit->server;

  gst_ice_timer_clear (&visit->timer);
  gst_ice_timer_clear (&visit->watch);
  g_object_unref (visit->connection);
  g_object_unref (visit->stream);
  if (self != NULL)
    g_queue_remove (&self->visits, visit);
  g_free (visit);

  if (self != NULL && self->stop_timer != NULL && self->visits.length == 0) {
    gst_ice_timer_clear (&self->stop_timer);
    self->stop_timer = gst_ice_timer_new (0, on_stopped, self);
  }
}

static gboolean
on_visit_late (gpointer user_data)
{
  Visit *visit = user_data;

  GST_INFO ("a client is too slow; hanging up");
  gst_ice_timer_clear (&visit->timer);
  hang_up (visit->connection);
  return G_SOURCE_REMOVE;
}

static void
visit_set_timer (Visit * visit)
{
  gst_ice_timer_clear (&visit->timer);
  visit->timer = gst_ice_timer_new (VISIT_MS, on_visit_late, visit);
}

static void
refuse_body (SoupServerMessage * message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
}

static void
respond_too_long (SoupServerMessage * message)
{
  g_autofree gchar *text = g_strdup_printf ("The body is longer than %d bytes",
      GST_ICE_HTTP_MAX_REQUEST_BYTES);

  gst_ice_http_server_respond (message,
      SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, text);
  refuse_body (message);
}

static void
on_chunk (SoupServerMessage * message, GBytes * chunk, gpointer user_data)
{
  Visit *visit = user_data;

  visit->n_bytes += g_bytes_get_size (chunk);
  if (visit->n_bytes > MAX_IGNORED_BYTES)
    hang_up (visit->connection);
  else if (visit->n_bytes > GST_ICE_HTTP_MAX_REQUEST_BYTES &&
      soup_server_message_get_status (message) == 0)
    respond_too_long (message);
}

static void
on_started (SoupServer * soup, SoupServerMessage * message,
    GstIceHttpServer * self)
{
  Visit *visit;

  if (self->arriving == NULL)
    return;

  visit = g_new0 (Visit, 1);
  visit->server = self;
  visit->connection = g_object_ref (self->arriving);
  visit->stream = g_object_ref (self->arriving_stream);
  visit->message = message;
  visit->client = self->arriving_client;
  g_queue_push_tail (&self->visits, visit);
  g_object_set_data_full (G_OBJECT (message), VISIT, visit,
      (GDestroyNotify) visit_free);

  visit_set_timer (visit);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), visit);
  /* With one request for each connection, each is counted and timed; also for answers
   * that libsoup gives by itself. */
  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "Connection", "close");
}

static void
on_read (SoupServer * soup, SoupServerMessage * message,
    GstIceHttpServer * self)
{
  Visit *visit = get_visit (message);

  visit->complete = TRUE;
  visit_set_timer (visit);
}

static void
on_headers (SoupServer * soup, SoupServerMessage * message, const char *path,
    GHashTable * query, gpointer user_data)
{
  GstIceHttpServer *self = user_data;

  if (self->events != NULL)
    self->events->headers (message, self->user_data);
  else
    gst_ice_http_server_respond (message, SOUP_STATUS_SERVICE_UNAVAILABLE,
        NULL);

  if (soup_server_message_get_status (message) != 0)
    refuse_body (message);
  else if (soup_message_headers_get_content_length
      (soup_server_message_get_request_headers (message)) >
      GST_ICE_HTTP_MAX_REQUEST_BYTES)
    respond_too_long (message);
}

static void
on_request (SoupServer * soup, SoupServerMessage * message, const char *path,
    GHashTable * query, gpointer user_data)
{
  GstIceHttpServer *self = user_data;

  if (self->events != NULL)
    self->events->request (message, self->user_data);
  else
    gst_ice_http_server_respond (message, SOUP_STATUS_SERVICE_UNAVAILABLE,
        NULL);
}

/* @client: 0: any
 * Returns: how many connections of it are open */
static guint
count_visits (GstIceHttpServer * self, guint64 client)
{
  guint n = 0;

  for (GList * l = self->visits.head; l != NULL; l = l->next) {
    const Visit *visit = l->data;

    n += !visit->cut && (client == 0 || visit->client == client);
  }
  return n;
}

/* Hangs up on the connection that has taken longest to send a request.
 * @client: 0: any
 * Returns: whether there was one */
static gboolean
make_room (GstIceHttpServer * self, guint64 client)
{
  for (GList * l = self->visits.head; l != NULL; l = l->next) {
    Visit *visit = l->data;

    if (visit->cut || visit->complete ||
        (client != 0 && visit->client != client))
      continue;
    visit->cut = TRUE;
    hang_up (visit->connection);
    return TRUE;
  }
  return FALSE;
}

/* Returns: whether one more may be taken */
static gboolean
has_room (GstIceHttpServer * self, guint64 client)
{
  if (client != 0 && count_visits (self, client) >= MAX_VISITS_OF_CLIENT)
    return make_room (self, client);
  return count_visits (self, 0) < MAX_VISITS || make_room (self, 0);
}

/* Returns: (transfer full): what is read and written; the handshake is done by the first of
 *     these */
static GIOStream *
open_stream (GstIceHttpServer * self, GSocketConnection * connection)
{
  g_autoptr (GError) trouble = NULL;
  GTlsCertificate *certificate;
  GIOStream *stream;

  if (self->identity == NULL)
    return g_object_ref (G_IO_STREAM (connection));

  certificate = gst_ice_tls_identity_get (self->identity, &trouble);
  if (trouble != NULL)
    self->events->warning (trouble, self->user_data);
  stream = g_tls_server_connection_new (G_IO_STREAM (connection), certificate,
      NULL);
  /* Who only hangs up need not say so before. */
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (stream), FALSE);
  return stream;
}

/* @socket: (transfer none): a client's */
static void
on_connection (GSocket * socket, gpointer user_data)
{
  GstIceHttpServer *self = user_data;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote =
      g_socket_get_remote_address (socket, NULL);
  g_autoptr (GSocketConnection) connection =
      g_socket_connection_factory_create_connection (socket);
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (GIOStream) limited = NULL;

  /* Without addresses it is gone already. */
  if (local == NULL || remote == NULL)
    return;

  self->arriving_client = gst_ice_http_address_is_loopback (remote) ? 0 :
      gst_ice_http_address_get_key (remote);
  if (!has_room (self, self->arriving_client)) {
    GST_INFO ("too many connections wait for an answer; hanging up");
    return;
  }
  stream = open_stream (self, connection);
  self->arriving = connection;
  self->arriving_stream = stream;
  limited = gst_ice_http_methods_limit (stream);
  soup_server_accept_iostream (self->soup, limited, local, remote, NULL);
  self->arriving = NULL;
}

/* Returns: (transfer full): a server that listens, or %NULL with @error set */
GstIceHttpServer *
gst_ice_http_server_new (const gchar * host, guint port,
    const gchar * path, GstIceTlsIdentity * identity,
    const GstIceHttpServerEvents * events, gpointer user_data, GError ** error)
{
  GstIceHttpServer *self = g_new0 (GstIceHttpServer, 1);

  self->events = events;
  self->user_data = user_data;
  self->identity = identity;
  g_queue_init (&self->visits);

  self->soup = soup_server_new ("server-header", "gst-ice", NULL);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (on_started),
      self);
  g_signal_connect (self->soup, "request-read", G_CALLBACK (on_read), self);
  soup_server_add_early_handler (self->soup, NULL, on_headers, self, NULL);
  soup_server_add_handler (self->soup, NULL, on_request, self, NULL);

  self->acceptor =
      gst_ice_http_acceptor_new (host, port, path, identity == NULL,
      on_connection, self, error);
  if (self->acceptor == NULL) {
    gst_ice_http_server_free (self);
    return NULL;
  }
  self->port = gst_ice_http_acceptor_get_port (self->acceptor);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_server_free (GstIceHttpServer * self)
{
  self->events = NULL;
  g_clear_pointer (&self->acceptor, gst_ice_http_acceptor_free);
  gst_ice_timer_clear (&self->stop_timer);
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  /* What is left belongs to requests that somebody still holds. */
  for (GList * l = self->visits.head; l != NULL; l = l->next)
    ((Visit *) l->data)->server = NULL;
  g_queue_clear (&self->visits);
  g_free (self);
}

guint
gst_ice_http_server_get_port (const GstIceHttpServer * self)
{
  return self->port;
}

void
gst_ice_http_server_respond (SoupServerMessage * message, guint status,
    const gchar * text)
{
  g_autofree gchar *line = NULL;

  soup_server_message_set_status (message, status, NULL);
  if (text == NULL)
    return;
  line = g_strconcat (text, "\n", NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8",
      SOUP_MEMORY_COPY, line, strlen (line));
}

/* Returns: whether the TLS of @visit has ended; its bytes tell nothing without being read */
static gboolean
has_tls_ended (const Visit * visit)
{
  GPollableInputStream *input =
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (visit->stream));
  g_autoptr (GError) error = NULL;
  gchar byte;

  return g_pollable_input_stream_read_nonblocking (input, &byte, 1, NULL,
      &error) <= 0 &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* A client sends nothing after its one request: what can be read is its end. One
 * that does is there, and finds its answer after it. */
gboolean
gst_ice_http_server_is_gone (SoupServerMessage * message)
{
  const Visit *visit = get_visit (message);
  GSocket *socket = g_socket_connection_get_socket (visit->connection);

  if (g_socket_condition_check (socket, G_IO_IN | G_IO_HUP) == 0)
    return FALSE;
  return G_IS_TLS_CONNECTION (visit->stream) ? has_tls_ended (visit) :
      g_socket_get_available_bytes (socket) <= 0;
}

static gboolean
on_watch (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  Visit *visit = user_data;
  GstIceHttpServer *self = visit->server;
  g_autoptr (SoupServerMessage) message = g_object_ref (visit->message);
  g_autoptr (GIOStream) stream = NULL;

  /* TLS has things to say of its own, which were read by that. */
  if (!gst_ice_http_server_is_gone (message)) {
    if (G_IS_TLS_CONNECTION (visit->stream))
      return G_SOURCE_CONTINUE;
    gst_ice_timer_clear (&visit->watch);
    return G_SOURCE_REMOVE;
  }

  gst_ice_timer_clear (&visit->watch);
  stream = soup_server_message_steal_connection (message);
  g_io_stream_close (G_IO_STREAM (visit->connection), NULL, NULL);
  if (self->events != NULL)
    self->events->gone (message, self->user_data);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full): @message, which waits for its answer */
SoupServerMessage *
gst_ice_http_server_hold (SoupServerMessage * message)
{
  Visit *visit = get_visit (message);
  GSocket *socket = g_socket_connection_get_socket (visit->connection);

  gst_ice_timer_clear (&visit->timer);
  visit->watch = g_socket_create_source (socket, G_IO_IN | G_IO_HUP, NULL);
  g_source_set_callback (visit->watch, G_SOURCE_FUNC (on_watch), visit, NULL);
  g_source_attach (visit->watch, g_main_context_get_thread_default ());

  soup_server_message_pause (message);
  return g_object_ref (message);
}

/* @message: (transfer full) */
void
gst_ice_http_server_release (SoupServerMessage * message)
{
  Visit *visit = get_visit (message);

  gst_ice_timer_clear (&visit->watch);
  visit_set_timer (visit);
  soup_server_message_unpause (message);
  g_object_unref (message);
}

void
gst_ice_http_server_stop (GstIceHttpServer * self, GDestroyNotify stopped,
    gpointer user_data)
{
  self->events = NULL;
  self->stopped = stopped;
  self->stopped_data = user_data;
  g_clear_pointer (&self->acceptor, gst_ice_http_acceptor_free);

  for (GList * l = self->visits.head; l != NULL; l = l->next) {
    Visit *visit = l->data;

    if (!visit->complete)
      hang_up (visit->connection);
  }
  self->stop_timer = gst_ice_timer_new (self->visits.length > 0 ?
      STOP_MS : 0, on_stopped, self);
}
