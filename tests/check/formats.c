/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeformats.h"
#include "icetest.h"

/* The sink templates of GStreamer 1.22's depayloaders. */
#define VP8DEPAY "application/x-rtp, media=video, clock-rate=90000, " \
    "encoding-name={ VP8, VP8-DRAFT-IETF-01 }"
#define OPUSDEPAY "application/x-rtp, media=audio, payload=[ 96, 127 ], " \
    "clock-rate=48000, encoding-name={ OPUS, X-GST-OPUS-DRAFT-SPITTKA-00, " \
    "MULTIOPUS }"
#define PCMUDEPAY "application/x-rtp, media=audio, payload=0, " \
    "clock-rate=8000; application/x-rtp, media=audio, encoding-name=PCMU, " \
    "clock-rate=[ 1, 2147483647 ]"
#define H264DEPAY "application/x-rtp, media=video, clock-rate=90000, " \
    "encoding-name=H264"

#define PCMA "application/x-rtp, media=audio, encoding-name=PCMA, " \
    "clock-rate=8000, payload=8"
#define EVENT "application/x-rtp, media=audio, " \
    "encoding-name=TELEPHONE-EVENT, clock-rate=8000, payload=101"

/* Returns: (transfer full): "96 VP8/90000, 97 …" */
static gchar *
to_string (GstCaps * caps)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; caps != NULL && i < gst_caps_get_size (caps); i++) {
    GstStructure *format = gst_caps_get_structure (caps, i);
    const gchar *name = gst_structure_get_string (format, "encoding-name");
    gint payload = -1, rate = -1;

    gst_structure_get_int (format, "payload", &payload);
    gst_structure_get_int (format, "clock-rate", &rate);
    g_string_append_printf (text, "%s%d %s/%d", i > 0 ? ", " : "", payload,
        name != NULL ? name : "-", rate);
  }
  return g_string_free (text, FALSE);
}

static void
assert_formats (GstCaps * caps, const gchar * expected)
{
  g_autofree gchar *text = to_string (caps);

  fail_unless_equals_string (text, expected);
}

static const struct
{
  const gchar *caps;
  GstIceMediaKind kind;
} kinds[] = {
  {VP8, GST_ICE_MEDIA_VIDEO},
  {VP8DEPAY, GST_ICE_MEDIA_VIDEO},
  {PCMUDEPAY, GST_ICE_MEDIA_AUDIO},
  {VP8 "; " OPUS, GST_ICE_MEDIA_UNSET},
  {"application/x-rtp", GST_ICE_MEDIA_UNSET},
  {"application/x-rtp, media={ audio, video }", GST_ICE_MEDIA_UNSET},
  {"application/x-rtp, media=model", GST_ICE_MEDIA_UNSET},
  {VP8 "; application/x-rtp", GST_ICE_MEDIA_UNSET},
  {"ANY", GST_ICE_MEDIA_UNSET},
  {"EMPTY", GST_ICE_MEDIA_UNSET},
};

GST_START_TEST (test_kind_of_caps)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (kinds[__i__].caps);

  fail_unless_equals_int (gst_ice_formats_get_kind (caps), kinds[__i__].kind);
}

GST_END_TEST;

