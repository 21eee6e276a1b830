/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A caller at servers as they are in the field: proxies, passwords, codings, streams that
 * are not live yet. */

#include "config.h"

#include "gsticeerror.h"
#include "gsticehttpcoding.h"
#include "gsticehttperror.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"
#include "httpscript.c"

/* @uri: with PORT for the port of @script */
static void
call_at (Side * caller, Script * script, const gchar * uri,
    const gchar * token, guint timeout_ms, GstIceDirection direction)
{
  g_auto (GStrv) parts = g_strsplit (uri, "PORT", -1);
  g_autofree gchar *port = g_strdup_printf ("%u", script->port);
  g_autofree gchar *text = g_strjoinv (port, parts);
  g_autoptr (GstIceConfig) config = side_make_config (text, token, timeout_ms);

  side_init_directed (caller, config, direction);
  side_send_description (caller, GST_ICE_DESCRIPTION_OFFER);
}

static const struct
{
  const gchar *uri;
  const gchar *token;
  const gchar *authorization;   /* of the first request, NULL: none */
} users[] = {
  {"http://127.0.0.1:PORT/cam", NULL, NULL},
  {"http://127.0.0.1:PORT/cam", "t", "Bearer t"},
  {"http://user:pass@127.0.0.1:PORT/cam", NULL, "Basic dXNlcjpwYXNz"},
  {"http://us%40er:p%3Ass@127.0.0.1:PORT/cam", NULL, "Basic dXNAZXI6cDpzcw=="},
  {"http://user@127.0.0.1:PORT/cam", NULL, "Basic dXNlcjo="},
  {"http://user:pass@127.0.0.1:PORT/cam", "t", "Bearer t"},
};

static const gchar *const calm[] = {
  ANSWER ("Location: /s\r\nETag: \"e\"\r\n"), NO_CONTENT, NULL
};

