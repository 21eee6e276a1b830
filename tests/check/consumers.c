/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A listener whose elements only send: it has a call with each who comes. */

#include "config.h"

#include "drivertest.h"

typedef struct
{
  Party party;
  FakeMember *audio;
  guint n_came;
} Cam;

/* Somebody who watches; the test is the peer. */
typedef struct
{
  FakeSignaller *signaller;
  FakeAgent *agent;
  GstIceRoute *route;
} Viewer;

static void
cam_init (Cam * cam, guint max)
{
  fake_agents_set_behaviour (NULL, FAKE_AGENT_HANGS);
  memset (cam, 0, sizeof *cam);
  party_init (&cam->party);
  cam->audio = party_add (&cam->party, "audio", SENDONLY, OPUS);
  fake_member_set_uint (cam->audio, "max-consumers", max);
  party_start (&cam->party, LISTEN);
  settle ();
}

static void
offer (Viewer * viewer, const gchar * caps)
{
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  GstIceMediaDescription *media = add_media (description, "0", caps);

  media->direction = RECVONLY;
  media->end_of_candidates = TRUE;
  add_candidate (media, "192.0.2.1", 5000);
  viewer->signaller = fake_signaller_tell_newcomer (fake_signallers_find
      (LISTEN), description);
  settle ();
}

static void
come_for (Cam * cam, Viewer * viewer, const gchar * caps)
{
  memset (viewer, 0, sizeof *viewer);
  offer (viewer, caps);
  viewer->agent = fake_agents_find ("audio", cam->n_came++);
  fail_unless (viewer->agent != NULL);
  viewer->route = fake_route_new (NULL);
  fake_agent_tell_state (viewer->agent, 1, GST_ICE_AGENT_CONNECTED);
  fake_agent_tell_selected (viewer->agent, 1, 5000, 6000, viewer->route);
  settle ();
}

static void
come (Cam * cam, Viewer * viewer)
{
  come_for (cam, viewer, OPUS);
}

static void
viewer_clear (Viewer * viewer)
{
  g_clear_object (&viewer->signaller);
  g_clear_object (&viewer->route);
}

static void
assert_taken (const Viewer * viewer, const gchar * expected)
{
  g_autofree gchar *taken = fake_route_get_taken (viewer->route);

  fail_unless_equals_string (taken, expected);
}

static void
assert_told (const Cam * cam, const gchar * line, guint n)
{
  fail_unless_equals_int (fake_member_count (cam->audio, line), n);
}

/* Returns: how many consumers the session's statistics have */
static guint
count_in_stats (const Cam * cam, guint64 * n_sent)
{
  g_autoptr (GstStructure) stats =
      gst_ice_session_driver_get_stats (cam->party.driver);
  const GValue *list = gst_structure_get_value (stats, "consumers");

  fail_unless (list != NULL);
  fail_unless (gst_structure_get_uint64 (stats, "packets-sent", n_sent));
  return gst_value_array_get_size (list);
}

GST_START_TEST (test_each_leaves_for_itself)
{
  Cam cam;
  Viewer one, two, three;
  guint64 n_sent;

  cam_init (&cam, 64);
  come (&cam, &one);
  send_packets (cam.audio, 1, 1);
  come (&cam, &two);
  come (&cam, &three);
  send_packets (cam.audio, 2, 1);
  assert_told (&cam, "added 1 (1)", 1);
  assert_told (&cam, "added 3 (3)", 1);
  assert_told (&cam, "progress viewer 3 is there: 3 viewers", 1);
  fail_unless_equals_int (count_in_stats (&cam, &n_sent), 3);
  fail_unless_equals_uint64 (n_sent, 4);

  /* A goodbye; a path that is lost for good. */
  fake_signaller_tell_hung_up (two.signaller);
  settle ();
  assert_told (&cam, "removed 2 (2): left", 1);
  send_packets (cam.audio, 3, 1);
  assert_taken (&one, "1 2 3");
  assert_taken (&two, "2");
  assert_taken (&three, "2 3");

  fake_signaller_tell_hung_up (one.signaller);
  fake_signaller_tell_hung_up (three.signaller);
  settle ();
  assert_told (&cam, "removed 3 (0): left", 1);
  fail_unless_equals_int (fake_agents_get_n_open (), 0);
  fail_unless_equals_int (gst_ice_session_driver_get_connection_state
      (cam.party.driver), GST_ICE_CONNECTION_NEW);

  /* It goes on: what nobody sees is dropped, and the next sees what comes then. */
  send_packets (cam.audio, 4, 1);
  viewer_clear (&one);
  come (&cam, &one);
  send_packets (cam.audio, 5, 1);
  assert_taken (&one, "5");
  assert_told (&cam, "error", 0);
  assert_told (&cam, "warning", 0);
  viewer_clear (&one);
  viewer_clear (&two);
  viewer_clear (&three);
  party_end (&cam.party);
}

