/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the doctor says of what it finds. */

#include "gsticedoctorpairs.h"
#include "gsticedoctorsystem.h"
#include "gsticedoctorverdict.h"

#include <gst/check/gstcheck.h>
#include <string.h>

static GstIceUdpAddress
address_of (const gchar * text, guint16 port)
{
  GstIceUdpAddress address;

  fail_unless (gst_ice_udp_address_set_text (&address, text, port));
  return address;
}

static void
add_server (GstIceDoctorFindings * findings, const gchar * uri,
    gboolean answered, gboolean refused)
{
  GstIceDoctorServer server = {.answered = answered,.refused = refused };

  server.server = gst_ice_server_from_uri (uri, NULL);
  fail_unless (server.server != NULL);
  server.uri = gst_ice_server_to_uri (server.server);
  server.problem = answered ? NULL : g_strdup_printf ("TURN server %s %s",
      server.uri, refused ? "refused" : "does not answer");
  g_array_append_val (findings->servers, server);
}

#define UDP "turn:u:p@turn.example?transport=udp"
#define TCP "turn:u:p@turn.example?transport=tcp"

typedef enum
{ NONE, DEAD, REFUSES, WORKS } Answer;

static const struct
{
  gboolean asked_stun, stun_answers, translated;
  GstIceDoctorBehaviour mapping, filtering;
  Answer udp, tcp;
  const gchar *nat, *code;
  gboolean good;
} rows[] = {
  {FALSE, FALSE, FALSE, 0, 0, NONE, NONE, "unknown", "not-asked", TRUE},
  {TRUE, FALSE, FALSE, 0, 0, DEAD, DEAD, "unknown", "unreachable", FALSE},
  {TRUE, FALSE, FALSE, 0, 0, DEAD, WORKS, "unknown", "udp-blocked", TRUE},
  {TRUE, FALSE, FALSE, 0, 0, DEAD, REFUSES, "unknown", "udp-blocked", FALSE},
  {TRUE, TRUE, FALSE, 1, 1, NONE, NONE, "none", "no-nat", TRUE},
  {TRUE, TRUE, TRUE, 1, 1, NONE, NONE, "full cone", "cone-nat", TRUE},
  {TRUE, TRUE, TRUE, 1, 2, NONE, NONE, "restricted cone", "cone-nat", TRUE},
  {TRUE, TRUE, TRUE, 1, 3, NONE, NONE, "port-restricted cone", "cone-nat",
      TRUE},
  {TRUE, TRUE, TRUE, 1, 0, NONE, NONE, "cone", "cone-nat", TRUE},
  {TRUE, TRUE, TRUE, 2, 3, NONE, NONE, "symmetric", "symmetric-nat", FALSE},
  {TRUE, TRUE, TRUE, 3, 3, NONE, NONE, "symmetric", "symmetric-nat", FALSE},
  {TRUE, TRUE, TRUE, 3, 3, WORKS, NONE, "symmetric", "symmetric-nat", TRUE},
  {TRUE, TRUE, TRUE, 0, 0, NONE, NONE, "unknown", "nat", FALSE},
  {TRUE, TRUE, TRUE, 1, 3, REFUSES, REFUSES, "port-restricted cone",
      "turn-refused", FALSE},
  {TRUE, TRUE, TRUE, 1, 3, DEAD, DEAD, "port-restricted cone",
      "turn-unreachable", FALSE},
  {TRUE, TRUE, TRUE, 1, 3, DEAD, WORKS, "port-restricted cone", "cone-nat",
      TRUE},
  /* A STUN server that is silent does not mean that UDP is blocked. */
  {TRUE, FALSE, FALSE, 0, 0, WORKS, NONE, "unknown", "nat-unknown", TRUE},
};

static GstIceDoctorFindings *
make_findings (guint row)
{
  GstIceDoctorFindings *findings = gst_ice_doctor_findings_new ();
  const GstIceDoctorAddress address = { g_strdup ("10.0.0.2"), "private" };

  g_array_append_val (findings->addresses, address);
  findings->asked_stun = rows[row].asked_stun;
  findings->nat = (GstIceDoctorNat) {
  .answered = rows[row].stun_answers,.translated =
        rows[row].translated,.mapping = rows[row].mapping,.filtering =
        rows[row].filtering,.mapped = address_of ("203.0.113.7", 4000)};
  if (rows[row].udp != NONE)
    add_server (findings, UDP, rows[row].udp == WORKS,
        rows[row].udp == REFUSES);
  if (rows[row].tcp != NONE)
    add_server (findings, TCP, rows[row].tcp == WORKS,
        rows[row].tcp == REFUSES);
  return findings;
}

GST_START_TEST (test_findings_come_to_one_verdict)
{
  g_autoptr (GstIceDoctorFindings) findings = make_findings (__i__);
  GstIceDoctorVerdict verdict;

  fail_unless_equals_string (gst_ice_doctor_nat_get_name (&findings->nat),
      rows[__i__].nat);
  gst_ice_doctor_verdict_reach (&verdict, findings);
  fail_unless_equals_string (verdict.code, rows[__i__].code);
  fail_unless_equals_int (verdict.good, rows[__i__].good);
  fail_unless (verdict.text != NULL);
  /* Who has to do something is told what. */
  fail_unless (verdict.good || verdict.remedy != NULL);
  gst_ice_doctor_verdict_clear (&verdict);
}

