/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesdp.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define OFFER GST_ICE_DESCRIPTION_OFFER
#define ANSWER GST_ICE_DESCRIPTION_ANSWER

#define ICE(n) "a=ice-ufrag:abcd" n "\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n"
#define LINE(media, port, mid) "m=" media " " port " RTP/AVP 0\r\na=mid:" mid \
    "\r\n"
#define A LINE ("audio", "9", "a") ICE ("1")
#define V LINE ("video", "9", "v") ICE ("2")
#define V_BARE LINE ("video", "9", "v")
#define V_ONLY LINE ("video", "0", "v") "a=bundle-only\r\n"

/* Returns: (transfer full): "0:abcd1 0:abcd1! -": of each m-line the number of the
 *     one whose transport it is to have and its ufrag, "!" for bundle-only; "-" when
 *     it is in no group, "x" when it is rejected and "d" when it
 *     has a defect */
static gchar *
to_string (const GstIceDescription * description)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < description->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (i > 0)
      g_string_append_c (text, ' ');
    if (media->rejected)
      g_string_append_c (text, 'x');
    else if (media->defect != NULL)
      g_string_append_c (text, 'd');
    else if (media->bundle < 0)
      g_string_append_c (text, '-');
    else
      g_string_append_printf (text, "%d:%s%s", media->bundle, media->ufrag,
          media->bundle_only ? "!" : "");
  }
  return g_string_free (text, FALSE);
}

static const struct
{
  const gchar *groups;
  const gchar *lines;
  GstIceDescriptionType type;
  const gchar *expected;        /* NULL: refused */
} rows[] = {
  {"", A V, OFFER, "- -"},
  {"a=group:BUNDLE a v\r\n", A V, OFFER, "0:abcd1 0:abcd2"},
  {"a=group:bundle v a\r\n", A V, OFFER, "1:abcd1 1:abcd2"},
  {"a=group:BUNDLE a\r\n", A V, OFFER, "0:abcd1 -"},
  {"a=group:LS a v\r\n", A V, OFFER, "- -"},
  {"a=group:BUNDLE\r\na=group:\r\na=group\r\n", A V, OFFER, "- -"},
  {"a=group:BUNDLE x y z\r\n", A V, OFFER, "- -"},
  {"a=group:BUNDLE x a a v\r\n", A V, OFFER, "0:abcd1 0:abcd2"},
  /* The first group counts. */
  {"a=group:BUNDLE a\r\na=group:BUNDLE v a\r\n", A V, OFFER,
      "0:abcd1 1:abcd2"},
  /* What it has not, it has from the one whose transport it shares. */
  {"a=group:BUNDLE a v\r\n", A V_BARE, ANSWER, "0:abcd1 0:abcd1"},
  {"a=group:BUNDLE v a\r\n", V_BARE A, OFFER, "0:abcd1 0:abcd1"},
  {"a=group:BUNDLE v a\r\n", V_BARE LINE ("audio", "9", "a"), OFFER, "d d"},
  /* Issue 14, 4: what is wrong with one m-line is not wrong with the others. */
  {"", A V_BARE, ANSWER, "- d"},
  {"", A V_BARE, OFFER, "- d"},
  {"", LINE ("video", "9", "v") ICE ("2:") A, OFFER, "d -"},
  {"a=group:BUNDLE a\r\n", A V_BARE, ANSWER, "0:abcd1 d"},
  {"a=group:BUNDLE a v\r\n", A LINE ("video", "9", "v") "a=ice-ufrag:x\r\n",
      OFFER, "0:abcd1 d"},
  {"a=group:BUNDLE v a\r\n", LINE ("video", "9", "v") "a=ice-ufrag:x\r\n" A,
      OFFER, "d 0:abcd1"},
  /* Port 0 rejects, but for bundle-only in an offer, in a group. */
  {"a=group:BUNDLE a v\r\n", A LINE ("video", "0", "v"), OFFER, "0:abcd1 x"},
  {"a=group:BUNDLE v a\r\n", LINE ("video", "0", "v") A, OFFER, "x 1:abcd1"},
  {"a=group:BUNDLE a v\r\n", A V_ONLY, OFFER, "0:abcd1 0:abcd1!"},
  {"a=group:BUNDLE a v\r\n", A V_ONLY ICE ("2"), OFFER, "0:abcd1 0:abcd2!"},
  {"a=group:BUNDLE a v\r\n", A V "a=bundle-only\r\n", OFFER,
      "0:abcd1 0:abcd2"},
  {"a=group:BUNDLE a v\r\n", A V_ONLY, ANSWER, "0:abcd1 x"},
  {"", A V_ONLY, OFFER, "- x"},
  {"a=group:BUNDLE v\r\n", A V_ONLY, OFFER, "- x"},
  {"a=group:BUNDLE v\r\n", V_ONLY, OFFER, "x"},
};

