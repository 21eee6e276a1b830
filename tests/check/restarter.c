/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* When a driver has ICE restart, with agents and a peer that do as they are told. */

#include "drivertest.h"

#define REFUSED "fake:refused/room"

/* Returns: (transfer full): an answer of a test that is the peer */
static GstIceDescription *
answer_new (void)
{
  GstIceDescription *answer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);
  GstIceMediaDescription *media = add_media (answer, "0", OPUS);

  media->direction = RECVONLY;
  media->end_of_candidates = TRUE;
  add_candidate (media, "192.0.2.1", 5000);
  return answer;
}

/* Returns: (transfer none): who calls over a path that works, alone in @party */
static FakeMember *
caller_start (Party * party)
{
  g_autoptr (GstIceDescription) answer = answer_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  FakeMember *audio;
  FakeAgent *agent;

  party_init (party);
  audio = party_add (party, "audio", SENDONLY, OPUS);
  party_start (party, REFUSED);
  WAIT_UNTIL (fake_member_count (audio, "gathered") > 0);
  settle ();
  fake_signaller_tell_description (fake_signallers_find (REFUSED), answer);
  settle ();

  agent = fake_agents_find ("audio", 0);
  fake_agent_tell_state (agent, 1, GST_ICE_AGENT_CHECKING);
  fake_agent_tell_state (agent, 1, GST_ICE_AGENT_CONNECTED);
  fake_agent_tell_selected (agent, 1, 5000, 6000, route);
  settle ();
  fail_unless_equals_int (fake_member_count (audio, "pair"), 1);
  return audio;
}

/* How many restarts there were, and why the last. */
static void
assert_restarts (Party * party, guint n, const gchar * reason)
{
  GstStructure *stats = gst_ice_session_driver_get_stats (party->driver);
  guint n_restarts = 0;

  fail_unless (gst_structure_get_uint (stats, "restarts", &n_restarts));
  fail_unless_equals_int (n_restarts, n);
  fail_unless_equals_string (gst_structure_get_string (stats,
          "last-restart-reason"), reason);
  gst_structure_free (stats);
}

/* Of what @member was told, the lines with the one start or the other begin like
 * @expected. */
static void
assert_lines (FakeMember * member, const gchar * one, const gchar * other,
    const gchar * const *expected, guint n)
{
  g_auto (GStrv) lines = g_strsplit (member->notices->str, "\n", -1);
  guint found = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (!g_str_has_prefix (lines[i], one) &&
        !g_str_has_prefix (lines[i], other))
      continue;
    fail_unless (found < n && g_str_has_prefix (lines[i], expected[found]),
        "%s", member->notices->str);
    found++;
  }
  fail_unless_equals_int (found, n);
}

/* Also one that was asked for: nobody asks again when it is refused. */
GST_START_TEST (test_refused_restarts_of_a_lost_path_back_off)
{
  Party party;
  FakeMember *audio = caller_start (&party);

  fake_agent_tell_state (fake_agents_find ("audio", 0), 1,
      GST_ICE_AGENT_FAILED);
  WAIT_UNTIL (fake_member_count (audio, "warning") == 1);
  settle ();
  assert_restarts (&party, 1, "consent-lost");

  gst_ice_session_driver_restart (party.driver);
  WAIT_UNTIL (fake_member_count (audio, "warning") == 2);
  settle ();
  assert_restarts (&party, 2, "requested");
  party_end (&party);
}

GST_END_TEST;

/* Once each, in their order. */
GST_START_TEST (test_states_of_a_path_that_is_lost_are_told)
{
  static const gchar *const told[] = { "progress audio: checking",
    "progress audio: connected", "progress audio: disconnected",
    "progress audio: checking", "progress audio: disconnected"
  };
  static const gchar *const states[] = { "state 0 checking",
    "state 0 connected", "state 0 disconnected", "state 0 checking",
    "state 0 disconnected"
  };
  Party party;
  FakeMember *audio = caller_start (&party);

  fake_agent_tell_state (fake_agents_find ("audio", 0), 1,
      GST_ICE_AGENT_FAILED);
  WAIT_UNTIL (fake_member_count (audio, "warning") == 1);
  settle ();
  assert_lines (audio, "progress audio: c", "progress audio: d", told,
      G_N_ELEMENTS (told));
  assert_lines (audio, "state 0 c", "state 0 d", states, G_N_ELEMENTS (states));
  party_end (&party);
}

