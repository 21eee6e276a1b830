/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How many descriptors a call takes: docs/threads.md says for what. */

#include "restartcall.h"

#include <string.h>
#include <unistd.h>

/* Of one end of an audio call on one interface with one address each of IPv4 and IPv6. */
#define MAX_AN_END 11

/* @kinds: (nullable): what there is, a line each */
static guint
count_descriptors (GString * kinds)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const gchar *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_strconcat ("/proc/self/fd/", name, NULL);
    gchar target[64] = "";

    if (readlink (path, target, sizeof (target) - 1) < 0)
      continue;
    n++;
    if (kinds != NULL)
      g_string_append_printf (kinds, "%s %.*s\n", name,
          (gint) strcspn (target, "0123456789"), target);
  }
  return n;
}

/* What was selected before the last pair keeps its sockets until nothing comes
 * there for half a second.
 * Returns: the number that stayed the same for a second */
static guint
count_settled (GString * kinds)
{
  const gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  guint n = count_descriptors (NULL);
  gint64 since = g_get_monotonic_time ();

  while (g_get_monotonic_time () - since < G_TIME_SPAN_SECOND) {
    guint now = count_descriptors (NULL);

    fail_unless (g_get_monotonic_time () < deadline, "never settles");
    if (now != n)
      since = g_get_monotonic_time ();
    n = now;
    g_usleep (20 * G_TIME_SPAN_MILLISECOND);
  }
  if (kinds != NULL)
    count_descriptors (kinds);
  return n;
}

static const gchar *const ways[] =
    { "encryption=none", "encryption=dtls-srtp" };

/* The first call's threads and sockets of the process do not count. */
GST_START_TEST (test_a_call_takes_few_descriptors)
{
  static Call calls[2];
  g_autoptr (GString) kinds = g_string_new (NULL);
  guint before, during;

  call_by_http (&calls[0], ways[__i__]);
  before = count_settled (NULL);
  call_by_http (&calls[1], ways[__i__]);
  during = count_settled (kinds);
  g_printerr ("%s: %u descriptors for both ends\n", ways[__i__],
      during - before);
  fail_unless (during - before <= 2 * MAX_AN_END,
      "%u descriptors more for a call:\n%s", during - before, kinds->str);
  call_stop (&calls[1]);
  call_stop (&calls[0]);
}

GST_END_TEST;

static Suite *
descriptors_suite (void)
{
  Suite *s = suite_create ("descriptors");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_a_call_takes_few_descriptors, 0,
      G_N_ELEMENTS (ways));
  return s;
}

GST_CHECK_MAIN (descriptors);
