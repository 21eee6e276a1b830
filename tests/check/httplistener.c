/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"

static const struct
{
  const gchar *line;
  const gchar *headers;
  const gchar *body;
  guint status;
  const gchar *words;
} requests[] = {
  {"POST /cam", "", OFFER, 415, "Accept-Post: application/sdp"},
  {"POST /cam", "Content-Type: text/plain\r\n", OFFER, 415, "application/sdp"},
  {"POST /cam", SDP, "", 400, "text/plain"},
  {"POST /cam", SDP, "hello\r\n", 400, "text/plain"},
  {"POST /cam", SDP, OFFER, 201, "ETag: \""},
  {"POST /c%61m", SDP, OFFER, 201, "Location: cam/"},
  {"POST /cam", SDP "X-Forwarded-Prefix: /live\r\n", OFFER, 201,
      "Location: /live/cam/"},
  {"POST /cam", SDP "X-Forwarded-Prefix: /a/b-c/\r\n", OFFER, 201,
      "Location: /a/b-c/cam/"},
  {"POST /cam", SDP "X-Forwarded-Prefix: //evil.example\r\n", OFFER, 201,
      "Location: cam/"},
  {"POST /cam", SDP "X-Forwarded-Prefix: http://evil.example\r\n", OFFER, 201,
      "Location: cam/"},
  {"POST /other", SDP, OFFER, 404, ""},
  {"PUT /cam", SDP, OFFER, 405, "Allow: OPTIONS, GET, HEAD, POST"},
  {"DELETE /cam", "", "", 405, "Allow: "},
  {"DELETE /cam/1", "", "", 404, ""},
  {"PATCH /cam/1", FRAG "If-Match: *\r\n", FRAGMENT ("abcd"), 404, ""},
  {"OPTIONS /cam", "", "", 200, "Accept-Post: application/sdp"},
  {"OPTIONS /cam", "", "", 200, "Access-Control-Allow-Headers: Authorization, "
        "Content-Type, If-Match"},
  {"OPTIONS /cam", "", "", 200, "Access-Control-Allow-Methods: OPTIONS, GET, "
        "HEAD, POST"},
  {"OPTIONS /cam", "", "", 200, "Access-Control-Max-Age: 600"},
  {"GET /cam", "", "", 204, ""},
  {"HEAD /cam", "", "", 200, "Content-Type: application/sdp"},
  {"nonsense", "", "", 400, ""},
};

GST_START_TEST (test_requests_to_the_endpoint)
{
  Side listener;
  g_autofree gchar *reply = NULL;

  side_init_listener (&listener, NULL, 0);
  reply = raw_ask (listener.port, requests[__i__].line, requests[__i__].headers,
      requests[__i__].body);
  assert_reply (reply, requests[__i__].status, requests[__i__].words);
  fail_unless_equals_int (listener.n_descriptions,
      requests[__i__].status == 201);
  side_clear (&listener);
}

GST_END_TEST;


/* GLib keeps an interned string for the life of the process, so none may be a stranger's. */
static const gchar *const strange_methods[] = {
  "BREW", "PROPFIND", "GET1", "POSTPONE", "get", "\r\nBREW2", "GE\tT", "\001",
  "A-METHOD-THAT-IS-LONGER-THAN-ALL-OTHERS", "POST/", "CONNECTION",
};

GST_START_TEST (test_unknown_methods_are_not_kept)
{
  Side listener;
  const gchar *method = strange_methods[__i__];
  g_autofree gchar *line = g_strconcat (method, " /cam", NULL);
  g_autofree gchar *reply = NULL;

  side_init_listener (&listener, NULL, 0);
  reply = raw_ask (listener.port, line, SDP, OFFER);
  assert_reply (reply, 405, "Allow: OPTIONS, GET, HEAD, POST");
  while (g_ascii_isspace (*method))
    method++;
  fail_unless_equals_int (g_quark_try_string (method), 0);
  side_clear (&listener);
}

GST_END_TEST;

