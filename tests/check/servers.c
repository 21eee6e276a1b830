/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeservers.h"

#include <gst/check/gstcheck.h>

static guint n_changed;

static void
on_changed (gpointer user_data)
{
  n_changed++;
}

static void
on_warning (const GError * error, gpointer user_data)
{
  fail ("%s", error->message);
}

static const GstIceServersEvents events = {
  .changed = on_changed,
  .warning = on_warning,
};

static void
add (GstIceServers * servers, const gchar * uri)
{
  g_autoptr (GstIceServer) server = gst_ice_server_from_uri (uri, NULL);

  fail_unless (server != NULL);
  gst_ice_servers_add (servers, server);
  while (g_main_context_iteration (NULL, FALSE));
}

GST_START_TEST (test_same_server_again_renews_its_credentials)
{
  GstIceServers *servers = gst_ice_servers_new (g_main_context_default (),
      &events, NULL);
  g_autoptr (GPtrArray) list = NULL;
  GstIceServer *server;

  add (servers, "turn://old:secret@turn.example:3478?transport=udp");
  add (servers, "turn://tcp:secret@turn.example:3478?transport=tcp");
  fail_unless_equals_int (n_changed, 2);

  /* Agents have nothing to do: they keep the credentials that they began with. */
  add (servers, "turn://new:other@turn.example:3478?transport=udp");
  fail_unless_equals_int (n_changed, 2);

  list = gst_ice_servers_list (servers);
  fail_unless_equals_int (list->len, 2);
  server = g_ptr_array_index (list, 0);
  fail_unless_equals_string (server->username, "new");
  fail_unless_equals_string (server->password, "other");
  server = g_ptr_array_index (list, 1);
  fail_unless_equals_string (server->username, "tcp");
  gst_ice_servers_free (servers);
}

GST_END_TEST;

GST_START_TEST (test_renewal_works_with_the_list_full)
{
  GstIceServers *servers = gst_ice_servers_new (g_main_context_default (),
      &events, NULL);
  g_autoptr (GPtrArray) list = NULL;
  GstIceServer *last;

  for (guint i = 0; i <= GST_ICE_MAX_SERVERS; i++) {
    g_autofree gchar *uri = g_strdup_printf ("turn://a:b@turn%u.example", i);

    add (servers, uri);
  }
  add (servers, "turn://new:b@turn15.example");
  list = gst_ice_servers_list (servers);
  fail_unless_equals_int (list->len, GST_ICE_MAX_SERVERS);
  last = g_ptr_array_index (list, GST_ICE_MAX_SERVERS - 1);
  fail_unless_equals_string (last->host, "turn15.example");
  fail_unless_equals_string (last->username, "new");
  gst_ice_servers_free (servers);
}

GST_END_TEST;

static Suite *
servers_suite (void)
{
  Suite *s = suite_create ("servers");
  TCase *tc = tcase_create ("added");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_same_server_again_renews_its_credentials);
  tcase_add_test (tc, test_renewal_works_with_the_list_full);
  return s;
}

GST_CHECK_MAIN (servers);
