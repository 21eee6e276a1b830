/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What an answer says of offered parameters, header extensions and feedback. */

#include "config.h"

#include "gsticeformatanswer.h"
#include "gsticesdp.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define ICE "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n"
#define VP8 "application/x-rtp, media=video, clock-rate=90000, " \
    "encoding-name=VP8, payload=96"
#define H264 "application/x-rtp, media=video, clock-rate=90000, " \
    "encoding-name=H264, payload=96, packetization-mode=(string)1"

#define SENDONLY GST_ICE_DIRECTION_SENDONLY
#define RECVONLY GST_ICE_DIRECTION_RECVONLY
#define SENDRECV GST_ICE_DIRECTION_SENDRECV

#define MID "urn:ietf:params:rtp-hdrext:sdes:mid"
#define TOFFSET "urn:ietf:params:rtp-hdrext:toffset"
#define LEVEL "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
#define TWCC "http://www.ietf.org/id/" \
    "draft-holmer-rmcat-transport-wide-cc-extensions-01"
#define ORIENTATION "urn:3gpp:video-orientation"

/* Returns: (transfer full): the lines of the answer to @offer that begin with
 *     "a=@key:", without that, joined by "|" */
static gchar *
answer (const gchar * offer, const GstIceFormatAnswer * settings,
    const gchar * key)
{
  g_autoptr (GstIceDescription) parsed = gst_ice_sdp_parse (offer, -1,
      GST_ICE_DESCRIPTION_OFFER, NULL);
  g_autoptr (GstIceDescription) description =
      gst_ice_description_new (GST_ICE_DESCRIPTION_ANSWER);
  GstIceMediaDescription *media = gst_ice_description_add_media (description);
  g_autofree gchar *prefix = g_strdup_printf ("a=%s:", key);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;

  fail_unless (parsed != NULL, "%s", offer);
  media->media = g_strdup ("video");
  media->formats = gst_ice_format_answer_make (settings,
      gst_ice_description_get_media (parsed, 0)->formats);
  text = gst_ice_sdp_write (description);
  lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], prefix))
      g_string_append_printf (found, "%s%s", found->len > 0 ? "|" : "",
          lines[i] + strlen (prefix));
  }
  return g_string_free (g_steal_pointer (&found), FALSE);
}