GST_END_TEST;

GST_START_TEST (test_lost_path_leaves_the_others)
{
  Cam cam;
  Viewer one, two;

  cam_init (&cam, 64);
  come (&cam, &one);
  come (&cam, &two);
  fake_agent_tell_state (one.agent, 1, GST_ICE_AGENT_FAILED);
  settle ();
  send_packets (cam.audio, 1, 1);
  assert_taken (&one, "");
  assert_taken (&two, "1");
  assert_told (&cam, "error", 0);
  viewer_clear (&one);
  viewer_clear (&two);
  party_end (&cam.party);
}

GST_END_TEST;

/* Issue 17, bad input: who is refused, and why, is told here, too. */
GST_START_TEST (test_refused_viewer_leaves_the_others)
{
  Cam cam;
  Viewer one, stranger = { NULL, };
  g_autofree gchar *log = NULL;

  cam_init (&cam, 64);
  come (&cam, &one);
  offer (&stranger, VP8);
  assert_told (&cam, "warning 2: Refused a call from ", 1);
  assert_told (&cam, "error", 0);
  send_packets (cam.audio, 1, 1);
  assert_taken (&one, "1");
  log = fake_signaller_get_log (fake_signallers_find (LISTEN));
  fail_unless_equals_string (log, "start answer reject:2");
  viewer_clear (&one);
  viewer_clear (&stranger);
  party_end (&cam.party);
}

GST_END_TEST;

static void
change (Cam * cam, const gchar * caps)
{
  gst_caps_unref (cam->audio->formats);
  cam->audio->formats = gst_caps_from_string (caps);
  gst_ice_sender_set_written (cam->audio->sender, cam->audio->formats, NULL);
  party_set_ready (&cam->party, cam->audio);
  settle ();
}

/* Issue 17, bad input: who knows the new format goes on, and the others end, each told once. */
GST_START_TEST (test_other_format_ends_who_lacks_it)
{
  Cam cam;
  Viewer both, old, checking = { NULL, };

  cam_init (&cam, 64);
  change (&cam, OPUS "; application/x-rtp, media=audio");
  come_for (&cam, &both, OPUS "; " PCMU);
  come (&cam, &old);
  offer (&checking, OPUS);
  send_packets (cam.audio, 1, 1);

  change (&cam, PCMU "; application/x-rtp, media=audio");
  assert_told (&cam,
      "removed 2 (1): audio sends PCMU from now on, and the call "
      "was made for OPUS", 1);
  assert_told (&cam, "warning 2: The viewer 2 is gone: audio sends PCMU", 1);
  assert_told (&cam, "warning 2: The viewer 3 was not reached: audio sends ",
      1);
  assert_told (&cam, "warning", 2);
  assert_told (&cam, "error", 0);
  send_packets (cam.audio, 2, 1);
  assert_taken (&both, "1 2");
  assert_taken (&old, "1");

  /* The same again is no change. */
  party_set_ready (&cam.party, cam.audio);
  settle ();
  assert_told (&cam, "warning", 2);
  viewer_clear (&both);
  viewer_clear (&old);
  viewer_clear (&checking);
  party_end (&cam.party);
}

GST_END_TEST;

static const struct
{
  guint max;
  guint n_taken;                /* of three */
} limits[] = {
  {0, 3}, {1, 1}, {2, 2}, {64, 3},
};

GST_START_TEST (test_above_max_consumers_is_busy)
{
  Cam cam;
  Viewer viewers[3];
  g_autofree gchar *log = NULL;
  guint n_taken = 0;

  cam_init (&cam, limits[__i__].max);
  memset (viewers, 0, sizeof viewers);
  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++) {
    if (i < limits[__i__].n_taken)
      come (&cam, &viewers[i]);
    else
      offer (&viewers[i], OPUS);
  }
  send_packets (cam.audio, 1, 1);
  for (guint i = 0; i < limits[__i__].n_taken; i++)
    assert_taken (&viewers[i], "1");
  log = fake_signaller_get_log (fake_signallers_find (LISTEN));
  for (const gchar * at = log; (at = strstr (at, "answer")) != NULL; at++)
    n_taken++;
  fail_unless_equals_int (n_taken, limits[__i__].n_taken);

  /* Who leaves makes room; with one it is the end, as ever. */
  fake_signaller_tell_hung_up (viewers[0].signaller);
  settle ();
  if (limits[__i__].n_taken < G_N_ELEMENTS (viewers)) {
    viewer_clear (&viewers[2]);
    offer (&viewers[2], OPUS);
    g_free (log);
    log = fake_signaller_get_log (fake_signallers_find (LISTEN));
    fail_unless_equals_int (g_str_has_suffix (log, "answer"),
        limits[__i__].max > 1);
  }
  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++)
    viewer_clear (&viewers[i]);
  party_end (&cam.party);
}

