/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Runs lite agents on loopback, and peers that nominate them. */

#include "liteend.h"

#include "gsticeliteagent.h"

#include "fakemember.h"

GMainContext *lite_end_context;

static void
on_candidate (GstIceAgent * agent, const GstIceCandidate * candidate,
    gpointer user_data)
{
  LiteEnd *end = user_data;

  g_ptr_array_add (end->candidates, gst_ice_candidate_copy (candidate));
}

static void
on_enough (GstIceAgent * agent, gpointer user_data)
{
}

static void
on_gathered (GstIceAgent * agent, gpointer user_data)
{
  ((LiteEnd *) user_data)->gathered = TRUE;
}

static void
on_state (GstIceAgent * agent, guint component, GstIceAgentState state,
    gpointer user_data)
{
  ((LiteEnd *) user_data)->state = state;
}

static void
on_selected (GstIceAgent * agent, guint component,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route, gpointer user_data)
{
  LiteEnd *end = user_data;

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
  ((LiteEnd *) user_data)->n_lost++;
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

void
lite_end_set_up (void)
{
  lite_end_context = g_main_context_new ();
  g_main_context_push_thread_default (lite_end_context);
}

void
lite_end_tear_down (void)
{
  g_main_context_pop_thread_default (lite_end_context);
  g_main_context_unref (lite_end_context);
}

/* Returns: whether it gathers; else @error is set */
gboolean
lite_end_open (LiteEnd * end, const LiteEndSettings * settings, GError ** error)
{
  FakeMember *member = fake_member_new ("settings", 0, NULL);
  GstIceAgentSettings made = {.name = "audio",
    .n_components = MAX (settings->n_components, 1),.config = member->config,
    .context = lite_end_context,.events = &events,.user_data = end
  };

  memset (end, 0, sizeof (*end));
  end->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    made.demuxes[c] = end->demuxes[c] = gst_ice_demux_new ();

  fake_member_set_string (member, "network-interfaces",
      settings->interfaces != NULL ? settings->interfaces : "lo");
  fake_member_set_uint (member, "udp-mux-port", settings->mux_port);
  fake_member_set_boolean (member, "ice-tcp", settings->has_tcp);
  if (settings->is_encrypted)
    fake_member_set_enum (member, "encryption", GST_TYPE_ICE_ENCRYPTION,
        GST_ICE_ENCRYPTION_DTLS_SRTP);
  if (settings->consent_ms != 0)
    fake_member_set_uint (member, "consent-timeout", settings->consent_ms);
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

void
lite_end_close (LiteEnd * end)
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
const GstIceCandidate *
lite_end_get_candidate (LiteEnd * end, guint component, gboolean is_ip6)
{
  for (guint i = 0; i < end->candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (end->candidates, i);

    if (candidate->component == component &&
        candidate->transport == GST_ICE_PROTOCOL_UDP &&
        (strchr (candidate->address, ':') != NULL) == is_ip6)
      return candidate;
  }
  return NULL;
}

void
lite_end_answer_by (LiteEnd * end, const gchar * ufrag)
{
  fail_unless (gst_ice_agent_set_remote_credentials (end->agent, ufrag,
          "0123456789012345678901", NULL));
}

void
lite_end_answer (LiteEnd * end)
{
  lite_end_answer_by (end, "theirs");
}

void
lite_peer_check (LitePeer * peer, LiteEnd * end, guint component,
    gboolean nominates, GstIceUdpStun * answer,
    guint8 data[GST_ICE_UDP_STUN_MAX_SIZE])
{
  const GstIceCandidate *candidate = lite_end_get_candidate (end, component,
      peer->address.any.sa_family == AF_INET6);
  GstIceUdpStunRequest request = {.to_ufrag = end->ufrag,
    .from_ufrag = peer->ufrag != NULL ? peer->ufrag : "theirs",.password =
        end->password,.priority = 1000,
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

void
lite_peer_nominate (LitePeer * peer, LiteEnd * end)
{
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpStun answer;

  lite_peer_check (peer, end, 1, TRUE, &answer, data);
  fail_unless_equals_int (answer.type, GST_ICE_UDP_STUN_SUCCESS);
}

/* @n packets each way. */
void
lite_peer_assert_media (LitePeer * peer, LiteEnd * end, guint n)
{
  const GstIceCandidate *candidate = lite_end_get_candidate (end, 1,
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

/* Returns: whether a socket of @type can have @port */
static gboolean
is_free (guint port, gint type)
{
  struct sockaddr_in any = {.sin_family = AF_INET,.sin_port = htons (port) };
  gint fd = socket (AF_INET, type | SOCK_CLOEXEC, 0);
  gboolean is = bind (fd, (struct sockaddr *) &any, sizeof (any)) == 0;

  close (fd);
  return is;
}

/* Returns: a port that is free for UDP and TCP, and is none of those that the kernel gives to
 * who asks for any (ip_local_port_range), so that it stays free */
guint
lite_find_port (void)
{
  guint port;

  for (guint i = 0; i < 1000; i++) {
    port = g_random_int_range (20000, 32768);
    if (is_free (port, SOCK_DGRAM) && is_free (port, SOCK_STREAM))
      return port;
  }
  g_assert_not_reached ();
}
