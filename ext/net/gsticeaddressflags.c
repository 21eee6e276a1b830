/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads the kernel's flags of IPv6 addresses: tentative, deprecated,
 * temporary. */

#include "config.h"

#include "gsticeaddressflags.h"

#include <gio/gio.h>

#include <string.h>

#define KERNEL_FILE "/proc/net/if_inet6"

/* Linux's flags of an address (linux/if_addr.h). */
#define FLAG_TEMPORARY 0x01
#define FLAG_OPTIMISTIC 0x04
#define FLAG_DAD_FAILED 0x08
#define FLAG_DEPRECATED 0x20
#define FLAG_TENTATIVE 0x40

#define ADDRESS_BYTES 16

typedef struct
{
  guint8 bytes[ADDRESS_BYTES];
  guint prefix_length;
  guint flags;
} Lifetime;

struct _GstIceAddressFlags
{
  GHashTable *known;            /* address text -> Lifetime */
};

/* A line has the address, the index of its interface, the length of its
 * prefix, its scope and its flags, all hexadecimal, and the name of the
 * interface. */
static void
add_line (GstIceAddressFlags * self, const gchar * line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t", -1);
  g_autoptr (GInetAddress) address = NULL;
  Lifetime *lifetime;
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0')
      n++;
  }
  if (n < 6 || strlen (words[0]) != 2 * ADDRESS_BYTES)
    return;

  lifetime = g_new0 (Lifetime, 1);
  for (guint i = 0; i < ADDRESS_BYTES; i++)
    lifetime->bytes[i] = (guint8) (g_ascii_xdigit_value (words[0][2 * i]) << 4 |
        g_ascii_xdigit_value (words[0][2 * i + 1]));
  lifetime->prefix_length = (guint) g_ascii_strtoull (words[2], NULL, 16);
  lifetime->flags = (guint) g_ascii_strtoull (words[4], NULL, 16);
  address = g_inet_address_new_from_bytes (lifetime->bytes,
      G_SOCKET_FAMILY_IPV6);
  g_hash_table_insert (self->known, g_inet_address_to_string (address),
      lifetime);
}

GstIceAddressFlags *
gst_ice_address_flags_new_from_text (const gchar * text)
{
  GstIceAddressFlags *self = g_new0 (GstIceAddressFlags, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; lines[i] != NULL; i++)
    add_line (self, lines[i]);
  return self;
}

GstIceAddressFlags *
gst_ice_address_flags_new (void)
{
  g_autofree gchar *text = NULL;

  if (!g_file_get_contents (KERNEL_FILE, &text, NULL, NULL))
    return gst_ice_address_flags_new_from_text ("");
  return gst_ice_address_flags_new_from_text (text);
}

/* @self: (transfer full) */
void
gst_ice_address_flags_free (GstIceAddressFlags * self)
{
  g_hash_table_unref (self->known);
  g_free (self);
}

gboolean
gst_ice_address_flags_is_unusable (GstIceAddressFlags * self,
    const gchar * address)
{
  const Lifetime *lifetime = g_hash_table_lookup (self->known, address);

  /* RFC 4429: an optimistic address is not used to send if there is another. */
  return lifetime != NULL && ((lifetime->flags & FLAG_DAD_FAILED) != 0 ||
      ((lifetime->flags & FLAG_TENTATIVE) != 0 &&
          (lifetime->flags & FLAG_OPTIMISTIC) == 0));
}

static gboolean
is_same_network (const Lifetime * a, const Lifetime * b)
{
  guint n_bits = a->prefix_length;

  /* A prefix that covers one host, or an impossible one. */
  if (n_bits != b->prefix_length || n_bits == 0 || n_bits >= 8 * ADDRESS_BYTES)
    return FALSE;
  for (guint i = 0; i < n_bits; i++) {
    if (((a->bytes[i / 8] ^ b->bytes[i / 8]) & (0x80 >> i % 8)) != 0)
      return FALSE;
  }
  return TRUE;
}

/* Returns: a number, greater for the better address */
static guint
get_merit (const Lifetime * lifetime)
{
  return ((lifetime->flags & FLAG_DEPRECATED) == 0 ? 2 : 0) +
      ((lifetime->flags & FLAG_TEMPORARY) != 0 ? 1 : 0);
}

gboolean
gst_ice_address_flags_is_better (GstIceAddressFlags * self, const gchar * a,
    const gchar * b)
{
  const Lifetime *one = g_hash_table_lookup (self->known, a);
  const Lifetime *other = g_hash_table_lookup (self->known, b);

  return one != NULL && other != NULL &&
      !gst_ice_address_flags_is_unusable (self, a) &&
      is_same_network (one, other) && get_merit (one) > get_merit (other);
}
