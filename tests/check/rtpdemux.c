/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticertpdemux.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define MID_4 ", extmap-4=(string)\"urn:ietf:params:rtp-hdrext:sdes:mid\""
#define MID_4_ARRAY ", extmap-4=(string)<\"sendrecv\", " \
    "\"urn:ietf:params:rtp-hdrext:sdes:mid\", \"\">"
#define OPUS "application/x-rtp, media=audio, payload=111"
#define VP8 "application/x-rtp, media=video, payload=96"

/* An audio m-line "a" and a video m-line "v1", of sources 1 and 2, where they are
 * announced. */
static GstIceRtpDemux *
make_sorter (const gchar * audio, const gchar * video, gboolean announced)
{
  GstIceRtpDemux *sorter = gst_ice_rtp_demux_new ();
  const gchar *formats[] = { audio, video };

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (formats[i]);
    g_autoptr (GArray) ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint32 ssrc = i + 1;

    if (announced)
      g_array_append_val (ssrcs, ssrc);
    gst_ice_rtp_demux_add (sorter, i == 0 ? "a" : "v1", caps, ssrcs);
  }
  return sorter;
}

/* @bytes: hexadecimal, blanks don't count */
static gint
sort (GstIceRtpDemux * sorter, const gchar * bytes)
{
  guint8 packet[100];
  gsize n = 0;

  for (const gchar * c = bytes; *c != '\0'; c++) {
    if (*c == ' ')
      continue;
    packet[n++] = (guint8) (g_ascii_xdigit_value (c[0]) << 4 |
        g_ascii_xdigit_value (c[1]));
    c++;
  }
  return gst_ice_rtp_demux_sort (sorter, packet, n);
}

/* Version, payload type, sequence number, time stamp. */
#define RTP(type) "80 " type " 0001 00000001 "
#define RTP_X(type) "90 " type " 0001 00000001 "

static const struct
{
  const gchar *audio, *video;
  gboolean announced;
  const gchar *packet;
  gint expected;
} rows[] = {
  /* By payload type, with and without a marker. */
  {OPUS, VP8, FALSE, RTP ("6f") "00000007", 0},
  {OPUS, VP8, FALSE, RTP ("60") "00000007", 1},
  {OPUS, VP8, FALSE, RTP ("e0") "00000007", 1},
  {OPUS, VP8, FALSE, RTP ("61") "00000007", -1},
  {OPUS "; application/x-rtp, payload=0", VP8, FALSE, RTP ("00") "00000007", 0},
  /* A source that was announced does not overrule that. */
  {OPUS, VP8, TRUE, RTP ("6f") "00000002", 0},
  /* The same type in both: by the source, if it is known. */
  {VP8, VP8, TRUE, RTP ("60") "00000001", 0},
  {VP8, VP8, TRUE, RTP ("60") "00000002", 1},
  {VP8, VP8, TRUE, RTP ("60") "00000003", -1},
  {VP8, VP8, FALSE, RTP ("60") "00000001", -1},
  /* By the extension, in both forms, behind others and padding. */
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("6f") "00000001 bede 0001 41763100", 1},
  {OPUS MID_4_ARRAY, VP8 MID_4_ARRAY, FALSE,
      RTP_X ("6f") "00000001 bede 0001 41763100", 1},
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("60") "00000001 bede 0002 10aa00 4061 000000", 0},
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("6f") "00000001 1000 0002 0101aa 00 04027631", 1},
  {OPUS MID_4, VP8 MID_4, FALSE,
      "91 6f 0001 00000001 00000001 deadbeef bede 0001 41763100", 1},
  /* Not agreed, unknown, or another: the payload type counts. */
  {OPUS, VP8, FALSE, RTP_X ("6f") "00000001 bede 0001 41763100", 0},
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("6f") "00000001 bede 0001 41763200", 0},
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("6f") "00000001 bede 0001 31763100", 0},
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("6f") "00000001 abcd 0001 41763100", 0},
  /* Cut off, or longer than the packet. */
  {OPUS MID_4, VP8 MID_4, FALSE, RTP_X ("6f") "00000001", 0},
  {OPUS MID_4, VP8 MID_4, FALSE, RTP_X ("6f") "00000001 bede", 0},
  {OPUS MID_4, VP8 MID_4, FALSE, RTP_X ("6f") "00000001 bede 0001", 0},
  {OPUS MID_4, VP8 MID_4, FALSE, RTP_X ("6f") "00000001 bede ffff 417631", 0},
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("6f") "00000001 bede 0001 4f763100", 0},
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("6f") "00000001 1000 0001 000004ff", 0},
  {OPUS MID_4, VP8 MID_4, FALSE,
      RTP_X ("6f") "00000001 1000 0001 00000004", 0},
  {OPUS MID_4, VP8 MID_4, FALSE, "9f 6f 0001 00000001 00000001", 0},
  {OPUS, VP8, FALSE, "80 6f 0001 00000001 000000", -1},
  {OPUS, VP8, FALSE, "", -1},
  /* Not RTP. */
  {OPUS, VP8, FALSE, "40 6f 0001 00000001 00000001", -1},
};

GST_START_TEST (test_sorting)
{
  g_autoptr (GstIceRtpDemux) sorter = make_sorter (rows[__i__].audio,
      rows[__i__].video, rows[__i__].announced);

  fail_unless_equals_int (sort (sorter, rows[__i__].packet),
      rows[__i__].expected);
}

GST_END_TEST;

GST_START_TEST (test_a_source_that_said_once_where_it_belongs_is_known)
{
  g_autoptr (GstIceRtpDemux) sorter = make_sorter (VP8 MID_4, VP8 MID_4, FALSE);

  fail_unless_equals_int (sort (sorter, RTP ("60") "00000009"), -1);
  fail_unless_equals_int (sort (sorter,
          RTP_X ("60") "00000009 bede 0001 41763100"), 1);
  fail_unless_equals_int (sort (sorter, RTP ("60") "00000009"), 1);
}

GST_END_TEST;

GST_START_TEST (test_what_was_announced_is_not_overruled)
{
  g_autoptr (GstIceRtpDemux) sorter = make_sorter (VP8 MID_4, VP8 MID_4, TRUE);

  fail_unless_equals_int (sort (sorter,
          RTP_X ("60") "00000001 bede 0001 41763100"), 1);
  fail_unless_equals_int (sort (sorter, RTP ("60") "00000001"), 0);
}

GST_END_TEST;

GST_START_TEST (test_made_up_sources_are_not_learnt_for_ever)
{
  g_autoptr (GstIceRtpDemux) sorter = make_sorter (VP8 MID_4, VP8 MID_4, FALSE);
  guint n_known = 0;

  for (guint i = 0; i < 1000; i++) {
    g_autofree gchar *named =
        g_strdup_printf (RTP_X ("60") "%08x bede 0001 41763100", i);
    g_autofree gchar *bare = g_strdup_printf (RTP ("60") "%08x", i);

    fail_unless_equals_int (sort (sorter, named), 1);
    n_known += sort (sorter, bare) == 1;
  }
  fail_unless_equals_int (n_known, 256);
}

GST_END_TEST;

static Suite *
sorter_suite (void)
{
  Suite *suite = suite_create ("sorter");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_sorting, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase,
      test_a_source_that_said_once_where_it_belongs_is_known);
  tcase_add_test (tcase, test_what_was_announced_is_not_overruled);
  tcase_add_test (tcase, test_made_up_sources_are_not_learnt_for_ever);
  return suite;
}

GST_CHECK_MAIN (sorter);
