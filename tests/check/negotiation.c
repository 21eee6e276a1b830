/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "negotiationside.h"

GST_START_TEST (test_offer_and_answer)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  GstIceMediaDescription *media;

  init_both (&caller, &listener);
  begin_offer (&caller);
  assert_actions (&caller, "open:0 open:1");
  fail_if (gst_ice_negotiation_can_describe (caller.negotiation, FALSE));
  gather (&caller);
  fail_unless (gst_ice_negotiation_can_describe (caller.negotiation, TRUE));
  offer = describe (&caller, OFFER);
  fail_unless_equals_int (offer->type, OFFER);
  fail_unless_equals_int (offer->media->len, 2);
  media = gst_ice_description_get_media (offer, 0);
  fail_unless_equals_string (media->media, "audio");
  fail_unless_equals_string (media->ufrag, "afrag0");
  fail_unless_equals_int (media->candidates->len, 1);
  fail_unless_equals_int (media->remote_candidates->len, 0);
  fail_unless (media->end_of_candidates);
  fail_unless (media->rtcp_mux);
  fail_unless_equals_int (media->direction, GST_ICE_DIRECTION_SENDRECV);

  take (&listener, offer);
  fail_unless (gst_ice_negotiation_is_answerer (listener.negotiation));
  fail_unless (gst_ice_negotiation_has_remote_offer (listener.negotiation));
  fail_unless_equals_int (gst_ice_checks_run (gst_ice_negotiation_get_checks
          (listener.negotiation), 1000), 2000);
  assert_actions (&listener,
      "open:0 open:1 agreed:0 agreed:1 check:0:afrag0:1");
  gather (&listener);
  answer = describe (&listener, ANSWER);
  fail_unless (gst_ice_negotiation_is_stable (listener.negotiation));

  fail_if (gst_ice_negotiation_is_stable (caller.negotiation));
  take (&caller, answer);
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  fail_if (gst_ice_negotiation_is_answerer (caller.negotiation));
  gst_ice_checks_run (gst_ice_negotiation_get_checks (caller.negotiation),
      1000);
  assert_actions (&caller, "agreed:0 agreed:1 check:0:bfrag0:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_further_offer_names_the_nominated_only)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  GstIceMediaDescription *media;
  GstIceCandidate *candidate;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  add_local (&caller, 0, 5005);
  select_pair (&caller, 0, 5005, "192.0.2.98", 5000);
  select_pair (&listener, 0, 5000, "192.0.2.97", 5005);
  begin_offer (&caller);
  offer = describe (&caller, OFFER);

  media = gst_ice_description_get_media (offer, 0);
  fail_unless_equals_string (media->ufrag, "afrag0");
  fail_unless_equals_int (media->candidates->len, 1);
  candidate = g_ptr_array_index (media->candidates, 0);
  fail_unless_equals_int (candidate->port, 5005);
  fail_unless_equals_int (media->remote_candidates->len, 1);
  candidate = g_ptr_array_index (media->remote_candidates, 0);
  fail_unless_equals_string (candidate->address, "192.0.2.98");
  /* No pair was nominated for video. */
  media = gst_ice_description_get_media (offer, 1);
  fail_unless_equals_int (media->remote_candidates->len, 0);

  take (&listener, offer);
  answer = describe (&listener, ANSWER);
  media = gst_ice_description_get_media (answer, 0);
  fail_unless_equals_int (media->candidates->len, 1);
  fail_unless_equals_int (media->remote_candidates->len, 1);
  take (&caller, answer);
  assert_actions (&caller, "");
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  fail_unless_equals_int (offer->version, 2);
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_descriptions_out_of_turn_are_refused)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) theirs = gst_ice_description_new (OFFER);
  g_autoptr (GstIceDescription) answer = gst_ice_description_new (ANSWER);
  g_autoptr (GError) error = NULL;

  init_both (&caller, &listener);
  add_media (answer, "0", OPUS);
  add_media (theirs, "0", OPUS);
  /* An answer to nothing; to an offer that was not sent yet. */
  refuse (&caller, answer, GST_ICE_ERROR_BAD_STATE);
  begin_offer (&caller);
  refuse (&caller, answer, GST_ICE_ERROR_BAD_STATE);
  /* An offer when one is open. */
  refuse (&caller, theirs, GST_ICE_ERROR_BAD_STATE);
  fail_unless (gst_ice_negotiation_describe (caller.negotiation, ANSWER,
          &error) == NULL);
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE);
  g_clear_error (&error);

  gather (&caller);
  offer = describe (&caller, OFFER);
  take (&listener, offer);
  refuse (&listener, theirs, GST_ICE_ERROR_BAD_STATE);
  fail_if (gst_ice_negotiation_begin_offer (listener.negotiation, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE);
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_offer_that_is_open_is_described_again)
{
  Side caller;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) again = NULL;

  side_init (&caller, 'a');
  begin_offer (&caller);
  gather (&caller);
  offer = describe (&caller, OFFER);
  add_local (&caller, 0, 5007);
  begin_offer (&caller);
  again = describe (&caller, OFFER);
  fail_unless_equals_uint64 (offer->session_id, again->session_id);
  fail_unless_equals_uint64 (offer->version, again->version);
  fail_unless_equals_int (gst_ice_description_get_media (again,
          0)->candidates->len, 2);
  assert_actions (&caller, "open:0 open:1");
  side_clear (&caller);
}

