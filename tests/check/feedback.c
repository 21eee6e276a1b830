/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeroute.h"
#include "gsticertcp.h"
#include "gsticertcpdemux.h"
#include "icetest.h"

/* The source of packet_new(). */
#define OURS 0
#define OTHER 0xbb
#define PEER 0xa

/* A sender that has sent @n packets, and what its peer says of it. */
typedef struct
{
  GstIceSender *sender;
  GstIceFeedback *feedback;
  gint n_calls;
} Fixture;

static void
on_asked (gpointer user_data)
{
  ((Fixture *) user_data)->n_calls++;
}

static void
fixture_send (Fixture * f, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (1, n);

  fail_unless_equals_int (gst_ice_sender_send_list (f->sender, list),
      GST_FLOW_OK);
}

static void
fixture_init (Fixture * f, guint n)
{
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  f->n_calls = 0;
  f->sender = gst_ice_sender_new ();
  f->feedback =
      gst_ice_feedback_new (f->sender,
      gst_ice_sender_get_destination (f->sender));
  gst_ice_requests_set_func (gst_ice_sender_get_requests (f->sender), on_asked,
      f);
  gst_ice_requests_set_interval (gst_ice_sender_get_requests (f->sender), 500);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (f->sender),
      route);
  fixture_send (f, n);
}

static void
fixture_clear (Fixture * f)
{
  gst_ice_feedback_unref (f->feedback);
  g_object_unref (f->sender);
}

static void
take_buffer (Fixture * f, GstBuffer * packet)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (packet, &map, GST_MAP_READ));
  gst_ice_feedback_take (f->feedback, map.data, map.size);
  gst_buffer_unmap (packet, &map);
  gst_buffer_unref (packet);
}

/* @fir_number: -1: PLI */
static void
ask_key_unit (Fixture * f, guint32 ssrc, gint fir_number)
{
  take_buffer (f, gst_ice_rtcp_make_key_unit_request (PEER, "x", ssrc,
          fir_number));
}

static void
nack (Fixture * f, guint32 ssrc, guint16 first, guint16 following)
{
  guint8 bytes[16] = { 0x81, 205, 0, 3, 0, 0, 0, PEER };

  GST_WRITE_UINT32_BE (bytes + 8, ssrc);
  GST_WRITE_UINT16_BE (bytes + 12, first);
  GST_WRITE_UINT16_BE (bytes + 14, following);
  gst_ice_feedback_take (f->feedback, bytes, sizeof (bytes));
}

/* @seconds: since the beginning; @expected: what is to be done: "key 1 2 3 in 400 ms" */
static void
assert_asked (Fixture * f, gdouble seconds, const gchar * expected)
{
  g_autoptr (GArray) packets = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean key_unit;
  gint64 wait_us = gst_ice_requests_take (gst_ice_sender_get_requests
      (f->sender), (gint64) ((100 + seconds) * G_USEC_PER_SEC), &key_unit,
      &packets);

  g_string_append (text, key_unit ? "key" : "");
  for (guint i = 0; i < packets->len; i++)
    g_string_append_printf (text, " %u",
        g_array_index (packets, GstIceLostPacket, i).seqnum);
  if (wait_us > 0)
    g_string_append_printf (text, " in %u ms", (guint) (wait_us / 1000));
  fail_unless_equals_string (text->str, expected);
}

static GArray *
take_packets (GstIceRequests * requests)
{
  GArray *packets;
  gboolean key_unit;

  gst_ice_requests_take (requests, 0, &key_unit, &packets);
  return packets;
}

GST_START_TEST (test_pli_and_fir_of_our_source_ask_once)
{
  Fixture f;

  fixture_init (&f, 1);
  ask_key_unit (&f, OTHER, -1);
  ask_key_unit (&f, OTHER, 1);
  fail_unless_equals_int (f.n_calls, 0);
  assert_asked (&f, 0, "");

  for (guint i = 0; i < 1000; i++)
    ask_key_unit (&f, OURS, -1);
  ask_key_unit (&f, OURS, 1);
  fail_unless_equals_int (f.n_calls, 1);
  assert_asked (&f, 0, "key");
  assert_asked (&f, 0, "");
  fixture_clear (&f);
}

