/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticecandidatetext.h"
#include "gsticesdp.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define CREDENTIALS "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n"
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
#define DTMF "application/x-rtp,media=audio,payload=101,clock-rate=8000," \
    "encoding-name=TELEPHONE-EVENT,0-15=(string)1"
#define PCMA "application/x-rtp,media=audio,payload=8,clock-rate=8000," \
    "encoding-name=PCMA"
#define HOST "candidate:1 1 UDP 2130706431 10.0.0.2 5000 typ host"
#define HOST6 "candidate:2 1 UDP 2130706175 2001:db8::1 5000 typ host"
#define HOST_RTCP "candidate:1 2 UDP 2130706430 10.0.0.2 5001 typ host"
#define SRFLX "candidate:3 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr " \
    "10.0.0.2 rport 5000"
#define RELAY "candidate:4 1 UDP 33562367 198.51.100.1 49152 typ relay raddr " \
    "192.0.2.3 rport 45664"
#define TCP "candidate:5 1 TCP 1015021823 10.0.0.2 9 typ host tcptype active"

static void
add_candidates (GstIceMediaDescription * media, const gchar * texts)
{
  g_auto (GStrv) lines = g_strsplit (texts, "\n", -1);
  guint i;

  for (i = 0; lines[i] != NULL; i++) {
    GstIceCandidate *candidate = gst_ice_candidate_from_text (lines[i], NULL);

    fail_unless (candidate != NULL, "%s", lines[i]);
    g_ptr_array_add (media->candidates, candidate);
  }
}

static void
add_remote_candidate (GstIceMediaDescription * media, guint component,
    const gchar * address, guint port)
{
  GstIceCandidate *candidate = gst_ice_candidate_new (address, port);

  candidate->component = component;
  g_ptr_array_add (media->remote_candidates, candidate);
}

static void
assert_same_candidates (GPtrArray * a, GPtrArray * b)
{
  guint i;

  assert_equals_int (a->len, b->len);
  for (i = 0; i < a->len; i++) {
    g_autofree gchar *text_a =
        gst_ice_candidate_to_text (g_ptr_array_index (a, i));
    g_autofree gchar *text_b =
        gst_ice_candidate_to_text (g_ptr_array_index (b, i));

    assert_equals_string (text_a, text_b);
  }
}

static void
assert_same_media (GstIceMediaDescription * a, GstIceMediaDescription * b)
{
  assert_equals_int (a->kind, b->kind);
  assert_equals_string (a->media, b->media);
  assert_equals_string (a->protocol, b->protocol);
  assert_equals_string (a->mid, b->mid);
  assert_equals_int (a->rejected, b->rejected);
  assert_equals_int (a->direction, b->direction);
  assert_equals_int (a->rtcp_mux, b->rtcp_mux);
  assert_equals_string (a->ufrag, b->ufrag);
  assert_equals_string (a->pwd, b->pwd);
  assert_equals_int (a->end_of_candidates, b->end_of_candidates);
  assert_same_candidates (a->candidates, b->candidates);
  assert_same_candidates (a->remote_candidates, b->remote_candidates);

  fail_unless ((a->formats == NULL) == (b->formats == NULL));
  fail_unless (a->formats == NULL
      || gst_caps_is_strictly_equal (a->formats, b->formats),
      "%" GST_PTR_FORMAT " is not %" GST_PTR_FORMAT, a->formats, b->formats);
}

static void
assert_same_description (GstIceDescription * a, GstIceDescription * b)
{
  guint i;

  assert_equals_int (a->type, b->type);
  assert_equals_uint64 (a->session_id, b->session_id);
  assert_equals_uint64 (a->version, b->version);
  assert_equals_int (a->media->len, b->media->len);
  for (i = 0; i < a->media->len; i++)
    assert_same_media (gst_ice_description_get_media (a, i),
        gst_ice_description_get_media (b, i));
}

