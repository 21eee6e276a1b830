/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Writes questions and reads answers of multicast DNS (RFC 1035, RFC 6762). */

#include "config.h"

#include "gsticemdnsmessage.h"

#include <string.h>

#define SUFFIX ".local"

/* RFC 1035, 2.3.4 and 4.1. */
#define MAX_LABEL_BYTES 63
#define MAX_NAME_CHARS 253
#define HEADER_BYTES 12
#define QUESTION_BYTES 4        /* besides its name */
#define POINTER_BITS 0xc0

#define FLAG_ANSWER 0x8000
#define FLAGS_OPCODE 0x7800
#define FLAGS_RCODE 0x000f

#define TYPE_A 1
#define TYPE_AAAA 28
#define CLASS_IN 1

/* The most pointers in one name. A sender of more wants to keep us busy. */
#define MAX_JUMPS 8

/* RFC 6762, 5.4: in a question: the answer may come to us alone; 10.2: in a
 * record: older records are to be forgotten. */
#define CLASS_TOP_BIT 0x8000

/* The unread rest of a message. Reading never goes past its end. */
typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
} Reader;

/* Returns: the length of @name without the dot of the root */
static gsize
get_length (const gchar * name)
{
  gsize length = strlen (name);

  return length > 0 && name[length - 1] == '.' ? length - 1 : length;
}

gboolean
gst_ice_mdns_message_is_name (const gchar * name)
{
  gsize length = get_length (name), suffix = strlen (SUFFIX);

  return length > suffix &&
      g_ascii_strncasecmp (name + length - suffix, SUFFIX, suffix) == 0;
}

/* The question. */

static void
append_16 (GByteArray * message, guint16 number)
{
  guint16 big_endian = GUINT16_TO_BE (number);

  g_byte_array_append (message, (const guint8 *) &big_endian,
      sizeof (big_endian));
}

static gboolean
append_name (GByteArray * message, const gchar * name)
{
  g_autofree gchar *plain = g_strndup (name, get_length (name));
  g_auto (GStrv) labels = g_strsplit (plain, ".", -1);

  if (*plain == '\0' || strlen (plain) > MAX_NAME_CHARS)
    return FALSE;
  for (guint i = 0; labels[i] != NULL; i++) {
    gsize length = strlen (labels[i]);
    guint8 prefix = (guint8) length;

    if (length == 0 || length > MAX_LABEL_BYTES)
      return FALSE;
    g_byte_array_append (message, &prefix, 1);
    g_byte_array_append (message, (const guint8 *) labels[i], (guint) length);
  }
  g_byte_array_append (message, (const guint8 *) "", 1);
  return TRUE;
}

GByteArray *
gst_ice_mdns_message_new_query (const gchar * name, GSocketFamily family,
    guint16 id)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();

  append_16 (message, id);
  append_16 (message, 0);       /* flags */
  append_16 (message, 1);       /* questions: some responders accept only one */
  for (guint i = 0; i < 3; i++)
    append_16 (message, 0);     /* records */
  if (!append_name (message, name))
    return NULL;
  append_16 (message, family == G_SOCKET_FAMILY_IPV4 ? TYPE_A : TYPE_AAAA);
  append_16 (message, CLASS_IN | CLASS_TOP_BIT);
  return g_steal_pointer (&message);
}

/* The answer. */

static gboolean
read_16 (Reader * reader, guint16 * number)
{
  if (reader->size - reader->at < sizeof (*number))
    return FALSE;
  *number = (guint16) (reader->data[reader->at] << 8 |
      reader->data[reader->at + 1]);
  reader->at += sizeof (*number);
  return TRUE;
}

static gboolean
skip (Reader * reader, gsize n_bytes)
{
  if (reader->size - reader->at < n_bytes)
    return FALSE;
  reader->at += n_bytes;
  return TRUE;
}

/* Reads the label of a name at @at, and moves @at behind it or to where a
 * pointer leads.
 * @limit: pointers must lead below it; each must lead further back than the one
 *     before, so that they end
 * Returns: the length of the label, 0 at the end of the name; -1: malformed */
static gint
read_label (const Reader * reader, gsize * at, gsize * limit,
    const guint8 ** label, guint * n_jumps)
{
  while (*at < reader->size) {
    guint8 length = reader->data[*at];

    if (length <= MAX_LABEL_BYTES) {
      *label = reader->data + *at + 1;
      *at += 1 + (gsize) length;
      return *at <= reader->size ? length : -1;
    }
    if ((length & POINTER_BITS) != POINTER_BITS || *at + 1 >= reader->size)
      return -1;
    *at = (gsize) (length & ~POINTER_BITS) << 8 | reader->data[*at + 1];
    if (*at >= *limit || ++*n_jumps > MAX_JUMPS)
      return -1;
    *limit = *at;
  }
  return -1;
}

