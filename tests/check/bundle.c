/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticedemux.h"
#include "gsticeformats.h"
#include "gsticematch.h"
#include "negotiationside.h"

/* An offer of audio "0" and video "1", as it is to be grouped. */
typedef enum
{
  NO_GROUP,
  OWN_TRANSPORTS,               /* a group, and credentials for each */
  SHARED_CREDENTIALS,           /* as Chromium's default */
  BUNDLE_ONLY,
  ONE_REJECTED,                 /* of the group, the first, by its profile */
} Grouping;

static GstIceDescription *
make_offer (Grouping grouping)
{
  GstIceDescription *offer = gst_ice_description_new (OFFER);
  GstIceMediaDescription *audio = add_media (offer, "0", OPUS);
  GstIceMediaDescription *video = add_media (offer, "1", VP8);

  add_candidate (audio, "192.0.2.1", 1000);
  if (grouping == NO_GROUP)
    return offer;
  audio->bundle = video->bundle = 0;
  if (grouping == OWN_TRANSPORTS)
    return offer;
  g_free (video->ufrag);
  video->ufrag = g_strdup (audio->ufrag);
  video->bundle_only = grouping == BUNDLE_ONLY;
  if (grouping == ONE_REJECTED) {
    g_free (audio->protocol);
    audio->protocol = g_strdup ("SOMETHING/ELSE");
  }
  return offer;
}

static const struct
{
  Grouping grouping;
  const gchar *actions;
  gint audio, video;            /* GstIceMediaDescription.bundle of the answer */
} rows[] = {
  {NO_GROUP, "open:0 open:1 agreed:0 agreed:1 check:0:peer0:1", -1, -1},
  {OWN_TRANSPORTS, "open:0 open:1 agreed:0 agreed:1 check:0:peer0:1", -1, -1},
  {SHARED_CREDENTIALS, "open:0 carry:1 agreed:0 agreed:1 check:0:peer0:1", 0,
      0},
  {BUNDLE_ONLY, "open:0 carry:1 agreed:0 agreed:1 check:0:peer0:1", 0, 0},
  /* What stands in an m-line that is refused is the group's. */
  {ONE_REJECTED, "refused:0 open:1 agreed:1 check:1:peer0:1", -1, 1},
};

GST_START_TEST (test_a_group_is_taken_where_the_peer_needs_it)
{
  g_autoptr (GstIceDescription) offer = make_offer (rows[__i__].grouping);
  g_autoptr (GstIceDescription) answer = NULL;
  Side side;

  side_init (&side, 'b');
  take (&side, offer);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (side.negotiation), 1000);
  assert_actions (&side, rows[__i__].actions);
  gather (&side);
  fail_unless (gst_ice_negotiation_can_describe (side.negotiation, TRUE));
  answer = describe (&side, ANSWER);
  fail_unless_equals_int (gst_ice_description_get_media (answer, 0)->bundle,
      rows[__i__].audio);
  fail_unless_equals_int (gst_ice_description_get_media (answer, 1)->bundle,
      rows[__i__].video);
  side_clear (&side);
}

GST_END_TEST;

/* MID is promised where it is written: where more than one m-line shares a transport. */
GST_START_TEST (test_mid_is_answered_in_a_group)
{
  g_autoptr (GstIceDescription) offer = make_offer (rows[__i__].grouping);
  Side side;

  for (guint i = 0; i < 2; i++)
    gst_ice_formats_add_extension (gst_ice_description_get_media (offer,
            i)->formats, 4, GST_ICE_FORMATS_MID_URI);
  side_init (&side, 'b');
  take (&side, offer);
  fail_unless_equals_int (gst_ice_formats_find_extension (gst_ice_mlines_get
          (side.mlines, 1)->formats, GST_ICE_FORMATS_MID_URI),
      rows[__i__].audio >= 0 ? 4 : 0);
  side_clear (&side);
}

GST_END_TEST;

