/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Restarts of ICE in whole calls over libnice, on loopback, while media flows: by
 * an application. */

#include "restartcall.h"

#include <string.h>

static void
on_candidate (GObject * session, guint mline, const gchar * candidate,
    GObject * peer)
{
  g_signal_emit_by_name (peer, "add-ice-candidate", mline, candidate);
}

static gchar *
create (GObject * session, const gchar * what)
{
  gchar *sdp = NULL;

  g_signal_emit_by_name (session, what, &sdp);
  fail_unless (sdp != NULL, "%s", what);
  return sdp;
}

static void
give (GObject * session, const gchar * sdp)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (session, "set-remote-description", sdp, &taken);
  fail_unless (taken, "%s", sdp);
}

static void
negotiate (GObject * from, GObject * to)
{
  gchar *offer = create (from, "create-offer");
  gchar *answer;

  give (to, offer);
  answer = create (to, "create-answer");
  give (from, answer);
  g_free (offer);
  g_free (answer);
}

static void
on_needed (GObject * session, GAsyncQueue * needed)
{
  g_async_queue_push (needed, GINT_TO_POINTER (1));
}

static void
wait_needed (GAsyncQueue * needed)
{
  fail_unless (g_async_queue_timeout_pop (needed, TIMEOUT / 1000) != NULL,
      "no on-negotiation-needed");
}

typedef struct
{
  Call call;
  GObject *caller, *callee;
  GAsyncQueue *caller_needed, *callee_needed;
} AppCall;

static void
app_call_start (AppCall * self)
{
  Call *call = &self->call;

  memset (self, 0, sizeof (*self));
  call->receiver = parse ("icesrc name=end network-interfaces=lo "
      "session-name=callee ! fakesink async=false sync=false");
  call->sender = parse (AUDIO "session-name=caller");
  call_start (call);
  gst_element_set_state (call->receiver, GST_STATE_READY);
  gst_element_set_state (call->sender, GST_STATE_READY);
  self->caller = get_session (call->sender);
  self->callee = get_session (call->receiver);
  self->caller_needed = g_async_queue_new ();
  self->callee_needed = g_async_queue_new ();
  g_signal_connect (self->caller, "on-ice-candidate",
      G_CALLBACK (on_candidate), self->callee);
  g_signal_connect (self->callee, "on-ice-candidate",
      G_CALLBACK (on_candidate), self->caller);
  g_signal_connect (self->caller, "on-negotiation-needed",
      G_CALLBACK (on_needed), self->caller_needed);
  g_signal_connect (self->callee, "on-negotiation-needed",
      G_CALLBACK (on_needed), self->callee_needed);
  gst_element_set_state (call->receiver, GST_STATE_PLAYING);
  gst_element_set_state (call->sender, GST_STATE_PLAYING);
  wait_needed (self->caller_needed);
  wait_needed (self->callee_needed);
  negotiate (self->caller, self->callee);
  wait_packets (call, 10);
}

static void
app_call_stop (AppCall * self)
{
  g_signal_handlers_disconnect_by_data (self->caller, self->callee);
  g_signal_handlers_disconnect_by_data (self->callee, self->caller);
  call_stop (&self->call);
  g_object_unref (self->caller);
  g_object_unref (self->callee);
  g_async_queue_unref (self->caller_needed);
  g_async_queue_unref (self->callee_needed);
}

GST_START_TEST (test_restart_by_application_loses_nothing)
{
  static AppCall app;
  guint port;

  app_call_start (&app);
  port = get_remote_port (app.call.receiver);
  restart (app.call.sender);
  wait_needed (app.caller_needed);
  negotiate (app.caller, app.callee);
  port = wait_other_pair (app.call.receiver, port);
  wait_packets (&app.call, 40);

  restart (app.call.receiver);
  wait_needed (app.callee_needed);
  negotiate (app.callee, app.caller);
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

  app_call_start (&app);
  port = get_remote_port (app.call.receiver);
  restart (app.call.sender);
  restart (app.call.receiver);
  wait_needed (app.caller_needed);
  wait_needed (app.callee_needed);
  ours = create (app.caller, "create-offer");
  theirs = create (app.callee, "create-offer");
  give (app.caller, theirs);
  give (app.callee, ours);
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

/* An answer that is of no use, and a peer that never answers: the path stays. */
GST_START_TEST (test_restart_that_fails_keeps_the_path)
{
  gboolean taken = TRUE;
  gchar *opening, *answer, *offer;
  static AppCall app;
  guint port;

  app_call_start (&app);
  opening = create (app.caller, "create-offer");
  give (app.callee, opening);
  answer = create (app.callee, "create-answer");
  give (app.caller, answer);

  port = get_remote_port (app.call.receiver);
  restart (app.call.sender);
  wait_needed (app.caller_needed);
  offer = create (app.caller, "create-offer");
  fail_if (g_str_equal (offer, opening));
  g_signal_emit_by_name (app.caller, "set-remote-description", answer, &taken);
  fail_if (taken, "an answer to an older generation");
  wait_packets (&app.call, 20);
  fail_unless_equals_int (get_remote_port (app.call.receiver), port);

  /* The right one is not too late. */
  give (app.callee, offer);
  g_free (answer);
  answer = create (app.callee, "create-answer");
  give (app.caller, answer);
  port = wait_other_pair (app.call.receiver, port);
  wait_packets (&app.call, 40);

  /* A restart with the old credentials. */
  g_signal_emit_by_name (app.callee, "set-remote-description", opening, &taken);
  fail_if (taken, "an offer of an older generation");
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
