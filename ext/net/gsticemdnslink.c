/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The sockets of multicast DNS: sends questions on every interface and reads
 * answers. */

#include "config.h"

#include "gsticemdnslink.h"

#include "gsticelog.h"
#include "gsticemdnsmessage.h"
#include "gsticeaddresses.h"

#include <gst/gst.h>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

GST_ICE_LOG_CATEGORY (gst_ice_mdns_link_log, "icemdnslink",
    "multicast DNS, its sockets");
#define GST_CAT_DEFAULT gst_ice_mdns_link_log ()

/* RFC 6762, 3 and 11: the time to live proves that a packet comes from the
 * link. */
#define PORT 5353
#define GROUP_IPV4 "224.0.0.251"
#define GROUP_IPV6 "ff02::fb"
#define TTL 255

#define MAX_INTERFACES 8

/* In the process. Each link has four sockets for each interface, for 3 s at
 * most. */
#define MAX_LINKS 64

/* One address family on one interface. */
typedef struct
{
  gchar *name;                  /* of the interface */
  GSocketFamily family;
  GSocketAddress *group;
  GSocket *asking;              /* NULL: could not be opened; so the next */
  GSocket *listening;
} Port;

struct _GstIceMdnsLink
{
  GMainContext *context;
  GstIceMdnsLinkReceived received;
  gpointer user_data;
  GPtrArray *ports;             /* of Port */
  GPtrArray *networks;          /* of GInetAddressMask: the networks of the
                                 * interfaces */
  GPtrArray *sources;           /* of GSource */
};

/* Atomic. */
static gint n_links;

static void
port_free (gpointer data)
{
  Port *port = data;

  /* Closed explicitly: a destroyed source may still hold a reference. */
  if (port->asking != NULL)
    g_socket_close (port->asking, NULL);
  if (port->listening != NULL)
    g_socket_close (port->listening, NULL);
  g_clear_object (&port->asking);
  g_clear_object (&port->listening);
  g_object_unref (port->group);
  g_free (port->name);
  g_free (port);
}

static void
source_free (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/* Which interfaces. */

static guint
count_bits (const guint8 * bytes, gsize n_bytes)
{
  guint n = 0;

  for (gsize i = 0; i < n_bytes; i++) {
    for (guint8 byte = bytes[i]; byte != 0; byte = (guint8) (byte << 1))
      n += byte >> 7;
  }
  return n;
}

/* Returns: (transfer full) (nullable): the network of an IP address of this
 *     machine */
static GInetAddressMask *
get_network (const struct ifaddrs *entry)
{
  g_autoptr (GInetAddress) address = NULL;
  const guint8 *bytes, *mask;
  gsize n_bytes;

  if (entry->ifa_addr == NULL || entry->ifa_netmask == NULL ||
      !(entry->ifa_flags & IFF_UP))
    return NULL;
  if (entry->ifa_addr->sa_family == AF_INET) {
    bytes = (const guint8 *) &((struct sockaddr_in *)
        entry->ifa_addr)->sin_addr;
    mask = (const guint8 *) &((struct sockaddr_in *)
        entry->ifa_netmask)->sin_addr;
  } else if (entry->ifa_addr->sa_family == AF_INET6) {
    bytes = (const guint8 *) &((struct sockaddr_in6 *)
        entry->ifa_addr)->sin6_addr;
    mask = (const guint8 *) &((struct sockaddr_in6 *)
        entry->ifa_netmask)->sin6_addr;
  } else {
    return NULL;
  }
  address = g_inet_address_new_from_bytes (bytes,
      entry->ifa_addr->sa_family == AF_INET ? G_SOCKET_FAMILY_IPV4 :
      G_SOCKET_FAMILY_IPV6);
  n_bytes = g_inet_address_get_native_size (address);
  return g_object_new (G_TYPE_INET_ADDRESS_MASK, "address", address, "length",
      count_bits (mask, n_bytes), NULL);
}

static gboolean
has_port (const GstIceMdnsLink * self, const gchar * name, GSocketFamily family)
{
  for (guint i = 0; i < self->ports->len; i++) {
    const Port *port = g_ptr_array_index (self->ports, i);

    if (port->family == family && g_str_equal (port->name, name))
      return TRUE;
  }
  return FALSE;
}

static void
add_port (GstIceMdnsLink * self, const gchar * name, GSocketFamily family)
{
  g_autoptr (GInetAddress) group =
      g_inet_address_new_from_string (family == G_SOCKET_FAMILY_IPV4 ?
      GROUP_IPV4 : GROUP_IPV6);
  Port *port;

  if (self->ports->len == MAX_INTERFACES || has_port (self, name, family))
    return;
  port = g_new0 (Port, 1);
  port->name = g_strdup (name);
  port->family = family;
  port->group = g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", group,
      "port", PORT, "scope-id", family == G_SOCKET_FAMILY_IPV6 ?
      if_nametoindex (name) : 0, NULL);
  g_ptr_array_add (self->ports, port);
}

