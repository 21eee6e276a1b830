/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticecandidatetext.h"
#include "gsticeerror.h"

#include <gst/check/gstcheck.h>

#include <string.h>

/* What a peer wrote, and what we would write of it; NULL: refused. */
static const struct
{
  const gchar *text;
  const gchar *written;
} candidates[] = {
  /* RFC 8839, 5.1 */
  {"candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host",
      "candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host"},
  {"candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr "
        "203.0.113.141 rport 8998",
      "candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr "
        "203.0.113.141 rport 8998"},
  /* Line ends, blanks, the attribute's prefix */
  {"a=candidate:1 2 udp 1 10.0.0.2 5001 typ HOST \r\n",
      "candidate:1 2 UDP 1 10.0.0.2 5001 typ host"},
  {"  candidate: 1  1\tUDP 1 10.0.0.2 5001 typ host",
      "candidate:1 1 UDP 1 10.0.0.2 5001 typ host"},
  /* Lync 2013, MS-ICE2 */
  {"a=x-candidate-ipv6:3 1 UDP 33553407 2001:0:5ef5::1 2936 typ host ",
      "candidate:3 1 UDP 33553407 2001:0:5ef5::1 2936 typ host"},
  {"a=candidate:4 1 TCP-ACT 1684797951 192.168.56.1 15676 typ srflx raddr "
        "192.168.56.1 rport 15676 ",
      "candidate:4 1 TCP 1684797951 192.168.56.1 15676 typ srflx raddr "
        "192.168.56.1 rport 15676 tcptype active"},
  {"candidate:6 1 TCP-PASS 174326015 5.6.7.148 57727 typ relay raddr "
        "192.168.1.157 rport 50006",
      "candidate:6 1 TCP 174326015 5.6.7.148 57727 typ relay raddr "
        "192.168.1.157 rport 50006 tcptype passive"},
  /* Teams */
  {"a=candidate:3 1 tcp-pass 18087935 52.115.132.195 3478 typ relay",
      "candidate:3 1 TCP 18087935 52.115.132.195 3478 typ relay raddr "
        "0.0.0.0 rport 0 tcptype passive"},
  {"a=x-candidate-ipv6:4 1 tcp-so 18087935 2603:1::2 3478 typ relay",
      "candidate:4 1 TCP 18087935 2603:1::2 3478 typ relay raddr :: rport 0 "
        "tcptype so"},
  /* Chrome, Firefox */
  {"candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation "
        "0 ufrag EsAw network-id 1",
      "candidate:1387637174 1 UDP 2122260223 192.0.2.1 61764 typ host"},
  {"candidate:3 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active "
        "generation 0",
      "candidate:3 1 TCP 1518280447 192.0.2.1 9 typ host tcptype active"},
  {"candidate:1 1 udp 1 8a5c7d1e-2b3f.local 61764 typ host",
      "candidate:1 1 UDP 1 8a5c7d1e-2b3f.local 61764 typ host"},
  {"candidate:2 1 udp 1 192.0.2.3 4 typ srflx raddr 0.0.0.0 rport 0",
      "candidate:2 1 UDP 1 192.0.2.3 4 typ srflx raddr 0.0.0.0 rport 0"},
  /* An odd number of words after the type, half a related address */
  {"candidate:1 1 UDP 1 10.0.0.2 5001 typ srflx raddr 10.0.0.3 rport 4 odd",
      "candidate:1 1 UDP 1 10.0.0.2 5001 typ srflx raddr 10.0.0.3 rport 4"},
  {"candidate:1 1 UDP 1 10.0.0.2 5001 typ prflx raddr 10.0.0.3",
      "candidate:1 1 UDP 1 10.0.0.2 5001 typ prflx raddr 0.0.0.0 rport 0"},
  {"candidate:1 1 UDP 1 10.0.0.2 5001 typ relay raddr 1.2.3.4 rport 65536",
      "candidate:1 1 UDP 1 10.0.0.2 5001 typ relay raddr 0.0.0.0 rport 0"},
  {"candidate:1 1 UDP 1 fe80::1%eth0 5001 typ host",
      "candidate:1 1 UDP 1 fe80::1 5001 typ host"},
  /* Limits */
  {"candidate:1 256 UDP 2147483647 10.0.0.2 65535 typ host",
      "candidate:1 256 UDP 2147483647 10.0.0.2 65535 typ host"},
  {"candidate:1 1 TCP 1 10.0.0.2 0 typ host tcptype active",
      "candidate:1 1 TCP 1 10.0.0.2 0 typ host tcptype active"},
  {"candidate:12345678901234567890123456789012 1 UDP 1 10.0.0.2 9 typ host",
      "candidate:12345678901234567890123456789012 1 UDP 1 10.0.0.2 9 typ "
        "host"},
  {"candidate:123456789012345678901234567890123 1 UDP 1 10.0.0.2 9 typ host",
      NULL},
  {"candidate:1 0 UDP 1 10.0.0.2 5001 typ host", NULL},
  {"candidate:1 257 UDP 1 10.0.0.2 5001 typ host", NULL},
  {"candidate:1 1 UDP 0 10.0.0.2 5001 typ host", NULL},
  {"candidate:1 1 UDP 2147483648 10.0.0.2 5001 typ host", NULL},
  {"candidate:1 1 UDP 99999999999999999999999 10.0.0.2 5001 typ host", NULL},
  {"candidate:1 1 UDP 1 10.0.0.2 0 typ host", NULL},
  {"candidate:1 1 TCP 1 10.0.0.2 0 typ host tcptype passive", NULL},
  {"candidate:1 1 UDP 1 10.0.0.2 65536 typ host", NULL},
  {"candidate:1 1 UDP 1 10.0.0.2 -1 typ host", NULL},
  /* Unknown */
  {"candidate:1 1 SCTP 1 10.0.0.2 5001 typ host", NULL},
  {"candidate:1 1 TCP 1 10.0.0.2 5001 typ host", NULL},
  {"candidate:1 1 TCP 1 10.0.0.2 5001 typ host tcptype simultaneous", NULL},
  {"candidate:1 1 UDP 1 10.0.0.2 5001 typ stun", NULL},
  {"candidate:1 1 UDP 1 10.0.0.2 5001 type host", NULL},
  {"candidate:1 1 UDP 1 10.0.0.256 5001 typ host", NULL},
  {"candidate:1 1 UDP 1 2001::zz 5001 typ host", NULL},
  {"candidate:1 1 UDP 1 h\xc3\xb6st 5001 typ host", NULL},
  {"candidate:1 1 UDP 1 \xff.local 5001 typ host", NULL},
  /* ICE v6 (draft-06): user and password instead of foundation and type */
  {"a=candidate:1KnO5SLcp8Sm96p3mM/TcHP94AhjFZki4nCkkat7hWw 1 "
        "0w7pS47gkm5ShOad9xcsug UDP 0.840 192.168.56.1 11650 ", NULL},
  /* Noise */
  {"", NULL},
  {"a=", NULL},
  {"candidate:", NULL},
  {"candidate:1 1 UDP 1 10.0.0.2 5001 typ", NULL},
  {"1 1 UDP 1 10.0.0.2 5001 typ host", NULL},
  {"end-of-candidates", NULL},
};

