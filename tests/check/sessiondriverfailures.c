/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "drivertest.h"

/* Waits for a line of @member and looks for words in it. */
static void
assert_told (FakeMember * member, const gchar * start, const gchar * one,
    const gchar * other)
{
  g_autofree gchar *line = NULL;

  WAIT_UNTIL (fake_member_count (member, start) > 0);
  line = fake_member_wait (member, start);
  fail_unless (strstr (line, one) != NULL, "%s", line);
  fail_unless (other == NULL || strstr (line, other) != NULL, "%s", line);
  fail_unless_equals_int (fake_member_count (member, "late"), 0);
}

/* Every element's streaming has stopped. */
static void
assert_stopped (FakeMember * member)
{
  g_autoptr (GstBufferList) list = packets_new (1, 1);

  if (member->sender != NULL) {
    fail_unless_equals_int (gst_ice_sender_send_list (member->sender, list),
        GST_FLOW_ERROR);
  } else {
    fail_unless_equals_int (receive_flow (member), GST_FLOW_ERROR);
  }
}

GST_START_TEST (test_contradiction_names_both_and_the_property)
{
  Party party;
  FakeMember *one, *other;

  party_init (&party);
  one = party_add (&party, "one", SENDONLY, OPUS);
  other = party_add (&party, "other", SENDONLY, VP8);
  fake_member_set_uint (one, "connect-timeout", 1000);
  fake_member_set_uint (other, "connect-timeout", 2000);
  party_start (&party, NULL);
  /* Once, from the one that brought it in. */
  assert_told (other, "error", "one and other", "connect-timeout");
  fail_unless_equals_int (fake_member_count (one, "error"), 0);
  assert_stopped (one);
  assert_stopped (other);
  party_end (&party);
}

GST_END_TEST;

GST_START_TEST (test_duplicate_names_both)
{
  Party party;
  FakeMember *other;

  party_init (&party);
  party_add (&party, "one", SENDONLY, VP8);
  other = party_add (&party, "other", SENDONLY, VP8);
  party_start (&party, NULL);
  assert_told (other, "error", "one and other", "video");
  party_end (&party);
}

GST_END_TEST;

/* URIs that no signaller can be made or started for. */
static const struct
{
  const gchar *uri;
  const gchar *words;
} uris[] = {
  {"gopher://x/", "known: fake:"},
  {"nonsense", "known: fake:"},
  {"fake:malformed", "no room"},
  {"fake:broken", "port is in use"},
};

GST_START_TEST (test_bad_uri_is_one_error)
{
  Party party;
  FakeMember *audio, *video;

  party_init (&party);
  audio = party_add (&party, "audio", SENDONLY, OPUS);
  video = party_add (&party, "video", SENDONLY, VP8);
  party_start (&party, uris[__i__].uri);
  assert_told (audio, "error", uris[__i__].words, NULL);
  settle ();
  fail_unless_equals_int (fake_member_count (audio, "error"), 1);
  fail_unless_equals_int (fake_member_count (video, "error"), 0);
  assert_stopped (audio);
  assert_stopped (video);
  party_end (&party);
}

GST_END_TEST;

static const struct
{
  FakeAgentBehaviour behaviour;
  const gchar *words;
} agents_fail[] = {
  {FAKE_AGENT_CANT_BE_MADE, "no address"},
  {FAKE_AGENT_CANT_GATHER, "No UDP port"},
};

GST_START_TEST (test_agent_that_cant_is_an_error)
{
  Party party;
  FakeMember *audio;

  party_init (&party);
  audio = party_add (&party, "audio", SENDONLY, OPUS);
  fake_agents_set_behaviour (NULL, agents_fail[__i__].behaviour);
  party_start (&party, CALL);
  assert_told (audio, "error", agents_fail[__i__].words, NULL);
  assert_stopped (audio);
  party_end (&party);
  fail_unless_equals_int (fake_agents_get_n_open (), 0);
}

GST_END_TEST;

