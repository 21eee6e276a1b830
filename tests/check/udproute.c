/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudproute.h"

#include "udptest.h"

static const gchar *const levels[] = { "none", "mmsg", "gso", "all" };
static const gchar *const modes[] = { "single", "mmsg", "gso", "gso" };

/* Returns: (transfer full): a route to @remote, at level number @level */
static GstIceUdpRoute *
make_route (guint level, const gchar * address, const GstIceUdpAddress * remote)
{
  GstIceUdpAddress local;

  g_setenv ("GST_ICE_UDP", levels[level], TRUE);
  return GST_ICE_UDP_ROUTE (gst_ice_udp_route_new (test_socket (address,
              &local), remote));
}

static void
receive_all (gint fd, const gsize * sizes, guint n)
{
  g_autofree guint8 *data = g_malloc (65536);

  for (guint i = 0; i < n; i++) {
    fail_unless_equals_int (test_receive (fd, data, 65536), sizes[i]);
    fail_unless (test_is_packet (data, sizes[i], i), "packet %u", i);
  }
}

/* Frames, audio between them, what no card can cut, and nothing. */
static guint
fill_sizes (gsize * sizes)
{
  guint n = 0;

  while (n < 40)
    sizes[n++] = 1200;
  sizes[n++] = 333;
  sizes[n++] = 0;
  sizes[n++] = 160;
  sizes[n++] = 9000;
  for (guint i = 0; i < 10; i++)
    sizes[n++] = i % 2 ? 1200 : 100;
  while (n < 154)
    sizes[n++] = 20;
  sizes[n++] = 65507;
  sizes[n++] = 1;
  return n;
}

static void
check_list (guint level, const gchar * address, guint n_memories)
{
  GstIceUdpAddress remote;
  gint fd = test_socket (address, &remote), size = 1 << 20;
  GstIceUdpRoute *route = make_route (level, address, &remote);
  gsize sizes[160], n_bytes = 0;
  guint n = fill_sizes (sizes);
  GstBufferList *list = test_list (sizes, n, n_memories);
  GstIceUdpRouteCounts counts;
  GError *error = NULL;

  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof (size));
  fail_unless_equals_string (gst_ice_udp_route_get_mode (route), modes[level]);
  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          0, NULL, &error), n);
  fail_unless (error == NULL);
  receive_all (fd, sizes, n);

  for (guint i = 0; i < n; i++)
    n_bytes += sizes[i];
  gst_ice_udp_route_get_counts (route, &counts);
  fail_unless_equals_int (counts.packets_sent, n);
  fail_unless_equals_int (counts.bytes_sent, n_bytes);
  fail_unless_equals_int (counts.packets_refused, 0);
  fail_unless_equals_string (gst_ice_udp_route_get_mode (route), modes[level]);
  fail_unless (counts.calls <= (level == 0 ? n : 1 + n * n_memories / 200));

  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_START_TEST (test_list_arrives_in_order_at_each_level)
{
  check_list (__i__, "127.0.0.1", 1);
  check_list (__i__, "127.0.0.1", 2);
  check_list (__i__, "127.0.0.1", 16);
  check_list (__i__, "::1", 1);
}

GST_END_TEST;

GST_START_TEST (test_sends_from_the_packet_it_is_told)
{
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote);
  GstIceUdpRoute *route = make_route (__i__, "127.0.0.1", &remote);
  gsize sizes[5] = { 100, 100, 100, 100, 50 };
  GstBufferList *list = test_list (sizes, 5, 1);
  guint8 data[200];

  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          3, NULL, NULL), 2);
  fail_unless_equals_int (test_receive (fd, data, sizeof (data)), 100);
  fail_unless (test_is_packet (data, 100, 3));
  fail_unless_equals_int (test_receive (fd, data, sizeof (data)), 50);
  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          5, NULL, NULL), 0);
  gst_buffer_list_unref (list);

  list = gst_buffer_list_new ();
  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          0, NULL, NULL), 0);
  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