GST_END_TEST;

GST_START_TEST (test_ports_and_address_are_judged)
{
  g_autoptr (GstIceDoctorFindings) findings = make_findings (7);
  GstIceDoctorPort port = {.port = 50000,.is_free = TRUE,.answered = TRUE };
  GstIceDoctorVerdict verdict;

  g_array_append_val (findings->ports, port);
  findings->external_address = g_strdup ("203.0.113.7");
  gst_ice_doctor_verdict_reach (&verdict, findings);
  fail_unless_equals_string (verdict.code, "cone-nat");
  gst_ice_doctor_verdict_clear (&verdict);

  g_free (findings->external_address);
  findings->external_address = g_strdup ("203.0.113.8");
  gst_ice_doctor_verdict_reach (&verdict, findings);
  fail_unless_equals_string (verdict.code, "wrong-external-address");
  gst_ice_doctor_verdict_clear (&verdict);

  port = (GstIceDoctorPort) {
  50010, TRUE, FALSE};
  g_array_append_val (findings->ports, port);
  gst_ice_doctor_verdict_reach (&verdict, findings);
  fail_unless_equals_string (verdict.code, "ports-blocked");
  fail_unless (strstr (verdict.text, "50010") != NULL);
  fail_unless (strstr (verdict.text, "50000") == NULL);
  gst_ice_doctor_verdict_clear (&verdict);
}

GST_END_TEST;

static GstIceDoctorCall *
make_call (void)
{
  GstIceDoctorCall *call = g_new0 (GstIceDoctorCall, 1);

  call->uri = g_strdup ("http://peer.example/cam");
  call->local = g_array_new (FALSE, TRUE, sizeof (GstIceDoctorCandidate));
  call->remote = g_array_new (FALSE, TRUE, sizeof (GstIceDoctorCandidate));
  call->steps = g_array_new (FALSE, TRUE, sizeof (GstIceTimelineStep));
  return call;
}

/* Candidates of the table are literals. */
static void
clear_call (GstIceDoctorCall * call)
{
  gst_ice_doctor_call_free (call);
}

static void
add_candidate (GArray * candidates, const gchar * type, const gchar * transport,
    const gchar * address, guint mline)
{
  const GstIceDoctorCandidate candidate = {
    (gchar *) address, (gchar *) type, (gchar *) transport, (gchar *) address,
    mline
  };

  g_array_append_val (candidates, candidate);
}

static const struct
{
  guint nat;                    /* a row of the table above */
  const gchar *local, *remote;  /* types; NULL: no candidates */
  const gchar *remote_address;
  gboolean has_pair, connected;
  const gchar *code;
} calls[] = {
  {7, "host", "host", "192.168.0.9", TRUE, TRUE, "connects"},
  {7, "relay", "host", "192.168.0.9", TRUE, TRUE, "connects-relayed"},
  {7, "host", "host", "192.168.0.9", TRUE, FALSE, "no-keys"},
  {7, "host", NULL, NULL, FALSE, FALSE, "no-answer"},
  {7, "host", "host", "192.168.0.9", FALSE, FALSE, "peer-private"},
  {7, "host", "host", "8.8.8.8", FALSE, FALSE, "peer-address"},
  {7, "host", "srflx", "8.8.8.8", FALSE, FALSE, "peer-symmetric"},
  {9, "host", "srflx", "8.8.8.8", FALSE, FALSE, "both-nats"},
  {4, "host", "srflx", "8.8.8.8", FALSE, FALSE, "no-path"},
  {9, "relay", "srflx", "8.8.8.8", FALSE, FALSE, "no-path"},
  {1, "host", "srflx", "8.8.8.8", FALSE, FALSE, "udp-blocked"},
  {13, "host", "srflx", "8.8.8.8", FALSE, FALSE, "turn-refused"},
};

GST_START_TEST (test_call_comes_to_one_verdict)
{
  g_autoptr (GstIceDoctorFindings) findings = make_findings (calls[__i__].nat);
  GstIceDoctorCall *call = make_call ();
  GstIceDoctorVerdict verdict;

  add_candidate (call->local, calls[__i__].local, "udp", "10.0.0.2", 0);
  if (calls[__i__].remote != NULL)
    add_candidate (call->remote, calls[__i__].remote, "udp",
        calls[__i__].remote_address, 0);
  else
    call->error = g_strdup ("404 Not Found");
  call->connected = calls[__i__].connected;
  if (calls[__i__].has_pair) {
    call->selected_local = g_strdup_printf ("%s/udp 10.0.0.2:1",
        calls[__i__].local);
    call->selected_remote = g_strdup ("host/udp 192.168.0.9:1");
  }
  gst_ice_doctor_verdict_reach_call (&verdict, findings, call);
  fail_unless_equals_string (verdict.code, calls[__i__].code);
  gst_ice_doctor_verdict_clear (&verdict);
  clear_call (call);
}

