/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Hold, resume and the end of an m-line in whole calls over libnice, on loopback. */

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
  call->sender = parse (AUDIO "session-name=caller "
      "wait-for-connection=false");
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

/* Returns: (transfer full): @sdp with @to for @from */
static gchar *
replace (const gchar * sdp, const gchar * from, const gchar * to)
{
  g_autoptr (GRegex) regex = g_regex_new (from, 0, 0, NULL);

  fail_unless (g_regex_match (regex, sdp, 0, NULL), "%s", sdp);
  return g_regex_replace_literal (regex, sdp, -1, 0, to, 0, NULL);
}

/* The callee offers with @direction, which has to be answered by @mirrored. */
static void
offer_direction (AppCall * self, const gchar * direction,
    const gchar * mirrored)
{
  g_autofree gchar *offer = create (self->callee, "create-offer");
  g_autofree gchar *changed = replace (offer, "a=recvonly", direction);
  g_autofree gchar *answer = NULL;

  give (self->caller, changed);
  answer = create (self->caller, "create-answer");
  fail_unless (strstr (answer, mirrored) != NULL, "%s", answer);
  give (self->callee, answer);
}

/* Waits until @pipeline's element tells that it does @direction. */
static void
wait_direction (GstElement * pipeline, const gchar * direction)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean told = FALSE;

  while (!told) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, TIMEOUT,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);

    fail_unless (message != NULL, "no ice-direction %s", direction);
    fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT);
    told = gst_message_has_name (message, "ice-direction") &&
        g_strcmp0 (gst_structure_get_string (gst_message_get_structure
            (message), "direction"), direction) == 0;
  }
}

static guint64
get_n_discarded (GstElement * pipeline)
{
  g_autoptr (GstElement) end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  g_autoptr (GstStructure) stats = NULL;
  guint64 n = 0;

  g_object_get (end, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "packets-discarded-on-send",
          &n));
  return n;
}

static guint
get_n_received (Call * call)
{
  guint n;

  g_mutex_lock (&call->lock);
  n = call->n_received;
  g_mutex_unlock (&call->lock);
  return n;
}

GST_START_TEST (test_peer_holds_and_resumes)
{
  static AppCall app;
  gint64 until = g_get_monotonic_time () + TIMEOUT / GST_USECOND;
  guint64 n_discarded;
  guint n_received;

  app_call_start (&app);
  offer_direction (&app, "a=inactive", "a=inactive");
  wait_direction (app.call.sender, "inactive");
  wait_direction (app.call.receiver, "inactive");
  /* What icesink gets now is counted, and none of that arrives. */
  n_received = get_n_received (&app.call);
  n_discarded = get_n_discarded (app.call.sender);
  while (get_n_discarded (app.call.sender) < n_discarded + 10) {
    fail_unless (g_get_monotonic_time () < until);
    g_thread_yield ();
  }
  fail_unless_equals_int (get_n_received (&app.call), n_received);

  offer_direction (&app, "a=recvonly", "a=sendonly");
  wait_direction (app.call.sender, "sendonly");
  wait_direction (app.call.receiver, "recvonly");
  wait_packets (&app.call, 20);
  app_call_stop (&app);
}

GST_END_TEST;

/* RFC 3264, 8.2. */
GST_START_TEST (test_port_0_is_the_end_of_the_stream)
{
  static AppCall app;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *changed = NULL;
  g_autofree gchar *answer = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  app_call_start (&app);
  offer = create (app.caller, "create-offer");
  changed = replace (offer, "m=audio [0-9]+", "m=audio 0");
  give (app.callee, changed);
  answer = create (app.callee, "create-answer");
  fail_unless (strstr (answer, "m=audio 0") != NULL, "%s", answer);
  bus = gst_element_get_bus (app.call.receiver);
  message = gst_bus_timed_pop_filtered (bus, TIMEOUT,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  app_call_stop (&app);
}

GST_END_TEST;

static Suite *
holdcalls_suite (void)
{
  Suite *suite = suite_create ("holdcalls");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_peer_holds_and_resumes);
  tcase_add_test (tcase, test_port_0_is_the_end_of_the_stream);
  return suite;
}

GST_CHECK_MAIN (holdcalls);