GST_END_TEST;

/* Who takes media of a peer has one. */
GST_START_TEST (test_session_that_receives_has_one_peer)
{
  Cam cam;
  Viewer one, two = { NULL, };
  g_autofree gchar *log = NULL;

  fake_agents_set_behaviour (NULL, FAKE_AGENT_HANGS);
  memset (&cam, 0, sizeof cam);
  party_init (&cam.party);
  cam.audio = party_add (&cam.party, "audio", SENDONLY, OPUS);
  party_add (&cam.party, "listener", RECVONLY, OPUS);
  party_start (&cam.party, LISTEN);
  settle ();
  come (&cam, &one);
  offer (&two, OPUS);
  log = fake_signaller_get_log (fake_signallers_find (LISTEN));
  fail_unless (strstr (log, "answer reject:") != NULL, "%s", log);
  assert_told (&cam, "added", 0);
  viewer_clear (&one);
  viewer_clear (&two);
  party_end (&cam.party);
}

GST_END_TEST;

/* Viewers that wait for our offer, as by WebSocket. */

static void
ask (Viewer * viewer)
{
  memset (viewer, 0, sizeof *viewer);
  viewer->signaller = fake_signaller_tell_newcomer (fake_signallers_find
      (LISTEN), NULL);
  settle ();
}

static void
give_answer (Viewer * viewer, const gchar * caps)
{
  g_autoptr (GstIceDescription) answer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);
  GstIceMediaDescription *media = add_media (answer, "0", caps);

  media->direction = RECVONLY;
  media->end_of_candidates = TRUE;
  add_candidate (media, "192.0.2.1", 5000);
  fake_signaller_tell_description (viewer->signaller, answer);
  settle ();
}

static void
find_path (Cam * cam, Viewer * viewer)
{
  viewer->agent = fake_agents_find ("audio", cam->n_came++);
  fail_unless (viewer->agent != NULL);
  viewer->route = fake_route_new (NULL);
  fake_agent_tell_state (viewer->agent, 1, GST_ICE_AGENT_CONNECTED);
  fake_agent_tell_selected (viewer->agent, 1, 5000, 6000, viewer->route);
  settle ();
}

/* Returns: (transfer full): the ufrag that @viewer was offered */
static gchar *
dup_ufrag (const Viewer * viewer)
{
  g_autoptr (GstIceDescription) sent =
      fake_signaller_get_sent (viewer->signaller, GST_ICE_DESCRIPTION_OFFER);

  fail_unless (sent != NULL);
  return g_strdup (gst_ice_description_get_media (sent, 0)->ufrag);
}

static void
assert_log (const gchar * expected)
{
  g_autofree gchar *log = fake_signaller_get_log (fake_signallers_find
      (LISTEN));

  fail_unless_equals_string (log, expected);
}

GST_START_TEST (test_each_that_asks_gets_an_offer)
{
  Cam cam;
  Viewer one, two, three;
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *other = NULL;

  cam_init (&cam, 2);
  ask (&one);
  give_answer (&one, OPUS);
  find_path (&cam, &one);
  ask (&two);
  ask (&three);
  assert_log ("start offer offer reject:6");
  give_answer (&two, OPUS);
  find_path (&cam, &two);
  ufrag = dup_ufrag (&one);
  other = dup_ufrag (&two);
  fail_if (g_str_equal (ufrag, other));
  send_packets (cam.audio, 1, 1);
  assert_taken (&one, "1");
  assert_taken (&two, "1");
  assert_told (&cam, "added 2 (2)", 1);

  /* Who leaves makes room for the third. */
  fake_signaller_tell_hung_up (one.signaller);
  settle ();
  viewer_clear (&three);
  ask (&three);
  give_answer (&three, OPUS);
  find_path (&cam, &three);
  send_packets (cam.audio, 2, 1);
  assert_taken (&one, "1");
  assert_taken (&two, "1 2");
  assert_taken (&three, "2");
  assert_told (&cam, "error", 0);
  assert_told (&cam, "warning", 0);
  viewer_clear (&one);
  viewer_clear (&two);
  viewer_clear (&three);
  party_end (&cam.party);
}

