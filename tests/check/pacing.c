/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeroute.h"
#include "gsticepace.h"
#include "gsticesender.h"
#include "icetest.h"

#include <sys/socket.h>
#include <unistd.h>

/* Bits of one packet of packets_new(). */
static guint64
get_bits (void)
{
  g_autoptr (GstBufferList) list = packets_new (0, 1);

  return 8 * gst_buffer_list_calculate_size (list);
}

/* At so many packets each millisecond, how many of 10 leave at once, and when they all have
 * left. */
static const struct
{
  guint per_ms;                 /* 0: half a packet */
  guint at_once;
  guint n_ms;                   /* when the last leaves */
} rows[] = {
  {1, 1, 9}, {3, 3, 3}, {9, 9, 1}, {10, 10, 0}, {100, 10, 0},
  /* More than a burst, but a packet all the same. */
  {0, 1, 18},
};

GST_START_TEST (test_bursts_keep_to_the_rate)
{
  const guint64 rate = get_bits () * 1000 * rows[__i__].per_ms +
      (rows[__i__].per_ms == 0 ? get_bits () * 500 : 0);
  g_autoptr (GstBufferList) list = packets_new (0, 10);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  GstIceRouteTally tally = { 0, };
  GstIcePace pace = { 0, };
  gint64 now_us = G_TIME_SPAN_HOUR;
  guint n = 0, n_ms = 0;

  fail_unless_equals_int (gst_ice_pace_count (&pace, rate, list, 0, now_us),
      rows[__i__].at_once);
  while ((n += gst_ice_pace_send (&pace, rate, route, list, n, now_us, &tally,
              NULL)) < 10) {
    fail_unless (gst_ice_pace_get_due_us (&pace) > now_us);
    now_us += 1000;
    fail_if (++n_ms > 100);
  }
  fail_unless_equals_int (n_ms, rows[__i__].n_ms);
}

GST_END_TEST;

GST_START_TEST (test_without_a_rate_all_leave)
{
  g_autoptr (GstBufferList) list = packets_new (0, 1000);
  GstIcePace pace = { 0, };

  fail_unless_equals_int (gst_ice_pace_count (&pace, 0, list, 0, 1), 1000);
  fail_unless_equals_int (gst_ice_pace_count (&pace, 0, list, 400, 1), 600);
  /* Neither can the numbers overflow. */
  fail_unless_equals_int (gst_ice_pace_count (&pace, G_MAXUINT64, list, 0, 1),
      1000);
  fail_unless_equals_int (gst_ice_pace_count (&pace, 1, list, 0, 1), 1);
}

GST_END_TEST;

static guint
count_taken (GstIceRoute * route)
{
  g_autofree gchar *taken = fake_route_get_taken (route);
  g_auto (GStrv) words = g_strsplit (taken, " ", -1);

  return *taken == '\0' ? 0 : g_strv_length (words);
}

static void
assert_in_order (GstIceRoute * route, guint n)
{
  g_autofree gchar *taken = fake_route_get_taken (route);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 1; i <= n; i++)
    g_string_append_printf (expected, i == 1 ? "%u" : " %u", i);
  fail_unless_equals_string (taken, expected->str);
}

static void
send_list (GstIceSender * sender, guint number, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (number, n);

  fail_unless_equals_int (gst_ice_sender_send_list (sender, list), GST_FLOW_OK);
}

#define N_VIEWERS 20

/* The element's thread does not wait, and no viewer for another. */
GST_START_TEST (test_viewers_are_sent_to_at_the_rate)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  GstIceRoute *routes[N_VIEWERS];
  GstIceDestination *viewers[N_VIEWERS];
  const gint64 begin_us = g_get_monotonic_time ();

  gst_ice_sender_set_pacing_rate (sender, get_bits () * 1000);
  for (guint i = 0; i < N_VIEWERS; i++) {
    routes[i] = fake_route_new (NULL);
    viewers[i] = gst_ice_destination_new ();
    gst_ice_destination_set_route (viewers[i], routes[i]);
    gst_ice_sender_add (sender, viewers[i]);
  }
  send_list (sender, 1, 50);
  send_list (sender, 51, 50);
  for (guint i = 0; i < N_VIEWERS; i++) {
    while (count_taken (routes[i]) < 100)
      g_thread_yield ();
    /* The first leaves at once, the others one each millisecond. */
    fail_unless (g_get_monotonic_time () - begin_us >= 99000);
    assert_in_order (routes[i], 100);
  }
  for (guint i = 0; i < N_VIEWERS; i++) {
    GstIceSenderCounts counts = { 0, };

    gst_ice_sender_remove (sender, viewers[i]);
    gst_ice_destination_add_counts (viewers[i], &counts);
    fail_unless_equals_uint64 (counts.packets_sent, 100);
    fail_unless_equals_uint64 (counts.packets_discarded, 0);
    g_object_unref (viewers[i]);
    g_object_unref (routes[i]);
  }
}

GST_END_TEST;

/* What comes faster than the rate for long is dropped, not kept. */
GST_START_TEST (test_viewer_gets_no_more_than_the_rate)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  GstIceDestination *viewer = gst_ice_destination_new ();
  GstIceSenderCounts counts;

  g_object_add_weak_pointer (G_OBJECT (viewer), (gpointer *) & viewer);
  /* A packet in minutes. */
  gst_ice_sender_set_pacing_rate (sender, 1);
  gst_ice_destination_set_route (viewer, route);
  gst_ice_sender_add (sender, viewer);
  do {
    send_list (sender, 1, 200);
    memset (&counts, 0, sizeof (counts));
    gst_ice_destination_add_counts (viewer, &counts);
  } while (counts.packets_slow == 0);
  fail_unless (count_taken (route) < 200);
  /* The path ends, and with it what waits. */
  gst_ice_destination_set_route (viewer, NULL);
  gst_ice_sender_remove (sender, viewer);
  g_object_unref (viewer);
  while (g_atomic_pointer_get (&viewer) != NULL)
    g_thread_yield ();
}

