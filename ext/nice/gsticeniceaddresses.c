/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeniceaddresses.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Bridges and their ends, and tunnels: a peer elsewhere can't reach what is behind
 * them, and each costs a check that must time out. network-interfaces asks for
 * them by name. */
static const gchar *const virtual_prefixes[] = {
  "docker", "veth", "virbr", "vnet", "vmnet", "vboxnet", "br-", "lxc", "podman",
  "cni", "tun", "tap", "wg", "zt", "tailscale", NULL
};

static gboolean
is_virtual (const gchar * name)
{
  for (guint i = 0; virtual_prefixes[i] != NULL; i++) {
    if (g_str_has_prefix (name, virtual_prefixes[i]))
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full) (nullable): the address of @entry, if it is IP */
static GInetAddress *
get_address (const struct ifaddrs *entry)
{
  if (entry->ifa_addr == NULL || !(entry->ifa_flags & IFF_UP))
    return NULL;

  if (entry->ifa_addr->sa_family == AF_INET) {
    const struct sockaddr_in *in = (const struct sockaddr_in *) entry->ifa_addr;

    return g_inet_address_new_from_bytes ((const guint8 *) &in->sin_addr,
        G_SOCKET_FAMILY_IPV4);
  }
  if (entry->ifa_addr->sa_family == AF_INET6) {
    const struct sockaddr_in6 *in6 =
        (const struct sockaddr_in6 *) entry->ifa_addr;

    return g_inet_address_new_from_bytes ((const guint8 *) &in6->sin6_addr,
        G_SOCKET_FAMILY_IPV6);
  }
  return NULL;
}

static gboolean
is_wanted (const struct ifaddrs *entry, GInetAddress * address,
    gchar ** interfaces, gboolean loopback)
{
  /* RFC 8445, 5.1.1.1: no link-local; they are of no use without their zone. */
  if (g_inet_address_get_is_link_local (address))
    return FALSE;
  if (interfaces != NULL)
    return g_strv_contains ((const gchar * const *) interfaces,
        entry->ifa_name);
  return g_inet_address_get_is_loopback (address) == loopback &&
      !is_virtual (entry->ifa_name);
}

/* libnice 0.1.21 prefers what comes later: IPv6 then, as RFC 8421 has it. */
static void
add_addresses (GPtrArray * list, const struct ifaddrs *all, gchar ** interfaces,
    gboolean loopback)
{
  static const GSocketFamily families[] = {
    G_SOCKET_FAMILY_IPV4, G_SOCKET_FAMILY_IPV6
  };

  for (guint f = 0; f < G_N_ELEMENTS (families); f++) {
    for (const struct ifaddrs * entry = all; entry; entry = entry->ifa_next) {
      g_autoptr (GInetAddress) address = get_address (entry);

      if (address != NULL &&
          g_inet_address_get_family (address) == families[f] &&
          is_wanted (entry, address, interfaces, loopback))
        g_ptr_array_add (list, g_inet_address_to_string (address));
    }
  }
}

GPtrArray *
gst_ice_nice_addresses_list (const gchar * interfaces)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) names = NULL;
  struct ifaddrs *all = NULL;

  if (interfaces != NULL) {
    names = g_strsplit (interfaces, ",", -1);
    for (guint i = 0; names[i] != NULL; i++)
      g_strstrip (names[i]);
  }

  if (getifaddrs (&all) != 0)
    return list;

  add_addresses (list, all, names, FALSE);
  if (list->len == 0 && names == NULL)
    add_addresses (list, all, NULL, TRUE);
  freeifaddrs (all);
  return list;
}
