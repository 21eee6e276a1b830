/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "niceend.h"

#include "gsticeniceagent.h"
#include "icetest.h"

#include <gst/check/gstcheck.h>

GMainContext *nice_end_context;

void
nice_ends_setup (void)
{
  nice_end_context = g_main_context_new ();
  g_main_context_push_thread_default (nice_end_context);
}

void
nice_ends_teardown (void)
{
  while (g_main_context_iteration (nice_end_context, FALSE));
  g_main_context_pop_thread_default (nice_end_context);
  g_main_context_unref (nice_end_context);
}

static gboolean
on_patience_over (gpointer what)
{
  g_error ("waited in vain until %s", (const gchar *) what);
  return G_SOURCE_REMOVE;
}

GSource *
nice_ends_start_patience (const gchar * what)
{
  GSource *source = g_timeout_source_new_seconds (15);

  g_source_set_callback (source, on_patience_over, (gpointer) what, NULL);
  g_source_attach (source, nice_end_context);
  return source;
}

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
  NiceEnd *end = user_data;

  assert_loopback (candidate->address);
  fail_unless_equals_int (candidate->type, GST_ICE_CANDIDATE_HOST);
  g_ptr_array_add (end->candidates, gst_ice_candidate_copy (candidate));
}

static void
on_learned (GstIceAgent * agent, const GstIceCandidate * remote,
    gpointer user_data)
{
  NiceEnd *end = user_data;

  g_ptr_array_add (end->learned, gst_ice_candidate_copy (remote));
}

static void
on_gathering_done (GstIceAgent * agent, gpointer user_data)
{
  ((NiceEnd *) user_data)->gathered = TRUE;
}

static void
on_state (GstIceAgent * agent, guint component, GstIceAgentState state,
    gpointer user_data)
{
  ((NiceEnd *) user_data)->states[component - 1] = state;
}

static void
on_selected (GstIceAgent * agent, guint component,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route, gpointer user_data)
{
  assert_loopback (local->address);
  fail_unless_equals_int (local->component, component);
  fail_unless_equals_int (remote->component, component);
  g_set_object (&((NiceEnd *) user_data)->routes[component - 1], route);
  ((NiceEnd *) user_data)->remote_type = remote->type;
}

/* In these tests the server, if there is one, is silent, unless the test
 * expects another warning. */
static void
on_warning (GstIceAgent * agent, const GError * error, gpointer user_data)
{
  NiceEnd *end = user_data;

  fail_unless (end->expects_warning ||
      strstr (error->message, "does not answer") != NULL, "%s", error->message);
  g_free (end->warning);
  end->warning = g_strdup (error->message);
}

static void
on_suspect (GstIceAgent * agent, guint component, gpointer user_data)
{
  ((NiceEnd *) user_data)->n_suspect++;
}

static void
on_recovered (GstIceAgent * agent, guint component, gpointer user_data)
{
  ((NiceEnd *) user_data)->n_recovered++;
}

static void
on_lost (GstIceAgent * agent, guint component, gpointer user_data)
{
  ((NiceEnd *) user_data)->n_lost++;
}

static const GstIceAgentEvents events = {
  .candidate = on_candidate,
  .learned = on_learned,
  .gathering_done = on_gathering_done,
  .state = on_state,
  .selected = on_selected,
  .warning = on_warning,
  .suspect = on_suspect,
  .recovered = on_recovered,
  .lost = on_lost,
};

FakeMember *
nice_end_settings_new (void)
{
  FakeMember *settings = fake_member_new ("settings", 0, NULL);

  fake_member_set_string (settings, "network-interfaces", "lo");
  return settings;
}

static gboolean
init (NiceEnd * end, FakeMember * settings, guint n_components,
    gboolean controlling, gboolean peer_is_lite, GError ** error)
{
  GstIceAgentSettings agent = {.name = "audio",.n_components = n_components,
    .controlling = controlling,.peer_is_lite = peer_is_lite,.config =
        settings->config,
    .context = nice_end_context,.events = &events,.user_data = end
  };

  memset (end, 0, sizeof (*end));
  end->n_components = n_components;
  end->candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
  end->learned =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    end->demuxes[c] = gst_ice_demux_new ();
    end->receivers[c] = gst_ice_receiver_new (100000);
    gst_ice_demux_set_receivers (end->demuxes[c], FALSE, end->receivers[c],
        NULL);
    agent.demuxes[c] = end->demuxes[c];
  }
  end->agent = gst_ice_nice_agent_new (&agent, error);
  fake_member_free (settings);
  return end->agent != NULL;
}