GST_START_TEST (test_text_is_read_and_written)
{
  const gchar *text = candidates[__i__].text;
  const gchar *written = candidates[__i__].written;
  g_autoptr (GstIceCandidate) candidate = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *found = NULL;

  candidate = gst_ice_candidate_from_text (text, &error);
  if (written == NULL) {
    fail_unless (candidate == NULL, "taken: %s", text);
    fail_unless (g_error_matches (error, GST_ICE_ERROR,
            GST_ICE_ERROR_BAD_DESCRIPTION));
    return;
  }

  fail_unless (candidate != NULL, "refused: %s: %s", text,
      error ? error->message : "");
  fail_unless (error == NULL);
  found = gst_ice_candidate_to_text (candidate);
  assert_equals_string (found, written);
}

GST_END_TEST;

GST_START_TEST (test_fields_are_read)
{
  g_autoptr (GstIceCandidate) candidate =
      gst_ice_candidate_from_text ("candidate:Ab+/ 2 TCP 7 192.0.2.3 45664 typ "
      "srflx raddr 10.0.0.2 rport 8998 ufrag F7gI tcptype so", NULL);
  g_autoptr (GstIceCandidate) copy = NULL;

  copy = gst_ice_candidate_copy (candidate);
  assert_equals_string (copy->foundation, "Ab+/");
  assert_equals_int (copy->component, GST_ICE_COMPONENT_RTCP);
  assert_equals_int (copy->transport, GST_ICE_PROTOCOL_TCP_SO);
  assert_equals_int (copy->priority, 7);
  assert_equals_string (copy->address, "192.0.2.3");
  assert_equals_int (copy->port, 45664);
  assert_equals_int (copy->type, GST_ICE_CANDIDATE_SRFLX);
  assert_equals_string (copy->related_address, "10.0.0.2");
  assert_equals_int (copy->related_port, 8998);
  assert_equals_string (copy->ufrag, "F7gI");
  fail_unless (copy->base_address == NULL && copy->server == NULL);
}

GST_END_TEST;

GST_START_TEST (test_long_line_is_refused)
{
  g_autofree gchar *blanks = g_strnfill (1024 * 1024, ' ');
  g_autofree gchar *text = g_strconcat ("candidate:", blanks,
      "1 1 UDP 1 10.0.0.2 5001 typ host", NULL);

  fail_unless (gst_ice_candidate_from_text (text, NULL) == NULL);
}

GST_END_TEST;

