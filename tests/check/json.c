/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticejson.h"
#include "gsticeserver.h"

#include <gst/check/gstcheck.h>

/* What a service answers; what is read of it, NULL: nothing. */
static const struct
{
  const gchar *text;
  const gchar *servers;
  guint ttl_s;
} answers[] = {
  /* TURN REST, Janus, Matrix */
  {"{\"username\":\"12334939:mbz\",\"password\":\"adfs\",\"ttl\":86400,"
        "\"uris\":[\"turn:1.2.3.4:9991?transport=udp\","
        "\"turns:1.2.3.4:443?transport=tcp\"]}",
      "turn:1.2.3.4:9991?transport=udp 12334939:mbz adfs, "
        "turns:1.2.3.4:443?transport=tcp 12334939:mbz adfs", 86400},
  /* W3C */
  {"{\"iceServers\":[{\"urls\":\"stun:s\"},{\"urls\":[\"turn:t\"],"
        "\"username\":\"u\",\"credential\":\"p\"}]}",
      "stun:s:3478 - -, turn:t:3478 u p", 0},
  /* Twilio: url, and a ttl in a string */
  {"{\"ttl\":\"86400\",\"ice_servers\":[{\"url\":"
        "\"stun:g.example:3478?transport=udp\",\"urls\":"
        "\"stun:g.example:3478\"},{\"url\":\"turn:g.example:3478?transport=udp\""
        ",\"username\":\"3d\",\"credential\":\"c\"}]}",
      "stun:g.example:3478 - -, turn:g.example:3478?transport=udp 3d c", 86400},
  /* Cloudflare's older one: an object for the array */
  {"{\"iceServers\":{\"urls\":[\"turn:t:53\"],\"username\":\"u\","
        "\"credential\":\"p\"}}", "turn:t:53 u p", 0},
  /* Xirsys */
  {"{\"v\":{\"iceServers\":{\"urls\":[\"turn:t\"],\"username\":\"u\","
        "\"credential\":\"p\"}},\"s\":\"ok\"}", "turn:t:3478 u p", 0},
  /* Metered: a bare array */
  {"[{\"urls\":\"stun:s:80\"},{\"urls\":\"turn:t:80\",\"username\":\"u\","
        "\"credential\":\"p\"}]", "stun:s:80 - -, turn:t:80 u p", 0},
  /* Azure: no scheme */
  {"{\"iceServers\":[{\"urls\":[\"turn.skype.com\"],\"username\":\"u\","
        "\"credential\":\"p\"}]}", "turn:turn.skype.com:3478 u p", 0},
  /* Xirsys, version 2 */
  {"{\"s\":200,\"p\":\"/ice\",\"d\":{\"iceServers\":[{\"url\":\"stun:s\"},"
        "{\"username\":\"u\",\"url\":\"turn:t:80?transport=udp\","
        "\"credential\":\"p\"}]},\"e\":null}",
      "stun:s:3478 - -, turn:t:80?transport=udp u p", 0},
  /* Amazon Kinesis: GetIceServerConfig */
  {"{\"IceServerList\":[{\"Password\":\"p\",\"Ttl\":300,\"Uris\":"
        "[\"turn:t:443?transport=udp\",\"turns:t:443?transport=tcp\"],"
        "\"Username\":\"u\"}]}", "turn:t:443?transport=udp u p, "
        "turns:t:443?transport=tcp u p", 300},
  {"{\"IceServerList\":[]}"},
  /* Nextcloud Talk: signaling/settings */
  {"{\"ocs\":{\"meta\":{\"status\":\"ok\"},\"data\":{\"stunservers\":"
        "[{\"urls\":[\"stun:s:443\"]}],\"turnservers\":[{\"urls\":"
        "[\"turn:t:443?transport=udp\"],\"username\":\"1:u\","
        "\"credential\":\"p\"}]}}}",
      "stun:s:443 - -, turn:t:443?transport=udp 1:u p", 0},
  {"{\"ocs\":{\"data\":{\"stunservers\":[],\"turnservers\":"
        "[{\"urls\":[\"turn:t\"]}]}}}", "turn:t:3478 - -", 0},
  {"{\"ocs\":7}"},
  /* What is of no use is left out */
  {"{\"iceServers\":[7,null,{\"urls\":[1,\"turn:\",\"stun:s\"]}]}",
      "stun:s:3478 - -", 0},
  {"{\"ttl\":-5,\"uris\":[\"turn:t\"]}", "turn:t:3478 - -", 0},
  {"{\"ttl\":[1],\"uris\":[\"turn:t\"]}", "turn:t:3478 - -", 0},
  {"{\"expiresOn\":\"soon\",\"uris\":[\"turn:t\"]}", "turn:t:3478 - -", 0},
  {""},
  {"null"},
  {"7"},
  {"{}"},
  {"[]"},
  {"{\"iceServers\":7}"},
  {"{\"uris\":[]}"},
  {"<html>"},
  {"{\"uris\":[\"turn:t\"]"},
};

