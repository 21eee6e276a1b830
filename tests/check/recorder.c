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

/* Pairs. */

static void
add_candidate (GstIceRecorder * recorder, GstIceNoticeType type,
    GstIceCandidateType kind, const gchar * address)
{
  g_autoptr (GstIceCandidate) candidate = gst_ice_candidate_new (address, 5000);
  const GstIceNotice notice = {.type = type,.mline = 0,.candidate = candidate };

  candidate->type = kind;
  candidate->component = GST_ICE_COMPONENT_RTP;
  fail_unless (gst_ice_recorder_note (recorder, &notice, "audio", NULL));
}

#define OURS GST_ICE_NOTICE_CANDIDATE
#define THEIRS GST_ICE_NOTICE_PEER_CANDIDATE

static void
tell_gathering (GstIceRecorder * recorder)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_GATHERING_STATE,
    .gathering_state = GST_ICE_GATHERING_GATHERING
  };

  fail_unless (gst_ice_recorder_note (recorder, &notice, "audio", NULL));
}

static void
tell_state (GstIceRecorder * recorder, GstIceConnectionState state)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_CONNECTION_STATE,
    .connection_state = state
  };

  fail_unless (gst_ice_recorder_note (recorder, &notice, "audio", NULL));
}

/* @base: (nullable): of @local, when a server or the peer sees another address */
static void
select_pair (GstIceRecorder * recorder, const gchar * local, const gchar * base,
    const gchar * remote)
{
  g_autoptr (GstIceCandidate) ours = gst_ice_candidate_new (local, 5000);
  g_autoptr (GstIceCandidate) theirs = gst_ice_candidate_new (remote, 5000);
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_SELECTED_PAIR,
    .local = ours,.remote = theirs
  };

  ours->component = theirs->component = GST_ICE_COMPONENT_RTP;
  ours->base_address = g_strdup (base);
  if (base != NULL)
    ours->type = GST_ICE_CANDIDATE_SRFLX;
  fail_unless (gst_ice_recorder_note (recorder, &notice, "audio", NULL));
}

static guint
count (const gchar * text, const gchar * what)
{
  guint n = 0;

  while ((text = strstr (text, what)) != NULL) {
    text += strlen (what);
    n++;
  }
  return n;
}

/* @recorder: (transfer full). Returns: (transfer full): what it has drawn */
static gchar *
finish (GstIceRecorder * recorder)
{
  gst_ice_recorder_free (recorder);
  return read_file ("call.svg");
}

GST_START_TEST (test_pairs_are_those_of_ice)
{
  GstIceRecorder *recorder = record_to ("call.svg");
  g_autofree gchar *text = NULL;

  tell_gathering (recorder);
  add_candidate (recorder, OURS, GST_ICE_CANDIDATE_HOST, "10.0.0.2");
  add_candidate (recorder, OURS, GST_ICE_CANDIDATE_HOST, "2001:db8::2");
  add_candidate (recorder, OURS, GST_ICE_CANDIDATE_SRFLX, "203.0.113.7");
  add_candidate (recorder, THEIRS, GST_ICE_CANDIDATE_SRFLX, "198.51.100.9");
  add_candidate (recorder, THEIRS, GST_ICE_CANDIDATE_SRFLX, "198.51.100.9");
  add_candidate (recorder, THEIRS, GST_ICE_CANDIDATE_HOST, "peer.local");
  /* It comes late, and can be checked with what is there. */
  add_candidate (recorder, OURS, GST_ICE_CANDIDATE_RELAY, "192.0.2.7");
  text = finish (recorder);
  fail_unless_equals_int (count (text, "audio: pair "), 2);
  fail_unless (strstr (text, "audio: pair host/udp 10.0.0.2:5000 → "
          "srflx/udp 198.51.100.9:5000 (") != NULL);
  fail_unless (strstr (text, "audio: pair relay/udp 192.0.2.7:5000 → "
          "srflx/udp 198.51.100.9:5000 (") != NULL);
  fail_unless_equals_int (count (text, "ms and on)"), 2);
}

GST_END_TEST;

