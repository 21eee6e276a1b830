/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "negotiationside.h"

GST_START_TEST (test_video_checks_when_audio_works)
{
  Side caller, listener;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      1000);
  assert_actions (&caller, "check:0:bfrag0:1");
  fail_unless_equals_int (gst_ice_checks_run (gst_ice_negotiation_get_checks
          (caller.negotiation), 1500), 1500);
  assert_actions (&caller, "");

  gst_ice_checks_set_working (gst_ice_negotiation_get_checks
      (caller.negotiation), 0);
  fail_unless_equals_int (gst_ice_checks_run (gst_ice_negotiation_get_checks
          (caller.negotiation), 1501), -1);
  assert_actions (&caller, "check:1:bfrag1:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_video_checks_at_once_when_audio_fails)
{
  Side caller, listener;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      1000);
  gst_ice_checks_set_dead (gst_ice_negotiation_get_checks (caller.negotiation),
      0);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      1001);
  assert_actions (&caller, "check:0:bfrag0:1 check:1:bfrag1:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_video_checks_in_2_s_when_audio_hangs)
{
  Side caller, listener;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      1000);
  fail_unless_equals_int (gst_ice_checks_run (gst_ice_negotiation_get_checks
          (caller.negotiation), 2999), 1);
  assert_actions (&caller, "check:0:bfrag0:1");
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      3000);
  assert_actions (&caller, "check:1:bfrag1:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_video_checks_at_once_when_audio_is_rejected)
{
  Side caller;
  g_autoptr (GstIceDescription) answer = gst_ice_description_new (ANSWER);
  g_autoptr (GstIceDescription) offer = NULL;

  side_init (&caller, 'a');
  begin_offer (&caller);
  gather (&caller);
  offer = describe (&caller, OFFER);
  add_media (answer, "0", OPUS)->rejected = TRUE;
  add_candidate (add_media (answer, "1", VP8), "192.0.2.9", 6000);
  take (&caller, answer);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      1000);
  assert_actions (&caller, "open:0 open:1 refused:0 agreed:1 check:1:peer1:1");
  side_clear (&caller);
}

GST_END_TEST;

GST_START_TEST (test_candidates_like_the_working_pair_go_first)
{
  Side caller, listener;
  GstIceAction *action;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  for (guint i = 0; i < 3; i++) {
    const gchar *addresses[] = { "192.0.2.77", "198.51.100.5", "192.0.2.78" };
    g_autoptr (GstIceCandidate) candidate =
        candidate_new (addresses[i], 7000, 1);

    gst_ice_negotiation_add_remote (caller.negotiation, 1, candidate);
  }
  select_pair (&caller, 0, 5000, "198.51.100.5", 9000);
  gst_ice_checks_set_working (gst_ice_negotiation_get_checks
      (caller.negotiation), 0);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      1000);

  action = gst_ice_negotiation_next_action (caller.negotiation);
  fail_unless_equals_int (action->type, GST_ICE_ACTION_START_CHECKS);
  fail_unless_equals_int (action->candidates->len, 4);
  fail_unless_equals_string (((GstIceCandidate *) g_ptr_array_index
          (action->candidates, 0))->address, "198.51.100.5");
  fail_unless_equals_string (((GstIceCandidate *) g_ptr_array_index
          (action->candidates, 1))->address, "192.0.2.98");
  gst_ice_action_free (action);
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_candidates_before_the_description_are_kept)
{
  Side listener;
  g_autoptr (GstIceDescription) offer = gst_ice_description_new (OFFER);
  g_autoptr (GstIceCandidate) early = candidate_new ("192.0.2.9", 6001, 1);
  g_autoptr (GstIceCandidate) late = candidate_new ("192.0.2.9", 6002, 1);

  side_init (&listener, 'b');
  gst_ice_negotiation_add_remote (listener.negotiation, 1, early);
  gst_ice_negotiation_add_remote (listener.negotiation, 1, NULL);
  assert_actions (&listener, "");
  add_candidate (add_media (offer, "x", OPUS), "192.0.2.9", 6000);
  add_candidate (add_media (offer, "y", VP8), "192.0.2.9", 6000);
  take (&listener, offer);
  fail_unless (gst_ice_stream_has_remote_end (stream_of (listener.negotiation,
              1)));
  fail_if (gst_ice_stream_has_remote_end (stream_of (listener.negotiation, 0)));
  gst_ice_checks_run (gst_ice_negotiation_get_checks (listener.negotiation),
      1000);
  gst_ice_checks_set_working (gst_ice_negotiation_get_checks
      (listener.negotiation), 0);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (listener.negotiation),
      1000);
  assert_actions (&listener,
      "open:0 open:1 agreed:0 agreed:1 " "check:0:peerx:1 check:1:peery:2");

  /* Those that come later go straight on; what is known already does not. */
  gst_ice_negotiation_add_remote (listener.negotiation, 1, early);
  gst_ice_negotiation_add_remote (listener.negotiation, 1, late);
  assert_actions (&listener, "add:1:1");
  side_clear (&listener);
}

