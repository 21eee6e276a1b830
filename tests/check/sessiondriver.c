/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "drivertest.h"

/* A caller that sends audio and video, and a listener that takes them; on both
 * sides video is there first. */
typedef struct
{
  Party caller, listener;
  FakeMember *video_sink, *audio_sink;
  FakeMember *video_src, *audio_src;
} Both;

static void
both_init (Both * both)
{
  party_init (&both->caller);
  party_init (&both->listener);
  both->video_sink = party_add (&both->caller, "videosink", SENDONLY, VP8);
  both->audio_sink = party_add (&both->caller, "audiosink", SENDONLY, OPUS);
  both->video_src = party_add (&both->listener, "videosrc", RECVONLY, VP8);
  both->audio_src = party_add (&both->listener, "audiosrc", RECVONLY, OPUS);
}

static void
both_start (Both * both)
{
  party_start (&both->listener, LISTEN);
  settle ();
  party_start (&both->caller, CALL);
}

static gboolean
is_connected (FakeMember * member)
{
  return fake_member_count (member, "pair") > 0;
}

static void
both_connect (Both * both)
{
  both_start (both);
  WAIT_UNTIL (is_connected (both->video_sink) &&
      is_connected (both->audio_sink) && is_connected (both->video_src) &&
      is_connected (both->audio_src));
}

static void
both_end (Both * both)
{
  party_end (&both->caller);
  party_end (&both->listener);
  fail_unless_equals_int (fake_agents_get_n_open (), 0);
}

static void
assert_log (const gchar * uri, const gchar * expected)
{
  g_autofree gchar *log = fake_signaller_get_log (fake_signallers_find (uri));

  fail_unless_equals_string (log, expected);
}

static gboolean
log_has (const gchar * uri, const gchar * what)
{
  FakeSignaller *signaller = fake_signallers_find (uri);
  g_autofree gchar *log =
      signaller != NULL ? fake_signaller_get_log (signaller) : NULL;

  return log != NULL && strstr (log, what) != NULL;
}

GST_START_TEST (test_call_by_signaller)
{
  Both both;

  both_init (&both);
  both_connect (&both);
  fail_unless_equals_int (fake_member_count (both.audio_src, "mline 0"), 1);
  fail_unless_equals_int (fake_member_count (both.video_src, "mline 1"), 1);
  fail_unless_equals_int (fake_member_count (both.video_sink, "formats 1"), 1);
  fail_unless (fake_agent_is_controlling (fake_agents_find ("audio", 0)));
  fail_if (fake_agent_is_controlling (fake_agents_find ("audio", 1)));

  send_packets (both.audio_sink, 1, 2);
  send_packets (both.video_sink, 10, 3);
  assert_receives (both.audio_src, "1 2");
  assert_receives (both.video_src, "10 11 12");
  fail_unless (log_has (CALL, "start offer"));
  assert_log (LISTEN, "start answer");
  fail_unless_equals_int (gst_ice_session_driver_get_connection_state
      (both.caller.driver), GST_ICE_CONNECTION_COMPLETED);
  fail_unless_equals_int (gst_ice_session_driver_get_gathering_state
      (both.caller.driver), GST_ICE_GATHERING_COMPLETE);
  both_end (&both);
}

GST_END_TEST;

GST_START_TEST (test_offer_says_audio_first)
{
  Both both;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autofree gchar *log = NULL;
  const gchar *check;

  both_init (&both);
  fake_agents_set_behaviour ("audio", FAKE_AGENT_HANGS);
  both_start (&both);
  WAIT_UNTIL (log_has (CALL, "offer"));
  offer = fake_signaller_get_sent (fake_signallers_find (CALL),
      GST_ICE_DESCRIPTION_OFFER);
  fail_unless_equals_string (gst_ice_description_get_media (offer, 0)->media,
      "audio");
  fail_unless_equals_string (gst_ice_description_get_media (offer, 1)->media,
      "video");

  /* Video is held back 2 s: its agents learn nothing before. */
  settle ();
  log = fake_agents_get_log ();
  check = strstr (log, "audio:check");
  fail_unless (check != NULL, "%s", log);
  fail_unless (strstr (log, "video:gather") != NULL, "%s", log);
  fail_unless (strstr (log, "video:check") == NULL, "%s", log);
  fail_unless (strstr (log, "video:candidates") == NULL, "%s", log);
  both_end (&both);
}