GST_START_TEST (test_callers_timeout_says_what_was_tried)
{
  Party caller, listener;
  FakeMember *audio;

  party_init (&caller);
  party_init (&listener);
  audio = party_add (&caller, "audio", SENDONLY, OPUS);
  party_add (&listener, "src", RECVONLY, OPUS);
  fake_member_set_uint (audio, "connect-timeout", 30);
  fake_agents_set_behaviour (NULL, FAKE_AGENT_HANGS);
  party_start (&listener, LISTEN);
  settle ();
  party_start (&caller, CALL);
  assert_told (audio, "error", "No path to the peer for audio",
      "1 local and 1 remote");
  assert_stopped (audio);
  party_end (&caller);
  party_end (&listener);
}

GST_END_TEST;

GST_START_TEST (test_goodbye_before_the_path_is_the_callers_error)
{
  Party party;
  FakeMember *audio;

  party_init (&party);
  audio = party_add (&party, "audio", SENDONLY, OPUS);
  party_start (&party, CALL);
  settle ();
  fake_signaller_tell_hung_up (fake_signallers_find (CALL));
  assert_told (audio, "error", "hung up", NULL);
  assert_stopped (audio);
  party_end (&party);
}

GST_END_TEST;

GST_START_TEST (test_signaller_that_fails_is_the_error)
{
  Party party;
  FakeMember *audio;
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_UNAUTHORIZED, "http://rx:80/cam wants another token");

  party_init (&party);
  audio = party_add (&party, "audio", SENDONLY, OPUS);
  party_start (&party, CALL);
  settle ();
  fake_signaller_tell_failed (fake_signallers_find (CALL), error);
  assert_told (audio, "error", "another token", NULL);
  assert_stopped (audio);
  party_end (&party);
}

GST_END_TEST;

/* Returns: (transfer full): an answer of a test that is the peer */
static GstIceDescription *
answer_new (gboolean take_audio, gboolean take_video)
{
  GstIceDescription *answer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);

  add_media (answer, "0", OPUS)->rejected = !take_audio;
  add_media (answer, "1", VP8)->rejected = !take_video;
  for (guint i = 0; i < 2; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (answer, i);

    media->direction = RECVONLY;
    media->end_of_candidates = TRUE;
    if (!media->rejected)
      add_candidate (media, "192.0.2.1", 5000);
  }
  return answer;
}

typedef struct
{
  Party party;
  FakeMember *audio, *video;
} Caller;

/* A caller whose offer has left; the test answers. */
static void
caller_init (Caller * caller)
{
  party_init (&caller->party);
  caller->audio = party_add (&caller->party, "audio", SENDONLY, OPUS);
  caller->video = party_add (&caller->party, "video", SENDONLY, VP8);
  /* A path that is lost is given up at once. */
  fake_member_set_uint (caller->audio, "grace", 0);
  party_start (&caller->party, CALL);
  WAIT_UNTIL (fake_member_count (caller->audio, "gathered") > 0 &&
      fake_member_count (caller->video, "gathered") > 0);
  settle ();
}

static void
caller_answer (Caller * caller, GstIceDescription * answer)
{
  fake_signaller_tell_description (fake_signallers_find (CALL), answer);
  settle ();
}

GST_START_TEST (test_refused_audio_is_a_warning_and_video_checks_at_once)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer = answer_new (FALSE, TRUE);
  g_autofree gchar *log = NULL;

  caller_init (&caller);
  caller_answer (&caller, answer);
  assert_told (caller.audio, "warning", "refused audio", NULL);
  fail_unless_equals_int (fake_member_count (caller.video, "warning"), 0);
  log = fake_agents_get_log ();
  fail_unless (strstr (log, "audio:close") != NULL, "%s", log);
  fail_unless (strstr (log, "video:check:peer1") != NULL, "%s", log);
  /* What it sends is dropped, and does not hold up its pipeline. */
  fail_unless_equals_int (gst_ice_sender_wait_route (caller.audio->sender),
      GST_FLOW_OK);
  party_end (&caller.party);
}