GST_END_TEST;

/* Has the test, that is the peer, offer @caps to a listener. */
static void
offer_to_listener (const gchar * caps)
{
  g_autoptr (FakeSignaller) newcomer = NULL;
  g_autoptr (GstIceDescription) offer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  GstIceMediaDescription *media = add_media (offer, "0", caps);

  media->direction = SENDONLY;
  media->end_of_candidates = TRUE;
  add_candidate (media, "192.0.2.1", 5000);
  newcomer = fake_signaller_tell_newcomer (fake_signallers_find (LISTEN),
      offer);
  settle ();
}

static void
assert_listener_log (const gchar * expected)
{
  g_autofree gchar *log =
      fake_signaller_get_log (fake_signallers_find (LISTEN));

  fail_unless_equals_string (log, expected);
}

/* While a path is lost its peer may come back, as another call. An offer that can't be
 * taken is nobody who came back. */
GST_START_TEST (test_refused_offer_does_a_lost_call_no_harm)
{
  Party party;
  FakeMember *audio;
  FakeAgent *agent;
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  fake_agents_set_behaviour (NULL, FAKE_AGENT_HANGS);
  party_init (&party);
  audio = party_add (&party, "audio", RECVONLY, OPUS);
  party_start (&party, LISTEN);
  settle ();
  offer_to_listener (OPUS);
  WAIT_UNTIL (fake_agents_find ("audio", 0) != NULL);
  agent = fake_agents_find ("audio", 0);
  settle ();
  fake_agent_tell_state (agent, 1, GST_ICE_AGENT_CONNECTED);
  fake_agent_tell_selected (agent, 1, 5000, 6000, route);
  fake_agent_tell_state (agent, 1, GST_ICE_AGENT_FAILED);
  settle ();

  offer_to_listener (VP8);
  assert_listener_log ("start answer reject:2");
  fail_unless_equals_int (fake_agents_get_n_open (), 1);
  fail_unless_equals_int (gst_ice_session_driver_get_connection_state
      (party.driver), GST_ICE_CONNECTION_DISCONNECTED);

  offer_to_listener (OPUS);
  assert_listener_log ("start answer reject:2 answer");
  fail_unless_equals_int (fake_agents_get_n_made (), 2);
  fail_unless_equals_int (fake_agents_get_n_open (), 2);
  fail_unless_equals_int (gst_ice_session_driver_get_connection_state
      (party.driver), GST_ICE_CONNECTION_DISCONNECTED);

  /* Issue 15, 2: it has the place when its own path works. */
  agent = fake_agents_find ("audio", 1);
  fake_agent_tell_state (agent, 1, GST_ICE_AGENT_CONNECTED);
  fake_agent_tell_selected (agent, 1, 5001, 6001, route);
  settle ();
  assert_listener_log ("start answer reject:2 answer hang-up");
  fail_unless_equals_int (gst_ice_session_driver_get_connection_state
      (party.driver), GST_ICE_CONNECTION_CONNECTED);
  fail_unless_equals_int (fake_agents_get_n_open (), 1);
  fail_unless_equals_int (fake_member_count (audio, "error"), 0);
  party_end (&party);
}

GST_END_TEST;

static Suite *
restarter_suite (void)
{
  Suite *s = suite_create ("restarter");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, party_setup, party_teardown);
  tcase_add_test (tc, test_states_of_a_path_that_is_lost_are_told);
  tcase_add_test (tc, test_refused_restarts_of_a_lost_path_back_off);
  tcase_add_test (tc, test_refused_offer_does_a_lost_call_no_harm);
  return s;
}

GST_CHECK_MAIN (restarter);
