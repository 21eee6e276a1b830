/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"
#include "gsticeserver.h"

#include <gst/check/gstcheck.h>

/* What a user writes; what is shown of it (NULL: refused), and its credentials. */
static const struct
{
  const gchar *uri;
  const gchar *shown;
  const gchar *username;
  const gchar *password;
} servers[] = {
  {"stun://stun.example", "stun:stun.example:3478"},
  {"stun:stun.example:19302", "stun:stun.example:19302"},
  {"STUN://stun.example/", "stun:stun.example:3478"},
  {"stun:stun.example:3478?transport=udp", "stun:stun.example:3478"},
  {"turn://me:pass@turn.example", "turn:turn.example:3478", "me", "pass"},
  {"turn:turn.example:80?transport=tcp", "turn:turn.example:80?transport=tcp"},
  {"turn://me:pass@turn.example:3479?transport=udp",
      "turn:turn.example:3479?transport=udp", "me", "pass"},
  {"turns://me:pass@turn.example", "turns:turn.example:5349?transport=tcp",
      "me", "pass"},
  {"turns://me:pass@turn.example:443?transport=tcp",
      "turns:turn.example:443?transport=tcp", "me", "pass"},
  /* TURN REST names have a colon, base64 a slash, a plus and an equals sign */
  {"turn://1700000000%3Ame:Iq7Y%2F%2Bw%3D@h", "turn:h:3478", "1700000000:me",
      "Iq7Y/+w="},
  {"turn://me:p@ss@h", "turn:h:3478", "me", "p@ss"},
  {"turn://me:a:b@h", "turn:h:3478", "me", "a:b"},
  {"turn://me:p%3Fq@h", "turn:h:3478", "me", "p?q"},
  {"turn://me@h", "turn:h:3478", "me", NULL},
  {"turn://me:pass@[2001:db8::1]:3479", "turn:[2001:db8::1]:3479", "me",
      "pass"},
  {"turn:[2001:db8::1]", "turn:[2001:db8::1]:3478"},
  /* None of these */
  {""},
  {"turn"},
  {"turn:"},
  {"turn.example:3478"},
  {"http://turn.example"},
  {"turn://me:secret@"},
  {"turn://me:secret@h:0"},
  {"turn://me:secret@h:65536"},
  {"turn://me:secret@h:x"},
  {"turn://me:secret%zz@h"},
  {"turn://me:secret@[2001:db8::1"},
  {"turn://me:secret@h?transport=sctp"},
  {"turns://me:secret@h?transport=udp"},
  {"stun://me:secret@h"},
  {"turn://me:secret@a b"},
  {"turn://me:secret@a%92b"},
  {"turn://me:secret@a%1bb"},
  {"turn://me:secret@a%5db"},
};

GST_START_TEST (test_uris)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceServer) server =
      gst_ice_server_from_uri (servers[__i__].uri, &error);
  g_autofree gchar *shown = NULL;

  if (servers[__i__].shown == NULL) {
    fail_unless (server == NULL);
    fail_unless (g_error_matches (error, GST_ICE_ERROR,
            GST_ICE_ERROR_SETTINGS));
    fail_if (strstr (error->message, "secret") != NULL);
    return;
  }
  fail_unless (server != NULL, "%s is refused", servers[__i__].uri);
  shown = gst_ice_server_to_uri (server);
  fail_unless_equals_string (shown, servers[__i__].shown);
  fail_unless_equals_string (server->username, servers[__i__].username);
  fail_unless_equals_string (server->password, servers[__i__].password);
}

GST_END_TEST;

GST_START_TEST (test_too_long_is_refused)
{
  g_autofree gchar *host = g_strnfill (4000, 'a');
  g_autofree gchar *uri = g_strconcat ("turn:", host, NULL);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ice_server_from_uri (uri, &error) == NULL);
  fail_unless (error != NULL);
}

GST_END_TEST;

/* The vector is one that openssl and coturn agree on. */
GST_START_TEST (test_shared_secret_signs)
{
  g_autoptr (GstIceServer) server = gst_ice_server_from_uri ("turn:h", NULL);

  gst_ice_server_sign (server, "north", "mbzrxpgjys", 12334939);
  fail_unless_equals_string (server->username, "12334939:mbzrxpgjys");
  fail_unless_equals_string (server->password, "Iq7YXkRon8YXJfdN1Ke9EZOw1UE=");
  gst_ice_server_sign (server, "north", NULL, 12334939);
  fail_unless_equals_string (server->username, "12334939");
}

GST_END_TEST;

GST_START_TEST (test_place_is_host_port_and_way)
{
  g_autoptr (GstIceServer) a = gst_ice_server_from_uri ("turn://a:b@H:1", NULL);
  g_autoptr (GstIceServer) b = gst_ice_server_from_uri ("turn://c:d@h:1", NULL);
  g_autoptr (GstIceServer) udp = gst_ice_server_copy_for (a,
      GST_ICE_SERVER_UDP);

  fail_unless (gst_ice_server_same_place (a, b));
  fail_if (gst_ice_server_same_place (a, udp));
}

GST_END_TEST;

/* Whether DNS has to be asked for the port, and whose certificate counts then. */
GST_START_TEST (test_place_of_dns)
{
  g_autoptr (GstIceServer) server =
      gst_ice_server_from_uri ("turns://me:pass@turn.example", NULL);
  g_autoptr (GstIceServer) with_port =
      gst_ice_server_from_uri ("turn://me:pass@turn.example:3478", NULL);
  g_autoptr (GstIceServer) placed = NULL;
  g_autoptr (GstIceServer) copy = NULL;

  fail_unless (with_port->has_port);
  fail_if (server->has_port);
  fail_unless (server->identity == NULL);

  placed = gst_ice_server_copy_at (server, "one.example", 443);
  copy = gst_ice_server_copy (placed);
  fail_unless (copy->has_port);
  fail_unless_equals_string (copy->host, "one.example");
  fail_unless_equals_int (copy->port, 443);
  fail_unless_equals_string (copy->identity, "turn.example");
  fail_unless_equals_string (copy->username, "me");
}

GST_END_TEST;

static Suite *
iceserver_suite (void)
{
  Suite *suite = suite_create ("iceserver");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_uris, 0, G_N_ELEMENTS (servers));
  tcase_add_test (tcase, test_too_long_is_refused);
  tcase_add_test (tcase, test_shared_secret_signs);
  tcase_add_test (tcase, test_place_is_host_port_and_way);
  tcase_add_test (tcase, test_place_of_dns);
  return suite;
}

GST_CHECK_MAIN (iceserver);
