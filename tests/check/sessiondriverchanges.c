/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Changes in the middle of a call, whose peer is the test: which offers leave, and what comes
 * of answers that are wrong or never come. */

#include "config.h"

#include "drivertest.h"
#include "fakeroute.h"

#include <string.h>

/* A caller in a call. */
typedef struct
{
  Party party;
  FakeMember *audio, *video;
  GstIceRoute *route;
} Caller;

static void
answer_with (const gchar * audio, const gchar * video)
{
  g_autoptr (GstIceDescription) answer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);
  GstIceMediaDescription *media = add_media (answer, "0", audio);

  media->direction = RECVONLY;
  if (video != NULL) {
    media = add_media (answer, "1", video);
    media->direction = RECVONLY;
  }
  fake_signaller_tell_description (fake_signallers_find (CALL), answer);
  settle ();
}

static void
find_path (Caller * self, const gchar * name)
{
  FakeAgent *agent = fake_agents_find (name, 0);

  fake_agent_tell_state (agent, 1, GST_ICE_AGENT_CONNECTED);
  fake_agent_tell_selected (agent, 1, 5000, 6000, self->route);
  settle ();
}

static void
start (Caller * self, guint timeout_ms)
{
  fake_agents_set_behaviour (NULL, FAKE_AGENT_OBEYS);
  fake_signallers_let_offer_again ();
  party_init (&self->party);
  self->route = fake_route_new (NULL);
  self->audio = party_add (&self->party, "audio", SENDONLY, OPUS);
  self->video = party_add (&self->party, "video", SENDONLY, VP8);
  fake_member_set_uint (self->audio, "connect-timeout", timeout_ms);
  party_start (&self->party, CALL);
  settle ();
  for (guint i = 0; i < 2; i++) {
    FakeAgent *agent = fake_agents_find (i == 0 ? "audio" : "video", 0);

    fake_agent_tell_candidate (agent, 1, 5000 + i);
    fake_agent_tell_gathered (agent);
  }
  settle ();
  answer_with (OPUS, VP8);
  find_path (self, "audio");
  find_path (self, "video");
}

static void
end (Caller * self)
{
  fail_unless_equals_int (fake_member_count (self->audio, "error"), 0);
  fail_unless_equals_int (fake_member_count (self->video, "error"), 0);
  party_end (&self->party);
  g_object_unref (self->route);
}

static guint
count_offers (void)
{
  g_autofree gchar *log = fake_signaller_get_log (fake_signallers_find (CALL));
  g_auto (GStrv) words = g_strsplit (log, " ", -1);
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    n += g_str_equal (words[i], "offer");
  return n;
}

static void
change_audio (Caller * self, const gchar * caps)
{
  gst_clear_caps (&self->audio->formats);
  self->audio->formats = gst_caps_from_string (caps);
  party_set_ready (&self->party, self->audio);
  settle ();
}

GST_START_TEST (test_change_is_offered_once)
{
  Caller caller;

  start (&caller, 0);
  fail_unless_equals_int (count_offers (), 1);
  change_audio (&caller, PCMU);
  fail_unless_equals_int (count_offers (), 2);
  answer_with (PCMU, VP8);
  fail_unless_equals_int (fake_member_count (caller.audio, "formats 0"), 2);
  fail_unless_equals_int (fake_member_count (caller.video, "formats 1"), 1);
  fail_unless_equals_int (fake_member_count (caller.audio, "warning"), 0);
  fail_unless_equals_int (count_offers (), 2);
  end (&caller);
}

GST_END_TEST;

/* What changes while an offer is open waits for its answer. */
GST_START_TEST (test_changes_wait_for_their_turn)
{
  Caller caller;

  start (&caller, 0);
  for (guint i = 0; i < 100; i++)
    change_audio (&caller, i % 2 == 0 ? PCMU :
        "application/x-rtp, media=audio, encoding-name=PCMA, clock-rate=8000, "
        "payload=8");
  fail_unless_equals_int (count_offers (), 2);
  answer_with (PCMU, VP8);
  fail_unless_equals_int (count_offers (), 3);
  end (&caller);
}

GST_END_TEST;