static void
check_foundation (GstIceCandidate * candidate, gboolean same,
    const gchar * expected)
{
  gst_ice_candidate_compute_foundation (candidate);
  assert_equals_int (strlen (candidate->foundation), 8);
  fail_unless ((strcmp (candidate->foundation, expected) == 0) == same);
}

/* RFC 8445, 5.1.1.3 */
GST_START_TEST (test_foundation_follows_type_base_server_transport)
{
  g_autoptr (GstIceCandidate) candidate =
      gst_ice_candidate_new ("10.0.0.2", 5000);
  g_autofree gchar *first = NULL;

  gst_ice_candidate_compute_foundation (candidate);
  first = g_strdup (candidate->foundation);
  fail_unless (strspn (first, "0123456789abcdef") == 8);

  candidate->port = 6000;
  candidate->component = 2;
  candidate->priority = 9;
  candidate->base_address = g_strdup ("10.0.0.2");
  check_foundation (candidate, TRUE, first);

  candidate->type = GST_ICE_CANDIDATE_SRFLX;
  check_foundation (candidate, FALSE, first);
  candidate->type = GST_ICE_CANDIDATE_HOST;
  candidate->transport = GST_ICE_PROTOCOL_TCP_PASSIVE;
  check_foundation (candidate, FALSE, first);
  candidate->transport = GST_ICE_PROTOCOL_UDP;
  candidate->server = g_strdup ("stun://stun.example:3478");
  check_foundation (candidate, FALSE, first);
  g_clear_pointer (&candidate->server, g_free);
  candidate->base_address[0] = '2';
  check_foundation (candidate, FALSE, first);
}

GST_END_TEST;

GST_START_TEST (test_same_address_looks_at_the_transport)
{
  g_autoptr (GstIceCandidate) a = gst_ice_candidate_new ("FE80::1", 5000);
  g_autoptr (GstIceCandidate) b = gst_ice_candidate_new ("fe80::1", 5000);

  fail_unless (gst_ice_candidate_same_address (a, b));
  b->priority = 5;
  fail_unless (gst_ice_candidate_same_address (a, b));
  b->transport = GST_ICE_PROTOCOL_TCP_ACTIVE;
  fail_if (gst_ice_candidate_same_address (a, b));
  a->transport = GST_ICE_PROTOCOL_TCP_PASSIVE;
  fail_if (gst_ice_candidate_same_address (a, b));
  a->transport = GST_ICE_PROTOCOL_TCP_ACTIVE;
  b->component = 2;
  fail_if (gst_ice_candidate_same_address (a, b));
}

GST_END_TEST;

GST_START_TEST (test_words_of_the_enums)
{
  g_autoptr (GstIceCandidate) ipv4 = gst_ice_candidate_new ("10.0.0.2", 5000);
  g_autoptr (GstIceCandidate) ipv6 = gst_ice_candidate_new ("2001:db8::1", 1);
  g_autofree gchar *text4 = gst_ice_candidate_to_host_port (ipv4);
  g_autofree gchar *text6 = gst_ice_candidate_to_host_port (ipv6);

  assert_equals_string (text4, "10.0.0.2:5000");
  assert_equals_string (text6, "[2001:db8::1]:1");
  assert_equals_string (gst_ice_protocol_to_string
      (GST_ICE_PROTOCOL_TCP_SO), "tcp");
  assert_equals_string (gst_ice_media_kind_to_string (GST_ICE_MEDIA_UNSET), "");
  assert_equals_string (gst_ice_media_kind_to_string (GST_ICE_MEDIA_TEXT),
      "text");
  assert_equals_int (gst_ice_media_kind_from_string ("video"),
      GST_ICE_MEDIA_VIDEO);
  assert_equals_int (gst_ice_media_kind_from_string ("unset"),
      GST_ICE_MEDIA_UNSET);
  assert_equals_int (gst_ice_media_kind_from_string ("image"),
      GST_ICE_MEDIA_UNSET);
  assert_equals_int (gst_ice_media_kind_from_string (NULL),
      GST_ICE_MEDIA_UNSET);
  assert_equals_string (gst_ice_connection_state_to_string
      (GST_ICE_CONNECTION_CHECKING), "checking");
  assert_equals_string (gst_ice_gathering_state_to_string
      (GST_ICE_GATHERING_COMPLETE), "complete");
}

GST_END_TEST;

static Suite *
candidate_suite (void)
{
  Suite *suite = suite_create ("candidate");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_text_is_read_and_written, 0,
      G_N_ELEMENTS (candidates));
  tcase_add_test (tc, test_fields_are_read);
  tcase_add_test (tc, test_long_line_is_refused);
  tcase_add_test (tc, test_foundation_follows_type_base_server_transport);
  tcase_add_test (tc, test_same_address_looks_at_the_transport);
  tcase_add_test (tc, test_words_of_the_enums);

  return suite;
}

GST_CHECK_MAIN (candidate);
