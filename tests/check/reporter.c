/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticereporter.h"

#include "fakeroute.h"
#include "icetest.h"

#define N 20
#define PATIENCE_US (10 * G_USEC_PER_SEC)

/* One peer of an element. */
typedef struct
{
  GstIceSender *sender;
  GstIceDestination *destination;
  GstIceRoute *route;
  GstIceReporter *reporter;
} Peer;

static void
peer_init (Peer * self, GstElement * element)
{
  self->sender = gst_ice_sender_new ();
  gst_ice_sender_set_element (self->sender, element);
  self->destination = gst_ice_sender_get_destination (self->sender);
  self->route = fake_route_new (NULL);
  gst_ice_destination_set_route (self->destination, self->route);
  self->reporter = gst_ice_reporter_new ("name");
  gst_ice_reporter_set_way (self->reporter, self->route, FALSE, NULL);
  gst_ice_reporter_set_sender (self->reporter, self->sender,
      self->destination, 90000, NULL);
}

static void
peer_clear (Peer * self)
{
  gst_ice_reporter_free (self->reporter);
  g_object_unref (self->route);
  g_object_unref (self->sender);
}

static guint
count_taken (const Peer * self)
{
  g_autofree gchar *taken = fake_route_get_taken (self->route);
  g_auto (GStrv) numbers = g_strsplit (taken, " ", -1);

  return *taken == '\0' ? 0 : g_strv_length (numbers);
}

static guint
count_sources (void)
{
  guint n = 0;

  /* Each source has a number; those of tests are few. */
  for (guint id = 1; id < 10000; id++)
    n += g_main_context_find_source_by_id (NULL, id) != NULL;
  return n;
}

/* Calls that send nothing cost next to nothing, and are reported when they begin. */
GST_START_TEST (test_idle_peers_share_a_source)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  Peer peers[N];
  gint64 deadline_us;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < N; i++)
    peer_init (&peers[i], pipeline);
  fail_unless_equals_int (count_sources (), N);

  deadline_us = g_get_monotonic_time () + PATIENCE_US;
  while (count_sources () > 1 && g_get_monotonic_time () < deadline_us)
    g_main_context_iteration (NULL, TRUE);
  fail_unless_equals_int (count_sources (), 1);

  for (guint i = 0; i < N; i++) {
    GstBufferList *list = packets_new (1, 1);

    fail_unless_equals_int (count_taken (&peers[i]), 0);
    fail_unless_equals_int (gst_ice_sender_send_list (peers[i].sender, list),
        GST_FLOW_OK);
    gst_buffer_list_unref (list);
  }
  deadline_us = g_get_monotonic_time () + PATIENCE_US;
  for (guint i = 0; i < N; i++) {
    while (count_taken (&peers[i]) < 2 && g_get_monotonic_time () < deadline_us)
      g_main_context_iteration (NULL, TRUE);
    /* The packet, and its report. */
    fail_unless (count_taken (&peers[i]) >= 2);
  }

  for (guint i = 0; i < N; i++)
    peer_clear (&peers[i]);
  fail_unless_equals_int (count_sources (), 0);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
reporter_suite (void)
{
  Suite *suite = suite_create ("reporter");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_idle_peers_share_a_source);
  return suite;
}

GST_CHECK_MAIN (reporter);
