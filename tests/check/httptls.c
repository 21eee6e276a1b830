/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A listener by HTTPS. */

#include "config.h"

/* GnuTLS begins slowly where each allocation is traced. */
#define WAIT_MS 18000

#include "certificate.h"
#include "gsticeerror.h"
#include "gsticetlsidentity.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"

#include <glib/gstdio.h>


/* gcc 12's LeakSanitizer crashes at the end of a process that has used GnuTLS. */
G_MODULE_EXPORT int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return TRUE;
}

/* Returns: (transfer full): the path of a file with @content */
static gchar *
make_file (const gchar * content)
{
  gchar *path = NULL;
  gint file = g_file_open_tmp (NULL, &path, NULL);

  fail_unless (file >= 0 && g_close (file, NULL));
  fail_unless (g_file_set_contents (path, content, -1, NULL));
  return path;
}

static void
listen_by_tls (Side * side, const gchar * file)
{
  g_autoptr (GstIceConfig) config =
      side_make_config ("https://127.0.0.1:0/cam?mode=listener", NULL, 0);

  side_set_string (config, "tls-certificate-file", file);
  side_init_config (side, config);
  WAIT (strstr (side->progress->str, "listening on https://127.0.0.1:") !=
      NULL);
  side->port = (guint) strtoul (strrchr (side->progress->str, ':') + 1, NULL,
      10);
}

static gboolean
on_certificate (GTlsConnection * connection, GTlsCertificate * certificate,
    GTlsCertificateFlags errors, gpointer user_data)
{
  return TRUE;
}

static void
on_event (GSocketClient * client, GSocketClientEvent event,
    GSocketConnectable * connectable, GIOStream * stream, gpointer user_data)
{
  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING)
    return;
  /* The system's authorities take seconds to read, with a checker of addresses. */
  g_tls_connection_set_database (G_TLS_CONNECTION (stream), NULL);
  g_signal_connect (stream, "accept-certificate", G_CALLBACK (on_certificate),
      NULL);
}

typedef struct
{
  Raw raw;
  gchar *request;
  gboolean failed;
} Secure;

static void
on_connected (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Secure *secure = user_data;
  GIOStream *stream;

  secure->raw.connection = g_socket_client_connect_to_host_finish
      (G_SOCKET_CLIENT (source), result, NULL);
  if (secure->raw.connection == NULL) {
    secure->failed = TRUE;
    return;
  }
  stream = G_IO_STREAM (secure->raw.connection);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (stream),
      secure->request, strlen (secure->request), G_PRIORITY_DEFAULT, NULL,
      on_raw_written, secure->request);
  g_input_stream_read_async (g_io_stream_get_input_stream (stream),
      secure->raw.buffer, sizeof secure->raw.buffer, G_PRIORITY_DEFAULT, NULL,
      on_raw_read, &secure->raw);
}

static void
secure_send (Secure * secure, guint port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  memset (secure, 0, sizeof *secure);
  secure->request = raw_make_request ("POST /cam", SDP, OFFER);
  secure->raw.reply = g_string_new (NULL);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_tls (client, TRUE);
  g_signal_connect (client, "event", G_CALLBACK (on_event), NULL);
  g_socket_client_connect_to_host_async (client, "127.0.0.1", port, NULL,
      on_connected, secure);
}

static void
secure_clear (Secure * secure)
{
  g_io_stream_close (G_IO_STREAM (secure->raw.connection), NULL, NULL);
  WAIT (secure->raw.ended);
  g_object_unref (secure->raw.connection);
  g_string_free (secure->raw.reply, TRUE);
}

GST_START_TEST (test_call)
{
  g_autofree gchar *file = make_file (CERTIFICATE);
  Side listener;
  Secure secure;

  listen_by_tls (&listener, file);
  secure_send (&secure, listener.port);
  WAIT (secure.raw.ended || secure.failed);
  fail_unless (g_str_has_prefix (secure.raw.reply->str, "HTTP/1.1 201 "), "%s",
      secure.raw.reply->str);
  secure_clear (&secure);
  side_clear (&listener);
  g_unlink (file);
}

GST_END_TEST;

/* Its goodbye, if it says one, is not taken for a request. */
GST_START_TEST (test_vanished_caller_is_forgotten)
{
  g_autofree gchar *file = make_file (CERTIFICATE);
  Side listener;
  Secure secure;

  listen_by_tls (&listener, file);
  listener.answers = FALSE;
  secure_send (&secure, listener.port);
  WAIT (listener.n_descriptions == 1 || secure.failed);
  while (g_main_context_iteration (NULL, FALSE));
  fail_unless_equals_int (listener.n_hung_up, 0);
  if (__i__ == 0) {
    g_io_stream_close_async (G_IO_STREAM (secure.raw.connection),
        G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  } else {
    g_autoptr (GIOStream) base = NULL;

    g_object_get (g_tcp_wrapper_connection_get_base_io_stream
        (G_TCP_WRAPPER_CONNECTION (secure.raw.connection)), "base-io-stream",
        &base, NULL);
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION
            (base)), TRUE, TRUE, NULL);
  }
  WAIT (listener.n_hung_up == 1);
  WAIT (secure.raw.ended);
  g_object_unref (secure.raw.connection);
  g_string_free (secure.raw.reply, TRUE);
  side_clear (&listener);
  g_unlink (file);
}

