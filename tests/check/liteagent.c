/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeerror.h"
#include "liteend.h"

static const gchar *const families[] = { "127.0.0.1", "::1" };

GST_START_TEST (test_peer_nominates_and_media_goes_both_ways)
{
  LitePeer peer = { 0, };
  LiteEnd end;

  peer.fd = test_socket (families[__i__], &peer.address);
  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          0}, NULL));
  for (guint i = 0; i < end.candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (end.candidates, i);

    fail_unless_equals_int (candidate->type, GST_ICE_CANDIDATE_HOST);
    fail_unless (candidate->related_address == NULL);
  }

  /* Nothing counts before the answer is there; what came then does. */
  lite_peer_nominate (&peer, &end);
  while (g_main_context_iteration (lite_end_context, FALSE));
  fail_unless_equals_int (end.n_selected, 0);
  lite_end_answer (&end);
  WAIT_UNTIL (end.state == GST_ICE_AGENT_COMPLETED);
  fail_unless_equals_int (end.n_selected, 1);
  fail_unless_equals_int (end.remote->type, GST_ICE_CANDIDATE_PRFLX);
  fail_unless_equals_int (end.remote->port,
      gst_ice_udp_address_port (&peer.address));
  lite_peer_assert_media (&peer, &end, 40);

  lite_end_close (&end);
  close (peer.fd);
}

GST_END_TEST;

GST_START_TEST (test_route_follows_a_peer_that_moves)
{
  LitePeer peer = { 0, }, moved = { 0, };
  LiteEnd end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  moved.fd = test_socket ("127.0.0.1", &moved.address);
  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          0}
          , NULL));
  lite_end_answer (&end);
  lite_peer_nominate (&peer, &end);
  WAIT_UNTIL (end.n_selected == 1);
  lite_peer_assert_media (&peer, &end, 5);
  lite_peer_nominate (&moved, &end);
  WAIT_UNTIL (end.n_selected == 2);
  lite_peer_assert_media (&moved, &end, 5);

  lite_end_close (&end);
  close (peer.fd);
  close (moved.fd);
}

GST_END_TEST;

static guint
count_sockets (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const gchar *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename ("/proc/self/fd", name, NULL);
    g_autofree gchar *target = g_file_read_link (path, NULL);

    n += target != NULL && g_str_has_prefix (target, "socket:");
  }
  return n;
}

/* A hundred calls on one port, each with its own media; the sockets are two. */
GST_START_TEST (test_calls_share_a_port)
{
  enum
  { N = 100 };
  const guint port = lite_find_port ();
  g_autofree LiteEnd *ends = g_new0 (LiteEnd, N);
  g_autofree LitePeer *peers = g_new0 (LitePeer, N);
  guint n_before;

  for (guint i = 0; i < N; i++)
    peers[i].fd = test_socket (families[i % 2], &peers[i].address);
  n_before = count_sockets ();
  for (guint i = 0; i < N; i++) {
    fail_unless (lite_end_open (&ends[i], &(LiteEndSettings) {
            .mux_port = port}
            , NULL));
    fail_unless_equals_int (lite_end_get_candidate (&ends[i], 1, FALSE)->port,
        port);
    lite_end_answer (&ends[i]);
    lite_peer_nominate (&peers[i], &ends[i]);
  }
  /* And a netlink socket, that watches the addresses. */
  fail_unless_equals_int (count_sockets (), n_before + 2 + 1);
  for (guint i = 0; i < N; i++) {
    WAIT_UNTIL (ends[i].n_selected == 1);
    lite_peer_assert_media (&peers[i], &ends[i], 3);
  }
  for (guint i = 0; i < N; i++) {
    lite_end_close (&ends[i]);
    close (peers[i].fd);
  }
  fail_unless_equals_int (count_sockets (), n_before - N);
}

GST_END_TEST;

/* The port is free when the last call has left, though a route is still held. */
GST_START_TEST (test_port_is_freed_at_once)
{
  const guint port = lite_find_port ();
  g_autoptr (GstIceRoute) route = NULL;
  LitePeer peer = { 0, };
  LiteEnd end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstBufferList) list = gst_buffer_list_new ();
    GstIceRouteTally tally = { 0, };

    fail_unless (lite_end_open (&end, &(LiteEndSettings) {
            .mux_port = port}
            , NULL));
    lite_end_answer (&end);
    lite_peer_nominate (&peer, &end);
    WAIT_UNTIL (end.n_selected == 1);
    g_set_object (&route, end.route);
    lite_end_close (&end);
    /* Whoever sends on it finds it closed. */
    gst_buffer_list_add (list, test_packet (0, 100, 1));
    fail_unless_equals_int (gst_ice_route_send_list (route, list, 0, &tally,
            NULL), 0);
  }
  close (peer.fd);
}

