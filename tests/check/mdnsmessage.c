/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticemdnsmessage.h"

#include <gst/check/gstcheck.h>

#define NAME "1f4712db-ea17.local"
#define LABELS "\x0d" "1f4712db-ea17\x05local\0"
#define ANSWER_HEADER "\0\0\x84\0\0\0\0\1\0\0\0\0"
#define A_RECORD "\0\1\x80\1\0\0\0\x78\0\4"

/* A literal of bytes that may hold NULs, with its length. */
#define BYTES(literal) literal, sizeof (literal) - 1

static gchar *
join (GPtrArray * addresses)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++) {
    g_autofree gchar *address =
        g_inet_address_to_string (g_ptr_array_index (addresses, i));

    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", address);
  }
  return g_string_free (text, FALSE);
}

/* What an answer says of NAME. */
static const struct
{
  const gchar *what;
  const gchar *data;
  gsize size;
  const gchar *addresses;
} answers[] = {
  {"a browser's", BYTES (ANSWER_HEADER LABELS A_RECORD "\x0a\0\0\5"),
      "10.0.0.5"},
  {"to us alone, with the question",
      BYTES ("\x12\x34\x84\0\0\1\0\1\0\0\0\0" LABELS "\0\1\0\1"
            "\xc0\x0c\0\1\0\1\0\0\0\x0a\0\4\x0a\0\0\5"), "10.0.0.5"},
  {"IPv6", BYTES (ANSWER_HEADER LABELS "\0\x1c\x80\1\0\0\0\x78\0\x10"
            "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\5"), "2001:db8::5"},
  {"in capitals", BYTES (ANSWER_HEADER
            "\x0d" "1F4712DB-EA17\x05LOCAL\0" A_RECORD "\x0a\0\0\5"),
      "10.0.0.5"},
  {"two, one of them additional", BYTES ("\0\0\x84\0\0\0\0\1\0\0\0\1" LABELS
            A_RECORD "\x0a\0\0\5" "\xc0\x0c\0\1\0\1\0\0\0\x0a\0\4\x0a\0\0\6"),
      "10.0.0.5 10.0.0.6"},
  {"behind one of another kind", BYTES ("\0\0\x84\0\0\0\0\2\0\0\0\0" LABELS
            "\0\x2f\x80\1\0\0\0\x78\0\2\xc0\x0c"
            "\xc0\x0c\0\1\0\1\0\0\0\x0a\0\4\x0a\0\0\5"), "10.0.0.5"},
  {"the first whole, the second not", BYTES ("\0\0\x84\0\0\0\0\2\0\0\0\0"
            LABELS A_RECORD "\x0a\0\0\5" "\xc0\x0c\0\1\0\1\0\0"), "10.0.0.5"},

  {"empty", "", 0, ""},
  {"a question", BYTES ("\0\0\0\0\0\1\0\0\0\0\0\0" LABELS "\0\1\0\1"), ""},
  {"an error", BYTES ("\0\0\x84\3\0\0\0\1\0\0\0\0" LABELS A_RECORD
            "\x0a\0\0\5"), ""},
  {"another operation", BYTES ("\0\0\x8c\0\0\0\0\1\0\0\0\0" LABELS A_RECORD
            "\x0a\0\0\5"), ""},
  {"another name", BYTES (ANSWER_HEADER "\x0d" "2f4712db-ea17\x05local\0"
            A_RECORD "\x0a\0\0\5"), ""},
  {"a name that only begins so", BYTES (ANSWER_HEADER
            "\x0d" "1f4712db-ea17\x05local\1x\0" A_RECORD "\x0a\0\0\5"), ""},
  {"a dot inside a label", BYTES (ANSWER_HEADER
            "\x13" "1f4712db-ea17.local\0" A_RECORD "\x0a\0\0\5"), ""},
  {"taken back", BYTES (ANSWER_HEADER LABELS "\0\1\x80\1\0\0\0\0\0\4"
            "\x0a\0\0\5"), ""},
  {"another class", BYTES (ANSWER_HEADER LABELS "\0\1\x80\3\0\0\0\x78\0\4"
            "\x0a\0\0\5"), ""},
  {"an address of 5 bytes", BYTES (ANSWER_HEADER LABELS
            "\0\1\x80\1\0\0\0\x78\0\5\x0a\0\0\5\5"), ""},
  {"any address", BYTES (ANSWER_HEADER LABELS A_RECORD "\0\0\0\0"), ""},
  {"a group", BYTES (ANSWER_HEADER LABELS A_RECORD "\xe0\0\0\xfb"), ""},
  {"link-local", BYTES (ANSWER_HEADER LABELS "\0\x1c\x80\1\0\0\0\x78\0\x10"
            "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\5"), ""},
  {"cut off in its data", BYTES (ANSWER_HEADER LABELS A_RECORD "\x0a\0"), ""},
  {"cut off in its name", BYTES (ANSWER_HEADER "\x0d" "1f47"), ""},
  {"records that are not there", BYTES ("\0\0\x84\0\xff\xff\xff\xff\xff\xff"
            "\xff\xff"), ""},
  {"a pointer to itself", BYTES (ANSWER_HEADER "\xc0\x0c" A_RECORD
            "\x0a\0\0\5"), ""},
  {"a pointer forwards", BYTES (ANSWER_HEADER "\xc0\x1c" A_RECORD
            "\x0a\0\0\5" LABELS), ""},
  {"a pointer out of it", BYTES (ANSWER_HEADER "\xff\xff" A_RECORD
            "\x0a\0\0\5"), ""},
  {"half a pointer", BYTES (ANSWER_HEADER "\xc0"), ""},
  {"labels that go round", BYTES ("\0\0\x84\0\0\1\0\1\0\0\0\0"
            "\1a\xc0\x0c\0\1\0\1" "\xc0\x0c" A_RECORD "\x0a\0\0\5"), ""},
  {"a label of an unknown kind", BYTES (ANSWER_HEADER "\x41" "a\0" A_RECORD
            "\x0a\0\0\5"), ""},
};