/* What an element takes, and what is offered for it. */
static const struct
{
  const gchar *caps;
  const gchar *formats;         /* "": can't be offered */
} fixates[] = {
  {VP8, "96 VP8/90000"},
  /* Issue 14, 1: names of drafts and private ones are offered if nothing else is. */
  {VP8DEPAY, "96 VP8/90000"},
  {OPUSDEPAY, "96 OPUS/48000"},
  {OPUSDEPAY ", encoding-params=(string)6",
      "96 OPUS/48000, 97 MULTIOPUS/48000"},
  {"application/x-rtp, media=audio, clock-rate=48000, "
        "encoding-name={ X-GST-A, X-GST-B }",
      "96 X-GST-A/48000, 97 X-GST-B/48000"},
  {"application/x-rtp, media=audio, clock-rate=48000, "
        "encoding-name=X-GST-OPUS-DRAFT-SPITTKA-00",
      "96 X-GST-OPUS-DRAFT-SPITTKA-00/48000"},
  /* Constrained Baseline and High. */
  {H264DEPAY, "96 H264/90000, 97 H264/90000"},
  {H264DEPAY ", packetization-mode=(string)0", "96 H264/90000"},
  {PCMA, "8 PCMA/8000"},
  /* Payload types that would stand twice. */
  {VP8 "; " H264DEPAY ", payload=96",
      "96 VP8/90000, 97 H264/90000, 98 H264/90000"},
  /* Outside of the dynamic ones, and beyond. */
  {VP8DEPAY ", payload=200", "96 VP8/90000"},
  {"application/x-rtp, media=audio, encoding-name=L16, clock-rate=[1, 96000]",
      "96 L16/48000"},
  {"application/x-rtp, media=video, encoding-name=RAW, "
        "clock-rate={ 48000, 90000 }", "96 RAW/90000"},
  /* Static: the payload type says all. */
  {"application/x-rtp, media=audio, payload=0, clock-rate=8000", "0 -/8000"},
  /* Clock rates that depayloaders leave open (issue 14, 8). */
  {PCMUDEPAY, "0 -/8000, 96 PCMU/8000"},
  {"application/x-rtp, media=audio, encoding-name=G722, clock-rate=8000; "
        "application/x-rtp, media=audio, payload=9, clock-rate=[1, 2147483647]",
      "96 G722/8000, 9 -/8000"},
  {"application/x-rtp, media=audio, encoding-name=TELEPHONE-EVENT, "
        "clock-rate=[0, 2147483647], payload=[96, 127]",
      "96 TELEPHONE-EVENT/8000"},
  {"application/x-rtp, media=video", ""},
  {"application/x-rtp, encoding-name=VP8, clock-rate=90000", ""},
  {"application/x-rtp", ""},
  {"ANY", ""},
  {"EMPTY", ""},
};

GST_START_TEST (test_fixate_makes_an_offer)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (fixates[__i__].caps);
  g_autoptr (GstCaps) formats = gst_ice_formats_fixate (caps);

  assert_formats (formats, fixates[__i__].formats);
  fail_unless (formats == NULL || gst_caps_get_size (formats) > 0);
  for (guint i = 0; formats != NULL && i < gst_caps_get_size (formats); i++) {
    g_autoptr (GstCaps) one = gst_caps_copy_nth (formats, i);

    fail_unless (gst_caps_is_fixed (one));
  }
}

GST_END_TEST;

GST_START_TEST (test_fixate_is_bounded)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty ();
  g_autoptr (GstCaps) formats = NULL;

  for (guint i = 0; i < 500; i++) {
    g_autofree gchar *name = g_strdup_printf ("CODEC%u", i);

    gst_caps_append_structure (caps, gst_structure_new ("application/x-rtp",
            "media", G_TYPE_STRING, "video", "encoding-name", G_TYPE_STRING,
            name, "clock-rate", G_TYPE_INT, 90000, NULL));
  }
  formats = gst_ice_formats_fixate (caps);
  fail_unless_equals_int (gst_caps_get_size (formats), 32);
}

GST_END_TEST;

static const struct
{
  const gchar *preferred, *more, *joined;
} joins[] = {
  {VP8, VP8, "96 VP8/90000"},
  {VP8, "application/x-rtp, media=video, encoding-name=VP8, "
        "clock-rate=90000, payload=100", "96 VP8/90000"},
  {VP8, H264DEPAY ", payload=96", "96 VP8/90000, 97 H264/90000"},
  {VP8, H264DEPAY ", payload=102", "96 VP8/90000, 102 H264/90000"},
  {PCMU, PCMA, "0 PCMU/8000, 8 PCMA/8000"},
  {PCMU, EVENT, "0 PCMU/8000, 101 TELEPHONE-EVENT/8000"},
};

GST_START_TEST (test_join_puts_the_preferred_first)
{
  g_autoptr (GstCaps) preferred = gst_caps_from_string (joins[__i__].preferred);
  g_autoptr (GstCaps) more = gst_caps_from_string (joins[__i__].more);
  g_autoptr (GstCaps) joined = gst_ice_formats_join (preferred, more);

  assert_formats (joined, joins[__i__].joined);
}

GST_END_TEST;

#define RTX "application/x-rtp, media=video, encoding-name=RTX, " \
  "clock-rate=90000, payload=97, apt=(string)96"
