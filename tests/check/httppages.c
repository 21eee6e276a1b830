/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Where a listener listens, and which web pages may call it. */

#include "config.h"

#include "gsticeerror.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"

#define HERE "Host: 127.0.0.1:1\r\n"
#define EVIL "Origin: http://evil.example\r\n"

/* @allowed: (nullable): the value of allow-origin */
static void
listen_at (Side * side, const gchar * uri, const gchar * token,
    const gchar * allowed)
{
  g_autoptr (GstIceConfig) config = side_make_config (uri, token, 0);

  side_set_string (config, "allow-origin", allowed);
  side_init_config (side, config);
  WAIT (side->port != 0);
}

static gchar *
ask (guint port, const gchar * line, const gchar * headers)
{
  Raw raw;
  gchar *reply;

  raw_send (&raw, port, g_strdup_printf ("%s HTTP/1.1\r\n%s" SDP
          "Content-Length: %u\r\n\r\n%s", line, headers,
          (guint) strlen (OFFER), OFFER));
  WAIT (raw.ended);
  reply = g_strdup (raw.reply->str);
  raw_clear (&raw);
  return reply;
}

static const struct
{
  const gchar *token;           /* NULL: none */
  const gchar *allowed;         /* NULL: unset */
  const gchar *line;
  const gchar *headers;
  guint status;
  const gchar *granted;         /* Access-Control-Allow-Origin, NULL: none */
} pages[] = {
  /* Programs send no Origin. */
  {NULL, NULL, "POST /cam", HERE, 201, NULL},
  {NULL, "https://a.example", "POST /cam", HERE, 201, NULL},

  /* Pages of other origins. */
  {NULL, NULL, "POST /cam", HERE EVIL, 403, NULL},
  {NULL, NULL, "OPTIONS /cam", HERE EVIL, 403, NULL},
  {NULL, NULL, "GET /cam", HERE "Origin: null\r\n", 403, NULL},
  {NULL, "https://a.example", "POST /cam", HERE EVIL, 403, NULL},
  {NULL, "https://a.example", "POST /cam", HERE "Origin: http://a.example\r\n",
      403, NULL},
  {NULL, "https://a.example", "POST /cam",
      HERE "Origin: https://a.example:444\r\n", 403, NULL},
  {NULL, "https://a.example", "POST /cam",
      HERE "Origin: https://a.example.evil.example\r\n", 403, NULL},
  {NULL, "https://b.example, https://a.example:443", "POST /cam",
      HERE "Origin: https://A.example\r\n", 201, "https://A.example"},
  {NULL, "http://localhost:3000", "OPTIONS /cam",
      HERE "Origin: http://localhost:3000\r\n", 200, "http://localhost:3000"},
  {NULL, "*", "POST /cam", HERE EVIL, 201, "*"},

  /* A page that came from here. */
  {NULL, NULL, "POST /cam", HERE "Origin: http://127.0.0.1:1\r\n", 201, NULL},
  {NULL, NULL, "POST /cam", HERE "Origin: http://127.0.0.1:2\r\n", 403, NULL},

  /* With a token, which a page must know, unless pages are named. */
  {"t", NULL, "OPTIONS /cam", HERE EVIL, 200, "*"},
  {"t", NULL, "POST /cam", HERE EVIL "Authorization: Bearer t\r\n", 201, "*"},
  {"t", NULL, "POST /cam", HERE EVIL, 401, "*"},
  {"t", "https://a.example", "POST /cam",
      HERE EVIL "Authorization: Bearer t\r\n", 403, NULL},

  /* Names that lead here (DNS rebinding). */
  {NULL, NULL, "POST /cam", "Host: evil.example\r\n", 403, NULL},
  {NULL, NULL, "POST /cam", "Host: evil.example:8080\r\n"
        "Origin: http://evil.example:8080\r\n", 403, NULL},
  {NULL, NULL, "GET /cam", "Host: localhost.evil.example\r\n", 403, NULL},
  {NULL, NULL, "GET /cam", "Host: x@evil.example\r\n", 403, NULL},
  {NULL, NULL, "POST /cam", "Host: localhost:8080\r\n", 201, NULL},
  {NULL, NULL, "POST /cam", "Host: cam.localhost\r\n", 201, NULL},
  {NULL, NULL, "POST /cam", "Host: [::1]:8080\r\n", 201, NULL},
  {NULL, "https://a.example", "POST /cam", "Host: a.example\r\n", 201, NULL},
  {"t", NULL, "POST /cam", "Host: evil.example\r\nAuthorization: Bearer t\r\n",
      201, "*"},
};