GST_END_TEST;

GST_START_TEST (test_pairs_are_those_of_ice)
{
  GstIceDoctorCall *call = make_call ();
  g_autoptr (GPtrArray) pairs = NULL;

  add_candidate (call->local, "host", "udp", "10.0.0.2", 0);
  add_candidate (call->local, "srflx", "udp", "203.0.113.7", 0);
  add_candidate (call->local, "host", "udp", "2001:db8::2", 0);
  add_candidate (call->local, "host", "udp", "10.0.0.2", 1);
  add_candidate (call->remote, "host", "udp", "192.168.0.9", 0);
  add_candidate (call->remote, "host", "tcp", "192.168.0.9", 0);
  add_candidate (call->remote, "relay", "udp", "8.8.8.8", 0);
  /* The reflexive one is sent from its base, families and transports do not mix. */
  pairs = gst_ice_doctor_pairs_list (call);
  fail_unless_equals_int (pairs->len, 2);
  fail_unless (strstr (((GstIceDoctorPair *) pairs->pdata[0])->what,
          "private") != NULL);
  fail_unless (strstr (((GstIceDoctorPair *) pairs->pdata[1])->what,
          "TURN") != NULL);
  clear_call (call);
}

GST_END_TEST;

GST_START_TEST (test_pairs_are_on_the_timeline)
{
  GstIceDoctorCall *call = make_call ();
  const GstIceTimelineStep answer = {.at_ms = 20,.what = (gchar *) "answer" };
  g_autofree gchar *svg = NULL;

  g_array_append_val (call->steps, answer);
  add_candidate (call->local, "host", "udp", "10.0.0.2", 0);
  add_candidate (call->remote, "host", "udp", "10.0.0.3", 0);
  /* Signalling failed: there were no checks. */
  gst_ice_doctor_pairs_add_steps (call);
  fail_unless_equals_int (call->steps->len, 1);
  call->checks_from_ms = 20.5;
  call->checks_until_ms = 35;
  gst_ice_doctor_pairs_add_steps (call);
  fail_unless_equals_int (call->steps->len, 2);
  svg = gst_ice_timeline_draw (call->steps, "call.svg");
  fail_unless (strstr (svg, "pair 10.0.0.2 → 10.0.0.3: no answer") != NULL);
  fail_unless (strstr (svg, "(20.5 to 35.0 ms)") != NULL);
  g_free (g_array_index (call->steps, GstIceTimelineStep, 1).what);
  clear_call (call);
}

GST_END_TEST;

GST_START_TEST (test_timeline_is_xml)
{
  GstIceDoctorCall *call = make_call ();
  const GstIceTimelineStep steps[] = {
    {0, (gchar *) "offer <1> & \"2\""}, {99.5, (gchar *) "answer"}
  };
  g_autofree gchar *svg = NULL;
  g_autofree gchar *page = NULL;

  g_array_append_vals (call->steps, steps, 2);
  svg = gst_ice_timeline_draw (call->steps, "call.svg");
  fail_unless (strstr (svg, "offer &lt;1&gt; &amp; &quot;2&quot;") != NULL);
  fail_unless (strstr (svg, "100 ms") != NULL);
  fail_unless (g_str_has_prefix (svg, "<svg "));
  page = gst_ice_timeline_draw (call->steps, "call.html");
  fail_unless (g_str_has_prefix (page, "<!DOCTYPE html>"));
  fail_unless (strstr (page, svg) != NULL);
  clear_call (call);
}

GST_END_TEST;

static const struct
{
  const gchar *address, *kind;
} kinds[] = {
  {"127.0.0.1", "loopback"},
  {"10.1.2.3", "private (RFC 1918)"},
  {"172.31.255.255", "private (RFC 1918)"},
  {"172.32.0.1", "public"},
  {"100.64.0.1", "behind the provider's NAT (RFC 6598)"},
  {"8.8.8.8", "public"},
  {"fd00::1", "private (RFC 4193)"},
  {"fe80::1", "link-local"},
  {"2a00::1", "public"},
  {"nonsense", "no address"},
};

GST_START_TEST (test_kinds_of_address)
{
  fail_unless_equals_string (gst_ice_doctor_system_get_address_kind (kinds
          [__i__].address), kinds[__i__].kind);
}

GST_END_TEST;

static Suite *
doctor_suite (void)
{
  Suite *s = suite_create ("doctor");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_findings_come_to_one_verdict, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_ports_and_address_are_judged);
  tcase_add_loop_test (tc, test_call_comes_to_one_verdict, 0,
      G_N_ELEMENTS (calls));
  tcase_add_test (tc, test_pairs_are_those_of_ice);
  tcase_add_test (tc, test_pairs_are_on_the_timeline);
  tcase_add_test (tc, test_timeline_is_xml);
  tcase_add_loop_test (tc, test_kinds_of_address, 0, G_N_ELEMENTS (kinds));
  return s;
}

GST_CHECK_MAIN (doctor);
