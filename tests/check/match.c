/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"
#include "gsticematch.h"
#include "icetest.h"

#include <string.h>

#define AUDIO GST_ICE_MEDIA_AUDIO
#define VIDEO GST_ICE_MEDIA_VIDEO
#define UNSET GST_ICE_MEDIA_UNSET
#define INACTIVE GST_ICE_DIRECTION_INACTIVE
#define SENDONLY GST_ICE_DIRECTION_SENDONLY
#define RECVONLY GST_ICE_DIRECTION_RECVONLY
#define SENDRECV GST_ICE_DIRECTION_SENDRECV

#define H264 "application/x-rtp, media=video, encoding-name=H264, " \
    "clock-rate=90000, payload=97"

/* Returns: (transfer full): "a:audio:96 v:video!": mid, media, the payload types
 *     left, those rejected with a "!" */
static gchar *
to_string (GstIceMlines * mlines)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    g_string_append_printf (text, "%s%s:%s%s", i > 0 ? " " : "", mline->mid,
        mline->media, mline->rejected ? "!" : "");
    for (guint f = 0; !mline->rejected && mline->formats != NULL &&
        f < gst_caps_get_size (mline->formats); f++) {
      gint payload = -1;

      gst_structure_get_int (gst_caps_get_structure (mline->formats, f),
          "payload", &payload);
      g_string_append_printf (text, ":%d", payload);
    }
  }
  return g_string_free (text, FALSE);
}

static void
assert_mlines (GstIceMlines * mlines, const gchar * expected)
{
  g_autofree gchar *text = to_string (mlines);

  fail_unless_equals_string (text, expected);
}

static void
take_offer (GstIceMlines * mlines, const GstIceDescription * offer)
{
  GError *error = NULL;

  gst_ice_match_offer (mlines, offer, TRUE, &error);
  g_assert_no_error (error);
}

static void
refuse_offer (GstIceMlines * mlines, const GstIceDescription * offer, gint code)
{
  GError *error = NULL;

  fail_if (gst_ice_match_offer (mlines, offer, TRUE, &error));
  g_assert_error (error, GST_ICE_ERROR, code);
  g_error_free (error);
}

static GstIceDescription *
offer_new (void)
{
  return gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
}

GST_START_TEST (test_offers_order_counts)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceClaim *audio = claim_src (claims, "a", AUDIO, OPUS);
  GstIceClaim *video = claim_src (claims, "v", VIDEO, VP8);

  add_media (offer, "x", VP8);
  add_media (offer, "y", OPUS);
  take_offer (mlines, offer);
  assert_mlines (mlines, "x:video:96 y:audio:96");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, video), 0);
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, audio), 1);
}

GST_END_TEST;

GST_START_TEST (test_src_without_media_takes_the_first_that_it_can)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceClaim *any = claim_src (claims, "any", UNSET, NULL);
  GstIceClaim *h264 = claim_src (claims, "h264", UNSET, H264);
  GstIceClaim *audio = claim_src (claims, "audio", AUDIO, NULL);

  add_media (offer, "0", OPUS);
  add_media (offer, "1", VP8);
  add_media (offer, "2", H264);
  take_offer (mlines, offer);
  /* Those who say what they want go before the one that takes what is left. */
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, audio), 0);
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, any), 1);
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, h264), 2);
  assert_mlines (mlines, "0:audio:96 1:video:96 2:video:97");
}

GST_END_TEST;

GST_START_TEST (test_what_nobody_claims_is_rejected)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();

  claim_src (claims, "v", VIDEO, VP8);
  add_media (offer, "0", OPUS);
  add_media (offer, "1", VP8 "; " H264);
  add_media (offer, "2", VP8);
  take_offer (mlines, offer);
  assert_mlines (mlines, "0:audio! 1:video:96 2:video!");
}

GST_END_TEST;

GST_START_TEST (test_rejected_mline_stays_rejected)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceClaim *video = claim_src (claims, "v", VIDEO, VP8);

  add_media (offer, "0", VP8)->rejected = TRUE;
  add_media (offer, "1", VP8);
  take_offer (mlines, offer);
  assert_mlines (mlines, "0:video! 1:video:96");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, video), 1);
}

GST_END_TEST;

static const struct
{
  const gchar *protocol;
  gboolean taken;
} protocols[] = {
  {"RTP/AVP", TRUE}, {"RTP/AVPF", TRUE}, {"RTP/SAVPF", FALSE},
  {"RTP/SAVP", FALSE}, {"UDP/TLS/RTP/SAVPF", FALSE}, {"TCP/RTP/AVP", FALSE},
  {"UDP/DTLS/SCTP", FALSE}, {NULL, FALSE},
};

