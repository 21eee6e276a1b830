/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"
#include "gsticesdp.h"
#include "gsticesdpnames.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define HEAD "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\n" \
    "t=0 0\r\n"
#define CREDENTIALS "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n"
#define AUDIO "m=audio 9 RTP/AVP 0\r\n"
#define LINE HEAD AUDIO CREDENTIALS
#define VP8 "application/x-rtp,media=video,payload=96,clock-rate=90000," \
    "encoding-name=VP8,rtcp-fb-nack=true,rtcp-fb-nack-pli=true," \
    "rtcp-fb-ccm-fir=true,rtcp-fb-transport-cc=true," \
    "extmap-3=\"http://example.org/abs-send-time\""
#define H264 "application/x-rtp,media=video,payload=97,clock-rate=90000," \
    "encoding-name=H264,packetization-mode=(string)1," \
    "profile-level-id=(string)42e01f,level-asymmetry-allowed=(string)1," \
    "sprop-parameter-sets=(string)\"Z0LgH9oB4AiflwFqAgICAAAPoA==,aM4yyA==\"," \
    "extmap-3=\"http://example.org/abs-send-time\""
#define OPUS "application/x-rtp,media=audio,payload=111,clock-rate=48000," \
    "encoding-name=OPUS,encoding-params=(string)2,minptime=(string)10," \
    "useinbandfec=(string)1"
#define PCMU "application/x-rtp,media=audio,payload=0,clock-rate=8000," \
    "encoding-name=PCMU"
#define HOST "candidate:1 1 UDP 2130706431 10.0.0.2 5000 typ host"
#define HOST6 "candidate:2 1 UDP 2130706175 2001:db8::1 5000 typ host"
#define TCP "candidate:5 1 TCP 1015021823 10.0.0.2 9 typ host tcptype active"

static GstIceDescription *
parse (const gchar * text, GError ** error)
{
  return gst_ice_sdp_parse (text, -1, GST_ICE_DESCRIPTION_OFFER, error);
}

/* Descriptions that are refused, and a part of the sentence that says why. */
static const struct
{
  const gchar *text;
  gssize length;
  const gchar *why;
} refused[] = {
  {"", -1, "no m-line"},
  {"hello", -1, "no m-line"},
  {"{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}", -1, "no m-line"},
  {HEAD, -1, "no m-line"},
  {AUDIO CREDENTIALS, -1, "not SDP"},
  {HEAD AUDIO "a=ice-ufrag:8hhY\r\na=ice-pwd:\xff\r\n", -1, "not UTF-8"},
  {LINE "a=rtpmap:96 \xff/8000\r\n", -1, "Line 8"},
  {LINE "a=fmtp:0 \xe4=1\r\n", -1, "not UTF-8"},
  {HEAD "m=audio\r\n" CREDENTIALS, -1, "m-line 0"},
  {HEAD "m=\r\n" CREDENTIALS, -1, "m-line 0"},
  {LINE "\0a=mid:0", sizeof (LINE "\0a=mid:0") - 1, "NUL"},
  {"\0", 1, "NUL"},
};

GST_START_TEST (test_bad_description_is_refused)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ice_sdp_parse (refused[__i__].text, refused[__i__].length,
          GST_ICE_DESCRIPTION_OFFER, &error) == NULL);
  fail_unless (g_error_matches (error, GST_ICE_ERROR,
          GST_ICE_ERROR_BAD_DESCRIPTION));
  fail_unless (strstr (error->message, refused[__i__].why) != NULL, "%s",
      error->message);
  fail_unless (g_utf8_validate (error->message, -1, NULL));
}

GST_END_TEST;

