/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"
#include "gsticenat1to1.h"

#include <gst/check/gstcheck.h>

#define HOST_PRIORITY ((126u << 24) | 0x20ff)
#define SRFLX_PRIORITY ((100u << 24) | 0x20ff)

/* What is gathered, and what the peer is told: "address port type related". */
static const struct
{
  const gchar *external;
  gboolean keep;
  const gchar *gathered;
  const gchar *told, *extra;
} rows[] = {
  {"203.0.113.7", FALSE, "10.0.0.5 5000 host", "203.0.113.7 5000 host", NULL},
  {" 203.0.113.7 ", FALSE, "10.0.0.6 1 host", "203.0.113.7 1 host", NULL},
  {"203.0.113.7", FALSE, "2001:db8::1 5000 host", "2001:db8::1 5000 host",
      NULL},
  {"203.0.113.7", TRUE, "10.0.0.5 5000 host", "10.0.0.5 5000 host",
      "203.0.113.7 5000 srflx 10.0.0.5"},
  {"203.0.113.7/10.0.0.5", FALSE, "10.0.0.6 5000 host", "10.0.0.6 5000 host",
      NULL},
  {"203.0.113.9,203.0.113.7/10.0.0.5", FALSE, "10.0.0.5 5000 host",
      "203.0.113.7 5000 host", NULL},
  {"203.0.113.7/10.0.0.5,2001:db8::7/fd00::5", FALSE, "fd00::5 5 host",
      "2001:db8::7 5 host", NULL},
  /* A private address is not told by the way. */
  {"203.0.113.7", FALSE, "198.51.100.1 7 srflx 10.0.0.5",
      "198.51.100.1 7 srflx 203.0.113.7", NULL},
  {"203.0.113.7", FALSE, "198.51.100.1 7 relay 10.0.0.5",
      "198.51.100.1 7 relay 203.0.113.7", NULL},
  {"203.0.113.7", TRUE, "198.51.100.1 7 relay 10.0.0.5",
      "198.51.100.1 7 relay 10.0.0.5", NULL},
  /* What the mapping has already is not told twice. */
  {"203.0.113.7", FALSE, "203.0.113.7 5000 srflx 10.0.0.5", NULL, NULL},
  {"203.0.113.7", FALSE, "203.0.113.7 5000 prflx 10.0.0.5",
      "203.0.113.7 5000 host", NULL},
  {"203.0.113.7", TRUE, "203.0.113.7 5000 prflx 10.0.0.5",
      "203.0.113.7 5000 srflx 10.0.0.5", NULL},
};

static GstIceCandidateType
read_type (const gchar * name)
{
  GstIceCandidateType type = GST_ICE_CANDIDATE_HOST;

  while (!g_str_equal (gst_ice_candidate_type_to_string (type), name))
    type++;
  return type;
}

static GstIceCandidate *
read_candidate (const gchar * text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  GstIceCandidate *candidate = gst_ice_candidate_new (words[0],
      (guint) atoi (words[1]));

  candidate->component = 1;
  candidate->priority = HOST_PRIORITY;
  candidate->type = read_type (words[2]);
  if (words[3] != NULL) {
    candidate->base_address = g_strdup (words[3]);
    candidate->related_address = g_strdup (words[3]);
    candidate->related_port = 5000;
  }
  return candidate;
}

static gchar *
write_candidate (const GstIceCandidate * candidate)
{
  return g_strdup_printf ("%s %u %s%s%s", candidate->address, candidate->port,
      gst_ice_candidate_type_to_string (candidate->type),
      candidate->related_address != NULL ? " " : "",
      candidate->related_address != NULL ? candidate->related_address : "");
}

GST_START_TEST (test_what_the_peer_is_told)
{
  g_autoptr (GstIceNat1to1) mapping =
      gst_ice_nat1to1_new (rows[__i__].external, rows[__i__].keep, NULL);
  g_autoptr (GstIceCandidate) candidate = read_candidate (rows[__i__].gathered);
  g_autoptr (GstIceCandidate) extra = NULL;
  g_autofree gchar *told = NULL;
  g_autofree gchar *more = NULL;

  fail_unless (mapping != NULL);
  if (gst_ice_nat1to1_apply (mapping, candidate, &extra))
    told = write_candidate (candidate);
  fail_unless_equals_string (told, rows[__i__].told);

  if (extra != NULL) {
    more = write_candidate (extra);
    fail_unless_equals_int (extra->priority, SRFLX_PRIORITY);
    fail_unless_equals_int (extra->component, 1);
    fail_unless (*extra->foundation != '\0');
  }
  fail_unless_equals_string (more, rows[__i__].extra);
}

GST_END_TEST;

static const gchar *const bad[] = {
  "turn.example", "203.0.113", "203.0.113.7:5000", "203.0.113.7,", ",",
  "203.0.113.7/", "/10.0.0.5", "203.0.113.7/10.0.0.5/8", "203.0.113.7/fd00::5",
  "0.0.0.0", "224.0.0.1", "203.0.113.7 10.0.0.5",
};

GST_START_TEST (test_what_is_no_address_is_named)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ice_nat1to1_new (bad[__i__], FALSE, &error) == NULL);
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS);
  fail_unless (strstr (error->message, bad[__i__]) != NULL, "%s",
      error->message);
}

GST_END_TEST;

static Suite *
icenicemapping_suite (void)
{
  Suite *suite = suite_create ("icenicenat1to1");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_what_the_peer_is_told, 0,
      G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_what_is_no_address_is_named, 0,
      G_N_ELEMENTS (bad));
  return suite;
}

GST_CHECK_MAIN (icenicemapping);