static const struct
{
  const gchar *offered;         /* lines after the rtpmap, separated by "|" */
  GstIceDirection direction;    /* ours */
  const gchar *sent;            /* NULL: nothing */
  const gchar *received;        /* NULL: anything */
  gboolean has_rtcp;
  const gchar *key;
  const gchar *said;
} rows[] = {
  /* RFC 8285: who reads it, who writes it. */
  {"extmap:1 " TOFFSET, RECVONLY, NULL, NULL, FALSE, "extmap", ""},
  {"extmap:1 " TOFFSET, RECVONLY, NULL, VP8 ", extmap-7=(string)" TOFFSET,
      FALSE, "extmap", "1 " TOFFSET},
  {"extmap:1 " TOFFSET, SENDONLY, VP8 ", extmap-1=(string)" TOFFSET, NULL,
      FALSE, "extmap", "1 " TOFFSET},
  {"extmap:1 " TOFFSET, SENDONLY, VP8 ", extmap-2=(string)" TOFFSET, NULL,
      FALSE, "extmap", ""},
  {"extmap:1 " TOFFSET, SENDRECV, VP8 ", extmap-1=(string)" TOFFSET, NULL,
      FALSE, "extmap", "1/sendonly " TOFFSET},
  {"extmap:4 " MID, RECVONLY, NULL, NULL, FALSE, "extmap", "4 " MID},
  {"extmap:5 " TWCC, RECVONLY, NULL, NULL, FALSE, "extmap", ""},
  {"extmap:5 " TWCC, RECVONLY, NULL, NULL, TRUE, "extmap", "5 " TWCC},
  {"extmap:5 " TWCC, SENDONLY, VP8, NULL, TRUE, "extmap", ""},
  {"extmap:13 " ORIENTATION, RECVONLY, NULL, NULL, TRUE, "extmap", ""},
  {"extmap:13 " ORIENTATION, RECVONLY, NULL,
        VP8 ", extmap-1=(string)" ORIENTATION, FALSE, "extmap",
      "13 " ORIENTATION},
  /* The direction mirrored. */
  {"extmap:1/sendonly " TOFFSET, RECVONLY, NULL,
        VP8 ", extmap-7=(string)" TOFFSET, FALSE, "extmap",
      "1/recvonly " TOFFSET},
  {"extmap:1/recvonly " TOFFSET, RECVONLY, NULL,
      VP8 ", extmap-7=(string)" TOFFSET, FALSE, "extmap", ""},
  {"extmap:1/recvonly " TOFFSET, SENDONLY, VP8 ", extmap-1=(string)" TOFFSET,
      NULL, FALSE, "extmap", "1/sendonly " TOFFSET},
  {"extmap:1/inactive " TOFFSET, RECVONLY, NULL,
      VP8 ", extmap-7=(string)" TOFFSET, FALSE, "extmap", ""},
  {"extmap:6/sendonly " LEVEL " vad=on", RECVONLY, NULL,
        VP8 ", extmap-7=(string)" LEVEL, FALSE, "extmap",
      "6/recvonly " LEVEL " vad=on"},
  {"extmap:6 " LEVEL " vad=on", RECVONLY, NULL,
        VP8 ", extmap-7=(string)" LEVEL, FALSE, "extmap",
      "6 " LEVEL " vad=on"},
  /* Numbers that fit into no packet, RFC 6904, and what follows them. */
  {"extmap:255 " MID "|extmap:256 " TWCC, RECVONLY, NULL, NULL, TRUE, "extmap",
      "255 " MID},
  {"extmap:4096 " MID "|extmap:4097 " TWCC, RECVONLY, NULL, NULL, TRUE,
      "extmap", ""},
  {"extmap:5 urn:ietf:params:rtp-hdrext:encrypt " TOFFSET, RECVONLY, NULL,
      VP8 ", extmap-7=(string)" TOFFSET, TRUE, "extmap", ""},
  /* RFC 4585: who answers it. */
  {"rtcp-fb:96 nack|rtcp-fb:96 nack pli|rtcp-fb:96 ccm fir|rtcp-fb:96 "
        "transport-cc|rtcp-fb:96 goog-remb", RECVONLY, NULL, NULL, FALSE,
      "rtcp-fb", "96 nack pli|96 ccm fir"},
  {"rtcp-fb:96 nack|rtcp-fb:96 nack pli|rtcp-fb:96 ccm fir|rtcp-fb:96 "
        "transport-cc|rtcp-fb:96 goog-remb", RECVONLY, NULL, NULL, TRUE,
      "rtcp-fb", "96 nack|96 nack pli|96 ccm fir|96 transport-cc|96 "
        "goog-remb"},
  /* Who only sends must have kept it. Issue 17. */
  {"rtcp-fb:96 nack|rtcp-fb:96 nack pli|rtcp-fb:96 transport-cc", SENDONLY,
      VP8, NULL, TRUE, "rtcp-fb", "96 nack pli|96 transport-cc"},
  {"rtcp-fb:96 nack|rtcp-fb:96 transport-cc", SENDONLY,
      VP8 ", rtcp-fb-nack=true", NULL, FALSE, "rtcp-fb", "96 nack"},
  {"rtcp-fb:96 nack|rtcp-fb:96 transport-cc", RECVONLY, NULL,
        VP8 ", rtcp-fb-transport-cc=true", FALSE, "rtcp-fb",
      "96 transport-cc"},
};

GST_START_TEST (test_answer_promises_what_is_done)
{
  g_autofree gchar *joined = g_strdup_printf ("v=0\r\nm=video 9 RTP/AVPF 96\r\n"
      ICE "a=rtpmap:96 VP8/90000|%s|", rows[__i__].offered);
  g_auto (GStrv) lines = g_strsplit (joined, "|", -1);
  g_autofree gchar *offer = g_strjoinv ("\r\na=", lines);
  g_autoptr (GstCaps) sent = rows[__i__].sent != NULL ?
      gst_caps_from_string (rows[__i__].sent) : NULL;
  g_autoptr (GstCaps) received = rows[__i__].received != NULL ?
      gst_caps_from_string (rows[__i__].received) : NULL;
  const GstIceFormatAnswer settings = { rows[__i__].direction, sent, received,
    rows[__i__].has_rtcp
  };
  g_autofree gchar *said = answer (offer, &settings, rows[__i__].key);

  fail_unless_equals_string (said, rows[__i__].said);
}

