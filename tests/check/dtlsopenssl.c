/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Handshakes over loopback with the programs s_server and s_client of OpenSSL, which export
 * the same keys. */

#include "config.h"

#include "gsticecertificate.h"
#include "gsticedtlsconnection.h"
#include "gsticekeying.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#define LIMIT_US (10 * G_USEC_PER_SEC)

typedef struct
{
  const gchar *key_type;        /* of their certificate */
  const gchar *profiles;        /* that they have, the preferred first */
  GstIceSrtpSuite agreed[2];    /* when we are client, and server */
} Row;

/* What they have first is taken where they are the server; where we are, GCM. */
static const Row rows[] = {
  {"P-256", "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM",
        {GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
          GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM}},
  {"P-384", "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM",
        {GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
          GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM}},
  {"RSA-2048", "SRTP_AES128_CM_SHA1_32",
        {GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32,
          GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32}},
  {"RSA-1024", "SRTP_AEAD_AES_256_GCM",
        {GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM,
          GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM}},
};

static gchar *directory, *key_file, *certificate_file;
static GstIceKeying *theirs;
static GstIceDtlsContext *context;

/* Makes the other's certificate, and what a description would say of it. */
static void
make_certificate (const gchar * key_type)
{
  EVP_PKEY *key = g_str_has_prefix (key_type, "RSA-") ?
      EVP_RSA_gen ((gsize) g_ascii_strtoull (key_type + 4, NULL, 10)) :
      EVP_EC_gen (key_type);
  X509 *certificate =
      gst_ice_certificate_new (key, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree gchar *fingerprint =
      gst_ice_certificate_compute_fingerprint (certificate, "sha-256");
  BIO *file = BIO_new_file (key_file, "w");

  fail_unless (PEM_write_bio_PrivateKey (file, key, NULL, NULL, 0, NULL, NULL));
  BIO_free (file);
  file = BIO_new_file (certificate_file, "w");
  fail_unless (PEM_write_bio_X509 (file, certificate));
  BIO_free (file);
  theirs = gst_ice_keying_new ();
  gst_ice_keying_add_fingerprint (theirs, "sha-256", fingerprint);
  X509_free (certificate);
  EVP_PKEY_free (key);
}

static void
set_up (void)
{
  static const GstIceSrtpSuite all[] = { GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM,
    GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM,
    GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
    GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32
  };

  directory = g_dir_make_tmp ("dtlsopenssl-XXXXXX", NULL);
  key_file = g_build_filename (directory, "key.pem", NULL);
  certificate_file = g_build_filename (directory, "certificate.pem", NULL);
  context = gst_ice_dtls_context_new (all, 4,
      g_get_real_time () / G_USEC_PER_SEC);
}

static void
tear_down (void)
{
  g_unlink (key_file);
  g_unlink (certificate_file);
  g_rmdir (directory);
  g_clear_pointer (&key_file, g_free);
  g_clear_pointer (&certificate_file, g_free);
  g_clear_pointer (&directory, g_free);
  g_clear_pointer (&theirs, gst_ice_keying_free);
  g_clear_pointer (&context, gst_ice_dtls_context_unref);
}

/* Our end: a socket and a connection. */

typedef struct
{
  GSocket *socket;
  GSocketAddress *peer;         /* NULL: not heard of yet */
  GstIceDtlsConnection *connection;
} End;

static void
on_send (const guint8 * datagram, gsize size, gpointer user_data)
{
  End *end = user_data;

  fail_unless (end->peer != NULL);
  g_socket_send_to (end->socket, end->peer, (const gchar *) datagram, size,
      NULL, NULL);
}

static guint
get_round_trip_us (gpointer user_data)
{
  return 1000;
}

static void
open_end (End * end, gboolean is_client)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  GstIceDtlsConnectionSettings settings = {
    .context = context,
    .is_client = is_client,
    .fingerprints = theirs->fingerprints,
    .send = on_send,
    .get_round_trip_us = get_round_trip_us,
    .user_data = end,
  };

  end->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);
  fail_unless (g_socket_bind (end->socket, any, FALSE, NULL));
  end->connection = gst_ice_dtls_connection_new (&settings);
}

static void
close_end (End * end)
{
  gst_ice_dtls_connection_free (end->connection);
  g_clear_object (&end->socket);
  g_clear_object (&end->peer);
}

static GstIceDtlsState
receive (End * end)
{
  g_autoptr (GSocketAddress) from = NULL;
  gchar datagram[2048];
  gboolean taken;
  gssize size = g_socket_receive_from (end->socket, &from, datagram,
      sizeof datagram, NULL, NULL);

  /* What was sent to a port that is not open yet comes back as an error. */
  if (size < 0)
    return GST_ICE_DTLS_CONNECTING;
  g_set_object (&end->peer, from);
  return gst_ice_dtls_connection_receive (end->connection,
      (const guint8 *) datagram, (gsize) size, &taken);
}

static GstIceDtlsState
shake_hands (End * end)
{
  const gint64 until = g_get_monotonic_time () + LIMIT_US;
  GstIceDtlsState state = gst_ice_dtls_connection_start (end->connection);

  while (state <= GST_ICE_DTLS_KEYED && g_get_monotonic_time () < until) {
    const gint ms = gst_ice_dtls_connection_get_timeout_ms (end->connection);

    if (g_socket_condition_timed_wait (end->socket, G_IO_IN,
            (ms >= 0 ? ms : 100) * 1000, NULL, NULL))
      state = receive (end);
    else
      state = gst_ice_dtls_connection_time_out (end->connection);
  }
  return state;
}

