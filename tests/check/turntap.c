/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeturntap.h"

#include <gst/check/gstcheck.h>
#include <string.h>

/* A response in ChannelData; media; a request; a response in a Data indication; what a
 * server answers itself. */
static const guint8 stream[] = {
  0x40, 0, 0, 5, 1, 1, 0, 0, 'a', 0, 0, 0,
  0x40, 0, 0, 4, 0x80, 96, 0, 0,
  0x40, 0, 0, 4, 0, 1, 0, 0,
  0, 0x17, 0, 12, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0x13, 0, 5, 1, 0x11, 0, 0, 'b', 0, 0, 0,
  1, 4, 0, 4, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0x0d, 0, 0,
  0x41, 0, 0, 5, 1, 1, 0, 0, 'c', 0, 0, 0,
};

static GString *seen;

static void
on_seen (const guint8 * response, gsize size_bytes, gpointer user_data)
{
  fail_unless (user_data == &seen);
  fail_unless_equals_int (size_bytes, 5);
  g_string_append_c (seen, (gchar) response[4]);
}

static void
on_read (GObject * source, GAsyncResult * result, gpointer data)
{
  *(gssize *) data =
      g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
}

/* Reads all of @bytes, by @step, and asserts that nothing changes on the way. */
static void
pass (const guint8 * bytes, gsize size, gsize step)
{
  g_autoptr (GInputStream) base =
      g_memory_input_stream_new_from_data (bytes, (gssize) size, NULL);
  g_autoptr (GInputStream) tap = gst_ice_turn_tap_new (base, on_seen, &seen);
  guint8 buffer[sizeof (stream) * 2];
  gsize at = 0;

  g_string_truncate (seen, 0);
  while (at < size) {
    gssize n = -2;

    g_input_stream_read_async (tap, buffer, step, G_PRIORITY_DEFAULT, NULL,
        on_read, &n);
    while (n == -2)
      g_main_context_iteration (NULL, TRUE);
    fail_unless (n > 0);
    fail_unless (memcmp (buffer, bytes + at, (gsize) n) == 0);
    at += (gsize) n;
  }
}

GST_START_TEST (test_responses_are_seen_however_they_are_cut)
{
  seen = g_string_new (NULL);
  for (gsize step = 1; step <= sizeof (stream); step++) {
    pass (stream, sizeof (stream), step);
    fail_unless_equals_string (seen->str, "abc");
  }
  g_string_free (seen, TRUE);
}

GST_END_TEST;

GST_START_TEST (test_what_is_no_turn_passes)
{
  guint8 bytes[sizeof (stream) + 1] = { 0x16 };

  seen = g_string_new (NULL);
  memcpy (bytes + 1, stream, sizeof (stream));
  pass (bytes, sizeof (bytes), 7);
  fail_unless_equals_string (seen->str, "");
  g_string_free (seen, TRUE);
}

GST_END_TEST;

/* Longer than a response can be; a shorter one comes after. */
GST_START_TEST (test_long_messages_are_left_alone)
{
  g_autofree guint8 *bytes = g_malloc0 (60004 + sizeof (stream));

  seen = g_string_new (NULL);
  bytes[0] = 0x40;
  GST_WRITE_UINT16_BE (bytes + 2, 60000);
  bytes[4] = bytes[5] = 1;
  memcpy (bytes + 60004, stream, sizeof (stream));
  pass (bytes, 60004 + sizeof (stream), sizeof (stream));
  fail_unless_equals_string (seen->str, "abc");
  g_string_free (seen, TRUE);
}

GST_END_TEST;

static Suite *
turntap_suite (void)
{
  Suite *s = suite_create ("turntap");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_responses_are_seen_however_they_are_cut);
  tcase_add_test (tc, test_what_is_no_turn_passes);
  tcase_add_test (tc, test_long_messages_are_left_alone);
  return s;
}

GST_CHECK_MAIN (turntap);