GST_END_TEST;

/* What comes too early is not lost. */
GST_START_TEST (test_key_units_keep_their_interval)
{
  Fixture f;

  fixture_init (&f, 1);
  ask_key_unit (&f, OURS, -1);
  assert_asked (&f, 0, "key");
  ask_key_unit (&f, OURS, -1);
  assert_asked (&f, 0.1, " in 400 ms");
  assert_asked (&f, 0.4, " in 100 ms");
  assert_asked (&f, 0.5, "key");
  assert_asked (&f, 0.6, "");
  ask_key_unit (&f, OURS, -1);
  assert_asked (&f, 1.1, "key");
  fixture_clear (&f);
}

GST_END_TEST;

/* RFC 5104, 4.3.1.2: the number changes with each wish. */
GST_START_TEST (test_repeated_fir_is_one_wish)
{
  Fixture f;

  fixture_init (&f, 1);
  ask_key_unit (&f, OURS, 0);
  assert_asked (&f, 0, "key");
  ask_key_unit (&f, OURS, 0);
  assert_asked (&f, 1, "");
  ask_key_unit (&f, OURS, 1);
  assert_asked (&f, 2, "key");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_nack_asks_for_packets_of_our_source)
{
  Fixture f;

  fixture_init (&f, 100);
  nack (&f, OTHER, 1, 0);
  assert_asked (&f, 0, "");
  nack (&f, OURS, 5, 0x8001);
  nack (&f, OURS, 6, 0);
  fail_unless_equals_int (f.n_calls, 1);
  assert_asked (&f, 0, " 5 6 21");
  nack (&f, OURS, 65535, 1);
  fail_unless_equals_int (f.n_calls, 2);
  assert_asked (&f, 0, " 65535 0");
  fixture_clear (&f);
}

GST_END_TEST;

/* Nobody can have lost what has not left: it would be kept from others. */
GST_START_TEST (test_nack_asks_for_nothing_that_is_not_sent)
{
  Fixture f;

  fixture_init (&f, 3);
  nack (&f, OURS, 3, 0x7);
  assert_asked (&f, 0, " 3");
  nack (&f, OURS, 4, 0);
  nack (&f, OURS, 3 + 0x7fff, 0);
  assert_asked (&f, 0, "");
  fixture_clear (&f);
}

GST_END_TEST;

#define N_VIEWERS 3

/* What is sent again goes to who has asked for it, and to nobody else. */
GST_START_TEST (test_packet_is_sent_again_to_who_asked)
{
  static const gchar *const expected[N_VIEWERS] = {
    "1 2 3 4 5 3 6", "1 2 3 4 5 6", "1 2 3 4 5 2 3 6"
  };
  static const guint again[] = { 2, 3 };
  GstIceDestination *viewers[N_VIEWERS];
  GstIceFeedback *feedbacks[N_VIEWERS];
  GstIceRoute *routes[N_VIEWERS];
  Fixture f;

  fixture_init (&f, 0);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (f.sender),
      NULL);
  for (guint i = 0; i < N_VIEWERS; i++) {
    routes[i] = fake_route_new (NULL);
    viewers[i] = gst_ice_destination_new ();
    feedbacks[i] = gst_ice_feedback_new (f.sender, viewers[i]);
    gst_ice_destination_set_route (viewers[i], routes[i]);
    gst_ice_sender_add (f.sender, viewers[i]);
  }
  fixture_send (&f, 5);
  for (guint i = 0; i < N_VIEWERS; i++) {
    GstIceFeedback *own = f.feedback;

    f.feedback = feedbacks[i];
    if (i == 2)
      nack (&f, OURS, 2, 0x1);
    else if (i == 0)
      nack (&f, OURS, 3, 0);
    f.feedback = own;
  }
  for (guint i = 0; i < G_N_ELEMENTS (again); i++) {
    g_autoptr (GstBuffer) packet = packet_new (0, (guint16) again[i]);

    fail_unless_equals_int (gst_ice_sender_send_packet (f.sender, packet),
        GST_FLOW_OK);
  }
  {
    g_autoptr (GstBuffer) next = packet_new (0, 6);

    gst_ice_sender_send_packet (f.sender, next);
  }
  for (guint i = 0; i < N_VIEWERS; i++) {
    g_autofree gchar *taken = fake_route_get_taken (routes[i]);

    fail_unless_equals_string (taken, expected[i]);
    gst_ice_sender_remove (f.sender, viewers[i]);
    gst_ice_feedback_unref (feedbacks[i]);
    g_object_unref (viewers[i]);
    g_object_unref (routes[i]);
  }
  fixture_clear (&f);
}

