/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"
#include "gsticematch.h"
#include "icetest.h"

#define AUDIO GST_ICE_MEDIA_AUDIO
#define VIDEO GST_ICE_MEDIA_VIDEO
#define UNSET GST_ICE_MEDIA_UNSET
#define RTP GST_ICE_COMPONENT_RTP
#define RTCP GST_ICE_COMPONENT_RTCP
#define SENDONLY GST_ICE_DIRECTION_SENDONLY
#define RECVONLY GST_ICE_DIRECTION_RECVONLY
#define SENDRECV GST_ICE_DIRECTION_SENDRECV

#define H264 "application/x-rtp, media=video, encoding-name=H264, " \
    "clock-rate=90000, payload=97"
#define TEXT "application/x-rtp, media=text, encoding-name=T140, " \
    "clock-rate=1000, payload=98"
#define DATA "application/x-rtp, media=application, encoding-name=X-GST, " \
    "clock-rate=90000, payload=99"

static void
place (GstIceMlines * mlines)
{
  GError *error = NULL;

  gst_ice_mlines_place (mlines, TRUE, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): "0:audio 1:video", those rejected with a "!" */
static gchar *
to_string (GstIceMlines * mlines)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    g_string_append_printf (text, "%s%s:%s%s", i > 0 ? " " : "", mline->mid,
        mline->media, mline->rejected ? "!" : "");
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
assert_refused (GError * error, gint code, const gchar * one,
    const gchar * other)
{
  g_assert_error (error, GST_ICE_ERROR, code);
  fail_unless (strstr (error->message, one) != NULL, "%s", error->message);
  fail_unless (other == NULL || strstr (error->message, other) != NULL, "%s",
      error->message);
  g_error_free (error);
}

GST_START_TEST (test_audio_stands_before_video)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  const gboolean video_first = __i__ == 0;

  if (video_first)
    claim_sink (claims, "v", VIDEO, VP8);
  claim_sink (claims, "a", AUDIO, OPUS);
  if (!video_first)
    claim_sink (claims, "v", VIDEO, VP8);
  place (mlines);
  assert_mlines (mlines, "0:audio 1:video");
}

GST_END_TEST;

GST_START_TEST (test_the_rest_stands_after_video_in_the_order_asked_for)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);

  claim_sink (claims, "t", UNSET, TEXT);
  claim_sink (claims, "d", UNSET, DATA);
  claim_sink (claims, "v", UNSET, VP8);
  claim_sink (claims, "a", UNSET, OPUS);
  place (mlines);
  assert_mlines (mlines, "0:audio 1:video 2:text 3:application");
}

GST_END_TEST;

GST_START_TEST (test_list_grows_at_its_end)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GstIceClaim *audio;

  claim_sink (claims, "v", VIDEO, VP8);
  place (mlines);
  audio = claim_sink (claims, "a", AUDIO, OPUS);
  fail_unless (gst_ice_mlines_has_unplaced (mlines));
  place (mlines);
  assert_mlines (mlines, "0:video 1:audio");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, audio), 1);
  fail_if (gst_ice_mlines_has_unplaced (mlines));
}

GST_END_TEST;

GST_START_TEST (test_mid_names_the_mline)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GstIceClaim *src;

  claim_full (claims, "cam1", SENDONLY, RTP, "front", VIDEO, VP8);
  claim_full (claims, "cam2", SENDONLY, RTP, "1", VIDEO, VP8);
  src = claim_full (claims, "src", RECVONLY, RTP, "1", VIDEO, VP8);
  place (mlines);
  assert_mlines (mlines, "front:video 1:video");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, src), 1);
}

GST_END_TEST;

GST_START_TEST (test_made_mid_is_none_that_was_asked_for)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);

  claim_sink (claims, "cam1", VIDEO, VP8);
  claim_full (claims, "cam2", SENDONLY, RTP, "0", VIDEO, VP8);
  place (mlines);
  assert_mlines (mlines, "1:video 0:video");
}

GST_END_TEST;

