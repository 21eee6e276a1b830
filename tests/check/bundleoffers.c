/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The BUNDLE group of an offer of ours (RFC 9143), and what becomes of it. */

#include "config.h"

#include "gsticeformats.h"
#include "negotiationside.h"

#define NONE GST_ICE_BUNDLE_NONE
#define MAX_COMPAT GST_ICE_BUNDLE_MAX_COMPAT
#define MAX_BUNDLE GST_ICE_BUNDLE_MAX_BUNDLE

/* How a peer answers audio "0" and video "1". */
typedef enum
{
  NO_GROUP,                     /* and credentials for each */
  GROUP,                        /* with the credentials of the first */
  GROUP_SWAPPED,                /* called by the second */
  CANDIDATES_IN_THE_SECOND,
  OWN_TRANSPORTS,               /* a group, and credentials for each */
  FIRST_REFUSED,
  SECOND_REFUSED,
} Answer;

static GstIceDescription *
make_answer (Answer kind)
{
  GstIceDescription *answer = gst_ice_description_new (ANSWER);
  GstIceMediaDescription *audio = add_media (answer, "0", OPUS);
  GstIceMediaDescription *video = add_media (answer, "1", VP8);

  add_candidate (kind == CANDIDATES_IN_THE_SECOND ||
      kind == FIRST_REFUSED ? video : audio, "192.0.2.1", 1000);
  audio->bundle = video->bundle = kind == NO_GROUP ? -1 :
      kind == GROUP_SWAPPED ? 1 : 0;
  if (kind != NO_GROUP && kind != OWN_TRANSPORTS) {
    g_free (video->ufrag);
    video->ufrag = g_strdup (audio->ufrag);
  }
  if (kind == FIRST_REFUSED || kind == SECOND_REFUSED) {
    GstIceMediaDescription *refused = kind == FIRST_REFUSED ? audio : video;

    refused->rejected = TRUE;
    refused->bundle = -1;
    g_clear_pointer (&refused->ufrag, g_free);
    g_clear_pointer (&refused->pwd, g_free);
    if (kind == FIRST_REFUSED)
      video->bundle = 1;
  }
  return answer;
}

static const struct
{
  GstIceBundlePolicy policy;
  gint audio, video;            /* GstIceMediaDescription.bundle of the offer */
  gboolean bundle_only;
  const gchar *actions;
} offers[] = {
  {NONE, -1, -1, FALSE, "open:0 open:1"},
  {MAX_COMPAT, 0, 0, FALSE, "open:0 open:1"},
  {MAX_BUNDLE, 0, 0, TRUE, "open:0 carry:1"},
};

static GstIceDescription *
offer (Side * side, GstIceBundlePolicy policy)
{
  gst_ice_negotiation_set_bundle_policy (side->negotiation, policy);
  begin_offer (side);
  gather (side);
  return describe (side, OFFER);
}

GST_START_TEST (test_policy_says_what_is_grouped)
{
  g_autoptr (GstIceDescription) description = NULL;
  GstIceMediaDescription *audio, *video;
  Side side;

  side_init (&side, 'a');
  description = offer (&side, offers[__i__].policy);
  assert_actions (&side, offers[__i__].actions);
  audio = gst_ice_description_get_media (description, 0);
  video = gst_ice_description_get_media (description, 1);
  fail_unless_equals_int (audio->bundle, offers[__i__].audio);
  fail_unless_equals_int (video->bundle, offers[__i__].video);
  fail_unless_equals_int (video->bundle_only, offers[__i__].bundle_only);
  fail_unless_equals_int (video->candidates->len, !offers[__i__].bundle_only);
  fail_unless_equals_string (video->ufrag,
      offers[__i__].bundle_only ? "afrag0" : "afrag1");
  side_clear (&side);
}

GST_END_TEST;

/* webrtcbin and pion refuse a group whose m-lines have different ones. */
GST_START_TEST (test_agents_of_a_group_have_the_same_credentials)
{
  g_autoptr (GstIceDescription) description = NULL;
  const gchar *ufrag, *pwd;
  Side side;

  side_init (&side, 'a');
  description = offer (&side, offers[__i__].policy);
  fail_unless_equals_int (description->own_transports,
      offers[__i__].policy == MAX_COMPAT);
  for (guint i = 0; i < 2; i++) {
    gst_ice_negotiation_get_wanted_credentials (side.negotiation, i, &ufrag,
        &pwd);
    fail_unless_equals_string (ufrag,
        i == 1 && offers[__i__].policy == MAX_COMPAT ? "afrag0" : NULL);
  }
  side_clear (&side);
}

GST_END_TEST;

