/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticedemux.h"
#include "icetest.h"

/* A demux with both its receivers. */
typedef struct
{
  GstIceDemux *demux;
  GstIceReceiver *rtp;
  GstIceReceiver *rtcp;
  GstIceRtcpDemux *rtcp_demux;
} Fixture;

static void
fixture_init (Fixture * f, gboolean mux)
{
  f->demux = gst_ice_demux_new ();
  f->rtp = gst_ice_receiver_new (10000);
  f->rtcp = gst_ice_receiver_new (10000);
  f->rtcp_demux = gst_ice_rtcp_demux_new (FALSE, NULL, NULL);
  gst_ice_rtcp_demux_add (f->rtcp_demux, f->rtcp, NULL);
  gst_ice_demux_set_receivers (f->demux, mux, f->rtp, f->rtcp_demux);
}

static void
fixture_clear (Fixture * f)
{
  g_object_unref (f->demux);
  gst_ice_rtcp_demux_unref (f->rtcp_demux);
  g_object_unref (f->rtp);
  g_object_unref (f->rtcp);
}

static void
deliver (Fixture * f, GstBuffer * packet)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, packet);
  gst_ice_demux_deliver (f->demux, list);
}

/* Returns: (transfer full): the sequence numbers of all that @receiver got, in its
 *     lists: "1 2, 3"; packets without one are 0 */
static gchar *
drain (GstIceReceiver * receiver)
{
  GString *text = g_string_new (NULL);
  GstBufferList *list = NULL;
  GstCaps *caps = NULL;

  gst_ice_receiver_end (receiver, GST_ICE_ENDING_ENDED);
  while (gst_ice_receiver_receive (receiver, 0, &list, &caps) == GST_FLOW_OK) {
    g_autofree gchar *packets = packets_to_string (list);

    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", packets);
    gst_buffer_list_unref (list);
  }
  return g_string_free (text, FALSE);
}

static void
assert_got (GstIceReceiver * receiver, const gchar * expected)
{
  g_autofree gchar *got = drain (receiver);

  fail_unless_equals_string (got, expected);
}

static guint
count_packets (GstIceReceiver * receiver)
{
  GstIceReceiverCounts counts;

  gst_ice_receiver_get_counts (receiver, &counts);
  return (guint) counts.packets_received;
}

/* RFC 5761, 4: the second byte's lower seven bits. */
static const struct
{
  guint8 first, second;
  gboolean rtcp;
} packets[] = {
  {0x80, 63, FALSE}, {0x80, 64, TRUE}, {0x80, 72, TRUE}, {0x80, 95, TRUE},
  {0x80, 96, FALSE}, {0x80, 0, FALSE}, {0x80, 127, FALSE},
  /* With the marker bit: RTCP packet types 192 to 223, SR is 200. */
  {0x80, 191, FALSE}, {0x80, 192, TRUE}, {0x81, 200, TRUE}, {0x80, 223, TRUE},
  {0x80, 224, FALSE},
  /* Padding, extension, count: still version 2. */
  {0xbf, 200, TRUE},
  /* Not version 2: DTLS, STUN, ZRTP and noise are no RTCP. */
  {0x40, 200, FALSE}, {0x00, 200, FALSE}, {0xc0, 200, FALSE},
};

GST_START_TEST (test_rtcp_is_told_by_payload_type_and_version)
{
  Fixture f;
  guint8 data[13] = { packets[__i__].first, packets[__i__].second, 0, 7 };

  fixture_init (&f, TRUE);
  deliver (&f, gst_buffer_new_memdup (data, sizeof (data)));
  assert_got (f.rtp, packets[__i__].rtcp ? "" : "7");
  assert_got (f.rtcp, packets[__i__].rtcp ? "7" : "");
  fixture_clear (&f);
}

GST_END_TEST;

/* The sizes at which packets begin to be what they look like. Issue 15. */
static const struct
{
  guint8 first, second;
  guint min_size;
} sizes[] = {
  {0x80, 96, 12}, {0x80, 200, 8}, {0x81, 201, 8}, {22, 254, 13}, {63, 0, 13},
  {0xff, 0xff, 12}, {0x40, 0, 12},
};