/* Their end: a process. */

/* Returns: (transfer full) (nullable): what comes after @begin in the first of the program's
 *     lines that has it; %NULL: the program has ended */
static gchar *
wait_for_line (GDataInputStream * output, const gchar * begin)
{
  gchar *line;

  while ((line = g_data_input_stream_read_line (output, NULL, NULL, NULL))) {
    const gchar *at = strstr (line, begin);

    if (at != NULL) {
      gchar *rest = g_strdup (at + strlen (begin));

      g_free (line);
      return g_strstrip (rest);
    }
    g_free (line);
  }
  return NULL;
}

static void
assert_keys (const GstIceDtlsKeys * keys, gboolean is_client,
    const gchar * exported)
{
  const GstIceSrtpSuiteInfo *info = gst_ice_srtp_suite_get_info (keys->suite);
  const guint8 *client = is_client ? keys->ours.secret : keys->theirs.secret;
  const guint8 *server = is_client ? keys->theirs.secret : keys->ours.secret;
  const struct
  {
    const guint8 *data;
    guint size;
  } parts[] = {
    {client, info->key_bytes}, {server, info->key_bytes},
    {client + info->key_bytes, info->salt_bytes},
    {server + info->key_bytes, info->salt_bytes},
  };
  g_autoptr (GString) hex = g_string_new (NULL);

  for (guint i = 0; i < 4; i++)
    for (guint j = 0; j < parts[i].size; j++)
      g_string_append_printf (hex, "%02X", parts[i].data[j]);
  fail_unless_equals_string (hex->str, exported);
}

/* Returns: (transfer full): the program, with @where to be or to go */
static GSubprocess *
spawn (const Row * row, gboolean is_server, const gchar * where)
{
  const gboolean we_are_client = is_server;
  const GstIceSrtpSuiteInfo *info =
      gst_ice_srtp_suite_get_info (row->agreed[!we_are_client]);
  g_autofree gchar *length =
      g_strdup_printf ("%u", 2 * (info->key_bytes + info->salt_bytes));
  GError *error = NULL;
  GSubprocess *program = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error,
      "openssl", is_server ? "s_server" : "s_client",
      is_server ? "-accept" : "-connect", where, "-dtls1_2",
      "-cert", certificate_file, "-key", key_file,
      "-use_srtp", row->profiles, "-cipher", "ALL:@SECLEVEL=0",
      "-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", length,
      is_server ? "-verify" : NULL, "1", NULL);

  fail_unless (program != NULL, "%s", error != NULL ? error->message : "");
  return program;
}

static void
check_with (const Row * row, gboolean we_are_client)
{
  g_autoptr (GSubprocess) program = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree gchar *line = NULL;
  g_autofree gchar *where = NULL;
  GstIceDtlsKeys keys;
  End end = { 0, };

  open_end (&end, we_are_client);
  if (!we_are_client) {
    g_autoptr (GSocketAddress) ours =
        g_socket_get_local_address (end.socket, NULL);

    where = g_strdup_printf ("127.0.0.1:%u", g_inet_socket_address_get_port
        (G_INET_SOCKET_ADDRESS (ours)));
  }
  program = spawn (row, we_are_client, we_are_client ? "127.0.0.1:0" : where);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (program));
  if (we_are_client) {
    line = wait_for_line (output, "ACCEPT 127.0.0.1:");
    fail_unless (line != NULL, "no server");
    end.peer = g_inet_socket_address_new_from_string ("127.0.0.1",
        (guint) g_ascii_strtoull (line, NULL, 10));
    g_clear_pointer (&line, g_free);
  }

  fail_unless_equals_int (shake_hands (&end), GST_ICE_DTLS_CONNECTED);
  fail_unless (gst_ice_dtls_connection_get_keys (end.connection, &keys));
  gst_ice_dtls_connection_settle (end.connection);
  fail_unless_equals_int (keys.suite, row->agreed[!we_are_client]);
  line = wait_for_line (output, "Keying material: ");
  fail_unless (line != NULL, "no keys");
  assert_keys (&keys, we_are_client, line);
  gst_ice_dtls_keys_clear (&keys);

  /* Its end is told of ours, and so ends. */
  gst_ice_dtls_connection_close (end.connection);
  g_subprocess_force_exit (program);
  g_subprocess_wait (program, NULL, NULL);
  close_end (&end);
}

GST_START_TEST (test_we_are_client)
{
  make_certificate (rows[__i__].key_type);
  check_with (&rows[__i__], TRUE);
}

GST_END_TEST;

GST_START_TEST (test_we_are_server)
{
  make_certificate (rows[__i__].key_type);
  check_with (&rows[__i__], FALSE);
}

GST_END_TEST;

static Suite *
dtlsopenssl_suite (void)
{
  Suite *s = suite_create ("dtlsopenssl");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, set_up, tear_down);
  tcase_add_loop_test (tc, test_we_are_client, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_we_are_server, 0, G_N_ELEMENTS (rows));
  return s;
}

GST_CHECK_MAIN (dtlsopenssl);