/* What is wrong with one m-line, said of it alone (issue 14, 4). */
static const struct
{
  const gchar *text;
  guint mline;
  const gchar *why;
} defects[] = {
  {HEAD AUDIO, 0, "m-line 0 (audio) has no a=ice-ufrag"},
  {HEAD AUDIO "a=ice-ufrag:8hhY\r\n", 0, "m-line 0 (audio) has no a=ice-pwd"},
  {LINE "m=video 9 RTP/AVP 96\r\n", 1, "m-line 1 (video)"},
  {HEAD AUDIO "a=ice-ufrag:8hh\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n", 0,
      "4 to 256"},
  {HEAD AUDIO "a=ice-ufrag:8h Y\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n", 0,
      "blanks"},
  {HEAD AUDIO "a=ice-ufrag:8h:Y\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n", 0,
      "a=ice-ufrag"},
  {HEAD AUDIO "a=ice-ufrag:8h\tY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n", 0,
      "a=ice-ufrag"},
  {HEAD AUDIO "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYha\1Zg\r\n", 0,
      "a=ice-pwd"},
  {HEAD AUDIO "a=ice-ufrag:8hhY\r\na=ice-pwd:short\r\n", 0, "16 to 256"},
  {"v=0\r\n" AUDIO "m=video 9 RTP/AVP 96\r\n" CREDENTIALS, 0,
      "m-line 0 (audio) has no a=ice-ufrag"},
  {HEAD AUDIO CREDENTIALS "m=text 11000 RTP/AVP 98\r\n", 1, "m-line 1 (text)"},
};

GST_START_TEST (test_defect_is_of_one_mline)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceDescription) parsed = parse (defects[__i__].text, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < parsed->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (parsed, i);

    if (i != defects[__i__].mline) {
      fail_unless (media->defect == NULL && media->ufrag != NULL);
      continue;
    }
    g_assert_error (media->defect, GST_ICE_ERROR,
        GST_ICE_ERROR_BAD_DESCRIPTION);
    fail_unless (strstr (media->defect->message, defects[__i__].why) != NULL,
        "%s", media->defect->message);
    fail_unless (media->ufrag == NULL && media->pwd == NULL);
    fail_unless (media->candidates->len == 0 && !media->rejected);
  }
}

GST_END_TEST;

static GString *
repeat (const gchar * head, const gchar * text, guint n)
{
  GString *repeated = g_string_new (head);

  while (n-- > 0)
    g_string_append (repeated, text);

  return repeated;
}

GST_START_TEST (test_limits)
{
  g_autoptr (GString) most = repeat (HEAD, AUDIO CREDENTIALS,
      GST_ICE_MAX_MLINES);
  g_autoptr (GString) more = repeat (HEAD, AUDIO CREDENTIALS,
      GST_ICE_MAX_MLINES + 1);
  g_autoptr (GString) longest = repeat (LINE, "\n",
      GST_ICE_SDP_MAX_BYTES - strlen (LINE));
  g_autoptr (GstIceDescription) parsed = parse (most->str, NULL);
  g_autoptr (GError) error = NULL;

  assert_equals_int (parsed->media->len, GST_ICE_MAX_MLINES);
  fail_unless (parse (more->str, &error) == NULL);
  fail_unless (strstr (error->message, "64 m-lines") != NULL);
  g_clear_error (&error);

  g_clear_pointer (&parsed, gst_ice_description_unref);
  parsed = parse (longest->str, NULL);
  fail_unless (parsed != NULL);
  g_string_append_c (longest, '\n');
  fail_unless (parse (longest->str, &error) == NULL);
  fail_unless (strstr (error->message, "65537 bytes") != NULL);
}

GST_END_TEST;