/* An empty line before a request means nothing; half a method that ends is none. */
GST_START_TEST (test_methods_in_pieces)
{
  Side listener;
  Raw raw;
  g_autofree gchar *rest = raw_make_request ("ST /cam", SDP, OFFER);

  side_init_listener (&listener, NULL, 0);
  raw_send (&raw, listener.port, g_strdup ("\r\n\r\nPO"));
  while (g_main_context_iteration (NULL, FALSE));
  for (guint i = 0; i < strlen (rest); i++) {
    fail_unless (g_output_stream_write_all (g_io_stream_get_output_stream
            (G_IO_STREAM (raw.connection)), rest + i, 1, NULL, NULL, NULL));
    g_main_context_iteration (NULL, FALSE);
  }
  WAIT (raw.ended);
  assert_reply (raw.reply->str, 201, "ETag: \"");
  raw_clear (&raw);

  raw_send (&raw, listener.port, g_strdup ("BRE"));
  while (g_main_context_iteration (NULL, FALSE));
  fail_unless (g_socket_shutdown (g_socket_connection_get_socket
          (raw.connection), FALSE, TRUE, NULL));
  WAIT (raw.ended);
  raw_clear (&raw);
  side_clear (&listener);
}

GST_END_TEST;

/* Names of headers are shown to an application as those of fields, which GLib keeps. */
GST_START_TEST (test_header_names_are_bounded)
{
  Side listener;
  g_autofree gchar *long_name = g_strnfill (100, 'L');
  GQuark before;
  guint n_names = 0;

  side_init_listener (&listener, NULL, 0);
  listener.several = TRUE;
  before = g_quark_from_string ("before-all-names");
  while (n_names < 8192) {
    g_autoptr (GString) headers = g_string_new (SDP);
    g_autoptr (GstStructure) peer = NULL;
    g_autoptr (GstStructure) shown = NULL;
    g_autofree gchar *reply = NULL;

    g_string_append_printf (headers, "%s: x\r\nUser-Agent: Viewer\r\n",
        long_name);
    for (guint i = 0; i < 60; i++)
      g_string_append_printf (headers, "X-Name-%u: 1\r\n", n_names++);
    reply = raw_ask (listener.port, "POST /cam", headers->str, OFFER);
    /* Faster than a stranger may ask: in vain, and nothing is kept of it. */
    if (strstr (reply, " 429 ") != NULL)
      continue;
    assert_reply (reply, 201, "");
    peer = gst_ice_signaller_describe_peer (listener.peer);
    gst_structure_get (peer, "headers", GST_TYPE_STRUCTURE, &shown, NULL);
    fail_unless_equals_string (gst_structure_get_string (shown, "User-Agent"),
        "Viewer");
    fail_unless_equals_int (gst_structure_has_field (shown, "X-Name-0"),
        n_names == 60);
  }
  fail_unless_equals_int (g_quark_try_string (long_name), 0);
  fail_unless (g_quark_from_string ("after-all-names") - before < 5000);
  side_clear (&listener);
}

GST_END_TEST;

#define AT_MID(mid, ufrag) \
  "m=audio 9 RTP/AVP 0\r\na=mid:" mid "\r\na=ice-ufrag:" ufrag "\r\n" \
  "a=ice-pwd:0123456789abcdefghijkl\r\n" \
  "a=candidate:1 1 UDP 1 127.0.0.1 6000 typ host\r\n"