GST_START_TEST (test_profiles_that_are_not_plain_are_rejected)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceMediaDescription *media = add_media (offer, "0", VP8);
  GstIceClaim *claim = claim_src (claims, "v", VIDEO, VP8);

  g_free (media->protocol);
  media->protocol = g_strdup (protocols[__i__].protocol);
  if (protocols[__i__].taken) {
    take_offer (mlines, offer);
    assert_mlines (mlines, "0:video:96");
    fail_unless_equals_string (gst_ice_mlines_get (mlines, 0)->protocol,
        protocols[__i__].protocol);
  } else {
    refuse_offer (mlines, offer, GST_ICE_ERROR_UNSUPPORTED);
    assert_mlines (mlines, "");
    fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, claim), -1);
  }
}

GST_END_TEST;

/* Issue 14, 13: the reason names what is offered, and what is here. */
GST_START_TEST (test_refusal_names_the_formats_of_both)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  g_autoptr (GError) error = NULL;

  claim_sink (claims, "cam", VIDEO, H264
      ", packetization-mode=(string)1, profile-level-id=(string)640028");
  claim_src (claims, "mic", AUDIO, NULL);
  add_media (offer, "0", VP8 "; " H264
      ", packetization-mode=(string)1, profile-level-id=(string)42001f")->
      direction = RECVONLY;
  fail_if (gst_ice_match_offer (mlines, offer, TRUE, &error));
  fail_unless (strstr (error->message, "offered are video VP8, H264 "
          "(packetization-mode=1, profile-level-id=42001f)") != NULL,
      "%s", error->message);
  fail_unless (strstr (error->message, "cam sends H264 (packetization-mode=1, "
          "profile-level-id=640028)") != NULL, "%s", error->message);
  fail_unless (strstr (error->message, "mic takes any") != NULL, "%s",
      error->message);
}

GST_END_TEST;

/* Takes the transport from @media, as the parser does with an m-line without ICE. */
static void
spoil (GstIceMediaDescription * media)
{
  g_clear_pointer (&media->ufrag, g_free);
  g_clear_pointer (&media->pwd, g_free);
  g_set_error (&media->defect, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
      "no ICE");
}

/* Issue 14, 4: a defect concerns who wants the m-line. */
GST_START_TEST (test_defect_rejects_one_mline)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceClaim *video = claim_src (claims, "v", VIDEO, VP8);

  spoil (add_media (offer, "0", OPUS));
  spoil (add_media (offer, "1", VP8));
  add_media (offer, "2", VP8);
  take_offer (mlines, offer);
  assert_mlines (mlines, "0:audio! 1:video! 2:video:96");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, video), 2);

  /* It was agreed, so it is wanted. */
  spoil (gst_ice_description_get_media (offer, 2));
  refuse_offer (mlines, offer, GST_ICE_ERROR_BAD_DESCRIPTION);
  gst_ice_description_get_media (offer, 2)->rejected = TRUE;
  take_offer (mlines, offer);
}

GST_END_TEST;

GST_START_TEST (test_defect_of_all_that_could_be_wanted_is_the_reason)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();

  claim_src (claims, "v", VIDEO, VP8);
  spoil (add_media (offer, "0", VP8));
  refuse_offer (mlines, offer, GST_ICE_ERROR_BAD_DESCRIPTION);
}

GST_END_TEST;

GST_START_TEST (test_defect_in_an_answer)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) answer =
      gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);
  g_autoptr (GError) error = NULL;

  claim_src (claims, "v", VIDEO, VP8);
  fail_unless (gst_ice_mlines_place (mlines, TRUE, NULL));
  spoil (add_media (answer, "0", VP8));
  fail_if (gst_ice_match_answer (mlines, answer, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION);
}

GST_END_TEST;

/* What the peer offers, what is here, and what comes of it. */
static const struct
{
  GstIceDirection offered, claimed, agreed;
} directions[] = {
  {SENDRECV, SENDRECV, SENDRECV},
  {SENDRECV, SENDONLY, SENDONLY},
  {SENDRECV, RECVONLY, RECVONLY},
  {SENDONLY, SENDRECV, RECVONLY},
  {SENDONLY, RECVONLY, RECVONLY},
  {SENDONLY, SENDONLY, INACTIVE},
  {RECVONLY, SENDRECV, SENDONLY},
  {RECVONLY, SENDONLY, SENDONLY},
  {RECVONLY, RECVONLY, INACTIVE},
  {INACTIVE, SENDRECV, INACTIVE},
};

GST_START_TEST (test_directions_meet)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceDirection claimed = directions[__i__].claimed;
  GstIceDirection agreed = directions[__i__].agreed;

  if (claimed & SENDONLY)
    claim_sink (claims, "sink", VIDEO, VP8);
  if (claimed & RECVONLY)
    claim_src (claims, "src", VIDEO, VP8);
  add_media (offer, "0", VP8)->direction = directions[__i__].offered;

  if (agreed == INACTIVE) {
    refuse_offer (mlines, offer, GST_ICE_ERROR_UNSUPPORTED);
  } else {
    take_offer (mlines, offer);
    fail_unless_equals_int (gst_ice_mlines_get (mlines, 0)->direction, agreed);
  }
}

