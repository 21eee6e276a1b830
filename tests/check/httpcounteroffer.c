/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"
#include "httpscript.c"

/* A listener that answers an offer with another (WHEP). */
#define COUNTER(headers) \
  "HTTP/1.1 406 Not Acceptable\r\n" \
  "Content-Type: application/sdp; valid-until=\"Wed, 25 Nov 2026 10:00:00 GMT\"" \
  "\r\n" headers END OFFER
#define SESSION "Location: /s\r\nETag: \"e\"\r\n"

/* Returns: (transfer none): that and all behind, until there is another request */
static const gchar *
find_request (const Script * script, const gchar * line)
{
  const gchar *request = strstr (script->requests->str, line);

  fail_unless (request != NULL, "no %s in %s", line, script->requests->str);
  return request;
}

static const gchar *const counter[] = {
  COUNTER (SESSION "Link: <turn:t.example?transport=udp>; rel=ice-server\r\n"),
  "HTTP/1.1 204 No Content\r\nETag: \"f\"\r\n" END, NO_CONTENT, NULL
};

/* Our answer goes by PATCH, candidates go after it; those of our own offer do not. */
GST_START_TEST (test_counter_offer_is_answered)
{
  Script script;
  Side caller;
  const gchar *answer, *candidates;

  script_init (&script, counter);
  side_init_caller (&caller, script.port, NULL, 0);
  side_send_candidate (&caller, 6001);
  fail_unless (gst_ice_signaller_is_caller (caller.signaller));
  WAIT (script.n_requests == 2);
  fail_unless_equals_int (caller.n_descriptions, 1);
  fail_if (gst_ice_signaller_is_caller (caller.signaller));
  fail_if (gst_ice_signaller_awaits_peers (caller.signaller));
  fail_unless_equals_string (caller.servers->str,
      "turn:t.example:3478?transport=udp - -\n");
  answer = find_request (&script, "PATCH /s ");
  fail_unless (strstr (answer, "If-Match: \"e\"") != NULL &&
      strstr (answer, "Content-Type: application/sdp\r\n") != NULL &&
      strstr (answer, "m=audio") != NULL, "%s", answer);

  side_send_candidate (&caller, 6002);
  WAIT (script.n_requests == 3);
  candidates = find_request (&script, "trickle-ice-sdpfrag");
  fail_unless (strstr (script.requests->str, "If-Match: \"f\"") != NULL);
  fail_unless (strstr (candidates, " 6002 typ") != NULL, "%s", candidates);
  fail_unless (strstr (script.requests->str, " 6001 typ") == NULL);
  side_clear (&caller);
  find_request (&script, "DELETE /s ");
  script_clear (&script);
}

GST_END_TEST;

static const gchar *const busy_session[] = {
  COUNTER ("Location: /s\r\n"), TEXT ("503 Busy\r\nRetry-After: 0", ""),
  "", NO_CONTENT, NULL
};

/* Without an ETag; and with a session that is not there yet, and drops one try. */
GST_START_TEST (test_answer_goes_again)
{
  Script script;
  Side caller;

  script_init (&script, busy_session);
  side_init_caller (&caller, script.port, NULL, 0);
  WAIT (script.n_requests == 3);
  fail_unless (strstr (script.requests->str, "If-Match") == NULL);
  g_io_stream_close (G_IO_STREAM (((Visit *) g_ptr_array_index (script.visits,
                  2))->connection), NULL, NULL);
  WAIT (script.n_requests == 4);
  fail_unless (caller.error == NULL);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static const struct
{
  const gchar *replies[3];
  GstIceError code;
  const gchar *words;
  gboolean says_goodbye;
} bad_counters[] = {
  {{COUNTER ("")}, GST_ICE_ERROR_SIGNALLING, "no Location", FALSE},
  {{COUNTER ("Location: ftp://x/\r\n")}, GST_ICE_ERROR_SIGNALLING,
      "no Location", FALSE},
  {{"HTTP/1.1 406 No\r\nContent-Type: application/sdp\r\nLocation: /s\r\n" END
              "garbage"}, GST_ICE_ERROR_BAD_DESCRIPTION, "The offer of", TRUE},
  {{COUNTER (SESSION), TEXT ("422 No", "too late")}, GST_ICE_ERROR_UNSUPPORTED,
      "too late", TRUE},
  {{COUNTER (SESSION), TEXT ("401 No", "")}, GST_ICE_ERROR_UNAUTHORIZED,
      "auth-token", TRUE},
  {{COUNTER (SESSION), TEXT ("503 Busy\r\nRetry-After: 0", "engaged")},
      GST_ICE_ERROR_BUSY, "engaged", TRUE},
  {{COUNTER (SESSION), ""}, GST_ICE_ERROR_TIMEOUT, "did not take it", TRUE},
};

GST_START_TEST (test_bad_counter_offer)
{
  Script script;
  Side caller;

  script_init (&script, bad_counters[__i__].replies);
  side_init_caller (&caller, script.port, NULL, 500);
  WAIT (caller.error != NULL);
  fail_unless (caller.error->code == (gint) bad_counters[__i__].code &&
      strstr (caller.error->message, bad_counters[__i__].words),
      "%d: %s", caller.error->code, caller.error->message);
  side_clear (&caller);
  fail_unless (!bad_counters[__i__].says_goodbye ||
      strstr (script.requests->str, "DELETE /s ") != NULL);
  script_clear (&script);
}

GST_END_TEST;

/* The session here can't take it. */
GST_START_TEST (test_refused_counter_offer)
{
  Script script;
  Side caller;

  script_init (&script, counter);
  side_init_caller (&caller, script.port, NULL, 0);
  caller.refusal = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_UNSUPPORTED, "no such codec");
  WAIT (caller.error != NULL);
  fail_unless_equals_string (caller.error->message, "no such codec");
  side_clear (&caller);
  find_request (&script, "DELETE /s ");
  fail_if (strstr (script.requests->str, "PATCH") != NULL);
  script_clear (&script);
}

GST_END_TEST;

/* Leaving: while our answer is on its way, or before it is made. */
GST_START_TEST (test_closing_ends_the_session)
{
  const gchar *replies[] = { COUNTER (SESSION), "", NULL };
  Script script;
  Side caller;

  script_init (&script, replies);
  side_init_caller (&caller, script.port, NULL, 0);
  caller.answers = __i__ == 0;
  WAIT (__i__ == 0 ? script.n_requests == 2 : caller.n_descriptions == 1);
  side_clear (&caller);
  find_request (&script, "DELETE /s ");
  script_clear (&script);
}

GST_END_TEST;

static Suite *
http_counter_suite (void)
{
  Suite *s = suite_create ("httpcounter");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_counter_offer_is_answered);
  tcase_add_test (tc, test_answer_goes_again);
  tcase_add_loop_test (tc, test_bad_counter_offer, 0,
      G_N_ELEMENTS (bad_counters));
  tcase_add_test (tc, test_refused_counter_offer);
  tcase_add_loop_test (tc, test_closing_ends_the_session, 0, 2);
  return s;
}

GST_CHECK_MAIN (http_counter);