static GstIceMediaDescription *
add_media (GstIceDescription * description, const gchar * media,
    const gchar * formats)
{
  GstIceMediaDescription *added = gst_ice_description_add_media (description);

  added->media = g_strdup (media);
  added->kind = gst_ice_media_kind_from_string (media);
  if (description->type != GST_ICE_DESCRIPTION_FRAGMENT)
    added->protocol = g_strdup ("RTP/AVP");
  added->ufrag = g_strdup ("8hhY");
  added->pwd = g_strdup ("asd88fgpdd777uzjYhagZg");
  if (formats != NULL)
    added->formats = gst_caps_from_string (formats);

  return added;
}

static const struct
{
  const gchar *media;
  const gchar *protocol;
  const gchar *mid;
  GstIceDirection direction;
  const gchar *formats;
  gboolean rtcp_mux;
  gboolean rejected;
  const gchar *candidates;
  gboolean end_of_candidates;
  guint n_remote_candidates;
} lines[] = {
  {"video", "RTP/AVP", "0", GST_ICE_DIRECTION_SENDRECV, VP8 ";" H264, TRUE,
      FALSE, HOST "\n" SRFLX "\n" RELAY, TRUE, 0},
  {"audio", "RTP/AVPF", NULL, GST_ICE_DIRECTION_SENDONLY,
      OPUS ";" PCMU ";" DTMF, FALSE, FALSE, HOST "\n" HOST_RTCP, FALSE, 0},
  {"audio", "RTP/SAVP", "a-1", GST_ICE_DIRECTION_RECVONLY, PCMA, TRUE,
      FALSE, HOST6 "\n" TCP, FALSE, 0},
  {"application", "RTP/AVP", "2", GST_ICE_DIRECTION_INACTIVE, NULL, TRUE,
      FALSE, NULL, FALSE, 0},
  {"audio", "RTP/AVP", "3", GST_ICE_DIRECTION_SENDRECV, OPUS, FALSE, FALSE,
      HOST "\n" HOST_RTCP, TRUE, 2},
  {"video", "RTP/AVP", "4", GST_ICE_DIRECTION_INACTIVE, VP8, FALSE, TRUE,
      NULL, FALSE, 0},
  {"image", "udptl", "5", GST_ICE_DIRECTION_INACTIVE, NULL, FALSE, TRUE,
      NULL, FALSE, 0},
};

static GstIceDescription *
new_line (guint i, GstIceDescription * description)
{
  GstIceMediaDescription *media =
      add_media (description, lines[i].media, lines[i].formats);
  guint component;

  g_free (media->protocol);
  media->protocol = g_strdup (lines[i].protocol);
  media->mid = g_strdup (lines[i].mid);
  media->direction = lines[i].direction;
  media->rtcp_mux = lines[i].rtcp_mux;
  media->rejected = lines[i].rejected;
  media->end_of_candidates = lines[i].end_of_candidates;
  if (lines[i].candidates != NULL)
    add_candidates (media, lines[i].candidates);
  for (component = 1; component <= lines[i].n_remote_candidates; component++)
    add_remote_candidate (media, component, "10.0.0.9", 30000 + component);
  if (media->rejected) {
    g_clear_pointer (&media->ufrag, g_free);
    g_clear_pointer (&media->pwd, g_free);
  }

  return description;
}

static void
assert_round_trip (GstIceDescription * description)
{
  g_autofree gchar *text = gst_ice_sdp_write (description);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceDescription) parsed =
      gst_ice_sdp_parse (text, -1, description->type, &error);

  fail_unless (parsed != NULL, "%s\n%s", error ? error->message : "", text);
  assert_same_description (parsed, description);
  gst_ice_description_unref (gst_ice_description_ref (parsed));
}

GST_START_TEST (test_what_is_written_reads_the_same)
{
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);

  description->session_id = G_MAXUINT64;
  description->version = __i__;
  assert_round_trip (new_line (__i__, description));
}

