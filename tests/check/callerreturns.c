/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A caller that is killed and started again; an HTTP listener that waits for it. */

#include "restartcall.h"

#include <gio/gio.h>

/* Returns: (transfer full): a caller in a process of its own */
static GSubprocess *
spawn_caller (guint port)
{
  GError *error = NULL;
  gchar *line = g_strdup_printf ("gst-launch-1.0 -q " AUDIO
      "signalling-uri=http://127.0.0.1:%u/call", port);
  gchar **words = g_strsplit (line, " ", -1);
  GSubprocess *caller = g_subprocess_newv ((const gchar * const *) words,
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
      &error);

  g_assert_no_error (error);
  g_strfreev (words);
  g_free (line);
  return caller;
}

static void
kill_caller (GSubprocess * caller)
{
  g_subprocess_force_exit (caller);
  fail_unless (g_subprocess_wait (caller, NULL, NULL));
  g_object_unref (caller);
}

GST_START_TEST (test_killed_caller_comes_back)
{
  GSubprocess *caller;
  gint64 killed_us;
  GstBus *bus;
  static Call call;
  guint port;

  port = listen_by_http (&call, "");
  caller = spawn_caller (port);
  wait_packets (&call, 30);

  for (guint i = 0; i < 3; i++) {
    kill_caller (caller);
    killed_us = g_get_monotonic_time ();
    caller = spawn_caller (port);
    forget_last (&call);
    wait_packets (&call, 30);
    /* Long before the path was given up. */
    fail_unless (g_get_monotonic_time () - killed_us < 15 * G_TIME_SPAN_SECOND);
  }

  bus = gst_element_get_bus (call.receiver);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_EOS | GST_MESSAGE_ERROR)
      == NULL);
  gst_object_unref (bus);
  kill_caller (caller);
  call_stop (&call);
}

GST_END_TEST;

static Suite *
callerreturns_suite (void)
{
  Suite *s = suite_create ("callerreturns");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  /* gst-launch-1.0 can't load what a sanitizer was built into. */
  if (g_getenv ("TSAN_OPTIONS") == NULL && g_getenv ("ASAN_OPTIONS") == NULL)
    tcase_add_test (tc, test_killed_caller_comes_back);
  return s;
}

GST_CHECK_MAIN (callerreturns);