static gchar *
describe (GPtrArray * servers)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < servers->len; i++) {
    GstIceServer *server = g_ptr_array_index (servers, i);
    g_autofree gchar *uri = gst_ice_server_to_uri (server);

    g_string_append_printf (text, "%s%s %s %s", i > 0 ? ", " : "", uri,
        server->username != NULL ? server->username : "-",
        server->password != NULL ? server->password : "-");
  }
  return g_string_free (text, FALSE);
}

GST_START_TEST (test_answers)
{
  const gchar *text = answers[__i__].text;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autofree gchar *read = NULL;
  guint ttl_s = 0;

  servers = gst_ice_json_read_servers (text, strlen (text), &ttl_s, &error);
  if (answers[__i__].servers == NULL) {
    fail_unless (servers == NULL);
    fail_unless (error != NULL);
    return;
  }
  fail_unless (servers != NULL, "%s: %s", text, error ? error->message : "");
  read = describe (servers);
  fail_unless_equals_string (read, answers[__i__].servers);
  fail_unless_equals_int (ttl_s, answers[__i__].ttl_s);
}

GST_END_TEST;

/* Azure's "expiresOn", and what is read of it: seconds after now. */
static const struct
{
  gint seconds_from_now;
  guint at_least, at_most;
} expiries[] = {
  {48 * 3600, 48 * 3600 - 30, 48 * 3600},
  {-3600, 60, 60},              /* clocks differ */
  {10 * 365 * 24 * 3600, 30 * 24 * 3600, 30 * 24 * 3600},
};

GST_START_TEST (test_expiry_is_a_ttl)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) end = g_date_time_add_seconds (now,
      expiries[__i__].seconds_from_now);
  g_autofree gchar *time = g_date_time_format (end, "%Y-%m-%dT%H:%M:%S.5Z");
  g_autofree gchar *text = g_strdup_printf ("{\"iceServers\":[{\"urls\":"
      "[\"turn.skype.com\"],\"username\":\"u\",\"credential\":\"p\","
      "\"routeType\":\"any\"}],\"expiresOn\":\"%s\"}", time);
  g_autoptr (GPtrArray) servers = NULL;
  guint ttl_s = 0;

  servers = gst_ice_json_read_servers (text, strlen (text), &ttl_s, NULL);
  fail_unless (servers != NULL);
  fail_unless (ttl_s >= expiries[__i__].at_least, "%s: %u", time, ttl_s);
  fail_unless (ttl_s <= expiries[__i__].at_most, "%s: %u", time, ttl_s);
}

GST_END_TEST;

GST_START_TEST (test_hostile_nesting_is_refused)
{
  g_autofree gchar *text = g_strnfill (64 * 1024, '[');
  guint ttl_s = 0;

  fail_unless (gst_ice_json_read_servers (text, 64 * 1024, &ttl_s,
          NULL) == NULL);
}

GST_END_TEST;

static Suite *
icejson_suite (void)
{
  Suite *suite = suite_create ("icejson");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_answers, 0, G_N_ELEMENTS (answers));
  tcase_add_loop_test (tcase, test_expiry_is_a_ttl, 0, G_N_ELEMENTS (expiries));
  tcase_add_test (tcase, test_hostile_nesting_is_refused);
  return suite;
}

GST_CHECK_MAIN (icejson);
