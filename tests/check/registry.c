/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeregistry.h"

#include <gst/check/gstcheck.h>

/* Only a hang takes that long. */
#define PATIENCE_MS 15000

GST_START_TEST (test_same_name_same_session)
{
  GstIceSession *a = gst_ice_registry_join ("x", NULL);
  GstIceSession *b = gst_ice_registry_join ("x", NULL);
  GstIceSession *c = gst_ice_registry_join ("y", NULL);

  fail_unless (a == b);
  fail_unless (a != c);

  gst_ice_registry_leave ("x");
  gst_ice_registry_leave ("x");
  gst_ice_registry_leave ("y");
  g_object_unref (a);
  g_object_unref (b);
  g_object_unref (c);
  fail_unless (gst_ice_registry_wait_closed (PATIENCE_MS));
}

GST_END_TEST;

GST_START_TEST (test_last_leave_makes_room)
{
  GstIceSession *old = gst_ice_registry_join ("x", NULL);
  GstIceSession *next;

  gst_ice_registry_leave ("x");
  next = gst_ice_registry_join ("x", NULL);
  fail_unless (next != old);

  gst_ice_registry_leave ("x");
  g_object_unref (old);
  g_object_unref (next);
  fail_unless (gst_ice_registry_wait_closed (PATIENCE_MS));
}

GST_END_TEST;

GST_START_TEST (test_reference_alone_keeps_nothing_open)
{
  GstIceSession *session = gst_ice_registry_join ("x", NULL);

  gst_ice_registry_leave ("x");
  fail_unless (gst_ice_registry_wait_closed (PATIENCE_MS));
  fail_unless_equals_int (gst_ice_session_get_connection_state (session),
      GST_ICE_CONNECTION_CLOSED);
  g_object_unref (session);
}

GST_END_TEST;

GST_START_TEST (test_leaving_what_nobody_joined_is_nothing)
{
  gst_ice_registry_leave ("nobody");
  fail_unless (gst_ice_registry_wait_closed (0));
}

GST_END_TEST;

GST_START_TEST (test_open_sessions_are_not_waited_for)
{
  GstIceSession *session = gst_ice_registry_join ("x", NULL);

  fail_unless (gst_ice_registry_wait_closed (0));
  gst_ice_registry_leave ("x");
  g_object_unref (session);
  fail_unless (gst_ice_registry_wait_closed (PATIENCE_MS));
}

GST_END_TEST;

/* Holds the session thread up, so that closing takes as long as the test wants. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean held, release;       /* protected by lock */
} Hold;

static void
hold_up (gpointer data)
{
  Hold *hold = data;

  g_mutex_lock (&hold->lock);
  hold->held = TRUE;
  g_cond_broadcast (&hold->cond);
  while (!hold->release)
    g_cond_wait (&hold->cond, &hold->lock);
  g_mutex_unlock (&hold->lock);
}

static void
on_notice (GstIceSession * session, const GstIceNotice * notice, gpointer data)
{
}

static void
hold_release (Hold * hold)
{
  g_mutex_lock (&hold->lock);
  hold->release = TRUE;
  g_cond_broadcast (&hold->cond);
  g_mutex_unlock (&hold->lock);
}

GST_START_TEST (test_wait_ends_in_time)
{
  const gchar *const names[] = { "0", "1", "2", "3", "4" };
  GstIceSession *sessions[G_N_ELEMENTS (names)];
  Hold hold = { 0, };

  g_mutex_init (&hold.lock);
  g_cond_init (&hold.cond);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    sessions[i] = gst_ice_registry_join (names[i], NULL);

  /* What an observer holds is let go on the session thread, as it closes; there
   * are at most four, so that another session waits behind. */
  gst_ice_session_observe (sessions[0], on_notice, &hold, hold_up);
  gst_ice_registry_leave ("0");
  g_mutex_lock (&hold.lock);
  while (!hold.held)
    g_cond_wait (&hold.cond, &hold.lock);
  g_mutex_unlock (&hold.lock);

  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    gst_ice_registry_leave (names[i]);
  fail_if (gst_ice_registry_wait_closed (1));
  hold_release (&hold);
  fail_unless (gst_ice_registry_wait_closed (PATIENCE_MS));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_object_unref (sessions[i]);
  g_cond_clear (&hold.cond);
  g_mutex_clear (&hold.lock);
}

GST_END_TEST;

static gpointer
join_and_leave (gpointer unused)
{
  for (guint i = 0; i < 2000; i++) {
    GstIceSession *session = gst_ice_registry_join ("shared", NULL);

    gst_ice_registry_leave ("shared");
    g_object_unref (session);
  }
  return NULL;
}

GST_START_TEST (test_threads)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("member", join_and_leave, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  fail_unless (gst_ice_registry_wait_closed (PATIENCE_MS));
}

GST_END_TEST;

static Suite *
iceregistry_suite (void)
{
  Suite *s = suite_create ("iceregistry");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_same_name_same_session);
  tcase_add_test (tc, test_last_leave_makes_room);
  tcase_add_test (tc, test_reference_alone_keeps_nothing_open);
  tcase_add_test (tc, test_leaving_what_nobody_joined_is_nothing);
  tcase_add_test (tc, test_open_sessions_are_not_waited_for);
  tcase_add_test (tc, test_wait_ends_in_time);
  tcase_add_test (tc, test_threads);
  return s;
}

GST_CHECK_MAIN (iceregistry);
