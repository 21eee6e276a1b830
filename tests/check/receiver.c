/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticereceiver.h"
#include "icetest.h"

/* One packet of packets_new(). */
#define PACKET 12

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
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (1000);
  Streaming streaming;

  streaming_start (&streaming, run_receive, receiver, NULL);
  gst_ice_receiver_set_flushing (receiver, TRUE);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_FLUSHING);
  fail_unless (streaming.list == NULL);
}

GST_END_TEST;

GST_START_TEST (test_lists_come_out_in_order)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (1000);
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

GST_START_TEST (test_full_queue_drops_newest)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (4 * PACKET);
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
  deliver (receiver, 9, 4);
  assert_receives (receiver, "9 10 11 12");
}

GST_END_TEST;

GST_START_TEST (test_receive_ends_after_what_is_queued)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (1000);
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
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (1000);
  Streaming streaming;

  streaming_start (&streaming, run_receive, receiver, NULL);
  gst_ice_receiver_end (receiver, GST_ICE_ENDING_FAILED);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_ERROR);
}

GST_END_TEST;

GST_START_TEST (test_receive_times_out)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (1000);
  gint64 before = g_get_monotonic_time ();

  assert_receive_flow (receiver, 5, GST_FLOW_CUSTOM_SUCCESS);
  fail_unless (g_get_monotonic_time () - before >= 5 * G_TIME_SPAN_MILLISECOND);
}

GST_END_TEST;

GST_START_TEST (test_caps_are_told_once)
{
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (1000);
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
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (1000);

  gst_ice_receiver_set_flushing (receiver, TRUE);
  deliver (receiver, 1, 1);
  gst_ice_receiver_set_flushing (receiver, FALSE);
  deliver (receiver, 2, 1);
  assert_receives (receiver, "2");
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
  tcase_add_test (tc, test_full_queue_drops_newest);
  tcase_add_test (tc, test_receive_ends_after_what_is_queued);
  tcase_add_test (tc, test_failure_ends_receiving);
  tcase_add_test (tc, test_receive_times_out);
  tcase_add_test (tc, test_caps_are_told_once);
  tcase_add_test (tc, test_nothing_is_queued_while_flushing);
  return s;
}

GST_CHECK_MAIN (icereceiver);