GST_END_TEST;

/* Holds the pacer's thread up while it sends what looks like DTLS. */
static GMutex gate;
static gint n_at_gate;

static void
wait_at_gate (GObject * owner, GstBuffer * packet)
{
  g_atomic_int_inc (&n_at_gate);
  g_mutex_lock (&gate);
  g_mutex_unlock (&gate);
  gst_buffer_unref (packet);
}

static void
send_to_gate (GstIceSender * sender)
{
  static const guint8 hello[13] = { 22, 0xfe, 0xfd };
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();

  gst_buffer_list_add (list, gst_buffer_new_memdup (hello, sizeof hello));
  gst_ice_sender_send_list (sender, list);
  while (g_atomic_int_get (&n_at_gate) == 0)
    g_thread_yield ();
}

static void
write_format (GstIceSender * sender, guint type)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("application/x-rtp",
      "media", G_TYPE_STRING, "video", "encoding-name", G_TYPE_STRING, "VP8",
      "clock-rate", G_TYPE_INT, 90000, "payload", G_TYPE_INT, (gint) type,
      NULL);

  gst_ice_sender_set_written (sender, caps, NULL);
}

/* What waits has the number that its format had, whatever format follows. */
GST_START_TEST (test_waiting_packets_keep_their_numbers)
{
  static const guint8 types[] = { 96, 98 };
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceDemux) demux = gst_ice_demux_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (demux);
  g_autoptr (GstIceDestination) viewer = gst_ice_destination_new ();
  g_autoptr (GstCaps) agreed = gst_caps_from_string ("application/x-rtp,"
      "media=video,encoding-name=VP8,clock-rate=90000,payload=100");
  gint fds[2];

  fail_unless (socketpair (AF_UNIX, SOCK_DGRAM, 0, fds) == 0);
  fake_route_set_fd (route, fds[0]);
  gst_ice_demux_set_handshake (demux, wait_at_gate, G_OBJECT (sender));
  gst_ice_sender_set_pacing_rate (sender, 1000 * 1000 * 1000);
  write_format (sender, types[0]);
  gst_ice_sender_add (sender, viewer);
  gst_ice_destination_set_agreed (viewer, agreed);
  gst_ice_destination_set_route (viewer, route);

  g_mutex_lock (&gate);
  send_to_gate (sender);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstBuffer) packet = packet_new (types[i], (guint16) i);

    write_format (sender, types[i]);
    fail_unless_equals_int (gst_ice_sender_send_packet (sender, packet),
        GST_FLOW_OK);
  }
  g_mutex_unlock (&gate);

  for (guint i = 0; i < 3; i++) {
    guint8 packet[64];

    fail_unless (recv (fds[1], packet, sizeof packet, 0) > 0);
    if (i > 0)
      fail_unless_equals_int (packet[1], 100);
  }
  gst_ice_demux_set_handshake (demux, NULL, NULL);
  gst_ice_sender_remove (sender, viewer);
  close (fds[0]);
  close (fds[1]);
}

GST_END_TEST;

GST_START_TEST (test_single_peer_is_waited_for)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  const gint64 begin_us = g_get_monotonic_time ();

  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  gst_ice_sender_set_pacing_rate (sender, get_bits () * 1000);
  send_list (sender, 1, 50);
  fail_unless (g_get_monotonic_time () - begin_us >= 49000);
  for (guint i = 51; i <= 60; i++) {
    g_autoptr (GstBuffer) packet = packet_new (0, (guint16) i);

    fail_unless_equals_int (gst_ice_sender_send_packet (sender, packet),
        GST_FLOW_OK);
  }
  fail_unless (g_get_monotonic_time () - begin_us >= 59000);
  assert_in_order (route, 60);
}

GST_END_TEST;

static gpointer
send_slowly (gpointer sender)
{
  g_autoptr (GstBufferList) list = packets_new (1, 50);

  return GINT_TO_POINTER (gst_ice_sender_send_list (sender, list));
}

/* At a bit a second, nobody would see the end of it. */
GST_START_TEST (test_flush_breaks_the_wait)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  GThread *thread;

  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  gst_ice_sender_set_pacing_rate (sender, 1);
  thread = g_thread_new ("slow", send_slowly, sender);
  while (count_taken (route) == 0)
    g_thread_yield ();
  gst_ice_sender_set_flushing (sender, TRUE);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_FLUSHING);
}

GST_END_TEST;

static Suite *
pacing_suite (void)
{
  Suite *s = suite_create ("pacing");
  TCase *tc = tcase_create ("pacing");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_bursts_keep_to_the_rate, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_without_a_rate_all_leave);
  tcase_add_test (tc, test_viewers_are_sent_to_at_the_rate);
  tcase_add_test (tc, test_viewer_gets_no_more_than_the_rate);
  tcase_add_test (tc, test_waiting_packets_keep_their_numbers);
  tcase_add_test (tc, test_single_peer_is_waited_for);
  tcase_add_test (tc, test_flush_breaks_the_wait);
  return s;
}

GST_CHECK_MAIN (pacing);
