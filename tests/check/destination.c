/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One sender with several peers, and what each of them gets. */

#include "config.h"

#include "fakeroute.h"
#include "icetest.h"

/* One peer. */
typedef struct
{
  GstIceDestination *destination;
  GstIceRoute *route;
} Peer;

static void
peer_init (Peer * peer, GstIceSender * sender)
{
  peer->destination = gst_ice_destination_new ();
  peer->route = fake_route_new (NULL);
  gst_ice_sender_add (sender, peer->destination);
  gst_ice_destination_set_route (peer->destination, peer->route);
}

static void
peer_clear (Peer * peer, GstIceSender * sender)
{
  gst_ice_sender_remove (sender, peer->destination);
  g_clear_object (&peer->destination);
  g_clear_object (&peer->route);
}

static void
assert_taken (const Peer * peer, const gchar * expected)
{
  g_autofree gchar *taken = fake_route_get_taken (peer->route);

  fail_unless_equals_string (taken, expected);
}

static void
assert_counts (GstIceSender * sender, guint sent, guint discarded, guint slow)
{
  GstIceSenderCounts counts;

  gst_ice_sender_get_counts (sender, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, sent);
  fail_unless_equals_uint64 (counts.packets_discarded, discarded);
  fail_unless_equals_uint64 (counts.packets_slow, slow);
}

static void
send_list (GstIceSender * sender, guint begin, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (begin, n);

  fail_unless_equals_int (gst_ice_sender_send_list (sender, list), GST_FLOW_OK);
}

GST_START_TEST (test_each_peer_gets_all_while_it_is_there)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstBuffer) packet = packet_new (96, 4);
  Peer one, two;

  fail_if (gst_ice_sender_has_route (sender));
  peer_init (&one, sender);
  fail_unless (gst_ice_sender_has_route (sender));
  send_list (sender, 1, 2);
  peer_init (&two, sender);
  send_list (sender, 3, 1);
  fail_unless_equals_int (gst_ice_sender_send_packet (sender, packet),
      GST_FLOW_OK);
  peer_clear (&one, sender);
  send_list (sender, 5, 1);
  assert_taken (&two, "3 4 5");
  assert_counts (sender, 7, 0, 0);

  /* With nobody there packets are dropped, and nobody is waited for. */
  peer_clear (&two, sender);
  fail_unless (gst_ice_sender_has_route (sender));
  send_list (sender, 6, 2);
  assert_counts (sender, 7, 2, 0);
}

GST_END_TEST;

/* Who is on its way misses nothing; who lost its path does. */
GST_START_TEST (test_peer_without_a_way_is_not_waited_for)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  Peer one, two;

  peer_init (&one, sender);
  peer_init (&two, sender);
  gst_ice_destination_set_route (two.destination, NULL);
  send_list (sender, 1, 1);
  assert_counts (sender, 1, 0, 0);
  gst_ice_destination_set_route (two.destination, two.route);
  send_list (sender, 2, 1);
  gst_ice_destination_set_route (two.destination, NULL);
  send_list (sender, 3, 1);
  assert_counts (sender, 4, 1, 0);
  assert_taken (&one, "1 2 3");
  assert_taken (&two, "2");
  peer_clear (&one, sender);
  peer_clear (&two, sender);
}

GST_END_TEST;

/* The time of the first packet is that of the present call: routes that follow each other are
 * of one. */
GST_START_TEST (test_first_packet_has_a_time)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  const gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (GstIceRoute) other = fake_route_new (NULL);
  gint64 first_us;
  Peer peer;

  peer_init (&peer, sender);
  fail_unless_equals_int64 (gst_ice_destination_get_first_us
      (peer.destination), 0);
  fake_route_set_limits (peer.route, 0, G_MAXUINT);
  send_list (sender, 1, 1);
  fail_unless_equals_int64 (gst_ice_destination_get_first_us
      (peer.destination), 0);
  fake_route_set_limits (peer.route, G_MAXUINT, G_MAXUINT);
  send_list (sender, 2, 1);
  first_us = gst_ice_destination_get_first_us (peer.destination);
  fail_unless (first_us >= begin_us && first_us <= g_get_monotonic_time ());
  gst_ice_destination_set_route (peer.destination, other);
  while (g_get_monotonic_time () <= first_us);
  send_list (sender, 3, 1);
  fail_unless_equals_int64 (gst_ice_destination_get_first_us
      (peer.destination), first_us);

  gst_ice_destination_set_route (peer.destination, NULL);
  gst_ice_destination_set_route (peer.destination, peer.route);
  fail_unless_equals_int64 (gst_ice_destination_get_first_us
      (peer.destination), 0);
  send_list (sender, 4, 1);
  fail_unless (gst_ice_destination_get_first_us (peer.destination) > first_us);
  peer_clear (&peer, sender);
}