/* Adds the interfaces that have one of @addresses, and all networks that
 * they are in. */
static void
add_interfaces (GstIceMdnsLink * self, GPtrArray * addresses)
{
  struct ifaddrs *all = NULL;

  if (getifaddrs (&all) != 0)
    return;
  for (const struct ifaddrs * entry = all; entry; entry = entry->ifa_next) {
    g_autoptr (GInetAddressMask) network = get_network (entry);
    g_autofree gchar *text = NULL;

    if (network == NULL)
      continue;
    text = g_inet_address_to_string (g_inet_address_mask_get_address (network));
    if (g_ptr_array_find_with_equal_func (addresses, text, g_str_equal, NULL))
      add_port (self, entry->ifa_name,
          g_inet_address_mask_get_family (network));
    g_ptr_array_add (self->networks, g_steal_pointer (&network));
  }
  freeifaddrs (all);
}

/* Receiving. */

/* RFC 6762, 6 and 11: answers come from the port of multicast DNS, and from
 * the link. */
static gboolean
is_from_link (const GstIceMdnsLink * self, GSocketAddress * from)
{
  GInetAddress *address;

  if (!G_IS_INET_SOCKET_ADDRESS (from) ||
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (from)) != PORT)
    return FALSE;
  address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from));
  for (guint i = 0; i < self->networks->len; i++) {
    if (g_inet_address_mask_matches (g_ptr_array_index (self->networks, i),
            address))
      return TRUE;
  }
  return g_inet_address_get_is_link_local (address);
}

static gboolean
receive (GstIceMdnsLink * self, GSocket * socket, gboolean to_all)
{
  g_autofree guint8 *data = g_malloc (GST_ICE_MDNS_MAX_BYTES);
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GError) error = NULL;
  gssize size = g_socket_receive_from (socket, &from, (gchar *) data,
      GST_ICE_MDNS_MAX_BYTES, NULL, &error);

  if (size < 0) {
    GST_DEBUG ("can't receive: %s", error->message);
    return G_SOURCE_CONTINUE;
  }
  if (is_from_link (self, from))
    self->received (data, (gsize) size, to_all, self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_answer (GSocket * socket, GIOCondition condition, gpointer data)
{
  return receive (data, socket, FALSE);
}

static gboolean
on_group (GSocket * socket, GIOCondition condition, gpointer data)
{
  return receive (data, socket, TRUE);
}

static void
watch (GstIceMdnsLink * self, GSocket * socket, GSocketSourceFunc func)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (source, self->context);
  g_ptr_array_add (self->sources, source);
}

/* Opening. */

static gboolean
set_interface (GSocket * socket, const Port * port, GError ** error)
{
  guint index = if_nametoindex (port->name);

  if (port->family == G_SOCKET_FAMILY_IPV4) {
    struct ip_mreqn choice = {.imr_ifindex = (gint) index };

    /* An error becomes visible when something is sent. */
    (void) setsockopt (g_socket_get_fd (socket), IPPROTO_IP, IP_MULTICAST_IF,
        &choice, sizeof (choice));
    return TRUE;
  }
  return g_socket_set_option (socket, IPPROTO_IPV6, IPV6_MULTICAST_IF,
      (gint) index, error);
}

