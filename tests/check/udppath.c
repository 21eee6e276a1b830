/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudppath.h"

#include "gsticereceiver.h"
#include "gsticesender.h"
#include "gsticeudppool.h"
#include "gsticeudpstun.h"
#include "udptest.h"

static const gchar *const levels[] = { "mmsg", "gso", "all" };
static const gchar *const receive_modes[] = { "mmsg", "mmsg", "gro" };

/* One side of a call: the agent's socket, and what stands beside it. */
typedef struct
{
  GstIceDemux *demux;
  GstIceSender *sender;
  GstIceReceiver *receiver;
  GstIceUdpAddress local;
  gint agent_fd;
  GstIceUdpPath *path;

  GMutex lock;
  GCond cond;

  /* Protected by lock. */
  gboolean lost;
} Side;

static void
on_consent (GstIceUdpConsentState state, gpointer user_data)
{
  Side *self = user_data;

  g_mutex_lock (&self->lock);
  self->lost = state == GST_ICE_UDP_CONSENT_LOST;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
side_init (Side * self, const gchar * address)
{
  memset (self, 0, sizeof (*self));
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->demux = gst_ice_demux_new ();
  self->sender = gst_ice_sender_new ();
  self->receiver = gst_ice_receiver_new (16 * 1024 * 1024);
  gst_ice_demux_set_receivers (self->demux, FALSE, self->receiver, NULL);
  self->agent_fd = test_socket (address, &self->local);
}

static void
side_clear (Side * self)
{
  g_clear_pointer (&self->path, gst_ice_udp_path_free);
  g_object_unref (self->sender);
  g_object_unref (self->receiver);
  g_object_unref (self->demux);
  close (self->agent_fd);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
}

/* A pair to @remote is nominated. */
static void
side_nominate (Side * self, const GstIceUdpAddress * remote, gboolean consent,
    guint timeout_ms)
{
  GstIceUdpConsentSettings credentials = {
    .local_ufrag = "same",.local_password = "samesamesamesamesamesame",
    .remote_ufrag = "same",.remote_password = "samesamesamesamesamesame",
    .timeout_ms = timeout_ms,
  };
  g_autoptr (GstIceWaiter) context = gst_ice_demux_dup_waiter (self->demux);
  GstIceUdpPathSettings settings = {
    .agent_fd = self->agent_fd,.remote = remote,.demux = self->demux,
    .buffer_size = 1024 * 1024,.context = context,
    .consent = consent ? &credentials : NULL,
    .consent_changed = on_consent,.user_data = self,
  };
  GError *error = NULL;

  self->path = gst_ice_udp_path_new (&settings, &error);
  fail_unless (self->path != NULL, "%s", error ? error->message : "");
  gst_ice_udp_path_receive (self->path);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (self->sender),
      gst_ice_udp_path_get_route (self->path));
}

#define N_PACKETS 100

static void
send_some (Side * self, guint n)
{
  gsize sizes[N_PACKETS];
  GstBufferList *list;

  for (guint i = 0; i < n; i++)
    sizes[i] = i % 33 == 32 ? 200 : 1100;
  list = test_list (sizes, n, 2);
  fail_unless_equals_int (gst_ice_sender_send_list (self->sender, list),
      GST_FLOW_OK);
  gst_buffer_list_unref (list);
}

static void
send_packets (Side * self)
{
  send_some (self, N_PACKETS);
}

static void
check_some (Side * self, guint n)
{
  for (guint at = 0; at < n;) {
    GstBufferList *list;
    GstCaps *caps;

    fail_unless_equals_int (gst_ice_receiver_receive (self->receiver,
            TEST_PATIENCE_MS, &list, &caps), GST_FLOW_OK);
    for (guint i = 0; i < gst_buffer_list_length (list); i++, at++) {
      GstMapInfo map;

      fail_unless (gst_buffer_map (gst_buffer_list_get (list, i), &map,
              GST_MAP_READ));
      fail_unless (test_is_packet (map.data, map.size, at));
      gst_buffer_unmap (gst_buffer_list_get (list, i), &map);
    }
    gst_buffer_list_unref (list);
  }
}

static void
check_received (Side * self)
{
  check_some (self, N_PACKETS);
}

