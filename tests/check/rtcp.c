/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticertcp.h"

#include <gst/check/gstcheck.h>

#include <string.h>

/* What was read, as a line. */

static void
on_key_unit (guint32 from, guint32 ssrc, gint fir_number, gpointer user_data)
{
  g_string_append_printf (user_data, "key %x %x %d; ", from, ssrc, fir_number);
}

static gboolean
on_lost (guint32 ssrc, guint16 seqnum, gpointer user_data)
{
  g_string_append_printf (user_data, "lost %x %u; ", ssrc, seqnum);
  return seqnum != 999;
}

static void
on_block (const GstIceRtcpBlock * block, gpointer user_data)
{
  g_string_append_printf (user_data, "block %x %u %d %u %x %u; ", block->ssrc,
      block->fraction_lost, block->packets_lost, block->jitter,
      block->last_report, block->delay);
}

static const GstIceRtcpEvents all_events = { on_key_unit, on_lost, on_block };

static const struct
{
  const gchar *hex;
  const gchar *read;
} packets[] = {
  /* RFC 3550, 6.4: SR with a block, RR with two, then SDES, BYE and APP. */
  {"81c8000c 0000000a 0102030405060708 00000009 00000001 00000002"
        "000000bb 40000005 00001234 00000064 aabbccdd 00010000",
      "block bb 64 5 100 aabbccdd 65536; "},
  {"82c9000d 0000000a"
        "000000bb 00ffffff 00001234 00000001 00000000 00000000"
        "000000cc ff7fffff 00001234 00000002 00000000 00000007"
        "81ca0003 0000000a 01026162 00000000 81cb0001 0000000a"
        "80cc0002 0000000a 61626364",
      "block bb 0 -1 1 0 0; block cc 255 8388607 2 0 7; "},
  /* RFC 4585, 6.3.1; RFC 5104, 4.3.1. */
  {"81ce0002 0000000a 000000bb", "key a bb -1; "},
  {"84ce0006 0000000a 00000000 000000bb 07000000 000000cc ff000000",
      "key a bb 7; key a cc 255; "},
  /* RFC 4585, 6.2.1: a sequence number and the 16 behind it. */
  {"81cd0003 0000000a 000000bb 00058001", "lost bb 5; lost bb 6; lost bb 21; "},
  {"81cd0004 0000000a 000000bb ffff0001 00070000",
      "lost bb 65535; lost bb 0; lost bb 7; "},
  /* No more are wanted. */
  {"81cd0004 0000000a 000000bb 03e70003 00070000", "lost bb 999; "},
  /* A compound packet; one without an item; formats that mean nothing here: REMB, TWCC. */
  {"80c90001 0000000a 81ce0002 0000000a 000000bb", "key a bb -1; "},
  {"84ce0002 0000000a 000000bb", ""},
  {"8fce0005 0000000a 00000000 52454d42 01000000 000000bb", ""},
  {"8fcd0005 0000000a 000000bb 00000001 00000000 00000000", ""},
  /* Padding is no item; as long as the packet, or none, it is a fault. */
  {"a1cd0004 0000000a 000000bb 00050000 00000004", "lost bb 5; "},
  {"a1cd0004 0000000a 000000bb 00050000 000000ff", ""},
  {"a1cd0004 0000000a 000000bb 00050000 00000000", ""},
  /* Lengths and counts that lie: what is whole before them counts. */
  {"81ce0002 0000000a 000000bb 81ce0003 0000000a 000000cc", "key a bb -1; "},
  {"9fc90007 0000000a 000000bb 00000001 00000000 00000000 00000000 00000000",
      "block bb 0 1 0 0 0; "},
  {"81ce0001 0000000a", ""}, {"81ceffff 0000000a 000000bb", ""},
  {"01ce0002 0000000a 000000bb", ""}, {"81ce00", ""}, {"81ce0000", ""},
  {"", ""},
};

/* Returns: (transfer full) */
static guint8 *
from_hex (const gchar * hex, gsize * size)
{
  guint8 *bytes = g_malloc0 (strlen (hex) / 2 + 1);
  gsize n = 0;

  for (; *hex != '\0'; hex++) {
    if (*hex == ' ')
      continue;
    bytes[n / 2] = (guint8) (bytes[n / 2] << 4 | g_ascii_xdigit_value (*hex));
    n++;
  }
  *size = n / 2;
  return bytes;
}