GST_END_TEST;

GST_START_TEST (test_video_checks_at_once_when_audio_fails)
{
  Both both;

  both_init (&both);
  fake_agents_set_behaviour ("audio", FAKE_AGENT_FAILS);
  both_start (&both);
  WAIT_UNTIL (is_connected (both.video_src) && is_connected (both.video_sink));
  WAIT_UNTIL (fake_member_count (both.audio_sink, "warning") == 1);
  fail_unless_equals_int (fake_member_count (both.audio_src, "warning"), 1);
  fail_unless_equals_int (fake_member_count (both.video_sink, "warning"), 0);

  /* What audio sends is dropped; video goes on. */
  send_packets (both.audio_sink, 1, 2);
  send_packets (both.video_sink, 10, 1);
  assert_receives (both.video_src, "10");
  fail_unless_equals_int (receive_flow (both.audio_src),
      GST_FLOW_CUSTOM_SUCCESS);
  both_end (&both);
}

GST_END_TEST;

GST_START_TEST (test_goodbye_comes_after_what_is_under_way)
{
  Both both;

  both_init (&both);
  both_connect (&both);
  send_packets (both.audio_sink, 1, 2);
  party_end (&both.caller);

  /* A straggler, from the path itself. */
  gst_ice_demux_deliver (fake_agent_get_inlet (fake_agents_find ("audio", 1),
          1), packets_new (3, 1));
  WAIT_UNTIL (fake_member_count (both.audio_src, "state 0 closed") > 0);
  gst_ice_demux_deliver (fake_agent_get_inlet (fake_agents_find ("audio", 1),
          1), packets_new (4, 1));
  assert_receives (both.audio_src, "1 2");
  assert_receives (both.audio_src, "3");
  fail_unless_equals_int (receive_flow (both.audio_src), GST_FLOW_EOS);
  fail_unless_equals_int (receive_flow (both.video_src), GST_FLOW_EOS);

  /* That it does not answer any more is no news. */
  for (guint i = 0; i < 2; i++)
    fake_agent_tell_state (fake_agents_find (i == 0 ? "audio" : "video", 1), 1,
        GST_ICE_AGENT_FAILED);
  settle ();
  fail_unless_equals_int (fake_member_count (both.audio_src, "warning"), 0);
  fail_unless_equals_int (fake_member_count (both.audio_src, "error"), 0);
  party_end (&both.listener);
}

GST_END_TEST;

GST_START_TEST (test_second_offer_leaves_the_call_alone)
{
  Both both;
  g_autoptr (GstIceDescription) offer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);

  both_init (&both);
  both_connect (&both);
  /* With an m-line less. */
  add_media (offer, "0", OPUS);
  fake_signaller_tell_description (fake_signallers_find (LISTEN), offer);
  WAIT_UNTIL (log_has (LISTEN, "reject"));
  send_packets (both.audio_sink, 1, 1);
  assert_receives (both.audio_src, "1");
  fail_unless_equals_int (fake_member_count (both.audio_src, "error"), 0);
  both_end (&both);
}

GST_END_TEST;

/* RFC 8445, 6.1.1: it sends no checks, so it can't control, whoever offers and
 * whatever is set. */
GST_START_TEST (test_lite_peer_does_not_control)
{
  Party party;
  FakeMember *audio;
  g_autoptr (GstIceDescription) offer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  const gboolean lite = __i__ & 1, set = __i__ & 2;

  party_init (&party);
  audio = party_add (&party, "audio", RECVONLY, OPUS);
  if (set)
    fake_member_set_boolean (audio, "controlling-mode", FALSE);
  party_join (&party, audio);
  add_media (offer, "0", OPUS);
  offer->ice_lite = lite;
  fail_unless (gst_ice_session_driver_set_remote (party.driver, offer, NULL));
  party_set_ready (&party, audio);
  WAIT_UNTIL (fake_agents_find ("audio", 0) != NULL);
  fail_unless_equals_int (fake_agent_is_controlling (fake_agents_find
          ("audio", 0)), lite);
  party_end (&party);
}

GST_END_TEST;