static const struct
{
  const gchar *method;
  const gchar *type;
  const gchar *match;           /* NULL: the right one */
  const gchar *body;
  guint status;
  const gchar *ports;
} patches[] = {
  {"PATCH", FRAG, NULL, FRAGMENT ("abcd"), 204, "6000 "},
  {"PATCH", FRAG, "If-Match: *\r\n", FRAGMENT ("abcd"), 204, "6000 "},
  /* Issue 15, 5: loopback candidates are for a peer on this host. */
  {"PATCH", FRAG "X-Forwarded-For: 203.0.113.9\r\n", NULL, FRAGMENT ("abcd"),
      204, ""},
  {"PATCH", FRAG "Forwarded: for=203.0.113.9\r\n", NULL, FRAGMENT ("abcd"),
      204, ""},
  {"PATCH", FRAG, "", FRAGMENT ("abcd"), 428, ""},
  {"PATCH", FRAG, "If-Match: \"old\"\r\n", FRAGMENT ("abcd"), 412, ""},
  {"PATCH", FRAG, "If-Match: \"old\", \"older\"\r\n", FRAGMENT ("abcd"), 412,
      ""},
  {"PATCH", FRAG, "If-Match: \"old\", *\r\n", FRAGMENT ("abcd"), 204, "6000 "},
  {"PATCH", FRAG, "If-Match: *\r\n", FRAGMENT ("wxyz"), 200, ""},
  {"PATCH", FRAG, "If-Match: *\r\n", "a=ice-ufrag:wxyz\r\n"
        "a=ice-pwd:0123456789abcdefghijkl\r\n", 200, ""},
  {"PATCH", FRAG, "If-Match: *\r\n", "a=ice-ufrag:wxyz\r\n", 400, ""},
  {"PATCH", FRAG, NULL, FRAGMENT ("wxyz"), 422, ""},
  {"PATCH", FRAG, "", FRAGMENT ("wxyz"), 428, ""},
  {"PATCH", FRAG, "If-Match: \"old\"\r\n", FRAGMENT ("wxyz"), 412, ""},
  {"PATCH", FRAG, NULL, AT_MID ("other", "abcd"), 422, ""},
  {"PATCH", FRAG, NULL, FRAGMENT ("abcd") AT_MID ("1", "abcd"), 422, ""},
  {"PATCH", FRAG, "If-Match: *\r\n", AT_MID ("other", "wxyz"), 422, ""},
  {"PATCH", SDP, NULL, FRAGMENT ("abcd"), 415, ""},
  {"POST", SDP, NULL, OFFER, 405, ""},
  {"GET", "", "", "", 405, ""},
  {"OPTIONS", "", "", "", 200, ""},
};

GST_START_TEST (test_requests_to_the_session)
{
  Side listener;
  g_autofree gchar *made = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *etag = NULL;
  g_autofree gchar *headers = NULL;
  g_autofree gchar *line = NULL;
  g_autofree gchar *end = NULL;
  g_autofree gchar *reply = NULL;
  g_autofree gchar *over = NULL;

  side_init_listener (&listener, NULL, 0);
  made = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  path = get_session (made);
  etag = get_header (made, "ETag");
  fail_unless (strlen (path) >= strlen ("/cam/") + 32);

  line = g_strdup_printf ("%s %s", patches[__i__].method, path);
  headers =
      patches[__i__].match == NULL ? g_strdup_printf ("%sIf-Match: %s\r\n",
      patches[__i__].type, etag) : g_strconcat (patches[__i__].type,
      patches[__i__].match, NULL);
  reply = raw_ask (listener.port, line, headers, patches[__i__].body);
  assert_reply (reply, patches[__i__].status, "");
  fail_unless_equals_string (listener.ports->str, patches[__i__].ports);

  end = g_strdup_printf ("DELETE %s", path);
  g_free (g_steal_pointer (&reply));
  reply = raw_ask (listener.port, end, "", "");
  assert_reply (reply, 200, "");
  WAIT (listener.n_hung_up == 1);
  over = raw_ask (listener.port, end, "", "");
  assert_reply (over, 404, "");
  side_clear (&listener);
}

GST_END_TEST;

/* Returns: (transfer full): the reply to a PATCH of @path */
static gchar *
patch (Side * listener, const gchar * path, const gchar * match,
    const gchar * body)
{
  g_autofree gchar *line = g_strdup_printf ("PATCH %s", path);
  g_autofree gchar *headers = g_strdup_printf ("%sIf-Match: %s\r\n", FRAG,
      match);

  return raw_ask (listener->port, line, headers, body);
}

/* RFC 9725, 4.3.3: another version from then on; and the same answer to who asks
 * again, as the first was lost. */