#define RED "application/x-rtp, media=video, encoding-name=RED, " \
  "clock-rate=90000, payload=98"

static const struct
{
  const gchar *offered;
  const gchar *acceptable;      /* NULL: all */
  const gchar *chosen;
} choices[] = {
  {VP8, NULL, "96 VP8/90000"},
  {VP8, "ANY", "96 VP8/90000"},
  {VP8, VP8DEPAY, "96 VP8/90000"},
  {VP8, H264DEPAY, ""},
  {VP8 "; " OPUS, "EMPTY", ""},
  /* Payload types are the offerer's. */
  {"application/x-rtp, media=video, encoding-name=VP8, clock-rate=90000, "
        "payload=120", VP8, "120 VP8/90000"},
  {PCMU "; " PCMA, PCMA, "8 PCMA/8000"},
  {PCMU "; " PCMA "; " EVENT, PCMUDEPAY, "0 PCMU/8000"},
  {"application/x-rtp, media=audio, encoding-name=PCMU, clock-rate=16000, "
        "payload=97", PCMUDEPAY, "97 PCMU/16000"},
  /* What is said by its static payload type alone. */
  {PCMU "; " PCMA, "application/x-rtp, media=audio, payload=0, "
        "clock-rate=8000", "0 PCMU/8000"},
  /* The offerer's order. */
  {PCMA "; " PCMU, PCMU "; " PCMA, "8 PCMA/8000, 0 PCMU/8000"},
  /* Parameters: formatrules.c has more. */
  {H264DEPAY ", payload=96, packetization-mode=(string)1", H264DEPAY,
      "96 H264/90000"},
  {H264DEPAY ", payload=96, packetization-mode=(string)1",
      H264DEPAY ", packetization-mode=(string)0", ""},
  {VP8 ", ssrc=(uint)1", VP8 ", ssrc=(uint)2", "96 VP8/90000"},
  {OPUS ", useinbandfec=(string)1", OPUS ", useinbandfec=(string)0",
      "96 OPUS/48000"},
  /* What mends media is for those who say that they know how. */
  {VP8 "; " RTX "; " RED, NULL, "96 VP8/90000"},
  {VP8 "; " RTX "; " RED, "ANY", "96 VP8/90000"},
  {VP8 "; " RTX "; " RED, "application/x-rtp", "96 VP8/90000"},
  {VP8 "; " RTX "; " RED, "application/x-rtp, media=video; " RTX,
      "96 VP8/90000, 97 RTX/90000"},
};

GST_START_TEST (test_choose_takes_what_can_be_taken)
{
  g_autoptr (GstCaps) offered = gst_caps_from_string (choices[__i__].offered);
  g_autoptr (GstCaps) acceptable = choices[__i__].acceptable != NULL ?
      gst_caps_from_string (choices[__i__].acceptable) : NULL;
  g_autoptr (GstCaps) chosen = gst_ice_formats_choose (offered, acceptable,
      GST_ICE_FORMATS_RECEIVE);

  assert_formats (chosen, choices[__i__].chosen);
}

GST_END_TEST;

#define ANY_VIDEO "application/x-rtp, media=video"
#define VP9 "application/x-rtp, media=video, encoding-name=VP9, " \
  "clock-rate=90000, payload=99"

static const struct
{
  const gchar *offered;
  const gchar *sent;
  const gchar *chosen;
} answers[] = {
  /* One for each that is sent, and what is sent now comes first. */
  {VP9 "; " VP8, VP8, "96 VP8/90000"},
  {VP9 "; " VP8 "; " RTX, VP8 "; " VP9, "96 VP8/90000, 99 VP9/90000"},
  {VP9 "; " VP8, VP9 "; " VP8, "99 VP9/90000, 96 VP8/90000"},
  {VP8 "; " VP9, H264DEPAY, ""},
  {PCMU "; " PCMA, "application/x-rtp, media=audio, payload=8", "8 PCMA/8000"},
  /* A stream that may change to any other, if it can begin. */
  {H264DEPAY ", payload=100; " VP9 "; " VP8 "; " RTX, VP8 "; " ANY_VIDEO,
      "96 VP8/90000, 100 H264/90000, 99 VP9/90000"},
  {H264DEPAY ", payload=100; " VP9, VP8 "; " ANY_VIDEO, ""},
  {VP8 "; " PCMU, VP8 "; " ANY_VIDEO, "96 VP8/90000"},
};