GST_START_TEST (test_two_sides_talk)
{
  static const gchar *const addresses[] = { "127.0.0.1", "::1" };
  guint level = __i__ / 2;
  Side sides[2];
  GstIceUdpPathStats stats;

  g_setenv ("GST_ICE_UDP", levels[level], TRUE);
  for (guint i = 0; i < 2; i++)
    side_init (&sides[i], addresses[__i__ % 2]);
  for (guint i = 0; i < 2; i++)
    side_nominate (&sides[i], &sides[1 - i].local, TRUE, 0);
  for (guint round = 0; round < 10; round++) {
    for (guint i = 0; i < 2; i++)
      send_packets (&sides[i]);
    for (guint i = 0; i < 2; i++)
      check_received (&sides[i]);
  }
  for (guint i = 0; i < 2; i++) {
    fail_unless (gst_ice_udp_path_has_consent (sides[i].path));
    gst_ice_udp_path_get_stats (sides[i].path, &stats);
    fail_unless_equals_string (stats.send_mode, level ? "gso" : "mmsg");
    fail_unless_equals_string (stats.receive_mode, receive_modes[level]);
    fail_unless_equals_int (stats.route.packets_sent, 10 * N_PACKETS);
    fail_unless_equals_int (stats.reader.packets_received, 10 * N_PACKETS);
    fail_unless_equals_int (stats.reader.kernel_drops, 0);
    fail_unless (stats.receive_buffer_size >= 1024 * 1024);
  }
  for (guint i = 0; i < 2; i++)
    side_clear (&sides[i]);
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 0);
}

GST_END_TEST;

/* Of a thread that knows the route only; and after the path has gone. */
GST_START_TEST (test_route_tells_what_the_path_does)
{
  Side sides[2];
  GstIceRoute *route;
  GstStructure *stats = gst_structure_new_empty ("ice-stats");

  g_setenv ("GST_ICE_UDP", levels[__i__], TRUE);
  for (guint i = 0; i < 2; i++)
    side_init (&sides[i], "127.0.0.1");
  for (guint i = 0; i < 2; i++)
    side_nominate (&sides[i], &sides[1 - i].local, TRUE, 0);

  route = gst_ice_sender_dup_route (sides[0].sender);
  gst_ice_route_add_stats (route, stats);
  fail_unless_equals_string (gst_structure_get_string (stats, "send-mode"),
      __i__ ? "gso" : "mmsg");
  fail_unless_equals_string (gst_structure_get_string (stats, "receive-mode"),
      receive_modes[__i__]);
  fail_unless (gst_structure_has_field_typed (stats, "kernel-drops",
          G_TYPE_UINT64));
  fail_unless (gst_structure_has_field_typed (stats,
          "current-round-trip-time", G_TYPE_DOUBLE));

  for (guint i = 0; i < 2; i++)
    side_clear (&sides[i]);
  gst_structure_remove_all_fields (stats);
  gst_ice_route_add_stats (route, stats);
  fail_unless (gst_structure_has_field (stats, "send-mode"));
  fail_if (gst_structure_has_field (stats, "receive-mode"));
  gst_structure_free (stats);
  g_object_unref (route);
}

GST_END_TEST;

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Media that comes slowly needs two sockets. Where it comes fast and the kernel does not
 * merge it, there are more, once. */
GST_START_TEST (test_slow_media_takes_no_more_sockets)
{
  Side sides[2];
  guint n, before;

  g_setenv ("GST_ICE_UDP", "all", TRUE);
  for (guint i = 0; i < 2; i++)
    side_init (&sides[i], "127.0.0.1");
  side_nominate (&sides[0], &sides[1].local, TRUE, 0);
  g_setenv ("GST_ICE_UDP", "mmsg", TRUE);
  side_nominate (&sides[1], &sides[0].local, FALSE, 0);

  before = count_descriptors ();
  for (guint i = 0; i < 20; i++) {
    send_some (&sides[1], 1);
    check_some (&sides[0], 1);
  }
  fail_unless_equals_int (count_descriptors (), before);
  for (guint i = 0; i < 3; i++) {
    send_packets (&sides[1]);
    check_received (&sides[0]);
    n = count_descriptors ();
    fail_unless (n == before || n == before + 14);
  }
  fail_unless_equals_int (count_descriptors (), before + 14);
  for (guint i = 0; i < 2; i++)
    side_clear (&sides[i]);
}

GST_END_TEST;

/* Nobody answers: sending stops by itself, and the session is told. */
GST_START_TEST (test_nothing_is_sent_without_consent)
{
  GstIceUdpAddress remote;
  gint peer = test_socket ("127.0.0.1", &remote);
  GstIceSenderCounts counts;
  gint64 until = g_get_monotonic_time () + TEST_PATIENCE_MS * 1000;
  guint8 data[2000];
  Side side;

  g_setenv ("GST_ICE_UDP", levels[__i__], TRUE);
  side_init (&side, "127.0.0.1");
  side_nominate (&side, &remote, TRUE, 50);
  g_mutex_lock (&side.lock);
  while (!side.lost && g_cond_wait_until (&side.cond, &side.lock, until));
  fail_unless (side.lost);
  g_mutex_unlock (&side.lock);

  while (recv (peer, data, sizeof (data), 0) >= 0);
  send_packets (&side);
  fail_unless (recv (peer, data, sizeof (data), 0) < 0);
  gst_ice_sender_get_counts (side.sender, &counts);
  fail_unless_equals_int (counts.packets_sent, 0);
  fail_unless_equals_int (counts.packets_discarded, N_PACKETS);
  side_clear (&side);
  close (peer);
}