GST_START_TEST (test_restart)
{
  Side listener;
  g_autofree gchar *made = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *old = NULL;
  g_autofree gchar *etag = NULL;
  g_autofree gchar *first_reply = NULL;
  g_autofree gchar *again = NULL;
  g_autofree gchar *reply = NULL;

  side_init_listener (&listener, NULL, 0);
  made = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  path = get_session (made);
  old = get_header (made, "ETag");

  first_reply = patch (&listener, path, "*", FRAGMENT ("wxyz"));
  assert_reply (first_reply, 200, "a=ice-ufrag:ours");
  etag = get_header (first_reply, "ETag");
  fail_if (g_str_equal (etag, old));
  again = patch (&listener, path, "*", FRAGMENT ("wxyz"));
  assert_reply (again, 200, etag);
  fail_unless_equals_int (listener.n_restarts, 1);

  reply = patch (&listener, path, old, FRAGMENT ("wxyz"));
  assert_reply (reply, 412, "");
  g_free (g_steal_pointer (&reply));
  reply = patch (&listener, path, etag, FRAGMENT ("wxyz"));
  assert_reply (reply, 204, "");
  g_free (g_steal_pointer (&reply));
  reply = patch (&listener, path, etag, FRAGMENT ("abcd"));
  assert_reply (reply, 422, "");

  /* The session does not want another. */
  listener.refusal = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_BAD_DESCRIPTION, "of an earlier generation");
  g_free (g_steal_pointer (&reply));
  reply = patch (&listener, path, "*", FRAGMENT ("abcd"));
  assert_reply (reply, 400, "earlier generation");
  g_free (g_steal_pointer (&reply));
  reply = patch (&listener, path, etag, FRAGMENT ("wxyz"));
  assert_reply (reply, 204, "");
  side_clear (&listener);
}

GST_END_TEST;

static const gchar *tokens[] = {
  "", "Authorization: Bearer\r\n", "Authorization: Bearer s3cre\r\n",
  "Authorization: Bearer s3crets3cret\r\n", "Authorization: Basic s3cret\r\n",
};

GST_START_TEST (test_wrong_token)
{
  Side listener;
  g_autofree gchar *headers = g_strconcat (SDP, tokens[__i__], NULL);
  g_autofree gchar *reply = NULL;
  g_autofree gchar *options = NULL;

  side_init_listener (&listener, "s3cret", 0);
  reply = raw_ask (listener.port, "POST /cam", headers, OFFER);
  assert_reply (reply, 401, "WWW-Authenticate: Bearer");
  fail_unless (strstr (reply, "s3cret") == NULL);
  options = raw_ask (listener.port, "OPTIONS /cam", "", "");
  assert_reply (options, 200, "");
  side_clear (&listener);
}

GST_END_TEST;

static const gchar *length_headers[] = {
  "Content-Length: 1048576\r\n", "Transfer-Encoding: chunked\r\n",
};

GST_START_TEST (test_offer_of_1_megabyte)
{
  Side listener;
  Raw raw;
  GString *text = g_string_new ("POST /cam HTTP/1.1\r\nHost: [::1]\r\n" SDP);
  g_autofree gchar *rest = g_strnfill (1 << 20, 'x');

  side_init_listener (&listener, NULL, 0);
  g_string_append_printf (text, "%s\r\n", length_headers[__i__]);
  if (__i__ == 1)
    g_string_append (text, "100000\r\n");
  g_string_append (text, rest);
  g_string_append (text, __i__ == 1 ? "\r\n0\r\n\r\n" : "");
  raw_send (&raw, listener.port, g_string_free (text, FALSE));
  WAIT (raw.ended);
  assert_reply (raw.reply->str, 413, "");
  fail_unless_equals_int (listener.n_descriptions, 0);
  raw_clear (&raw);
  side_clear (&listener);
}

GST_END_TEST;

/* With 100-continue the client does not even send it. */
GST_START_TEST (test_refused_before_the_body)
{
  Side listener;
  Raw raw;

  side_init_listener (&listener, NULL, 0);
  raw_send (&raw, listener.port,
      g_strdup ("POST /cam HTTP/1.1\r\nHost: [::1]\r\n" SDP
          "Content-Length: 1048576\r\nExpect: 100-continue\r\n\r\n"));
  WAIT (raw.ended);
  assert_reply (raw.reply->str, 413, "");
  raw_clear (&raw);
  side_clear (&listener);
}