/* The largest that IPv4 has room for, and one more. */
GST_START_TEST (test_single_packets_are_sent_at_each_level)
{
  static const struct
  {
    gsize size;
    guint n_memories;
  } rows[] = { {1200, 1}, {0, 0}, {0, 1}, {1, 1}, {1200, 16}, {65507, 2} };
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote), size = 1 << 20;
  GstIceRoute *route = GST_ICE_ROUTE (make_route (__i__, "127.0.0.1", &remote));
  g_autoptr (GstBuffer) large = test_packet (0, 65508, 1);
  g_autofree guint8 *data = g_malloc (65536);
  GstIceRouteTally tally = { 0, };
  GstIceUdpRouteCounts counts;
  gsize n_bytes = 0;
  GError *error = NULL;

  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof (size));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstBuffer) packet = test_packet (i, rows[i].size,
        rows[i].n_memories);

    fail_unless_equals_int (gst_ice_route_send_packet (route, packet, &tally,
            &error), 1);
    fail_unless_equals_int (test_receive (fd, data, 65536), rows[i].size);
    fail_unless (test_is_packet (data, rows[i].size, i), "packet %u", i);
    n_bytes += rows[i].size;
    fail_unless_equals_int (tally.n_bytes, n_bytes);
  }
  fail_unless_equals_int (tally.n_refused, 0);

  fail_unless_equals_int (gst_ice_route_send_packet (route, large, &tally,
          &error), 1);
  fail_unless_equals_int (tally.n_refused, 1);
  fail_unless_equals_int (tally.n_bytes, n_bytes);
  fail_unless (error == NULL);

  gst_ice_udp_route_get_counts (GST_ICE_UDP_ROUTE (route), &counts);
  fail_unless_equals_int (counts.packets_sent, G_N_ELEMENTS (rows));
  fail_unless_equals_int (counts.bytes_sent, n_bytes);
  fail_unless_equals_int (counts.packets_refused, 1);
  fail_unless_equals_int (counts.calls, G_N_ELEMENTS (rows) + 1);
  fail_unless_equals_string (gst_ice_udp_route_get_mode (GST_ICE_UDP_ROUTE
          (route)), modes[__i__]);

  gst_ice_udp_route_revoke (GST_ICE_UDP_ROUTE (route));
  fail_unless_equals_int (gst_ice_route_send_packet (route, large, NULL,
          &error), 0);
  fail_unless (error != NULL);
  g_clear_error (&error);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

/* 65,508 bytes do not fit into IPv4: that packet is refused, its neighbours not. */
GST_START_TEST (test_packet_too_large_is_skipped)
{
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote);
  GstIceUdpRoute *route = make_route (__i__, "127.0.0.1", &remote);
  gsize sizes[5] = { 100, 100, 65508, 100, 50 };
  GstBufferList *list = test_list (sizes, 5, 1);
  GstIceUdpRouteCounts counts;
  GError *error = NULL;
  guint8 data[200];

  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          0, NULL, &error), 5);
  fail_unless (error == NULL);
  for (guint i = 0; i < 5; i++) {
    if (i == 2)
      continue;
    fail_unless_equals_int (test_receive (fd, data, sizeof (data)), sizes[i]);
    fail_unless (test_is_packet (data, sizes[i], i));
  }
  gst_ice_udp_route_get_counts (route, &counts);
  fail_unless_equals_int (counts.packets_sent, 4);
  fail_unless_equals_int (counts.packets_refused, 1);
  fail_unless_equals_string (gst_ice_udp_route_get_mode (route), modes[__i__]);

  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

/* Linux refuses UDP_SEGMENT on a socket without checksums with EINVAL, or EIO. */
GST_START_TEST (test_refused_segmentation_steps_down_once)
{
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote), on = 1;
  GstIceUdpRoute *route = make_route (3, "127.0.0.1", &remote);
  gsize sizes[40];
  GstIceUdpRouteCounts counts;
  GstBufferList *list;
  GError *error = NULL;

  for (guint i = 0; i < 40; i++)
    sizes[i] = 1000;
  list = test_list (sizes, 40, 1);
  setsockopt (gst_ice_route_get_fd (GST_ICE_ROUTE (route)), SOL_SOCKET,
      SO_NO_CHECK, &on, sizeof (on));

  for (guint round = 1; round <= 3; round++) {
    fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route),
            list, 0, NULL, &error), 40);
    fail_unless (error == NULL);
    receive_all (fd, sizes, 40);
    fail_unless_equals_string (gst_ice_udp_route_get_mode (route), "mmsg");
    gst_ice_udp_route_get_counts (route, &counts);
    /* The refused call is not made again. */
    fail_unless_equals_int (counts.calls, round + 1);
  }
  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