GST_START_TEST (test_page)
{
  Side listener;
  g_autofree gchar *reply = NULL;
  g_autofree gchar *status = g_strdup_printf ("HTTP/1.1 %u ",
      pages[__i__].status);
  g_autofree gchar *grant = g_strdup_printf
      ("Access-Control-Allow-Origin: %s\r\n", pages[__i__].granted);

  listen_at (&listener, "http://127.0.0.1:0/cam?mode=listener",
      pages[__i__].token, pages[__i__].allowed);
  reply = ask (listener.port, pages[__i__].line, pages[__i__].headers);
  fail_unless (g_str_has_prefix (reply, status), "%s, not %s", reply, status);
  fail_unless_equals_int (listener.n_descriptions, pages[__i__].status == 201);
  if (pages[__i__].granted == NULL)
    fail_unless (strstr (reply, "Access-Control-Allow-Origin") == NULL);
  else
    fail_unless (strstr (reply, grant) != NULL &&
        strstr (reply, "Access-Control-Expose-Headers: Location, ETag, Link") !=
        NULL, "%s", reply);
  side_clear (&listener);
}

GST_END_TEST;

static gboolean
can_connect (const gchar * host, guint port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, host, port, NULL, NULL);
  return connection != NULL;
}

static const struct
{
  const gchar *uri;
  const gchar *where;           /* in the progress */
  gboolean on_127_0_0_1, on_127_0_0_2;
} places[] = {
  {"http://:0/cam", "http://0.0.0.0:", TRUE, TRUE},
  {"http://127.0.0.1:0/cam?mode=listener", "http://127.0.0.1:", TRUE, FALSE},
  {"http://127.0.0.2:0/cam?mode=listener", "http://127.0.0.2:", FALSE, TRUE},
  {"http://localhost:0/cam?mode=listener", "http://localhost:", TRUE, FALSE},
  {"http://0.0.0.0:0/cam?mode=listener", "http://0.0.0.0:", TRUE, TRUE},
};

GST_START_TEST (test_listens_where_it_was_told)
{
  Side listener;

  listen_at (&listener, places[__i__].uri, "t", NULL);
  fail_unless (strstr (listener.progress->str, places[__i__].where) != NULL);
  fail_unless_equals_int (can_connect ("127.0.0.1", listener.port),
      places[__i__].on_127_0_0_1);
  fail_unless_equals_int (can_connect ("127.0.0.2", listener.port),
      places[__i__].on_127_0_0_2);
  side_clear (&listener);
}

GST_END_TEST;

static const struct
{
  const gchar *uri;
  const gchar *token;
  gboolean warns;
} doors[] = {
  {"http://:0/cam", NULL, TRUE},
  {"http://:0/cam", "t", FALSE},
  {"http://localhost:0/cam?mode=listener", NULL, FALSE},
  {"http://0.0.0.0:0/cam?mode=listener", NULL, TRUE},
};

/* Once in a process, which is one for each loop unless all tests run in one. */
GST_START_TEST (test_open_listener_warns_once)
{
  static gboolean has_warned;
  Side listener;

  for (guint i = 0; i < 2; i++) {
    listen_at (&listener, doors[__i__].uri, doors[__i__].token, NULL);
    while (g_main_context_iteration (NULL, FALSE));
    fail_unless_equals_int (strstr (listener.warnings->str, "auth-token") !=
        NULL, doors[__i__].warns && !has_warned);
    has_warned = has_warned || doors[__i__].warns;
    side_clear (&listener);
  }
}

GST_END_TEST;

static const struct
{
  const gchar *uri, *token, *allowed;
  const gchar *words;
} bad_settings[] = {
  {"http://:0/cam", "", NULL, "auth-token is empty"},
  {"http://host.example:80/cam", "", NULL, "auth-token is empty"},
  {"http://:0/cam", "a b", NULL, "auth-token has a blank"},
  {"http://:0/cam", NULL, "a.example", "allow-origin"},
  {"http://:0/cam", NULL, "https://a.example/path", "allow-origin"},
  {"http://:0/cam", NULL, "*, ftp:", "allow-origin"},
  {"http://cam.example:0/cam?mode=listener", NULL, NULL, "cam.example"},
};

GST_START_TEST (test_bad_setting)
{
  g_autoptr (GstIceConfig) config = side_make_config (bad_settings[__i__].uri,
      bad_settings[__i__].token, 0);
  GstIceSignallerEvents none = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceSignaller) signaller = NULL;

  side_set_string (config, "allow-origin", bad_settings[__i__].allowed);
  signaller = gst_ice_http_signaller_new (config, &error);
  if (signaller != NULL)
    fail_if (gst_ice_signaller_start (signaller, &none, NULL, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, bad_settings[__i__].words) != NULL, "%s",
      error->message);
}

GST_END_TEST;

static Suite *
http_pages_suite (void)
{
  Suite *s = suite_create ("httppages");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_page, 0, G_N_ELEMENTS (pages));
  tcase_add_loop_test (tc, test_listens_where_it_was_told, 0,
      G_N_ELEMENTS (places));
  tcase_add_loop_test (tc, test_open_listener_warns_once, 0,
      G_N_ELEMENTS (doors));
  tcase_add_loop_test (tc, test_bad_setting, 0, G_N_ELEMENTS (bad_settings));
  return s;
}

GST_CHECK_MAIN (http_pages);