GST_END_TEST;

GST_START_TEST (test_vanished_caller_is_forgotten)
{
  Side listener;
  Raw raw;
  g_autofree gchar *reply = NULL;

  side_init_listener (&listener, NULL, 0);
  listener.answers = FALSE;
  raw_send (&raw, listener.port, raw_make_request ("POST /cam", SDP, OFFER));
  WAIT (listener.n_descriptions == 1);
  raw_clear (&raw);
  WAIT (listener.n_hung_up == 1);

  listener.answers = TRUE;
  reply = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  assert_reply (reply, 201, "");
  side_clear (&listener);
}

GST_END_TEST;

/* With requests that never end, another caller still gets through, and the
 * listener closes in time. */
GST_START_TEST (test_slow_clients)
{
  Side listener;
  Raw slow[8];
  g_autofree gchar *reply = NULL;

  side_init_listener (&listener, NULL, 0);
  for (guint i = 0; i < G_N_ELEMENTS (slow); i++)
    raw_send (&slow[i], listener.port, g_strdup (i % 2 ? "POST /cam HT" :
            "POST /cam HTTP/1.1\r\nHost: [::1]\r\n" SDP
            "Content-Length: 9\r\n\r\n"));
  reply = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  assert_reply (reply, 201, "");
  side_clear (&listener);
  for (guint i = 0; i < G_N_ELEMENTS (slow); i++) {
    WAIT (slow[i].ended);
    raw_clear (&slow[i]);
  }
}

GST_END_TEST;

/* Who sends no request makes room for who does. */
GST_START_TEST (test_oldest_idle_connection_makes_room)
{
  Side listener;
  Raw idle[70];
  g_autofree gchar *made = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *line = NULL;
  g_autofree gchar *end = NULL;
  g_autofree gchar *patched = NULL;
  g_autofree gchar *ended = NULL;
  guint n_ended = 0;

  side_init_listener (&listener, NULL, 0);
  for (guint i = 0; i < G_N_ELEMENTS (idle); i++) {
    raw_send (&idle[i], listener.port, g_strdup (i % 2 ? "" : "POST /c"));
    while (g_main_context_iteration (NULL, FALSE));
  }
  WAIT (idle[0].ended && idle[5].ended);

  made = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  assert_reply (made, 201, "");
  path = get_session (made);
  line = g_strdup_printf ("PATCH %s", path);
  patched = raw_ask (listener.port, line, FRAG "If-Match: *\r\n",
      FRAGMENT ("abcd"));
  assert_reply (patched, 204, "");
  end = g_strdup_printf ("DELETE %s", path);
  ended = raw_ask (listener.port, end, "", "");
  assert_reply (ended, 200, "");

  for (guint i = 0; i < G_N_ELEMENTS (idle); i++) {
    n_ended += idle[i].ended;
    raw_clear (&idle[i]);
  }
  /* One for each that had no room, and none for who is answered by then. */
  fail_unless (n_ended >= 7 && n_ended <= 9, "%u ended", n_ended);
  side_clear (&listener);
}

GST_END_TEST;

/* Asks until it is too much. */
static void
ask_too_much (guint port, const gchar * headers, guint status)
{
  g_autofree gchar *expected = g_strdup_printf ("HTTP/1.1 %u ", status);
  gboolean refused = FALSE;

  for (guint i = 0; i < 5000 && !refused; i++) {
    g_autofree gchar *reply = raw_ask (port, "GET /x", headers, "");

    refused = g_str_has_prefix (reply, "HTTP/1.1 429 ");
    fail_unless (refused || g_str_has_prefix (reply, expected), "%s", reply);
  }
  fail_unless (refused);
}

GST_START_TEST (test_too_many_requests)
{
  Side listener;
  g_autofree gchar *made = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *line = NULL;
  g_autofree gchar *patched = NULL;

  side_init_listener (&listener, NULL, 0);
  made = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  path = get_session (made);
  ask_too_much (listener.port, "", 404);

  /* The call that runs is not theirs. */
  line = g_strdup_printf ("PATCH %s", path);
  patched = raw_ask (listener.port, line, FRAG "If-Match: *\r\n",
      FRAGMENT ("abcd"));
  assert_reply (patched, 204, "");
  side_clear (&listener);
}