GST_END_TEST;

/* A client that does not speak TLS, or that says nothing, holds nobody up. */
GST_START_TEST (test_client_without_tls)
{
  g_autofree gchar *file = make_file (CERTIFICATE);
  Side listener;
  Secure secure;
  Raw plain, silent;

  listen_by_tls (&listener, file);
  raw_send (&silent, listener.port, g_strdup (""));
  raw_send (&plain, listener.port, raw_make_request ("POST /cam", SDP, OFFER));
  WAIT (plain.ended);
  fail_unless (strstr (plain.reply->str, "HTTP/1.1 2") == NULL);
  fail_unless_equals_int (listener.n_descriptions, 0);
  secure_send (&secure, listener.port);
  WAIT (secure.raw.ended || secure.failed);
  fail_unless (g_str_has_prefix (secure.raw.reply->str, "HTTP/1.1 201 "));
  secure_clear (&secure);
  raw_clear (&plain);
  raw_clear (&silent);
  side_clear (&listener);
  g_unlink (file);
}

GST_END_TEST;

static gchar *
get_pem (GTlsCertificate * certificate)
{
  gchar *pem = NULL;

  g_object_get (certificate, "certificate-pem", &pem, NULL);
  return pem;
}

GST_START_TEST (test_files_are_read_again)
{
  g_autofree gchar *file = make_file (CERTIFICATE);
  g_autoptr (GstIceConfig) config = gst_ice_config_new ();
  g_autofree gchar *pem = NULL;
  g_autofree gchar *kept = NULL;
  g_autofree gchar *renewed = NULL;
  g_autoptr (GError) trouble = NULL;
  GstIceTlsIdentity *identity;

  side_set_string (config, "tls-certificate-file", file);
  identity = gst_ice_tls_identity_new (config, NULL);
  fail_unless (identity != NULL);
  pem = get_pem (gst_ice_tls_identity_get (identity, &trouble));

  /* Half of a file, as while it is written. */
  fail_unless (g_file_set_contents (file, CERTIFICATE, 200, NULL));
  kept = get_pem (gst_ice_tls_identity_get (identity, &trouble));
  fail_unless (trouble != NULL && strstr (trouble->message, file) != NULL);
  fail_unless_equals_string (kept, pem);
  g_clear_error (&trouble);
  gst_ice_tls_identity_get (identity, &trouble);
  fail_unless (trouble == NULL);

  fail_unless (g_file_set_contents (file, OTHER_CERTIFICATE, -1, NULL));
  renewed = get_pem (gst_ice_tls_identity_get (identity, &trouble));
  fail_unless (trouble == NULL);
  fail_if (g_str_equal (renewed, pem));
  gst_ice_tls_identity_free (identity);
  g_unlink (file);
}

GST_END_TEST;

static const struct
{
  const gchar *certificate, *key;
  const gchar *words;
} bad_files[] = {
  {NULL, NULL, "takes tls-certificate-file"},
  {NULL, "/nowhere.key", "takes tls-certificate-file"},
  {"/nowhere.pem", NULL, "/nowhere.pem"},
  {"/dev/null", NULL, "/dev/null"},
};

GST_START_TEST (test_bad_files)
{
  g_autoptr (GstIceConfig) config = side_make_config ("https://:0/cam", NULL,
      0);
  g_autoptr (GError) error = NULL;

  side_set_string (config, "tls-certificate-file",
      bad_files[__i__].certificate);
  side_set_string (config, "tls-private-key-file", bad_files[__i__].key);
  fail_unless (gst_ice_http_signaller_new (config, &error) == NULL);
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, bad_files[__i__].words) != NULL, "%s",
      error->message);
}

GST_END_TEST;

static Suite *
http_tls_suite (void)
{
  Suite *s = suite_create ("httptls");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    tcase_add_test (tc, test_call);
    tcase_add_loop_test (tc, test_vanished_caller_is_forgotten, 0, 2);
    tcase_add_test (tc, test_client_without_tls);
    tcase_add_test (tc, test_files_are_read_again);
  }
  tcase_add_loop_test (tc, test_bad_files, 0, G_N_ELEMENTS (bad_files));
  return s;
}

GST_CHECK_MAIN (http_tls);