GST_START_TEST (test_answer_begins_with_what_is_sent)
{
  g_autoptr (GstCaps) offered = gst_caps_from_string (answers[__i__].offered);
  g_autoptr (GstCaps) sent = gst_caps_from_string (answers[__i__].sent);
  g_autoptr (GstCaps) chosen = gst_ice_formats_choose (offered, sent,
      GST_ICE_FORMATS_SEND);

  assert_formats (chosen, answers[__i__].chosen);
}

GST_END_TEST;

GST_START_TEST (test_open_format_is_no_offer)
{
  g_autoptr (GstCaps) vp8 = gst_caps_from_string (VP8);
  g_autoptr (GstCaps) open = gst_ice_formats_open (vp8, GST_ICE_MEDIA_VIDEO);
  g_autoptr (GstCaps) closed = gst_ice_formats_close (open);
  g_autofree gchar *text = gst_ice_formats_describe (open);

  fail_unless (gst_ice_formats_are_open (open));
  fail_if (gst_ice_formats_are_open (vp8));
  fail_unless_equals_string (text, "VP8, any other");
  assert_formats (closed, "96 VP8/90000");
}

GST_END_TEST;

static const struct
{
  const gchar *agreed, *stream;
} streams[] = {
  {VP8, "96 VP8/90000"},
  {PCMU "; " PCMA, "0 PCMU/8000"},
  {EVENT "; " PCMU, "0 PCMU/8000"},
  {EVENT, ""},
};

GST_START_TEST (test_stream_is_the_first_that_is_no_event)
{
  g_autoptr (GstCaps) agreed = gst_caps_from_string (streams[__i__].agreed);
  g_autoptr (GstCaps) stream = gst_ice_formats_to_stream_caps (agreed);

  assert_formats (stream, streams[__i__].stream);
}

GST_END_TEST;

/* The name is looked up without making it one that GLib keeps for ever. */
static const struct
{
  const gchar *caps;
  guint32 ssrc;                 /* 0: none is named */
  const gchar *cname;
} sources[] = {
  {VP8, 0, NULL},
  {VP8 ", ssrc=(uint)5", 5, NULL},
  {VP8 ", ssrc=(uint)4294967295, cname=(string)me", G_MAXUINT32, "me"},
  {VP8 ", ssrc=(uint)7, ssrc-7-cname=(string)me", 7, "me"},
  {VP8 ", ssrc=(uint)7, ssrc-7-cname=(string)me, cname=(string)you", 7, "me"},
  {VP8 ", ssrc=(uint)7, ssrc-8-cname=(string)me", 7, NULL},
  {VP8 ", cname=(string)me", 0, NULL},
  {VP8 ", ssrc=(int)5", 0, NULL},
  {"ANY", 0, NULL},
  {"EMPTY", 0, NULL},
};

GST_START_TEST (test_source_of_caps)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (sources[__i__].caps);
  const gchar *cname = NULL;
  guint32 ssrc = 0;

  fail_unless_equals_int (gst_ice_formats_get_source (caps, &ssrc, &cname),
      sources[__i__].ssrc != 0);
  fail_unless_equals_uint64 (ssrc, sources[__i__].ssrc);
  fail_unless_equals_string (cname, sources[__i__].cname);
}

GST_END_TEST;

GST_START_TEST (test_source_leaves_no_quark)
{
  g_autoptr (GstCaps) caps =
      gst_caps_from_string (VP8 ", ssrc=(uint)3405691582");
  const gchar *cname;
  guint32 ssrc;

  fail_unless (gst_ice_formats_get_source (caps, &ssrc, &cname));
  fail_unless_equals_int (g_quark_try_string ("ssrc-3405691582-cname"), 0);
}

GST_END_TEST;

#define A ", extmap-1=(string)urn:a"
#define B ", extmap-2=(string)urn:b"