GST_END_TEST;

GST_START_TEST (test_local_candidates_are_trickled_once)
{
  Side caller;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) fragment = NULL;
  GstIceMediaDescription *media;

  side_init (&caller, 'a');
  begin_offer (&caller);
  gather (&caller);
  fail_unless (gst_ice_negotiation_take_trickle (caller.negotiation) == NULL);
  offer = describe (&caller, OFFER);
  fail_unless (gst_ice_negotiation_take_trickle (caller.negotiation) == NULL);

  add_local (&caller, 1, 5001); /* known already */
  fail_unless (gst_ice_negotiation_take_trickle (caller.negotiation) == NULL);
  add_local (&caller, 1, 5002);
  fragment = gst_ice_negotiation_take_trickle (caller.negotiation);
  fail_unless_equals_int (fragment->type, FRAGMENT);
  fail_unless_equals_int (fragment->media->len, 1);
  media = gst_ice_description_get_media (fragment, 0);
  fail_unless_equals_string (media->mid, "1");
  fail_unless_equals_string (media->ufrag, "afrag1");
  fail_unless_equals_int (media->candidates->len, 1);
  fail_unless (gst_ice_negotiation_take_trickle (caller.negotiation) == NULL);
  side_clear (&caller);
}

GST_END_TEST;

/* Fragments for the second m-line of a call. */
static const struct
{
  const gchar *mid, *ufrag;
  const gchar *actions;
} fragments[] = {
  {"1", "bfrag1", "add:1:1"},
  {"1", NULL, "add:1:1"},
  {"1", "another", ""},         /* of another generation: RFC 8838, 11 */
  {"nobody's", "bfrag1", "add:1:1"},    /* the transport is named all the same */
  {"nobody's", NULL, ""},
};

GST_START_TEST (test_fragments_are_for_one_generation)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) fragment = gst_ice_description_new (FRAGMENT);
  GstIceMediaDescription *media = gst_ice_description_add_media (fragment);

  init_both (&caller, &listener);
  agree (&caller, &listener);
  gst_ice_checks_set_working (gst_ice_negotiation_get_checks
      (caller.negotiation), 0);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      1000);
  g_free (get_actions (&caller));

  media->mid = g_strdup (fragments[__i__].mid);
  media->ufrag = g_strdup (fragments[__i__].ufrag);
  add_candidate (media, "198.51.100.7", 7000);
  gst_ice_negotiation_add_fragment (caller.negotiation, fragment);
  assert_actions (&caller, fragments[__i__].actions);
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_candidates_of_a_peer_are_bounded)
{
  Side listener;
  g_autoptr (GstIceDescription) offer = gst_ice_description_new (OFFER);
  GstIceMediaDescription *media = add_media (offer, "0", OPUS);

  side_init (&listener, 'b');
  for (guint i = 0; i < 1000; i++)
    add_candidate (media, "192.0.2.9", 1000 + i);
  take (&listener, offer);
  fail_unless_equals_int (gst_ice_stream_get_n_remote (stream_of
          (listener.negotiation, 0)), GST_ICE_MAX_CANDIDATES);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (listener.negotiation), 1);
  assert_actions (&listener, "open:0 agreed:0 check:0:peer0:128");

  /* Nor are there m-lines without an end. */
  gst_ice_negotiation_add_remote (listener.negotiation, G_MAXUINT, NULL);
  gst_ice_negotiation_add_remote (listener.negotiation, GST_ICE_MAX_MLINES,
      g_ptr_array_index (media->candidates, 0));
  side_clear (&listener);
}

GST_END_TEST;

static Suite *
icechecks_suite (void)
{
  Suite *s = suite_create ("icechecks");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_video_checks_when_audio_works);
  tcase_add_test (tc, test_video_checks_at_once_when_audio_fails);
  tcase_add_test (tc, test_video_checks_in_2_s_when_audio_hangs);
  tcase_add_test (tc, test_video_checks_at_once_when_audio_is_rejected);
  tcase_add_test (tc, test_candidates_like_the_working_pair_go_first);
  tcase_add_test (tc, test_candidates_before_the_description_are_kept);
  tcase_add_test (tc, test_local_candidates_are_trickled_once);
  tcase_add_loop_test (tc, test_fragments_are_for_one_generation, 0,
      G_N_ELEMENTS (fragments));
  tcase_add_test (tc, test_candidates_of_a_peer_are_bounded);
  return s;
}

GST_CHECK_MAIN (icechecks);