GST_START_TEST (test_answer_is_read)
{
  /* A copy of its own, so that reading past its end is found. */
  g_autofree guint8 *data = g_memdup2 (answers[__i__].data,
      answers[__i__].size);
  g_autoptr (GPtrArray) addresses = gst_ice_mdns_message_read_answer (data,
      answers[__i__].size, NAME);
  g_autofree gchar *text = join (addresses);

  fail_unless (g_str_equal (text, answers[__i__].addresses), "%s: %s",
      answers[__i__].what, text);
}

GST_END_TEST;

/* A message of names that point to names that point. */
static GByteArray *
make_chain (guint n_pointers)
{
  GByteArray *message = g_byte_array_new ();

  g_byte_array_append (message, (const guint8 *) "\0\0\x84\0\0\1\0\1\0\0\0\0",
      12);
  g_byte_array_append (message, (const guint8 *) LABELS "\0\1\0\1",
      sizeof (LABELS "\0\1\0\1") - 1);
  for (guint i = 1; i < n_pointers; i++) {
    guint target = i == 1 ? 12 : message->len - 2;
    guint8 pointer[] = { (guint8) (0xc0 | target >> 8), (guint8) target };

    /* As the data of a record that nobody asked for. */
    if (i == 1)
      g_byte_array_append (message, (const guint8 *) "\0\0\x10\0\1\0\0\0\1", 9);
    g_byte_array_append (message, pointer, sizeof (pointer));
  }
  return message;
}

GST_START_TEST (test_pointers_are_limited)
{
  g_autoptr (GByteArray) message = make_chain (4000);
  g_autoptr (GPtrArray) addresses = NULL;
  guint target = message->len - 2, n_bytes = 2 * (4000 - 1);
  guint8 last[] = { (guint8) (0xc0 | target >> 8), (guint8) target };

  /* The record's length; then one whose name is the whole chain. */
  message->data[12 + sizeof (LABELS "\0\1\0\1") - 1 + 7] =
      (guint8) (n_bytes >> 8);
  message->data[12 + sizeof (LABELS "\0\1\0\1") - 1 + 8] = (guint8) n_bytes;
  g_byte_array_append (message, last, 2);
  g_byte_array_append (message, (const guint8 *) A_RECORD "\x0a\0\0\5", 14);
  addresses = gst_ice_mdns_message_read_answer (message->data, message->len,
      NAME);
  fail_unless_equals_int (addresses->len, 0);
}

GST_END_TEST;

GST_START_TEST (test_question_is_as_the_rfc_has_it)
{
  static const guint8 expected[] =
      "\x12\x34\0\0\0\1\0\0\0\0\0\0" LABELS "\0\x1c\x80\1";
  g_autoptr (GByteArray) message = gst_ice_mdns_message_new_query (NAME,
      G_SOCKET_FAMILY_IPV6, 0x1234);
  g_autoptr (GByteArray) dotted = gst_ice_mdns_message_new_query (NAME ".",
      G_SOCKET_FAMILY_IPV6, 0x1234);

  fail_unless_equals_int (message->len, sizeof (expected) - 1);
  fail_unless (memcmp (message->data, expected, message->len) == 0);
  fail_unless_equals_int (dotted->len, message->len);
  fail_unless (memcmp (message->data, dotted->data, message->len) == 0);
  fail_unless_equals_int (gst_ice_mdns_message_get_id (message->data,
          message->len), 0x1234);
}

GST_END_TEST;

#define LABEL_60 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"

static const struct
{
  const gchar *name;
  gboolean is_local, can_be_asked;
} names[] = {
  {"a.local", TRUE, TRUE},
  {"A.LOCAL.", TRUE, TRUE},
  {"b.a.local", TRUE, TRUE},
  {"local", FALSE, TRUE},
  {".local", FALSE, FALSE},
  {"a.locals", FALSE, TRUE},
  {"alocal", FALSE, TRUE},
  {"a.local.example", FALSE, TRUE},
  {"", FALSE, FALSE},
  {".", FALSE, FALSE},
  {"a..local", TRUE, FALSE},
  {LABEL_60 "123.local", TRUE, TRUE},
  {LABEL_60 "1234.local", TRUE, FALSE},
  {LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 "." "123.local", TRUE, TRUE},
  {LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 "." "1234.local", TRUE,
      FALSE},
};

GST_START_TEST (test_what_is_a_name)
{
  g_autoptr (GByteArray) message =
      gst_ice_mdns_message_new_query (names[__i__].name,
      G_SOCKET_FAMILY_IPV4, 1);

  fail_unless_equals_int (gst_ice_mdns_message_is_name (names[__i__].name),
      names[__i__].is_local);
  fail_unless ((message != NULL) == names[__i__].can_be_asked, "%s",
      names[__i__].name);
}

GST_END_TEST;

static Suite *
icemdnsmessage_suite (void)
{
  Suite *suite = suite_create ("icemdnsmessage");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_answer_is_read, 0, G_N_ELEMENTS (answers));
  tcase_add_test (tcase, test_pointers_are_limited);
  tcase_add_test (tcase, test_question_is_as_the_rfc_has_it);
  tcase_add_loop_test (tcase, test_what_is_a_name, 0, G_N_ELEMENTS (names));
  return suite;
}

GST_CHECK_MAIN (icemdnsmessage);
