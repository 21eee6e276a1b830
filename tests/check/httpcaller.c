/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"
#include "httpscript.c"

static const struct
{
  const gchar *reply;
  GstIceError code;
  const gchar *words;
} failures[] = {
  {TEXT ("400 Bad Request", "line 3 \033[31mis\n bad"),
      GST_ICE_ERROR_BAD_DESCRIPTION, "line 3 [31mis bad"},
  {TEXT ("401 Unauthorized", ""), GST_ICE_ERROR_UNAUTHORIZED, "auth-token"},
  {TEXT ("403 Forbidden", ""), GST_ICE_ERROR_UNAUTHORIZED, "auth-token"},
  {TEXT ("404 Not Found", ""), GST_ICE_ERROR_SIGNALLING, "path right"},
  {TEXT ("406 Not Acceptable", ""), GST_ICE_ERROR_UNSUPPORTED, "406"},
  {TEXT ("415 Unsupported", ""), GST_ICE_ERROR_UNSUPPORTED, "415"},
  {TEXT ("422 Unprocessable", "no audio"), GST_ICE_ERROR_UNSUPPORTED,
      "no audio"},
  {TEXT ("500 Oops", "oh"), GST_ICE_ERROR_SIGNALLING, "500"},
  {TEXT ("503 Busy", "engaged"), GST_ICE_ERROR_BUSY, "engaged"},
  {TEXT ("429 Slow", ""), GST_ICE_ERROR_SIGNALLING, "429"},
  {TEXT ("302 Found\r\nLocation: /x", ""), GST_ICE_ERROR_SIGNALLING, "307"},
  {TEXT ("307 Go\r\nLocation: /cam", ""), GST_ICE_ERROR_SIGNALLING,
      "more than 5"},
  {TEXT ("307 Go", ""), GST_ICE_ERROR_SIGNALLING, "Location"},
  {TEXT ("307 Go\r\nLocation: ftp://x/", ""), GST_ICE_ERROR_SIGNALLING,
      "Location"},
  {TEXT ("201 Created", "hello"), GST_ICE_ERROR_BAD_DESCRIPTION, "text/plain"},
  {"HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\n" END "garbage",
      GST_ICE_ERROR_BAD_DESCRIPTION, "no good"},
  {"HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\n" END,
      GST_ICE_ERROR_BAD_DESCRIPTION, "no good"},
  {"220 mail.example ESMTP\r\n", GST_ICE_ERROR_SIGNALLING, "HTTP"},
  {"", GST_ICE_ERROR_TIMEOUT, "did not answer"},
};