GST_END_TEST;

GST_START_TEST (test_all_lines_together_read_the_same)
{
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (lines); i++)
    new_line (i, description);
  assert_round_trip (description);
}

GST_END_TEST;

/* RFC 8839, 4.2.1.2; RFC 8840, 4.1 */
static const struct
{
  const gchar *candidates;
  gboolean nominated;
  const gchar *m_line;
  const gchar *c_line;
} defaults[] = {
  {NULL, FALSE, "m=audio 9 ", "c=IN IP4 0.0.0.0\r\n"},
  {HOST, FALSE, "m=audio 5000 ", "c=IN IP4 10.0.0.2\r\n"},
  {HOST6 "\n" HOST, FALSE, "m=audio 5000 ", "c=IN IP4 10.0.0.2\r\n"},
  {HOST6, FALSE, "m=audio 5000 ", "c=IN IP6 2001:db8::1\r\n"},
  {HOST "\n" SRFLX, FALSE, "m=audio 45664 ", "c=IN IP4 192.0.2.3\r\n"},
  {HOST "\n" RELAY "\n" SRFLX, FALSE, "m=audio 49152 ",
      "c=IN IP4 198.51.100.1\r\n"},
  {TCP, FALSE, "m=audio 9 ", "c=IN IP4 0.0.0.0\r\n"},
  {HOST_RTCP, FALSE, "m=audio 9 ", "c=IN IP4 0.0.0.0\r\n"},
  {"candidate:1 1 UDP 1 a.local 5000 typ host", FALSE, "m=audio 9 ",
      "c=IN IP4 0.0.0.0\r\n"},
  {TCP, TRUE, "m=audio 9 ", "c=IN IP4 10.0.0.2\r\n"},
};

GST_START_TEST (test_default_address)
{
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  GstIceMediaDescription *media = add_media (description, "audio", PCMU);
  g_autofree gchar *text = NULL;

  media->rtcp_mux = TRUE;
  if (defaults[__i__].candidates != NULL)
    add_candidates (media, defaults[__i__].candidates);
  if (defaults[__i__].nominated)
    add_remote_candidate (media, 1, "10.0.0.9", 30000);

  text = gst_ice_sdp_write (description);
  fail_unless (strstr (text, defaults[__i__].m_line) != NULL, "%s", text);
  fail_unless (strstr (text, defaults[__i__].c_line) != NULL, "%s", text);
  fail_if (strstr (text, "a=rtcp:") != NULL, "%s", text);
}

GST_END_TEST;

GST_START_TEST (test_whole_offer)
{
  static const gchar expected[] =
      "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
      "a=ice-options:trickle\r\nm=audio 5000 RTP/AVP 111 101\r\n"
      "c=IN IP4 10.0.0.2\r\na=mid:0\r\na=sendrecv\r\n"
      "a=msid:gst-ice 0\r\n"
      "a=rtcp:5001 IN IP4 10.0.0.2\r\na=rtpmap:111 opus/48000/2\r\n"
      "a=fmtp:111 minptime=10;useinbandfec=1\r\n"
      "a=rtpmap:101 TELEPHONE-EVENT/8000\r\na=fmtp:101 0-15\r\n"
      CREDENTIALS "a=" HOST "\r\na=" HOST_RTCP "\r\na=end-of-candidates\r\n"
      "a=remote-candidates:1 10.0.0.9 30000 2 10.0.0.9 30001\r\n"
      "m=video 0 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=inactive\r\n";
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  GstIceMediaDescription *media;
  g_autofree gchar *text = NULL;

  description->session_id = 1;
  description->version = 2;
  media = add_media (description, "audio", OPUS ";" DTMF);
  media->mid = g_strdup ("0");
  media->direction = GST_ICE_DIRECTION_SENDRECV;
  media->end_of_candidates = TRUE;
  add_candidates (media, HOST "\n" HOST_RTCP);
  add_remote_candidate (media, 1, "10.0.0.9", 30000);
  add_remote_candidate (media, 2, "10.0.0.9", 30001);
  media = add_media (description, "video", NULL);
  media->mid = g_strdup ("1");
  media->rejected = TRUE;

  text = gst_ice_sdp_write (description);
  assert_equals_string (text, expected);
}

