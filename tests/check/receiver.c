/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeroute.h"
#include "gsticepacketqueue.h"
#include "gsticereceiver.h"
#include "icetest.h"

/* One packet of packets_new(). */
#define PACKET 12

/* As much as two lists of two packets take. */
#define MAX_COST (2 * gst_ice_packet_queue_get_cost (2, 2 * PACKET))

/* A cipher that leaves packets as they are. */
G_DECLARE_FINAL_TYPE (PassCipher, pass_cipher, PASS, CIPHER, GstIceCipher);

struct _PassCipher
{
  GstIceCipher parent;
};

G_DEFINE_TYPE (PassCipher, pass_cipher, GST_TYPE_ICE_CIPHER);

static GstBufferList *
pass_cipher_unprotect (GstIceCipher * cipher, GstBufferList * list)
{
  return list;
}

static void
pass_cipher_class_init (PassCipherClass * klass)
{
  GST_ICE_CIPHER_CLASS (klass)->unprotect = pass_cipher_unprotect;
}

static void
pass_cipher_init (PassCipher * self)
{
}

static GstIceCipher *
pass_cipher_new (void)
{
  return g_object_new (pass_cipher_get_type (), NULL);
}

static void
deliver (GstIceReceiver * receiver, guint first, guint n)
{
  GstBufferList *list = packets_new (first, n);

  gst_ice_receiver_deliver (receiver, list,
      gst_buffer_list_calculate_size (list));
}

/* The next list has these packets. */
static void
assert_receives (GstIceReceiver * receiver, const gchar * expected)
{
  g_autoptr (GstBufferList) list = NULL;
  g_autofree gchar *text = NULL;
  GstCaps *caps = NULL;

  fail_unless_equals_int (gst_ice_receiver_receive (receiver, 0, &list, &caps),
      GST_FLOW_OK);
  text = packets_to_string (list);
  fail_unless_equals_string (text, expected);
  fail_unless (caps == NULL);
}

static void
assert_receive_flow (GstIceReceiver * receiver, guint timeout_ms,
    GstFlowReturn expected)
{
  GstBufferList *list = NULL;
  GstCaps *caps = NULL;

  fail_unless_equals_int (gst_ice_receiver_receive (receiver, timeout_ms, &list,
          &caps), expected);
  fail_unless (list == NULL);
  fail_unless (caps == NULL);
}

GST_START_TEST (test_flushing_breaks_receive)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  Streaming streaming;

  streaming_start (&streaming, run_receive, receiver, NULL);
  gst_ice_receiver_set_flushing (receiver, TRUE);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_FLUSHING);
  fail_unless (streaming.list == NULL);
}

GST_END_TEST;

GST_START_TEST (test_lists_come_out_in_order)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  GstIceReceiverCounts counts;

  deliver (receiver, 1, 3);
  deliver (receiver, 4, 1);
  assert_receives (receiver, "1 2 3");
  assert_receives (receiver, "4");

  gst_ice_receiver_get_counts (receiver, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 4);
  fail_unless_equals_uint64 (counts.bytes_received, 4 * PACKET);
}

GST_END_TEST;

/* It counts when the element gets it, which needs the cipher, and anew for each call. */
GST_START_TEST (test_first_packet_has_a_time)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  g_autoptr (GstIceCipher) cipher = pass_cipher_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstIceRoute) other = fake_route_new (NULL);
  gint64 keys_us, first_us;

  gst_ice_receiver_set_route (receiver, route);
  gst_ice_receiver_set_cipher (receiver, TRUE, NULL);
  deliver (receiver, 1, 1);
  assert_receive_flow (receiver, 1, GST_FLOW_CUSTOM_SUCCESS);
  fail_unless_equals_int64 (gst_ice_receiver_get_first_us (receiver), 0);
  keys_us = g_get_monotonic_time ();
  gst_ice_receiver_set_cipher (receiver, TRUE, cipher);
  assert_receives (receiver, "1");
  first_us = gst_ice_receiver_get_first_us (receiver);
  fail_unless (first_us >= keys_us && first_us <= g_get_monotonic_time ());
  while (g_get_monotonic_time () <= first_us);
  gst_ice_receiver_set_route (receiver, other);
  deliver (receiver, 2, 1);
  assert_receives (receiver, "2");
  fail_unless_equals_int64 (gst_ice_receiver_get_first_us (receiver), first_us);

  gst_ice_receiver_set_cipher (receiver, FALSE, NULL);
  gst_ice_receiver_set_route (receiver, NULL);
  gst_ice_receiver_set_route (receiver, route);
  fail_unless_equals_int64 (gst_ice_receiver_get_first_us (receiver), 0);
  deliver (receiver, 3, 1);
  assert_receives (receiver, "3");
  fail_unless (gst_ice_receiver_get_first_us (receiver) > first_us);
}