GST_END_TEST;

/* The peer moves to another address, and back; each packet comes once. */
GST_START_TEST (test_path_moves_without_loss)
{
  Side side, peers[2];
  GError *error = NULL;

  g_setenv ("GST_ICE_UDP", levels[__i__], TRUE);
  side_init (&side, "127.0.0.1");
  for (guint i = 0; i < 2; i++) {
    side_init (&peers[i], "127.0.0.1");
    side_nominate (&peers[i], &side.local, FALSE, 0);
  }
  side_nominate (&side, &peers[0].local, __i__ == 2, 0);

  for (guint round = 0; round < 6; round++) {
    /* Still on its way as the path moves. */
    send_packets (&peers[round % 2]);
    fail_unless (gst_ice_udp_path_move (side.path,
            &peers[(round + 1) % 2].local, &error));
    gst_ice_udp_path_receive (side.path);
    send_packets (&side);
    gst_ice_destination_set_route (gst_ice_sender_get_destination (side.sender),
        gst_ice_udp_path_get_route (side.path));
    check_received (&side);
    check_received (&peers[round % 2]);
    send_packets (&side);
    check_received (&peers[(round + 1) % 2]);
  }
  side_clear (&side);
  for (guint i = 0; i < 2; i++)
    side_clear (&peers[i]);
}

GST_END_TEST;

/* What came before the end is delivered, what comes after it is the agent's. */
GST_START_TEST (test_end_loses_nothing)
{
  GstIceDemuxCounts counts;
  Side side, peer;
  guint8 data[2000];
  guint n = 0;

  g_setenv ("GST_ICE_UDP", levels[__i__], TRUE);
  side_init (&side, "127.0.0.1");
  side_init (&peer, "127.0.0.1");
  side_nominate (&side, &peer.local, __i__ == 2, 0);
  side_nominate (&peer, &side.local, FALSE, 0);
  send_packets (&peer);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (side.sender),
      NULL);
  g_clear_pointer (&side.path, gst_ice_udp_path_free);
  send_packets (&peer);

  check_received (&side);
  gst_ice_demux_get_counts (side.demux, &counts);
  fail_unless_equals_int (counts.packets_received, N_PACKETS);
  while (recv (side.agent_fd, data, sizeof (data), 0) >= 0)
    n += test_is_packet (data, 200, n);
  fail_unless_equals_int (n, N_PACKETS);
  side_clear (&side);
  side_clear (&peer);
}

GST_END_TEST;

/* A STUN message on our socket, as GRO would leave it there: is it answered? */
GST_START_TEST (test_binding_requests_are_the_agents_unless_glued)
{
  GstIceUdpStunRequest request = {.to_ufrag = "same",.from_ufrag = "same",
    .password = "samesamesamesamesamesame",
  };
  GstIceUdpAddress remote;
  gint peer = test_socket ("127.0.0.1", &remote);
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE], got[2000];
  gsize size = gst_ice_udp_stun_build_request (&request, data);
  Side side;

  g_setenv ("GST_ICE_UDP", "all", TRUE);
  side_init (&side, "127.0.0.1");
  side_nominate (&side, &remote, TRUE, 0);
  test_send (peer, &side.local, data, size);
  fail_unless_equals_int (test_receive (side.agent_fd, got, sizeof (got)),
      size);
  fail_unless (memcmp (got, data, size) == 0);
  side_clear (&side);
  close (peer);
}

GST_END_TEST;

GST_START_TEST (test_level_none_is_the_agents)
{
  GstIceUdpPathSettings settings = { 0, };
  GError *error = NULL;

  g_setenv ("GST_ICE_UDP", "none", TRUE);
  fail_unless (gst_ice_udp_path_new (&settings, &error) == NULL);
  fail_unless (error != NULL);
  g_clear_error (&error);
}

GST_END_TEST;

static Suite *
udppath_suite (void)
{
  Suite *s = suite_create ("udppath");
  TCase *tc = tcase_create ("general");
  const gint n = G_N_ELEMENTS (levels);

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_two_sides_talk, 0, 2 * n);
  tcase_add_loop_test (tc, test_nothing_is_sent_without_consent, 0, n);
  tcase_add_loop_test (tc, test_route_tells_what_the_path_does, 0, n);
  tcase_add_loop_test (tc, test_path_moves_without_loss, 0, n);
  tcase_add_loop_test (tc, test_end_loses_nothing, 0, n);
  tcase_add_test (tc, test_binding_requests_are_the_agents_unless_glued);
  tcase_add_test (tc, test_level_none_is_the_agents);
  tcase_add_test (tc, test_slow_media_takes_no_more_sockets);
  return s;
}

GST_CHECK_MAIN (udppath);
