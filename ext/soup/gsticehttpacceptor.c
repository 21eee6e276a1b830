/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The TCP sockets of a listener: one, or one for IPv6 and one for IPv4. */

#include "config.h"

#include "gsticehttpacceptor.h"

#include "gsticeerror.h"
#include "gsticetimer.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_http_acceptor_debug);
#define GST_CAT_DEFAULT gst_ice_http_acceptor_debug

#define BACKLOG 64

/* How long to leave the queue of connections alone when the process has no
 * descriptor left for one. */
#define ACCEPT_RETRY_MS 100

/* IPv6, which may take IPv4 too, and IPv4. */
#define MAX_LISTENERS 2

typedef struct
{
  GstIceHttpAcceptor *acceptor;
  GSocket *socket;
  GSource *source;              /* a connection waits; or NULL */
  GSource *retry;               /* or NULL */
} Listener;

struct _GstIceHttpAcceptor
{
  GstIceHttpAcceptorFunc function;
  gpointer user_data;
  guint port;
  Listener listeners[MAX_LISTENERS];
  guint n_listeners;
};

static void
init_log (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_http_acceptor_debug, "icehttpacceptor", 0,
        "ICE listener's TCP port");
    g_once_init_leave (&done, 1);
  }
}

static void listener_watch (Listener * listener);

static gboolean
on_accept_retry (gpointer user_data)
{
  Listener *listener = user_data;

  gst_ice_timer_clear (&listener->retry);
  listener_watch (listener);
  return G_SOURCE_REMOVE;
}

static gboolean
on_connection (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  Listener *listener = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) client = g_socket_accept (socket, NULL, &error);

  if (client != NULL) {
    g_socket_set_blocking (client, FALSE);
    listener->acceptor->function (client, listener->acceptor->user_data);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
    GST_WARNING ("a connection could not be taken: %s", error->message);
    gst_ice_timer_clear (&listener->source);
    listener->retry = gst_ice_timer_new (ACCEPT_RETRY_MS,
        on_accept_retry, listener);
  }
  return G_SOURCE_CONTINUE;
}

static void
listener_watch (Listener * listener)
{
  listener->source = g_socket_create_source (listener->socket, G_IO_IN, NULL);
  g_source_set_callback (listener->source, G_SOURCE_FUNC (on_connection),
      listener, NULL);
  g_source_attach (listener->source, g_main_context_get_thread_default ());
}

static gboolean
add_listener (GstIceHttpAcceptor * self, GInetAddress * inet, GError ** error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (inet),
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (inet, self->port);
  g_autoptr (GSocketAddress) bound = NULL;
  Listener *listener = &self->listeners[self->n_listeners];

  if (socket == NULL || !g_socket_bind (socket, address, TRUE, error))
    return FALSE;
  g_socket_set_listen_backlog (socket, BACKLOG);
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_listen (socket, error) ||
      (bound = g_socket_get_local_address (socket, error)) == NULL)
    return FALSE;

  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->n_listeners++;
  listener->acceptor = self;
  listener->socket = g_steal_pointer (&socket);
  listener_watch (listener);
  return TRUE;
}

static gboolean
add_any (GstIceHttpAcceptor * self, GSocketFamily family, GError ** error)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (family);

  return add_listener (self, any, error);
}

static gboolean
add_loopback (GstIceHttpAcceptor * self, GSocketFamily family, GError ** error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);

  return add_listener (self, loopback, error);
}

/* One socket for both, where the system does that. Without IPv6, or with its sockets kept
 * apart, IPv4 has one of its own. */
static gboolean
listen_on_all (GstIceHttpAcceptor * self, GError ** error)
{
  g_autoptr (GError) trouble = NULL;

  if (add_any (self, G_SOCKET_FAMILY_IPV6, &trouble)) {
    if (g_socket_speaks_ipv4 (self->listeners[0].socket))
      return TRUE;
  } else if (g_error_matches (trouble, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)) {
    g_propagate_error (error, g_steal_pointer (&trouble));
    return FALSE;
  }
  return add_any (self, G_SOCKET_FAMILY_IPV4, error);
}

/* A system may have no IPv6. */
static gboolean
listen_on_localhost (GstIceHttpAcceptor * self, GError ** error)
{
  g_autoptr (GError) trouble = NULL;

  if (!add_loopback (self, G_SOCKET_FAMILY_IPV4, error))
    return FALSE;
  if (!add_loopback (self, G_SOCKET_FAMILY_IPV6, &trouble) &&
      g_error_matches (trouble, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)) {
    g_propagate_error (error, g_steal_pointer (&trouble));
    return FALSE;
  }
  return TRUE;
}

static gboolean
listen_on_address (GstIceHttpAcceptor * self, const gchar * host,
    GError ** error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (host);

  if (inet != NULL)
    return add_listener (self, inet, error);
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "signalling-uri: to listen takes an IP address of this machine, localhost, "
      "or no host at all, and \"%s\" is none of them", host);
  return FALSE;
}

static gboolean
listen_on (GstIceHttpAcceptor * self, const gchar * host, GError ** error)
{
  g_autoptr (GError) trouble = NULL;
  const gboolean listens = *host == '\0' ? listen_on_all (self, &trouble) :
      g_ascii_strcasecmp (host, "localhost") == 0 ?
      listen_on_localhost (self, &trouble) :
      listen_on_address (self, host, &trouble);

  if (listens)
    return TRUE;
  if (trouble->domain == GST_ICE_ERROR)
    g_propagate_error (error, g_steal_pointer (&trouble));
  else if (g_error_matches (trouble, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Port %u is in use (%s): another program listens there; choose another "
        "port in signalling-uri", self->port, trouble->message);
  else
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Can not listen on port %u%s%s: %s", self->port,
        *host != '\0' ? " of " : "", host, trouble->message);
  return FALSE;
}

/* Returns: (transfer full): a port that is listened on, or %NULL */
GstIceHttpAcceptor *
gst_ice_http_acceptor_new (const gchar * host, guint port,
    GstIceHttpAcceptorFunc function, gpointer user_data, GError ** error)
{
  GstIceHttpAcceptor *self = g_new0 (GstIceHttpAcceptor, 1);

  init_log ();
  self->port = port;
  self->function = function;
  self->user_data = user_data;
  if (!listen_on (self, host, error))
    g_clear_pointer (&self, gst_ice_http_acceptor_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_acceptor_free (GstIceHttpAcceptor * self)
{
  for (guint i = 0; i < self->n_listeners; i++) {
    Listener *listener = &self->listeners[i];

    gst_ice_timer_clear (&listener->source);
    gst_ice_timer_clear (&listener->retry);
    g_socket_close (listener->socket, NULL);
    g_object_unref (listener->socket);
  }
  g_free (self);
}

guint
gst_ice_http_acceptor_get_port (const GstIceHttpAcceptor * self)
{
  return self->port;
}
