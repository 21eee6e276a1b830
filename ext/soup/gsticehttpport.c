/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The TCP ports that this process listens on for HTTP, and the paths on each. */

#include "config.h"

#include "gsticehttpport.h"

#include "gsticeerror.h"

#define BACKLOG 64

/* IPv6, which may take IPv4 too, and IPv4. */
#define MAX_SOCKETS 2

typedef struct
{
  gchar *path;
  gpointer owner;
} Place;

struct _GstIceHttpPort
{
  gchar *host;                  /* set at construction, as are these */
  guint number;
  gboolean is_open;
  GSocket *sockets[MAX_SOCKETS];
  guint n_sockets;

  GQueue places;                /* of Place; protected by the lock */
};

/* Never held across a system call but those that open and close sockets: who finds no port
 * opens it, and nobody else may do so meanwhile. */
static GMutex lock;
static GQueue ports = G_QUEUE_INIT;     /* of GstIceHttpPort; protected by the lock */

static gboolean
add_socket (GstIceHttpPort * self, GInetAddress * inet, GError ** error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (inet),
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (inet, self->number);
  g_autoptr (GSocketAddress) bound = NULL;

  if (socket == NULL || !g_socket_bind (socket, address, TRUE, error))
    return FALSE;
  g_socket_set_listen_backlog (socket, BACKLOG);
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_listen (socket, error) ||
      (bound = g_socket_get_local_address (socket, error)) == NULL)
    return FALSE;

  self->number = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->sockets[self->n_sockets++] = g_steal_pointer (&socket);
  return TRUE;
}

static gboolean
add_any (GstIceHttpPort * self, GSocketFamily family, GError ** error)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (family);

  return add_socket (self, any, error);
}

static gboolean
add_loopback (GstIceHttpPort * self, GSocketFamily family, GError ** error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);

  return add_socket (self, loopback, error);
}

/* One socket for both, where the system does that. Without IPv6, or with its sockets kept
 * apart, IPv4 has one of its own. */
static gboolean
listen_on_all (GstIceHttpPort * self, GError ** error)
{
  g_autoptr (GError) trouble = NULL;

  if (add_any (self, G_SOCKET_FAMILY_IPV6, &trouble)) {
    if (g_socket_speaks_ipv4 (self->sockets[0]))
      return TRUE;
  } else if (g_error_matches (trouble, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)) {
    g_propagate_error (error, g_steal_pointer (&trouble));
    return FALSE;
  }
  return add_any (self, G_SOCKET_FAMILY_IPV4, error);
}

/* A system may have no IPv6. */
static gboolean
listen_on_localhost (GstIceHttpPort * self, GError ** error)
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
listen_on_address (GstIceHttpPort * self, GError ** error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (self->host);

  if (inet != NULL)
    return add_socket (self, inet, error);
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "signalling-uri: to listen takes an IP address of this machine, localhost, "
      "or no host at all, and \"%s\" is none of them", self->host);
  return FALSE;
}

static gboolean
start (GstIceHttpPort * self, GError ** error)
{
  g_autoptr (GError) trouble = NULL;
  const gboolean listens = *self->host == '\0' ? listen_on_all (self, &trouble)
      : g_ascii_strcasecmp (self->host, "localhost") == 0 ?
      listen_on_localhost (self, &trouble) : listen_on_address (self, &trouble);

  if (listens)
    return TRUE;
  if (trouble->domain == GST_ICE_ERROR)
    g_propagate_error (error, g_steal_pointer (&trouble));
  else if (g_error_matches (trouble, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Port %u is in use (%s): another program listens there, or this one with "
        "another host in its URI; choose another port", self->number,
        trouble->message);
  else
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Can not listen on port %u%s%s: %s", self->number,
        *self->host != '\0' ? " of " : "", self->host, trouble->message);
  return FALSE;
}

/* @self: (transfer full) */
static void
port_free (GstIceHttpPort * self)
{
  for (guint i = 0; i < self->n_sockets; i++) {
    g_socket_close (self->sockets[i], NULL);
    g_object_unref (self->sockets[i]);
  }
  g_free (self->host);
  g_free (self);
}