GST_END_TEST;

/* What a socket has no room for goes before the next list, in order. */
GST_START_TEST (test_full_socket_holds_nobody_up)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  Peer quick, slow;

  peer_init (&slow, sender);
  peer_init (&quick, sender);
  fake_route_set_limits (slow.route, 2, G_MAXUINT);
  send_list (sender, 1, 3);
  assert_taken (&quick, "1 2 3");
  assert_taken (&slow, "1 2");
  send_list (sender, 4, 1);
  assert_taken (&slow, "1 2 3 4");
  fake_route_set_limits (slow.route, 0, G_MAXUINT);
  send_list (sender, 5, 2);
  fake_route_set_limits (slow.route, G_MAXUINT, G_MAXUINT);
  send_list (sender, 7, 1);
  assert_taken (&slow, "1 2 3 4 5 6 7");
  assert_taken (&quick, "1 2 3 4 5 6 7");
  assert_counts (sender, 14, 0, 0);
  peer_clear (&quick, sender);
  peer_clear (&slow, sender);
}

GST_END_TEST;

/* Returns: (transfer full): a packet of 10 kB */
static GstBuffer *
big_packet_new (guint16 seqnum, gboolean delta)
{
  GstBuffer *packet = packet_new (96, seqnum);

  gst_buffer_append_memory (packet, gst_allocator_alloc (NULL, 10000, NULL));
  if (delta)
    GST_BUFFER_FLAG_SET (packet, GST_BUFFER_FLAG_DELTA_UNIT);
  return packet;
}

static void
send_big (GstIceSender * sender, guint16 seqnum, gboolean delta)
{
  g_autoptr (GstBuffer) packet = big_packet_new (seqnum, delta);

  fail_unless_equals_int (gst_ice_sender_send_packet (sender, packet),
      GST_FLOW_OK);
}

/* Issue 17, 6: too slow for a quarter of a megabyte: nothing before a key frame. */
GST_START_TEST (test_slow_peer_is_taken_up_at_a_key_frame)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  Peer slow;
  GstIceSenderCounts counts;

  peer_init (&slow, sender);
  fake_route_set_limits (slow.route, 0, G_MAXUINT);
  for (guint i = 0; i < 30; i++)
    send_big (sender, (guint16) i, TRUE);
  gst_ice_sender_get_counts (sender, &counts);
  fail_unless_equals_uint64 (counts.packets_slow, 30);
  fail_unless_equals_uint64 (counts.packets_sent, 0);

  fake_route_set_limits (slow.route, G_MAXUINT, G_MAXUINT);
  send_big (sender, 40, TRUE);
  assert_taken (&slow, "");
  send_big (sender, 41, FALSE);
  send_big (sender, 42, TRUE);
  assert_taken (&slow, "41 42");
  assert_counts (sender, 2, 31, 31);
  peer_clear (&slow, sender);
}

GST_END_TEST;

static GstCaps *
caps_from (const gchar * fields)
{
  g_autofree gchar *text = g_strdup_printf ("application/x-rtp, media=video, "
      "encoding-name=VP8, clock-rate=90000, %s", fields);

  return gst_caps_from_string (text);
}

#define SENDTIME "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
#define TOFFSET "urn:ietf:params:rtp-hdrext:toffset"

