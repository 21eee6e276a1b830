/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeroute.h"
#include "gsticechannel.h"
#include "icetest.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* One packet of packets_new(). */
#define PACKET 12

static void
deliver (GstIceChannel * channel, guint first, guint n)
{
  GstBufferList *list = packets_new (first, n);

  gst_ice_channel_deliver (channel, list,
      gst_buffer_list_calculate_size (list));
}

static GstFlowReturn
send_packets (GstIceChannel * channel, guint first, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (first, n);

  return gst_ice_channel_send_list (channel, list);
}

static void
assert_taken (GstIceRoute * route, const gchar * expected)
{
  g_autofree gchar *taken = fake_route_get_taken (route);

  fail_unless_equals_string (taken, expected);
}

/* The next list has these packets. */
static void
assert_receives (GstIceChannel * channel, const gchar * expected)
{
  g_autoptr (GstBufferList) list = NULL;
  g_autofree gchar *text = NULL;
  GstCaps *caps = NULL;

  fail_unless_equals_int (gst_ice_channel_receive (channel, 0, &list, &caps),
      GST_FLOW_OK);
  text = packets_to_string (list);
  fail_unless_equals_string (text, expected);
  fail_unless (caps == NULL);
}

static void
assert_receive_flow (GstIceChannel * channel, guint timeout_ms,
    GstFlowReturn expected)
{
  GstBufferList *list = NULL;
  GstCaps *caps = NULL;

  fail_unless_equals_int (gst_ice_channel_receive (channel, timeout_ms, &list,
          &caps), expected);
  fail_unless (list == NULL);
  fail_unless (caps == NULL);
}

GST_START_TEST (test_wait_route_ends_when_there_is_one)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  Streaming streaming;

  streaming_start (&streaming, run_wait_route, channel, NULL);
  gst_ice_channel_set_route (channel, route);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_OK);
}

GST_END_TEST;

/* How waiting for a route ends when none will come. */
static const struct
{
  GstIceChannelEnd how;
  GstFlowReturn flow;
} ends[] = {
  {GST_ICE_CHANNEL_REFUSED, GST_FLOW_OK},
  {GST_ICE_CHANNEL_ENDED, GST_FLOW_EOS},
  {GST_ICE_CHANNEL_FAILED, GST_FLOW_ERROR},
};

GST_START_TEST (test_wait_route_ends_with_the_channel)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  Streaming streaming;

  streaming_start (&streaming, run_wait_route, channel, NULL);
  gst_ice_channel_end (channel, ends[__i__].how);
  fail_unless_equals_int (streaming_join (&streaming), ends[__i__].flow);
}

GST_END_TEST;

GST_START_TEST (test_flushing_breaks_wait_route)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  Streaming streaming;

  streaming_start (&streaming, run_wait_route, channel, NULL);
  gst_ice_channel_set_flushing (channel, TRUE);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_FLUSHING);

  /* For all calls, until it is over. */
  fail_unless_equals_int (send_packets (channel, 1, 1), GST_FLOW_FLUSHING);
  gst_ice_channel_set_route (channel, route);
  fail_unless_equals_int (gst_ice_channel_wait_route (channel),
      GST_FLOW_FLUSHING);
  gst_ice_channel_set_flushing (channel, FALSE);
  fail_unless_equals_int (gst_ice_channel_wait_route (channel), GST_FLOW_OK);
  fail_unless_equals_int (send_packets (channel, 2, 1), GST_FLOW_OK);
  assert_taken (route, "2");
}

GST_END_TEST;

GST_START_TEST (test_flushing_breaks_receive)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  Streaming streaming;

  streaming_start (&streaming, run_receive, channel, NULL);
  gst_ice_channel_set_flushing (channel, TRUE);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_FLUSHING);
  fail_unless (streaming.list == NULL);
}

GST_END_TEST;

GST_START_TEST (test_packets_leave_in_order)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  GstIceChannelCounts counts;

  gst_ice_channel_set_route (channel, route);
  fail_unless_equals_int (send_packets (channel, 1, 3), GST_FLOW_OK);
  fail_unless_equals_int (send_packets (channel, 4, 2), GST_FLOW_OK);
  assert_taken (route, "1 2 3 4 5");

  gst_ice_channel_get_counts (channel, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, 5);
  fail_unless_equals_uint64 (counts.bytes_sent, 5 * PACKET);
  fail_unless_equals_uint64 (counts.packets_discarded_on_send, 0);
}

GST_END_TEST;

