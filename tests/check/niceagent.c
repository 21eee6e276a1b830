/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakemember.h"
#include "gsticeerror.h"
#include "gsticeniceagent.h"
#include "icetest.h"

#include <dirent.h>
#include <gio/gio.h>

/* One end: an agent on loopback, and what it told. */
typedef struct
{
  GstIceAgent *agent;
  guint n_components;
  GstIceInlet *inlets[GST_ICE_MAX_COMPONENTS];
  GstIceChannel *channels[GST_ICE_MAX_COMPONENTS];
  GPtrArray *candidates;        /* of GstIceCandidate */
  gboolean gathered;
  GstIceAgentState states[GST_ICE_MAX_COMPONENTS];
  GstIceRoute *routes[GST_ICE_MAX_COMPONENTS];
} End;

static GMainContext *context;

static void
setup (void)
{
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
}

static void
teardown (void)
{
  while (g_main_context_iteration (context, FALSE));
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static gboolean
on_patience_over (gpointer what)
{
  g_error ("waited in vain until %s", (const gchar *) what);
  return G_SOURCE_REMOVE;
}

static GSource *
start_patience (const gchar * what)
{
  GSource *source = g_timeout_source_new_seconds (15);

  g_source_set_callback (source, on_patience_over, (gpointer) what, NULL);
  g_source_attach (source, context);
  return source;
}

#define WAIT_UNTIL(condition) G_STMT_START {                    \
  GSource *patience = start_patience (#condition);              \
  while (!(condition))                                          \
    g_main_context_iteration (context, TRUE);                   \
  g_source_destroy (patience);                                  \
  g_source_unref (patience);                                    \
} G_STMT_END

static void
assert_loopback (const gchar * address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  fail_unless (parsed != NULL && g_inet_address_get_is_loopback (parsed), "%s",
      address);
}

static void
on_candidate (GstIceAgent * agent, const GstIceCandidate * candidate,
    gpointer user_data)
{
  End *end = user_data;

  assert_loopback (candidate->address);
  fail_unless_equals_int (candidate->type, GST_ICE_CANDIDATE_HOST);
  g_ptr_array_add (end->candidates, gst_ice_candidate_copy (candidate));
}

static void
on_gathering_done (GstIceAgent * agent, gpointer user_data)
{
  ((End *) user_data)->gathered = TRUE;
}

static void
on_state (GstIceAgent * agent, guint component, GstIceAgentState state,
    gpointer user_data)
{
  ((End *) user_data)->states[component - 1] = state;
}

static void
on_selected (GstIceAgent * agent, guint component,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route, gpointer user_data)
{
  assert_loopback (local->address);
  fail_unless_equals_int (local->component, component);
  fail_unless_equals_int (remote->component, component);
  g_set_object (&((End *) user_data)->routes[component - 1], route);
}

static const GstIceAgentEvents events = {
  .candidate = on_candidate,
  .gathering_done = on_gathering_done,
  .state = on_state,
  .selected = on_selected,
};

/* A member has what makes a config. */
static FakeMember *
settings_new (void)
{
  FakeMember *settings = fake_member_new ("settings", 0, NULL);

  fake_member_set_string (settings, "network-interfaces", "lo");
  return settings;
}

/* @settings: (transfer full). Returns: whether the agent could be made */
static gboolean
end_init (End * end, FakeMember * settings, guint n_components,
    gboolean controlling, GError ** error)
{
  GstIceAgentSettings agent = {.name = "audio",.n_components = n_components,
    .controlling = controlling,.config = settings->config,
    .context = context,.events = &events,.user_data = end
  };

  memset (end, 0, sizeof (*end));
  end->n_components = n_components;
  end->candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    end->inlets[c] = gst_ice_inlet_new ();
    end->channels[c] = gst_ice_channel_new (100000);
    gst_ice_inlet_set_channels (end->inlets[c], FALSE, end->channels[c], NULL);
    agent.inlets[c] = end->inlets[c];
  }
  end->agent = gst_ice_nice_agent_new (&agent, error);
  fake_member_free (settings);
  return end->agent != NULL;
}