/* What is left of the offered extensions, by those that are sent. */
static const struct
{
  const gchar *offered, *sent, *left;
} extensions[] = {
  {VP8 A B, VP8, VP8 A B},
  {VP8 A B, VP8 A, VP8 A B},
  {VP8 A B, VP8 ", extmap-1=(string)urn:b", VP8 B},
  {VP8 A B, VP8 ", extmap-2=(string)urn:a; " VP8 A, VP8 A},
  {VP8 A B, VP8 ", extmap-3=(string)urn:a", VP8 A B},
  {VP8 A B, VP8 ", extmap-1=(string)<sendonly,\"urn:a\",\"\">", VP8 A B},
  {VP8 ", extmap-1=(string)<sendonly,\"urn:a\",\"\">" B,
      VP8 ", extmap-1=(string)urn:c", VP8 B},
  {VP8 A "; " OPUS A, VP8 ", extmap-1=(string)urn:b", VP8 "; " OPUS},
};

GST_START_TEST (test_numbers_of_extensions_mean_one)
{
  g_autoptr (GstCaps) formats =
      gst_caps_from_string (extensions[__i__].offered);
  g_autoptr (GstCaps) sent = gst_caps_from_string (extensions[__i__].sent);
  g_autoptr (GstCaps) left = gst_caps_from_string (extensions[__i__].left);

  fail_unless (formats != NULL && sent != NULL && left != NULL);
  gst_ice_formats_drop_other_extensions (formats, sent);
  fail_unless (gst_caps_is_equal (formats, left), "%" GST_PTR_FORMAT, formats);
}

GST_END_TEST;

static const struct
{
  const gchar *caps;            /* NULL: none are known */
  const gchar *text;
} described[] = {
  {NULL, "any"},
  {"ANY", "any"},
  {"EMPTY", "none"},
  {VP8 "; " OPUS, "VP8, OPUS"},
  {H264DEPAY ", packetization-mode=(string)1, profile-level-id=(string)42e01f",
      "H264 (packetization-mode=1, profile-level-id=42e01f)"},
  {"application/x-rtp, media=video, encoding-name=VP9, profile-id=(int)2, "
        "x-other=(string)1", "VP9 (profile-id=2)"},
  {"application/x-rtp, media=audio, payload=0", "?"},
  {"application/x-rtp, encoding-name=(string)\"a\\ b\"", "?"},
  {VP8 ";" VP8 ";" VP8 ";" VP8 ";" VP8 ";" VP8 ";" VP8 ";" VP8 ";" VP8 ";" VP8,
      "VP8, VP8, VP8, VP8, VP8, VP8, VP8, VP8 and 2 more"},
};

GST_START_TEST (test_formats_for_people)
{
  g_autoptr (GstCaps) caps = described[__i__].caps != NULL ?
      gst_caps_from_string (described[__i__].caps) : NULL;
  g_autofree gchar *text = gst_ice_formats_describe (caps);

  fail_unless_equals_string (text, described[__i__].text);
}

GST_END_TEST;

/* What is in use already, and what becomes of formats beside that. */
static const struct
{
  const gchar *used, *formats, *expected;
} distinct[] = {
  {"", "96", "96"},
  {"96", "96", "97"},
  {"96", "96 97", "98 97"},     /* nor another one's of the same m-line */
  {"96 97", "97 96", "98 99"},
  {"0", "0", "0"},              /* assigned by RFC 3551: means the same everywhere */
};

static GstCaps *
caps_of_types (const gchar * types)
{
  GstCaps *caps = gst_caps_new_empty ();
  g_auto (GStrv) words = g_strsplit (types, " ", -1);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    gst_caps_append_structure (caps, gst_structure_new ("application/x-rtp",
            "payload", G_TYPE_INT, atoi (words[i]), NULL));
  return caps;
}

GST_START_TEST (test_payload_types_are_made_distinct)
{
  g_autoptr (GstCaps) used = caps_of_types (distinct[__i__].used);
  g_autoptr (GstCaps) formats = caps_of_types (distinct[__i__].formats);
  g_autoptr (GstCaps) expected = caps_of_types (distinct[__i__].expected);
  GstIcePayloadTypes types = { FALSE, };

  gst_ice_formats_note_types (used, types);
  gst_ice_formats_make_distinct (formats, types);
  fail_unless (gst_caps_is_strictly_equal (formats, expected),
      "%" GST_PTR_FORMAT, formats);
}

GST_END_TEST;