GST_START_TEST (test_revoked_route_sends_nothing_and_frees_the_port)
{
  GstIceUdpAddress remote, local;
  gint fd = test_socket ("127.0.0.1", &remote), again;
  gint mine = test_socket ("127.0.0.1", &local);
  GstIceRoute *route = gst_ice_udp_route_new (mine, &remote);
  gsize sizes[2] = { 100, 100 };
  GstBufferList *list = test_list (sizes, 2, 1);
  struct pollfd writable = { mine, POLLOUT, 0 };
  GError *error = NULL;
  guint8 data[200];

  gst_ice_udp_route_revoke (GST_ICE_UDP_ROUTE (route));
  gst_ice_udp_route_revoke (GST_ICE_UDP_ROUTE (route));
  fail_unless_equals_int (gst_ice_route_send_list (route, list, 0, NULL,
          &error), 0);
  fail_unless (error != NULL);
  g_clear_error (&error);

  /* Who waits for it does not wait for ever. */
  fail_unless_equals_int (gst_ice_route_get_fd (route), mine);
  fail_unless_equals_int (poll (&writable, 1, TEST_PATIENCE_MS), 1);

  again = socket (AF_INET, SOCK_DGRAM, 0);
  fail_unless (bind (again, &local.any,
          gst_ice_udp_address_size (&local)) == 0);
  fail_unless (recv (fd, data, sizeof (data), 0) < 0);
  close (again);
  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

/* Of the path, not of one packet: an error, and the rest is not tried. */
GST_START_TEST (test_refused_address_is_an_error)
{
  GstIceUdpAddress remote;
  gsize sizes[2] = { 100, 100 };
  GstBufferList *list = test_list (sizes, 2, 1);
  GstIceUdpRoute *route;
  GError *error = NULL;

  /* Broadcast was not asked for. */
  fail_unless (gst_ice_udp_address_set_text (&remote, "255.255.255.255", 9));
  route = make_route (__i__, "0.0.0.0", &remote);
  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          0, NULL, &error), 0);
  fail_unless (error != NULL);
  g_clear_error (&error);
  fail_unless_equals_string (gst_ice_udp_route_get_mode (route), modes[__i__]);
  gst_buffer_list_unref (list);
  g_object_unref (route);
}

GST_END_TEST;

#define N_SENDERS 4
#define N_ROUNDS 50

typedef struct
{
  GstIceRoute *route;
  GstBufferList *list;
  guint taken;
} Sender;

static gpointer
send_rounds (gpointer data)
{
  Sender *self = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    self->taken +=
        gst_ice_route_send_list (self->route, self->list, 0, NULL, NULL);
  return NULL;
}

GST_START_TEST (test_several_threads_send_while_it_is_revoked)
{
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote);
  GstIceUdpRoute *route = make_route (__i__, "127.0.0.1", &remote);
  gsize sizes[10] = { 90, 90, 90, 90, 90, 90, 90, 90, 80, 70 };
  GstBufferList *list = test_list (sizes, 10, 2);
  Sender senders[N_SENDERS];
  GThread *threads[N_SENDERS];
  GstIceUdpRouteCounts counts;
  guint taken = 0;

  for (guint i = 0; i < N_SENDERS; i++) {
    senders[i] = (Sender) {
    GST_ICE_ROUTE (route), list, 0};
    threads[i] = g_thread_new ("sender", send_rounds, &senders[i]);
  }
  fail_unless (test_wait (fd));
  gst_ice_udp_route_revoke (route);
  for (guint i = 0; i < N_SENDERS; i++) {
    g_thread_join (threads[i]);
    taken += senders[i].taken;
  }
  gst_ice_udp_route_get_counts (route, &counts);
  fail_unless_equals_int (counts.packets_sent + counts.packets_refused, taken);

  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

static Suite *
udproute_suite (void)
{
  Suite *s = suite_create ("udproute");
  TCase *tc = tcase_create ("general");
  const gint n_levels = G_N_ELEMENTS (levels);

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_list_arrives_in_order_at_each_level, 0,
      n_levels);
  tcase_add_loop_test (tc, test_sends_from_the_packet_it_is_told, 0, n_levels);
  tcase_add_loop_test (tc, test_single_packets_are_sent_at_each_level, 0,
      n_levels);
  tcase_add_loop_test (tc, test_packet_too_large_is_skipped, 0, n_levels);
  tcase_add_test (tc, test_refused_segmentation_steps_down_once);
  tcase_add_test (tc, test_revoked_route_sends_nothing_and_frees_the_port);
  tcase_add_loop_test (tc, test_refused_address_is_an_error, 0, n_levels);
  tcase_add_loop_test (tc, test_several_threads_send_while_it_is_revoked, 0,
      n_levels);
  return s;
}

GST_CHECK_MAIN (udproute);