GST_END_TEST;

GST_START_TEST (test_all_refused_is_an_error)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer = answer_new (FALSE, FALSE);

  caller_init (&caller);
  caller_answer (&caller, answer);
  assert_told (caller.audio, "error", "refused all m-lines: audio ", NULL);
  party_end (&caller.party);
}

GST_END_TEST;

/* Issue 14, 13: who reads it sees what does not fit. */
GST_START_TEST (test_answer_of_other_formats_is_named)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);

  caller_init (&caller);
  add_media (answer, "0", PCMU);
  add_media (answer, "1", VP8)->rejected = TRUE;
  caller_answer (&caller, answer);
  assert_told (caller.audio, "error", "audio OPUS (the answer has PCMU)",
      "video VP8");
  party_end (&caller.party);
}

GST_END_TEST;

/* What refuses it may not say what it would take: then this side says what it offered. */
static const struct
{
  gint code;
  const gchar *text, *told;
} refusals[] = {
  {GST_ICE_ERROR_UNSUPPORTED, "It answers 422", "422; offered were audio OPUS"},
  {GST_ICE_ERROR_UNSUPPORTED, "422: offered are audio OPUS, and it takes VP8",
      "it takes VP8"},
  {GST_ICE_ERROR_SIGNALLING, "Nobody answers", "Nobody answers"},
};

GST_START_TEST (test_refusal_names_what_was_offered)
{
  Caller caller;
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      refusals[__i__].code, refusals[__i__].text);
  g_autofree gchar *line = NULL;

  caller_init (&caller);
  fake_signaller_tell_failed (fake_signallers_find (CALL), error);
  WAIT_UNTIL (fake_member_count (caller.audio, "error") > 0);
  line = fake_member_wait (caller.audio, "error");
  fail_unless (strstr (line, refusals[__i__].told) != NULL, "%s", line);
  fail_unless_equals_int (strstr (line, "offered were") != NULL, __i__ == 0);
  party_end (&caller.party);
}

GST_END_TEST;

GST_START_TEST (test_answer_with_other_mlines_is_an_error)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer = answer_new (TRUE, TRUE);

  caller_init (&caller);
  g_ptr_array_remove_index (answer->media, 1);
  caller_answer (&caller, answer);
  assert_told (caller.audio, "error", "1 m-lines, the offer had 2", NULL);
  assert_stopped (caller.video);
  party_end (&caller.party);
}

GST_END_TEST;

/* Takes an agent of a peer that is not there through its states. */
static void
connect_agent (const gchar * name)
{
  FakeAgent *agent = fake_agents_find (name, 0);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  fake_agent_tell_state (agent, 1, GST_ICE_AGENT_CHECKING);
  fake_agent_tell_state (agent, 1, GST_ICE_AGENT_CONNECTED);
  fake_agent_tell_selected (agent, 1, 5000, 6000, route);
  settle ();
}

GST_START_TEST (test_lost_paths_are_a_warning_then_an_error)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer = answer_new (TRUE, TRUE);

  caller_init (&caller);
  caller_answer (&caller, answer);
  connect_agent ("audio");
  connect_agent ("video");
  fail_unless_equals_int (fake_member_count (caller.video, "pair 1"), 1);

  fake_agent_tell_state (fake_agents_find ("video", 0), 1,
      GST_ICE_AGENT_FAILED);
  assert_told (caller.video, "warning", "video was lost", NULL);
  fail_unless_equals_int (fake_member_count (caller.audio, "warning"), 0);
  fake_agent_tell_state (fake_agents_find ("audio", 0), 1,
      GST_ICE_AGENT_FAILED);
  assert_told (caller.audio, "error", "audio was lost", NULL);
  assert_stopped (caller.audio);
  party_end (&caller.party);
}

GST_END_TEST;