gboolean
nice_end_init (NiceEnd * end, FakeMember * settings, guint n_components,
    gboolean controlling, GError ** error)
{
  return init (end, settings, n_components, controlling, FALSE, error);
}

gboolean
nice_end_init_for_lite_peer (NiceEnd * end, FakeMember * settings,
    guint n_components, GError ** error)
{
  return init (end, settings, n_components, TRUE, TRUE, error);
}

static void
count_closed (gpointer data)
{
  (*(guint *) data)++;
}

void
nice_end_clear (NiceEnd * end)
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
    g_object_unref (end->demuxes[c]);
    g_object_unref (end->receivers[c]);
  }
  g_ptr_array_unref (end->candidates);
  g_ptr_array_unref (end->learned);
  g_free (end->warning);
}

void
nice_end_gather (NiceEnd * end)
{
  GError *error = NULL;

  gst_ice_agent_gather (end->agent, &error);
  g_assert_no_error (error);
}

void
nice_end_introduce (NiceEnd * to, NiceEnd * other)
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

gboolean
nice_end_is_connected (NiceEnd * end)
{
  for (guint c = 0; c < end->n_components; c++) {
    if (end->routes[c] == NULL || end->states[c] < GST_ICE_AGENT_CONNECTED)
      return FALSE;
    fail_if (end->states[c] == GST_ICE_AGENT_FAILED);
  }
  return TRUE;
}

void
nice_ends_connect (NiceEnd * a, NiceEnd * b, guint n_components)
{
  fail_unless (nice_end_init (a, nice_end_settings_new (), n_components, TRUE,
          NULL));
  fail_unless (nice_end_init (b, nice_end_settings_new (), n_components, FALSE,
          NULL));
  nice_end_gather (a);
  nice_end_gather (b);
  WAIT_UNTIL (a->gathered && b->gathered);
  nice_end_introduce (a, b);
  nice_end_introduce (b, a);
  WAIT_UNTIL (nice_end_is_connected (a) && nice_end_is_connected (b));
}

guint
nice_end_count_received (NiceEnd * end, guint component)
{
  GstIceReceiverCounts counts;

  gst_ice_receiver_get_counts (end->receivers[component - 1], &counts);
  return (guint) counts.packets_received;
}

void
nice_end_assert_flows (NiceEnd * from, NiceEnd * to, guint component, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (1, n);
  GstIceReceiver *receiver = to->receivers[component - 1];
  GError *error = NULL;

  fail_unless_equals_int (gst_ice_route_send_list
      (from->routes[component - 1], list, 0, NULL, &error), n);
  g_assert_no_error (error);
  WAIT_UNTIL (nice_end_count_received (to, component) == n);
  for (guint i = 1; i <= n;) {
    g_autoptr (GstBufferList) received = NULL;
    GstCaps *caps = NULL;

    fail_unless_equals_int (gst_ice_receiver_receive (receiver, 0, &received,
            &caps), GST_FLOW_OK);
    for (guint k = 0; k < gst_buffer_list_length (received); k++, i++) {
      guint8 head[4];

      gst_buffer_extract (gst_buffer_list_get (received, k), 0, head, 4);
      fail_unless_equals_int (GST_READ_UINT16_BE (head + 2), i);
    }
  }
}

GSocket *
nice_end_take_port (guint * port)
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

static gboolean
on_over (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

void
nice_ends_let_timers_run (void)
{
  GSource *source = g_timeout_source_new (50);
  gboolean over = FALSE;

  g_source_set_callback (source, on_over, &over, NULL);
  g_source_attach (source, nice_end_context);
  WAIT_UNTIL (over);
  g_source_unref (source);
}

void
nice_end_set_silent_server (NiceEnd * end, guint port)
{
  g_autoptr (GPtrArray) servers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_server_free);
  g_autofree gchar *uri = g_strdup_printf ("stun://127.0.0.1:%u", port);

  g_ptr_array_add (servers, gst_ice_server_from_uri (uri, NULL));
  gst_ice_agent_set_servers (end->agent, servers, TRUE);
}