GST_START_TEST (test_first_candidates_are_kept)
{
  GString *text = g_string_new (LINE);
  g_autoptr (GstIceDescription) parsed = NULL;
  GstIceMediaDescription *media;
  GstIceCandidate *last;
  guint i;

  /* The second of each address, and one that is bad, do not count. */
  g_string_append (text, "a=candidate:1 1 UDP 0 10.0.0.1 9 typ host\r\n");
  for (i = 0; i < 2 * (GST_ICE_MAX_CANDIDATES + 5); i++)
    g_string_append_printf (text, "a=candidate:1 1 UDP %u 10.0.0.1 %u typ host"
        "\r\n", 1 + i, 1000 + i / 2);
  parsed = parse (text->str, NULL);
  g_string_free (text, TRUE);

  media = gst_ice_description_get_media (parsed, 0);
  assert_equals_int (media->candidates->len, GST_ICE_MAX_CANDIDATES);
  last = g_ptr_array_index (media->candidates, GST_ICE_MAX_CANDIDATES - 1);
  assert_equals_int (last->port, 1000 + GST_ICE_MAX_CANDIDATES - 1);
  assert_equals_int (last->priority, 2 * GST_ICE_MAX_CANDIDATES - 1);
}

GST_END_TEST;

/* What is added to a fine m-line, and what is found in it. */
static const struct
{
  const gchar *session;
  const gchar *line;
  guint n_candidates;
  GstIceDirection direction;
  const gchar *formats;
} lenient[] = {
  {"", "m=audio 9 RTP/AVP 0 \n", 0, GST_ICE_DIRECTION_SENDRECV, PCMU},
  {"", "m=audio 9 RTP/AVP 0 \na=" HOST " \r\n" HOST6 "\na=x-candidate-ipv6:7 1 "
        "UDP 3 2001::7 9 typ host \nx-candidate-ipv6:7 1 UDP 3 2001::8 9 typ "
        "host", 4, GST_ICE_DIRECTION_SENDRECV, PCMU},
  {"a=recvonly\n", "m=audio 9/2 RTP/AVP 0", 0, GST_ICE_DIRECTION_RECVONLY,
      PCMU},
  {"a=recvonly\n", "m=audio 9 RTP/AVP 0\na=sendonly", 0,
      GST_ICE_DIRECTION_SENDONLY, PCMU},
  {"nonsense\na=\nb=CT:99980\n=\nx\na=group:BUNDLE 0 1\ni=\xff\n",
        "m=audio 9 UDP/TLS/RTP/SAVPF 0\na=fingerprint:x\na=setup:actpass\n"
        "a=ssrc:1 cname:\xff\na=x-ssrc-range:1-2\na=rtcp:15677\na=bad:\xff", 0,
      GST_ICE_DIRECTION_SENDRECV, PCMU},
  {"", "m=audio 9 RTP/AVP 96 0 0 200 -1 x 111\na=rtpmap:111  opus/48000/2\n"
        "a=fmtp:111 minptime = 10 ; useinbandfec=1;; ssrc=5;media=x\n"
        "a=rtpmap:96", 0,
      GST_ICE_DIRECTION_SENDRECV, PCMU ";" OPUS},
  {"a=extmap:3 http://example.org/abs-send-time\n",
        "m=video 9 RTP/AVP 97 96\na=rtpmap:96 VP8/90000\n"
        "a=rtpmap:97 H264/90000\na=rtcp-fb:96 ccm fir\n"
        "a=rtcp-fb:96 nack\na=rtcp-fb:96 nack pli\na=rtcp-fb:96 transport-cc\n"
        "a=rtcp-fb:* x-message app send:dsh recv:dsh\na=rtcp-fb:* goog-remb\n"
        "a=fmtp:97 packetization-mode=1;level-asymmetry-allowed=1;"
        "profile-level-id=42e01f;sprop-parameter-sets="
        "Z0LgH9oB4AiflwFqAgICAAAPoA==,aM4yyA==\n", 0,
        GST_ICE_DIRECTION_SENDRECV,
      H264 ",rtcp-fb-goog-remb=true;" VP8 ",rtcp-fb-goog-remb=true"},
  {"", "m=applicationsharing 50006 TCP/RTP/AVP 127\na=rtpmap:127 x", 0,
      GST_ICE_DIRECTION_SENDRECV, NULL},
  {"", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", 0,
      GST_ICE_DIRECTION_SENDRECV, NULL},
};