GST_END_TEST;

/* RFC 7587, 7: what the caps of payloaders and depayloaders leave open. */
static const gchar *const opus_caps[] = {
  "encoding-name=OPUS,clock-rate=48000",
  "encoding-name=OPUS,clock-rate=48000,encoding-params=(string)1",
  "encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2",
  "encoding-name=opus,clock-rate=8000",
};

GST_START_TEST (test_opus_is_always_48000_2)
{
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  g_autofree gchar *caps =
      g_strdup_printf ("application/x-rtp,media=audio,payload=96,%s",
      opus_caps[__i__]);
  g_autofree gchar *text = NULL;

  add_media (description, "audio", caps);
  text = gst_ice_sdp_write (description);
  fail_unless (strstr (text, "a=rtpmap:96 opus/48000/2\r\n") != NULL, "%s",
      text);
}

GST_END_TEST;

/* RFC 9725, 4.4.1, and RFC 8858, 3: in offers, of m-lines in a group. */
static const struct
{
  GstIceDescriptionType type;
  gboolean rtcp_mux;
  gint bundle;
  gboolean only;
} mux_only[] = {
  {GST_ICE_DESCRIPTION_OFFER, TRUE, 0, TRUE},
  {GST_ICE_DESCRIPTION_OFFER, TRUE, -1, FALSE},
  {GST_ICE_DESCRIPTION_OFFER, FALSE, -1, FALSE},
  {GST_ICE_DESCRIPTION_ANSWER, TRUE, 0, FALSE},
};

GST_START_TEST (test_offer_of_a_group_takes_rtcp_mux_only)
{
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (mux_only[__i__].type);
  GstIceMediaDescription *media = add_media (description, "audio", PCMU);
  g_autoptr (GstIceDescription) parsed = NULL;
  g_autofree gchar *text = NULL;

  media->mid = g_strdup ("0");
  media->rtcp_mux = mux_only[__i__].rtcp_mux;
  media->bundle = mux_only[__i__].bundle;
  text = gst_ice_sdp_write (description);
  fail_unless_equals_int (strstr (text, "a=rtcp-mux-only\r\n") != NULL,
      mux_only[__i__].only);
  fail_unless_equals_int (strstr (text, "a=rtcp-mux\r\n") != NULL,
      mux_only[__i__].rtcp_mux);
  parsed = gst_ice_sdp_parse (text, -1, mux_only[__i__].type, NULL);
  assert_same_description (parsed, description);
}

GST_END_TEST;

/* gst_caps_from_string () of GStreamer 1.22 leaks an array, so this is no row. */
GST_START_TEST (test_extmap_with_direction_and_attributes)
{
  static const gchar extmap[] =
      "a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on"
      "\r\n";
  g_autofree gchar *offer = g_strdup_printf ("v=0\r\nm=audio 9 RTP/AVP 0 8\r\n"
      CREDENTIALS "%s", extmap);
  g_autoptr (GstIceDescription) parsed =
      gst_ice_sdp_parse (offer, -1, GST_ICE_DESCRIPTION_OFFER, NULL);
  g_autofree gchar *text = gst_ice_sdp_write (parsed);
  const gchar *found = strstr (text, extmap);

  fail_unless (found != NULL, "%s", text);
  fail_if (strstr (found + 1, extmap) != NULL, "%s", text);
  assert_round_trip (parsed);
}

GST_END_TEST;

