/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeinbound.h"

#include <gst/check/gstcheck.h>

#define RATE 8000
#define FORMATS "application/x-rtp,payload=0,clock-rate=8000;" \
    "application/x-rtp,payload=96,clock-rate=90000"

static GstBuffer *
packet_new (guint8 payload, guint16 number, guint32 timestamp, guint32 ssrc)
{
  guint8 *data = g_malloc0 (20);

  data[0] = 0x80;
  data[1] = payload;
  GST_WRITE_UINT16_BE (data + 2, number);
  GST_WRITE_UINT32_BE (data + 4, timestamp);
  GST_WRITE_UINT32_BE (data + 8, ssrc);
  return gst_buffer_new_wrapped (data, 20);
}

static void
add (GstIceInbound * self, guint8 payload, guint16 number, guint32 timestamp,
    guint32 ssrc, gint64 arrived_us)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();

  gst_buffer_list_add (list, packet_new (payload, number, timestamp, ssrc));
  gst_ice_inbound_add_list (self, list, arrived_us);
}

/* What comes, by number; -1 ends. */
static const struct
{
  const gchar *what;
  gint numbers[12];
  guint n_received;
  gint n_lost;
  guint n_reordered, n_duplicated;
} rows[] = {
  {"in order", {1, 2, 3, 4, -1}, 4, 0, 0, 0},
  {"from 0 on", {0, 1, 2, -1}, 3, 0, 0, 0},
  {"one is lost", {1, 2, 4, 5, -1}, 4, 1, 0, 0},
  {"many are lost", {1, 1001, -1}, 2, 999, 0, 0},
  {"over the end of the numbers", {65534, 65535, 0, 1, -1}, 4, 0, 0, 0},
  {"one is lost there", {65534, 0, 1, -1}, 3, 1, 0, 0},
  {"all are lost there", {65530, 3, -1}, 2, 8, 0, 0},
  {"late", {1, 3, 2, 4, -1}, 4, 0, 1, 0},
  {"late over the end", {65535, 1, 0, 2, -1}, 4, 0, 1, 0},
  {"late at the beginning", {2, 1, 3, -1}, 3, 0, 1, 0},
  {"late before the first of all numbers", {0, 65535, 1, -1}, 3, 0, 1, 0},
  {"a copy", {1, 2, 2, 3, -1}, 4, -1, 0, 1},
  {"a late copy", {1, 2, 3, 1, 4, -1}, 5, -1, 0, 1},
  {"a copy of a late one", {1, 3, 2, 2, -1}, 4, -1, 1, 1},
  {"one number that is far off", {1, 2, 30000, 3, -1}, 3, 0, 0, 0},
  {"a source that begins anew", {1, 2, 4, 30000, 30001, 30002, -1}, 5, 1, 0,
      0},
  {"anew, and loses again", {1, 2, 4, 30000, 30001, 30004, -1}, 5, 3, 0, 0},
};

GST_START_TEST (test_numbers)
{
  GstIceInbound inbound = { NULL, };
  GstIceInboundCounts counts;
  guint n;

  for (guint i = 0; rows[__i__].numbers[i] >= 0; i++)
    add (&inbound, 0, (guint16) rows[__i__].numbers[i], 0, 7, 1000);
  gst_ice_inbound_sum (&inbound, &counts, &n);
  fail_unless_equals_int (n, 1);
  fail_unless_equals_int (counts.ssrc, 7);
  fail_unless (counts.n_received == rows[__i__].n_received &&
      counts.n_lost == rows[__i__].n_lost &&
      counts.n_reordered == rows[__i__].n_reordered &&
      counts.n_duplicated == rows[__i__].n_duplicated,
      "%s: %u received, %d lost, %u late, %u copies", rows[__i__].what,
      (guint) counts.n_received, (gint) counts.n_lost,
      (guint) counts.n_reordered, (guint) counts.n_duplicated);
  gst_ice_inbound_clear (&inbound);
}

GST_END_TEST;

/* RFC 3550, A.8: a sixteenth of each difference, here of 10 ms after even ones. */
GST_START_TEST (test_jitter)
{
  g_autoptr (GstCaps) formats = gst_caps_from_string (FORMATS);
  GstIceInbound inbound = { NULL, };
  GstIceInboundCounts counts;
  guint n;

  gst_ice_inbound_set_formats (&inbound, formats);
  for (guint i = 0; i < 10; i++)
    add (&inbound, 0, (guint16) i, i * 160, 7, 5000000 + i * 20000);
  gst_ice_inbound_sum (&inbound, &counts, &n);
  fail_unless (counts.jitter_s == 0);

  add (&inbound, 0, 10, 10 * 160, 7, 5000000 + 10 * 20000 + 10000);
  gst_ice_inbound_sum (&inbound, &counts, &n);
  fail_unless (ABS (counts.jitter_s - 0.010 / 16) < 1e-9, "%g",
      counts.jitter_s);

  /* Always 10 ms early or late: 20 ms of difference in the end. */
  for (guint i = 11; i < 500; i++)
    add (&inbound, 0, (guint16) i, i * 160, 7,
        5000000 + i * 20000 + (i % 2 ? 0 : 20000));
  gst_ice_inbound_sum (&inbound, &counts, &n);
  fail_unless (ABS (counts.jitter_s - 0.020) < 0.0005, "%g", counts.jitter_s);
  gst_ice_inbound_clear (&inbound);
}