GST_END_TEST;

GST_START_TEST (test_mline_is_added_later)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  claim_full (caller.claims, "cam2", GST_ICE_DIRECTION_SENDONLY,
      GST_ICE_COMPONENT_RTP, "cam2", VIDEO, VP8);
  claim_full (listener.claims, "src2", GST_ICE_DIRECTION_RECVONLY,
      GST_ICE_COMPONENT_RTP, "cam2", VIDEO, VP8);
  begin_offer (&caller);
  assert_actions (&caller, "open:2");
  fail_if (gst_ice_negotiation_can_describe (caller.negotiation, FALSE));
  gst_ice_stream_set_credentials (stream_of (caller.negotiation, 2), "afrag2",
      "pwd");
  add_local (&caller, 2, 5010);
  offer = describe (&caller, OFFER);
  fail_unless_equals_int (offer->media->len, 3);

  take (&listener, offer);
  for (guint i = 0; i < 2; i++)
    gst_ice_checks_set_working (gst_ice_negotiation_get_checks
        (listener.negotiation), i);
  gst_ice_checks_run (gst_ice_negotiation_get_checks (listener.negotiation), 1);
  assert_actions (&listener, "open:2 agreed:2 check:2:afrag2:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_offer_that_cant_be_made_changes_nothing)
{
  Side caller;
  g_autoptr (GError) error = NULL;

  side_init (&caller, 'a');
  claim_full (caller.claims, "lonely", GST_ICE_DIRECTION_SENDONLY,
      GST_ICE_COMPONENT_RTCP, "nobody's", VIDEO, NULL);
  fail_if (gst_ice_negotiation_begin_offer (caller.negotiation, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS);
  fail_unless_equals_int (gst_ice_mlines_get_size (caller.mlines), 0);
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  assert_actions (&caller, "");
  side_clear (&caller);
}

GST_END_TEST;

#define SENT VP8 ", ssrc=(uint)77"

/* What is told of the source that an icesink sends, by what is known of it. */
static const struct
{
  const gchar *sent;
  gboolean rtcp;                /* there is an icesink component=rtcp */
  gboolean told;
  const gchar *cname;           /* NULL: one of ours */
} sources[] = {
  {VP8, FALSE, FALSE, NULL},
  {SENT, FALSE, TRUE, NULL},
  {SENT ", cname=(string)me", FALSE, TRUE, "me"},
  {SENT ", cname=(string)me", TRUE, TRUE, "me"},
  /* Its RTCP has a CNAME that we don't know. */
  {SENT, TRUE, FALSE, NULL},
};

static void
assert_source (const GstIceMediaDescription * media, guint row)
{
  if (!sources[row].told) {
    fail_unless (media->ssrcs == NULL);
    fail_unless (media->cname == NULL);
    return;
  }
  fail_unless_equals_int (media->ssrcs->len, 1);
  fail_unless_equals_int (g_array_index (media->ssrcs, guint32, 0), 77);
  fail_unless (strlen (media->cname) >= 16 || sources[row].cname != NULL);
  if (sources[row].cname != NULL) {
    fail_unless_equals_string (media->cname, sources[row].cname);
  }
}

/* A side with one icesink and, with @rtcp, its RTCP. */
static void
side_init_sender (Side * side, gchar name, const gchar * sent, gboolean rtcp)
{
  side->name = name;
  side->claims = gst_ice_claims_new ();
  side->mlines = gst_ice_mlines_new (side->claims);
  claim_sink (side->claims, "v", VIDEO, sent);
  if (rtcp)
    claim_full (side->claims, "rtcp", GST_ICE_DIRECTION_SENDONLY,
        GST_ICE_COMPONENT_RTCP, NULL, VIDEO, NULL);
  side->negotiation = gst_ice_negotiation_new (side->mlines, TRUE);
}

GST_START_TEST (test_source_of_what_is_sent_is_told)
{
  Side sender, receiver;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  g_autoptr (GstIceDescription) asked = gst_ice_description_new (OFFER);

  side_init_sender (&sender, 'a', sources[__i__].sent, sources[__i__].rtcp);
  begin_offer (&sender);
  offer = describe (&sender, OFFER);
  assert_source (gst_ice_description_get_media (offer, 0), __i__);
  side_clear (&sender);

  side_init_sender (&sender, 'a', sources[__i__].sent, sources[__i__].rtcp);
  add_media (asked, "0", VP8);
  take (&sender, asked);
  answer = describe (&sender, ANSWER);
  assert_source (gst_ice_description_get_media (answer, 0), __i__);
  side_clear (&sender);

  /* Who only receives has no source. */
  receiver.name = 'b';
  receiver.claims = gst_ice_claims_new ();
  receiver.mlines = gst_ice_mlines_new (receiver.claims);
  claim_src (receiver.claims, "v", VIDEO, sources[__i__].sent);
  receiver.negotiation = gst_ice_negotiation_new (receiver.mlines, TRUE);
  take (&receiver, offer);
  gst_ice_description_unref (g_steal_pointer (&answer));
  answer = describe (&receiver, ANSWER);
  fail_unless (gst_ice_description_get_media (answer, 0)->ssrcs == NULL);
  side_clear (&receiver);
}

GST_END_TEST;

#define OPEN SENT "; application/x-rtp, media=video"
#define VP9 "application/x-rtp, media=video, encoding-name=VP9, " \
    "clock-rate=90000, payload=98"

/* A stream that may change to any format changes its source with it. An offer can't name what
 * is not known. */
GST_START_TEST (test_stream_that_may_change)
{
  Side sender;
  const GstIceMediaDescription *media;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  g_autoptr (GstIceDescription) asked = gst_ice_description_new (OFFER);

  side_init_sender (&sender, 'a', OPEN, FALSE);
  begin_offer (&sender);
  offer = describe (&sender, OFFER);
  media = gst_ice_description_get_media (offer, 0);
  fail_unless_equals_int (media->ssrcs->len, 1);
  fail_unless_equals_int (gst_caps_get_size (media->formats), 1);
  side_clear (&sender);

  side_init_sender (&sender, 'a', OPEN, FALSE);
  add_media (asked, "0", VP9 "; " VP8);
  take (&sender, asked);
  answer = describe (&sender, ANSWER);
  media = gst_ice_description_get_media (answer, 0);
  fail_unless (media->ssrcs == NULL);
  fail_unless_equals_int (gst_caps_get_size (media->formats), 2);
  fail_unless_equals_string (gst_structure_get_string (gst_caps_get_structure
          (media->formats, 0), "encoding-name"), "VP8");
  side_clear (&sender);
}

GST_END_TEST;

static Suite *
icenegotiation_suite (void)
{
  Suite *s = suite_create ("icenegotiation");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_source_of_what_is_sent_is_told, 0,
      G_N_ELEMENTS (sources));
  tcase_add_test (tc, test_stream_that_may_change);
  tcase_add_test (tc, test_offer_and_answer);
  tcase_add_test (tc, test_further_offer_names_the_nominated_only);
  tcase_add_test (tc, test_descriptions_out_of_turn_are_refused);
  tcase_add_test (tc, test_offer_that_is_open_is_described_again);
  tcase_add_test (tc, test_mline_is_added_later);
  tcase_add_test (tc, test_offer_that_cant_be_made_changes_nothing);
  return s;
}

GST_CHECK_MAIN (icenegotiation);
