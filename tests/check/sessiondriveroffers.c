/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "drivertest.h"

/* A caller whose offer the peer, that is the test, answers with one of its own. */
typedef struct
{
  Party party;
  FakeMember *audio;
} Player;

static void
player_init (Player * player)
{
  party_init (&player->party);
  player->audio = party_add (&player->party, "audio", RECVONLY, OPUS);
  party_start (&player->party, CALL);
  WAIT_UNTIL (fake_member_count (player->audio, "gathered") > 0);
  settle ();
}

static void
player_counter (const gchar * caps)
{
  g_autoptr (GstIceDescription) offer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  GstIceMediaDescription *media = add_media (offer, "0", caps);

  media->direction = SENDONLY;
  add_candidate (media, "192.0.2.1", 5000);
  fake_signaller_tell_counter_offer (fake_signallers_find (CALL), offer);
  settle ();
}

static void
assert_log (const gchar * expected)
{
  g_autofree gchar *log = fake_signaller_get_log (fake_signallers_find (CALL));

  fail_unless_equals_string (log, expected);
}

/* The agent that we offered with goes, one that answers comes. */
GST_START_TEST (test_offer_instead_of_an_answer_is_answered)
{
  Player player;
  g_autoptr (GstIceDescription) offer = NULL, answer = NULL;

  fake_agents_set_behaviour (NULL, FAKE_AGENT_HANGS);
  player_init (&player);
  player_counter (OPUS);
  assert_log ("start offer answer");

  offer = fake_signaller_get_sent (fake_signallers_find (CALL),
      GST_ICE_DESCRIPTION_OFFER);
  answer = fake_signaller_get_sent (fake_signallers_find (CALL),
      GST_ICE_DESCRIPTION_ANSWER);
  fail_if (g_str_equal (gst_ice_description_get_media (answer, 0)->ufrag,
          gst_ice_description_get_media (offer, 0)->ufrag));
  fail_unless_equals_int (gst_ice_description_get_media (answer, 0)->direction,
      RECVONLY);
  fail_unless_equals_int (fake_agents_get_n_made (), 2);
  fail_unless_equals_int (fake_agents_get_n_open (), 1);
  fail_unless (fake_agent_is_controlling (fake_agents_find ("audio", 0)));
  fail_if (fake_agent_is_controlling (fake_agents_find ("audio", 1)));
  fail_unless_equals_int (fake_member_count (player.audio, "error"), 0);
  party_end (&player.party);
}

GST_END_TEST;

GST_START_TEST (test_offer_that_nobody_takes_is_rejected)
{
  Player player;

  player_init (&player);
  player_counter (VP8);
  assert_log ("start offer reject:2");
  party_end (&player.party);
}

GST_END_TEST;

/* Without ice-trickle, offers have all candidates, and none follows. */
GST_START_TEST (test_offer_waits_for_all_candidates)
{
  Party party;
  FakeMember *audio;
  g_autoptr (GstIceDescription) offer = NULL;
  GstIceMediaDescription *media;

  fake_agents_set_behaviour (NULL, FAKE_AGENT_OBEYS);
  party_init (&party);
  audio = party_add (&party, "audio", SENDONLY, OPUS);
  fake_member_set_boolean (audio, "ice-trickle", FALSE);
  party_start (&party, CALL);
  WAIT_UNTIL (fake_agents_find ("audio", 0) != NULL);
  for (guint port = 1; port < 3; port++) {
    fake_agent_tell_candidate (fake_agents_find ("audio", 0), 1, port);
    settle ();
    assert_log ("start");
  }

  fake_agent_tell_gathered (fake_agents_find ("audio", 0));
  settle ();
  assert_log ("start offer");
  offer = fake_signaller_get_sent (fake_signallers_find (CALL),
      GST_ICE_DESCRIPTION_OFFER);
  media = gst_ice_description_get_media (offer, 0);
  fail_unless_equals_int (media->candidates->len, 2);
  fail_unless (media->end_of_candidates);
  party_end (&party);
}

GST_END_TEST;

/* Without a word of the signaller that the roles have changed it is none. */
GST_START_TEST (test_offer_to_a_caller_is_rejected)
{
  Player player;
  g_autoptr (GstIceDescription) offer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);

  player_init (&player);
  add_media (offer, "0", OPUS)->direction = SENDONLY;
  fake_signaller_tell_description (fake_signallers_find (CALL), offer);
  settle ();
  assert_log ("start offer reject:3");
  fail_unless_equals_int (fake_agents_get_n_made (), 1);
  party_end (&player.party);
}

GST_END_TEST;

static Suite *
sessiondriveroffers_suite (void)
{
  Suite *s = suite_create ("sessiondriveroffers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, party_setup, party_teardown);
  tcase_add_test (tc, test_offer_instead_of_an_answer_is_answered);
  tcase_add_test (tc, test_offer_that_nobody_takes_is_rejected);
  tcase_add_test (tc, test_offer_waits_for_all_candidates);
  tcase_add_test (tc, test_offer_to_a_caller_is_rejected);
  return s;
}

GST_CHECK_MAIN (sessiondriveroffers);
