/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "entries.h"
#include "gsticeerror.h"
#include "icetest.h"
#include "niceend.h"


GST_START_TEST (test_two_agents_connect_and_carry_both_ways)
{
  NiceEnd a, b;
  guint n_components = (guint) __i__;

  nice_ends_connect (&a, &b, n_components);
  /* Perhaps of IPv4 and IPv6. */
  fail_unless (a.candidates->len >= n_components);
  for (guint c = 1; c <= n_components; c++) {
    nice_end_assert_flows (&a, &b, c, 50);
    nice_end_assert_flows (&b, &a, c, 3);
  }
  nice_end_clear (&a);
  nice_end_clear (&b);
}

GST_END_TEST;

GST_START_TEST (test_packets_of_many_memories_arrive_whole)
{
  NiceEnd a, b;
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  GstBuffer *packet = packet_new (96, 1);
  GstIceReceiverCounts counts;

  nice_ends_connect (&a, &b, 1);
  for (guint i = 0; i < 10; i++)
    packet = gst_buffer_append (packet, packet_new (96, 2));
  gst_buffer_list_add (list, packet);
  fail_unless_equals_int (gst_ice_route_send_list (a.routes[0], list, 0, NULL,
          NULL), 1);
  WAIT_UNTIL (nice_end_count_received (&b, 1) == 1);
  gst_ice_receiver_get_counts (b.receivers[0], &counts);
  fail_unless_equals_uint64 (counts.bytes_received, 11 * 12);
  nice_end_clear (&a);
  nice_end_clear (&b);
}

GST_END_TEST;

GST_START_TEST (test_close_frees_the_sockets)
{
  guint n_fds = 0;

  /* The first round opens what GLib and libnice keep. */
  for (guint i = 0; i < 5; i++) {
    NiceEnd a, b;

    nice_ends_connect (&a, &b, 2);
    nice_end_clear (&a);
    nice_end_clear (&b);
    while (g_main_context_iteration (nice_end_context, FALSE));
    if (i == 0)
      n_fds = count_entries ("/proc/self/fd");
  }
  fail_unless_equals_int (count_entries ("/proc/self/fd"), n_fds);
}

GST_END_TEST;

GST_START_TEST (test_close_in_every_state)
{
  NiceEnd end;

  fail_unless (nice_end_init (&end, nice_end_settings_new (), 1, TRUE, NULL));
  if (__i__ > 0)
    nice_end_gather (&end);
  if (__i__ > 1)
    WAIT_UNTIL (end.gathered);
  if (__i__ > 2)
    nice_end_introduce (&end, &end);
  nice_end_clear (&end);
}

GST_END_TEST;

/* Whether the agent says that it has learned one of @candidates from a check. */
static gboolean
has_learned (const NiceEnd * end, GPtrArray * candidates)
{
  for (guint i = 0; i < end->learned->len; i++) {
    const GstIceCandidate *learned = g_ptr_array_index (end->learned, i);

    fail_unless_equals_int (learned->type, GST_ICE_CANDIDATE_PRFLX);
    for (guint k = 0; k < candidates->len; k++) {
      if (gst_ice_candidate_same_address (learned,
              g_ptr_array_index (candidates, k)))
        return TRUE;
    }
  }
  return FALSE;
}

/* The peer has the offer and checks; its answer takes longer, and names another address
 * than the one that its checks come from. */
GST_START_TEST (test_checks_that_come_before_the_answer_count)
{
  NiceEnd a, b;
  guint port;
  GSocket *server = nice_end_take_port (&port);
  g_autoptr (GPtrArray) own = NULL;

  fail_unless (nice_end_init (&a, nice_end_settings_new (), 1, TRUE, NULL));
  fail_unless (nice_end_init (&b, nice_end_settings_new (), 1, FALSE, NULL));
  nice_end_set_silent_server (&a, port);
  nice_end_gather (&a);
  nice_end_gather (&b);
  WAIT_UNTIL (a.candidates->len > 0 && b.gathered);
  nice_end_introduce (&b, &a);
  WAIT_UNTIL (a.gathered);
  nice_ends_let_timers_run ();

  own = g_steal_pointer (&b.candidates);
  b.candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
  g_ptr_array_add (b.candidates,
      gst_ice_candidate_copy (g_ptr_array_index (own, 0)));
  ((GstIceCandidate *) g_ptr_array_index (b.candidates, 0))->port = port;
  nice_end_introduce (&a, &b);
  WAIT_UNTIL (nice_end_is_connected (&a) && nice_end_is_connected (&b));
  nice_end_assert_flows (&a, &b, 1, 3);
  /* For users: which address of the peer came to be known by its checks. */
  fail_unless (has_learned (&a, own));
  nice_end_clear (&a);
  nice_end_clear (&b);
  g_object_unref (server);
}

GST_END_TEST;

GST_START_TEST (test_port_in_use_is_an_error)
{
  NiceEnd end;
  FakeMember *settings = nice_end_settings_new ();
  guint port;
  GSocket *sock = nice_end_take_port (&port);
  g_autoptr (GError) error = NULL;

  fake_member_set_uint (settings, "min-rtp-port", port);
  fake_member_set_uint (settings, "max-rtp-port", port);
  fail_unless (nice_end_init (&end, settings, 1, TRUE, NULL));
  fail_if (gst_ice_agent_gather (end.agent, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL);
  fail_unless (strstr (error->message, "min-rtp-port") != NULL, "%s",
      error->message);
  nice_end_clear (&end);
  g_object_unref (sock);
}

GST_END_TEST;

GST_START_TEST (test_range_the_wrong_way_round_is_an_error)
{
  NiceEnd end;
  FakeMember *settings = nice_end_settings_new ();
  g_autoptr (GError) error = NULL;

  fake_member_set_uint (settings, "min-rtp-port", 6000);
  fake_member_set_uint (settings, "max-rtp-port", 5000);
  fail_if (nice_end_init (&end, settings, 1, TRUE, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS);
  nice_end_clear (&end);
}

GST_END_TEST;

GST_START_TEST (test_interface_that_is_not_there_is_an_error)
{
  NiceEnd end;
  FakeMember *settings = nice_end_settings_new ();
  g_autoptr (GError) error = NULL;

  fake_member_set_string (settings, "network-interfaces", "nosuch0, nosuch1");
  fail_if (nice_end_init (&end, settings, 1, TRUE, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL);
  fail_unless (strstr (error->message, "nosuch0 does not exist; "
          "nosuch1 does not exist (network-interfaces=nosuch0, nosuch1)"), "%s",
      error->message);
  nice_end_clear (&end);
}

GST_END_TEST;

static Suite *
iceniceagent_suite (void)
{
  Suite *s = suite_create ("iceniceagent");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, nice_ends_setup, nice_ends_teardown);
  tcase_add_loop_test (tc, test_two_agents_connect_and_carry_both_ways, 1, 3);
  tcase_add_test (tc, test_packets_of_many_memories_arrive_whole);
  tcase_add_test (tc, test_close_frees_the_sockets);
  tcase_add_loop_test (tc, test_close_in_every_state, 0, 4);
  tcase_add_test (tc, test_checks_that_come_before_the_answer_count);
  tcase_add_test (tc, test_port_in_use_is_an_error);
  tcase_add_test (tc, test_range_the_wrong_way_round_is_an_error);
  tcase_add_test (tc, test_interface_that_is_not_there_is_an_error);
  return s;
}

GST_CHECK_MAIN (iceniceagent);
