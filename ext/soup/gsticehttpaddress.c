/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the two addresses of an HTTP connection tell: whether it leaves this host, and which
 * client it is that is counted. */

#include "config.h"

#include "gsticehttpaddress.h"

#define CUT "gst-ice-cut"

/* Of no matter: nothing is sent to it. */
#define PROBE_PORT 9

/* Returns: (transfer none) (nullable) */
static GInetAddress *
get_inet (GSocketAddress * address)
{
  return address != NULL && G_IS_INET_SOCKET_ADDRESS (address) ?
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)) :
      NULL;
}

guint64
gst_ice_http_address_get_key (GSocketAddress * address)
{
  GInetAddress *inet = get_inet (address);
  gsize n;
  guint64 key = 0;

  if (inet == NULL)
    return 0;
  n = MIN (g_inet_address_get_native_size (inet), sizeof key);
  for (gsize i = 0; i < n; i++)
    key = key << 8 | g_inet_address_to_bytes (inet)[i];
  return key;
}

gboolean
gst_ice_http_address_is_loopback (GSocketAddress * address)
{
  GInetAddress *inet = get_inet (address);

  return inet != NULL && g_inet_address_get_is_loopback (inet);
}

gboolean
gst_ice_http_address_same_host (GSocketAddress * local, GSocketAddress * remote)
{
  GInetAddress *ours = get_inet (local), *theirs = get_inet (remote);

  return ours != NULL && theirs != NULL &&
      (g_inet_address_get_is_loopback (theirs) ||
      g_inet_address_equal (ours, theirs));
}

/* The kernel's choice of a source address tells: to an address of its own it is that
 * address. Whether an address can be bound does not (net.ipv4.ip_nonlocal_bind). */
gboolean
gst_ice_http_address_is_own (GInetAddress * inet)
{
  g_autoptr (GSocketAddress) remote =
      g_inet_socket_address_new (inet, PROBE_PORT);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (inet),
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  if (g_inet_address_get_is_loopback (inet))
    return TRUE;
  if (socket == NULL || !g_socket_connect (socket, remote, NULL, NULL))
    return FALSE;
  local = g_socket_get_local_address (socket, NULL);
  return gst_ice_http_address_same_host (local, remote);
}

static void
on_network_event (SoupMessage * message, GSocketClientEvent event,
    GIOStream * stream, gpointer user_data)
{
  GSocketConnection *connection;
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocketAddress) remote = NULL;

  if (event != G_SOCKET_CLIENT_CONNECTED || !G_IS_SOCKET_CONNECTION (stream))
    return;

  connection = G_SOCKET_CONNECTION (stream);
  local = g_socket_connection_get_local_address (connection, NULL);
  remote = g_socket_connection_get_remote_address (connection, NULL);
  if (gst_ice_http_address_same_host (local, remote))
    return;

  g_object_set_data (G_OBJECT (message), CUT, GINT_TO_POINTER (TRUE));
  g_socket_shutdown (g_socket_connection_get_socket (connection), TRUE, TRUE,
      NULL);
}

void
gst_ice_http_address_keep_on_host (SoupMessage * message)
{
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event),
      NULL);
}

gboolean
gst_ice_http_address_was_cut (SoupMessage * message)
{
  return g_object_get_data (G_OBJECT (message), CUT) != NULL;
}