GST_START_TEST (test_src_and_sink_of_one_kind_share_an_mline)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GstIceClaim *sink = claim_sink (claims, "sink", VIDEO, VP8);
  GstIceClaim *src = claim_src (claims, "src", VIDEO, H264 "; " VP8);
  GstIceMline *mline;

  place (mlines);
  assert_mlines (mlines, "0:video");
  mline = gst_ice_mlines_get (mlines, 0);
  fail_unless_equals_int (mline->direction, SENDRECV);
  fail_unless (mline->send[0] == sink && mline->receive[0] == src);
  /* What is sent comes first. */
  fail_unless_equals_int (gst_caps_get_size (mline->formats), 3);
  fail_unless_equals_string (gst_structure_get_string (gst_caps_get_structure
          (mline->formats, 0), "encoding-name"), "VP8");
}

GST_END_TEST;

GST_START_TEST (test_rtcp_joins_the_mline_that_is_there)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GstIceClaim *rtcp_src, *rtcp_sink;

  rtcp_src = claim_full (claims, "rtcpsrc", RECVONLY, RTCP, NULL, VIDEO, NULL);
  claim_sink (claims, "a", AUDIO, OPUS);
  claim_sink (claims, "v", VIDEO, VP8);
  place (mlines);
  assert_mlines (mlines, "0:audio 1:video");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, rtcp_src), 1);
  fail_unless_equals_int (gst_ice_mlines_get (mlines, 1)->direction, SENDONLY);

  /* Also when it was agreed. */
  rtcp_sink = claim_full (claims, "rtcpsink", SENDONLY, RTCP, NULL, AUDIO,
      NULL);
  place (mlines);
  assert_mlines (mlines, "0:audio 1:video");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, rtcp_sink), 0);
}

GST_END_TEST;

GST_START_TEST (test_rtcp_without_rtp_is_refused)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GError *error = NULL;

  claim_sink (claims, "a", AUDIO, OPUS);
  claim_full (claims, "lonely", RECVONLY, RTCP, NULL, VIDEO, NULL);
  fail_if (gst_ice_mlines_place (mlines, TRUE, &error));
  assert_refused (error, GST_ICE_ERROR_SETTINGS, "lonely", "component=rtcp");
}

GST_END_TEST;

/* Another claim beside an icesink's of RTP video without a mid. */
static const struct
{
  GstIceDirection direction;
  GstIceComponent component;
  const gchar *mid;
  GstIceMediaKind kind;
  gboolean clashes;
} seconds[] = {
  {SENDONLY, RTP, NULL, VIDEO, TRUE},
  {SENDONLY, RTP, "x", VIDEO, FALSE},
  {RECVONLY, RTP, NULL, VIDEO, FALSE},
  {SENDONLY, RTCP, NULL, VIDEO, FALSE},
  {SENDONLY, RTP, NULL, AUDIO, FALSE},
};

GST_START_TEST (test_duplicate_is_refused_naming_both)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines G_GNUC_UNUSED = gst_ice_mlines_new (claims);
  g_autoptr (GstCaps) caps = gst_caps_from_string (VP8);
  GstIceClaim claim = {.name = (gchar *) "second",
    .direction = seconds[__i__].direction,
    .component = seconds[__i__].component,.mid = (gchar *) seconds[__i__].mid
  };
  GstIceClaim *added;
  GError *error = NULL;

  claim_sink (claims, "first", VIDEO, VP8);
  added = gst_ice_claims_add (claims, &claim);
  fail_if (gst_ice_claims_all_ready (claims));
  fail_unless_equals_int (gst_ice_claims_set_ready (claims, added,
          seconds[__i__].kind, caps, &error), !seconds[__i__].clashes);
  if (seconds[__i__].clashes)
    assert_refused (error, GST_ICE_ERROR_SETTINGS, "first", "second");
  fail_unless (gst_ice_claims_all_ready (claims));
}

GST_END_TEST;

GST_START_TEST (test_src_that_takes_anything_cant_offer)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GError *error = NULL;

  claim_src (claims, "anything", __i__ == 0 ? UNSET : VIDEO, NULL);
  fail_if (gst_ice_mlines_place (mlines, TRUE, &error));
  assert_refused (error, GST_ICE_ERROR_SETTINGS, "anything", "caps");
}

GST_END_TEST;