GST_END_TEST;

/* A number comes again for another packet, and a peer may ask for what never comes. */
GST_START_TEST (test_who_asked_is_forgotten)
{
  const GstIceLostPacket packet = { OURS, 7 };
  g_autoptr (GstIceRequests) requests = gst_ice_requests_new ();
  gint peers[2];

  fail_if (gst_ice_requests_has_askers (requests));
  gst_ice_requests_ask_packets (requests, &packet, 1, &peers[0], 0);
  fail_unless (gst_ice_requests_has_askers (requests));
  fail_unless (gst_ice_requests_take_askers (requests, &packet,
          3 * G_TIME_SPAN_SECOND) == NULL);
  fail_if (gst_ice_requests_has_askers (requests));

  for (guint i = 0; i < 100000; i++) {
    const GstIceLostPacket other = { OURS, (guint16) (1000 + i % 60000) };

    gst_ice_requests_ask_packets (requests, &other, 1, &peers[0], 0);
    g_array_unref (take_packets (requests));
  }
  gst_ice_requests_ask_packets (requests, &packet, 1, &peers[1], 0);
  {
    g_autoptr (GPtrArray) askers =
        gst_ice_requests_take_askers (requests, &packet, 1);

    fail_unless_equals_int (askers->len, 1);
    fail_unless (g_ptr_array_index (askers, 0) == &peers[1]);
  }
}

GST_END_TEST;

/* Returns: how many packets are asked for by 10,000 NACKs of 17 packets each */
static guint
count_flood (Fixture * f)
{
  guint n = 0;

  for (guint i = 0; i < 10000; i++) {
    g_autoptr (GArray) packets = NULL;
    gboolean key_unit;

    nack (f, OURS, (guint16) (17 * i), 0xffff);
    gst_ice_requests_take (gst_ice_sender_get_requests (f->sender), 1,
        &key_unit, &packets);
    n += packets->len;
  }
  return n;
}

/* What is sent again is at most as much as what is sent, and a burst. */
GST_START_TEST (test_who_nacks_everything_gets_no_more_than_is_sent)
{
  Fixture f;

  fixture_init (&f, 1);
  fail_unless_equals_int (count_flood (&f), 256);
  fail_unless_equals_int (count_flood (&f), 0);
  fixture_send (&f, 100);
  fail_unless_equals_int (count_flood (&f), 50);
  fixture_send (&f, 10000);
  fail_unless_equals_int (count_flood (&f), 256);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_passive_feedback_asks_nothing)
{
  Fixture f;

  fixture_init (&f, 1);
  gst_ice_feedback_set_passive (f.feedback, TRUE);
  ask_key_unit (&f, OURS, -1);
  nack (&f, OURS, 5, 0);
  fail_unless_equals_int (f.n_calls, 0);
  assert_asked (&f, 0, "");
  fixture_clear (&f);
}

GST_END_TEST;