/* @text: (out): the name with dots, "" if it can't be the name of a host
 * Returns: whether @reader is behind the name */
static gboolean
read_name (Reader * reader, GString * text)
{
  gsize at = reader->at, limit = reader->at;
  gboolean is_host = TRUE;
  guint n_jumps = 0;
  const guint8 *label;
  gint length;

  g_string_truncate (text, 0);
  do {
    gboolean had_jumped = n_jumps > 0;
    gsize before = at;

    length = read_label (reader, &at, &limit, &label, &n_jumps);
    if (length < 0 || text->len > MAX_NAME_CHARS)
      return FALSE;
    if (!had_jumped)
      reader->at = n_jumps > 0 ? before + 2 : at;
    if (length > 0 && text->len > 0)
      g_string_append_c (text, '.');
    is_host = is_host && memchr (label, '.', (gsize) length) == NULL &&
        memchr (label, '\0', (gsize) length) == NULL;
    g_string_append_len (text, (const gchar *) label, length);
  } while (length > 0);

  if (!is_host)
    g_string_truncate (text, 0);
  return TRUE;
}

static gboolean
is_same_name (const GString * text, const gchar * name)
{
  return text->len > 0 && text->len == get_length (name) &&
      g_ascii_strncasecmp (text->str, name, text->len) == 0;
}

/* Not for addresses that no host can have. Link-local ones mean nothing
 * without their zone. */
static gboolean
is_usable (GInetAddress * address)
{
  return !g_inet_address_get_is_any (address) &&
      !g_inet_address_get_is_multicast (address) &&
      !g_inet_address_get_is_link_local (address);
}

/* @reader: at a record, behind its name
 * @address: (out) (transfer full): %NULL if the record has no address
 * Returns: whether @reader is behind the record */
static gboolean
read_record (Reader * reader, GInetAddress ** address)
{
  guint16 type, class, ttl_high, ttl_low, n_bytes;
  const guint8 *bytes;

  *address = NULL;
  if (!read_16 (reader, &type) || !read_16 (reader, &class) ||
      !read_16 (reader, &ttl_high) || !read_16 (reader, &ttl_low) ||
      !read_16 (reader, &n_bytes))
    return FALSE;
  bytes = reader->data + reader->at;
  if (!skip (reader, n_bytes))
    return FALSE;

  /* RFC 6762, 10.1: a time to live of 0 withdraws a record. */
  if ((class & ~CLASS_TOP_BIT) != CLASS_IN || (ttl_high | ttl_low) == 0)
    return TRUE;
  if (type == TYPE_A && n_bytes == 4)
    *address = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV4);
  else if (type == TYPE_AAAA && n_bytes == 16)
    *address = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
  if (*address != NULL && !is_usable (*address))
    g_clear_object (address);
  return TRUE;
}

/* RFC 6762, 18: an answer to a standard query, without an error.
 * @n_records: (out): of all three kinds together */
static gboolean
read_header (Reader * reader, guint16 * n_questions, guint * n_records)
{
  guint16 id, flags, n;

  *n_records = 0;
  if (reader->size < HEADER_BYTES || !read_16 (reader, &id) ||
      !read_16 (reader, &flags) || !read_16 (reader, n_questions))
    return FALSE;
  for (guint i = 0; i < 3; i++) {
    if (!read_16 (reader, &n))
      return FALSE;
    *n_records += n;
  }
  return (flags & FLAG_ANSWER) != 0 &&
      (flags & (FLAGS_OPCODE | FLAGS_RCODE)) == 0;
}

guint16
gst_ice_mdns_message_get_id (const guint8 * data, gsize size)
{
  Reader reader = { data, size, 0 };
  guint16 id = 0;

  return read_16 (&reader, &id) ? id : 0;
}

GPtrArray *
gst_ice_mdns_message_read_answer (const guint8 * data, gsize size,
    const gchar * name)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) text = g_string_new (NULL);
  Reader reader = { data, size, 0 };
  guint16 n_questions;
  guint n_records;

  if (size > GST_ICE_MDNS_MAX_BYTES || !read_header (&reader, &n_questions,
          &n_records))
    return addresses;
  for (guint i = 0; i < n_questions; i++) {
    if (!read_name (&reader, text) || !skip (&reader, QUESTION_BYTES))
      return addresses;
  }

  /* Records before a malformed one count. */
  for (guint i = 0; i < n_records; i++) {
    GInetAddress *address;
    gboolean is_ours;

    if (!read_name (&reader, text))
      break;
    is_ours = is_same_name (text, name);
    if (!read_record (&reader, &address))
      break;
    if (address != NULL && is_ours)
      g_ptr_array_add (addresses, address);
    else
      g_clear_object (&address);
  }
  return addresses;
}