GST_END_TEST;

/* Offered, wanted here, whether the offer has candidates for component 2. */
static const struct
{
  gboolean offered, wanted, second, mux;
} muxes[] = {
  {TRUE, TRUE, FALSE, TRUE},
  {TRUE, TRUE, TRUE, TRUE},
  {TRUE, FALSE, TRUE, FALSE},
  /* There is no other place for RTCP. */
  {TRUE, FALSE, FALSE, TRUE},
  {FALSE, TRUE, TRUE, FALSE},
  {FALSE, FALSE, TRUE, FALSE},
};

GST_START_TEST (test_rtcp_mux_of_an_offer)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceMediaDescription *media = add_media (offer, "0", VP8);
  GstIceMline *mline;
  gboolean mux = muxes[__i__].mux;

  claim_src (claims, "v", VIDEO, VP8);
  media->rtcp_mux = muxes[__i__].offered;
  add_candidate (media, "192.0.2.1", 5000);
  if (muxes[__i__].second)
    g_ptr_array_add (media->candidates, candidate_new ("192.0.2.1", 5001, 2));
  fail_unless (gst_ice_match_offer (mlines, offer, muxes[__i__].wanted, NULL));
  mline = gst_ice_mlines_get (mlines, 0);
  fail_unless_equals_int (mline->rtcp_mux, mux);
  fail_unless_equals_int (mline->n_components, mux ? 1 : 2);
}

GST_END_TEST;

GST_START_TEST (test_formats_of_both_ways_are_agreed)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();

  claim_src (claims, "src", VIDEO, H264 "; " VP8);
  claim_sink (claims, "sink", VIDEO, VP8);
  add_media (offer, "0", H264 "; " VP8);
  take_offer (mlines, offer);
  assert_mlines (mlines, "0:video:96");
}

GST_END_TEST;

GST_START_TEST (test_further_offer_adds_at_the_end)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceClaim *audio;

  claim_src (claims, "v", VIDEO, VP8);
  add_media (offer, "0", VP8);
  take_offer (mlines, offer);

  audio = claim_src (claims, "a", AUDIO, OPUS);
  add_media (offer, "1", OPUS);
  take_offer (mlines, offer);
  assert_mlines (mlines, "0:video:96 1:audio:96");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, audio), 1);
}

GST_END_TEST;

GST_START_TEST (test_further_offer_takes_an_mline_away)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();

  claim_src (claims, "v", VIDEO, VP8);
  claim_src (claims, "a", AUDIO, OPUS);
  add_media (offer, "0", OPUS);
  add_media (offer, "1", VP8);
  take_offer (mlines, offer);
  gst_ice_description_get_media (offer, 1)->rejected = TRUE;
  take_offer (mlines, offer);
  assert_mlines (mlines, "0:audio:96 1:video!");
}

GST_END_TEST;

/* Further offers that break the order of m-lines. */
static void
break_order (GstIceDescription * offer, guint how)
{
  switch (how) {
    case 0:
      break;                    /* no m-line at all */
    case 1:
      add_media (offer, "1", VP8);
      break;
    case 2:
      add_media (offer, "0", OPUS);
      break;
    default:
      add_media (offer, "1", OPUS);
      add_media (offer, "0", VP8);
      break;
  }
}

GST_START_TEST (test_offer_that_breaks_the_order_changes_nothing)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) first = offer_new ();
  g_autoptr (GstIceDescription) broken = offer_new ();

  claim_src (claims, "v", VIDEO, VP8);
  claim_src (claims, "a", AUDIO, OPUS);
  add_media (first, "0", VP8);
  take_offer (mlines, first);
  break_order (broken, (guint) __i__);
  refuse_offer (mlines, broken, GST_ICE_ERROR_BAD_DESCRIPTION);
  assert_mlines (mlines, "0:video:96");
}

GST_END_TEST;

GST_START_TEST (test_offer_of_nothing_usable_changes_nothing)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceDescription) offer = offer_new ();
  GstIceClaim *claim = claim_src (claims, "v", VIDEO, VP8);

  add_media (offer, "0", H264);
  add_media (offer, "1", OPUS);
  refuse_offer (mlines, offer, GST_ICE_ERROR_UNSUPPORTED);
  assert_mlines (mlines, "");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, claim), -1);
}

GST_END_TEST;

/* Our offer of audio and video, to be answered. */
static GstIceMlines *
offered_new (GstIceClaims * claims)
{
  GstIceMlines *mlines = gst_ice_mlines_new (claims);

  claim_sink (claims, "a", AUDIO, OPUS);
  claim_src (claims, "v", VIDEO, VP8 "; " H264);
  fail_unless (gst_ice_mlines_place (mlines, TRUE, NULL));
  assert_mlines (mlines, "0:audio:96 1:video:96:97:98");
  return mlines;
}