GST_START_TEST (test_further_candidates_give_a_failed_path_another_chance)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer = answer_new (TRUE, FALSE);

  caller_init (&caller);
  gst_ice_description_get_media (answer, 0)->end_of_candidates = FALSE;
  caller_answer (&caller, answer);
  fake_agent_tell_state (fake_agents_find ("audio", 0), 1,
      GST_ICE_AGENT_FAILED);
  settle ();
  fail_unless_equals_int (fake_member_count (caller.audio, "error"), 0);
  connect_agent ("audio");
  fail_unless_equals_int (fake_member_count (caller.audio, "pair 0"), 1);
  party_end (&caller.party);
}

GST_END_TEST;

GST_START_TEST (test_failed_path_is_told_when_the_last_candidate_was_tried)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer = answer_new (TRUE, FALSE);
  g_autoptr (GstIceDescription) last =
      gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);
  GstIceMediaDescription *media = gst_ice_description_add_media (last);

  caller_init (&caller);
  gst_ice_description_get_media (answer, 0)->end_of_candidates = FALSE;
  caller_answer (&caller, answer);
  fake_agent_tell_state (fake_agents_find ("audio", 0), 1,
      GST_ICE_AGENT_FAILED);
  settle ();
  media->mid = g_strdup ("0");
  media->end_of_candidates = TRUE;
  fake_signaller_tell_description (fake_signallers_find (CALL), last);
  assert_told (caller.audio, "error", "No path to the peer for audio", NULL);
  party_end (&caller.party);
}

GST_END_TEST;

/* What was not tried, and why, tells a user what to change. */
GST_START_TEST (test_peer_with_tcp_candidates_only_is_told_of)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer = answer_new (TRUE, FALSE);
  GPtrArray *candidates = gst_ice_description_get_media (answer, 0)->candidates;

  caller_init (&caller);
  for (guint i = 0; i < candidates->len; i++) {
    GstIceCandidate *candidate = g_ptr_array_index (candidates, i);

    candidate->transport = GST_ICE_PROTOCOL_TCP_PASSIVE;
  }
  caller_answer (&caller, answer);
  fake_agent_tell_state (fake_agents_find ("audio", 0), 1,
      GST_ICE_AGENT_FAILED);
  assert_told (caller.audio, "error", "No path to the peer for audio",
      "ice-tcp=false leaves out");
  party_end (&caller.party);
}

GST_END_TEST;

/* Issue 14, 13. */
GST_START_TEST (test_candidates_that_lead_nowhere_are_told_of)
{
  Caller caller;
  g_autoptr (GstIceDescription) answer = answer_new (TRUE, FALSE);
  GstIceMediaDescription *media = gst_ice_description_get_media (answer, 0);

  caller_init (&caller);
  for (guint i = 0; i < media->candidates->len; i++) {
    GstIceCandidate *candidate = g_ptr_array_index (media->candidates, i);

    g_free (candidate->address);
    candidate->address = g_strdup ("2001:db8::1");
  }
  gst_ice_media_description_leave_out (media, "a line",
      GST_ICE_LEFT_OUT_PRIORITY);
  caller_answer (&caller, answer);
  fake_agent_tell_state (fake_agents_find ("audio", 0), 1,
      GST_ICE_AGENT_FAILED);
  assert_told (caller.audio, "error", "candidates that it sent can be used: 1 "
      "with a priority", "of IPv6, of which there is no local candidate");
  party_end (&caller.party);
}

GST_END_TEST;

GST_START_TEST (test_element_that_comes_too_late_is_warned)
{
  Caller caller;
  FakeMember *late;

  caller_init (&caller);
  late = party_add (&caller.party, "latecomer", SENDONLY, VP8);
  late->claim.mid = (gchar *) "another";
  party_join (&caller.party, late);
  party_set_ready (&caller.party, late);
  assert_told (late, "warning", "latecomer", NULL);
  party_end (&caller.party);
}

GST_END_TEST;