GST_START_TEST (test_groups_are_read)
{
  g_autofree gchar *text = g_strdup_printf ("v=0\r\n%s%s", rows[__i__].groups,
      rows[__i__].lines);
  g_autoptr (GstIceDescription) parsed =
      gst_ice_sdp_parse (text, -1, rows[__i__].type, NULL);
  g_autofree gchar *found = NULL;

  if (parsed != NULL)
    found = to_string (parsed);
  fail_unless_equals_string (found, rows[__i__].expected);
}

GST_END_TEST;

#define ONE "a=candidate:1 1 UDP 1 10.0.0.1 9 typ host\r\n"
#define TWO "a=candidate:2 1 UDP 1 10.0.0.2 9 typ host\r\n"
#define SHARED ICE ("1")
#define PRINT "a=fingerprint:sha-256 00:11\r\n"
#define END "a=end-of-candidates\r\n"
#define AUDIO LINE ("audio", "9", "a")
#define VIDEO LINE ("video", "9", "v")

/* Issue 14, 3: what is said of one transport, and which m-lines have it. */
static const struct
{
  const gchar *text;
  GstIceDescriptionType type;
  const gchar *expected;        /* of each m-line, see found_of() */
} transports[] = {
  /* In the tagged one only, in the other only, in both, in the session. */
  {"a=group:BUNDLE a v\r\n" AUDIO SHARED ONE PRINT END VIDEO SHARED, OFFER,
      "1fe 1fe"},
  {"a=group:BUNDLE a v\r\n" AUDIO SHARED VIDEO SHARED ONE PRINT END, OFFER,
      "1fe 1fe"},
  {"a=group:BUNDLE v a\r\n" AUDIO SHARED ONE PRINT END VIDEO SHARED, OFFER,
      "1fe 1fe"},
  {"a=group:BUNDLE a v\r\n" AUDIO SHARED ONE VIDEO SHARED TWO ONE PRINT, ANSWER,
      "1f 2f"},
  {"a=group:BUNDLE a v\r\n" SHARED ONE PRINT END AUDIO VIDEO, OFFER,
      "1fe 1fe"},
  {"a=group:BUNDLE a v\r\n" SHARED AUDIO ONE VIDEO TWO, ANSWER, "1 1"},
  {SHARED ONE PRINT END AUDIO VIDEO, OFFER, "1fe 1fe"},
  /* Not what belongs to another transport, or to none. */
  {"a=group:BUNDLE a v\r\n" AUDIO SHARED ONE END VIDEO ICE ("2") TWO PRINT,
      OFFER, "1e 1f"},
  {AUDIO SHARED ONE END VIDEO SHARED, OFFER, "1e 0"},
  {"a=group:BUNDLE a v\r\n" AUDIO SHARED VIDEO "a=ice-ufrag:x\r\n" ONE, OFFER,
      "0 -"},
  /* Fragments. */
  {"a=group:BUNDLE a v\r\n" AUDIO SHARED VIDEO SHARED ONE END,
      GST_ICE_DESCRIPTION_FRAGMENT, "1e 1e"},
  {"a=group:BUNDLE a v\r\n" AUDIO ONE VIDEO SHARED TWO,
      GST_ICE_DESCRIPTION_FRAGMENT, "1 1"},
  {SHARED ONE END AUDIO, GST_ICE_DESCRIPTION_FRAGMENT, "1e"},
};

/* Returns: (transfer full): "1fe 0 -": of each m-line the number of candidates, "f"
 *     with a fingerprint, "e" when no more candidates come; "-": it has a defect */
static gchar *
found_of (const GstIceDescription * description)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < description->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (i > 0)
      g_string_append_c (text, ' ');
    if (media->defect != NULL)
      g_string_append_c (text, '-');
    else
      g_string_append_printf (text, "%u%s%s", media->candidates->len,
          media->keying != NULL ? "f" : "",
          media->end_of_candidates ? "e" : "");
  }
  return g_string_free (text, FALSE);
}

GST_START_TEST (test_what_belongs_to_the_transport_belongs_to_the_group)
{
  GstIceDescriptionType type = transports[__i__].type;
  g_autofree gchar *text = g_strdup_printf ("v=0\r\n%s",
      transports[__i__].text);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceDescription) parsed =
      type == GST_ICE_DESCRIPTION_FRAGMENT ?
      gst_ice_sdp_parse_fragment (transports[__i__].text, -1, &error) :
      gst_ice_sdp_parse (text, -1, type, &error);
  g_autofree gchar *found = NULL;

  g_assert_no_error (error);
  found = found_of (parsed);
  fail_unless_equals_string (found, transports[__i__].expected);
}

GST_END_TEST;