GST_END_TEST;

GST_START_TEST (test_full_queue_drops_newest)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (MAX_COST);
  GstIceReceiverCounts counts;

  deliver (receiver, 1, 2);
  deliver (receiver, 3, 3);
  deliver (receiver, 6, 2);
  deliver (receiver, 8, 1);
  assert_receives (receiver, "1 2");
  assert_receives (receiver, "6 7");
  assert_receive_flow (receiver, 1, GST_FLOW_CUSTOM_SUCCESS);

  gst_ice_receiver_get_counts (receiver, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 4);
  fail_unless_equals_uint64 (counts.packets_dropped, 4);

  /* What was taken out makes room. */
  deliver (receiver, 9, 2);
  assert_receives (receiver, "9 10");
}

GST_END_TEST;

GST_START_TEST (test_receive_ends_after_what_is_queued)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  GstIceReceiverCounts counts;

  deliver (receiver, 1, 2);
  gst_ice_receiver_end (receiver, GST_ICE_ENDING_ENDED);
  deliver (receiver, 3, 1);
  assert_receives (receiver, "1 2");
  assert_receive_flow (receiver, 0, GST_FLOW_EOS);

  gst_ice_receiver_get_counts (receiver, &counts);
  fail_unless_equals_uint64 (counts.packets_dropped, 1);
}

GST_END_TEST;

GST_START_TEST (test_failure_ends_receiving)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  Streaming streaming;

  streaming_start (&streaming, run_receive, receiver, NULL);
  gst_ice_receiver_end (receiver, GST_ICE_ENDING_FAILED);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_ERROR);
}

GST_END_TEST;

GST_START_TEST (test_receive_times_out)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  gint64 before = g_get_monotonic_time ();

  assert_receive_flow (receiver, 5, GST_FLOW_CUSTOM_SUCCESS);
  fail_unless (g_get_monotonic_time () - before >= 5 * G_TIME_SPAN_MILLISECOND);
}

GST_END_TEST;

GST_START_TEST (test_caps_are_told_once)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  g_autoptr (GstCaps) vp8 = gst_caps_from_string (VP8);
  g_autoptr (GstBufferList) list = NULL;
  g_autoptr (GstCaps) caps = NULL;

  gst_ice_receiver_set_caps (receiver, vp8);
  deliver (receiver, 1, 1);
  deliver (receiver, 2, 1);
  fail_unless_equals_int (gst_ice_receiver_receive (receiver, 0, &list, &caps),
      GST_FLOW_OK);
  fail_unless (caps == vp8);
  assert_receives (receiver, "2");
}

GST_END_TEST;

GST_START_TEST (test_nothing_is_queued_while_flushing)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);

  gst_ice_receiver_set_flushing (receiver, TRUE);
  deliver (receiver, 1, 1);
  gst_ice_receiver_set_flushing (receiver, FALSE);
  deliver (receiver, 2, 1);
  assert_receives (receiver, "2");
}

GST_END_TEST;

/* Floods and what is kept of them. Issue 15: datagrams of one byte filled the memory. */
static const struct
{
  guint n_lists, n_packets;     /* each list has as many */
  gboolean keyless;
  guint max_packets;            /* that are kept, at most */
} floods[] = {
  {100000, 1, FALSE, GST_ICE_PACKET_QUEUE_MAX_PACKETS},
  {10000, 64, FALSE, GST_ICE_PACKET_QUEUE_MAX_PACKETS},
  {100000, 1, TRUE, 400},
  {10000, 64, TRUE, 600},
};