/* Caps as payloaders and other SDPs leave them, and what is no fmtp of it. */
GST_START_TEST (test_local_caps_fields_stay_here)
{
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (GST_ICE_DESCRIPTION_OFFER);
  static const gchar *const hidden[] = {
    "seqnum", "timestamp", "ssrc", "cname", "1234", "a=ice-pwd:x", "mid",
    "rtcp-fb", "bad", "profile=", "999"
  };
  g_autofree gchar *text = NULL;
  guint i;

  add_media (description, "video", "application/x-rtp,media=video,payload=97,"
      "clock-rate=90000,encoding-name=H264,packetization-mode=(string)1,"
      "ssrc=(uint)1234,timestamp-offset=(uint)1234,seqnum-offset=(uint)1234,"
      "ssrc-1234-cname=(string)me,cname=(string)me,a-ice-pwd=(string)x,"
      "a-mid=(string)0,a-rtcp-fb=(string)x,bad=(string)\"a\\\r\\\na=b\","
      "a-framerate=(string)30,profile=(string)high;"
      "application/x-rtp,payload=999,clock-rate=1,encoding-name=X;"
      "application/x-rtp,payload=98,encoding-name=X;"
      "application/x-rtp,payload=97,clock-rate=1,encoding-name=TWICE;"
      "application/x-rtp,payload=34");
  text = gst_ice_sdp_write (description);
  for (i = 0; i < G_N_ELEMENTS (hidden); i++)
    fail_if (strstr (text, hidden[i]) != NULL, "%s in %s", hidden[i], text);
  fail_unless (strstr (text, "m=video 9 RTP/AVP 97 34\r\n") != NULL, "%s",
      text);
  fail_unless (strstr (text, "a=framerate:30\r\n") != NULL, "%s", text);
  fail_unless (strstr (text, "a=fmtp:97 packetization-mode=1\r\n") != NULL,
      "%s", text);
  fail_unless (strstr (text, "a=rtpmap:34 H263/90000\r\n") != NULL, "%s", text);
}

GST_END_TEST;

GST_START_TEST (test_fragment_reads_the_same)
{
  g_autoptr (GstIceDescription) fragment =
      gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);
  g_autoptr (GstIceDescription) parsed = NULL;
  g_autofree gchar *text = NULL;
  GstIceMediaDescription *media;

  media = add_media (fragment, "audio", NULL);
  media->mid = g_strdup ("0");
  add_candidates (media, HOST "\n" RELAY);
  media = add_media (fragment, "video", NULL);
  media->end_of_candidates = TRUE;

  text = gst_ice_sdp_write_fragment (fragment);
  assert_equals_string (text, "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n" CREDENTIALS
      "a=" HOST "\r\na=" RELAY "\r\nm=video 9 RTP/AVP 0\r\n" CREDENTIALS
      "a=end-of-candidates\r\n");
  parsed = gst_ice_sdp_parse_fragment (text, -1, NULL);
  fail_unless (parsed != NULL);
  assert_same_description (parsed, fragment);
}

GST_END_TEST;

static Suite *
sdp_suite (void)
{
  Suite *suite = suite_create ("sdp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_what_is_written_reads_the_same, 0,
      G_N_ELEMENTS (lines));
  tcase_add_test (tc, test_all_lines_together_read_the_same);
  tcase_add_loop_test (tc, test_default_address, 0, G_N_ELEMENTS (defaults));
  tcase_add_test (tc, test_whole_offer);
  tcase_add_loop_test (tc, test_opus_is_always_48000_2, 0,
      G_N_ELEMENTS (opus_caps));
  tcase_add_loop_test (tc, test_offer_of_a_group_takes_rtcp_mux_only, 0,
      G_N_ELEMENTS (mux_only));
  tcase_add_test (tc, test_extmap_with_direction_and_attributes);
  tcase_add_test (tc, test_local_caps_fields_stay_here);
  tcase_add_test (tc, test_fragment_reads_the_same);

  return suite;
}

GST_CHECK_MAIN (sdp);
