/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeturnmessage.h"

#include <gst/check/gstcheck.h>
#include <string.h>

static const struct
{
  guint8 bytes[40];
  gsize size;
  gint payload_at;              /* -1: none */
  gsize payload_size;
} datagrams[] = {
  {{0x40, 0, 0, 2, 'h', 'i'}, 6, 4, 2},
  {{0x4f, 0xff, 0, 2, 'h', 'i', 0, 0}, 8, 4, 2},        /* padded */
  {{0x40, 0, 0, 0}, 4, 4, 0},
  {{0x40, 0, 0, 3, 'h', 'i'}, 6, -1, 0},        /* cut off */
  {{0x40, 0, 0}, 3, -1, 0},
  {{0}, 0, -1, 0},
  {{0x50, 0, 0, 2, 'h', 'i'}, 6, -1, 0},        /* RFC 8656, 12: reserved */
  {{0x80, 96, 0, 2, 'h', 'i'}, 6, -1, 0},
  {{0, 0x17, 0, 8,[20] = 0, 0x13, 0, 2, 'h', 'i'}, 28, 24, 2},
  {{0, 0x17, 0, 20,[20] = 0, 0x12, 0, 5,[32] = 0, 0x13, 0, 2, 'h', 'i'}, 38,
      36, 2},
  {{0, 0x17, 0, 8,[20] = 0, 0x12, 0xff, 0xff}, 28, -1, 0},
  {{0, 0x17, 0, 8,[20] = 0, 0x13, 0, 5}, 28, -1, 0},    /* longer than there is */
  {{0, 0x17, 0, 0}, 20, -1, 0},
  {{0, 0x17, 0, 0}, 19, -1, 0},
  {{1, 0x13, 0, 8,[20] = 0, 0x13, 0, 2, 'h', 'i'}, 28, -1, 0},
};

GST_START_TEST (test_what_a_peer_sent_is_found)
{
  for (guint i = 0; i < G_N_ELEMENTS (datagrams); i++) {
    const guint8 *payload = NULL;
    gsize size = 0;
    gboolean found = gst_ice_turn_message_unwrap (datagrams[i].bytes,
        datagrams[i].size, &payload, &size);

    fail_unless_equals_int (found, datagrams[i].payload_at >= 0);
    if (!found)
      continue;
    fail_unless_equals_int (payload - datagrams[i].bytes,
        datagrams[i].payload_at);
    fail_unless_equals_int (size, datagrams[i].payload_size);
  }
}

GST_END_TEST;

static const struct
{
  guint8 bytes[4];
  gsize size;
  gssize expected;
} beginnings[] = {
  {{0x40, 0, 0, 2}, 4, 8},      /* RFC 8656, 12.5: padded on a stream */
  {{0x40, 0, 0, 4}, 4, 8},
  {{0x40, 0, 0xff, 0xff}, 4, 65540},
  {{1, 1, 0, 8}, 4, 28},
  {{0, 0x17, 0, 0}, 4, 20},
  {{0x40, 0, 0}, 3, 0},
  {{0}, 0, 0},
  {{0x80, 0, 0, 2}, 4, -1},
  {{22, 3, 1, 0}, 4, -1},       /* TLS */
};

GST_START_TEST (test_messages_of_a_stream_have_lengths)
{
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    fail_unless_equals_int (gst_ice_turn_message_get_size (beginnings[i].bytes,
            beginnings[i].size), beginnings[i].expected);
}

GST_END_TEST;

static Suite *
turnmessage_suite (void)
{
  Suite *s = suite_create ("turnmessage");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_what_a_peer_sent_is_found);
  tcase_add_test (tc, test_messages_of_a_stream_have_lengths);
  return s;
}

GST_CHECK_MAIN (turnmessage);