static const struct
{
  const gchar *agreed;
  guint8 profile[2];
  guint8 extensions[8];
  guint8 type;                  /* that leaves */
  guint8 leaves[8];
} numbers[] = {
  /* Both are known by other numbers. */
  {"payload=120, extmap-3=" TOFFSET ", extmap-7=" SENDTIME, {0xbe, 0xde},
      {0x12, 1, 2, 3, 0x22, 4, 5, 6}, 120, {0x72, 1, 2, 3, 0x32, 4, 5, 6}},
  /* The numbers change places. */
  {"payload=96, extmap-2=" SENDTIME ", extmap-1=" TOFFSET, {0xbe, 0xde},
      {0x12, 1, 2, 3, 0x22, 4, 5, 6}, 96, {0x22, 1, 2, 3, 0x12, 4, 5, 6}},
  /* What the peer does not know becomes padding. */
  {"payload=97, extmap-4=" SENDTIME, {0xbe, 0xde},
      {0x12, 1, 2, 3, 0x22, 4, 5, 6}, 97, {0x42, 1, 2, 3, 0, 0, 0, 0}},
  /* Of what no caps tell, the number stays. */
  {"payload=97, extmap-4=" SENDTIME, {0xbe, 0xde},
      {0x92, 1, 2, 3, 0, 0x10, 4, 0}, 97, {0x92, 1, 2, 3, 0, 0x40, 4, 0}},
  {"payload=97, extmap-200=" SENDTIME, {0x10, 0},
      {1, 3, 1, 2, 3, 2, 1, 9}, 97, {200, 3, 1, 2, 3, 0, 0, 0}},
  /* A number that the short form has no room for. */
  {"payload=97, extmap-20=" SENDTIME, {0xbe, 0xde},
      {0x12, 1, 2, 3, 0, 0, 0, 0}, 97, {0, 0, 0, 0, 0, 0, 0, 0}},
  /* It promises more than there is. */
  {"payload=97, extmap-4=" SENDTIME, {0xbe, 0xde},
      {0x1f, 1, 2, 3, 4, 5, 6, 7}, 97, {0x1f, 1, 2, 3, 4, 5, 6, 7}},
};

/* Issue 17, 1: each peer has its own payload types and numbers of header extensions. */
GST_START_TEST (test_packets_have_the_numbers_of_their_peer)
{
  g_autoptr (GstCaps) written = caps_from ("payload=96, extmap-1=" SENDTIME
      ", extmap-2=" TOFFSET);
  g_autoptr (GstCaps) agreed = caps_from (numbers[__i__].agreed);
  g_autoptr (GstIceDestination) destination = gst_ice_destination_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstBufferList) clear = gst_buffer_list_new ();
  g_autoptr (GstBufferList) list = NULL;
  g_auto (GstIceWay) way = { NULL, };
  guint8 bytes[25] = { 0x90, 96, 0, 1,[15] = 2,[24] = 0xaa }, seen[25];

  memcpy (bytes + 12, numbers[__i__].profile, 2);
  memcpy (bytes + 16, numbers[__i__].extensions, 8);
  gst_buffer_list_add (clear, gst_buffer_new_memdup (bytes, sizeof bytes));
  gst_ice_destination_set_route (destination, route);
  gst_ice_destination_set_written (destination, written);
  gst_ice_destination_set_agreed (destination, agreed);
  gst_ice_destination_look (destination, &way);
  list = gst_ice_way_prepare (&way, clear);

  fail_unless_equals_int (gst_buffer_list_length (list), 1);
  gst_buffer_extract (gst_buffer_list_get (list, 0), 0, seen, sizeof seen);
  fail_unless_equals_int (seen[1], numbers[__i__].type);
  fail_unless (memcmp (seen + 16, numbers[__i__].leaves, 8) == 0);
  fail_unless_equals_int (seen[24], 0xaa);
  /* Whoever else has the packet keeps what he has. */
  gst_buffer_extract (gst_buffer_list_get (clear, 0), 0, seen, sizeof seen);
  fail_unless (memcmp (seen, bytes, sizeof bytes) == 0);
}

GST_END_TEST;

static Suite *
destination_suite (void)
{
  Suite *s = suite_create ("destination");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_each_peer_gets_all_while_it_is_there);
  tcase_add_test (tc, test_peer_without_a_way_is_not_waited_for);
  tcase_add_test (tc, test_first_packet_has_a_time);
  tcase_add_test (tc, test_full_socket_holds_nobody_up);
  tcase_add_test (tc, test_slow_peer_is_taken_up_at_a_key_frame);
  tcase_add_loop_test (tc, test_packets_have_the_numbers_of_their_peer, 0,
      G_N_ELEMENTS (numbers));
  return s;
}

GST_CHECK_MAIN (destination);
