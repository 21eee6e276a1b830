/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Provisional answers in a negotiation, and offers that another call has made. */

#include "config.h"

#include "negotiationside.h"

/* A caller of audio in two formats. */
static void
init_caller (Side * side)
{
  side->name = 'a';
  side->claims = gst_ice_claims_new ();
  side->mlines = gst_ice_mlines_new (side->claims);
  claim_src (side->claims, "asrc", AUDIO, OPUS ";" PCMU);
  side->negotiation = gst_ice_negotiation_new (side->mlines, TRUE);
}

static void
gather_audio (Side * side)
{
  gst_ice_stream_set_credentials (stream_of (side->negotiation, 0), "afrag",
      "passwordofatleast22characters");
  add_local (side, 0, 5000);
  gst_ice_stream_set_gathered (stream_of (side->negotiation, 0));
}

/* Returns: (transfer full): the caller's offer */
static GstIceDescription *
offer (Side * side)
{
  begin_offer (side);
  assert_actions (side, "open:0");
  gather_audio (side);
  return describe (side, OFFER);
}

/* Returns: (transfer full): of the peer called @ufrag */
static GstIceDescription *
make_answer (const gchar * ufrag, const gchar * caps, gboolean provisional)
{
  GstIceDescription *answer = gst_ice_description_new (ANSWER);
  GstIceMediaDescription *media = add_media (answer, NULL, caps);

  g_free (media->ufrag);
  media->ufrag = g_strdup (ufrag);
  add_candidate (media, "192.0.2.9", 6000);
  answer->provisional = provisional;
  return answer;
}

static void
assert_run (Side * side, const gchar * expected)
{
  gst_ice_checks_run (gst_ice_negotiation_get_checks (side->negotiation), 1000);
  assert_actions (side, expected);
}

static void
assert_formats (Side * side, guint n)
{
  fail_unless_equals_int (gst_caps_get_size (gst_ice_mlines_get (side->mlines,
              0)->formats), n);
}