/* webrtcbin looks for it there. */
GST_START_TEST (test_refused_mline_repeats_the_transport)
{
  g_autoptr (GstIceDescription) offer = make_offer (ONE_REJECTED);
  g_autoptr (GstIceDescription) answer = NULL;
  GstIceMediaDescription *audio, *video;
  Side side;

  side_init (&side, 'b');
  take (&side, offer);
  gather (&side);
  answer = describe (&side, ANSWER);
  audio = gst_ice_description_get_media (answer, 0);
  video = gst_ice_description_get_media (answer, 1);
  fail_unless (audio->rejected);
  fail_unless_equals_string (audio->ufrag, video->ufrag);
  fail_unless_equals_string (audio->pwd, video->pwd);
  fail_unless (audio->rtcp_mux);
  fail_unless_equals_int (audio->candidates->len, 0);
  side_clear (&side);
}

GST_END_TEST;

GST_START_TEST (test_one_agent_for_the_group)
{
  g_autoptr (GstIceDescription) offer = make_offer (SHARED_CREDENTIALS);
  g_autoptr (GstIceDescription) answer = NULL;
  g_autoptr (GstIceCandidate) late = candidate_new ("192.0.2.1", 2000, 1);
  GstIceMediaDescription *audio, *video;
  GError *error = NULL;
  Side side;

  side_init (&side, 'b');
  take (&side, offer);
  gst_ice_stream_set_credentials (stream_of (side.negotiation, 0), "bfrag0",
      "passwordofatleast22characters");
  add_local (&side, 0, 5000);
  gst_ice_stream_set_gathered (stream_of (side.negotiation, 0));
  fail_unless (gst_ice_negotiation_can_describe (side.negotiation, TRUE));
  answer = describe (&side, ANSWER);
  audio = gst_ice_description_get_media (answer, 0);
  video = gst_ice_description_get_media (answer, 1);
  fail_unless_equals_string (video->ufrag, audio->ufrag);
  fail_unless_equals_int (audio->candidates->len, 1);
  fail_unless_equals_int (video->candidates->len, 0);
  fail_if (video->bundle_only);

  /* What comes for any m-line of the group is its transport's. */
  gst_ice_checks_run (gst_ice_negotiation_get_checks (side.negotiation), 1000);
  g_free (get_actions (&side));
  gst_ice_negotiation_add_remote (side.negotiation, 1, late);
  assert_actions (&side, "add:0:1");
  gst_ice_negotiation_add_remote (side.negotiation, 0, late);
  assert_actions (&side, "");

  /* A restart is one agent's too. */
  gst_ice_negotiation_begin_restart (side.negotiation, &error);
  g_assert_no_error (error);
  assert_actions (&side, "restart:0");
  side_clear (&side);
}

GST_END_TEST;

/* Returns: (transfer full): RTP of that type and number, as long as a header is */
static GstBuffer *
rtp_new (guint8 type, guint8 number)
{
  guint8 bytes[12] = { 0x80, type, 0, number };

  return gst_buffer_new_memdup (bytes, sizeof (bytes));
}

static void
assert_got (GstIceReceiver * receiver, const gchar * expected)
{
  GstBufferList *list = NULL;
  GstCaps *caps = NULL;
  g_autofree gchar *got = NULL;

  fail_unless_equals_int (gst_ice_receiver_receive_now (receiver, &list, &caps),
      GST_FLOW_OK);
  got = packets_to_string (list);
  fail_unless_equals_string (got, expected);
  gst_buffer_list_unref (list);
}

