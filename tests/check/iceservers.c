/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The service of "ice-servers-uri", by HTTP. */

#include "config.h"

#include "gsticeiceservers.h"

#include "gsticeerror.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"
#include "httpscript.c"

#define SERVERS(status, headers) \
  "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" headers END \
  "{\"uris\":[\"turn:t.example\"],\"ttl\":60}"

typedef struct
{
  guint n_servers, ttl_s;
  GError *error;
  gboolean done;
} Result;

static void
on_fetched (GPtrArray * servers, guint ttl_s, const GError * error,
    gpointer user_data)
{
  Result *result = user_data;

  fail_if (result->done);
  result->done = TRUE;
  result->n_servers = servers != NULL ? servers->len : 0;
  result->ttl_s = ttl_s;
  result->error = error != NULL ? g_error_copy (error) : NULL;
}

static const struct
{
  const gchar *replies[8];
  const gchar *words;           /* of the error, NULL: a server is told */
} rows[] = {
  {{SERVERS ("200 OK", "")}, NULL},
  {{TEXT ("302 Found\r\nLocation: /x", ""), SERVERS ("200 OK", "")}, NULL},
  {{TEXT ("307 Go\r\nLocation: y/z", ""), TEXT ("303 Go\r\nLocation: ../x", ""),
          SERVERS ("200 OK", "")}, NULL},
  {{TEXT ("301 Go\r\nLocation: /x", "")}, "more than 5"},
  {{TEXT ("301 Go\r\nLocation: ftp://x/", "")}, "Location"},
  {{TEXT ("301 Go", "")}, "301"},
  {{TEXT ("500 Oops", "")}, "500"},
  {{TEXT ("200 OK", "hello")}, "JSON"},
};

GST_START_TEST (test_service)
{
  g_autoptr (GstIceConfig) config = gst_ice_config_new ();
  g_autofree gchar *uri = NULL;
  Result result = { 0, };
  Script script;
  gpointer request;

  script_init (&script, rows[__i__].replies);
  uri = g_strdup_printf ("http://127.0.0.1:%u/a/b", script.port);
  side_set_string (config, "ice-servers-uri", uri);
  request = gst_ice_ice_servers_service.fetch (config, on_fetched, &result);
  WAIT (result.done);
  fail_unless_equals_int (result.n_servers, rows[__i__].words == NULL);
  fail_unless_equals_int (result.ttl_s, rows[__i__].words == NULL ? 60 : 0);
  if (rows[__i__].words != NULL)
    fail_unless (strstr (result.error->message, rows[__i__].words) != NULL,
        "%s", result.error->message);
  gst_ice_ice_servers_service.cancel (request);
  g_clear_error (&result.error);
  script_clear (&script);
}

GST_END_TEST;

static Suite *
ice_servers_suite (void)
{
  Suite *s = suite_create ("iceservers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_service, 0, G_N_ELEMENTS (rows));
  return s;
}

GST_CHECK_MAIN (ice_servers);
