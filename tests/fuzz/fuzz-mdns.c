/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "gsticemdnsmessage.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

/* A name, NUL, and what somebody on the link answered. The addresses are such as may be
 * connected to, and a name that can be asked for is read back as it was written. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autofree gchar *name = g_strndup ((const gchar *) data, size);
  gsize rest = strlen (name) < size ? strlen (name) + 1 : size;
  g_autofree guint8 *message = g_memdup2 (data + rest, size - rest);
  g_autoptr (GPtrArray) addresses = gst_ice_mdns_message_read_answer (message,
      size - rest, name);
  g_autoptr (GByteArray) query = gst_ice_mdns_message_new_query (name,
      G_SOCKET_FAMILY_IPV6, 7);
  g_autoptr (GPtrArray) own = NULL;

  for (guint i = 0; i < addresses->len; i++) {
    GInetAddress *address = g_ptr_array_index (addresses, i);

    g_assert_false (g_inet_address_get_is_any (address));
    g_assert_false (g_inet_address_get_is_multicast (address));
  }
  if (query == NULL)
    return 0;

  /* The question, made into an answer to itself. */
  query->data[2] = 0x84;
  query->data[5] = 0;
  query->data[7] = 1;
  g_byte_array_append (query, (const guint8 *) "\0\0\0\1\0\x10"
      "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\5", 22);
  own = gst_ice_mdns_message_read_answer (query->data, query->len, name);
  g_assert_cmpuint (own->len, ==, 1);
  return 0;
}
