/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Formats by their meaning: each row of the table of gsticeformatrules.c. */

#include "config.h"

#include "gsticeformats.h"
#include "gsticesdp.h"

#include <gst/check/gstcheck.h>

#define ICE "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n"

#define RECEIVE GST_ICE_FORMATS_RECEIVE
#define SEND GST_ICE_FORMATS_SEND
#define ANSWERED GST_ICE_FORMATS_ANSWERED
#define AGREED GST_ICE_FORMATS_AGREED

/* Returns: (transfer full): the formats of an m-line, of which @lines are separated
 *     by "|", each "96 H264/90000 fmtp": payload type, rtpmap, parameters */
static GstCaps *
parse_formats (const gchar * kind, const gchar * lines)
{
  g_auto (GStrv) items = g_strsplit (lines, "|", -1);
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GString) tail = g_string_new (ICE);
  g_autoptr (GstIceDescription) offer = NULL;

  g_string_printf (head, "v=0\r\nm=%s 9 RTP/AVP", kind);
  for (guint i = 0; items[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (items[i], " ", 3);

    g_string_append_printf (head, " %s", words[0]);
    g_string_append_printf (tail, "a=rtpmap:%s %s\r\n", words[0], words[1]);
    if (words[2] != NULL)
      g_string_append_printf (tail, "a=fmtp:%s %s\r\n", words[0], words[2]);
  }
  g_string_append_printf (head, "\r\n%s", tail->str);
  offer = gst_ice_sdp_parse (head->str, -1, GST_ICE_DESCRIPTION_OFFER, NULL);
  fail_unless (offer != NULL, "%s", head->str);
  return gst_caps_ref (gst_ice_description_get_media (offer, 0)->formats);
}

/* Returns: (transfer full): payload types: "96 97" */
static gchar *
to_string (GstCaps * caps)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    gint payload = -1;

    gst_structure_get_int (gst_caps_get_structure (caps, i), "payload",
        &payload);
    g_string_append_printf (text, "%s%d", i > 0 ? " " : "", payload);
  }
  return g_string_free (text, FALSE);
}

#define V "application/x-rtp, media=video, clock-rate=90000, payload=96, " \
    "encoding-name="
#define A "application/x-rtp, media=audio, payload=96, encoding-name="
#define MODE(n) ", packetization-mode=(string)" #n
#define LEVEL(id) ", profile-level-id=(string)" id

