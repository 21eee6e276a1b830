/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticerecorder.h"

#include <gst/check/gstcheck.h>
#include <glib/gstdio.h>

static gchar *folder;

static void
set_up (void)
{
  folder = g_dir_make_tmp ("gst-ice-XXXXXX", NULL);
  fail_unless (folder != NULL);
}

static void
tear_down (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

/* Returns: (transfer full): what is in the file of that name; %NULL: there is none */
static gchar *
read_file (const gchar * name)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  gchar *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* Returns: (transfer full): a recorder that writes to the file of that name */
static GstIceRecorder *
record_to (const gchar * name)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  GstIceRecorder *recorder = gst_ice_recorder_new (path);

  fail_unless (recorder != NULL);
  return recorder;
}

static gboolean
note (GstIceRecorder * recorder, GstProgressType progress, const gchar * text)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.mline = 0,
    .progress = progress,.text = text
  };
  g_autoptr (GError) error = NULL;

  return gst_ice_recorder_note (recorder, &notice, "audio", &error);
}

GST_START_TEST (test_steps_are_written)
{
  g_autoptr (GstIceCandidate) candidate =
      gst_ice_candidate_new ("192.0.2.7", 5000);
  const GstIceNotice found = {.type = GST_ICE_NOTICE_CANDIDATE,.mline = 0,
    .consumer = 3,.candidate = candidate
  };
  GstIceRecorder *recorder = record_to ("call.svg");
  g_autofree gchar *early = NULL;
  g_autofree gchar *text = NULL;

  fail_unless (note (recorder, GST_PROGRESS_TYPE_CONTINUE, "gathering"));
  fail_unless (gst_ice_recorder_note (recorder, &found, "audio", NULL));
  fail_unless ((early = read_file ("call.svg")) == NULL);
  fail_unless (note (recorder, GST_PROGRESS_TYPE_COMPLETE, "encrypted"));
  text = read_file ("call.svg");
  fail_unless (strstr (text, "audio: gathering") != NULL);
  fail_unless (strstr (text,
          "viewer 3: audio: candidate host/udp 192.0.2.7:5000") != NULL);
  fail_unless (strstr (text, "audio: encrypted") != NULL);

  /* The rest is written at the end. */
  g_clear_pointer (&text, g_free);
  fail_unless (note (recorder, GST_PROGRESS_TYPE_CONTINUE, "restarting"));
  gst_ice_recorder_free (recorder);
  text = read_file ("call.svg");
  fail_unless (strstr (text, "restarting") != NULL);
}

GST_END_TEST;

/* Two sessions of a process, as with GST_ICE_TIMELINE; the name is free again after. */
GST_START_TEST (test_each_session_has_a_file)
{
  static const gchar *const rows[][3] = {
    {"call.svg", "call-2.svg", "call-3.svg"}, {"call", "call-2", "call-3"},
  };

  for (guint row = 0; row < G_N_ELEMENTS (rows); row++) {
    for (guint twice = 0; twice < 2; twice++) {
      GstIceRecorder *recorders[3];

      for (guint i = 0; i < 3; i++) {
        g_autofree gchar *what = g_strdup_printf ("number %u", i);

        recorders[i] = record_to (rows[row][0]);
        fail_unless (note (recorders[i], GST_PROGRESS_TYPE_COMPLETE, what));
      }
      for (guint i = 0; i < 3; i++) {
        g_autofree gchar *what = g_strdup_printf ("number %u", i);
        g_autofree gchar *text = read_file (rows[row][i]);

        fail_unless (strstr (text, what) != NULL);
        gst_ice_recorder_free (recorders[i]);
      }
    }
  }
}

GST_END_TEST;

GST_START_TEST (test_endless_call_has_a_short_timeline)
{
  GstIceRecorder *recorder = record_to ("call.html");
  g_autofree gchar *text = NULL;

  fail_unless (note (recorder, GST_PROGRESS_TYPE_COMPLETE, "the first"));
  for (guint i = 0; i < 5000; i++)
    fail_unless (note (recorder, GST_PROGRESS_TYPE_CONTINUE, "x"));
  gst_ice_recorder_free (recorder);
  text = read_file ("call.html");
  fail_unless (g_str_has_prefix (text, "<!DOCTYPE html>"));
  fail_unless (strstr (text, "the first") != NULL);
  fail_unless (strlen (text) < 500 * 400);
}

GST_END_TEST;

GST_START_TEST (test_file_that_cant_be_written)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.mline = -1,
    .progress = GST_PROGRESS_TYPE_COMPLETE,.text = "connected"
  };
  GstIceRecorder *recorder = record_to ("nowhere/call.svg");
  g_autoptr (GError) error = NULL;

  fail_if (gst_ice_recorder_note (recorder, &notice, NULL, &error));
  fail_unless (strstr (error->message, "nowhere/call.svg") != NULL);
  gst_ice_recorder_free (recorder);
}

GST_END_TEST;

GST_START_TEST (test_no_file_is_named)
{
  g_autofree gchar *path = g_build_filename (folder, "environment.svg", NULL);
  g_autofree gchar *text = NULL;
  GstIceRecorder *recorder;

  g_unsetenv ("GST_ICE_TIMELINE");
  fail_unless (gst_ice_recorder_new (NULL) == NULL);
  fail_unless (gst_ice_recorder_new ("") == NULL);
  g_setenv ("GST_ICE_TIMELINE", path, TRUE);
  recorder = gst_ice_recorder_new (NULL);
  g_unsetenv ("GST_ICE_TIMELINE");
  fail_unless (note (recorder, GST_PROGRESS_TYPE_COMPLETE, "connected"));
  gst_ice_recorder_free (recorder);
  text = read_file ("environment.svg");
  fail_unless (strstr (text, "connected") != NULL);
}

GST_END_TEST;

static Suite *
recorder_suite (void)
{
  Suite *s = suite_create ("recorder");
  TCase *tc = tcase_create ("recorder");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, set_up, tear_down);
  tcase_add_test (tc, test_steps_are_written);
  tcase_add_test (tc, test_each_session_has_a_file);
  tcase_add_test (tc, test_endless_call_has_a_short_timeline);
  tcase_add_test (tc, test_file_that_cant_be_written);
  tcase_add_test (tc, test_no_file_is_named);
  return s;
}

GST_CHECK_MAIN (recorder);