static void
count_closed (gpointer data)
{
  (*(guint *) data)++;
}

static void
end_clear (End * end)
{
  guint n_closed = 0;

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&end->routes[c]);
  if (end->agent != NULL) {
    gst_ice_agent_close (end->agent, count_closed, &n_closed);
    WAIT_UNTIL (n_closed > 0);
    fail_unless_equals_int (n_closed, 1);
  }
  g_clear_object (&end->agent);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    g_object_unref (end->inlets[c]);
    g_object_unref (end->channels[c]);
  }
  g_ptr_array_unref (end->candidates);
}

static void
gather (End * end)
{
  GError *error = NULL;

  gst_ice_agent_gather (end->agent, &error);
  g_assert_no_error (error);
}

/* Tells one of the other, as a session does. */
static void
introduce (End * to, End * other)
{
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;
  GError *error = NULL;

  gst_ice_agent_get_credentials (other->agent, &ufrag, &pwd);
  fail_unless (ufrag != NULL && pwd != NULL);
  gst_ice_agent_set_remote_credentials (to->agent, ufrag, pwd, &error);
  g_assert_no_error (error);
  gst_ice_agent_add_remote_candidates (to->agent, other->candidates);
}

static gboolean
is_connected (End * end)
{
  for (guint c = 0; c < end->n_components; c++) {
    if (end->routes[c] == NULL || end->states[c] < GST_ICE_AGENT_CONNECTED)
      return FALSE;
    fail_if (end->states[c] == GST_ICE_AGENT_FAILED);
  }
  return TRUE;
}

static void
connect_ends (End * a, End * b, guint n_components)
{
  fail_unless (end_init (a, settings_new (), n_components, TRUE, NULL));
  fail_unless (end_init (b, settings_new (), n_components, FALSE, NULL));
  gather (a);
  gather (b);
  WAIT_UNTIL (a->gathered && b->gathered);
  introduce (a, b);
  introduce (b, a);
  WAIT_UNTIL (is_connected (a) && is_connected (b));
}

static guint
count_received (End * end, guint component)
{
  GstIceChannelCounts counts;

  gst_ice_channel_get_counts (end->channels[component - 1], &counts);
  return (guint) counts.packets_received;
}

/* Sends @n packets and has them come out at the other end, in order. */
static void
assert_flows (End * from, End * to, guint component, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (1, n);
  GstIceChannel *channel = to->channels[component - 1];
  GError *error = NULL;

  fail_unless_equals_int (gst_ice_route_send_list
      (from->routes[component - 1], list, 0, &error), n);
  g_assert_no_error (error);
  WAIT_UNTIL (count_received (to, component) == n);
  for (guint i = 1; i <= n;) {
    g_autoptr (GstBufferList) received = NULL;
    GstCaps *caps = NULL;

    fail_unless_equals_int (gst_ice_channel_receive (channel, 0, &received,
            &caps), GST_FLOW_OK);
    for (guint k = 0; k < gst_buffer_list_length (received); k++, i++) {
      guint8 head[4];

      gst_buffer_extract (gst_buffer_list_get (received, k), 0, head, 4);
      fail_unless_equals_int (GST_READ_UINT16_BE (head + 2), i);
    }
  }
}

GST_START_TEST (test_two_agents_connect_and_carry_both_ways)
{
  End a, b;
  guint n_components = (guint) __i__;

  connect_ends (&a, &b, n_components);
  /* Perhaps of IPv4 and IPv6. */
  fail_unless (a.candidates->len >= n_components);
  for (guint c = 1; c <= n_components; c++) {
    assert_flows (&a, &b, c, 50);
    assert_flows (&b, &a, c, 3);
  }
  end_clear (&a);
  end_clear (&b);
}

GST_END_TEST;