GST_START_TEST (test_partial_send_resumes_at_the_right_packet)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  fake_route_set_limits (route, 2, G_MAXUINT);
  gst_ice_channel_set_route (channel, route);
  fail_unless_equals_int (send_packets (channel, 1, 7), GST_FLOW_OK);
  assert_taken (route, "1 2 3 4 5 6 7");
  fail_unless_equals_int (fake_route_get_n_calls (route), 4);
}

GST_END_TEST;

GST_START_TEST (test_refused_packets_are_counted_not_retried)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  GstIceChannelCounts counts;

  fake_route_set_limits (route, G_MAXUINT, 2);
  gst_ice_channel_set_route (channel, route);
  fail_unless_equals_int (send_packets (channel, 1, 5), GST_FLOW_OK);
  assert_taken (route, "1 2");
  fail_unless_equals_int (fake_route_get_n_calls (route), 1);

  gst_ice_channel_get_counts (channel, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, 2);
  fail_unless_equals_uint64 (counts.bytes_sent, 2 * PACKET);
  fail_unless_equals_uint64 (counts.packets_discarded_on_send, 3);
}

GST_END_TEST;

GST_START_TEST (test_without_a_route_packets_are_counted)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  GstIceChannelCounts counts;

  fail_unless_equals_int (send_packets (channel, 1, 4), GST_FLOW_OK);
  gst_ice_channel_get_counts (channel, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, 0);
  fail_unless_equals_uint64 (counts.packets_discarded_on_send, 4);
}

GST_END_TEST;

GST_START_TEST (test_sending_ends_with_the_channel)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  gst_ice_channel_set_route (channel, route);
  gst_ice_channel_end (channel, ends[__i__].how);
  gst_ice_channel_set_route (channel, NULL);
  fail_unless_equals_int (send_packets (channel, 1, 1), ends[__i__].flow);
  assert_taken (route, "");
}

GST_END_TEST;

/* Two ends of a real path; the first is full. */
static void
make_full_socket (gint fds[2])
{
  guint8 packet[PACKET] = { 0, };
  gint size = 4608;

  fail_unless_equals_int (socketpair (AF_UNIX, SOCK_DGRAM, 0, fds), 0);
  setsockopt (fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof (size));
  while (send (fds[0], packet, sizeof (packet), MSG_DONTWAIT) > 0);
  fail_unless (errno == EAGAIN);
}

static void
read_packets (gint fd, guint n)
{
  guint8 packet[PACKET];

  for (guint i = 0; i < n; i++)
    fail_unless_equals_int (recv (fd, packet, sizeof (packet), 0), PACKET);
}

GST_START_TEST (test_unlock_breaks_waiting_for_a_full_socket)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstBufferList) list = packets_new (1, 2);
  Streaming streaming;
  gint fds[2];

  make_full_socket (fds);
  fake_route_set_fd (route, fds[0]);
  gst_ice_channel_set_route (channel, route);
  streaming_start (&streaming, run_send, channel, list);
  while (fake_route_get_n_calls (route) == 0)
    g_thread_yield ();
  gst_ice_channel_set_flushing (channel, TRUE);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_FLUSHING);

  assert_taken (route, "");
  close (fds[0]);
  close (fds[1]);
}

GST_END_TEST;

GST_START_TEST (test_full_socket_loses_nothing)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstBufferList) list = packets_new (1, 3);
  Streaming streaming;
  gint fds[2];

  make_full_socket (fds);
  fake_route_set_fd (route, fds[0]);
  gst_ice_channel_set_route (channel, route);
  streaming_start (&streaming, run_send, channel, list);
  while (fake_route_get_n_calls (route) == 0)
    g_thread_yield ();
  read_packets (fds[1], 5);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_OK);

  assert_taken (route, "1 2 3");
  close (fds[0]);
  close (fds[1]);
}

GST_END_TEST;

GST_START_TEST (test_new_route_takes_over_where_the_full_one_stopped)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstIceRoute) full = fake_route_new (NULL);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstBufferList) list = packets_new (1, 3);
  Streaming streaming;

  /* It has no descriptor to wait for, and takes nothing. */
  fake_route_set_limits (full, 0, G_MAXUINT);
  gst_ice_channel_set_route (channel, full);
  streaming_start (&streaming, run_send, channel, list);
  while (fake_route_get_n_calls (full) < 2)
    g_thread_yield ();
  gst_ice_channel_set_route (channel, route);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_OK);
  assert_taken (full, "");
  assert_taken (route, "1 2 3");
}

GST_END_TEST;

GST_START_TEST (test_lists_come_out_in_order)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  GstIceChannelCounts counts;

  deliver (channel, 1, 3);
  deliver (channel, 4, 1);
  assert_receives (channel, "1 2 3");
  assert_receives (channel, "4");

  gst_ice_channel_get_counts (channel, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 4);
  fail_unless_equals_uint64 (counts.bytes_received, 4 * PACKET);
}

