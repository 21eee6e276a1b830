/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls over TCP candidates (RFC 6544). What is between the two ends passes on what
 * each sends, until it is frozen: its kernel goes on acknowledging all. */

#include "icetest.h"
#include "niceend.h"

#include <gst/check/gstcheck.h>

#define N_PACKETS 50
/* Some 30 questions. */
#define CALM_S 3

typedef struct
{
  GSocket *listener;
  guint port;
  guint to_port;
  GSocket *sockets[2];          /* NULL until the caller is here */
  GSource *sources[3];          /* of these, and of the listener */
} Wire;

static gboolean
on_readable (GSocket * from, GIOCondition condition, gpointer user_data)
{
  Wire *self = user_data;
  gboolean to = from == self->sockets[0];
  gchar data[4096];
  gssize n = g_socket_receive (from, data, sizeof (data), NULL, NULL);

  /* It was hung up. */
  if (n <= 0)
    return G_SOURCE_REMOVE;
  for (gssize at = 0; at < n;) {
    gssize sent = g_socket_send (self->sockets[to], data + at,
        (gsize) (n - at), NULL, NULL);

    if (sent <= 0)
      return G_SOURCE_REMOVE;
    at += sent;
  }
  return G_SOURCE_CONTINUE;
}

static GSource *
watch (GSocket * socket, GSocketSourceFunc func, Wire * wire)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), wire, NULL);
  g_source_attach (source, nice_end_context);
  return source;
}

static void
wire_freeze (Wire * self)
{
  for (guint i = 0; i < 2; i++) {
    if (self->sources[i] != NULL)
      g_source_destroy (self->sources[i]);
    g_clear_pointer (&self->sources[i], g_source_unref);
  }
}

static void
wire_thaw (Wire * self)
{
  for (guint i = 0; i < 2; i++)
    self->sources[i] = watch (self->sockets[i], on_readable, self);
}

static GSocket *
socket_new (void)
{
  return g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);
}

static GSocketAddress *
address_new (guint port)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (loopback, (guint16) port);
}

/* libnice connects once for each pair. */
static gboolean
on_caller (GSocket * listener, GIOCondition condition, gpointer user_data)
{
  Wire *self = user_data;
  g_autoptr (GSocketAddress) to = address_new (self->to_port);
  GSocket *caller = g_socket_accept (listener, NULL, NULL);

  fail_unless (caller != NULL && self->sockets[0] == NULL);
  self->sockets[0] = caller;
  self->sockets[1] = socket_new ();
  fail_unless (g_socket_connect (self->sockets[1], to, NULL, NULL));
  wire_thaw (self);
  return G_SOURCE_CONTINUE;
}