/* @shape: as to_string() has it, without ufrags: "0 0! -" */
static GstIceDescription *
make_description (GstIceDescriptionType type, const gchar * shape)
{
  GstIceDescription *description = gst_ice_description_new (type);
  g_auto (GStrv) words = g_strsplit (shape, " ", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    GstIceMediaDescription *media = gst_ice_description_add_media (description);

    media->kind = GST_ICE_MEDIA_AUDIO;
    media->mid = g_strdup_printf ("m%u", i);
    media->protocol = g_strdup ("RTP/AVP");
    media->rtcp_mux = TRUE;
    media->rejected = *words[i] == 'x';
    if (media->rejected)
      continue;
    media->direction = GST_ICE_DIRECTION_SENDRECV;
    media->bundle = g_ascii_isdigit (*words[i]) ? *words[i] - '0' : -1;
    media->bundle_only = g_str_has_suffix (words[i], "!");
    media->ufrag = g_strdup ("abcd");
    media->pwd = g_strdup ("asd88fgpdd777uzjYhagZg");
    if (media->bundle < 0 || media->bundle == (gint) i) {
      GstIceCandidate *host = gst_ice_candidate_new ("192.0.2.1", 5000 + i);

      host->component = GST_ICE_COMPONENT_RTP;
      host->priority = 1;
      host->type = GST_ICE_CANDIDATE_HOST;
      g_strlcpy (host->foundation, "1", GST_ICE_FOUNDATION_SIZE);
      g_ptr_array_add (media->candidates, host);
    }
  }
  return description;
}

static const struct
{
  GstIceDescriptionType type;
  const gchar *shape;
  const gchar *groups;
  const gchar *ports;           /* of the m= lines */
} written[] = {
  {OFFER, "- -", "", "5000 5001"},
  {OFFER, "0 0", "a=group:BUNDLE m0 m1", "5000 9"},
  {OFFER, "0 0!", "a=group:BUNDLE m0 m1", "5000 0"},
  {OFFER, "1 1", "a=group:BUNDLE m1 m0", "9 5001"},
  {OFFER, "0 x 0", "a=group:BUNDLE m0 m2", "5000 0 9"},
  {OFFER, "0 1 - 0 1", "a=group:BUNDLE m0 m3 a=group:BUNDLE m1 m4",
      "5000 5001 5002 9 9"},
  {OFFER, "0", "a=group:BUNDLE m0", "5000"},
  {ANSWER, "0 0", "a=group:BUNDLE m0 m1", "5000 5000"},
};

GST_START_TEST (test_groups_are_written)
{
  g_autoptr (GstIceDescription) description =
      make_description (written[__i__].type, written[__i__].shape);
  g_autofree gchar *text = gst_ice_sdp_write (description);
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  g_autoptr (GString) groups = g_string_new (NULL);
  g_autoptr (GString) ports = g_string_new (NULL);
  g_autoptr (GstIceDescription) parsed =
      gst_ice_sdp_parse (text, -1, written[__i__].type, NULL);
  g_autofree gchar *before = to_string (description);
  g_autofree gchar *after = NULL;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "a=group"))
      g_string_append_printf (groups, "%s%s", groups->len > 0 ? " " : "",
          lines[i]);
    else if (g_str_has_prefix (lines[i], "m=audio "))
      g_string_append_printf (ports, "%s%.*s", ports->len > 0 ? " " : "",
          (gint) strcspn (lines[i] + 8, " "), lines[i] + 8);
  }
  fail_unless_equals_string (groups->str, written[__i__].groups);
  fail_unless_equals_string (ports->str, written[__i__].ports);
  fail_unless (parsed != NULL, "%s", text);
  after = to_string (parsed);
  fail_unless_equals_string (after, before);
}

GST_END_TEST;

/* What Chromium 156 offers, in its two policies. */
static const struct
{
  const gchar *name;
  GstIceDirection direction;
  guint n_video_candidates, n_audio_sources, n_video_sources;
} browsers[] = {
  {"chromium-156-balanced-send", GST_ICE_DIRECTION_SENDONLY, 4, 1, 2},
  {"chromium-156-balanced-recv", GST_ICE_DIRECTION_RECVONLY, 4, 0, 0},
  {"chromium-156-max-bundle-send", GST_ICE_DIRECTION_SENDONLY, 4, 1, 2},
  {"chromium-156-max-bundle-recv", GST_ICE_DIRECTION_RECVONLY, 4, 0, 0},
};

static guint
count_sources (const GstIceMediaDescription * media)
{
  return media->ssrcs != NULL ? media->ssrcs->len : 0;
}

static void
assert_format (const GstIceMediaDescription * media, guint index,
    const gchar * encoding, const gchar * field)
{
  const GstStructure *format = gst_caps_get_structure (media->formats, index);

  fail_unless_equals_string (gst_structure_get_string (format,
          "encoding-name"), encoding);
  fail_unless (gst_structure_has_field (format, field), "%s has no %s",
      encoding, field);
}