GST_START_TEST (test_peers_take_liberties)
{
  g_autofree gchar *text = g_strdup_printf ("\n v=0\no=me 1 1 IN IP4 x\ns=\xff"
      "\na=ice-ufrag:8hhY \na=ice-pwd:asd88fgpdd777uzjYhagZg\n%s%s",
      lenient[__i__].session, lenient[__i__].line);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceDescription) parsed = parse (text, &error);
  GstIceMediaDescription *media;
  g_autoptr (GstCaps) formats = NULL;

  fail_unless (parsed != NULL, "%s: %s", error ? error->message : "", text);
  media = gst_ice_description_get_media (parsed, 0);
  assert_equals_string (media->ufrag, "8hhY");
  assert_equals_int (media->candidates->len, lenient[__i__].n_candidates);
  assert_equals_int (media->direction, lenient[__i__].direction);
  if (lenient[__i__].formats == NULL) {
    fail_unless (media->formats == NULL, "%" GST_PTR_FORMAT, media->formats);
    return;
  }
  formats = gst_caps_from_string (lenient[__i__].formats);
  fail_unless (gst_caps_is_strictly_equal (media->formats, formats),
      "%" GST_PTR_FORMAT, media->formats);
}

GST_END_TEST;

/* SIPE's final re-INVITE, and the v6 stub beside it. */
GST_START_TEST (test_lync_final_invite)
{
  g_autoptr (GstIceDescription) parsed = parse ("v=0\r\no=- 0 0 IN IP4 1.2.3.4"
      "\r\ns=session\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 0 RTP/AVP\r\n"
      "m=audio 30000 TCP/RTP/SAVP 8 101\r\na=ice-ufrag:M+7x\r\n"
      "a=ice-pwd:iqMvxVs03gM/jyhb9feLQ466\r\n"
      "a=candidate:1 1 TCP-PASS 2130706431 10.0.0.3 30000 typ host \r\n"
      "a=candidate:1 2 TCP-PASS 2130706430 10.0.0.3 30000 typ host \r\n"
      "a=candidate:1 1 TCP-ACT 2130706431 10.0.0.3 30000 typ host \r\n"
      "a=remote-candidates:1 10.0.0.2 30000 2 10.0.0.2 30001 \r\n", NULL);
  GstIceMediaDescription *media;
  GstIceCandidate *remote;

  media = gst_ice_description_get_media (parsed, 0);
  fail_unless (media->rejected && media->ufrag == NULL && media->pwd == NULL);
  fail_unless (media->formats == NULL);

  media = gst_ice_description_get_media (parsed, 1);
  assert_equals_string (media->pwd, "iqMvxVs03gM/jyhb9feLQ466");
  assert_equals_string (media->protocol, "TCP/RTP/SAVP");
  assert_equals_int (media->candidates->len, 3);
  assert_equals_int (media->remote_candidates->len, 2);
  remote = g_ptr_array_index (media->remote_candidates, 1);
  assert_equals_int (remote->component, GST_ICE_COMPONENT_RTCP);
  assert_equals_string (remote->address, "10.0.0.2");
  assert_equals_int (remote->port, 30001);
  fail_if (media->rtcp_mux);
}

GST_END_TEST;

/* RFC 8839, 5.3: a=ice-lite is said of the session; some say it of each m-line. */
GST_START_TEST (test_lite_peer)
{
  g_autoptr (GstIceDescription) lite = parse (HEAD "a=ice-lite\r\n" AUDIO
      CREDENTIALS, NULL);
  g_autoptr (GstIceDescription) in_line = parse (LINE "a=ice-lite\r\n", NULL);
  g_autoptr (GstIceDescription) full = parse (LINE "a=ice-options:ice2\r\n",
      NULL);

  fail_unless (lite->ice_lite);
  fail_unless (in_line->ice_lite);
  fail_if (full->ice_lite);
}

GST_END_TEST;

