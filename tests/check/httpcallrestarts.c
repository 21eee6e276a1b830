/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Restarts of ICE in whole calls over libnice, on loopback, while media flows: by
 * HTTP. */

#include "entries.h"
#include "restartcall.h"

#include <string.h>

GST_START_TEST (test_restart_by_http_loses_nothing)
{
  gchar *ours, *theirs;
  guint port;
  static Call call;

  call_by_http (&call, "");
  port = get_remote_port (call.receiver);
  for (guint i = 1; i <= 3; i++) {
    restart (call.sender);
    port = wait_other_pair (call.receiver, port);
    /* What follows comes over the new pair, after the old one has closed. */
    wait_packets (&call, 40);
    fail_unless_equals_int (get_n_restarts (call.sender, NULL), i);
  }
  check_nothing_lost (&call);
  fail_unless_equals_int (get_n_restarts (call.receiver, &theirs), 3);
  get_n_restarts (call.sender, &ours);
  fail_unless_equals_string (ours, "requested");
  fail_unless_equals_string (theirs, "peer");
  g_free (ours);
  g_free (theirs);
  call_stop (&call);
}

GST_END_TEST;

/* Waits until what closes late has closed. */
static void
wait_count (Call * call, const gchar * path, guint at_most)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT / 1000;

  while (count_entries (path) > at_most) {
    fail_unless (g_get_monotonic_time () < deadline, "%s: %u, was %u", path,
        count_entries (path), at_most);
    wait_packets (call, 1);
  }
}

/* The sender counts when it has changed over, which may be after the receiver. */
static void
wait_n_restarts (Call * call, guint n)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT / 1000;

  while (get_n_restarts (call->sender, NULL) < n) {
    fail_unless (g_get_monotonic_time () < deadline, "%u restarts, not %u",
        get_n_restarts (call->sender, NULL), n);
    wait_packets (call, 1);
  }
  fail_unless_equals_int (get_n_restarts (call->sender, NULL), n);
}

GST_START_TEST (test_500_restarts_leave_nothing_behind)
{
  guint port, n_fds, n_threads;
  static Call call;

  call_by_http (&call, "");
  port = get_remote_port (call.receiver);
  n_fds = count_entries ("/proc/self/fd");
  n_threads = count_entries ("/proc/self/task");
  for (guint i = 0; i < 500; i++) {
    restart (call.sender);
    port = wait_other_pair (call.receiver, port);
    /* One that is asked for during another is the same one. */
    wait_n_restarts (&call, i + 1);
  }
  wait_count (&call, "/proc/self/fd", n_fds + 2);
  wait_count (&call, "/proc/self/task", n_threads + 2);
  check_nothing_lost (&call);
  call_stop (&call);
}

GST_END_TEST;

/* Many wishes at once are few restarts. */
GST_START_TEST (test_storm_of_requests)
{
  guint port;
  static Call call;

  call_by_http (&call, "");
  port = get_remote_port (call.receiver);
  for (guint i = 0; i < 1000; i++)
    restart (call.sender);
  wait_other_pair (call.receiver, port);
  wait_packets (&call, 50);
  fail_unless (get_n_restarts (call.sender, NULL) < 100);
  check_nothing_lost (&call);
  call_stop (&call);
}

GST_END_TEST;

/* A listener says that it can't, and the call goes on. */
GST_START_TEST (test_listener_can_not_restart)
{
  GstMessage *message;
  GstBus *bus;
  static Call call;

  call_by_http (&call, "");
  restart (call.receiver);
  bus = gst_element_get_bus (call.receiver);
  message = gst_bus_timed_pop_filtered (bus, TIMEOUT, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_object_unref (bus);
  wait_packets (&call, 10);
  fail_unless_equals_int (get_n_restarts (call.receiver, NULL), 0);
  check_nothing_lost (&call);
  call_stop (&call);
}

GST_END_TEST;

static Suite *
httpcallrestarts_suite (void)
{
  Suite *s = suite_create ("httpcallrestarts");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 300);
  tcase_add_test (tc, test_restart_by_http_loses_nothing);
  tcase_add_test (tc, test_storm_of_requests);
  tcase_add_test (tc, test_listener_can_not_restart);
  tcase_add_test (tc, test_500_restarts_leave_nothing_behind);
  return s;
}

GST_CHECK_MAIN (httpcallrestarts);