GST_START_TEST (test_what_concerns_a_sender_is_read)
{
  g_autoptr (GString) text = g_string_new (NULL);
  static const GstIceRtcpEvents none = { NULL, NULL, NULL };
  gsize size;
  g_autofree guint8 *data = from_hex (packets[__i__].hex, &size);

  gst_ice_rtcp_read (data, size, &all_events, text);
  fail_unless_equals_string (text->str, packets[__i__].read);
  gst_ice_rtcp_read (data, size, &none, NULL);
}

GST_END_TEST;

/* Cut at each byte, from a memory of that size, for tools that watch its end. */
GST_START_TEST (test_nothing_is_read_behind_the_end)
{
  gsize size;
  g_autofree guint8 *data = from_hex (packets[__i__].hex, &size);

  for (gsize n = 0; n <= size; n++) {
    g_autofree guint8 *cut = g_memdup2 (data, n);
    g_autoptr (GString) text = g_string_new (NULL);

    gst_ice_rtcp_read (cut, n, &all_events, text);
    fail_unless (n == size || strlen (text->str) <=
        strlen (packets[__i__].read));
  }
}

GST_END_TEST;

static void
assert_bytes (GstBuffer * buffer, const gchar * hex)
{
  gsize size;
  g_autofree guint8 *expected = from_hex (hex, &size);
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless_equals_uint64 (map.size, size);
  fail_unless (memcmp (map.data, expected, size) == 0);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
}

GST_START_TEST (test_what_is_made_is_as_the_rfcs_have_it)
{
  static const GstIceRtcpSenderInfo info = {
    0xa, G_GUINT64_CONSTANT (0x0102030405060708), 9, 1, 2
  };

  assert_bytes (gst_ice_rtcp_make_sender_report (&info, "ab"),
      "80c80006 0000000a 0102030405060708 00000009 00000001 00000002"
      "81ca0003 0000000a 01026162 00000000");
  assert_bytes (gst_ice_rtcp_make_goodbye (&info, "abc"),
      "80c80006 0000000a 0102030405060708 00000009 00000001 00000002"
      "81ca0003 0000000a 01036162 63000000 81cb0001 0000000a");
  assert_bytes (gst_ice_rtcp_make_key_unit_request (0xa, "", 0xbb, -1),
      "80c90001 0000000a 81ca0002 0000000a 01000000"
      "81ce0002 0000000a 000000bb");
  assert_bytes (gst_ice_rtcp_make_key_unit_request (0xa, "a", 0xbb, 257),
      "80c90001 0000000a 81ca0002 0000000a 01016100"
      "84ce0004 0000000a 00000000 000000bb 01000000");
}

GST_END_TEST;

GST_START_TEST (test_cname_of_any_length_is_made)
{
  static const GstIceRtcpSenderInfo info = { 0xa, 0, 0, 0, 0 };

  for (guint n = 0; n < 300; n++) {
    g_autofree gchar *cname = g_strnfill (n, 'x');
    g_autoptr (GstBuffer) made = gst_ice_rtcp_make_goodbye (&info, cname);

    fail_unless_equals_int (gst_buffer_get_size (made) % 4, 0);
  }
}

GST_END_TEST;

/* RFC 5905, 6: 1970 is 2208988800. */
GST_START_TEST (test_ntp_time)
{
  fail_unless_equals_uint64 (gst_ice_rtcp_to_ntp_time (0),
      G_GUINT64_CONSTANT (2208988800) << 32);
  fail_unless_equals_uint64 (gst_ice_rtcp_to_ntp_time (1500000),
      (G_GUINT64_CONSTANT (2208988801) << 32) + 0x80000000u);
}

GST_END_TEST;

static Suite *
icertcp_suite (void)
{
  Suite *s = suite_create ("icertcp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_what_concerns_a_sender_is_read, 0,
      G_N_ELEMENTS (packets));
  tcase_add_loop_test (tc, test_nothing_is_read_behind_the_end, 0,
      G_N_ELEMENTS (packets));
  tcase_add_test (tc, test_what_is_made_is_as_the_rfcs_have_it);
  tcase_add_test (tc, test_cname_of_any_length_is_made);
  tcase_add_test (tc, test_ntp_time);
  return s;
}

GST_CHECK_MAIN (icertcp);