/* RFC 3550, 6.4.1, with W3C's names. */
GST_START_TEST (test_receiver_report_is_told_in_stats)
{
  guint8 report[32] = { 0x81, 201, 0, 7, 0, 0, 0, PEER };
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("x");
  const guint64 now = gst_ice_rtcp_to_ntp_time (g_get_real_time ());
  gdouble fraction, jitter, trip;
  gint64 lost;
  Fixture f;

  fixture_init (&f, 1);
  gst_ice_feedback_add_stats (f.feedback, 90000, stats);
  fail_unless_equals_int (gst_structure_n_fields (stats), 0);

  report[12] = 64;
  report[15] = 7;
  GST_WRITE_UINT32_BE (report + 20, 900);
  /* Our report left 3 s ago, and lay 1 s at the peer's. */
  GST_WRITE_UINT32_BE (report + 24, (guint32) (now >> 16) - 3 * 65536);
  GST_WRITE_UINT32_BE (report + 28, 65536);
  gst_ice_feedback_take (f.feedback, report, sizeof (report));
  gst_ice_feedback_add_stats (f.feedback, 90000, stats);
  fail_unless (gst_structure_get (stats, "packets-lost", G_TYPE_INT64, &lost,
          "fraction-lost", G_TYPE_DOUBLE, &fraction, "jitter", G_TYPE_DOUBLE,
          &jitter, "round-trip-time", G_TYPE_DOUBLE, &trip, NULL));
  fail_unless_equals_int64 (lost, 7);
  fail_unless_equals_float (fraction, 0.25);
  fail_unless_equals_float (jitter, 0.01);
  fail_unless (trip > 1.9 && trip < 20);
  fixture_clear (&f);
}

GST_END_TEST;

/* RTCP goes to elements and to feedback alike. */
GST_START_TEST (test_rtcp_demux_gives_to_all)
{
  g_autoptr (GstIceRtcpDemux) demux = gst_ice_rtcp_demux_new (FALSE, NULL,
      NULL);
  g_autoptr (GstIceReceiver) receiver = gst_ice_receiver_new (10000);
  GstBufferList *list = gst_buffer_list_new ();
  GstIceReceiverCounts counts;
  Fixture f;

  fixture_init (&f, 1);
  gst_ice_rtcp_demux_add (demux, receiver, NULL);
  gst_ice_rtcp_demux_add (demux, NULL, f.feedback);
  gst_buffer_list_add (list, gst_ice_rtcp_make_key_unit_request (PEER, "x",
          OURS, -1));
  fail_unless_equals_int (gst_ice_rtcp_demux_deliver (demux, list), 0);
  gst_ice_receiver_get_counts (receiver, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 1);
  assert_asked (&f, 0, "key");
  fixture_clear (&f);
}

GST_END_TEST;

/* A cipher that takes packets for the peer's that begin as RTCP does. */
G_DECLARE_FINAL_TYPE (PickyCipher, picky_cipher, PICKY, CIPHER, GstIceCipher);

struct _PickyCipher
{
  GstIceCipher parent;
};

G_DEFINE_TYPE (PickyCipher, picky_cipher, GST_TYPE_ICE_CIPHER);

static GstBufferList *
picky_cipher_unprotect (GstIceCipher * cipher, GstBufferList * list)
{
  guint8 first = 0;

  gst_buffer_extract (gst_buffer_list_get (list, 0), 0, &first, 1);
  if ((first & 0xc0) == 0x80)
    return list;
  gst_buffer_list_unref (list);
  return gst_buffer_list_new ();
}

static void
picky_cipher_class_init (PickyCipherClass * klass)
{
  GST_ICE_CIPHER_CLASS (klass)->unprotect = picky_cipher_unprotect;
}

static void
picky_cipher_init (PickyCipher * self)
{
}

/* Who only sends has nothing but the peer's reports to know by that it is there: those
 * that a cipher has authenticated show it, and no others. */
GST_START_TEST (test_reports_vouch_for_the_path)
{
  g_autoptr (GstIceCipher) cipher = g_object_new (picky_cipher_get_type (),
      NULL);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstIceRtcpDemux) demux = gst_ice_rtcp_demux_new (TRUE, cipher,
      route);
  GstBufferList *forged = gst_buffer_list_new ();
  GstBufferList *list = gst_buffer_list_new ();
  Fixture f;

  fixture_init (&f, 1);
  gst_ice_rtcp_demux_add (demux, NULL, f.feedback);
  gst_buffer_list_add (forged, gst_buffer_new_memdup ("forged", 6));
  gst_ice_rtcp_demux_deliver (demux, forged);
  fail_unless_equals_int64 (gst_ice_route_get_vouched_ms (route), 0);
  gst_buffer_list_add (list, gst_ice_rtcp_make_key_unit_request (PEER, "x",
          OURS, -1));
  gst_ice_rtcp_demux_deliver (demux, list);
  fail_unless (gst_ice_route_get_vouched_ms (route) > 0);
  fixture_clear (&f);
}

