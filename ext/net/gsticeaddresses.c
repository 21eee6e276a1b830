/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Lists the addresses of this machine to gather on, the best last. */

#include "config.h"

#include "gsticeaddresses.h"

#include "gsticeaddressflags.h"
#include "gsticelog.h"

#include <gst/gst.h>

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <nice/interfaces.h>
#include <string.h>
#include <sys/socket.h>

GST_ICE_LOG_CATEGORY (gst_ice_addresses_log, "iceaddresses",
    "addresses that ICE gathers on");
#define GST_CAT_DEFAULT gst_ice_addresses_log ()

/* libnice 0.1.21 ends the process at an address that has 64 others before it
 * in libnice's list (NICE_CANDIDATE_MAX_LOCAL_ADDRESSES). */
#define MAX_RANK 63

/* Each address costs a socket, a check with each address of the peer, and a
 * request to each server. */
#define MAX_ADDRESSES 16

/* Bridges, their ends, and tunnels. A peer elsewhere can't reach what is
 * behind them, and each costs a check that times out. network-interfaces can
 * name them. */
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

/* Returns: (transfer full) (nullable): the address of @entry, if it is an IP
 *     address */
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

/* What decides the choice of addresses. */
typedef struct
{
  const struct ifaddrs *all;
  gchar **interfaces;           /* NULL: all that are not virtual */
  GstIceAddressFlags *lifetimes;
  GList *ranks;                 /* of address texts, in libnice's order */
} Choice;

static gboolean
is_wanted (const struct ifaddrs *entry, GInetAddress * address,
    gchar ** interfaces, gboolean loopback)
{
  /* RFC 8445, 5.1.1.1: no link-local addresses, which mean nothing without
   * their zone. */
  if (g_inet_address_get_is_link_local (address))
    return FALSE;
  if (interfaces != NULL)
    return g_strv_contains ((const gchar * const *) interfaces,
        entry->ifa_name);
  return g_inet_address_get_is_loopback (address) == loopback &&
      !is_virtual (entry->ifa_name);
}

/* One address of an interface in each IPv6 network is enough: one that will
 * last and, of these, a temporary one, which reveals less (RFC 6724, rules 3
 * and 7; RFC 8981).
 * Returns: whether there is a better address than @address, of @entry */
static gboolean
has_better (const Choice * choice, const struct ifaddrs *entry,
    const gchar * address)
{
  for (const struct ifaddrs * other = choice->all; other;
      other = other->ifa_next) {
    g_autoptr (GInetAddress) parsed = get_address (other);
    g_autofree gchar *text = NULL;

    if (parsed == NULL || !g_str_equal (other->ifa_name, entry->ifa_name) ||
        g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV6)
      continue;
    text = g_inet_address_to_string (parsed);
    if (gst_ice_address_flags_is_better (choice->lifetimes, text, address))
      return TRUE;
  }
  return FALSE;
}

/* Returns: the rank of @address in libnice 0.1.21, which prefers a greater
 *     number */
static guint
get_rank (const Choice * choice, const gchar * address)
{
  guint rank = 0;

  for (GList * link = choice->ranks; link != NULL; link = link->next, rank++) {
    if (g_str_equal (link->data, address))
      break;
  }
  return rank;
}

static gint
compare_ranks (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return (gint) get_rank (user_data, *(const gchar * const *) a) -
      (gint) get_rank (user_data, *(const gchar * const *) b);
}

static void
add_addresses (GPtrArray * list, const Choice * choice, gboolean loopback)
{
  for (const struct ifaddrs * entry = choice->all; entry;
      entry = entry->ifa_next) {
    g_autoptr (GInetAddress) address = get_address (entry);
    g_autofree gchar *text = NULL;

    if (address == NULL || !is_wanted (entry, address, choice->interfaces,
            loopback))
      continue;
    text = g_inet_address_to_string (address);
    if (g_ptr_array_find_with_equal_func (list, text, g_str_equal, NULL) ||
        (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
            (gst_ice_address_flags_is_unusable (choice->lifetimes, text) ||
                has_better (choice, entry, text))))
      continue;
    if (get_rank (choice, text) > MAX_RANK || list->len >= MAX_ADDRESSES)
      GST_WARNING ("%s is left out: there are too many addresses", text);
    else
      g_ptr_array_add (list, g_steal_pointer (&text));
  }
}

/* Returns: (transfer full): the names, without blanks */
static GStrv
split_names (const gchar * interfaces)
{
  GStrv names = g_strsplit (interfaces, ",", -1);

  for (guint i = 0; names[i] != NULL; i++)
    g_strstrip (names[i]);
  return names;
}

GPtrArray *
gst_ice_addresses_list (const gchar * interfaces)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) names = NULL;
  struct ifaddrs *all = NULL;
  Choice choice;

  if (interfaces != NULL)
    names = split_names (interfaces);

  if (getifaddrs (&all) != 0)
    return list;

  choice.all = all;
  choice.interfaces = names;
  choice.lifetimes = gst_ice_address_flags_new ();
  choice.ranks = nice_interfaces_get_local_ips (TRUE);
  add_addresses (list, &choice, FALSE);
  if (list->len == 0 && names == NULL)
    add_addresses (list, &choice, TRUE);
  g_ptr_array_sort_with_data (list, compare_ranks, &choice);

  g_list_free_full (choice.ranks, g_free);
  gst_ice_address_flags_free (choice.lifetimes);
  freeifaddrs (all);
  return list;
}

/* Returns: what is wrong with one interface */
static const gchar *
explain_interface (const struct ifaddrs *all, const gchar * name)
{
  gboolean is_up = FALSE, has_address = FALSE, has_other = FALSE;

  if (if_nametoindex (name) == 0)
    return "does not exist";
  for (const struct ifaddrs * entry = all; entry; entry = entry->ifa_next) {
    g_autoptr (GInetAddress) address = NULL;

    if (!g_str_equal (entry->ifa_name, name))
      continue;
    is_up = is_up || (entry->ifa_flags & IFF_UP) != 0;
    address = get_address (entry);
    has_address = has_address || address != NULL;
    has_other = has_other || (address != NULL &&
        !g_inet_address_get_is_link_local (address));
  }
  if (!is_up)
    return "is down";
  if (!has_address)
    return "has no IP address";
  return has_other ? "has addresses that are not valid yet, or come behind 64 "
      "others, of which libnice takes no more" :
      "has link-local addresses only, which are not used";
}

gchar *
gst_ice_addresses_explain (const gchar * interfaces)
{
  g_auto (GStrv) names = NULL;
  struct ifaddrs *all = NULL;
  GString *text = g_string_new (NULL);

  if (interfaces == NULL)
    return g_string_free (g_string_assign (text, "no interface that is up, not "
            "even loopback, has an IP address that is not link-local"), FALSE);

  if (getifaddrs (&all) != 0)
    all = NULL;
  names = split_names (interfaces);
  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s %s", i > 0 ? "; " : "", names[i],
        explain_interface (all, names[i]));
  g_string_append_printf (text, " (network-interfaces=%s)", interfaces);
  if (all != NULL)
    freeifaddrs (all);
  return g_string_free (text, FALSE);
}
