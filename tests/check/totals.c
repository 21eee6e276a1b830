/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticereceiver.h"
#include "gsticesender.h"
#include "gsticetotals.h"

#include "fakeroute.h"
#include "icetest.h"

/* What is counted stays when who has counted it is gone. */
GST_START_TEST (test_counts_stay)
{
  GstIceReceiver *receiver = gst_ice_receiver_new (1 << 20);
  GstIceSender *sender = gst_ice_sender_new ();
  GstIceTotals before, during, after;
  GstBufferList *list = packets_new (0, 3);

  gst_ice_totals_collect (&before);
  gst_ice_receiver_deliver (receiver, list,
      gst_buffer_list_calculate_size (list));
  gst_ice_totals_collect (&during);
  fail_unless_equals_uint64 (during.packets_received - before.packets_received,
      3);
  g_object_unref (receiver);
  g_object_unref (sender);
  gst_ice_totals_collect (&after);
  fail_unless (memcmp (&during, &after, sizeof (after)) == 0);
}

GST_END_TEST;

/* The media of a group share a socket. */
GST_START_TEST (test_drops_of_a_shared_route_count_once)
{
  g_autoptr (GstIceReceiver) audio = gst_ice_receiver_new (1 << 20);
  g_autoptr (GstIceReceiver) video = gst_ice_receiver_new (1 << 20);
  g_autoptr (GstIceReceiver) other = gst_ice_receiver_new (1 << 20);
  g_autoptr (GstIceRoute) shared = fake_route_new (NULL);
  g_autoptr (GstIceRoute) own = fake_route_new (NULL);
  GstIceTotals totals;

  gst_ice_receiver_set_route (audio, shared);
  gst_ice_receiver_set_route (video, shared);
  gst_ice_receiver_set_route (other, own);
  for (guint i = 0; i < 5; i++)
    fake_route_drop (shared);
  fake_route_drop (own);

  for (guint i = 0; i < 2; i++) {
    gst_ice_totals_collect (&totals);
    fail_unless_equals_uint64 (totals.kernel_drops, 6);
  }
}

GST_END_TEST;

static void
add_up (const gchar * family, const gchar * label, guint64 n, gpointer sum)
{
  if (g_str_equal (family, "things"))
    *(guint64 *) sum += g_str_equal (label, "one") ? n : 1000 * n;
}

/* Of more kinds than there may be the rest is left out. */
GST_START_TEST (test_kinds_are_bounded)
{
  guint64 sum = 0;

  gst_ice_totals_count ("things", "one");
  gst_ice_totals_count ("things", "one");
  gst_ice_totals_count ("things", "two");
  gst_ice_totals_foreach (add_up, &sum);
  fail_unless_equals_uint64 (sum, 1002);
  for (guint i = 0; i < 1000; i++) {
    g_autofree gchar *label = g_strdup_printf ("%u", i);

    gst_ice_totals_count ("many", label);
  }
  gst_ice_totals_count ("things", "one");
  sum = 0;
  gst_ice_totals_foreach (add_up, &sum);
  fail_unless_equals_uint64 (sum, 1003);
}

GST_END_TEST;

static Suite *
totals_suite (void)
{
  Suite *s = suite_create ("totals");
  TCase *tc = tcase_create ("totals");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_counts_stay);
  tcase_add_test (tc, test_drops_of_a_shared_route_count_once);
  tcase_add_test (tc, test_kinds_are_bounded);
  return s;
}

GST_CHECK_MAIN (totals);
