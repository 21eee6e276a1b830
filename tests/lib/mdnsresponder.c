/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "mdnsresponder.h"

#include <gst/check/gstcheck.h>

#include <netinet/in.h>

#define PORT 5353
#define GROUP "224.0.0.251"
#define HEADER_BYTES 12
#define TYPE_A 1

/* The end of a question for an address, and of the record that answers it. */
#define A_OF_ALL "\0\1\x80\1\0\0\0\x78\0\4"
#define A_OF_US "\0\1\0\1\0\0\0\x0a\0\4"

static GSocket *
open_socket (guint port)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GInetAddress) group = g_inet_address_new_from_string (GROUP);
  g_autoptr (GSocketAddress) bound = g_inet_socket_address_new (any, port);
  GError *error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  g_socket_bind (socket, bound, TRUE, &error);
  g_assert_no_error (error);
  g_socket_join_multicast_group (socket, group, FALSE, "lo", &error);
  g_assert_no_error (error);
  return socket;
}

/* @text: (out): the name in the question
 * Returns: its length in the message; 0 if it does not ask for the address
 *     of one of our names */
static gsize
read_question (MdnsResponder * self, const guint8 * data, gsize size,
    GString * text)
{
  gsize at = HEADER_BYTES;

  if (size < HEADER_BYTES || (data[2] & 0x80) != 0)
    return 0;
  while (at < size && data[at] != 0 && at + data[at] < size) {
    g_string_append_len (text, (const gchar *) data + at + 1, data[at]);
    at += 1 + (gsize) data[at];
    if (at < size && data[at] != 0)
      g_string_append_c (text, '.');
  }
  if (!g_str_has_suffix (text->str, self->suffix))
    return 0;
  /* One question, which asks for an answer to the asker alone. */
  fail_unless (at + 5 == size && data[5] == 1 && data[at + 3] == 0x80);
  return data[at + 2] == TYPE_A ? at + 1 - HEADER_BYTES : 0;
}

/* @id: (nullable): for an answer to the asker alone */
static GByteArray *
make_answer (const guint8 * id, const guint8 * name, gsize n_bytes)
{
  GByteArray *answer = g_byte_array_new ();
  guint8 header[HEADER_BYTES] = { 0, 0, 0x84, 0, 0, 0, 0, 1, 0, };
  const guint8 address[] = { 127, 0, 0, 1 };

  if (id != NULL) {
    memcpy (header, id, 2);
    header[5] = 1;
  }
  g_byte_array_append (answer, header, sizeof (header));
  g_byte_array_append (answer, name, (guint) n_bytes);
  if (id != NULL) {
    g_byte_array_append (answer, (const guint8 *) "\0\1\x80\1", 4);
    g_byte_array_append (answer, (const guint8 *) "\xc0\x0c", 2);
  }
  g_byte_array_append (answer, (const guint8 *) (id != NULL ? A_OF_US :
          A_OF_ALL), 10);
  g_byte_array_append (answer, address, sizeof (address));
  return answer;
}

/* @answer: (transfer full) */
static void
send_answer (GSocket * socket, GSocketAddress * to, GByteArray * answer)
{
  GError *error = NULL;

  g_socket_send_to (socket, to, (const gchar *) answer->data, answer->len, NULL,
      &error);
  g_assert_no_error (error);
  g_byte_array_unref (answer);
}

/* Sends wrong answers: from another port, with another id, for another name,
 * cut off at each byte. Those that might be accepted have a wrong address. */
static void
send_wrong (MdnsResponder * self, GSocketAddress * to, const guint8 * id,
    const guint8 * name, gsize n_bytes)
{
  guint8 other_id[] = { (guint8) (id[0] ^ 1), id[1] };
  GByteArray *answer = make_answer (id, name, n_bytes);

  answer->data[answer->len - 1] = 9;
  send_answer (self->stranger, to, answer);

  answer = make_answer (other_id, name, n_bytes);
  answer->data[answer->len - 1] = 9;
  send_answer (self->socket, to, answer);

  answer = make_answer (id, name, n_bytes);
  answer->data[answer->len - 1] = 9;
  answer->data[HEADER_BYTES + 1] ^= 1;
  send_answer (self->socket, to, answer);

  for (guint n_cut = 1; n_cut <= HEADER_BYTES + n_bytes; n_cut++) {
    answer = make_answer (id, name, n_bytes);
    g_byte_array_set_size (answer, answer->len - n_cut);
    send_answer (self->socket, to, answer);
  }
}

static void
answer (MdnsResponder * self, GSocketAddress * to, const guint8 * data,
    gsize n_bytes, guint n_asked)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (GROUP);
  g_autoptr (GSocketAddress) all = g_inet_socket_address_new (address, PORT);
  const guint8 *name = data + HEADER_BYTES;

  if (self->how == MDNS_ANSWER_NOT ||
      (self->how == MDNS_ANSWER_SECOND && n_asked == 1))
    return;
  if (self->how == MDNS_ANSWER_ALL) {
    send_answer (self->socket, all, make_answer (NULL, name, n_bytes));
    return;
  }
  if (self->how == MDNS_ANSWER_WRONG)
    send_wrong (self, to, data, name, n_bytes);
  send_answer (self->socket, to, make_answer (data, name, n_bytes));
}

static gboolean
on_question (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  MdnsResponder *self = user_data;
  guint8 data[1500];
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gssize size = g_socket_receive_from (socket, &from, (gchar *) data,
      sizeof (data), NULL, NULL);
  gsize n_bytes = size < 0 ? 0 : read_question (self, data, (gsize) size, text);
  guint n_asked;

  if (n_bytes == 0)
    return G_SOURCE_CONTINUE;
  n_asked = mdns_responder_count (self, text->str) + 1;
  g_hash_table_insert (self->asked, g_strdup (text->str),
      GUINT_TO_POINTER (n_asked));
  answer (self, from, data, n_bytes, n_asked);
  return G_SOURCE_CONTINUE;
}

void
mdns_responder_init (MdnsResponder * self, MdnsAnswer how,
    GMainContext * context)
{
  struct ip_mreqn lo = { {0}, };

  memset (self, 0, sizeof (*self));
  /* The address too: where there is no other device, the kernel would send from none. */
  lo.imr_address.s_addr = g_htonl (INADDR_LOOPBACK);
  lo.imr_ifindex = 1;
  self->how = how;
  self->suffix = g_strdup_printf ("-%08x%08x.local", g_random_int (),
      g_random_int ());
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->socket = open_socket (PORT);
  self->stranger = open_socket (0);
  fail_unless (setsockopt (g_socket_get_fd (self->socket), IPPROTO_IP,
          IP_MULTICAST_IF, &lo, sizeof (lo)) == 0);
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_question), self, NULL);
  g_source_attach (self->source, context);
}

void
mdns_responder_clear (MdnsResponder * self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->socket);
  g_object_unref (self->stranger);
  g_hash_table_unref (self->asked);
  g_free (self->suffix);
}

gchar *
mdns_responder_make_name (MdnsResponder * self, guint number)
{
  return g_strdup_printf ("%u%s", number, self->suffix);
}

guint
mdns_responder_count (MdnsResponder * self, const gchar * name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->asked, name));
}