GST_START_TEST (test_pairs_have_an_end)
{
  GstIceRecorder *recorder = record_to ("call.svg");
  g_autofree gchar *text = NULL;

  tell_gathering (recorder);
  add_candidate (recorder, OURS, GST_ICE_CANDIDATE_HOST, "10.0.0.2");
  add_candidate (recorder, OURS, GST_ICE_CANDIDATE_RELAY, "192.0.2.7");
  add_candidate (recorder, THEIRS, GST_ICE_CANDIDATE_SRFLX, "198.51.100.9");
  /* First by the relay, then directly, from what the peer sees of the host. */
  select_pair (recorder, "192.0.2.7", NULL, "198.51.100.9");
  select_pair (recorder, "203.0.113.7", "10.0.0.2", "198.51.100.9");
  /* It is told again, and comes back, which is no other pair. */
  select_pair (recorder, "203.0.113.7", "10.0.0.2", "198.51.100.9");
  add_candidate (recorder, THEIRS, GST_ICE_CANDIDATE_HOST, "198.51.100.10");
  tell_state (recorder, GST_ICE_CONNECTION_COMPLETED);
  /* It is too late for this one. */
  add_candidate (recorder, THEIRS, GST_ICE_CANDIDATE_HOST, "198.51.100.11");
  /* A check came from an address that the peer did not tell. */
  select_pair (recorder, "10.0.0.2", NULL, "198.51.100.12");
  text = finish (recorder);
  fail_unless_equals_int (count (text, ": works, and is selected ("), 3);
  fail_unless_equals_int (count (text, ": not selected ("), 2);
  fail_unless_equals_int (count (text, "198.51.100.11"), 0);
  fail_unless_equals_int (count (text, "<rect"), 1 + 4);
  fail_unless_equals_int (count (text, "ms and on)"), 0);
}

GST_END_TEST;

GST_START_TEST (test_pairs_fail_and_begin_anew)
{
  GstIceRecorder *recorder = record_to ("call.svg");
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < 2; i++) {
    tell_gathering (recorder);
    add_candidate (recorder, OURS, GST_ICE_CANDIDATE_HOST, "10.0.0.2");
    add_candidate (recorder, THEIRS, GST_ICE_CANDIDATE_HOST, "10.0.0.3");
  }
  tell_state (recorder, GST_ICE_CONNECTION_FAILED);
  text = finish (recorder);
  fail_unless_equals_int (count (text, "10.0.0.3:5000: not checked any more ("),
      1);
  fail_unless_equals_int (count (text, "10.0.0.3:5000: failed ("), 1);
}

GST_END_TEST;

GST_START_TEST (test_many_candidates_are_few_rows)
{
  GstIceRecorder *recorder = record_to ("call.svg");
  g_autofree gchar *text = NULL;

  tell_gathering (recorder);
  for (guint i = 0; i < 250; i++) {
    g_autofree gchar *ours = g_strdup_printf ("10.0.0.%u", i);
    g_autofree gchar *theirs = g_strdup_printf ("10.0.1.%u", i);

    add_candidate (recorder, OURS, GST_ICE_CANDIDATE_HOST, ours);
    add_candidate (recorder, THEIRS, GST_ICE_CANDIDATE_HOST, theirs);
  }
  text = finish (recorder);
  fail_unless_equals_int (count (text, "pair host/udp"), 100);
}

GST_END_TEST;

/* It was earlier than what was noted before it, and is drawn there. */
GST_START_TEST (test_first_packets_have_their_own_time)
{
  static const GstIceNoticeType types[] = {
    GST_ICE_NOTICE_FIRST_SENT, GST_ICE_NOTICE_FIRST_RECEIVED
  };
  GstIceRecorder *recorder = record_to ("call.svg");
  const gint64 at_us = g_get_monotonic_time ();
  g_autofree gchar *text = NULL;
  const gchar *sent, *received, *late;

  while (g_get_monotonic_time () <= at_us + 1);
  fail_unless (note (recorder, GST_PROGRESS_TYPE_CONTINUE, "late"));
  for (guint i = 0; i < 2; i++) {
    const GstIceNotice notice = {.type = types[i],.mline = 0,
      .at_us = at_us + i
    };

    fail_unless (gst_ice_recorder_note (recorder, &notice, "audio", NULL));
    /* There may be nothing after it that has the file written. */
    g_clear_pointer (&text, g_free);
    text = read_file ("call.svg");
    fail_unless (text != NULL);
  }
  sent = strstr (text, "audio: first packet sent");
  received = strstr (text, "audio: first packet received");
  late = strstr (text, "audio: late");
  fail_unless (sent != NULL && sent < received && received < late);
  gst_ice_recorder_free (recorder);
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
  tcase_add_test (tc, test_pairs_are_those_of_ice);
  tcase_add_test (tc, test_pairs_have_an_end);
  tcase_add_test (tc, test_pairs_fail_and_begin_anew);
  tcase_add_test (tc, test_many_candidates_are_few_rows);
  tcase_add_test (tc, test_first_packets_have_their_own_time);
  return s;
}

GST_CHECK_MAIN (recorder);