GST_START_TEST (test_what_is_too_short_is_dropped_before_it_is_queued)
{
  const guint8 head[16] = { sizes[__i__].first, sizes[__i__].second, 0, 7 };
  const gboolean rtcp = sizes[__i__].min_size == 8;
  GstIceDemuxCounts counts;
  Fixture f;

  fixture_init (&f, TRUE);
  deliver (&f, gst_buffer_new ());
  for (guint size = 1; size <= sizeof (head); size++)
    deliver (&f, gst_buffer_new_memdup (head, size));
  gst_ice_demux_get_counts (f.demux, &counts);
  fail_unless_equals_uint64 (counts.packets_unclaimed, sizes[__i__].min_size);
  for (guint size = 0; size <= sizeof (head); size++)
    fail_unless_equals_int (gst_ice_demux_tell (head, size) != 0,
        size >= sizes[__i__].min_size);
  fail_unless_equals_int (count_packets (rtcp ? f.rtcp : f.rtp),
      sizeof (head) + 1 - sizes[__i__].min_size);
  fail_unless_equals_int (count_packets (rtcp ? f.rtp : f.rtcp), 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_without_mux_all_is_one)
{
  Fixture f;

  fixture_init (&f, FALSE);
  deliver (&f, packet_new (200, 1));
  deliver (&f, packet_new (96, 2));
  assert_got (f.rtp, "1, 2");
  assert_got (f.rtcp, "");
  fixture_clear (&f);
}

GST_END_TEST;

static GstBufferList *
mixed_list (void)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, packet_new (96, 1));
  gst_buffer_list_add (list, packet_new (200, 2));
  gst_buffer_list_add (list, packet_new (96, 3));
  gst_buffer_list_add (list, packet_new (201, 4));
  gst_buffer_list_add (list, packet_new (96, 5));
  return list;
}

GST_START_TEST (test_mixed_lists_keep_their_order)
{
  Fixture f;
  GstIceDemuxCounts counts;

  fixture_init (&f, TRUE);
  gst_ice_demux_deliver (f.demux, mixed_list ());
  gst_ice_demux_deliver (f.demux, packets_new (6, 2));
  assert_got (f.rtp, "1 3 5, 6 7");
  assert_got (f.rtcp, "2 4");

  gst_ice_demux_get_counts (f.demux, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 7);
  fail_unless_equals_uint64 (counts.bytes_received, 7 * 12);
  fail_unless_equals_uint64 (counts.packets_unclaimed, 0);
  fixture_clear (&f);
}

GST_END_TEST;

/* Who has seen the packets passes on what they are: nothing looks again. */
GST_START_TEST (test_known_kinds_are_believed)
{
  const guint8 media[12] = { 0x80, 96 }, rtcp[12] = { 0x80, 200 };
  const guint kinds = gst_ice_demux_tell (media, sizeof (media));
  Fixture f;

  fixture_init (&f, TRUE);
  gst_ice_demux_deliver_known (f.demux, mixed_list (),
      kinds | gst_ice_demux_tell (rtcp, sizeof (rtcp)), 10);
  gst_ice_demux_deliver_known (f.demux, mixed_list (), kinds, 10);
  assert_got (f.rtp, "1 3 5, 1 2 3 4 5");
  assert_got (f.rtcp, "2 4");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_unclaimed_packets_are_counted)
{
  Fixture f;
  GstIceDemuxCounts counts;

  fixture_init (&f, TRUE);
  gst_ice_demux_set_receivers (f.demux, TRUE, f.rtp, NULL);
  gst_ice_demux_deliver (f.demux, mixed_list ());
  gst_ice_demux_set_receivers (f.demux, TRUE, NULL, f.rtcp_demux);
  gst_ice_demux_deliver (f.demux, mixed_list ());
  gst_ice_demux_set_receivers (f.demux, FALSE, NULL, NULL);
  gst_ice_demux_deliver (f.demux, mixed_list ());
  assert_got (f.rtp, "1 3 5");
  assert_got (f.rtcp, "2 4");

  gst_ice_demux_get_counts (f.demux, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 15);
  fail_unless_equals_uint64 (counts.packets_unclaimed, 2 + 3 + 5);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_inlet_drops_its_references)
{
  Fixture f;
  GstIceReceiver *receiver;

  fixture_init (&f, TRUE);
  receiver = f.rtp;
  g_object_add_weak_pointer (G_OBJECT (receiver), (gpointer *) & receiver);
  gst_ice_demux_set_receivers (f.demux, TRUE, NULL, f.rtcp_demux);
  g_clear_object (&f.rtp);
  fail_unless (receiver == NULL);
  g_object_unref (f.demux);
  gst_ice_rtcp_demux_unref (f.rtcp_demux);
  g_object_unref (f.rtcp);
}

GST_END_TEST;

static Suite *
iceinlet_suite (void)
{
  Suite *s = suite_create ("icedemux");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_rtcp_is_told_by_payload_type_and_version, 0,
      G_N_ELEMENTS (packets));
  tcase_add_loop_test (tc,
      test_what_is_too_short_is_dropped_before_it_is_queued, 0,
      G_N_ELEMENTS (sizes));
  tcase_add_test (tc, test_without_mux_all_is_one);
  tcase_add_test (tc, test_mixed_lists_keep_their_order);
  tcase_add_test (tc, test_known_kinds_are_believed);
  tcase_add_test (tc, test_unclaimed_packets_are_counted);
  tcase_add_test (tc, test_inlet_drops_its_references);
  return s;
}

GST_CHECK_MAIN (iceinlet);