GST_END_TEST;

GST_START_TEST (test_port_of_another_process_is_an_error)
{
  GstIceUdpAddress address;
  gint fd = test_socket ("127.0.0.1", &address);
  const guint port = gst_ice_udp_address_port (&address);
  g_autofree gchar *text = g_strdup_printf ("%u", port);
  g_autoptr (GError) error = NULL;
  LiteEnd end;

  fail_if (lite_end_open (&end, &(LiteEndSettings) {
          .mux_port = port}, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL));
  fail_unless (strstr (error->message, text) != NULL, error->message);
  lite_end_close (&end);
  close (fd);
}

GST_END_TEST;

GST_START_TEST (test_empty_port_range_is_an_error)
{
  g_autoptr (GError) error = NULL;
  LiteEnd end;

  fail_if (lite_end_open (&end, &(LiteEndSettings) {
          .min_port = 5002,.max_port = 5001}, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS));
  lite_end_close (&end);
}

GST_END_TEST;

GST_START_TEST (test_no_address_is_an_error)
{
  g_autoptr (GError) error = NULL;
  const guint port = lite_find_port ();
  LiteEnd end;

  fail_if (lite_end_open (&end, &(LiteEndSettings) {
          .interfaces = "nosuch0",.mux_port = port}, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL));
  fail_unless (strstr (error->message, "nosuch0") != NULL, error->message);
  lite_end_close (&end);
  /* It holds nothing: the next one is as good as the first. */
  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          .mux_port = port}, NULL));
  lite_end_close (&end);
}

GST_END_TEST;

/* From many sockets, as fast as can be: checks for a name that nobody has, checks with a
 * wrong password, garbage, media. A call beside them goes on, and loses nothing that the
 * kernel's buffer can hold. */
GST_START_TEST (test_flood_leaves_calls_alone)
{
  enum
  { N_STRANGERS = 50, N_ROUNDS = 20 };
  const guint port = lite_find_port ();
  LitePeer strangers[N_STRANGERS], peer = { 0, };
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpAddress to;
  LiteEnd end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  for (guint i = 0; i < N_STRANGERS; i++)
    strangers[i].fd = test_socket ("127.0.0.1", &strangers[i].address);
  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          .mux_port = port}
          , NULL));
  lite_end_answer (&end);
  lite_peer_nominate (&peer, &end);
  WAIT_UNTIL (end.n_selected == 1);
  fail_unless (gst_ice_udp_address_set_text (&to, "127.0.0.1", port));
  for (guint round = 0; round < N_ROUNDS; round++) {
    for (guint i = 0; i < N_STRANGERS; i++) {
      GstIceUdpStunRequest request = {.from_ufrag = "theirs",
        .to_ufrag = i % 2 ? end.ufrag : "nobody",
        .password = "012345678901234567890123",.controlling = TRUE,
        .use_candidate = TRUE
      };

      gst_ice_udp_stun_randomise (request.id, sizeof (request.id));
      test_send (strangers[i].fd, &to, data,
          gst_ice_udp_stun_build_request (&request, data));
      test_send (strangers[i].fd, &to, data, i % 20);
      data[0] = 0x80;
      test_send (strangers[i].fd, &to, data, 100);
    }
    lite_peer_assert_media (&peer, &end, 2);
  }
  fail_unless_equals_int (end.n_selected, 1);
  lite_end_close (&end);
  for (guint i = 0; i < N_STRANGERS; i++)
    close (strangers[i].fd);
  close (peer.fd);
}

GST_END_TEST;

/* A hundred times a second and faster: media follows, and what is told is not more than
 * the moves. */
GST_START_TEST (test_route_follows_a_peer_that_keeps_moving)
{
  enum
  { N_MOVES = 100 };
  LitePeer places[N_MOVES] = { {0,}, };
  LiteEnd end;

  for (guint i = 0; i < N_MOVES; i++)
    places[i].fd = test_socket ("127.0.0.1", &places[i].address);
  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          0}
          , NULL));
  lite_end_answer (&end);
  for (guint i = 0; i < N_MOVES; i++) {
    lite_peer_nominate (&places[i], &end);
    g_main_context_iteration (lite_end_context, FALSE);
    fail_unless (end.n_selected <= i + 1);
  }
  WAIT_UNTIL (end.remote != NULL && end.remote->port ==
      gst_ice_udp_address_port (&places[N_MOVES - 1].address));
  lite_peer_assert_media (&places[N_MOVES - 1], &end, 5);
  lite_end_close (&end);
  for (guint i = 0; i < N_MOVES; i++)
    close (places[i].fd);
}

GST_END_TEST;