GST_START_TEST (test_what_comes_in_is_sorted)
{
  g_autoptr (GstIceDemux) demux = gst_ice_demux_new ();
  g_autoptr (GstIceBundleDemux) group = gst_ice_bundle_demux_new ();
  g_autoptr (GstIceRtcpDemux) all = gst_ice_rtcp_demux_new (FALSE, NULL, NULL);
  g_autoptr (GstCaps) opus = gst_caps_from_string
      ("application/x-rtp, media=audio, payload=111");
  g_autoptr (GstCaps) vp8 = gst_caps_from_string
      ("application/x-rtp, media=video, payload=96");
  static const struct
  {
    guint8 type, number;
  } packets[] = {
    {96, 1}, {111, 2}, {96, 3}, {72, 4}, {100, 5}, {111, 6}
  };
  GstBufferList *list = gst_buffer_list_new ();
  GstIceDemuxCounts counts;
  GstIceReceiver *receivers[4];

  for (guint i = 0; i < 4; i++)
    receivers[i] = gst_ice_receiver_new (10000);
  gst_ice_bundle_demux_add (group, "0", opus, NULL, receivers[0]);
  gst_ice_bundle_demux_add (group, "1", vp8, NULL, receivers[1]);
  gst_ice_rtcp_demux_add (all, receivers[2], NULL);
  gst_ice_rtcp_demux_add (all, receivers[3], NULL);
  gst_ice_demux_set_receivers (demux, TRUE, NULL, all);
  gst_ice_demux_set_bundle (demux, group);

  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    gst_buffer_list_add (list, rtp_new (packets[i].type, packets[i].number));
  gst_ice_demux_deliver (demux, list);
  assert_got (receivers[0], "2 6");
  assert_got (receivers[1], "1 3");
  /* RTCP is of all. */
  assert_got (receivers[2], "4");
  assert_got (receivers[3], "4");
  gst_ice_demux_get_counts (demux, &counts);
  fail_unless_equals_int (counts.packets_received, 6);
  fail_unless_equals_int (counts.packets_unclaimed, 1);
  for (guint i = 0; i < 4; i++)
    g_object_unref (receivers[i]);
}

GST_END_TEST;

GST_START_TEST (test_without_keys_no_rtcp_is_handed_out)
{
  g_autoptr (GstIceRtcpDemux) demux = gst_ice_rtcp_demux_new (TRUE, NULL, NULL);
  g_autoptr (GstIceReceiver) rtcp = gst_ice_receiver_new (10000);
  GstBufferList *list = gst_buffer_list_new (), *got = NULL;
  GstCaps *caps = NULL;

  gst_ice_rtcp_demux_add (demux, rtcp, NULL);
  gst_buffer_list_add (list, rtp_new (72, 1));
  fail_unless_equals_int (gst_ice_rtcp_demux_deliver (demux, list), 1);
  fail_unless_equals_int (gst_ice_receiver_receive_now (rtcp, &got, &caps),
      GST_FLOW_CUSTOM_SUCCESS);
}

GST_END_TEST;

/* As Janus answers: one transport where two were offered. */
GST_START_TEST (test_group_that_was_not_offered_is_refused)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) answer = gst_ice_description_new (ANSWER);
  g_autoptr (GError) error = NULL;
  GstIceMediaDescription *audio = add_media (answer, "0", OPUS);
  GstIceMediaDescription *video = add_media (answer, "1", VP8);

  claim_sink (claims, "a", AUDIO, OPUS);
  claim_src (claims, "v", VIDEO, VP8);
  fail_unless (gst_ice_mlines_place (mlines, TRUE, NULL));
  audio->bundle = video->bundle = 0;
  /* It says so, but has two. */
  fail_unless (gst_ice_match_answer (mlines, answer, &error));
  g_free (video->ufrag);
  video->ufrag = g_strdup (audio->ufrag);
  fail_if (gst_ice_match_answer (mlines, answer, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED);
  fail_unless (strstr (error->message, "audio and video") != NULL);
  /* One of the two alone needs no more. */
  audio->rejected = TRUE;
  audio->bundle = -1;
  video->bundle = 1;
  fail_unless (gst_ice_match_answer (mlines, answer, NULL));
}

GST_END_TEST;

static Suite *
bundle_suite (void)
{
  Suite *suite = suite_create ("bundle");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_a_group_is_taken_where_the_peer_needs_it, 0,
      G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_mid_is_answered_in_a_group, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_refused_mline_repeats_the_transport);
  tcase_add_test (tcase, test_one_agent_for_the_group);
  tcase_add_test (tcase, test_group_that_was_not_offered_is_refused);
  tcase_add_test (tcase, test_what_comes_in_is_sorted);
  tcase_add_test (tcase, test_without_keys_no_rtcp_is_handed_out);
  return suite;
}

GST_CHECK_MAIN (bundle);