/* Issue 14, 10: credentials are compared, not validated by a grammar. */
static const gchar *const credentials[] = {
  "mB3xQ7tR9vA=_6", "a-b_c", "+/+/", "\xc3\xa9t\xc3\xa9", "~!@#$%^&*()",
  "8hhY;x"
};

GST_START_TEST (test_credentials_beyond_ice_char)
{
  g_autofree gchar *text = g_strdup_printf (HEAD AUDIO "a=ice-ufrag:%s\r\n"
      "a=ice-pwd:%s%s%s%s\r\n", credentials[__i__], credentials[__i__],
      credentials[__i__], credentials[__i__], credentials[__i__]);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceDescription) parsed = parse (text, &error);
  GstIceMediaDescription *media;

  g_assert_no_error (error);
  media = gst_ice_description_get_media (parsed, 0);
  assert_equals_string (media->ufrag, credentials[__i__]);
  fail_unless (g_str_has_prefix (media->pwd, credentials[__i__]));
}

GST_END_TEST;

/* What baresip answers to an offer whose RTCP has no candidate. */
GST_START_TEST (test_mismatch_is_an_answer_only)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceDescription) offer = parse (LINE "a=ice-mismatch\r\n", NULL);
  g_autoptr (GstIceDescription) answer = gst_ice_sdp_parse (LINE
      "a=ice-mismatch\r\n", -1, GST_ICE_DESCRIPTION_ANSWER, &error);
  const GError *defect;

  fail_unless (offer != NULL);
  g_assert_no_error (error);
  defect = gst_ice_description_get_media (answer, 0)->defect;
  g_assert_error (defect, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION);
  fail_unless (strstr (defect->message, "rtcp-mux=false") != NULL);
  fail_unless (gst_ice_description_get_media (offer, 0)->defect == NULL);
}

GST_END_TEST;

/* RFC 8840, 9, and RFC 9725, 4.4.1.1 */
GST_START_TEST (test_browser_fragment)
{
  g_autoptr (GstIceDescription) parsed = gst_ice_sdp_parse_fragment (CREDENTIALS
      "a=group:BUNDLE 0 1\r\na=end-of-candidates\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=" HOST
      " generation 0 ufrag 8hhY network-id 1\r\n"
      "m=video 0 RTP/AVP 0\r\na=mid:1\r\na=ice-ufrag:EsAw\r\n", -1, NULL);
  GstIceMediaDescription *media = gst_ice_description_get_media (parsed, 0);

  assert_equals_int (parsed->type, GST_ICE_DESCRIPTION_FRAGMENT);
  assert_equals_string (media->mid, "0");
  assert_equals_string (media->ufrag, "8hhY");
  assert_equals_int (media->candidates->len, 1);
  fail_unless (media->end_of_candidates);
  fail_unless (media->protocol == NULL && media->formats == NULL);

  media = gst_ice_description_get_media (parsed, 1);
  assert_equals_int (media->kind, GST_ICE_MEDIA_VIDEO);
  assert_equals_string (media->ufrag, "EsAw");
  assert_equals_string (media->pwd, "asd88fgpdd777uzjYhagZg");
  fail_if (media->rejected);
}

GST_END_TEST;

/* Issue 18, 1: a name that nobody lists is charged once, not each time. */
GST_START_TEST (test_a_name_is_charged_once)
{
  for (guint i = 0; i < 5000; i++)
    fail_unless (gst_ice_sdp_may_name ("x-mentioned-often"), "%u", i);
}

GST_END_TEST;