GST_START_TEST (test_flood_is_bounded)
{
  const gsize max_bytes = 4 * 1024 * 1024;
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (max_bytes);
  GstIceReceiverCounts counts;
  gsize cost;

  if (floods[__i__].keyless)
    gst_ice_receiver_set_cipher (receiver, TRUE, NULL);
  for (guint i = 0; i < floods[__i__].n_lists; i++)
    deliver (receiver, i, floods[__i__].n_packets);
  gst_ice_receiver_get_counts (receiver, &counts);
  cost = (counts.packets_received / floods[__i__].n_packets) *
      gst_ice_packet_queue_get_cost (floods[__i__].n_packets,
      floods[__i__].n_packets * PACKET);
  fail_unless (cost <= (floods[__i__].keyless ? 256 * 1024 : max_bytes));
  fail_unless (counts.packets_received > 0);
  fail_unless (counts.packets_received <= floods[__i__].max_packets);
  fail_unless_equals_uint64 (counts.packets_received + counts.packets_dropped,
      floods[__i__].n_lists * floods[__i__].n_packets);
}

GST_END_TEST;

/* What opens what comes in, before and after, by number; 0: nothing, -1: not yet. */
static const struct
{
  gint before, after;
  gboolean kept;
} changes[] = {
  {0, 0, TRUE}, {0, -1, FALSE}, {-1, -1, TRUE}, {-1, 1, TRUE}, {1, 1, TRUE},
  {1, 2, FALSE}, {1, -1, FALSE}, {1, 0, FALSE}, {-1, 0, FALSE},
};

GST_START_TEST (test_what_waits_for_another_cipher_is_dropped)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  g_autoptr (GstIceCipher) one = pass_cipher_new ();
  g_autoptr (GstIceCipher) two = pass_cipher_new ();
  GstIceCipher *const ciphers[] = { NULL, NULL, one, two };
  const gint before = changes[__i__].before, after = changes[__i__].after;

  gst_ice_receiver_set_cipher (receiver, before != 0, ciphers[before + 1]);
  deliver (receiver, 1, 1);
  gst_ice_receiver_set_cipher (receiver, after != 0, ciphers[after + 1]);
  deliver (receiver, 2, 1);
  if (after < 0)
    gst_ice_receiver_set_cipher (receiver, TRUE, one);
  if (changes[__i__].kept)
    assert_receives (receiver, "1");
  assert_receives (receiver, "2");
  assert_receive_flow (receiver, 1, GST_FLOW_CUSTOM_SUCCESS);
}

GST_END_TEST;

GST_START_TEST (test_all_is_given_back_at_the_end)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (100000);
  GstBufferList *list = packets_new (1, 1);

  gst_ice_receiver_set_cipher (receiver, TRUE, NULL);
  gst_buffer_list_ref (list);
  gst_ice_receiver_deliver (receiver, list, PACKET);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (list), 2);
  if (__i__ == 0)
    gst_ice_receiver_end (receiver, GST_ICE_ENDING_ENDED);
  else
    gst_ice_receiver_close (receiver);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (list), 1);
  gst_ice_receiver_deliver (receiver, list, PACKET);
}

GST_END_TEST;

static Suite *
icereceiver_suite (void)
{
  Suite *s = suite_create ("icereceiver");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_flushing_breaks_receive);
  tcase_add_test (tc, test_lists_come_out_in_order);
  tcase_add_test (tc, test_first_packet_has_a_time);
  tcase_add_test (tc, test_full_queue_drops_newest);
  tcase_add_test (tc, test_receive_ends_after_what_is_queued);
  tcase_add_test (tc, test_failure_ends_receiving);
  tcase_add_test (tc, test_receive_times_out);
  tcase_add_test (tc, test_caps_are_told_once);
  tcase_add_test (tc, test_nothing_is_queued_while_flushing);
  tcase_add_loop_test (tc, test_flood_is_bounded, 0, G_N_ELEMENTS (floods));
  tcase_add_loop_test (tc, test_what_waits_for_another_cipher_is_dropped, 0,
      G_N_ELEMENTS (changes));
  tcase_add_loop_test (tc, test_all_is_given_back_at_the_end, 0, 2);
  return s;
}

GST_CHECK_MAIN (icereceiver);