static GSocket *
socket_new (const Port * port, GSocketAddress * bound, GError ** error)
{
  g_autoptr (GSocket) socket = g_socket_new (port->family,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);

  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  return g_socket_bind (socket, bound, TRUE, error) ?
      g_steal_pointer (&socket) : NULL;
}

static GSocket *
open_asking (const Port * port, GError ** error)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (port->family);
  g_autoptr (GSocketAddress) bound = g_inet_socket_address_new (any, 0);
  g_autoptr (GSocket) socket = socket_new (port, bound, error);

  if (socket == NULL || !set_interface (socket, port, error))
    return NULL;
  g_socket_set_multicast_ttl (socket, TTL);
  /* The peer may be on this machine. */
  g_socket_set_multicast_loopback (socket, TRUE);
  return g_steal_pointer (&socket);
}

/* Bound to the group's address, so that it gets nothing that is meant for
 * the machine's own responder alone. */
static GSocket *
open_listening (const Port * port, GError ** error)
{
  g_autoptr (GSocket) socket = socket_new (port, port->group, error);

  if (socket == NULL || !g_socket_join_multicast_group (socket,
          g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS
              (port->group)), FALSE, port->name, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static void
open_port (GstIceMdnsLink * self, Port * port)
{
  g_autoptr (GError) error = NULL;

  port->asking = open_asking (port, &error);
  if (port->asking == NULL) {
    GST_DEBUG ("nothing can be asked on %s: %s", port->name, error->message);
    return;
  }
  watch (self, port->asking, on_answer);

  port->listening = open_listening (port, &error);
  if (port->listening != NULL)
    watch (self, port->listening, on_group);
  else
    GST_DEBUG ("only what is sent to us is heard on %s: %s", port->name,
        error->message);
}

GstIceMdnsLink *
gst_ice_mdns_link_new (const gchar * interfaces, GMainContext * context,
    GstIceMdnsLinkReceived received, gpointer user_data)
{
  g_autoptr (GPtrArray) addresses = NULL;
  GstIceMdnsLink *self;

  if (g_atomic_int_add (&n_links, 1) >= MAX_LINKS) {
    g_atomic_int_add (&n_links, -1);
    return NULL;
  }

  self = g_new0 (GstIceMdnsLink, 1);
  self->context = g_main_context_ref (context);
  self->received = received;
  self->user_data = user_data;
  self->ports = g_ptr_array_new_with_free_func (port_free);
  self->networks = g_ptr_array_new_with_free_func (g_object_unref);
  self->sources = g_ptr_array_new_with_free_func (source_free);
  addresses = gst_ice_addresses_list (interfaces);
  add_interfaces (self, addresses);
  for (guint i = 0; i < self->ports->len; i++)
    open_port (self, g_ptr_array_index (self->ports, i));
  if (self->sources->len == 0)
    g_clear_pointer (&self, gst_ice_mdns_link_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_mdns_link_free (GstIceMdnsLink * self)
{
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->ports);
  g_ptr_array_unref (self->networks);
  g_main_context_unref (self->context);
  g_free (self);
  g_atomic_int_add (&n_links, -1);
}

gboolean
gst_ice_mdns_link_has_family (const GstIceMdnsLink * self, GSocketFamily family)
{
  for (guint i = 0; i < self->ports->len; i++) {
    const Port *port = g_ptr_array_index (self->ports, i);

    if (port->family == family && port->asking != NULL)
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_mdns_link_send (GstIceMdnsLink * self, const GByteArray * message)
{
  for (guint i = 0; i < self->ports->len; i++) {
    const Port *port = g_ptr_array_index (self->ports, i);
    g_autoptr (GError) error = NULL;

    if (port->asking != NULL && g_socket_send_to (port->asking, port->group,
            (const gchar *) message->data, message->len, NULL, &error) < 0)
      GST_DEBUG ("can't ask on %s: %s", port->name, error->message);
  }
}