static GstIceDescription *
answer_new (void)
{
  return gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);
}

GST_START_TEST (test_answer_is_taken_over)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = offered_new (claims);
  g_autoptr (GstIceDescription) answer = answer_new ();
  GError *error = NULL;

  add_media (answer, "0", OPUS)->rtcp_mux = FALSE;
  /* A peer that knows no mids. */
  add_media (answer, NULL, H264);
  gst_ice_match_answer (mlines, answer, &error);
  g_assert_no_error (error);
  assert_mlines (mlines, "0:audio:96 1:video:97");
  fail_if (gst_ice_mlines_get (mlines, 0)->rtcp_mux);
  fail_unless (gst_ice_mlines_get (mlines, 1)->rtcp_mux);
}

GST_END_TEST;

GST_START_TEST (test_answer_rejects_one)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = offered_new (claims);
  g_autoptr (GstIceDescription) answer = answer_new ();

  add_media (answer, "0", OPUS)->rejected = TRUE;
  add_media (answer, "1", VP8);
  fail_unless (gst_ice_match_answer (mlines, answer, NULL));
  assert_mlines (mlines, "0:audio! 1:video:96");
}

GST_END_TEST;

GST_START_TEST (test_answer_with_other_formats_is_a_rejection)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = offered_new (claims);
  g_autoptr (GstIceDescription) answer = answer_new ();

  add_media (answer, "0", PCMU);
  add_media (answer, "1", VP8);
  fail_unless (gst_ice_match_answer (mlines, answer, NULL));
  assert_mlines (mlines, "0:audio! 1:video:96");
}

GST_END_TEST;

/* Answers with other m-lines than the offer. */
static void
answer_wrongly (GstIceDescription * answer, guint how)
{
  switch (how) {
    case 0:
      break;                    /* none */
    case 1:
      add_media (answer, "0", OPUS);
      break;
    case 2:
      add_media (answer, "1", VP8);
      add_media (answer, "0", OPUS);
      break;
    case 3:
      add_media (answer, "0", OPUS);
      add_media (answer, "2", VP8);
      break;
    default:
      add_media (answer, "0", OPUS);
      add_media (answer, "1", VP8);
      add_media (answer, "2", VP8);
      break;
  }
}

GST_START_TEST (test_answer_with_other_mlines_changes_nothing)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = offered_new (claims);
  g_autoptr (GstIceDescription) answer = answer_new ();
  GError *error = NULL;

  answer_wrongly (answer, (guint) __i__);
  fail_if (gst_ice_match_answer (mlines, answer, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION);
  g_error_free (error);
  assert_mlines (mlines, "0:audio:96 1:video:96:97:98");
}

GST_END_TEST;

static Suite *
icematch_suite (void)
{
  Suite *s = suite_create ("icematch");
  TCase *tc = tcase_create ("offer");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_offers_order_counts);
  tcase_add_test (tc, test_src_without_media_takes_the_first_that_it_can);
  tcase_add_test (tc, test_what_nobody_claims_is_rejected);
  tcase_add_test (tc, test_rejected_mline_stays_rejected);
  tcase_add_loop_test (tc, test_profiles_that_are_not_plain_are_rejected, 0,
      G_N_ELEMENTS (protocols));
  tcase_add_test (tc, test_refusal_names_the_formats_of_both);
  tcase_add_test (tc, test_defect_rejects_one_mline);
  tcase_add_test (tc, test_defect_of_all_that_could_be_wanted_is_the_reason);
  tcase_add_test (tc, test_defect_in_an_answer);
  tcase_add_loop_test (tc, test_directions_meet, 0, G_N_ELEMENTS (directions));
  tcase_add_loop_test (tc, test_rtcp_mux_of_an_offer, 0, G_N_ELEMENTS (muxes));
  tcase_add_test (tc, test_formats_of_both_ways_are_agreed);
  tcase_add_test (tc, test_further_offer_adds_at_the_end);
  tcase_add_test (tc, test_further_offer_takes_an_mline_away);
  tcase_add_loop_test (tc, test_offer_that_breaks_the_order_changes_nothing, 0,
      4);
  tcase_add_test (tc, test_offer_of_nothing_usable_changes_nothing);

  tc = tcase_create ("answer");
  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_answer_is_taken_over);
  tcase_add_test (tc, test_answer_rejects_one);
  tcase_add_test (tc, test_answer_with_other_formats_is_a_rejection);
  tcase_add_loop_test (tc, test_answer_with_other_mlines_changes_nothing, 0, 5);
  return s;
}

GST_CHECK_MAIN (icematch);
