/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeerror.h"
#include "gsticeliteagent.h"
#include "gsticeudpstun.h"

#include "fakemember.h"
#include "udptest.h"

/* An agent on loopback, and what it told. */
typedef struct
{
  GstIceAgent *agent;
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];
  gchar *ufrag, *password;
  GPtrArray *candidates;        /* of GstIceCandidate */
  gboolean gathered;
  GstIceAgentState state;
  GstIceRoute *route;           /* of component 1 */
  GstIceCandidate *remote;
  guint n_selected, n_lost;
} End;

/* A full peer, of which there is a socket and what it says. */
typedef struct
{
  gint fd;
  GstIceUdpAddress address;
} Peer;

static GMainContext *context;

static void
on_candidate (GstIceAgent * agent, const GstIceCandidate * candidate,
    gpointer user_data)
{
  End *end = user_data;

  g_ptr_array_add (end->candidates, gst_ice_candidate_copy (candidate));
}

static void
on_enough (GstIceAgent * agent, gpointer user_data)
{
}

static void
on_gathered (GstIceAgent * agent, gpointer user_data)
{
  ((End *) user_data)->gathered = TRUE;
}

static void
on_state (GstIceAgent * agent, guint component, GstIceAgentState state,
    gpointer user_data)
{
  ((End *) user_data)->state = state;
}

static void
on_selected (GstIceAgent * agent, guint component,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route, gpointer user_data)
{
  End *end = user_data;

  if (component != 1)
    return;
  g_set_object (&end->route, route);
  g_clear_pointer (&end->remote, gst_ice_candidate_free);
  end->remote = gst_ice_candidate_copy (remote);
  end->n_selected++;
}

static void
on_lost (GstIceAgent * agent, guint component, gpointer user_data)
{
  ((End *) user_data)->n_lost++;
}

static void
on_path (GstIceAgent * agent, guint component, gpointer user_data)
{
}

static void
on_network_changed (GstIceAgent * agent, gpointer user_data)
{
}

static const GstIceAgentEvents events = {
  .candidate = on_candidate,
  .gathered_enough = on_enough,
  .gathering_done = on_gathered,
  .state = on_state,
  .selected = on_selected,
  .suspect = on_path,
  .recovered = on_path,
  .lost = on_lost,
  .network_changed = on_network_changed,
};

/* Has the agent's events come until @condition holds. */
#define WAIT_UNTIL(condition) G_STMT_START {                            \
  gint64 end_us = g_get_monotonic_time () +                             \
      TEST_PATIENCE_MS * G_TIME_SPAN_MILLISECOND;                       \
  while (!(condition)) {                                                \
    fail_if (g_get_monotonic_time () > end_us, #condition);             \
    if (!g_main_context_iteration (context, FALSE))                     \
      g_usleep (1000);                                                  \
  }                                                                     \
} G_STMT_END

static void
set_up (void)
{
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
}