static const struct
{
  const gchar *kind;
  const gchar *offered;
  const gchar *ours;
  GstIceFormatsUse use;
  const gchar *chosen;
} rows[] = {
  /* RFC 6184, 8.1: packetization-mode is 0 when it is not said. */
  {"video", "97 H264/90000 profile-level-id=42e01f|126 H264/90000 "
        "profile-level-id=42e01f;packetization-mode=1",
      V "H264" MODE (1) LEVEL ("42e01f"), SEND, "126"},
  {"video", "97 H264/90000 profile-level-id=42e01f|126 H264/90000 "
        "profile-level-id=42e01f;packetization-mode=1",
      V "H264" MODE (0) LEVEL ("42e01f"), SEND, "97"},
  {"video", "97 H264/90000 profile-level-id=42e01f",
      V "H264" MODE (1), SEND, ""},
  {"video", "97 H264/90000 profile-level-id=42e01f|126 H264/90000 "
        "profile-level-id=42e01f;packetization-mode=1", V "H264", RECEIVE,
      "97 126"},
  {"video", "97 H264/90000 packetization-mode=1",
      "application/x-rtp, media=video, encoding-name=H264, "
        "packetization-mode=(string){ 0, 1 }", RECEIVE, "97"},
  {"video", "97 H264/90000 packetization-mode=1",
      V "H264, packetization-mode=(int)1", RECEIVE, "97"},
  /* RFC 6184, 8.2.2: the profile is the same, the level need not be. */
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=42001f|"
        "112 H264/90000 packetization-mode=1;profile-level-id=64001f",
      V "H264" MODE (1) LEVEL ("640028"), SEND, "112"},
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=42001f",
      V "H264" MODE (1) LEVEL ("640028"), SEND, ""},
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=42001f|"
        "106 H264/90000 packetization-mode=1;profile-level-id=42e01f",
      V "H264" MODE (1) LEVEL ("42c00d"), SEND, "106"},
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=64001f|"
        "106 H264/90000 packetization-mode=1;profile-level-id=4d001f",
      V "H264" MODE (1) LEVEL ("4d401e"), SEND, "106"},
  /* What we receive is in the offerer's order, and what we can decode. */
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=42001f|"
        "106 H264/90000 packetization-mode=1;profile-level-id=64001f",
      V "H264" LEVEL ("64001f"), RECEIVE, "102 106"},
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=64001f",
      V "H264" LEVEL ("42e01f"), RECEIVE, ""},
  /* RFC 6184, table 5: the same profile in other words. */
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=4d801f",
      V "H264" MODE (1) LEVEL ("42e01f"), SEND, "102"},
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=42A01F",
      V "H264" MODE (1) LEVEL ("42801f"), SEND, "102"},
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=f4001f",
      V "H264" MODE (1) LEVEL ("7a001f"), SEND, ""},
  {"video", "102 H264/90000 packetization-mode=1;profile-level-id=nonsense",
      V "H264" MODE (1) LEVEL ("42e01f"), SEND, ""},
  /* Who says nothing at all takes what there is, after those who do. */
  {"video", "102 H264/90000", V "H264" MODE (1) LEVEL ("640028"), SEND, "102"},
  {"video", "102 H264/90000|103 H264/90000 packetization-mode=1;"
        "profile-level-id=640015", V "H264" MODE (1) LEVEL ("640028"), SEND,
      "103"},
  /* An answer that does not repeat what was offered; agreed formats only rank. */
  {"video", "102 H264/90000 profile-level-id=42e01f",
      V "H264" MODE (1) LEVEL ("640028"), ANSWERED, "102"},
  {"video", "102 H264/90000 profile-level-id=42e01f;packetization-mode=0",
      V "H264" MODE (1) LEVEL ("640028"), ANSWERED, ""},
  {"video", "102 H264/90000 profile-level-id=42e01f|103 H264/90000 "
        "profile-level-id=42e01f;packetization-mode=1",
      V "H264" MODE (1) LEVEL ("640028"), AGREED, "103 102"},
  /* RFC 7798, 7.2.2 */
  {"video",
        "102 H265/90000 profile-id=2|103 H265/90000 profile-id=1;tier-flag=0",
      V "H265, profile-id=(string)1", SEND, "103"},
  {"video", "103 H265/90000 level-id=93", V "H265, profile-id=(string)2", SEND,
      "103"},
  {"video", "103 H265/90000 tier-flag=1", V "H265, tier-flag=(string)0", SEND,
      ""},
  {"video", "103 H265/90000 profile-space=1",
      V "H265, profile-space=(string)0", SEND, ""},
  {"video", "103 H265/90000 tx-mode=MRST", V "H265, tx-mode=(string)SRST",
      SEND, ""},
  {"video", "103 H265/90000 tx-mode=srst;level-id=120",
      V "H265, tx-mode=(string)SRST, level-id=(string)93", SEND, "103"},
  /* RFC 9628, 7: profile 0 when it is not said. */
  {"video", "98 VP9/90000 profile-id=2|100 VP9/90000",
      V "VP9, profile-id=(string)0", SEND, "100"},
  {"video", "98 VP9/90000", V "VP9, profile-id=(string)2", SEND, ""},
  {"video", "98 VP9/90000 profile-id=2|100 VP9/90000 profile-id=0", V "VP9",
      SEND, "100"},
  {"video", "98 VP9/90000 profile-id=2|100 VP9/90000 profile-id=0", V "VP9",
      RECEIVE, "98 100"},
  /* AV1: profile and tier are symmetric, level-idx is not. */
  {"video", "45 AV1/90000 profile=1|46 AV1/90000 level-idx=5",
      V "AV1, profile=(string)0, level-idx=(string)8", SEND, "46"},
  {"video", "45 AV1/90000 tier=1", V "AV1, tier=(string)0", SEND, ""},
  {"video", "45 AV1/90000", V "AV1, profile=(string)1", SEND, ""},
  /* RFC 7587, 7.1: stereo and all else is what a receiver likes; "/2" is a name. */
  {"audio", "111 opus/48000/2 stereo=0", A "OPUS, clock-rate=48000, "
        "sprop-stereo=(string)1", SEND, "111"},
  {"audio", "111 opus/48000/2", A "OPUS, clock-rate=48000, "
        "encoding-params=(string)1", SEND, "111"},
  {"audio", "111 multiopus/48000/6", A "MULTIOPUS, clock-rate=48000, "
        "encoding-params=(string)8", SEND, ""},
  /* RFC 3551, 4.5.2 */
  {"audio", "9 G722/8000", A "G722, clock-rate=8000", SEND, "9"},
  {"audio", "98 G722/16000", A "G722, clock-rate=8000", SEND, "98"},
  /* RFC 4733, 2.1: the rate is that of the audio beside it. */
  {"audio", "101 telephone-event/8000 0-15|110 telephone-event/48000 0-15",
      A "TELEPHONE-EVENT, clock-rate=48000", SEND, "110"},
};

