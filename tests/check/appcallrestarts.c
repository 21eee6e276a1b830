/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Restarts ICE by an application in whole calls over libnice, on loopback, while media
 * flows. */

#include "appcall.h"

GST_START_TEST (test_restart_by_application_loses_nothing)
{
  static AppCall app;
  guint port;

  app_call_start (&app, "");
  port = get_remote_port (app.call.receiver);
  restart (app.call.sender);
  app_end_wait_needed (&app.caller);
  app_ends_negotiate (&app.caller, &app.callee);
  port = wait_other_pair (app.call.receiver, port);
  wait_packets (&app.call, 40);

  restart (app.call.receiver);
  app_end_wait_needed (&app.callee);
  app_ends_negotiate (&app.callee, &app.caller);
  wait_other_pair (app.call.receiver, port);
  wait_packets (&app.call, 40);

  fail_unless_equals_int (get_n_restarts (app.call.sender, NULL), 2);
  fail_unless_equals_int (get_n_restarts (app.call.receiver, NULL), 2);
  check_nothing_lost (&app.call);
  app_call_stop (&app);
}

GST_END_TEST;

/* Their offers answer each other. */
GST_START_TEST (test_both_ends_restart_at_once)
{
  gchar *ours, *theirs;
  static AppCall app;
  guint port;

  app_call_start (&app, "");
  port = get_remote_port (app.call.receiver);
  restart (app.call.sender);
  restart (app.call.receiver);
  app_end_wait_needed (&app.caller);
  app_end_wait_needed (&app.callee);
  ours = app_end_create (&app.caller, "create-offer");
  theirs = app_end_create (&app.callee, "create-offer");
  app_end_give (&app.caller, theirs);
  app_end_give (&app.callee, ours);
  wait_other_pair (app.call.receiver, port);
  wait_packets (&app.call, 40);
  fail_unless_equals_int (get_n_restarts (app.call.sender, NULL), 1);
  fail_unless_equals_int (get_n_restarts (app.call.receiver, NULL), 1);
  check_nothing_lost (&app.call);
  g_free (ours);
  g_free (theirs);
  app_call_stop (&app);
}

GST_END_TEST;

/* The path stays while the peer gives a wrong answer, or none. */
GST_START_TEST (test_restart_that_fails_keeps_the_path)
{
  gchar *opening, *answer, *offer;
  static AppCall app;
  guint port;

  app_call_start (&app, "");
  opening = app_end_create (&app.caller, "create-offer");
  app_end_give (&app.callee, opening);
  answer = app_end_create (&app.callee, "create-answer");
  app_end_give (&app.caller, answer);

  port = get_remote_port (app.call.receiver);
  restart (app.call.sender);
  app_end_wait_needed (&app.caller);
  offer = app_end_create (&app.caller, "create-offer");
  fail_if (g_str_equal (offer, opening));
  fail_if (app_end_try (&app.caller, answer),
      "an answer to an older generation");
  wait_packets (&app.call, 20);
  fail_unless_equals_int (get_remote_port (app.call.receiver), port);

  /* The right answer is not too late. */
  app_end_give (&app.callee, offer);
  g_free (answer);
  answer = app_end_create (&app.callee, "create-answer");
  app_end_give (&app.caller, answer);
  port = wait_other_pair (app.call.receiver, port);
  wait_packets (&app.call, 40);

  /* A restart with the old credentials. */
  fail_if (app_end_try (&app.callee, opening),
      "an offer of an older generation");
  wait_packets (&app.call, 20);
  fail_unless_equals_int (get_remote_port (app.call.receiver), port);
  check_nothing_lost (&app.call);
  g_free (opening);
  g_free (answer);
  g_free (offer);
  app_call_stop (&app);
}

GST_END_TEST;

static Suite *
appcallrestarts_suite (void)
{
  Suite *s = suite_create ("appcallrestarts");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 300);
  tcase_add_test (tc, test_restart_by_application_loses_nothing);
  tcase_add_test (tc, test_both_ends_restart_at_once);
  tcase_add_test (tc, test_restart_that_fails_keeps_the_path);
  return s;
}

GST_CHECK_MAIN (appcallrestarts);