GST_START_TEST (test_listener_is_free_again_when_its_caller_vanishes)
{
  Both both;
  Party next;
  FakeMember *audio;

  both_init (&both);
  fake_agents_set_behaviour (NULL, FAKE_AGENT_HANGS);
  fake_member_set_uint (both.audio_src, "connect-timeout", 30);
  both_start (&both);
  WAIT_UNTIL (log_has (LISTEN, "hang-up"));
  fail_unless_equals_int (fake_member_count (both.video_src, "warning"), 1);
  fail_unless_equals_int (fake_member_count (both.video_src, "error"), 0);
  party_end (&both.caller);

  fake_agents_set_behaviour (NULL, FAKE_AGENT_CONNECTS);
  party_init (&next);
  audio = party_add (&next, "second", SENDONLY, OPUS);
  party_start (&next, CALL);
  WAIT_UNTIL (is_connected (audio) && is_connected (both.audio_src));
  send_packets (audio, 7, 1);
  assert_receives (both.audio_src, "7");
  party_end (&next);
  party_end (&both.listener);
  fail_unless_equals_int (fake_agents_get_n_open (), 0);
}

GST_END_TEST;

/* Nothing is heard of the caller: it is let go long before connect-timeout. */
GST_START_TEST (test_listener_lets_a_caller_go_that_never_checks)
{
  const gint64 begin_us = g_get_monotonic_time ();
  Both both;

  both_init (&both);
  fake_agents_set_behaviour (NULL, FAKE_AGENT_HANGS);
  fake_member_set_uint (both.audio_src, "connect-timeout", __i__ * 60000);
  both_start (&both);
  WAIT_UNTIL (log_has (LISTEN, "hang-up"));
  fail_unless (g_get_monotonic_time () - begin_us > 5 * G_USEC_PER_SEC);
  fail_unless_equals_int (fake_member_count (both.video_src, "warning"), 1);
  fail_unless_equals_int (fake_member_count (both.video_src, "error"), 0);
  party_end (&both.caller);
  party_end (&both.listener);
}

GST_END_TEST;

/* The caller knows nothing to check before it has our answer, which waits for a slow server. */
GST_START_TEST (test_listener_waits_for_a_caller_that_waits_for_its_answer)
{
  const gint64 begin_us = g_get_monotonic_time ();
  Both both;

  both_init (&both);
  fake_agents_set_behaviour (NULL, FAKE_AGENT_OBEYS);
  fake_member_set_boolean (both.audio_src, "ice-trickle", FALSE);
  both_start (&both);
  WAIT_UNTIL (fake_agents_find ("video", 0) != NULL);
  fake_agent_tell_candidate (fake_agents_find ("audio", 0), 1, 1);
  fake_agent_tell_candidate (fake_agents_find ("video", 0), 1, 2);
  WAIT_UNTIL (fake_agents_find ("video", 1) != NULL);
  WAIT_UNTIL (log_has (LISTEN, "hang-up") ||
      g_get_monotonic_time () - begin_us > 8 * G_USEC_PER_SEC);
  settle ();
  fail_if (log_has (LISTEN, "hang-up"));
  fail_if (log_has (LISTEN, "answer"));
  party_end (&both.caller);
  party_end (&both.listener);
}

GST_END_TEST;

GST_START_TEST (test_next_caller_gets_what_the_last_one_could_not)
{
  Both both;
  Party next;
  FakeMember *audio;

  both_init (&both);
  fake_agents_set_behaviour ("audio", FAKE_AGENT_FAILS);
  fake_agents_set_behaviour ("video", FAKE_AGENT_HANGS);
  fake_member_set_uint (both.audio_src, "connect-timeout", 100);
  both_start (&both);
  WAIT_UNTIL (log_has (LISTEN, "hang-up"));
  party_end (&both.caller);

  fake_agents_set_behaviour ("audio", FAKE_AGENT_CONNECTS);
  party_init (&next);
  audio = party_add (&next, "second", SENDONLY, OPUS);
  party_start (&next, CALL);
  WAIT_UNTIL (is_connected (audio) && is_connected (both.audio_src));
  send_packets (audio, 7, 1);
  assert_receives (both.audio_src, "7");
  party_end (&next);
  party_end (&both.listener);
}

GST_END_TEST;