GST_START_TEST (test_user_is_told_at_once)
{
  g_autofree gchar *line = g_strdup_printf ("Authorization: %s\r\n",
      users[__i__].authorization);
  Script script;
  Side caller;

  script_init (&script, calm);
  call_at (&caller, &script, users[__i__].uri, users[__i__].token, 0,
      GST_ICE_DIRECTION_SENDONLY);
  WAIT (caller.n_descriptions == 1);
  fail_unless_equals_int (script.n_requests, 1);
  if (users[__i__].authorization == NULL)
    fail_unless (strstr (script.requests->str, "Authorization") == NULL);
  else
    fail_unless (strstr (script.requests->str, line) != NULL, "%s",
        script.requests->str);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static const gchar *const wants_basic[] = {
  TEXT ("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"", ""), NULL
};

/* Never again without its body, as libsoup would. */
GST_START_TEST (test_refused_user_is_not_tried_again)
{
  Script script;
  Side caller;

  script_init (&script, wants_basic);
  call_at (&caller, &script, "http://user:wrong@127.0.0.1:PORT/cam", NULL, 0,
      GST_ICE_DIRECTION_SENDONLY);
  WAIT (caller.error != NULL);
  fail_unless_equals_int (caller.error->code, GST_ICE_ERROR_UNAUTHORIZED);
  fail_unless_equals_int (script.n_requests, 1);
  fail_unless (strstr (caller.error->message, "wrong") == NULL);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

/* The session's address behind proxies, which take prefixes away. */
static const struct
{
  const gchar *headers;         /* of the answer */
  const gchar *request;
} addresses[] = {
  {"Location: cam/1\r\n", "DELETE /live/cam/1 "},
  {"Location: ./cam:2/1\r\n", "DELETE /live/cam:2/1 "},
  {"Location: /live/cam/1\r\n", "DELETE /live/cam/1 "},
};

GST_START_TEST (test_session_behind_a_prefix)
{
  g_autofree gchar *text = g_strconcat ("HTTP/1.1 201 Created\r\n"
      "Content-Type: application/sdp\r\n", addresses[__i__].headers, END OFFER,
      NULL);
  const gchar *replies[] = { text, NO_CONTENT, NULL };
  Script script;
  Side caller;

  script_init (&script, replies);
  call_at (&caller, &script, "http://127.0.0.1:PORT/live/cam", NULL, 0,
      GST_ICE_DIRECTION_SENDONLY);
  WAIT (caller.n_descriptions == 1);
  side_clear (&caller);
  fail_unless (strstr (script.requests->str, addresses[__i__].request) != NULL,
      "%s", script.requests->str);
  script_clear (&script);
}

GST_END_TEST;

/* Returns: (transfer full): @text, packed */
static GBytes *
convert (GZlibCompressorFormat format, const gchar * text)
{
  g_autoptr (GConverter) converter =
      G_CONVERTER (g_zlib_compressor_new (format, -1));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream =
      g_converter_output_stream_new (memory, converter);

  fail_unless (g_output_stream_write_all (stream, text, strlen (text), NULL,
          NULL, NULL));
  fail_unless (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM
      (memory));
}

static const struct
{
  const gchar *coding;
  gint format;                  /* -1: not packed */
  guint size_bytes;             /* of the text, 0: an offer */
  const gchar *words;           /* of the error, NULL: none */
} codings[] = {
  {"identity", -1, 0, NULL},
  {"gzip", G_ZLIB_COMPRESSOR_FORMAT_GZIP, 0, NULL},
  {"X-Gzip", G_ZLIB_COMPRESSOR_FORMAT_GZIP, 0, NULL},
  {"deflate", G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 0, NULL},
  {"deflate", G_ZLIB_COMPRESSOR_FORMAT_RAW, 0, NULL},
  {"gzip", G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1 << 20, "longer"},
  {"deflate", G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 1 << 20,
      "Content-Encoding deflate"},
  {"gzip", -1, 0, "Content-Encoding gzip"},
  {"br", -1, 0, "Content-Encoding br"},
  {"gzip, gzip", -1, 0, "Content-Encoding gzip, gzip"},
};

GST_START_TEST (test_coding)
{
  g_autofree gchar *much = g_strnfill (codings[__i__].size_bytes, 'a');
  const gchar *text = *much != '\0' ? much : OFFER;
  g_autoptr (GBytes) body = codings[__i__].format < 0 ?
      g_bytes_new (text, strlen (text)) :
      convert ((GZlibCompressorFormat) codings[__i__].format, text);
  SoupMessageHeaders *headers =
      soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (GError) error = NULL;
  const gchar *data;
  gsize size;

  soup_message_headers_append (headers, "Content-Encoding",
      codings[__i__].coding);
  fail_unless_equals_int (gst_ice_http_coding_undo (headers, &body, 65536,
          &error), codings[__i__].words == NULL);
  if (codings[__i__].words == NULL) {
    data = g_bytes_get_data (body, &size);
    fail_unless (size == strlen (OFFER) && memcmp (data, OFFER, size) == 0);
  } else {
    fail_unless (strstr (error->message, codings[__i__].words) != NULL, "%s",
        error->message);
  }
  soup_message_headers_unref (headers);
}

GST_END_TEST;

static const gchar *const coded[] = {
  ANSWER ("Content-Encoding: br\r\n"), NULL
};

GST_START_TEST (test_coding_is_not_asked_for)
{
  Script script;
  Side caller;

  script_init (&script, coded);
  call_at (&caller, &script, "http://127.0.0.1:PORT/cam", NULL, 0,
      GST_ICE_DIRECTION_SENDONLY);
  WAIT (caller.error != NULL);
  fail_unless (strstr (caller.error->message, "Content-Encoding br") != NULL,
      "%s", caller.error->message);
  fail_unless (strstr (script.requests->str, "Accept-Encoding: identity\r\n") !=
      NULL);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static const struct
{
  GstIceDirection direction;
  const gchar *replies[5];
  gboolean plays;
} patience[] = {
  {GST_ICE_DIRECTION_RECVONLY, {TEXT ("404 Not Found\r\nRetry-After: 0", ""),
              TEXT ("502 Bad Gateway\r\nRetry-After: 0", ""),
          TEXT ("504 Gateway Timeout\r\nRetry-After: 0", ""), ANSWER ("")},
      TRUE},
  {GST_ICE_DIRECTION_SENDONLY, {TEXT ("404 Not Found\r\nRetry-After: 0", ""),
          ANSWER ("")}, FALSE},
  {GST_ICE_DIRECTION_SENDRECV, {TEXT ("404 Not Found\r\nRetry-After: 0", ""),
          ANSWER ("")}, FALSE},
  {GST_ICE_DIRECTION_RECVONLY, {TEXT ("403 Forbidden\r\nRetry-After: 0", ""),
          ANSWER ("")}, FALSE},
};

GST_START_TEST (test_stream_that_is_not_live_yet)
{
  Script script;
  Side caller;

  script_init (&script, patience[__i__].replies);
  call_at (&caller, &script, "http://127.0.0.1:PORT/cam", NULL, 0,
      patience[__i__].direction);
  WAIT (caller.n_descriptions == 1 || caller.error != NULL);
  fail_unless_equals_int (caller.error == NULL, patience[__i__].plays);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static const gchar *const never_live[] = { TEXT ("404 Not Found", ""), NULL };

GST_START_TEST (test_stream_that_never_is)
{
  Script script;
  Side caller;

  script_init (&script, never_live);
  call_at (&caller, &script, "http://127.0.0.1:PORT/cam", NULL, 700,
      GST_ICE_DIRECTION_RECVONLY);
  WAIT (caller.error != NULL);
  fail_unless (script.n_requests > 1);
  fail_unless (strstr (caller.error->message, "404") != NULL &&
      strstr (caller.error->message, "path right") != NULL, "%s",
      caller.error->message);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static const gchar *const refused_restart[] = {
  ANSWER ("Location: /s3cret\r\nETag: \"e\"\r\n"),
  TEXT ("500 Oops", ""), NO_CONTENT, NULL
};

/* Who knows the session's address can end the call. */
GST_START_TEST (test_session_is_in_no_message)
{
  g_autoptr (GstIceDescription) ours = gst_ice_sdp_parse_fragment
      (FRAGMENT ("wxyz"), -1, NULL);
  Script script;
  Side caller;

  script_init (&script, refused_restart);
  call_at (&caller, &script, "http://127.0.0.1:PORT/cam", NULL, 0,
      GST_ICE_DIRECTION_SENDONLY);
  WAIT (caller.n_descriptions == 1);
  gst_ice_signaller_send_restart (caller.signaller, ours);
  WAIT (caller.n_restarts_failed == 1);
  fail_unless (strstr (caller.warnings->str, "500") != NULL);
  fail_unless (strstr (caller.warnings->str, "s3cret") == NULL);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static const struct
{
  const gchar *replies[5];
  guint n_taken;                /* PATCHes before the restart */
  gboolean ended;
} gone[] = {
  {{ANSWER ("Location: /s\r\nETag: \"e\"\r\n"), NO_CONTENT, NO_CONTENT,
          TEXT ("404 Not Found", ""), NULL}, 1, TRUE},
  {{ANSWER ("Location: /s\r\nETag: \"e\"\r\n"), NO_CONTENT, NO_CONTENT,
          TEXT ("410 Gone", ""), NULL}, 1, TRUE},
  {{ANSWER ("Location: /s\r\nETag: \"e\"\r\n"), TEXT ("405 No", ""),
          TEXT ("410 Gone", ""), NULL}, 0, TRUE},
  /* It never took a PATCH: perhaps it knows none. */
  {{ANSWER ("Location: /s\r\nETag: \"e\"\r\n"), TEXT ("404 Not Found", ""),
          TEXT ("404 Not Found", ""), NULL}, 0, FALSE},
  {{ANSWER ("Location: /s\r\nETag: \"e\"\r\n"), NO_CONTENT, NO_CONTENT,
          TEXT ("405 No", ""), NULL}, 1, FALSE},
};

/* A restart finds that the listener has ended the call. */
GST_START_TEST (test_session_is_gone)
{
  g_autoptr (GstIceDescription) ours = gst_ice_sdp_parse_fragment
      (FRAGMENT ("wxyz"), -1, NULL);
  Script script;
  Side caller;

  script_init (&script, gone[__i__].replies);
  call_at (&caller, &script, "http://127.0.0.1:PORT/cam", NULL, 0,
      GST_ICE_DIRECTION_RECVONLY);
  WAIT (caller.n_descriptions == 1);
  side_send_candidate (&caller, 5000);
  WAIT (script.n_requests == 2);
  /* The next is sent when the first was answered. */
  if (gone[__i__].n_taken > 0)
    side_send_candidate (&caller, 5001);
  WAIT (script.n_requests == 2 + gone[__i__].n_taken);
  gst_ice_signaller_send_restart (caller.signaller, ours);
  WAIT (caller.n_hung_up + caller.n_restarts_failed == 1);
  fail_unless_equals_int (caller.n_hung_up, gone[__i__].ended);
  fail_unless (caller.error == NULL);
  side_clear (&caller);
  script_clear (&script);
}

GST_END_TEST;

static const struct
{
  gint code;
  gboolean temporary;
} resolutions[] = {
  {G_RESOLVER_ERROR_NOT_FOUND, TRUE},
  {G_RESOLVER_ERROR_TEMPORARY_FAILURE, TRUE},
  {G_RESOLVER_ERROR_INTERNAL, FALSE},
};

GST_START_TEST (test_name_may_come_to_be_known)
{
  g_autoptr (GError) error = g_error_new_literal (G_RESOLVER_ERROR,
      resolutions[__i__].code, "no");

  fail_unless_equals_int (gst_ice_http_error_is_temporary (error),
      resolutions[__i__].temporary);
}

GST_END_TEST;

static Suite *
http_field_suite (void)
{
  Suite *s = suite_create ("httpfield");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_user_is_told_at_once, 0, G_N_ELEMENTS (users));
  tcase_add_test (tc, test_refused_user_is_not_tried_again);
  tcase_add_loop_test (tc, test_session_behind_a_prefix, 0,
      G_N_ELEMENTS (addresses));
  tcase_add_loop_test (tc, test_coding, 0, G_N_ELEMENTS (codings));
  tcase_add_test (tc, test_coding_is_not_asked_for);
  tcase_add_loop_test (tc, test_stream_that_is_not_live_yet, 0,
      G_N_ELEMENTS (patience));
  tcase_add_test (tc, test_stream_that_never_is);
  tcase_add_test (tc, test_session_is_in_no_message);
  tcase_add_loop_test (tc, test_session_is_gone, 0, G_N_ELEMENTS (gone));
  tcase_add_loop_test (tc, test_name_may_come_to_be_known, 0,
      G_N_ELEMENTS (resolutions));
  return s;
}

GST_CHECK_MAIN (http_field);