static void
tear_down (void)
{
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

typedef struct
{
  guint n_components;           /* 0: 1 */
  guint mux_port;
  guint min_port, max_port;     /* both 0: any */
  const gchar *external;
  gboolean keep_private;
  const gchar *interfaces;      /* NULL: "lo" */
} Settings;

/* Returns: whether it gathers; else @error is set */
static gboolean
end_open (End * end, const Settings * settings, GError ** error)
{
  FakeMember *member = fake_member_new ("settings", 0, NULL);
  GstIceAgentSettings made = {.name = "audio",
    .n_components = MAX (settings->n_components, 1),.config = member->config,
    .context = context,.events = &events,.user_data = end
  };

  memset (end, 0, sizeof (*end));
  end->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    made.demuxes[c] = end->demuxes[c] = gst_ice_demux_new ();

  fake_member_set_string (member, "network-interfaces",
      settings->interfaces != NULL ? settings->interfaces : "lo");
  fake_member_set_uint (member, "udp-mux-port", settings->mux_port);
  if (settings->max_port != 0) {
    fake_member_set_uint (member, "min-rtp-port", settings->min_port);
    fake_member_set_uint (member, "max-rtp-port", settings->max_port);
  }
  if (settings->external != NULL)
    fake_member_set_string (member, "external-address", settings->external);
  fake_member_set_boolean (member, "keep-private-host", settings->keep_private);
  end->agent = gst_ice_lite_agent_new (&made, error);
  fake_member_free (member);
  if (end->agent == NULL)
    return FALSE;
  gst_ice_agent_get_credentials (end->agent, &end->ufrag, &end->password);
  if (!gst_ice_agent_gather (end->agent, error))
    return FALSE;
  WAIT_UNTIL (end->gathered);
  return TRUE;
}

static void
end_close (End * end)
{
  if (end->agent != NULL)
    gst_ice_agent_close (end->agent, NULL, NULL);
  g_clear_object (&end->agent);
  g_clear_object (&end->route);
  g_clear_pointer (&end->remote, gst_ice_candidate_free);
  g_ptr_array_unref (end->candidates);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_object_unref (end->demuxes[c]);
  g_free (end->ufrag);
  g_free (end->password);
}

/* Returns: (transfer none): the candidate of that family */
static const GstIceCandidate *
end_get_candidate (End * end, guint component, gboolean is_ip6)
{
  for (guint i = 0; i < end->candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (end->candidates, i);

    if (candidate->component == component &&
        (strchr (candidate->address, ':') != NULL) == is_ip6)
      return candidate;
  }
  return NULL;
}

static void
end_answer (End * end)
{
  fail_unless (gst_ice_agent_set_remote_credentials (end->agent, "theirs",
          "0123456789012345678901", NULL));
}

static void
peer_check (Peer * peer, End * end, guint component, gboolean nominates,
    GstIceUdpStun * answer, guint8 data[GST_ICE_UDP_STUN_MAX_SIZE])
{
  const GstIceCandidate *candidate = end_get_candidate (end, component,
      peer->address.any.sa_family == AF_INET6);
  GstIceUdpStunRequest request = {.to_ufrag = end->ufrag,
    .from_ufrag = "theirs",.password = end->password,.priority = 1000,
    .controlling = TRUE,.use_candidate = nominates
  };
  GstIceUdpAddress to, from;
  socklen_t size = sizeof (from);
  gssize n;

  gst_ice_udp_stun_randomise (request.id, sizeof (request.id));
  fail_unless (gst_ice_udp_address_set_text (&to, candidate->address,
          candidate->port));
  n = (gssize) gst_ice_udp_stun_build_request (&request, data);
  test_send (peer->fd, &to, data, n);
  fail_unless (test_wait (peer->fd));
  memset (&from, 0, sizeof (from));
  n = recvfrom (peer->fd, data, GST_ICE_UDP_STUN_MAX_SIZE, 0, &from.any, &size);
  fail_unless (n > 0 && gst_ice_udp_stun_parse (answer, data, n));
  /* RFC 8445, 7.3: from where it came to. */
  fail_unless (gst_ice_udp_address_equal (&from, &to));
}

static void
peer_nominate (Peer * peer, End * end)
{
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpStun answer;

  peer_check (peer, end, 1, TRUE, &answer, data);
  fail_unless_equals_int (answer.type, GST_ICE_UDP_STUN_SUCCESS);
}

/* @n packets each way. */
static void
peer_assert_media (Peer * peer, End * end, guint n)
{
  const GstIceCandidate *candidate = end_get_candidate (end, 1,
      peer->address.any.sa_family == AF_INET6);
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  GstIceRouteTally tally = { 0, };
  GstIceDemuxCounts before, counts;
  GstIceUdpAddress to;
  guint8 data[2000];

  fail_unless (gst_ice_udp_address_set_text (&to, candidate->address,
          candidate->port));
  gst_ice_demux_get_counts (end->demuxes[0], &before);
  for (guint i = 0; i < n; i++) {
    GstBuffer *packet = test_packet (i, 500, 2);

    gst_buffer_extract (packet, 0, data, 500);
    test_send (peer->fd, &to, data, 500);
    gst_buffer_list_add (list, packet);
  }
  WAIT_UNTIL ((gst_ice_demux_get_counts (end->demuxes[0], &counts),
          counts.packets_received == before.packets_received + n));
  fail_unless_equals_uint64 (counts.bytes_received - before.bytes_received,
      n * 500);

  fail_unless_equals_int (gst_ice_route_send_list (end->route, list, 0, &tally,
          NULL), n);
  for (guint i = 0; i < n; i++) {
    fail_unless_equals_int (test_receive (peer->fd, data, sizeof (data)), 500);
    fail_unless (test_is_packet (data, 500, i));
  }
}

static const gchar *const families[] = { "127.0.0.1", "::1" };

GST_START_TEST (test_peer_nominates_and_media_goes_both_ways)
{
  Peer peer;
  End end;

  peer.fd = test_socket (families[__i__], &peer.address);
  fail_unless (end_open (&end, &(Settings) {
          0}, NULL));
  for (guint i = 0; i < end.candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (end.candidates, i);

    fail_unless_equals_int (candidate->type, GST_ICE_CANDIDATE_HOST);
    fail_unless (candidate->related_address == NULL);
  }

  /* Nothing counts before the answer is there; what came then does. */
  peer_nominate (&peer, &end);
  while (g_main_context_iteration (context, FALSE));
  fail_unless_equals_int (end.n_selected, 0);
  end_answer (&end);
  WAIT_UNTIL (end.state == GST_ICE_AGENT_COMPLETED);
  fail_unless_equals_int (end.n_selected, 1);
  fail_unless_equals_int (end.remote->type, GST_ICE_CANDIDATE_PRFLX);
  fail_unless_equals_int (end.remote->port,
      gst_ice_udp_address_port (&peer.address));
  peer_assert_media (&peer, &end, 40);

  end_close (&end);
  close (peer.fd);
}

GST_END_TEST;

GST_START_TEST (test_route_follows_a_peer_that_moves)
{
  Peer peer, moved;
  End end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  moved.fd = test_socket ("127.0.0.1", &moved.address);
  fail_unless (end_open (&end, &(Settings) {
          0}
          , NULL));
  end_answer (&end);
  peer_nominate (&peer, &end);
  WAIT_UNTIL (end.n_selected == 1);
  peer_assert_media (&peer, &end, 5);
  peer_nominate (&moved, &end);
  WAIT_UNTIL (end.n_selected == 2);
  peer_assert_media (&moved, &end, 5);

  end_close (&end);
  close (peer.fd);
  close (moved.fd);
}

GST_END_TEST;

/* Returns: a UDP port that was free just now */
static guint
find_port (void)
{
  GstIceUdpAddress address;
  gint fd = test_socket ("127.0.0.1", &address);

  close (fd);
  return gst_ice_udp_address_port (&address);
}

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
  const guint port = find_port ();
  g_autofree End *ends = g_new0 (End, N);
  g_autofree Peer *peers = g_new0 (Peer, N);
  guint n_before;

  for (guint i = 0; i < N; i++)
    peers[i].fd = test_socket (families[i % 2], &peers[i].address);
  n_before = count_sockets ();
  for (guint i = 0; i < N; i++) {
    fail_unless (end_open (&ends[i], &(Settings) {
            .mux_port = port}
            , NULL));
    fail_unless_equals_int (end_get_candidate (&ends[i], 1, FALSE)->port, port);
    end_answer (&ends[i]);
    peer_nominate (&peers[i], &ends[i]);
  }
  /* And a netlink socket each, that watches the addresses. */
  fail_unless (count_sockets () <= n_before + 2 + N);
  for (guint i = 0; i < N; i++) {
    WAIT_UNTIL (ends[i].n_selected == 1);
    peer_assert_media (&peers[i], &ends[i], 3);
  }
  for (guint i = 0; i < N; i++) {
    end_close (&ends[i]);
    close (peers[i].fd);
  }
  fail_unless_equals_int (count_sockets (), n_before - N);
}