GST_START_TEST (test_listener_refuses_what_nobody_takes)
{
  Party listener;
  FakeMember *audio;
  g_autoptr (GstIceDescription) offer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  g_autofree gchar *log = NULL;

  party_init (&listener);
  audio = party_add (&listener, "audio", RECVONLY, OPUS);
  party_start (&listener, LISTEN);
  settle ();
  add_media (offer, "0", VP8);
  fake_signaller_tell_description (fake_signallers_find (LISTEN), offer);
  settle ();
  log = fake_signaller_get_log (fake_signallers_find (LISTEN));
  fail_unless_equals_string (log, "start reject:2");
  fail_unless_equals_int (fake_member_count (audio, "error"), 0);
  party_end (&listener);
}

GST_END_TEST;

static void
on_described (GstIceDescription * description, const GError * error,
    gpointer user_data)
{
  fail_unless (description == NULL);
  *(GError **) user_data = g_error_copy (error);
}

/* The application's create-answer comes before the elements are ready, and waits;
 * or after, from within a notice, where it can't. */
GST_START_TEST (test_refused_offer_ends_the_wait_for_its_answer)
{
  Party party;
  FakeMember *audio;
  g_autoptr (GstIceDescription) offer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  g_autoptr (GError) error = NULL;
  const gboolean wait = __i__ == 0;

  party_init (&party);
  audio = party_add (&party, "audio", RECVONLY, OPUS);
  party_join (&party, audio);
  add_media (offer, "0", VP8);
  fail_unless (gst_ice_session_driver_set_remote (party.driver, offer, NULL));
  if (!wait)
    party_set_ready (&party, audio);
  gst_ice_session_driver_describe (party.driver, GST_ICE_DESCRIPTION_ANSWER,
      wait, on_described, &error);
  if (wait)
    party_set_ready (&party, audio);
  settle ();
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED);
  fail_unless_equals_int (fake_member_count (audio, "error"), 0);
  party_end (&party);
}

GST_END_TEST;

static Suite *
sessiondriverfailures_suite (void)
{
  Suite *s = suite_create ("sessiondriverfailures");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, party_setup, party_teardown);
  tcase_add_test (tc, test_contradiction_names_both_and_the_property);
  tcase_add_test (tc, test_duplicate_names_both);
  tcase_add_loop_test (tc, test_bad_uri_is_one_error, 0, G_N_ELEMENTS (uris));
  tcase_add_loop_test (tc, test_agent_that_cant_is_an_error, 0,
      G_N_ELEMENTS (agents_fail));
  tcase_add_test (tc, test_callers_timeout_says_what_was_tried);
  tcase_add_test (tc, test_goodbye_before_the_path_is_the_callers_error);
  tcase_add_test (tc, test_signaller_that_fails_is_the_error);
  tcase_add_test (tc, test_refused_audio_is_a_warning_and_video_checks_at_once);
  tcase_add_test (tc, test_all_refused_is_an_error);
  tcase_add_test (tc, test_answer_of_other_formats_is_named);
  tcase_add_loop_test (tc, test_refusal_names_what_was_offered, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_test (tc, test_answer_with_other_mlines_is_an_error);
  tcase_add_test (tc, test_lost_paths_are_a_warning_then_an_error);
  tcase_add_test (tc,
      test_further_candidates_give_a_failed_path_another_chance);
  tcase_add_test (tc,
      test_failed_path_is_told_when_the_last_candidate_was_tried);
  tcase_add_test (tc, test_peer_with_tcp_candidates_only_is_told_of);
  tcase_add_test (tc, test_candidates_that_lead_nowhere_are_told_of);
  tcase_add_test (tc, test_element_that_comes_too_late_is_warned);
  tcase_add_test (tc, test_listener_refuses_what_nobody_takes);
  tcase_add_loop_test (tc, test_refused_offer_ends_the_wait_for_its_answer, 0,
      2);
  return s;
}

GST_CHECK_MAIN (sessiondriverfailures);