GST_END_TEST;

/* An answer that is no good ends the call of who gave it. */
GST_START_TEST (test_bad_answer_leaves_the_others)
{
  Cam cam;
  Viewer one, two;

  cam_init (&cam, 64);
  ask (&one);
  give_answer (&one, OPUS);
  find_path (&cam, &one);
  ask (&two);
  give_answer (&two, VP8);
  send_packets (cam.audio, 1, 1);
  assert_taken (&one, "1");
  assert_log ("start offer offer hang-up");
  assert_told (&cam, "error", 0);
  assert_told (&cam, "removed 2 (1)", 0);
  viewer_clear (&one);
  viewer_clear (&two);
  party_end (&cam.party);
}

GST_END_TEST;

GST_START_TEST (test_who_asks_early_waits_for_all_elements)
{
  Cam cam;
  FakeMember *video;
  Viewer one;

  cam_init (&cam, 64);
  video = party_add (&cam.party, "video", SENDONLY, VP8);
  party_join (&cam.party, video);
  settle ();
  ask (&one);
  assert_log ("start");
  assert_told (&cam, "progress a call waits for video", 1);
  party_set_ready (&cam.party, video);
  settle ();
  assert_log ("start offer");
  viewer_clear (&one);
  party_end (&cam.party);
}

GST_END_TEST;

/* A session with one peer tells the second that it is busy, and ends with the first. */
GST_START_TEST (test_one_that_asks_is_the_one)
{
  Cam cam;
  Viewer one, two;

  cam_init (&cam, 1);
  ask (&one);
  give_answer (&one, OPUS);
  find_path (&cam, &one);
  ask (&two);
  assert_log ("start offer reject:6");
  assert_told (&cam, "added", 0);

  /* No offer shows that it is the same peer, whose path is lost. */
  fake_agent_tell_state (one.agent, 1, GST_ICE_AGENT_FAILED);
  settle ();
  viewer_clear (&two);
  ask (&two);
  assert_log ("start offer reject:6 reject:6");
  fake_signaller_tell_hung_up (one.signaller);
  settle ();
  viewer_clear (&two);
  ask (&two);
  assert_log ("start offer reject:6 reject:6 reject:6");
  viewer_clear (&one);
  viewer_clear (&two);
  party_end (&cam.party);
}

GST_END_TEST;

/* One that is about to come does not keep the others from a restart. */
GST_START_TEST (test_restart_is_of_those_who_are_there)
{
  Cam cam;
  Viewer one, coming, two;
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;

  fake_signallers_let_offer_again ();
  cam_init (&cam, 64);
  ask (&one);
  give_answer (&one, OPUS);
  find_path (&cam, &one);
  ask (&coming);
  cam.n_came++;
  ask (&two);
  give_answer (&two, OPUS);
  find_path (&cam, &two);
  before = dup_ufrag (&two);
  gst_ice_session_driver_restart (cam.party.driver);
  settle ();
  after = dup_ufrag (&two);
  fail_if (g_str_equal (before, after));
  assert_log ("start offer offer offer offer offer");
  assert_told (&cam, "warning", 0);
  viewer_clear (&one);
  viewer_clear (&coming);
  viewer_clear (&two);
  party_end (&cam.party);
}

GST_END_TEST;

static Suite *
consumers_suite (void)
{
  Suite *s = suite_create ("consumers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, party_setup, party_teardown);
  tcase_add_test (tc, test_each_leaves_for_itself);
  tcase_add_test (tc, test_lost_path_leaves_the_others);
  tcase_add_test (tc, test_refused_viewer_leaves_the_others);
  tcase_add_test (tc, test_other_format_ends_who_lacks_it);
  tcase_add_loop_test (tc, test_above_max_consumers_is_busy, 0,
      G_N_ELEMENTS (limits));
  tcase_add_test (tc, test_session_that_receives_has_one_peer);
  tcase_add_test (tc, test_each_that_asks_gets_an_offer);
  tcase_add_test (tc, test_bad_answer_leaves_the_others);
  tcase_add_test (tc, test_who_asks_early_waits_for_all_elements);
  tcase_add_test (tc, test_one_that_asks_is_the_one);
  tcase_add_test (tc, test_restart_is_of_those_who_are_there);
  return s;
}

GST_CHECK_MAIN (consumers);