GST_END_TEST;

/* The port is free when the last call has left, though a route is still held. */
GST_START_TEST (test_port_is_freed_at_once)
{
  const guint port = find_port ();
  g_autoptr (GstIceRoute) route = NULL;
  Peer peer;
  End end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstBufferList) list = gst_buffer_list_new ();
    GstIceRouteTally tally = { 0, };

    fail_unless (end_open (&end, &(Settings) {
            .mux_port = port}
            , NULL));
    end_answer (&end);
    peer_nominate (&peer, &end);
    WAIT_UNTIL (end.n_selected == 1);
    g_set_object (&route, end.route);
    end_close (&end);
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
  End end;

  fail_if (end_open (&end, &(Settings) {
          .mux_port = port}, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL));
  fail_unless (strstr (error->message, text) != NULL, error->message);
  end_close (&end);
  close (fd);
}

GST_END_TEST;

GST_START_TEST (test_empty_port_range_is_an_error)
{
  g_autoptr (GError) error = NULL;
  End end;

  fail_if (end_open (&end, &(Settings) {
          .min_port = 5002,.max_port = 5001}, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS));
  end_close (&end);
}

GST_END_TEST;

GST_START_TEST (test_no_address_is_an_error)
{
  g_autoptr (GError) error = NULL;
  const guint port = find_port ();
  End end;

  fail_if (end_open (&end, &(Settings) {
          .interfaces = "nosuch0",.mux_port = port}, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL));
  fail_unless (strstr (error->message, "nosuch0") != NULL, error->message);
  end_close (&end);
  /* It holds nothing: the next one is as good as the first. */
  fail_unless (end_open (&end, &(Settings) {
          .mux_port = port}, NULL));
  end_close (&end);
}