GST_END_TEST;

#define TOKEN "Authorization: Bearer s3cret\r\n"

GST_START_TEST (test_token_is_not_charged_for_those_without)
{
  Side listener;

  side_init_listener (&listener, "s3cret", 0);
  ask_too_much (listener.port, "Authorization: Bearer guess\r\n", 401);
  for (guint i = 0; i < 200; i++) {
    g_autofree gchar *reply = raw_ask (listener.port, "GET /cam", TOKEN, "");

    assert_reply (reply, 204, "");
  }
  side_clear (&listener);
}

GST_END_TEST;

/* Returns: (transfer full): why a listener at @uri can't start */
static GError *
fail_to_listen (const gchar * uri)
{
  g_autoptr (GstIceConfig) config = side_make_config (uri, NULL, 0);
  GstIceSignallerEvents none = { NULL };
  GError *error = NULL;
  g_autoptr (GstIceSignaller) signaller = gst_ice_http_signaller_new (config,
      NULL);

  fail_if (gst_ice_signaller_start (signaller, &none, NULL, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL));
  return error;
}

GST_START_TEST (test_port_in_use)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  const guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER
      (service), NULL, NULL);
  g_autofree gchar *uri = g_strdup_printf ("http://:%u/cam", port);
  g_autoptr (GError) error = fail_to_listen (uri);
  Side other;

  fail_unless (strstr (error->message, "another program") != NULL);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  side_init (&other, uri, NULL, 0);
  side_clear (&other);
}

GST_END_TEST;

/* A path is free as soon as its listener was closed. */
GST_START_TEST (test_path_in_use)
{
  Side listener, other;
  g_autofree gchar *uri = NULL;
  g_autoptr (GError) error = NULL;

  side_init_listener (&listener, NULL, 0);
  uri = g_strdup_printf ("http://:%u/cam", listener.port);
  error = fail_to_listen (uri);
  fail_unless (strstr (error->message, "path /cam") != NULL, "%s",
      error->message);
  side_close (&listener);
  side_init (&other, uri, NULL, 0);
  side_clear (&other);
  side_clear (&listener);
}

GST_END_TEST;

static void
assert_status (guint port, const gchar * line, guint status)
{
  g_autofree gchar *reply = raw_ask (port, line, SDP, OFFER);

  assert_reply (reply, status, "");
}

/* Says what it wants in pieces. */
static void
ask_slowly (guint port, const gchar * first, const gchar * second, guint status)
{
  Raw raw;
  GOutputStream *stream;

  raw_send (&raw, port, g_strdup (first));
  while (g_main_context_iteration (NULL, FALSE));
  stream = g_io_stream_get_output_stream (G_IO_STREAM (raw.connection));
  fail_unless (g_output_stream_write_all (stream, second, strlen (second), NULL,
          NULL, NULL));
  WAIT (raw.ended);
  assert_reply (raw.reply->str, status, "");
  raw_clear (&raw);
}