GST_END_TEST;

/* RFC 3550, 6.4.1: packets and octets of payload, of each source. */
GST_START_TEST (test_sources_are_counted)
{
  static const guint8 plain[20] = { 0x80, 96, 0, 1, 0, 0, 0, 7, 0, 0, 0, 1 };
  static const guint8 extended[32] = { 0x91, 96, 0, 2, 0, 0, 0, 8, 0, 0, 0, 1,
    0, 0, 0, 9, 0xbe, 0xde, 0, 1
  };
  static const guint8 rtcp[12] = { 0x80, 200, 0, 2, 0, 0, 0, 2 };
  GstBuffer *packets[3] = { gst_buffer_new_memdup (plain, 20),
    gst_buffer_new_memdup (extended, 32), gst_buffer_new_memdup (rtcp, 12)
  };
  GstIceSources sources = { 0, };
  GstIceSourceHead head;

  for (guint i = 0; i < 3; i++) {
    gst_ice_source_head_read (&head, packets[i], i * GST_SECOND);
    gst_ice_sources_note (&sources, &head, 1, gst_buffer_get_size (packets[i]));
    gst_buffer_unref (packets[i]);
  }
  fail_unless_equals_int (sources.n_sources, 1);
  fail_unless_equals_int (sources.sources[0].ssrc, 1);
  fail_unless_equals_int (sources.sources[0].rtp_time, 8);
  fail_unless_equals_uint64 (sources.sources[0].running_time, GST_SECOND);
  fail_unless_equals_uint64 (sources.sources[0].n_packets, 2);
  fail_unless_equals_uint64 (sources.sources[0].n_octets, 8 + 8);

  /* The one that was silent for longest goes. */
  for (guint32 ssrc = 2; ssrc <= 5; ssrc++) {
    head.is_rtp = TRUE;
    head.ssrc = ssrc;
    gst_ice_sources_note (&sources, &head, 1, 20);
    if (ssrc == 3) {
      head.ssrc = 2;
      gst_ice_sources_note (&sources, &head, 1, 20);
    }
  }
  fail_unless_equals_int (sources.n_sources, GST_ICE_MAX_SOURCES);
  fail_unless (gst_ice_sources_find (&sources, 1) == NULL);
  fail_unless_equals_uint64 (gst_ice_sources_find (&sources, 2)->n_packets, 2);
  fail_unless_equals_int (sources.sources[0].ssrc, 5);
}

GST_END_TEST;

static Suite *
icefeedback_suite (void)
{
  Suite *s = suite_create ("icefeedback");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_pli_and_fir_of_our_source_ask_once);
  tcase_add_test (tc, test_key_units_keep_their_interval);
  tcase_add_test (tc, test_repeated_fir_is_one_wish);
  tcase_add_test (tc, test_nack_asks_for_packets_of_our_source);
  tcase_add_test (tc, test_nack_asks_for_nothing_that_is_not_sent);
  tcase_add_test (tc, test_packet_is_sent_again_to_who_asked);
  tcase_add_test (tc, test_who_asked_is_forgotten);
  tcase_add_test (tc, test_who_nacks_everything_gets_no_more_than_is_sent);
  tcase_add_test (tc, test_passive_feedback_asks_nothing);
  tcase_add_test (tc, test_receiver_report_is_told_in_stats);
  tcase_add_test (tc, test_rtcp_demux_gives_to_all);
  tcase_add_test (tc, test_reports_vouch_for_the_path);
  tcase_add_test (tc, test_sources_are_counted);
  return s;
}

GST_CHECK_MAIN (icefeedback);
