/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticecheckorder.h"

#include <gst/check/gstcheck.h>

#define MAX_EVENTS 16

/* What happens, at a time, to which m-line. */
typedef struct
{
  gint64 at_ms;
  gint mline;                   /* -1: time alone passes */
  GstIceCheckOrderPhase phase;
} Event;

/* A course of events, and who was let through when: "0@0 1@2000". Times are
 * milliseconds; the check_order is asked after each event. */
typedef struct
{
  const gchar *rule;
  Event events[MAX_EVENTS];     /* up to one that is all zero */
  const gchar *opened;
} Course;

#define HELD GST_ICE_CHECK_ORDER_HELD
#define WORKING GST_ICE_CHECK_ORDER_WORKING
#define DEAD GST_ICE_CHECK_ORDER_DEAD

static const Course courses[] = {
  {"the first goes at once", {{1, 0, HELD}}, "0@1"},
  {"nobody goes without credentials", {{1, -1, 0}, {5000, -1, 0}}, ""},
  {"the second waits for the first",
      {{1, 0, HELD}, {1, 1, HELD}, {500, -1, 0}, {2000, -1, 0}}, "0@1"},
  {"and goes when that works",
      {{1, 0, HELD}, {1, 1, HELD}, {300, 0, WORKING}}, "0@1 1@300"},
  {"at once when that fails",
      {{1, 0, HELD}, {1, 1, HELD}, {300, 0, DEAD}}, "0@1 1@300"},
  {"at once when that was rejected",
      {{1, 0, DEAD}, {1, 1, HELD}}, "1@1"},
  {"after 2 s when that hangs",
        {{1, 0, HELD}, {1, 1, HELD}, {2000, -1, 0}, {2001, -1, 0}},
      "0@1 1@2001"},
  {"2 s count from its checks, not from the credentials",
        {{1, 0, HELD}, {1000, 1, HELD}, {2000, -1, 0}, {2001, -1, 0}},
      "0@1 1@2001"},
  {"no time is over before the first may check",
        {{1, 1, HELD}, {9000, -1, 0}, {9001, 0, HELD}, {9100, 0, WORKING}},
      "0@9001 1@9100"},
  {"each waits for the one before it",
        {{1, 0, HELD}, {1, 1, HELD}, {1, 2, HELD}, {100, 0, WORKING},
            {200, 1, WORKING}},
      "0@1 1@100 2@200"},
  {"the third goes when the second works and the first has had its time",
        {{1, 0, HELD}, {1, 1, HELD}, {1, 2, HELD}, {2001, -1, 0},
            {2100, 1, WORKING}},
      "0@1 1@2001 2@2100"},
  {"three that hang go at 0, 2 and 4 s",
        {{1, 0, HELD}, {1, 1, HELD}, {1, 2, HELD}, {2001, -1, 0},
            {4000, -1, 0}, {4001, -1, 0}},
      "0@1 1@2001 2@4001"},
  {"two that die let the third go",
        {{1, 0, HELD}, {1, 1, HELD}, {1, 2, HELD}, {10, 1, DEAD},
            {20, 0, DEAD}},
      "0@1 2@20"},
  {"a dead one holds up nobody when the first already hangs",
        {{1, 0, HELD}, {1, 1, HELD}, {1, 2, HELD}, {2001, -1, 0},
            {2500, 1, DEAD}},
      "0@1 1@2001 2@2500"},
  {"credentials that come twice start nothing anew",
        {{1, 0, HELD}, {1, 1, HELD}, {10, 0, HELD}, {20, 0, WORKING},
            {30, 0, HELD}, {40, 1, HELD}},
      "0@1 1@20"},
  {"who came late goes at once when all works",
      {{1, 0, HELD}, {100, 0, WORKING}, {60000, 1, HELD}}, "0@1 1@60000"},
  {"a path that is lost later holds up nobody",
        {{1, 0, HELD}, {100, 0, WORKING}, {200, 0, DEAD}, {300, 1, HELD}},
      "0@1 1@300"},
};

static gchar *
run_course (const Course * course)
{
  GstIceCheckOrder *check_order = gst_ice_check_order_new ();
  GString *opened = g_string_new (NULL);
  gint index;

  for (guint i = 0; i < MAX_EVENTS && course->events[i].at_ms != 0; i++) {
    const Event *event = &course->events[i];

    if (event->mline >= 0)
      gst_ice_check_order_set (check_order, (guint) event->mline, event->phase);
    while ((index = gst_ice_check_order_open (check_order, event->at_ms)) >= 0) {
      g_string_append_printf (opened, "%s%d@%d", opened->len > 0 ? " " : "",
          index, (gint) event->at_ms);
      fail_unless_equals_int (gst_ice_check_order_get (check_order,
              (guint) index), GST_ICE_CHECK_ORDER_CHECKING);
    }
  }
  gst_ice_check_order_free (check_order);
  return g_string_free (opened, FALSE);
}

GST_START_TEST (test_course)
{
  g_autofree gchar *opened = run_course (&courses[__i__]);

  GST_INFO ("%s", courses[__i__].rule);
  fail_unless_equals_string (opened, courses[__i__].opened);
}

GST_END_TEST;

GST_START_TEST (test_wait_is_until_the_cap)
{
  GstIceCheckOrder *check_order = gst_ice_check_order_new ();

  fail_unless_equals_int (gst_ice_check_order_get_wait (check_order, 0), -1);
  gst_ice_check_order_set (check_order, 1, GST_ICE_CHECK_ORDER_HELD);
  fail_unless_equals_int (gst_ice_check_order_get_wait (check_order, 0), -1);

  gst_ice_check_order_set (check_order, 0, GST_ICE_CHECK_ORDER_HELD);
  fail_unless_equals_int (gst_ice_check_order_get_wait (check_order, 0), 0);
  fail_unless_equals_int (gst_ice_check_order_open (check_order, 100), 0);
  fail_unless_equals_int (gst_ice_check_order_get_wait (check_order, 100),
      GST_ICE_CHECK_ORDER_CAP_MS);
  fail_unless_equals_int (gst_ice_check_order_get_wait (check_order, 1600),
      500);
  fail_unless_equals_int (gst_ice_check_order_get_wait (check_order, 99999), 0);
  fail_unless_equals_int (gst_ice_check_order_open (check_order, 99999), 1);
  fail_unless_equals_int (gst_ice_check_order_get_wait (check_order, 99999),
      -1);
  gst_ice_check_order_free (check_order);
}

GST_END_TEST;

GST_START_TEST (test_cap_is_two_seconds)
{
  fail_unless_equals_int (GST_ICE_CHECK_ORDER_CAP_MS, 2000);
}

GST_END_TEST;

static Suite *
icegate_suite (void)
{
  Suite *s = suite_create ("icecheckorder");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_course, 0, G_N_ELEMENTS (courses));
  tcase_add_test (tc, test_wait_is_until_the_cap);
  tcase_add_test (tc, test_cap_is_two_seconds);
  return s;
}

GST_CHECK_MAIN (icegate);