GST_START_TEST (test_what_a_browser_offers)
{
  g_autofree gchar *path =
      g_build_filename (CORPUS, browsers[__i__].name, NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (GstIceDescription) offer = NULL;
  const GstIceMediaDescription *audio, *video;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL), "%s", path);
  offer = gst_ice_sdp_parse (text, -1, OFFER, NULL);
  fail_unless (offer != NULL);
  fail_unless_equals_int (offer->media->len, 2);
  audio = gst_ice_description_get_media (offer, 0);
  video = gst_ice_description_get_media (offer, 1);

  fail_unless_equals_int (audio->bundle, 0);
  fail_unless_equals_int (video->bundle, 0);
  fail_unless_equals_string (video->ufrag, audio->ufrag);
  fail_unless_equals_int (audio->direction, browsers[__i__].direction);
  fail_unless_equals_int (video->direction, browsers[__i__].direction);
  fail_unless_equals_int (audio->candidates->len, 4);
  fail_unless_equals_int (video->candidates->len,
      browsers[__i__].n_video_candidates);
  fail_unless_equals_int (count_sources (audio),
      browsers[__i__].n_audio_sources);
  fail_unless_equals_int (count_sources (video),
      browsers[__i__].n_video_sources);
  assert_format (audio, 0, "OPUS", "rtcp-fb-transport-cc");
  assert_format (video, 0, "VP8", "rtcp-fb-nack-pli");
  assert_format (video, 0, "VP8", "rtcp-fb-goog-remb");
  assert_format (video, 0, "VP8", "extmap-3");
}

GST_END_TEST;

/* What is said of our own source. */
static const struct
{
  const gchar *cname;
  gboolean written;
} cnames[] = {
  {"{4f2c}", TRUE},
  {"user@host", TRUE},
  {NULL, FALSE},
  {"", FALSE},
  {"a\r\na=candidate:1", FALSE},
};

GST_START_TEST (test_sources_are_written)
{
  g_autoptr (GstIceDescription) description = gst_ice_description_new (OFFER);
  GstIceMediaDescription *media = gst_ice_description_add_media (description);
  const guint32 ssrcs[] = { 1, G_MAXUINT32 };
  g_autofree gchar *text = NULL;

  media->kind = GST_ICE_MEDIA_VIDEO;
  media->mid = g_strdup ("0");
  media->direction = GST_ICE_DIRECTION_SENDONLY;
  media->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_vals (media->ssrcs, ssrcs, G_N_ELEMENTS (ssrcs));
  media->cname = g_strdup (cnames[__i__].cname);
  text = gst_ice_sdp_write (description);

  if (cnames[__i__].written) {
    g_autofree gchar *lines = g_strdup_printf ("a=msid:gst-ice 0\r\n"
        "a=ssrc:1 cname:%s\r\na=ssrc:4294967295 cname:%s\r\n",
        media->cname, media->cname);

    fail_unless (strstr (text, lines) != NULL, "%s", text);
  } else {
    fail_if (strstr (text, "ssrc") != NULL, "%s", text);
    fail_if (strstr (text, "candidate") != NULL, "%s", text);
  }
}

GST_END_TEST;

/* What an icesink or icesrc says to another of a group. */
GST_START_TEST (test_transports_of_a_group_are_told)
{
  g_autoptr (GstIceDescription) description = gst_ice_description_new (OFFER);
  g_autoptr (GstIceDescription) read = NULL;
  g_autofree gchar *text = NULL;

  gst_ice_description_add_media (description)->kind = GST_ICE_MEDIA_VIDEO;
  description->own_transports = __i__ == 1;
  text = gst_ice_sdp_write (description);
  fail_unless_equals_int (strstr (text, "a=x-gst-ice-transports:each\r\n") !=
      NULL, __i__ == 1);
  read = gst_ice_sdp_parse (text, -1, OFFER, NULL);
  fail_unless (read != NULL);
  fail_unless_equals_int (read->own_transports, __i__ == 1);
}

GST_END_TEST;

static Suite *
sdpgroups_suite (void)
{
  Suite *suite = suite_create ("sdpgroups");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase,
      test_what_belongs_to_the_transport_belongs_to_the_group, 0,
      G_N_ELEMENTS (transports));
  tcase_add_loop_test (tcase, test_transports_of_a_group_are_told, 0, 2);
  tcase_add_loop_test (tcase, test_groups_are_read, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_groups_are_written, 0,
      G_N_ELEMENTS (written));
  tcase_add_loop_test (tcase, test_sources_are_written, 0,
      G_N_ELEMENTS (cnames));
  tcase_add_loop_test (tcase, test_what_a_browser_offers, 0,
      G_N_ELEMENTS (browsers));
  return suite;
}

GST_CHECK_MAIN (sdpgroups);