GST_END_TEST;

/* Of one H.264 format: the parameters in the order in which GStreamer writes them are
 * not what counts, so each is looked for. */
static const struct
{
  const gchar *offered;
  GstIceDirection direction;
  const gchar *sent;            /* NULL: nothing */
  const gchar *has[3], *has_not[2];
} parameters[] = {
  /* RFC 6184, 8.2.2: the profile of what is sent; the level too if both may differ. */
  {"packetization-mode=1;profile-level-id=42e01f;level-asymmetry-allowed=1",
        SENDONLY, H264 ", profile-level-id=(string)42c00d",
      {"profile-level-id=42c00d", "packetization-mode=1"}, {"42e01f"}},
  {"packetization-mode=1;profile-level-id=42e00d", SENDONLY,
        H264 ", profile-level-id=(string)42c01f",
      {"profile-level-id=42c00d"}, {"42c01f", "42e0"}},
  {"packetization-mode=1;profile-level-id=64001f;level-asymmetry-allowed=1",
        SENDONLY, H264 ", profile-level-id=(string)640028",
      {"profile-level-id=640028", "level-asymmetry-allowed=1"}, {"64001f"}},
  /* A decoder of another profile keeps the name of its format. */
  {"packetization-mode=1;profile-level-id=4d001f;level-asymmetry-allowed=1",
        SENDONLY, H264 ", profile-level-id=(string)42c00d",
      {"profile-level-id=4d001f"}, {"42c00d"}},
  /* What is received, as it was offered. */
  {"packetization-mode=1;profile-level-id=42e01f", RECVONLY, NULL,
      {"profile-level-id=42e01f"}, {NULL}},
  /* sprop-… is of its sender's stream. */
  {"packetization-mode=1;sprop-parameter-sets=Z0LgH9oB4AiflwFqAgICAAAPoA==",
      RECVONLY, NULL, {"packetization-mode=1"}, {"sprop"}},
  {"packetization-mode=1;sprop-parameter-sets=Z0LgH9oB4AiflwFqAgICAAAPoA==",
        SENDONLY, H264 ", sprop-parameter-sets=(string)Z0LADYyNQKD5APCIRqA",
      {"sprop-parameter-sets=Z0LADYyNQKD5APCIRqA"}, {"Z0LgH9oB"}},
};

GST_START_TEST (test_answer_has_the_parameters_of_what_is_sent)
{
  g_autofree gchar *offer = g_strdup_printf ("v=0\r\nm=video 9 RTP/AVPF 96\r\n"
      ICE "a=rtpmap:96 H264/90000\r\na=fmtp:96 %s\r\n",
      parameters[__i__].offered);
  g_autoptr (GstCaps) sent = parameters[__i__].sent != NULL ?
      gst_caps_from_string (parameters[__i__].sent) : NULL;
  const GstIceFormatAnswer settings = { parameters[__i__].direction, sent, NULL,
    FALSE
  };
  g_autofree gchar *said = answer (offer, &settings, "fmtp");

  for (guint i = 0; i < 3 && parameters[__i__].has[i] != NULL; i++)
    fail_unless (strstr (said, parameters[__i__].has[i]) != NULL, "%s", said);
  for (guint i = 0; i < 2 && parameters[__i__].has_not[i] != NULL; i++)
    fail_unless (strstr (said, parameters[__i__].has_not[i]) == NULL, "%s",
        said);
}

GST_END_TEST;

GST_START_TEST (test_offer_from_the_field)
{
  g_autofree gchar *path = g_build_filename (CORPUS, "extmap", NULL);
  const GstIceFormatAnswer settings = { RECVONLY, NULL, NULL, FALSE };
  g_autofree gchar *text = NULL, *said = NULL;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL), "%s", path);
  said = answer (text, &settings, "extmap");
  fail_unless_equals_string (said, "");
}

GST_END_TEST;

static Suite *
formatanswer_suite (void)
{
  Suite *suite = suite_create ("formatanswer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_answer_promises_what_is_done, 0,
      G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_answer_has_the_parameters_of_what_is_sent, 0,
      G_N_ELEMENTS (parameters));
  tcase_add_test (tc, test_offer_from_the_field);

  return suite;
}

GST_CHECK_MAIN (formatanswer);
