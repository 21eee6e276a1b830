/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Which of the peer's candidates are of no use, and what a user is told of them. */

#include "config.h"

#include "gsticecandidatetext.h"
#include "gsticesdp.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define HOST(address) "candidate:1 1 UDP 2130706431 " address " 5000 typ host"
#define TCP(address) "candidate:1 1 TCP 2105458943 " address \
    " 5000 typ host tcptype passive"
#define LINE "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" \
    "m=audio 9 RTP/AVP 0\r\na=ice-ufrag:8hhY\r\n" \
    "a=ice-pwd:asd88fgpdd777uzjYhagZg\r\n"

/* Returns: (transfer full): of GstIceCandidate, those that stand in @text, a line each */
static GPtrArray *
parse_all (const gchar * text)
{
  GPtrArray *candidates = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    GstIceCandidate *candidate = gst_ice_candidate_from_text (lines[i], NULL);

    fail_unless (candidate != NULL, "%s", lines[i]);
    g_ptr_array_add (candidates, candidate);
  }
  return candidates;
}

static const struct
{
  const gchar *locals, *remotes;
  gboolean takes_tcp;
  GstIceLeftOutReason reason;
  guint n;                      /* of that reason, and of all */
} rows[] = {
  {HOST ("192.0.2.1"), HOST ("198.51.100.1"), TRUE, 0, 0},
  {HOST ("192.0.2.1"), TCP ("198.51.100.1"), FALSE, GST_ICE_LEFT_OUT_TCP, 1},
  {HOST ("192.0.2.1"), TCP ("198.51.100.1"), TRUE, GST_ICE_LEFT_OUT_TCP, 0},
  {HOST ("192.0.2.1"), HOST ("127.0.0.1") "\n" HOST ("::1"), TRUE,
      GST_ICE_LEFT_OUT_LOOPBACK, 2},
  {HOST ("127.0.0.1"), HOST ("127.0.0.1"), TRUE, GST_ICE_LEFT_OUT_LOOPBACK, 0},
  {HOST ("192.0.2.1"), HOST ("2001:db8::1"), TRUE, GST_ICE_LEFT_OUT_IPV6, 1},
  {HOST ("2001:db8::2"), HOST ("198.51.100.1"), TRUE, GST_ICE_LEFT_OUT_IPV4, 1},
  {HOST ("192.0.2.1") "\n" HOST ("2001:db8::2"),
      HOST ("198.51.100.1") "\n" HOST ("2001:db8::1"), TRUE, 0, 0},
  /* Names are no family's, and who has gathered nothing yet can't tell. */
  {HOST ("192.0.2.1"), HOST ("peer.local"), TRUE, 0, 0},
  {"", HOST ("127.0.0.1") "\n" HOST ("2001:db8::1"), TRUE, 0, 0},
};

GST_START_TEST (test_what_can_lead_nowhere)
{
  g_autoptr (GPtrArray) locals = parse_all (rows[__i__].locals);
  g_autoptr (GPtrArray) remotes = parse_all (rows[__i__].remotes);
  GstIceLeftOut left_out = { {0} };

  gst_ice_left_out_count_hopeless (&left_out, locals, remotes,
      rows[__i__].takes_tcp);
  fail_unless_equals_int (left_out.n[rows[__i__].reason], rows[__i__].n);
  fail_unless_equals_int (gst_ice_left_out_get_sum (&left_out), rows[__i__].n);
}

GST_END_TEST;

/* Issue 14, 13, and shared field case U3. */
static const struct
{
  const gchar *line;
  GstIceLeftOutReason reason;
} lines[] = {
  {"a=candidate:1 1 UDP 0 192.0.2.1 5000 typ host", GST_ICE_LEFT_OUT_PRIORITY},
  {"a=candidate:1 1 UDP 4294967295 192.0.2.1 5000 typ host",
      GST_ICE_LEFT_OUT_PRIORITY},
  {"a=candidate:1 1 ssltcp 2130706431 192.0.2.1 443 typ host",
      GST_ICE_LEFT_OUT_TRANSPORT},
  {"a=candidate:1 1 SCTP 2130706431 192.0.2.1 443 typ host",
      GST_ICE_LEFT_OUT_TRANSPORT},
  {"a=candidate:1 1 TCP 2130706431 192.0.2.1 443 typ host",
      GST_ICE_LEFT_OUT_TRANSPORT},
  {"a=candidate:1 1 UDP 2130706431 192.0.2.1 0 typ host",
      GST_ICE_LEFT_OUT_GRAMMAR},
  {"a=candidate:1 1 UDP 2130706431 192.0.2.256 5000 typ host",
      GST_ICE_LEFT_OUT_GRAMMAR},
  {"a=candidate:1 1 UDP 2130706431 192.0.2.1 5000 typ local",
      GST_ICE_LEFT_OUT_GRAMMAR},
  {"a=candidate:1 1 UDP", GST_ICE_LEFT_OUT_GRAMMAR},
};

GST_START_TEST (test_what_a_description_has_in_vain_is_counted)
{
  g_autofree gchar *text = g_strdup_printf (LINE "%s\r\n%s\r\n",
      lines[__i__].line, lines[__i__].line);
  g_autoptr (GstIceDescription) offer = gst_ice_sdp_parse (text, -1,
      GST_ICE_DESCRIPTION_OFFER, NULL);
  GstIceMediaDescription *media;
  GstIceLeftOut left_out = { {0} };

  fail_unless (offer != NULL);
  media = gst_ice_description_get_media (offer, 0);
  fail_unless_equals_int (media->candidates->len, 0);
  /* The same line twice is one candidate. */
  gst_ice_left_out_count_lines (&left_out, media->left_out);
  fail_unless_equals_int (left_out.n[lines[__i__].reason], 1);
  fail_unless_equals_int (gst_ice_left_out_get_sum (&left_out), 1);
}

GST_END_TEST;

GST_START_TEST (test_lines_are_bounded)
{
  g_autoptr (GHashTable) known = gst_ice_left_out_lines_new ();
  GstIceLeftOut left_out = { {0} };

  for (guint i = 0; i < 10000; i++) {
    g_autofree gchar *text = g_strdup_printf ("%u", i);

    gst_ice_left_out_note_line (known, text, GST_ICE_LEFT_OUT_GRAMMAR);
  }
  gst_ice_left_out_count_lines (&left_out, known);
  fail_unless_equals_int (gst_ice_left_out_get_sum (&left_out), 128);
}

GST_END_TEST;

GST_START_TEST (test_each_reason_has_its_words)
{
  GstIceLeftOut left_out = { {0}
  };
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < GST_ICE_LEFT_OUT_N_REASONS; i++)
    left_out.n[i] = i + 1;
  text = gst_ice_left_out_describe (&left_out);
  fail_unless (strstr (text, "(null)") == NULL, "%s", text);
  fail_unless (g_str_has_prefix (text, "1 that can't be read; 2 with a "),
      "%s", text);
  fail_unless (strstr (text, "set ice-tcp to true") != NULL, "%s", text);
}

GST_END_TEST;

static Suite *
leftout_suite (void)
{
  Suite *suite = suite_create ("leftout");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_what_can_lead_nowhere, 0,
      G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_what_a_description_has_in_vain_is_counted, 0,
      G_N_ELEMENTS (lines));
  tcase_add_test (tcase, test_lines_are_bounded);
  tcase_add_test (tcase, test_each_reason_has_its_words);
  return suite;
}

GST_CHECK_MAIN (leftout);