GST_START_TEST (test_packets_of_many_memories_arrive_whole)
{
  End a, b;
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  GstBuffer *packet = packet_new (96, 1);
  GstIceChannelCounts counts;

  connect_ends (&a, &b, 1);
  for (guint i = 0; i < 10; i++)
    packet = gst_buffer_append (packet, packet_new (96, 2));
  gst_buffer_list_add (list, packet);
  fail_unless_equals_int (gst_ice_route_send_list (a.routes[0], list, 0, NULL),
      1);
  WAIT_UNTIL (count_received (&b, 1) == 1);
  gst_ice_channel_get_counts (b.channels[0], &counts);
  fail_unless_equals_uint64 (counts.bytes_received, 11 * 12);
  end_clear (&a);
  end_clear (&b);
}

GST_END_TEST;

static guint
count_fds (void)
{
  DIR *dir = opendir ("/proc/self/fd");
  guint n = 0;

  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n;
}

GST_START_TEST (test_close_frees_the_sockets)
{
  guint n_fds = 0;

  /* The first round opens what GLib and libnice keep. */
  for (guint i = 0; i < 5; i++) {
    End a, b;

    connect_ends (&a, &b, 2);
    end_clear (&a);
    end_clear (&b);
    while (g_main_context_iteration (context, FALSE));
    if (i == 0)
      n_fds = count_fds ();
  }
  fail_unless_equals_int (count_fds (), n_fds);
}

GST_END_TEST;

GST_START_TEST (test_close_in_every_state)
{
  End end;

  fail_unless (end_init (&end, settings_new (), 1, TRUE, NULL));
  if (__i__ > 0)
    gather (&end);
  if (__i__ > 1)
    WAIT_UNTIL (end.gathered);
  if (__i__ > 2)
    introduce (&end, &end);
  end_clear (&end);
}

GST_END_TEST;

/* Returns: (transfer full): a socket on a UDP port of loopback, @port */
static GSocket *
take_port (guint * port)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GSocket *sock = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);

  fail_unless (g_socket_bind (sock, any, FALSE, NULL));
  bound = g_socket_get_local_address (sock, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return sock;
}

GST_START_TEST (test_port_in_use_is_an_error)
{
  End end;
  FakeMember *settings = settings_new ();
  guint port;
  GSocket *sock = take_port (&port);
  g_autoptr (GError) error = NULL;

  fake_member_set_uint (settings, "min-rtp-port", port);
  fake_member_set_uint (settings, "max-rtp-port", port);
  fail_unless (end_init (&end, settings, 1, TRUE, NULL));
  fail_if (gst_ice_agent_gather (end.agent, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL);
  fail_unless (strstr (error->message, "min-rtp-port") != NULL, "%s",
      error->message);
  end_clear (&end);
  g_object_unref (sock);
}

GST_END_TEST;

GST_START_TEST (test_range_the_wrong_way_round_is_an_error)
{
  End end;
  FakeMember *settings = settings_new ();
  g_autoptr (GError) error = NULL;

  fake_member_set_uint (settings, "min-rtp-port", 6000);
  fake_member_set_uint (settings, "max-rtp-port", 5000);
  fail_if (end_init (&end, settings, 1, TRUE, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS);
  end_clear (&end);
}

GST_END_TEST;

GST_START_TEST (test_interface_that_is_not_there_is_an_error)
{
  End end;
  FakeMember *settings = settings_new ();
  g_autoptr (GError) error = NULL;

  fake_member_set_string (settings, "network-interfaces", "nosuch0");
  fail_if (end_init (&end, settings, 1, TRUE, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL);
  fail_unless (strstr (error->message, "nosuch0") != NULL, "%s",
      error->message);
  end_clear (&end);
}

GST_END_TEST;

static Suite *
iceniceagent_suite (void)
{
  Suite *s = suite_create ("iceniceagent");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_loop_test (tc, test_two_agents_connect_and_carry_both_ways, 1, 3);
  tcase_add_test (tc, test_packets_of_many_memories_arrive_whole);
  tcase_add_test (tc, test_close_frees_the_sockets);
  tcase_add_loop_test (tc, test_close_in_every_state, 0, 4);
  tcase_add_test (tc, test_port_in_use_is_an_error);
  tcase_add_test (tc, test_range_the_wrong_way_round_is_an_error);
  tcase_add_test (tc, test_interface_that_is_not_there_is_an_error);
  return s;
}

GST_CHECK_MAIN (iceniceagent);