GST_START_TEST (test_failure)
{
  const gchar *replies[] = { failures[__i__].reply, NULL };
  Script script;
  Side caller;

  script_init (&script, replies);
  side_init_caller (&caller, script.port, NULL, 1500);
  WAIT (caller.error != NULL);
  fail_unless (caller.error->code == (gint) failures[__i__].code &&
      strstr (caller.error->message, failures[__i__].words) != NULL,
      "%d: %s", caller.error->code, caller.error->message);
  fail_unless_equals_int (caller.n_descriptions, 0);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

GST_START_TEST (test_answer_of_1_megabyte)
{
  g_autofree gchar *much = g_strnfill (1 << 20, 'a');
  g_autofree gchar *text = g_strconcat (ANSWER (""), much, NULL);
  const gchar *replies[] = { text, NULL };
  Script script;
  Side caller;

  script_init (&script, replies);
  side_init_caller (&caller, script.port, NULL, 0);
  WAIT (caller.error != NULL);
  fail_unless_equals_int (caller.error->code, GST_ICE_ERROR_BAD_DESCRIPTION);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

/* The token stays with the origin it was given for. */
GST_START_TEST (test_redirect_to_another_listener)
{
  Script script;
  Side caller, listener;
  g_autofree gchar *text = NULL;
  const gchar *replies[] = { NULL, NULL };

  side_init_listener (&listener, NULL, 0);
  text = g_strdup_printf (TEXT ("307 Go\r\nLocation: http://127.0.0.1:%u/cam",
          ""), listener.port);
  replies[0] = text;
  script_init (&script, replies);
  side_init_caller (&caller, script.port, "s3cret", 0);
  WAIT (caller.n_descriptions == 1);
  fail_unless (strstr (script.requests->str, "Bearer s3cret") != NULL);
  side_send_candidate (&caller, 6000);
  WAIT (listener.ports->len > 0);
  side_clear (&caller);
  WAIT (listener.n_hung_up == 1);
  side_clear (&listener);
  script_clear (&script);
}

GST_END_TEST;

GST_START_TEST (test_token_is_not_told_elsewhere)
{
  Script here, there;
  Side caller;
  g_autofree gchar *text = NULL;
  const gchar *there_replies[] = { ANSWER (""), NULL };
  const gchar *here_replies[] = { NULL, NULL };

  script_init (&there, there_replies);
  text = g_strdup_printf (TEXT ("308 Go\r\nLocation: http://127.0.0.1:%u/cam",
          ""), there.port);
  here_replies[0] = text;
  script_init (&here, here_replies);
  side_init_caller (&caller, here.port, "s3cret", 0);
  WAIT (caller.n_descriptions == 1);
  fail_unless (strstr (here.requests->str, "Bearer s3cret") != NULL);
  fail_unless (strstr (there.requests->str, "s3cret") == NULL);
  side_clear (&caller);
  script_clear (&here);
  script_clear (&there);
}

GST_END_TEST;

static const gchar *const after_busy[] = {
  TEXT ("503 Busy\r\nRetry-After: 0", ""),
  TEXT ("409 Nothing here yet\r\nRetry-After: 0", ""), ANSWER (""), NULL
};

GST_START_TEST (test_busy_then_free)
{
  Script script;
  Side caller;

  script_init (&script, after_busy);
  side_init_caller (&caller, script.port, NULL, 0);
  WAIT (caller.n_descriptions == 1);
  fail_unless_equals_int (script.n_requests, 3);
  fail_unless (g_str_has_prefix (caller.progress->str, "offer sent\nwaiting"));
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static const gchar *const slow_patch[] = {
  ANSWER ("Location: /s\r\nETag: \"e\"\r\n"), "", NULL
};

static const gchar *const busy_patch[] = {
  ANSWER ("Location: s\r\nETag: \"e\"\r\n"),
  TEXT ("503 Busy\r\nRetry-After: 0", ""), NO_CONTENT, NULL
};

static const gchar *const answered_patch[] = {
  ANSWER ("Location: /s\r\nETag: \"e\"\r\n"),
  "HTTP/1.1 200 OK\r\nContent-Type: application/trickle-ice-sdpfrag\r\n" END
      FRAGMENT ("abcd"), NULL
};

/* What a try did not bring there goes again, with what came since. */
GST_START_TEST (test_patch_again)
{
  Script script;
  Side caller;

  script_init (&script, busy_patch);
  side_init_caller (&caller, script.port, NULL, 0);
  side_send_candidate (&caller, 6001);
  WAIT (script.n_requests == 2);
  side_send_candidate (&caller, 6002);
  WAIT (script.n_requests == 3);
  fail_unless (strstr (strstr (script.requests->str, " 6002 typ host") - 200,
          " 6001 typ host") != NULL);
  fail_unless (strstr (script.requests->str, "If-Match: \"e\"") != NULL);
  side_clear (&caller);
  fail_unless (strstr (script.requests->str, "DELETE /s ") != NULL);
  script_clear (&script);
}

GST_END_TEST;

/* RFC 9725, 4.3.2 has 405 and 422; who knows no PATCH at all says 501. */
static const gchar *const refused_patches[] = {
  TEXT ("400 Bad Request", ""), TEXT ("404 Not Found", ""),
  TEXT ("405 Method Not Allowed", ""), TEXT ("415 Unsupported", ""),
  TEXT ("422 Unprocessable", ""), TEXT ("501 Not Implemented", ""),
};

GST_START_TEST (test_peer_that_takes_no_patch)
{
  const gchar *replies[] = { ANSWER ("Location: /s\r\nETag: \"e\"\r\n"),
    refused_patches[__i__], NO_CONTENT, NULL
  };
  Script script;
  Side caller;

  script_init (&script, replies);
  side_init_caller (&caller, script.port, NULL, 0);
  side_send_candidate (&caller, 6001);
  WAIT (script.n_requests == 2);
  while (g_main_context_iteration (NULL, FALSE));
  side_send_candidate (&caller, 6002);
  side_clear (&caller);
  fail_unless (caller.error == NULL);
  fail_unless_equals_int (script.n_requests, 3);
  fail_unless (strstr (script.requests->str, "6002") == NULL);
  script_clear (&script);
}

GST_END_TEST;

/* What an answer says of the session, and what is asked of that. */
static const struct
{
  const gchar *reply;
  const gchar *path;            /* NULL: nothing is asked */
  const gchar *if_match;        /* NULL: none */
} answers[] = {
  {ANSWER ("Location: /s\r\nETag: \"e\"\r\n"), "/s", "\"e\""},
  {ANSWER ("Location: /s\r\nETag: W/\"e\"\r\n"), "/s", "W/\"e\""},
  {ANSWER ("Location: /s\r\n"), "/s", NULL},
  {ANSWER ("ETag: \"e\"\r\n"), NULL, NULL},
  {ANSWER (""), NULL, NULL},
  {ANSWER ("Location: mailto:me\r\n"), NULL, NULL},
  {ANSWER ("Location: s/1\r\n"), "/s/1", NULL},
  {ANSWER ("Location: ./s:1/1\r\n"), "/s:1/1", NULL},
  {ANSWER ("Location: ../s?x=1\r\n"), "/s?x=1", NULL},
  {ANSWER ("Location: ?x=1\r\n"), "/cam?x=1", NULL},
  {"HTTP/1.1 200 OK\r\nContent-Type: application/sdp\r\nLocation: /s\r\n"
        END OFFER, "/s", NULL},
  {"HTTP/1.1 201 Created\r\nContent-Type: Application/SDP; charset=utf-8\r\n"
        "Location: /s\r\n" END OFFER, "/s", NULL},
};

static void
assert_asked (const gchar * requests, const gchar * method, guint row)
{
  g_autofree gchar *line =
      g_strdup_printf ("%s %s HTTP/1.1\r\n", method, answers[row].path);

  fail_unless (strstr (requests, line) != NULL, "no %s in %s", line, requests);
}

GST_START_TEST (test_session_of_an_answer)
{
  const gchar *replies[] = { answers[__i__].reply, NO_CONTENT, NULL };
  g_autofree gchar *match =
      g_strdup_printf ("\r\nIf-Match: %s\r\n", answers[__i__].if_match);
  Script script;
  Side caller;

  script_init (&script, replies);
  side_init_caller (&caller, script.port, NULL, 0);
  side_send_candidate (&caller, 6001);
  WAIT (caller.n_descriptions == 1 &&
      script.n_requests == (answers[__i__].path != NULL ? 2 : 1));
  side_clear (&caller);
  fail_unless_equals_int (script.n_requests, answers[__i__].path ? 3 : 1);
  if (answers[__i__].path != NULL) {
    assert_asked (script.requests->str, "PATCH", __i__);
    assert_asked (script.requests->str, "DELETE", __i__);
  }
  fail_unless_equals_int (strstr (script.requests->str, match) != NULL,
      answers[__i__].if_match != NULL);
  fail_unless (caller.error == NULL);
  script_clear (&script);
}

GST_END_TEST;

GST_START_TEST (test_patch_that_is_answered_with_candidates)
{
  Script script;
  Side caller;

  script_init (&script, answered_patch);
  side_init_caller (&caller, script.port, NULL, 0);
  side_send_candidate (&caller, 6001);
  WAIT (caller.ports->len > 0);
  fail_unless_equals_string (caller.ports->str, "6000 ");
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

/* Neither a candidate nor a goodbye that nobody takes holds a caller up. */
GST_START_TEST (test_goodbye_is_given_up)
{
  Script script;
  Side caller;
  gint64 start;

  script_init (&script, slow_patch);
  side_init_caller (&caller, script.port, NULL, 0);
  side_send_candidate (&caller, 6001);
  WAIT (script.n_requests == 2);
  start = g_get_monotonic_time ();
  side_clear (&caller);
  fail_unless (g_get_monotonic_time () - start < 3 * G_USEC_PER_SEC);
  script_clear (&script);
}

GST_END_TEST;

#define TURN "turn:t.example:3478?transport=udp"
#define LINK(rest) "Link: <turn:t.example?transport=udp>" rest "\r\n"

static const struct
{
  const gchar *headers;
  const gchar *servers;
} links[] = {
  {"", ""},
  {"Link: <stun:s.example>; rel=\"ice-server\"\r\n"
        LINK ("; rel=\"ice-server\"; username=\"u\"; credential=\"p\"; "
            "credential-type=\"password\"") "Link: "
        "<turns:t.example:443?transport=tcp>;rel=ice-server;username=u;"
        "credential=p\r\n", "stun:s.example:3478 - -\n" TURN " u p\n"
        "turns:t.example:443?transport=tcp u p\n"},
  /* One header, and commas and quotes where they part nothing. */
  {"Link: <https://x/,y>; rel=\"next\", <stun:s.example>; rel=ice-server, "
        "<turn:t.example?transport=udp>; username=\"a,b;c\"; "
        "credential=\"<\\\"\\\\>\"; rel=\"next ICE-server\"\r\n",
      "stun:s.example:3478 - -\n" TURN " a,b;c <\"\\>\n"},
  /* As by the server of gst-plugins-rs. */
  {"Link: <stun:s.example>\r\n" LINK ("; rel=\"ice-server\"; username:\"u\"; "
            "credential:\"p\"; credential-type:\"password\";"),
      "stun:s.example:3478 - -\n" TURN " u p\n"},
  /* As by Eyevinn's whip-endpoint, whose URIs have no brackets. */
  {"Link: stun:s.example:3478; rel=\"ice-server\";\r\n"
        "Link: turn:t.example:3478?transport=udp; rel=\"ice-server\"; "
        "username=\"u\"; credential: \"p\"; credential-type: \"password\";, "
        "</>;rel=next\r\n", "stun:s.example:3478 - -\n" TURN " u p\n"},
  {LINK ("; rel=\"next\"; username=\"u\"; credential=\"p\""), ""},
  {LINK ("; rel=\"ice-server\"; credential-type=\"oauth\""), ""},
  {"Link: <https://x/>; rel=\"ice-server\", <turn:>; rel=ice-server\r\n", ""},
  {LINK ("; rel=\"ice-server\"; username=\"u\"; credential=\"p"),
      TURN " u p\n"},
  {"Link: <turn:t.example\r\nLink: ;;=\"\r\n", ""},
};

/* RFC 9725, 4.6: they are told before the answer. */
GST_START_TEST (test_servers_by_link)
{
  g_autofree gchar *text =
      g_strconcat ("HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\n",
      links[__i__].headers, END OFFER, NULL);
  const gchar *replies[] = { text, NULL };
  Script script;
  Side caller;

  script_init (&script, replies);
  side_init_caller (&caller, script.port, NULL, 0);
  WAIT (caller.n_descriptions == 1);
  fail_unless_equals_string (caller.servers->str, links[__i__].servers);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static Suite *
http_caller_suite (void)
{
  Suite *s = suite_create ("httpcaller");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_failure, 0, G_N_ELEMENTS (failures));
  tcase_add_test (tc, test_answer_of_1_megabyte);
  tcase_add_test (tc, test_redirect_to_another_listener);
  tcase_add_test (tc, test_token_is_not_told_elsewhere);
  tcase_add_test (tc, test_busy_then_free);
  tcase_add_test (tc, test_patch_again);
  tcase_add_loop_test (tc, test_peer_that_takes_no_patch, 0,
      G_N_ELEMENTS (refused_patches));
  tcase_add_loop_test (tc, test_session_of_an_answer, 0,
      G_N_ELEMENTS (answers));
  tcase_add_test (tc, test_patch_that_is_answered_with_candidates);
  tcase_add_test (tc, test_goodbye_is_given_up);
  tcase_add_loop_test (tc, test_servers_by_link, 0, G_N_ELEMENTS (links));
  return s;
}

GST_CHECK_MAIN (http_caller);