static void
wire_init (Wire * self, guint to_port)
{
  g_autoptr (GSocketAddress) any = address_new (0);
  g_autoptr (GSocketAddress) bound = NULL;

  memset (self, 0, sizeof (*self));
  self->to_port = to_port;
  self->listener = socket_new ();
  fail_unless (g_socket_bind (self->listener, any, TRUE, NULL));
  fail_unless (g_socket_listen (self->listener, NULL));
  bound = g_socket_get_local_address (self->listener, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->sources[2] = watch (self->listener, on_caller, self);
}

static void
wire_clear (Wire * self)
{
  wire_freeze (self);
  g_source_destroy (self->sources[2]);
  g_source_unref (self->sources[2]);
  g_object_unref (self->listener);
  for (guint i = 0; i < 2; i++)
    g_clear_object (&self->sockets[i]);
}

/* Leaves only the one of IPv4 with @transport. */
static GstIceCandidate *
keep_one (NiceEnd * end, GstIceProtocol transport)
{
  for (guint i = end->candidates->len; i > 0; i--) {
    GstIceCandidate *candidate = g_ptr_array_index (end->candidates, i - 1);

    if (candidate->transport != transport ||
        strcmp (candidate->address, "127.0.0.1") != 0)
      g_ptr_array_remove_index (end->candidates, i - 1);
  }
  fail_unless_equals_int (end->candidates->len, 1);
  return g_ptr_array_index (end->candidates, 0);
}

static void
init_end (NiceEnd * end, gboolean controlling)
{
  FakeMember *settings = nice_end_settings_new ();

  fake_member_set_boolean (settings, "ice-tcp", TRUE);
  fail_unless (nice_end_init (end, settings, 1, controlling, NULL));
  nice_end_gather (end);
}

static void
connect_ends (NiceEnd * active, NiceEnd * passive, Wire * wire)
{
  GstIceCandidate *passive_candidate;

  init_end (active, TRUE);
  init_end (passive, FALSE);
  WAIT_UNTIL (active->gathered && passive->gathered);
  keep_one (active, GST_ICE_PROTOCOL_TCP_ACTIVE);
  passive_candidate = keep_one (passive, GST_ICE_PROTOCOL_TCP_PASSIVE);
  wire_init (wire, passive_candidate->port);
  passive_candidate->port = wire->port;
  nice_end_introduce (passive, active);
  nice_end_introduce (active, passive);
  WAIT_UNTIL (nice_end_is_connected (active)
      && nice_end_is_connected (passive));
}

static gboolean
on_over (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

/* For a time in which nothing happens. */
static void
let_pass (guint seconds)
{
  GSource *source = g_timeout_source_new_seconds (seconds);
  gboolean over = FALSE;

  g_source_set_callback (source, on_over, &over, NULL);
  g_source_attach (source, nice_end_context);
  WAIT_UNTIL (over);
  g_source_unref (source);
}

/* Both ends are asked, as both find out; libnice alone takes 50 s for that. */
GST_START_TEST (test_peer_that_answers_no_more_is_suspect)
{
  NiceEnd active, passive;
  Wire wire;

  connect_ends (&active, &passive, &wire);
  nice_end_assert_flows (&active, &passive, 1, N_PACKETS);
  nice_end_assert_flows (&passive, &active, 1, N_PACKETS);
  let_pass (CALM_S);
  fail_unless_equals_int (active.n_suspect + passive.n_suspect, 0);

  wire_freeze (&wire);
  WAIT_UNTIL (active.n_suspect > 0 && passive.n_suspect > 0);
  fail_unless_equals_int (active.n_lost + passive.n_lost, 0);
  wire_thaw (&wire);
  WAIT_UNTIL (active.n_recovered > 0 && passive.n_recovered > 0);
  nice_end_clear (&active);
  nice_end_clear (&passive);
  wire_clear (&wire);
}

GST_END_TEST;

/* Before the first request has an answer. */
GST_START_TEST (test_connection_that_dies_at_once_is_suspect)
{
  NiceEnd active, passive;
  Wire wire;

  connect_ends (&active, &passive, &wire);
  wire_freeze (&wire);
  WAIT_UNTIL (active.n_suspect > 0 && passive.n_suspect > 0);
  fail_unless_equals_int (active.n_lost + passive.n_lost, 0);
  nice_end_clear (&active);
  nice_end_clear (&passive);
  wire_clear (&wire);
}

GST_END_TEST;

/* A connection that was hung up is readable for ever. */
GST_START_TEST (test_end_of_the_connection_is_no_busy_loop)
{
  NiceEnd active, passive;
  Wire wire;
  GSource *source = g_timeout_source_new_seconds (1);
  gboolean over = FALSE;
  guint n_turns = 0;

  connect_ends (&active, &passive, &wire);
  wire_freeze (&wire);
  for (guint i = 0; i < 2; i++)
    g_socket_close (wire.sockets[i], NULL);
  WAIT_UNTIL (active.states[0] == GST_ICE_AGENT_FAILED
      && passive.states[0] == GST_ICE_AGENT_FAILED);
  g_source_set_callback (source, on_over, &over, NULL);
  g_source_attach (source, nice_end_context);
  while (!over) {
    g_main_context_iteration (nice_end_context, TRUE);
    n_turns++;
  }
  fail_unless (n_turns < 1000, "%u turns", n_turns);
  g_source_unref (source);
  nice_end_clear (&active);
  nice_end_clear (&passive);
  wire_clear (&wire);
}

GST_END_TEST;

/* Who does not take TCP is told of none. */
GST_START_TEST (test_tcp_is_not_tried_unless_asked_for)
{
  NiceEnd caller, listener;
  Wire wire;
  GstIceCandidate *passive;

  init_end (&listener, FALSE);
  fail_unless (nice_end_init (&caller, nice_end_settings_new (), 1, TRUE,
          NULL));
  nice_end_gather (&caller);
  WAIT_UNTIL (caller.gathered && listener.gathered);
  passive = keep_one (&listener, GST_ICE_PROTOCOL_TCP_PASSIVE);
  wire_init (&wire, passive->port);
  passive->port = wire.port;
  nice_end_introduce (&caller, &listener);
  let_pass (1);
  fail_unless (wire.sockets[0] == NULL);
  nice_end_clear (&caller);
  nice_end_clear (&listener);
  wire_clear (&wire);
}

GST_END_TEST;

/* A candidate of the peer's at @port of loopback. */
static GstIceCandidate *
candidate_at (guint port, GstIceProtocol transport, GstIceCandidateType type,
    guint32 priority)
{
  GstIceCandidate *candidate = gst_ice_candidate_new ("127.0.0.1", port);

  candidate->component = 1;
  candidate->transport = transport;
  candidate->type = type;
  candidate->priority = priority;
  gst_ice_candidate_compute_foundation (candidate);
  return candidate;
}

#define ID_OFFSET 8
#define ID_SIZE 12

/* Returns: how often the first request that came to @socket was sent */
static guint
count_transmissions (GSocket * socket)
{
  gchar first[2000], data[2000];
  guint n = 0;

  g_socket_set_blocking (socket, FALSE);
  if (g_socket_receive (socket, first, sizeof (first), NULL, NULL) <= 0)
    return 0;
  do
    n++;
  while (g_socket_receive (socket, data, sizeof (data), NULL, NULL) > 0
      && memcmp (data + ID_OFFSET, first + ID_OFFSET, ID_SIZE) == 0);
  return n;
}

/* Nothing answers at two candidates of the peer, and one of this type works. A relay is
 * nominated while the others are still tried, another when they had three requests. */
static const struct
{
  GstIceCandidateType type;
  guint32 priority;
  guint max_transmissions;
} lonely[] = {
  {GST_ICE_CANDIDATE_RELAY, 337641727, 2},
  {GST_ICE_CANDIDATE_SRFLX, 1679819007, 3},
};

GST_START_TEST (test_only_one_pair_works)
{
  g_autoptr (GSocket) silent_tcp = socket_new ();
  g_autoptr (GSocketAddress) any = address_new (0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) silent_udp = NULL;
  NiceEnd caller, listener;
  guint udp_port, tcp_port, working_port, n;

  fail_unless (g_socket_bind (silent_tcp, any, TRUE, NULL));
  fail_unless (g_socket_listen (silent_tcp, NULL));
  bound = g_socket_get_local_address (silent_tcp, NULL);
  tcp_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  silent_udp = nice_end_take_port (&udp_port);
  init_end (&caller, TRUE);
  init_end (&listener, FALSE);
  WAIT_UNTIL (caller.gathered && listener.gathered);
  working_port = keep_one (&listener, GST_ICE_PROTOCOL_UDP)->port;
  g_ptr_array_set_size (caller.candidates, 0);
  g_ptr_array_set_size (listener.candidates, 0);
  g_ptr_array_add (listener.candidates, candidate_at (udp_port,
          GST_ICE_PROTOCOL_UDP, GST_ICE_CANDIDATE_HOST, 2015363327));
  g_ptr_array_add (listener.candidates, candidate_at (tcp_port,
          GST_ICE_PROTOCOL_TCP_PASSIVE, GST_ICE_CANDIDATE_HOST, 1010827519));
  g_ptr_array_add (listener.candidates, candidate_at (working_port,
          GST_ICE_PROTOCOL_UDP, lonely[__i__].type, lonely[__i__].priority));

  nice_end_introduce (&listener, &caller);
  nice_end_introduce (&caller, &listener);
  WAIT_UNTIL (nice_end_is_connected (&caller)
      && nice_end_is_connected (&listener));
  n = count_transmissions (silent_udp);
  fail_unless (n >= 1 && n <= lonely[__i__].max_transmissions, "%u", n);
  fail_unless_equals_int (caller.remote_type, lonely[__i__].type);
  nice_end_assert_flows (&caller, &listener, 1, N_PACKETS);
  nice_end_clear (&caller);
  nice_end_clear (&listener);
}

GST_END_TEST;

static Suite *
nicetcp_suite (void)
{
  Suite *s = suite_create ("nicetcp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, nice_ends_setup, nice_ends_teardown);
  tcase_add_test (tc, test_peer_that_answers_no_more_is_suspect);
  tcase_add_test (tc, test_connection_that_dies_at_once_is_suspect);
  tcase_add_test (tc, test_end_of_the_connection_is_no_busy_loop);
  tcase_add_test (tc, test_tcp_is_not_tried_unless_asked_for);
  tcase_add_loop_test (tc, test_only_one_pair_works, 0, G_N_ELEMENTS (lonely));
  return s;
}

GST_CHECK_MAIN (nicetcp);