GST_END_TEST;

/* From many sockets, as fast as can be: checks for a name that nobody has, checks with a
 * wrong password, garbage, media. A call beside them goes on, and loses nothing that the
 * kernel's buffer can hold. */
GST_START_TEST (test_flood_leaves_calls_alone)
{
  enum
  { N_STRANGERS = 50, N_ROUNDS = 20 };
  const guint port = find_port ();
  Peer strangers[N_STRANGERS], peer;
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpAddress to;
  End end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  for (guint i = 0; i < N_STRANGERS; i++)
    strangers[i].fd = test_socket ("127.0.0.1", &strangers[i].address);
  fail_unless (end_open (&end, &(Settings) {
          .mux_port = port}
          , NULL));
  end_answer (&end);
  peer_nominate (&peer, &end);
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
    peer_assert_media (&peer, &end, 2);
  }
  fail_unless_equals_int (end.n_selected, 1);
  end_close (&end);
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
  Peer places[N_MOVES];
  End end;

  for (guint i = 0; i < N_MOVES; i++)
    places[i].fd = test_socket ("127.0.0.1", &places[i].address);
  fail_unless (end_open (&end, &(Settings) {
          0}
          , NULL));
  end_answer (&end);
  for (guint i = 0; i < N_MOVES; i++) {
    peer_nominate (&places[i], &end);
    g_main_context_iteration (context, FALSE);
    fail_unless (end.n_selected <= i + 1);
  }
  WAIT_UNTIL (end.remote != NULL && end.remote->port ==
      gst_ice_udp_address_port (&places[N_MOVES - 1].address));
  peer_assert_media (&places[N_MOVES - 1], &end, 5);
  end_close (&end);
  for (guint i = 0; i < N_MOVES; i++)
    close (places[i].fd);
}

GST_END_TEST;

/* RTCP without mux has the same user name, and so a port of its own. */
GST_START_TEST (test_second_component_has_its_own_port)
{
  const guint port = find_port ();
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpStun answer;
  Peer peer;
  End end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  fail_unless (end_open (&end, &(Settings) {
          .n_components = 2,.mux_port = port}, NULL));
  fail_unless_equals_int (end_get_candidate (&end, 1, FALSE)->port, port);
  fail_if (end_get_candidate (&end, 2, FALSE)->port == port);
  end_answer (&end);
  peer_check (&peer, &end, 2, TRUE, &answer, data);
  fail_unless_equals_int (answer.type, GST_ICE_UDP_STUN_SUCCESS);
  WAIT_UNTIL (end.state == GST_ICE_AGENT_COMPLETED);
  fail_unless_equals_int (end.n_selected, 0);
  end_close (&end);
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
  End end;

  fail_unless (end_open (&end, &(Settings) {
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
  end_close (&end);
}

GST_END_TEST;

static Suite *
liteagent_suite (void)
{
  Suite *s = suite_create ("liteagent");
  TCase *tc = tcase_create ("agent");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, set_up, tear_down);
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
  tcase_add_test (tc, test_second_component_has_its_own_port);
  tcase_add_loop_test (tc, test_external_address_is_a_host_candidate, 0,
      G_N_ELEMENTS (mappings));
  return s;
}

GST_CHECK_MAIN (liteagent);