GST_START_TEST (test_who_leaves_makes_room_on_no_mline)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GstIceClaim *gone = claim_sink (claims, "gone", VIDEO, VP8), *next;

  place (mlines);
  gst_ice_mlines_forget_claim (mlines, gone);
  gst_ice_claims_remove (claims, gone);
  assert_mlines (mlines, "0:video");
  fail_unless (gst_ice_mlines_get (mlines, 0)->send[0] == NULL);

  next = claim_sink (claims, "next", VIDEO, VP8);
  place (mlines);
  assert_mlines (mlines, "0:video 1:video");
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, next), 1);
}

GST_END_TEST;

GST_START_TEST (test_rtcp_mux_off_needs_two_components)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GstIceMline *mline;

  claim_sink (claims, "v", VIDEO, VP8);
  fail_unless (gst_ice_mlines_place (mlines, __i__ == 0, NULL));
  mline = gst_ice_mlines_get (mlines, 0);
  fail_unless_equals_int (mline->rtcp_mux, __i__ == 0);
  fail_unless_equals_int (mline->n_components, __i__ == 0 ? 1 : 2);
}

GST_END_TEST;

GST_START_TEST (test_session_has_at_most_so_many_mlines)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  GError *error = NULL;

  for (guint i = 0; i <= GST_ICE_MAX_MLINES; i++) {
    g_autofree gchar *mid = g_strdup_printf ("m%u", i);

    claim_full (claims, mid, SENDONLY, RTP, mid, VIDEO, VP8);
  }
  fail_if (gst_ice_mlines_place (mlines, TRUE, &error));
  assert_refused (error, GST_ICE_ERROR_SETTINGS, "64", NULL);
}

GST_END_TEST;

GST_START_TEST (test_each_peer_has_mlines_of_its_own)
{
  g_autoptr (GstIceClaims) claims = gst_ice_claims_new ();
  g_autoptr (GstIceMlines) mlines = gst_ice_mlines_new (claims);
  g_autoptr (GstIceMlines) others = gst_ice_mlines_new (claims);
  GstIceClaim *claim = claim_sink (claims, "v", VIDEO, VP8);

  place (mlines);
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, claim), 0);
  fail_unless_equals_int (gst_ice_mlines_find_claim (others, claim), -1);
  fail_if (gst_ice_mlines_has_unplaced (mlines));
  fail_unless (gst_ice_mlines_has_unplaced (others));

  gst_ice_mlines_append (others, AUDIO, "audio", "other", NULL);
  place (others);
  assert_mlines (others, "other:audio 1:video");
  fail_unless_equals_int (gst_ice_mlines_find_claim (others, claim), 1);

  gst_ice_mlines_forget_all_claims (others);
  fail_unless_equals_int (gst_ice_mlines_find_claim (mlines, claim), 0);
  fail_unless_equals_int (gst_ice_mlines_find_claim (others, claim), -1);
}

GST_END_TEST;

static Suite *
icemlines_suite (void)
{
  Suite *s = suite_create ("icemlines");
  TCase *tc = tcase_create ("place");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_audio_stands_before_video, 0, 2);
  tcase_add_test (tc, test_the_rest_stands_after_video_in_the_order_asked_for);
  tcase_add_test (tc, test_list_grows_at_its_end);
  tcase_add_test (tc, test_mid_names_the_mline);
  tcase_add_test (tc, test_made_mid_is_none_that_was_asked_for);
  tcase_add_test (tc, test_src_and_sink_of_one_kind_share_an_mline);
  tcase_add_test (tc, test_rtcp_joins_the_mline_that_is_there);
  tcase_add_test (tc, test_rtcp_without_rtp_is_refused);
  tcase_add_loop_test (tc, test_duplicate_is_refused_naming_both, 0,
      G_N_ELEMENTS (seconds));
  tcase_add_loop_test (tc, test_src_that_takes_anything_cant_offer, 0, 2);
  tcase_add_test (tc, test_who_leaves_makes_room_on_no_mline);
  tcase_add_loop_test (tc, test_rtcp_mux_off_needs_two_components, 0, 2);
  tcase_add_test (tc, test_session_has_at_most_so_many_mlines);
  tcase_add_test (tc, test_each_peer_has_mlines_of_its_own);
  return s;
}

GST_CHECK_MAIN (icemlines);
