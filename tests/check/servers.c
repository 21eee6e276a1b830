/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeservers.h"

#include <gst/check/gstcheck.h>

static guint n_changed, n_warnings;

/* What a service answers to whoever asks. */
static guint n_fetched, ttl_s;

/* Where tests do not fork, one follows the other. */
static void
setup (void)
{
  n_changed = n_warnings = n_fetched = ttl_s = 0;
}

static void
on_changed (gpointer user_data)
{
  n_changed++;
}

static void
on_warning (const GError * error, gpointer user_data)
{
  fail_unless (strstr (error->message, "are used") != NULL ||
      strstr (error->message, "turn16.example:3478 is not used") != NULL,
      "%s", error->message);
  n_warnings++;
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

  for (guint i = 0; i <= GST_ICE_MAX_SERVERS + 3; i++) {
    g_autofree gchar *uri = g_strdup_printf ("turn://a:b@turn%u.example", i);

    add (servers, uri);
  }
  /* One warning names the first that is left out, and speaks of all. */
  fail_unless_equals_int (n_warnings, 1);
  add (servers, "turn://new:b@turn15.example");
  list = gst_ice_servers_list (servers);
  fail_unless_equals_int (list->len, GST_ICE_MAX_SERVERS);
  last = g_ptr_array_index (list, GST_ICE_MAX_SERVERS - 1);
  fail_unless_equals_string (last->host, "turn15.example");
  fail_unless_equals_string (last->username, "new");
  gst_ice_servers_free (servers);
}

GST_END_TEST;

/* Stands in for HTTP: answers at once with n_fetched servers. */

static gboolean
on_answer (gpointer data)
{
  GstIceCredentialsFunc fetched = g_object_get_data (data, "fetched");
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_ice_server_free);

  for (guint i = 0; i < n_fetched; i++) {
    g_autofree gchar *uri = g_strdup_printf ("turn:turn%u.example", i);

    g_ptr_array_add (list, gst_ice_server_from_uri (uri, NULL));
  }
  fetched (list, ttl_s, NULL, g_object_get_data (data, "user-data"));
  return G_SOURCE_REMOVE;
}

static gpointer
fetch (const GstIceConfig * config, GstIceCredentialsFunc fetched,
    gpointer user_data)
{
  GObject *request = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_set_data (request, "fetched", fetched);
  g_object_set_data (request, "user-data", user_data);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_answer, g_object_ref (request),
      g_object_unref);
  return request;
}

static const GstIceCredentialService service = {
  .fetch = fetch,
  .cancel = g_object_unref,
};

/* Returns: (transfer full): servers that @n come to, from the service */
static GstIceServers *
start_with_service (guint n)
{
  GstIceServers *servers = gst_ice_servers_new (g_main_context_default (),
      &events, NULL);
  g_autoptr (GstIceConfig) config = gst_ice_config_new ();
  GParamSpec *pspec = g_param_spec_ref_sink (g_param_spec_string
      ("ice-servers-uri", NULL, NULL, NULL, G_PARAM_WRITABLE));
  g_auto (GValue) uri = G_VALUE_INIT;

  g_value_init (&uri, G_TYPE_STRING);
  g_value_set_string (&uri, "http://turn.example/");
  gst_ice_config_set (config, pspec, &uri);
  g_param_spec_unref (pspec);
  gst_ice_credential_service_set_backend (&service);
  n_fetched = n;
  fail_unless (gst_ice_servers_start (servers, config, NULL));
  while (n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  return servers;
}

static guint
count (const GstIceServers * servers)
{
  g_autoptr (GPtrArray) list = gst_ice_servers_list (servers);

  return list->len;
}

/* Renewed at 80 % of their time, or a second at least: in the last tenth of one second
 * they are not yet. */
GST_START_TEST (test_credentials_near_their_end_are_not_used_for_a_restart)
{
  const gint64 until_us = g_get_monotonic_time () + 15 * G_USEC_PER_SEC;
  GstIceServers *servers;

  ttl_s = 1;
  servers = start_with_service (1);
  gst_ice_servers_freshen (servers);
  fail_unless_equals_int (count (servers), 1);
  fail_unless (gst_ice_servers_are_complete (servers));
  while (count (servers) == 1) {
    fail_unless (g_get_monotonic_time () < until_us);
    g_main_context_iteration (NULL, FALSE);
    gst_ice_servers_freshen (servers);
  }

  fail_if (gst_ice_servers_are_complete (servers));
  n_fetched = 2;
  n_changed = 0;
  while (n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  fail_unless_equals_int (count (servers), 2);
  fail_unless (gst_ice_servers_are_complete (servers));
  gst_ice_servers_free (servers);
}

GST_END_TEST;

GST_START_TEST (test_too_many_of_a_service_are_told)
{
  GstIceServers *servers = start_with_service (GST_ICE_MAX_SERVERS + 1);
  g_autoptr (GPtrArray) list = gst_ice_servers_list (servers);
  fail_unless_equals_int (list->len, GST_ICE_MAX_SERVERS);
  fail_unless_equals_int (n_warnings, 1);
  gst_ice_servers_free (servers);
}

GST_END_TEST;

GST_START_TEST (test_what_servers_said_is_told_once_and_the_latest_remembered)
{
  GstIceServers *servers = gst_ice_servers_new (g_main_context_default (),
      &events, NULL);
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < 100; i++) {
    g_autofree gchar *message = g_strdup_printf ("TURN server %u is gone", i);

    fail_unless (gst_ice_servers_note_failure (servers, message));
    fail_if (gst_ice_servers_note_failure (servers, message));
  }
  text = gst_ice_servers_describe_failures (servers);
  fail_unless (strstr (text, "server 99 is gone") != NULL);
  fail_unless (strstr (text, "server 67 is gone") == NULL);
  gst_ice_servers_free (servers);
}

GST_END_TEST;

static Suite *
servers_suite (void)
{
  Suite *s = suite_create ("servers");
  TCase *tc = tcase_create ("added");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, NULL);
  tcase_add_test (tc, test_same_server_again_renews_its_credentials);
  tcase_add_test (tc,
      test_credentials_near_their_end_are_not_used_for_a_restart);
  tcase_add_test (tc,
      test_what_servers_said_is_told_once_and_the_latest_remembered);
  tcase_add_test (tc, test_too_many_of_a_service_are_told);
  tcase_add_test (tc, test_renewal_works_with_the_list_full);
  return s;
}

GST_CHECK_MAIN (servers);