GST_END_TEST;

/* What jitter has nothing to measure by, or would measure wrongly. */
static const struct
{
  const gchar *what;
  guint8 first, second;         /* payload types */
  gboolean anew;                /* the source begins anew */
} timeless[] = {
  {"no clock rate is known", 5, 5, FALSE},
  {"another clock rate", 0, 96, FALSE},
  {"another clock", 0, 0, TRUE},
};

GST_START_TEST (test_no_jitter)
{
  g_autoptr (GstCaps) formats = gst_caps_from_string (FORMATS);
  GstIceInbound inbound = { NULL, };
  GstIceInboundCounts counts;
  guint n;

  gst_ice_inbound_set_formats (&inbound, formats);
  add (&inbound, timeless[__i__].first, 1, 160, 7, 5000000);
  if (timeless[__i__].anew) {
    add (&inbound, 0, 30000, 1000000, 7, 5020000);
    add (&inbound, 0, 30001, 1000160, 7, 5040000);
  } else {
    add (&inbound, timeless[__i__].second, 2, 999999, 7, 5020000);
  }
  gst_ice_inbound_sum (&inbound, &counts, &n);
  fail_unless (counts.jitter_s == 0, "%s", timeless[__i__].what);
  gst_ice_inbound_clear (&inbound);
}

GST_END_TEST;

/* A restart of the publisher may give a number to another codec. */
GST_START_TEST (test_number_means_another_format)
{
  g_autoptr (GstCaps) before = gst_caps_from_string (FORMATS);
  g_autoptr (GstCaps) after =
      gst_caps_from_string ("application/x-rtp,payload=0,clock-rate=90000");
  GstIceInbound inbound = { NULL, };
  GstIceInboundCounts counts;
  guint n;

  gst_ice_inbound_set_formats (&inbound, before);
  for (guint i = 0; i < 3; i++)
    add (&inbound, 0, (guint16) i, i * 160, 7, 5000000 + i * 20000);
  gst_ice_inbound_set_formats (&inbound, after);
  for (guint i = 3; i < 13; i++)
    add (&inbound, 0, (guint16) i, i * 1800, 7, 5000000 + i * 20000);
  gst_ice_inbound_sum (&inbound, &counts, &n);
  fail_unless (counts.jitter_s == 0, "%g", counts.jitter_s);
  gst_ice_inbound_clear (&inbound);
}

GST_END_TEST;

/* Sources come and go, or somebody makes them up: what they lost stays counted, and no
 * more than the last few are kept. */
GST_START_TEST (test_sources_are_bounded)
{
  GstIceInbound inbound = { NULL, };
  GstIceInboundCounts counts;
  guint n;

  for (guint i = 0; i < 1000; i++) {
    add (&inbound, 0, 1, 0, i, i);
    add (&inbound, 0, 3, 0, i, i);
  }
  gst_ice_inbound_sum (&inbound, &counts, &n);
  fail_unless_equals_int (n, GST_ICE_INBOUND_MAX);
  fail_unless_equals_uint64 (counts.n_received, 2000);
  fail_unless_equals_int64 (counts.n_lost, 1000);
  fail_unless_equals_int (counts.ssrc, 999);
  for (guint i = 0; i < n; i++) {
    gst_ice_inbound_get (&inbound, i, &counts);
    fail_unless (counts.ssrc >= 1000 - GST_ICE_INBOUND_MAX);
    fail_unless_equals_int64 (counts.n_lost, 1);
  }
  gst_ice_inbound_clear (&inbound);
}

GST_END_TEST;

/* RTCP, other versions, and what is cut off is no source. */
GST_START_TEST (test_other_packets_are_no_source)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  GstIceInbound inbound = { NULL, };
  GstIceInboundCounts counts;
  GstBuffer *old = packet_new (0, 1, 0, 1);
  guint n;

  gst_buffer_memset (old, 0, 0x40, 1);
  gst_buffer_list_add (list, old);
  gst_buffer_list_add (list, packet_new (200 & 0x7f, 1, 0, 2));
  gst_buffer_list_add (list, packet_new (0x80 | (207 & 0x7f), 1, 0, 3));
  gst_buffer_list_add (list, gst_buffer_new_wrapped (g_malloc0 (11), 11));
  gst_buffer_list_add (list, gst_buffer_new ());
  gst_ice_inbound_add_list (&inbound, list, 0);
  gst_ice_inbound_sum (&inbound, &counts, &n);
  fail_unless_equals_int (n, 0);
  fail_unless_equals_uint64 (counts.n_received, 0);
  gst_ice_inbound_clear (&inbound);
}

GST_END_TEST;

static Suite *
inbound_suite (void)
{
  Suite *s = suite_create ("inbound");
  TCase *tc = tcase_create ("inbound");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_numbers, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_jitter);
  tcase_add_loop_test (tc, test_no_jitter, 0, G_N_ELEMENTS (timeless));
  tcase_add_test (tc, test_number_means_another_format);
  tcase_add_test (tc, test_sources_are_bounded);
  tcase_add_test (tc, test_other_packets_are_no_source);
  return s;
}

GST_CHECK_MAIN (inbound);
