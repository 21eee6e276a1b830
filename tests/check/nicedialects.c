/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticecompatibility.h"
#include "icetest.h"
#include "niceend.h"

#define N_PACKETS 50

/* Dialect and number of components, from a loop's number. */
#define LOOPS (2 * (GST_ICE_COMPATIBILITY_OC2007R2 + 1))

static void
init_end (NiceEnd * end, gint dialect, guint n_components, gboolean controlling)
{
  FakeMember *settings = nice_end_settings_new ();

  fake_member_set_enum (settings, "compatibility", GST_TYPE_ICE_COMPATIBILITY,
      dialect);
  fail_unless (nice_end_init (end, settings, n_components, controlling, NULL));
}

static void
connect_ends (NiceEnd * a, NiceEnd * b, gint dialect, guint n_components)
{
  init_end (a, dialect, n_components, TRUE);
  init_end (b, dialect, n_components, FALSE);
  nice_end_gather (a);
  nice_end_gather (b);
  WAIT_UNTIL (a->gathered && b->gathered);
  nice_end_introduce (a, b);
  nice_end_introduce (b, a);
  WAIT_UNTIL (nice_end_is_connected (a) && nice_end_is_connected (b));
}

GST_START_TEST (test_two_of_one_dialect_connect_and_carry_both_ways)
{
  NiceEnd a, b;
  gint dialect = __i__ / 2;
  guint n_components = (guint) __i__ % 2 + 1;

  connect_ends (&a, &b, dialect, n_components);
  for (guint c = 1; c <= n_components; c++) {
    nice_end_assert_flows (&a, &b, c, N_PACKETS);
    nice_end_assert_flows (&b, &a, c, N_PACKETS);
  }
  nice_end_clear (&a);
  nice_end_clear (&b);
}

GST_END_TEST;

/* A check that libnice can't read, as is every second one of Office Communicator's. */
GST_START_TEST (test_check_that_is_not_understood_is_no_media)
{
  NiceEnd a, b;
  g_autoptr (GstBufferList) list = packets_new (1, 1);
  guint8 head[] = { (guint8) (__i__ % 4), 1, 0, 84, 0x21, 0x12, 0xa4, 0x42 };

  connect_ends (&a, &b, __i__ / 4, 1);
  gst_buffer_fill (gst_buffer_list_get (list, 0), 0, head, sizeof (head));
  fail_unless_equals_int (gst_ice_route_send_list (a.routes[0], list, 0, NULL,
          NULL), 1);
  nice_end_assert_flows (&a, &b, 1, N_PACKETS);
  nice_end_clear (&a);
  nice_end_clear (&b);
}

GST_END_TEST;

/* What is in the description is what is in the checks. */
GST_START_TEST (test_foundations_are_kept_where_checks_have_them)
{
  NiceEnd end;

  init_end (&end, __i__, 1, TRUE);
  nice_end_gather (&end);
  WAIT_UNTIL (end.gathered);
  for (guint i = 0; i < end.candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (end.candidates, i);

    fail_unless_equals_int (*candidate->foundation != '\0',
        __i__ != GST_ICE_COMPATIBILITY_RFC5245);
  }
  nice_end_clear (&end);
}

GST_END_TEST;

GST_START_TEST (test_relay_of_another_dialect_is_refused)
{
  NiceEnd end;
  g_autoptr (GPtrArray) servers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_server_free);
  gboolean refused = __i__ != GST_ICE_COMPATIBILITY_RFC5245;

  g_ptr_array_add (servers,
      gst_ice_server_from_uri ("turn://user:word@127.0.0.1:9", NULL));
  init_end (&end, __i__, 1, TRUE);
  end.expects_warning = TRUE;
  gst_ice_agent_set_servers (end.agent, servers, TRUE);
  nice_end_gather (&end);
  WAIT_UNTIL (end.gathered && end.warning != NULL);
  fail_unless_equals_int (strstr (end.warning, "compatibility=rfc5245") != NULL,
      refused);
  fail_unless (strstr (end.warning, "127.0.0.1") != NULL);
  fail_if (strstr (end.warning, "word") != NULL);
  nice_end_clear (&end);
}

GST_END_TEST;

static Suite *
icenicedialects_suite (void)
{
  Suite *suite = suite_create ("icenicedialects");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, nice_ends_setup, nice_ends_teardown);
  tcase_add_loop_test (tcase,
      test_two_of_one_dialect_connect_and_carry_both_ways, 0, LOOPS);
  tcase_add_loop_test (tcase, test_check_that_is_not_understood_is_no_media, 0,
      4 * (GST_ICE_COMPATIBILITY_OC2007R2 + 1));
  tcase_add_loop_test (tcase, test_foundations_are_kept_where_checks_have_them,
      0, GST_ICE_COMPATIBILITY_OC2007R2 + 1);
  tcase_add_loop_test (tcase, test_relay_of_another_dialect_is_refused, 0,
      GST_ICE_COMPATIBILITY_OC2007R2 + 1);
  return suite;
}

GST_CHECK_MAIN (icenicedialects);