GST_START_TEST (test_repair_follows_what_it_repairs)
{
  g_autoptr (GstCaps) formats =
      gst_caps_from_string ("application/x-rtp, payload=96; "
      "application/x-rtp, payload=97, apt=(string)96");
  GstIcePayloadTypes types = { FALSE, };

  types[96] = TRUE;
  gst_ice_formats_make_distinct (formats, types);
  fail_unless_equals_string (gst_structure_get_string (gst_caps_get_structure
          (formats, 1), "apt"), "98");
}

GST_END_TEST;

/* There are no more than so many. */
GST_START_TEST (test_payload_types_come_to_an_end)
{
  g_autoptr (GstCaps) formats = gst_caps_new_empty ();
  GstIcePayloadTypes types = { FALSE, };

  for (gint pt = 96; pt < 128; pt++) {
    gst_caps_append_structure (formats, gst_structure_new ("application/x-rtp",
            "payload", G_TYPE_INT, pt, NULL));
    types[pt] = TRUE;
  }
  gst_ice_formats_make_distinct (formats, types);
  for (gint i = 0; i < 32; i++) {
    gint pt;

    gst_structure_get_int (gst_caps_get_structure (formats, (guint) i),
        "payload", &pt);
    fail_unless_equals_int (pt, i < 29 ? 35 + i : 96 + i);
  }
}

GST_END_TEST;

/* pion takes H.264 only by its profile, and mode 0 is what is meant without. */
GST_START_TEST (test_offer_of_h264_says_its_profile)
{
  g_autoptr (GstCaps) open = gst_caps_from_string (H264DEPAY);
  g_autoptr (GstCaps) known = gst_caps_from_string (H264DEPAY
      ", packetization-mode=(string)0");
  g_autoptr (GstCaps) depay = gst_ice_formats_fixate (open);
  const GstStructure *format;

  gst_ice_formats_complete_offer (open);
  gst_ice_formats_complete_offer (known);
  for (guint i = 0; i < 2; i++) {
    format = gst_caps_get_structure (i == 0 ? open : depay, i);
    fail_unless_equals_string (gst_structure_get_string (format,
            "packetization-mode"), "1");
    fail_unless_equals_string (gst_structure_get_string (format,
            "profile-level-id"), i == 0 ? "42e01f" : "64001f");
  }
  format = gst_caps_get_structure (known, 0);
  fail_if (gst_structure_has_field (format, "profile-level-id"));
}

GST_END_TEST;

static Suite *
iceformats_suite (void)
{
  Suite *s = suite_create ("iceformats");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_kind_of_caps, 0, G_N_ELEMENTS (kinds));
  tcase_add_loop_test (tc, test_fixate_makes_an_offer, 0,
      G_N_ELEMENTS (fixates));
  tcase_add_loop_test (tc, test_formats_for_people, 0,
      G_N_ELEMENTS (described));
  tcase_add_test (tc, test_offer_of_h264_says_its_profile);
  tcase_add_test (tc, test_fixate_is_bounded);
  tcase_add_loop_test (tc, test_payload_types_are_made_distinct, 0,
      G_N_ELEMENTS (distinct));
  tcase_add_test (tc, test_repair_follows_what_it_repairs);
  tcase_add_test (tc, test_payload_types_come_to_an_end);
  tcase_add_loop_test (tc, test_join_puts_the_preferred_first, 0,
      G_N_ELEMENTS (joins));
  tcase_add_loop_test (tc, test_choose_takes_what_can_be_taken, 0,
      G_N_ELEMENTS (choices));
  tcase_add_loop_test (tc, test_answer_begins_with_what_is_sent, 0,
      G_N_ELEMENTS (answers));
  tcase_add_test (tc, test_open_format_is_no_offer);
  tcase_add_loop_test (tc, test_stream_is_the_first_that_is_no_event, 0,
      G_N_ELEMENTS (streams));
  tcase_add_loop_test (tc, test_source_of_caps, 0, G_N_ELEMENTS (sources));
  tcase_add_test (tc, test_source_leaves_no_quark);
  tcase_add_loop_test (tc, test_numbers_of_extensions_mean_one, 0,
      G_N_ELEMENTS (extensions));
  return s;
}

GST_CHECK_MAIN (iceformats);