GST_START_TEST (test_listeners_share_a_port)
{
  Side cam, other, below;
  Raw silent;
  g_autofree gchar *uri = NULL;
  g_autofree gchar *uri_below = NULL;
  g_autofree gchar *made = NULL;
  g_autofree gchar *path = NULL;

  side_init_listener (&cam, NULL, 0);
  uri = g_strdup_printf ("http://:%u/other", cam.port);
  uri_below = g_strdup_printf ("http://:%u/cam/hd", cam.port);
  side_init (&other, uri, NULL, 0);
  side_init (&below, uri_below, NULL, 0);
  raw_send (&silent, cam.port, g_strdup (""));

  assert_status (cam.port, "POST /other", 201);
  assert_status (cam.port, "POST /camera", 404);
  assert_status (cam.port, "POST http://x/cam/hd?x=1", 201);
  made = raw_ask (cam.port, "POST /c%61m", SDP, OFFER);
  assert_reply (made, 201, "");
  fail_unless_equals_int (cam.n_descriptions, 1);
  fail_unless_equals_int (other.n_descriptions, 1);
  fail_unless_equals_int (below.n_descriptions, 1);

  /* Sessions are below their paths. */
  path = get_session (made);
  fail_unless_equals_int (trickle (&other, path), 204);
  fail_unless_equals_string (cam.ports->str, "6000 ");
  fail_unless_equals_string (other.ports->str, "");

  ask_slowly (cam.port, "GE", "T /other HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
      204);
  ask_slowly (cam.port, "GET /other HTTP/1.1\r\n", "Host: 127.0.0.1\r\n\r\n",
      204);
  ask_slowly (cam.port, "nonsense", "\r\n\r\n", 400);

  /* One that goes leaves the others. */
  side_clear (&cam);
  assert_status (below.port, "GET /other", 204);
  assert_status (below.port, "POST /cam", 404);
  side_clear (&other);
  assert_status (below.port, "GET /cam/hd", 204);
  side_clear (&below);
  raw_clear (&silent);
}

GST_END_TEST;

static const gchar *bad_uris[] = {
  "http", "http://rx:99999/", "http://u:s3cret@rx:x/", "http://rx:0/",
  "https://:8443/cam", "http://[::1/cam",
};

static const struct
{
  const gchar *uri;
  gboolean hint;
} ipv6_uris[] = {
  {"http://2001:db8::1:8080/cam", TRUE}, {"http://fe80::1/", TRUE},
  {"http://::1:8080", TRUE}, {"http://rx:99999/", FALSE},
  {"http://[2001:db8::1]:99999/cam", FALSE},
  {"http://u:s3cret@rx:x/", FALSE},
};

GST_START_TEST (test_ipv6_without_brackets)
{
  g_autoptr (GstIceConfig) config = side_make_config (ipv6_uris[__i__].uri,
      NULL, 0);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ice_http_signaller_new (config, &error) == NULL);
  fail_unless_equals_int (strstr (error->message, "brackets") != NULL,
      ipv6_uris[__i__].hint);
}

GST_END_TEST;


GST_START_TEST (test_bad_uri)
{
  g_autoptr (GstIceConfig) config = side_make_config (bad_uris[__i__], NULL, 0);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ice_http_signaller_new (config, &error) == NULL);
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, "s3cret") == NULL);
}

GST_END_TEST;

static Suite *
http_listener_suite (void)
{
  Suite *s = suite_create ("httplistener");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_requests_to_the_endpoint, 0,
      G_N_ELEMENTS (requests));
  tcase_add_loop_test (tc, test_requests_to_the_session, 0,
      G_N_ELEMENTS (patches));
  tcase_add_loop_test (tc, test_unknown_methods_are_not_kept, 0,
      G_N_ELEMENTS (strange_methods));
  tcase_add_test (tc, test_methods_in_pieces);
  tcase_add_test (tc, test_header_names_are_bounded);
  tcase_add_test (tc, test_restart);
  tcase_add_loop_test (tc, test_wrong_token, 0, G_N_ELEMENTS (tokens));
  tcase_add_loop_test (tc, test_offer_of_1_megabyte, 0,
      G_N_ELEMENTS (length_headers));
  tcase_add_test (tc, test_refused_before_the_body);
  tcase_add_test (tc, test_vanished_caller_is_forgotten);
  tcase_add_test (tc, test_slow_clients);
  tcase_add_test (tc, test_oldest_idle_connection_makes_room);
  tcase_add_test (tc, test_too_many_requests);
  tcase_add_test (tc, test_token_is_not_charged_for_those_without);
  tcase_add_test (tc, test_port_in_use);
  tcase_add_test (tc, test_path_in_use);
  tcase_add_test (tc, test_listeners_share_a_port);
  tcase_add_loop_test (tc, test_ipv6_without_brackets, 0,
      G_N_ELEMENTS (ipv6_uris));
  tcase_add_loop_test (tc, test_bad_uri, 0, G_N_ELEMENTS (bad_uris));
  return s;
}

GST_CHECK_MAIN (http_listener);