GST_END_TEST;

GST_START_TEST (test_full_queue_drops_newest)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (4 * PACKET);
  GstIceChannelCounts counts;

  deliver (channel, 1, 2);
  deliver (channel, 3, 3);
  deliver (channel, 6, 2);
  deliver (channel, 8, 1);
  assert_receives (channel, "1 2");
  assert_receives (channel, "6 7");
  assert_receive_flow (channel, 1, GST_FLOW_CUSTOM_SUCCESS);

  gst_ice_channel_get_counts (channel, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 4);
  fail_unless_equals_uint64 (counts.packets_dropped, 4);

  /* What was taken out makes room. */
  deliver (channel, 9, 4);
  assert_receives (channel, "9 10 11 12");
}

GST_END_TEST;

GST_START_TEST (test_receive_ends_after_what_is_queued)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  GstIceChannelCounts counts;

  deliver (channel, 1, 2);
  gst_ice_channel_end (channel, GST_ICE_CHANNEL_ENDED);
  deliver (channel, 3, 1);
  assert_receives (channel, "1 2");
  assert_receive_flow (channel, 0, GST_FLOW_EOS);

  gst_ice_channel_get_counts (channel, &counts);
  fail_unless_equals_uint64 (counts.packets_dropped, 1);
}

GST_END_TEST;

GST_START_TEST (test_failed_channel_stops_the_receiver)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  Streaming streaming;

  streaming_start (&streaming, run_receive, channel, NULL);
  gst_ice_channel_end (channel, GST_ICE_CHANNEL_FAILED);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_ERROR);
}

GST_END_TEST;

GST_START_TEST (test_receive_times_out)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  gint64 before = g_get_monotonic_time ();

  assert_receive_flow (channel, 5, GST_FLOW_CUSTOM_SUCCESS);
  fail_unless (g_get_monotonic_time () - before >= 5 * G_TIME_SPAN_MILLISECOND);
}

GST_END_TEST;

GST_START_TEST (test_caps_are_told_once)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);
  g_autoptr (GstCaps) vp8 = gst_caps_from_string (VP8);
  g_autoptr (GstBufferList) list = NULL;
  g_autoptr (GstCaps) caps = NULL;

  gst_ice_channel_set_caps (channel, vp8);
  deliver (channel, 1, 1);
  deliver (channel, 2, 1);
  fail_unless_equals_int (gst_ice_channel_receive (channel, 0, &list, &caps),
      GST_FLOW_OK);
  fail_unless (caps == vp8);
  assert_receives (channel, "2");
}

GST_END_TEST;

GST_START_TEST (test_nothing_is_queued_while_flushing)
{
  g_autoptr (GstIceChannel) channel = gst_ice_channel_new (1000);

  gst_ice_channel_set_flushing (channel, TRUE);
  deliver (channel, 1, 1);
  gst_ice_channel_set_flushing (channel, FALSE);
  deliver (channel, 2, 1);
  assert_receives (channel, "2");
}

GST_END_TEST;

static Suite *
icechannel_suite (void)
{
  Suite *s = suite_create ("icechannel");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_wait_route_ends_when_there_is_one);
  tcase_add_loop_test (tc, test_wait_route_ends_with_the_channel, 0,
      G_N_ELEMENTS (ends));
  tcase_add_test (tc, test_flushing_breaks_wait_route);
  tcase_add_test (tc, test_flushing_breaks_receive);
  tcase_add_test (tc, test_packets_leave_in_order);
  tcase_add_test (tc, test_partial_send_resumes_at_the_right_packet);
  tcase_add_test (tc, test_refused_packets_are_counted_not_retried);
  tcase_add_test (tc, test_without_a_route_packets_are_counted);
  tcase_add_loop_test (tc, test_sending_ends_with_the_channel, 0,
      G_N_ELEMENTS (ends));
  tcase_add_test (tc, test_unlock_breaks_waiting_for_a_full_socket);
  tcase_add_test (tc, test_full_socket_loses_nothing);
  tcase_add_test (tc, test_new_route_takes_over_where_the_full_one_stopped);
  tcase_add_test (tc, test_lists_come_out_in_order);
  tcase_add_test (tc, test_full_queue_drops_newest);
  tcase_add_test (tc, test_receive_ends_after_what_is_queued);
  tcase_add_test (tc, test_failed_channel_stops_the_receiver);
  tcase_add_test (tc, test_receive_times_out);
  tcase_add_test (tc, test_caps_are_told_once);
  tcase_add_test (tc, test_nothing_is_queued_while_flushing);
  return s;
}

GST_CHECK_MAIN (icechannel);