/* Names of caps fields stay in memory. */
GST_START_TEST (test_invented_names_come_to_an_end)
{
  g_autoptr (GstIceDescription) last = NULL;
  const GQuark before = g_quark_from_string ("before-all-names");
  GstStructure *structure;

  for (guint i = 0; i < 500; i++) {
    g_autoptr (GString) text = g_string_new (LINE "a=rtpmap:0 PCMU/8000\r\n"
        "a=fmtp:0 useinbandfec=1");
    g_autoptr (GstIceDescription) offer = NULL;

    for (guint j = 0; j < 60; j++)
      g_string_append_printf (text, ";name%u-%u=1", i, j);
    g_string_append (text, "\r\n");
    for (guint j = 0; j < 60; j++)
      g_string_append_printf (text, "a=extmap:%u urn:x\r\n", i * 60 + j);
    offer = parse (text->str, NULL);
    fail_unless (offer != NULL);
  }
  fail_unless (g_quark_from_string ("after-all-names") - before < 10000);

  /* Who comes later says what is known, and gets it. */
  last = parse (LINE "a=rtpmap:0 OPUS/48000/2\r\n"
      "a=fmtp:0 sprop-maxcapturerate=16000;new-name=1\r\n", NULL);
  structure = gst_caps_get_structure (gst_ice_description_get_media (last,
          0)->formats, 0);
  assert_equals_string (gst_structure_get_string (structure,
          "sprop-maxcapturerate"), "16000");
  fail_if (gst_structure_has_field (structure, "new-name"));
}

GST_END_TEST;

/* A name counts once, however often it is mentioned. */
GST_START_TEST (test_name_that_is_mentioned_often_stays)
{
  for (guint i = 0; i < 5000; i++) {
    g_autoptr (GstIceDescription) offer = parse (LINE "a=rtpmap:0 PCMU/8000\r\n"
        "a=fmtp:0 said-again-and-again=1\r\n", NULL);
    GstCaps *formats = gst_ice_description_get_media (offer, 0)->formats;

    assert_equals_string (gst_structure_get_string (gst_caps_get_structure
            (formats, 0), "said-again-and-again"), "1");
  }
}

GST_END_TEST;

/* As whip-whep's clients restart, before they have candidates. */
GST_START_TEST (test_fragment_of_credentials_alone)
{
  g_autoptr (GstIceDescription) parsed =
      gst_ice_sdp_parse_fragment (CREDENTIALS, -1, NULL);
  g_autoptr (GstIceDescription) nothing =
      gst_ice_sdp_parse_fragment ("a=end-of-candidates\r\n", -1, NULL);
  GstIceMediaDescription *media;

  assert_equals_int (parsed->media->len, 1);
  media = gst_ice_description_get_media (parsed, 0);
  fail_unless (media->mid == NULL);
  assert_equals_string (media->ufrag, "8hhY");
  assert_equals_string (media->pwd, "asd88fgpdd777uzjYhagZg");
  assert_equals_int (media->candidates->len, 0);
  fail_if (media->end_of_candidates);
  fail_unless (nothing == NULL);
}

GST_END_TEST;

static Suite *
sdpparser_suite (void)
{
  Suite *suite = suite_create ("sdpparser");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_bad_description_is_refused, 0,
      G_N_ELEMENTS (refused));
  tcase_add_loop_test (tc, test_defect_is_of_one_mline, 0,
      G_N_ELEMENTS (defects));
  tcase_add_test (tc, test_limits);
  tcase_add_test (tc, test_first_candidates_are_kept);
  tcase_add_loop_test (tc, test_peers_take_liberties, 0,
      G_N_ELEMENTS (lenient));
  tcase_add_test (tc, test_lync_final_invite);
  tcase_add_test (tc, test_lite_peer);
  tcase_add_loop_test (tc, test_credentials_beyond_ice_char, 0,
      G_N_ELEMENTS (credentials));
  tcase_add_test (tc, test_mismatch_is_an_answer_only);
  tcase_add_test (tc, test_browser_fragment);
  tcase_add_test (tc, test_fragment_of_credentials_alone);
  tcase_add_test (tc, test_a_name_is_charged_once);
  tcase_add_test (tc, test_name_that_is_mentioned_often_stays);
  /* The last: after it, the process takes no new names. */
  tcase_add_test (tc, test_invented_names_come_to_an_end);

  return suite;
}

GST_CHECK_MAIN (sdpparser);
