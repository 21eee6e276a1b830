/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Hold, resume and the end of an m-line in whole calls over libnice, on loopback. */

#include "appcall.h"

#include <string.h>

/* The callee offers @direction, and the answer must have @mirrored. */
static void
offer_direction (AppCall * self, const gchar * direction,
    const gchar * mirrored)
{
  g_autofree gchar *offer = app_end_create (&self->callee, "create-offer");
  g_autofree gchar *changed = sdp_replace (offer, "a=recvonly", direction);
  g_autofree gchar *answer = NULL;

  app_end_give (&self->caller, changed);
  answer = app_end_create (&self->caller, "create-answer");
  fail_unless (strstr (answer, mirrored) != NULL, "%s", answer);
  app_end_give (&self->callee, answer);
}

/* Waits for the message that @pipeline's element has @direction. */
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

  app_call_start (&app, "wait-for-connection=false");
  offer_direction (&app, "a=inactive", "a=inactive");
  wait_direction (app.call.sender, "inactive");
  wait_direction (app.call.receiver, "inactive");
  /* What icesink gets meanwhile is counted, and none of it arrives. */
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

  app_call_start (&app, "wait-for-connection=false");
  offer = app_end_create (&app.caller, "create-offer");
  changed = sdp_replace (offer, "m=audio [0-9]+", "m=audio 0");
  app_end_give (&app.callee, changed);
  answer = app_end_create (&app.callee, "create-answer");
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