/* Payloaders all begin with 96. */
GST_START_TEST (test_payload_types_of_a_group_are_distinct)
{
  g_autoptr (GstIceDescription) description = NULL;
  gint audio, video;
  Side side;

  side_init (&side, 'a');
  description = offer (&side, offers[__i__].policy);
  gst_structure_get_int (gst_caps_get_structure (gst_ice_description_get_media
          (description, 0)->formats, 0), "payload", &audio);
  gst_structure_get_int (gst_caps_get_structure (gst_ice_description_get_media
          (description, 1)->formats, 0), "payload", &video);
  fail_unless_equals_int (audio, 96);
  fail_unless_equals_int (video, offers[__i__].audio < 0 ? 96 : 97);
  side_clear (&side);
}

GST_END_TEST;

static guint
get_mid_extension (GstIceDescription * description, guint mline)
{
  return gst_ice_formats_find_extension (gst_ice_description_get_media
      (description, mline)->formats, GST_ICE_FORMATS_MID_URI);
}

/* RFC 9143, 15. */
GST_START_TEST (test_mid_is_offered_in_a_group)
{
  g_autoptr (GstIceDescription) description = NULL;
  Side side;

  side_init (&side, 'a');
  description = offer (&side, offers[__i__].policy);
  for (guint i = 0; i < 2; i++)
    fail_unless_equals_int (get_mid_extension (description, i),
        offers[__i__].audio < 0 ? 0 : 1);
  side_clear (&side);
}

GST_END_TEST;

/* A number that means something else in one m-line is not MID's in another. */
GST_START_TEST (test_mid_has_a_number_that_is_free)
{
  g_autoptr (GstIceDescription) description = NULL;
  Side side;

  side.name = 'a';
  side.claims = gst_ice_claims_new ();
  side.mlines = gst_ice_mlines_new (side.claims);
  claim_sink (side.claims, "a", AUDIO, OPUS ", extmap-1=(string)urn:x");
  claim_sink (side.claims, "v", VIDEO, VP8 ", extmap-2=(string)urn:y");
  side.negotiation = gst_ice_negotiation_new (side.mlines, TRUE);
  description = offer (&side, MAX_COMPAT);
  for (guint i = 0; i < 2; i++)
    fail_unless_equals_int (get_mid_extension (description, i), 3);
  side_clear (&side);
}

GST_END_TEST;

static const struct
{
  GstIceBundlePolicy policy;
  Answer answer;
  const gchar *actions;         /* after the agents were opened */
  gint group[2];                /* what the m-lines are in afterwards */
} answers[] = {
  {NONE, NO_GROUP, "agreed:0 agreed:1 check:0:peer0:1", {-1, -1}},
  {MAX_COMPAT, NO_GROUP, "agreed:0 agreed:1 check:0:peer0:1", {-1, -1}},
  {MAX_COMPAT, OWN_TRANSPORTS, "agreed:0 agreed:1 check:0:peer0:1", {0, -1}},
  {MAX_COMPAT, GROUP, "carry:1 agreed:0 agreed:1 check:0:peer0:1", {0, 0}},
  /* RFC 9143, 7.3.1: what was offered first is the transport. */
  {MAX_COMPAT, GROUP_SWAPPED, "carry:1 agreed:0 agreed:1 check:0:peer0:1",
      {0, 0}},
  {MAX_COMPAT, CANDIDATES_IN_THE_SECOND,
      "carry:1 agreed:0 agreed:1 check:0:peer0:1", {0, 0}},
  {MAX_COMPAT, FIRST_REFUSED, "refused:0 agreed:1 check:1:peer0:1", {0, 1}},
  {MAX_COMPAT, SECOND_REFUSED, "agreed:0 refused:1 check:0:peer0:1", {0, 0}},
  {MAX_BUNDLE, GROUP, "agreed:0 agreed:1 check:0:peer0:1", {0, 0}},
  {MAX_BUNDLE, NO_GROUP, "agreed:0 refused:1 check:0:peer0:1", {-1, -1}},
  /* The only transport that was offered stays. */
  {MAX_BUNDLE, FIRST_REFUSED, "agreed:0 refused:0 agreed:1 check:0:peer0:1",
      {0, 1}},
};

GST_START_TEST (test_answer_decides_on_the_group)
{
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceDescription) answer = make_answer (answers[__i__].answer);
  Side side;

  side_init (&side, 'a');
  description = offer (&side, answers[__i__].policy);
  g_free (get_actions (&side));
  take (&side, answer);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (side.negotiation), 1000);
  assert_actions (&side, answers[__i__].actions);
  for (guint i = 0; i < 2; i++)
    fail_unless_equals_int (gst_ice_mlines_get (side.mlines, i)->group,
        answers[__i__].group[i]);
  side_clear (&side);
}