GST_START_TEST (test_offer_is_open_until_the_final_answer)
{
  Side caller;
  g_autoptr (GstIceDescription) ours = NULL;
  g_autoptr (GstIceDescription) early = make_answer ("one", OPUS, TRUE);
  g_autoptr (GstIceDescription) final = make_answer ("one", OPUS, FALSE);
  g_autoptr (GError) error = NULL;

  init_caller (&caller);
  ours = offer (&caller);
  take (&caller, early);
  assert_run (&caller, "agreed:0 check:0:one:1");
  fail_if (gst_ice_negotiation_is_stable (caller.negotiation));
  fail_if (gst_ice_negotiation_begin_offer (caller.negotiation, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE);

  add_candidate (gst_ice_description_get_media (final, 0), "192.0.2.9", 6001);
  take (&caller, final);
  assert_run (&caller, "add:0:1");
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  refuse (&caller, final, GST_ICE_ERROR_BAD_STATE);
  side_clear (&caller);
}

GST_END_TEST;

GST_START_TEST (test_further_answer_has_other_formats)
{
  Side caller;
  g_autoptr (GstIceDescription) ours = NULL;
  g_autoptr (GstIceDescription) early = make_answer ("one", OPUS, TRUE);
  g_autoptr (GstIceDescription) later =
      make_answer ("one", OPUS ";" PCMU, TRUE);
  g_autoptr (GstIceDescription) other = make_answer ("one", PCMU, FALSE);

  init_caller (&caller);
  ours = offer (&caller);
  take (&caller, early);
  g_free (get_actions (&caller));
  assert_formats (&caller, 1);
  take (&caller, later);
  assert_actions (&caller, "formats:0");
  assert_formats (&caller, 2);
  take (&caller, later);
  assert_actions (&caller, "");
  take (&caller, other);
  assert_actions (&caller, "formats:0");
  assert_formats (&caller, 1);
  side_clear (&caller);
}

GST_END_TEST;

/* Its offer is not open any more, whatever was answered. */
GST_START_TEST (test_restart_ends_with_a_provisional_answer)
{
  Side caller;
  g_autoptr (GstIceDescription) ours = NULL;
  g_autoptr (GstIceDescription) again = NULL;
  g_autoptr (GstIceDescription) final = make_answer ("one", OPUS, FALSE);
  g_autoptr (GstIceDescription) early = make_answer ("new", OPUS, TRUE);
  GstIceMediaDescription *media = gst_ice_description_get_media (early, 0);
  GError *error = NULL;

  init_caller (&caller);
  ours = offer (&caller);
  take (&caller, final);
  gst_ice_negotiation_begin_restart (caller.negotiation, &error);
  g_assert_no_error (error);
  gather_audio (&caller);
  again = describe (&caller, OFFER);
  g_free (media->pwd);
  media->pwd = g_strdup ("anotherpasswordof22characters");
  take (&caller, early);
  fail_if (gst_ice_negotiation_is_stable (caller.negotiation));
  gst_ice_negotiation_abandon_restart (caller.negotiation);
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  begin_offer (&caller);
  side_clear (&caller);
}

GST_END_TEST;

GST_START_TEST (test_another_peer_answers_the_same_agents)
{
  Side caller;
  g_autoptr (GstIceDescription) ours = NULL;
  g_autoptr (GstIceDescription) early = make_answer ("one", OPUS, TRUE);
  g_autoptr (GstIceDescription) final = make_answer ("other", PCMU, FALSE);

  init_caller (&caller);
  ours = offer (&caller);
  take (&caller, early);
  assert_run (&caller, "agreed:0 check:0:one:1");
  fail_unless_equals_int (gst_ice_mlines_get (caller.mlines, 0)->peer, 0);

  gst_ice_negotiation_change_peer (caller.negotiation);
  take (&caller, final);
  assert_run (&caller, "agreed:0 formats:0 check:0:other:1");
  fail_unless_equals_int (gst_ice_mlines_get (caller.mlines, 0)->peer, 1);
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  side_clear (&caller);
}

GST_END_TEST;

GST_START_TEST (test_offer_is_repeated_for_another_peer)
{
  Side caller, fork;
  g_autoptr (GstIceDescription) ours = NULL;
  g_autoptr (GstIceDescription) next = NULL;
  g_autoptr (GstIceDescription) final = make_answer ("other", OPUS, FALSE);
  const gchar *ufrag, *pwd;
  GError *error = NULL;

  init_caller (&caller);
  init_caller (&fork);
  claim_sink (caller.claims, "a", AUDIO, OPUS ", ssrc=(uint)7");
  claim_sink (fork.claims, "a", AUDIO, OPUS ", ssrc=(uint)7");
  ours = offer (&caller);
  fail_unless (gst_ice_negotiation_get_offer (caller.negotiation) == ours);
  gst_ice_negotiation_repeat_offer (fork.negotiation, ours, &error);
  g_assert_no_error (error);
  take (&fork, final);
  assert_run (&fork, "open:0 agreed:0 check:0:other:1");
  gst_ice_negotiation_get_wanted_credentials (fork.negotiation, 0, &ufrag,
      &pwd);
  fail_unless_equals_string (ufrag, "afrag");
  fail_unless_equals_string (pwd, "passwordofatleast22characters");

  /* It goes on as if it had made that offer itself (RFC 3264, 8). */
  gather_audio (&fork);
  begin_offer (&fork);
  next = describe (&fork, OFFER);
  fail_unless (next->session_id == ours->session_id);
  fail_unless (next->version == ours->version + 1);
  fail_unless_equals_string (gst_ice_description_get_media (next, 0)->cname,
      gst_ice_description_get_media (ours, 0)->cname);
  take (&fork, final);

  /* A restart has credentials of its own. */
  gst_ice_negotiation_begin_restart (fork.negotiation, &error);
  g_assert_no_error (error);
  gst_ice_negotiation_get_wanted_credentials (fork.negotiation, 0, &ufrag,
      &pwd);
  fail_unless (ufrag == NULL && pwd == NULL);
  side_clear (&caller);
  side_clear (&fork);
}

GST_END_TEST;

GST_START_TEST (test_offer_of_other_elements_is_not_repeated)
{
  Side caller, fork;
  g_autoptr (GstIceDescription) ours = NULL;
  g_autoptr (GError) error = NULL;

  init_caller (&caller);
  init_caller (&fork);
  claim_src (fork.claims, "vsrc", VIDEO, VP8);
  ours = offer (&caller);
  fail_if (gst_ice_negotiation_repeat_offer (fork.negotiation, ours, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE);
  side_clear (&caller);
  side_clear (&fork);
}

GST_END_TEST;

static Suite *
provisional_suite (void)
{
  Suite *suite = suite_create ("provisional");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_offer_is_open_until_the_final_answer);
  tcase_add_test (tcase, test_further_answer_has_other_formats);
  tcase_add_test (tcase, test_restart_ends_with_a_provisional_answer);
  tcase_add_test (tcase, test_another_peer_answers_the_same_agents);
  tcase_add_test (tcase, test_offer_is_repeated_for_another_peer);
  tcase_add_test (tcase, test_offer_of_other_elements_is_not_repeated);
  return suite;
}

GST_CHECK_MAIN (provisional);
