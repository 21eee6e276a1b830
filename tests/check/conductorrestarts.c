/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* When a conductor has ICE restart, with agents and a peer that do as they are told. */

#include "conductortest.h"

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
  GstStructure *stats = gst_ice_conductor_get_stats (party->conductor);
  guint n_restarts = 0;

  fail_unless (gst_structure_get_uint (stats, "restarts", &n_restarts));
  fail_unless_equals_int (n_restarts, n);
  fail_unless_equals_string (gst_structure_get_string (stats,
          "last-restart-reason"), reason);
  gst_structure_free (stats);
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

  gst_ice_conductor_restart (party.conductor);
  WAIT_UNTIL (fake_member_count (audio, "warning") == 2);
  settle ();
  assert_restarts (&party, 2, "requested");
  party_end (&party);
}

GST_END_TEST;

static Suite *
iceconductorrestarts_suite (void)
{
  Suite *s = suite_create ("iceconductorrestarts");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, party_setup, party_teardown);
  tcase_add_test (tc, test_refused_restarts_of_a_lost_path_back_off);
  return s;
}

GST_CHECK_MAIN (iceconductorrestarts);