GST_END_TEST;

GST_START_TEST (test_one_mline_is_a_group)
{
  g_autoptr (GstIceDescription) description = NULL;
  Side side;

  side.name = 'a';
  side.claims = gst_ice_claims_new ();
  side.mlines = gst_ice_mlines_new (side.claims);
  claim_sink (side.claims, "v", VIDEO, VP8);
  side.negotiation = gst_ice_negotiation_new (side.mlines, __i__ == 0);
  begin_offer (&side);
  gst_ice_stream_set_credentials (stream_of (side.negotiation, 0), "ufrag",
      "passwordofatleast22characters");
  description = describe (&side, OFFER);
  /* RFC 9143, 9.3: RTCP shares the transport too, or there is no group. */
  fail_unless_equals_int (gst_ice_description_get_media (description,
          0)->bundle, __i__ == 0 ? 0 : -1);
  side_clear (&side);
}

GST_END_TEST;

/* An icesink and an icesrc keep a transport for each m-line, so that audio goes before
 * video. */
GST_START_TEST (test_two_of_ours_keep_a_transport_for_each)
{
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  GstIceMediaDescription *video;
  Side caller, listener;

  init_both (&caller, &listener);
  description = offer (&caller, MAX_COMPAT);
  fail_unless (description->own_transports);
  /* As agents have them that are made in a group. */
  video = gst_ice_description_get_media (description, 1);
  g_free (video->ufrag);
  video->ufrag = g_strdup ("afrag0");
  take (&listener, description);
  gather (&listener);
  assert_actions (&listener, "open:0 open:1 agreed:0 agreed:1");
  answer = describe (&listener, ANSWER);
  for (guint i = 0; i < 2; i++)
    fail_unless_equals_int (gst_ice_description_get_media (answer, i)->bundle,
        -1);
  take (&caller, answer);
  assert_actions (&caller, "open:0 open:1 agreed:0 agreed:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_two_of_ours_share_one_if_there_is_no_other)
{
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  Side caller, listener;

  init_both (&caller, &listener);
  description = offer (&caller, MAX_BUNDLE);
  take (&listener, description);
  gather (&listener);
  assert_actions (&listener, "open:0 carry:1 agreed:0 agreed:1");
  answer = describe (&listener, ANSWER);
  for (guint i = 0; i < 2; i++)
    fail_unless_equals_int (gst_ice_description_get_media (answer, i)->bundle,
        0);
  take (&caller, answer);
  assert_actions (&caller, "open:0 carry:1 agreed:0 agreed:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* What was found for the m-lines that joined the first is not told any more, and what
 * came for them early is not lost. */
GST_START_TEST (test_candidates_of_both_ends_follow_the_group)
{
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceDescription) answer = make_answer (GROUP);
  g_autoptr (GstIceCandidate) early = candidate_new ("192.0.2.1", 2000, 1);
  Side side;

  side_init (&side, 'a');
  description = offer (&side, MAX_COMPAT);
  g_free (get_actions (&side));
  gst_ice_negotiation_add_remote (side.negotiation, 1, early);
  add_local (&side, 1, 5009);
  take (&side, answer);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (side.negotiation), 1000);
  assert_actions (&side, "carry:1 agreed:0 agreed:1 check:0:peer0:2");
  fail_unless (gst_ice_negotiation_take_trickle (side.negotiation) == NULL);
  side_clear (&side);
}

GST_END_TEST;

static Suite *
bundleoffers_suite (void)
{
  Suite *suite = suite_create ("bundleoffers");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_policy_says_what_is_grouped, 0,
      G_N_ELEMENTS (offers));
  tcase_add_loop_test (tcase, test_agents_of_a_group_have_the_same_credentials,
      0, G_N_ELEMENTS (offers));
  tcase_add_loop_test (tcase, test_payload_types_of_a_group_are_distinct, 0,
      G_N_ELEMENTS (offers));
  tcase_add_loop_test (tcase, test_mid_is_offered_in_a_group, 0,
      G_N_ELEMENTS (offers));
  tcase_add_test (tcase, test_mid_has_a_number_that_is_free);
  tcase_add_loop_test (tcase, test_answer_decides_on_the_group, 0,
      G_N_ELEMENTS (answers));
  tcase_add_loop_test (tcase, test_one_mline_is_a_group, 0, 2);
  tcase_add_test (tcase, test_two_of_ours_keep_a_transport_for_each);
  tcase_add_test (tcase, test_two_of_ours_share_one_if_there_is_no_other);
  tcase_add_test (tcase, test_candidates_of_both_ends_follow_the_group);
  return suite;
}

GST_CHECK_MAIN (bundleoffers);