static GstIceHttpPort *
find_port_locked (const gchar * host, guint number)
{
  for (GList * l = ports.head; l != NULL && number != 0; l = l->next) {
    GstIceHttpPort *port = l->data;

    if (port->number == number && g_str_equal (port->host, host))
      return port;
  }
  return NULL;
}

static GstIceHttpPort *
open_port_locked (const gchar * host, guint number, gboolean is_open,
    GError ** error)
{
  GstIceHttpPort *self = g_new0 (GstIceHttpPort, 1);

  self->host = g_strdup (host);
  self->number = number;
  self->is_open = is_open;
  g_queue_init (&self->places);
  if (!start (self, error)) {
    port_free (self);
    return NULL;
  }
  g_queue_push_tail (&ports, self);
  return self;
}

static gboolean
may_join_locked (GstIceHttpPort * self, const gchar * path, gboolean is_open,
    GError ** error)
{
  if (!self->is_open || !is_open) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Port %u is in use by another listener of this process, and only "
        "listeners at http: can share one; choose another port", self->number);
    return FALSE;
  }
  for (GList * l = self->places.head; l != NULL; l = l->next) {
    if (g_str_equal (((Place *) l->data)->path, path)) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
          "The path %s of port %u is in use by another listener of this process: "
          "choose another path", path, self->number);
      return FALSE;
    }
  }
  return TRUE;
}

GstIceHttpPort *
gst_ice_http_port_join (const gchar * host, guint number, const gchar * path,
    gboolean is_open, gpointer owner, GError ** error)
{
  GstIceHttpPort *self;
  Place *place;

  g_mutex_lock (&lock);
  self = find_port_locked (host, number);
  if (self == NULL)
    self = open_port_locked (host, number, is_open, error);
  else if (!may_join_locked (self, path, is_open, error))
    self = NULL;
  if (self != NULL) {
    place = g_new0 (Place, 1);
    place->path = g_strdup (path);
    place->owner = owner;
    g_queue_push_tail (&self->places, place);
  }
  g_mutex_unlock (&lock);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_port_leave (GstIceHttpPort * self, gpointer owner)
{
  g_mutex_lock (&lock);
  for (GList * l = self->places.head; l != NULL; l = l->next) {
    Place *place = l->data;

    if (place->owner != owner)
      continue;
    g_free (place->path);
    g_free (place);
    g_queue_delete_link (&self->places, l);
    break;
  }
  if (self->places.length == 0) {
    g_queue_remove (&ports, self);
    port_free (self);
  }
  g_mutex_unlock (&lock);
}

guint
gst_ice_http_port_get_number (const GstIceHttpPort * self)
{
  return self->number;
}

GSocket *
gst_ice_http_port_get_socket (GstIceHttpPort * self, guint i)
{
  return i < self->n_sockets ? self->sockets[i] : NULL;
}

gboolean
gst_ice_http_port_is_shared (GstIceHttpPort * self)
{
  gboolean shared;

  g_mutex_lock (&lock);
  shared = self->places.length > 1;
  g_mutex_unlock (&lock);
  return shared;
}

/* Returns: whether a request for @path is one for @place, or for a session below it */
static gboolean
leads_to (const gchar * path, const gchar * place)
{
  const gsize length = strlen (place);

  return g_str_has_prefix (path, place) && (path[length] == '\0' ||
      path[length] == '/' || place[length - 1] == '/');
}

gpointer
gst_ice_http_port_find (GstIceHttpPort * self, const gchar * path)
{
  const Place *found = NULL;
  gpointer owner = NULL;

  g_mutex_lock (&lock);
  for (GList * l = self->places.head; l != NULL; l = l->next) {
    const Place *place = l->data;

    if (leads_to (path, place->path) && (found == NULL ||
            strlen (place->path) > strlen (found->path)))
      found = place;
  }
  if (found != NULL)
    owner = g_atomic_rc_box_acquire (found->owner);
  g_mutex_unlock (&lock);
  return owner;
}