/* RTCP without mux has the same user name, and so a port of its own. */
GST_START_TEST (test_second_component_has_its_own_port)
{
  const guint port = lite_find_port ();
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpStun answer;
  LitePeer peer = { 0, };
  LiteEnd end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          .n_components = 2,.mux_port = port}, NULL));
  fail_unless_equals_int (lite_end_get_candidate (&end, 1, FALSE)->port, port);
  fail_if (lite_end_get_candidate (&end, 2, FALSE)->port == port);
  lite_end_answer (&end);
  lite_peer_check (&peer, &end, 2, TRUE, &answer, data);
  fail_unless_equals_int (answer.type, GST_ICE_UDP_STUN_SUCCESS);
  WAIT_UNTIL (end.state == GST_ICE_AGENT_COMPLETED);
  fail_unless_equals_int (end.n_selected, 0);
  lite_end_close (&end);
  close (peer.fd);
}

GST_END_TEST;

/* A 1:1 NAT (mapped) or two addresses (kept beside it): host candidates, all of them. */
static const struct
{
  gboolean keep;
  guint n_outside, n_inside;
} mappings[] = {
  {FALSE, 1, 0},
  {TRUE, 1, 1},
};

GST_START_TEST (test_external_address_is_a_host_candidate)
{
  guint n_outside = 0, n_inside = 0;
  LiteEnd end;

  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          .external = "203.0.113.7",.keep_private =
            mappings[__i__].keep}, NULL));
  for (guint i = 0; i < end.candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (end.candidates, i);

    fail_unless_equals_int (candidate->type, GST_ICE_CANDIDATE_HOST);
    n_outside += g_str_equal (candidate->address, "203.0.113.7");
    n_inside += g_str_equal (candidate->address, "127.0.0.1");
  }
  fail_unless_equals_int (n_outside, mappings[__i__].n_outside);
  fail_unless_equals_int (n_inside, mappings[__i__].n_inside);
  lite_end_close (&end);
}

GST_END_TEST;

/* Two and three full peers with one offer (a call that forks): all check and nominate
 * before the final answer; the last of them answers, and has the media. The others go on
 * for a while, and take nothing. */
GST_START_TEST (test_one_of_several_answers)
{
  static const gchar *const ufrags[] = { "desk", "mobile", "soft" };
  const guint n = 2 + __i__;
  LitePeer peers[G_N_ELEMENTS (ufrags)] = { {0,}, };
  LiteEnd end;

  for (guint i = 0; i < n; i++) {
    peers[i].ufrag = ufrags[i];
    peers[i].fd = test_socket ("127.0.0.1", &peers[i].address);
  }
  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          0}
          , NULL));
  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < n; i++)
      lite_peer_nominate (&peers[i], &end);
  }
  while (g_main_context_iteration (lite_end_context, FALSE));
  fail_unless_equals_int (end.n_selected, 0);
  lite_end_answer_by (&end, ufrags[n - 1]);
  WAIT_UNTIL (end.n_selected >= 1);
  for (guint i = 0; i < n; i++)
    lite_peer_nominate (&peers[i], &end);
  lite_peer_assert_media (&peers[n - 1], &end, 5);
  fail_unless_equals_int (end.remote->port,
      gst_ice_udp_address_port (&peers[n - 1].address));
  fail_unless_equals_int (end.n_selected, 1);
  lite_end_close (&end);
  for (guint i = 0; i < n; i++)
    close (peers[i].fd);
}

GST_END_TEST;

static Suite *
liteagent_suite (void)
{
  Suite *s = suite_create ("liteagent");
  TCase *tc = tcase_create ("agent");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, lite_end_set_up, lite_end_tear_down);
  tcase_add_loop_test (tc, test_peer_nominates_and_media_goes_both_ways, 0,
      G_N_ELEMENTS (families));
  tcase_add_test (tc, test_route_follows_a_peer_that_moves);
  tcase_add_test (tc, test_calls_share_a_port);
  tcase_add_test (tc, test_port_is_freed_at_once);
  tcase_add_test (tc, test_port_of_another_process_is_an_error);
  tcase_add_test (tc, test_empty_port_range_is_an_error);
  tcase_add_test (tc, test_no_address_is_an_error);
  tcase_add_test (tc, test_flood_leaves_calls_alone);
  tcase_add_test (tc, test_route_follows_a_peer_that_keeps_moving);
  tcase_add_loop_test (tc, test_one_of_several_answers, 0, 2);
  tcase_add_test (tc, test_second_component_has_its_own_port);
  tcase_add_loop_test (tc, test_external_address_is_a_host_candidate, 0,
      G_N_ELEMENTS (mappings));
  return s;
}

GST_CHECK_MAIN (liteagent);