GST_START_TEST (test_fragments_wait_with_their_offer)
{
  Both both;
  g_autofree gchar *log = NULL;

  both_init (&both);
  fake_member_set_string (both.video_src, "signalling-uri", LISTEN);
  party_join (&both.listener, both.video_src);
  party_join (&both.listener, both.audio_src);
  party_set_ready (&both.listener, both.video_src);
  settle ();

  /* The caller finds a candidate after its offer, the listener's audio is not
   * ready by then. */
  fake_agents_set_behaviour (NULL, FAKE_AGENT_OBEYS);
  party_start (&both.caller, CALL);
  WAIT_UNTIL (fake_agents_find ("video", 0) != NULL);
  for (guint port = 1; port < 3; port++) {
    fake_agent_tell_candidate (fake_agents_find ("audio", 0), 1, port);
    fake_agent_tell_candidate (fake_agents_find ("video", 0), 1, port);
    settle ();
  }
  fail_unless (log_has (CALL, "start offer trickle"));

  party_set_ready (&both.listener, both.audio_src);
  WAIT_UNTIL (fake_agents_find ("audio", 1) != NULL);
  settle ();
  log = fake_agents_get_log ();
  fail_unless (strstr (log, "audio:check:ufrag1 audio:candidates:2") != NULL,
      "%s", log);
  both_end (&both);
}

GST_END_TEST;

/* Leaving: how far the call is, and nothing is left of it. */
typedef enum
{
  LEAVE_JOINED,
  LEAVE_GATHERING,
  LEAVE_OFFERED,
  LEAVE_CHECKING,
  LEAVE_CONNECTED,
  LEAVE_ENDED,
  N_LEAVES,
} Leave;

static void
go_as_far_as (Both * both, Leave leave)
{
  switch (leave) {
    case LEAVE_JOINED:
      party_join (&both->caller, both->video_sink);
      break;
    case LEAVE_GATHERING:
      fake_agents_set_behaviour (NULL, FAKE_AGENT_OBEYS);
      party_start (&both->caller, CALL);
      WAIT_UNTIL (fake_agents_find ("video", 0) != NULL);
      break;
    case LEAVE_OFFERED:
      party_start (&both->caller, CALL);
      WAIT_UNTIL (log_has (CALL, "offer"));
      break;
    case LEAVE_CHECKING:
      fake_agents_set_behaviour (NULL, FAKE_AGENT_HANGS);
      both_start (both);
      WAIT_UNTIL (fake_member_count (both->audio_sink, "state 0 checking") > 0);
      break;
    case LEAVE_CONNECTED:
      both_connect (both);
      break;
    default:
      both_connect (both);
      fake_signaller_tell_hung_up (fake_signallers_find (CALL));
      settle ();
      break;
  }
}

GST_START_TEST (test_leaving_leaves_nothing)
{
  Both both;

  both_init (&both);
  go_as_far_as (&both, (Leave) __i__);
  both_end (&both);
}

GST_END_TEST;

GST_START_TEST (test_one_leaves_the_other_goes_on)
{
  Both both;

  both_init (&both);
  both_connect (&both);
  party_leave (&both.caller, both.video_sink);
  party_leave (&both.listener, both.video_src);
  send_packets (both.audio_sink, 1, 1);
  assert_receives (both.audio_src, "1");
  settle ();
  both_end (&both);
}

GST_END_TEST;

static Suite *
sessiondriver_suite (void)
{
  Suite *s = suite_create ("icesessiondriver");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, party_setup, party_teardown);
  tcase_add_test (tc, test_call_by_signaller);
  tcase_add_test (tc, test_offer_says_audio_first);
  tcase_add_test (tc, test_video_checks_at_once_when_audio_fails);
  tcase_add_test (tc, test_goodbye_comes_after_what_is_under_way);
  tcase_add_test (tc, test_second_offer_leaves_the_call_alone);
  tcase_add_loop_test (tc, test_lite_peer_does_not_control, 0, 4);
  tcase_add_test (tc, test_listener_is_free_again_when_its_caller_vanishes);
  tcase_add_loop_test (tc, test_listener_lets_a_caller_go_that_never_checks, 0,
      2);
  tcase_add_test (tc,
      test_listener_waits_for_a_caller_that_waits_for_its_answer);
  tcase_add_test (tc, test_next_caller_gets_what_the_last_one_could_not);
  tcase_add_test (tc, test_fragments_wait_with_their_offer);
  tcase_add_loop_test (tc, test_leaving_leaves_nothing, 0, N_LEAVES);
  tcase_add_test (tc, test_one_leaves_the_other_goes_on);
  return s;
}

GST_CHECK_MAIN (sessiondriver);