GST_START_TEST (test_rows)
{
  g_autoptr (GstCaps) offered = parse_formats (rows[__i__].kind,
      rows[__i__].offered);
  g_autoptr (GstCaps) ours = gst_caps_from_string (rows[__i__].ours);
  g_autoptr (GstCaps) chosen = NULL;
  g_autofree gchar *text = NULL;

  fail_unless (ours != NULL, "%s", rows[__i__].ours);
  chosen = gst_ice_formats_choose (offered, ours, rows[__i__].use);
  text = to_string (chosen);
  fail_unless_equals_string (text, rows[__i__].chosen);
}

GST_END_TEST;

/* Offers from the field, and what an encoder sends. */
static const struct
{
  const gchar *name;
  const gchar *sent;
  const gchar *chosen;
} cases[] = {
  {"h264-firefox", V "H264" MODE (1) LEVEL ("42c01f"), "126"},
  {"h264-firefox", V "H264" MODE (0) LEVEL ("42c01f"), "97"},
  {"h264-baseline-before-high", V "H264" MODE (1) LEVEL ("640028"), "112"},
  {"h264-baseline-before-high", V "H264" MODE (1) LEVEL ("42c00d"), "102"},
  {"obs-30.1", V "H264" MODE (1) LEVEL ("42c00d"), "96"},
};

GST_START_TEST (test_offers_from_the_field)
{
  g_autofree gchar *path = g_build_filename (CORPUS, cases[__i__].name, NULL);
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstCaps) sent = gst_caps_from_string (cases[__i__].sent);
  g_autoptr (GstCaps) chosen = NULL;
  g_autofree gchar *text = NULL, *found = NULL;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL), "%s", path);
  offer = gst_ice_sdp_parse (text, -1, GST_ICE_DESCRIPTION_OFFER, NULL);
  chosen = gst_ice_formats_choose (gst_ice_description_get_media (offer,
          offer->media->len - 1)->formats, sent, SEND);
  found = to_string (chosen);
  fail_unless_equals_string (found, cases[__i__].chosen);
}

GST_END_TEST;

static Suite *
formatrules_suite (void)
{
  Suite *suite = suite_create ("formatrules");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_rows, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_offers_from_the_field, 0, G_N_ELEMENTS (cases));

  return suite;
}

GST_CHECK_MAIN (formatrules);