/* The call goes on as before, and a late answer is none. */
GST_START_TEST (test_offer_without_an_answer_is_taken_back)
{
  Caller caller;

  start (&caller, 300);
  change_audio (&caller, PCMU);
  WAIT_UNTIL (fake_member_count (caller.audio, "warning") > 0);
  settle ();
  fail_unless_equals_int (count_offers (), 2);
  answer_with (PCMU, VP8);
  fail_unless_equals_int (fake_member_count (caller.audio, "formats 0"), 1);

  change_audio (&caller, OPUS ", stereo=(string)1");
  change_audio (&caller, PCMU);
  fail_unless_equals_int (count_offers (), 3);
  answer_with (PCMU, VP8);
  fail_unless_equals_int (fake_member_count (caller.audio, "formats 0"), 2);
  end (&caller);
}

GST_END_TEST;

GST_START_TEST (test_wrong_answer_keeps_the_call)
{
  Caller caller;

  start (&caller, 0);
  change_audio (&caller, PCMU);
  answer_with (PCMU, NULL);
  fail_unless_equals_int (fake_member_count (caller.audio, "warning"), 1);
  fail_unless_equals_int (fake_member_count (caller.audio, "formats 0"), 1);
  fail_unless_equals_int (count_offers (), 2);
  end (&caller);
}

GST_END_TEST;

GST_START_TEST (test_element_that_leaves_is_offered)
{
  Caller caller;
  g_autoptr (GstIceDescription) offer = NULL;

  start (&caller, 0);
  party_leave (&caller.party, caller.video);
  WAIT_UNTIL (count_offers () == 2);
  offer = fake_signaller_get_sent (fake_signallers_find (CALL),
      GST_ICE_DESCRIPTION_OFFER);
  fail_if (gst_ice_description_get_media (offer, 0)->rejected);
  fail_unless (gst_ice_description_get_media (offer, 1)->rejected);
  end (&caller);
}

GST_END_TEST;

/* The goodbye says it. */
GST_START_TEST (test_pipeline_that_stops_offers_nothing)
{
  Caller caller;

  start (&caller, 0);
  party_leave (&caller.party, caller.video);
  party_leave (&caller.party, caller.audio);
  settle ();
  fail_unless_equals_int (count_offers (), 1);
  end (&caller);
}

GST_END_TEST;

/* Whose peer made the first offer may not offer by itself, as a viewer by WebSocket. */
GST_START_TEST (test_who_may_not_offer_says_so)
{
  Party party;
  FakeMember *video;
  g_autoptr (GstIceDescription) offer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  GstIceMediaDescription *media = add_media (offer, "0", VP8);

  media->direction = RECVONLY;
  fake_signallers_let_offer_again ();
  party_init (&party);
  video = party_add (&party, "video", SENDONLY, VP8);
  fake_member_set_uint (video, "max-consumers", 1);
  party_start (&party, LISTEN);
  settle ();
  fake_signaller_tell_description (fake_signallers_find (LISTEN), offer);
  WAIT_UNTIL (fake_member_count (video, "formats 0") > 0);
  settle ();

  gst_clear_caps (&video->formats);
  video->formats = gst_caps_from_string ("application/x-rtp, media=video, "
      "encoding-name=H264, clock-rate=90000, payload=97");
  party_set_ready (&party, video);
  settle ();
  fail_unless_equals_int (fake_member_count (video, "warning"), 1);
  fail_unless_equals_int (fake_member_count (video, "error"), 0);
  party_end (&party);
}

GST_END_TEST;

static Suite *
sessiondriverchanges_suite (void)
{
  Suite *suite = suite_create ("sessiondriverchanges");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, party_setup, party_teardown);
  tcase_add_test (tcase, test_change_is_offered_once);
  tcase_add_test (tcase, test_changes_wait_for_their_turn);
  tcase_add_test (tcase, test_offer_without_an_answer_is_taken_back);
  tcase_add_test (tcase, test_wrong_answer_keeps_the_call);
  tcase_add_test (tcase, test_element_that_leaves_is_offered);
  tcase_add_test (tcase, test_pipeline_that_stops_offers_nothing);
  tcase_add_test (tcase, test_who_may_not_offer_says_so);
  return suite;
}

GST_CHECK_MAIN (sessiondriverchanges);
