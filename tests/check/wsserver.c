/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The WebSocket signaller at a server that the test plays: what a good one would
 * not say, and what other programs' do. */

#include "certificate.h"
#include "wsend.h"

#include "gsticeerror.h"
#include "gsticewsmessage.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>

#define SEND GST_ICE_DIRECTION_SENDONLY
#define RECEIVE GST_ICE_DIRECTION_RECVONLY

#define WELCOME "{\"type\":\"welcome\",\"peerId\":\"me\"}"
/* A server at a free port, with one client at a time. */
typedef struct
{
  SoupServer *server;
  SoupWebsocketConnection *client;
  GString *got;                 /* all messages, a line each */
  guint n_clients;
  gchar *uri;
} Fake;

static void
on_message (SoupWebsocketConnection * client, gint type, GBytes * bytes,
    gpointer user_data)
{
  Fake *fake = user_data;

  g_string_append_len (fake->got, g_bytes_get_data (bytes, NULL),
      (gssize) g_bytes_get_size (bytes));
  g_string_append_c (fake->got, '\n');
}

static void
on_client (SoupServer * server, SoupServerMessage * message, const char *path,
    SoupWebsocketConnection * client, gpointer user_data)
{
  Fake *fake = user_data;

  g_clear_object (&fake->client);
  fake->client = g_object_ref (client);
  fake->n_clients++;
  g_string_truncate (fake->got, 0);
  g_signal_connect (client, "message", G_CALLBACK (on_message), fake);
  soup_websocket_connection_send_text (client, WELCOME);
}

/* @certificate: (nullable): for wss: */
static void
fake_start (Fake * fake, GTlsCertificate * certificate)
{
  g_autoptr (GSocketAddress) any =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  memset (fake, 0, sizeof *fake);
  fake->got = g_string_new (NULL);
  fake->server = soup_server_new ("tls-certificate", certificate, NULL);
  soup_server_add_websocket_handler (fake->server, "/room", NULL, NULL,
      on_client, fake, NULL);
  fail_unless (g_socket_bind (socket, any, TRUE, NULL));
  fail_unless (g_socket_listen (socket, NULL));
  fail_unless (soup_server_listen_socket (fake->server, socket,
          certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0, NULL));
  address = g_socket_get_local_address (socket, NULL);
  fake->uri = g_strdup_printf ("%s://127.0.0.1:%u/room", certificate != NULL ?
      "wss" : "ws", (guint) g_inet_socket_address_get_port
      (G_INET_SOCKET_ADDRESS (address)));
}

static void
fake_stop (Fake * fake)
{
  g_clear_object (&fake->client);
  soup_server_disconnect (fake->server);
  g_object_unref (fake->server);
  g_string_free (fake->got, TRUE);
  g_free (fake->uri);
}

static gboolean
got (Fake * fake, const gchar * text)
{
  return strstr (fake->got->str, text) != NULL;
}

static void
say (Fake * fake, const gchar * text)
{
  soup_websocket_connection_send_text (fake->client, text);
}

static const gchar *const bad_messages[] = {
  "", "{", "null", "[]", "\"welcome\"", "{}", "{\"type\":7}",
  "{\"type\":\"unheard-of\"}", "{\"type\":\"list\"}",
  "{\"type\":\"list\",\"producers\":{}}",
  "{\"type\":\"list\",\"producers\":[1,null,{},{\"id\":2}]}",
  "{\"type\":\"peerStatusChanged\",\"roles\":\"producer\",\"peerId\":\"x\"}",
  "{\"type\":\"peerStatusChanged\",\"roles\":[[],{},3,null],\"peerId\":\"x\"}",
  "{\"type\":\"startSession\",\"peerId\":\"x\"}",
  "{\"type\":\"sessionStarted\",\"peerId\":\"x\",\"sessionId\":\"uninvited\"}",
  "{\"type\":\"peer\",\"sessionId\":\"s\"}",
  "{\"type\":\"peer\",\"sessionId\":\"s\",\"sdp\":[]}",
  "{\"type\":\"peer\",\"sessionId\":\"s\",\"sdp\":{\"type\":\"pranswer\"}}",
  "{\"type\":\"peer\",\"sessionId\":\"s\",\"sdp\":{\"type\":\"answer\"}}",
  "{\"type\":\"peer\",\"sessionId\":\"s\",\"ice\":{\"candidate\":\"\"}}",
  "{\"type\":\"peer\",\"sessionId\":\"s\",\"ice\":{\"candidate\":\"\","
      "\"sdpMLineIndex\":-1}}",
  "{\"type\":\"peer\",\"sessionId\":\"s\",\"ice\":{\"candidate\":\"\","
      "\"sdpMLineIndex\":64}}",
  "{\"type\":\"peer\",\"sessionId\":\"s\",\"ice\":{\"candidate\":\"\","
      "\"sdpMLineIndex\":1e99}}",
  "{\"type\":\"peer\",\"sessionId\":\"s\",\"ice\":{\"candidate\":3,"
      "\"sdpMLineIndex\":0}}",
  "{\"type\":\"endSession\"}", "{\"type\":\"endSession\",\"sessionId\":\"s\"}",
  "{\"type\":\"iceServers\"}", "{\"type\":\"iceServers\",\"iceServers\":3}",
  "{\"type\":\"iceServers\",\"iceServers\":[{\"urls\":[{}]}],"
      "\"iceServersTtl\":{}}",
  "{\"type\":\"error\"}", "{\"type\":\"error\",\"details\":\"none\"}", WELCOME,
};

GST_START_TEST (test_bad_messages_are_ignored)
{
  g_autofree gchar *deep = g_strnfill (100000, '[');
  g_autoptr (GError) error = NULL;
  Fake fake;
  End end;

  fail_unless (gst_ice_ws_message_parse (deep, strlen (deep), &error) == NULL);
  fake_start (&fake, NULL);
  end_start_at (&end, fake.uri, NULL, 0, SEND);
  WAIT (got (&fake, "setPeerStatus"));
  for (guint i = 0; i < G_N_ELEMENTS (bad_messages); i++)
    say (&fake, bad_messages[i]);
  say (&fake, deep);
  soup_websocket_connection_send_binary (fake.client, "x", 1);

  /* It is as good as before. */
  say (&fake, "{\"type\":\"startSession\",\"peerId\":\"x\",\"sessionId\":\"s\","
      "\"offer\":null}");
  WAIT (got (&fake, "\"offer\",\"sdp\":\"v=0"));
  fail_unless_equals_int (fake.n_clients, 1);
  fail_unless (end.error == NULL);
  end_clear (&end);
  fail_unless (got (&fake, "\"endSession\",\"sessionId\":\"s\""));
  fake_stop (&fake);
}

GST_END_TEST;

GST_START_TEST (test_bad_answer_ends_only_that_call)
{
  Fake fake;
  End end;

  fake_start (&fake, NULL);
  end_start_at (&end, fake.uri, NULL, 0, SEND);
  WAIT (got (&fake, "setPeerStatus"));
  for (guint i = 1; i <= 3; i++) {
    say (&fake, "{\"type\":\"startSession\",\"peerId\":\"x\","
        "\"sessionId\":\"s\"}");
    WAIT (end.n_wanted == i);
    say (&fake, "{\"type\":\"peer\",\"sessionId\":\"s\",\"sdp\":"
        "{\"type\":\"answer\",\"sdp\":\"no SDP\"}}");
    WAIT (end.n_hung_up == i);
  }
  fail_unless (end.error == NULL);
  end_clear (&end);
  fake_stop (&fake);
}

GST_END_TEST;

/* As the server tells of session @id, or as its viewer answers. */
static void
start_session (Fake * fake, const gchar * id)
{
  g_autofree gchar *text = g_strdup_printf ("{\"type\":\"startSession\","
      "\"peerId\":\"peer-of-%s\",\"sessionId\":\"%s\"}", id, id);

  say (fake, text);
}

static void
answer_session (Fake * fake, const gchar * id, const gchar * sdp)
{
  g_autofree gchar *text = g_strdup_printf ("{\"type\":\"peer\","
      "\"sessionId\":\"%s\",\"sdp\":{\"type\":\"answer\",\"sdp\":\"%s\"}}",
      id, sdp);

  say (fake, text);
}

#define ANSWER "v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n" \
  "m=audio 9 RTP/AVP 0\\r\\na=ice-ufrag:abcd\\r\\n" \
  "a=ice-pwd:0123456789abcdefghijkl\\r\\n"

/* One viewer answers, one with what is no good, one never, and one comes twice. */
GST_START_TEST (test_viewers_that_do_not_answer_cost_only_theirs)
{
  Fake fake;
  End end;

  fake_start (&fake, NULL);
  end_start_at (&end, fake.uri, NULL, 300, SEND);
  end.several = TRUE;
  WAIT (got (&fake, "setPeerStatus"));
  start_session (&fake, "good");
  WAIT (end.n_wanted == 1);
  answer_session (&fake, "good", ANSWER);
  WAIT (end.n_answers == 1);
  start_session (&fake, "mute");
  WAIT (end.n_wanted == 2);
  start_session (&fake, "bad");
  WAIT (end.n_wanted == 3);
  answer_session (&fake, "bad", "no SDP");
  WAIT (got (&fake, "\"endSession\",\"sessionId\":\"bad\""));
  WAIT (strstr (end.progress->str, "No call with viewer peer-of-bad: ")
      != NULL);
  WAIT (got (&fake, "\"endSession\",\"sessionId\":\"mute\""));
  WAIT (strstr (end.progress->str, "No call with viewer peer-of-mute: "
          "It made no answer within 0.3 s") != NULL);
  WAIT (end.n_hung_up == 2);

  start_session (&fake, "good");
  start_session (&fake, "next");
  WAIT (got (&fake, "\"sessionId\":\"next\""));
  fail_unless_equals_int (end.n_wanted, 4);
  say (&fake, "{\"type\":\"endSession\",\"sessionId\":\"none\"}");
  say (&fake, "{\"type\":\"endSession\",\"sessionId\":\"good\"}");
  WAIT (end.n_hung_up == 3);
  fail_if (got (&fake, "\"endSession\",\"sessionId\":\"good\""));
  fail_unless (end.error == NULL);
  end_clear (&end);
  fake_stop (&fake);
}

GST_END_TEST;

/* A viewer of a producer that was there before: nobody need look at that. */
GST_START_TEST (test_call_of_another_is_not_continued)
{
  Fake fake;
  End end;

  fake_start (&fake, NULL);
  end_start_at (&end, fake.uri, NULL, 0, SEND);
  WAIT (got (&fake, "setPeerStatus"));
  say (&fake, "{\"type\":\"startSession\",\"peerId\":\"x\",\"sessionId\":\"s\","
      "\"offer\":\"gst-ice-resume:other\"}");
  WAIT (got (&fake, "\"endSession\",\"sessionId\":\"s\""));
  start_session (&fake, "next");
  WAIT (end.n_wanted == 1);
  fail_unless_equals_int (end.n_offers, 0);
  fail_unless (strstr (end.progress->str, "viewer") == NULL);
  end_clear (&end);
  fake_stop (&fake);
}

GST_END_TEST;

GST_START_TEST (test_consumer_may_offer)
{
  Fake fake;
  End end;

  fake_start (&fake, NULL);
  end_start_at (&end, fake.uri, NULL, 0, SEND);
  WAIT (got (&fake, "setPeerStatus"));
  say (&fake, "{\"type\":\"startSession\",\"peerId\":\"x\",\"sessionId\":\"s\","
      "\"offer\":\"v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n"
      "m=audio 9 RTP/AVP 0\\r\\na=ice-ufrag:abcd\\r\\n"
      "a=ice-pwd:0123456789abcdefghijkl\\r\\n\"}");
  WAIT (got (&fake, "\"answer\",\"sdp\":\"v=0"));
  fail_unless_equals_int (end.n_offers, 1);
  fail_unless_equals_int (end.n_wanted, 0);
  end_clear (&end);
  fake_stop (&fake);
}

GST_END_TEST;

GST_START_TEST (test_other_rooms_of_a_server_without_rooms_are_left_alone)
{
  Fake fake;
  End end;

  fake_start (&fake, NULL);
  end_start_at (&end, fake.uri, NULL, 0, RECEIVE);
  WAIT (got (&fake, "\"list\""));
  fail_unless (got (&fake, "\"roles\":[\"listener\"],\"meta\":{\"room\":"
          "\"room\"}"));
  say (&fake, "{\"type\":\"list\",\"producers\":[{\"id\":\"a\",\"meta\":"
      "{\"room\":\"other\"}}]}");
  say (&fake, "{\"type\":\"peerStatusChanged\",\"peerId\":\"b\",\"roles\":"
      "[\"producer\"],\"meta\":{\"room\":\"other\"}}");
  say (&fake, "{\"type\":\"peerStatusChanged\",\"peerId\":\"c\",\"roles\":"
      "[\"producer\"],\"meta\":null}");
  WAIT (got (&fake, "startSession"));
  fail_unless (got (&fake, "\"peerId\":\"c\""));
  fail_if (got (&fake, "\"peerId\":\"a\"") || got (&fake, "\"peerId\":\"b\""));
  end_clear (&end);
  fake_stop (&fake);
}

GST_END_TEST;

GST_START_TEST (test_message_that_is_too_long_costs_the_connection)
{
  g_autofree gchar *text = g_strnfill (GST_ICE_WS_MAX_MESSAGE_BYTES + 1, ' ');
  Fake fake;
  End end;

  fake_start (&fake, NULL);
  end_start_at (&end, fake.uri, NULL, 0, SEND);
  WAIT (got (&fake, "setPeerStatus"));
  soup_websocket_connection_set_max_incoming_payload_size (fake.client, 0);
  say (&fake, text);
  WAIT (fake.n_clients == 2);
  WAIT (got (&fake, "setPeerStatus"));
  fail_unless (end.error == NULL);
  end_clear (&end);
  fake_stop (&fake);
}

GST_END_TEST;

/* Writes @n text frames of @size_bytes, the fragments of one message. */
static GByteArray *
make_fragments (guint n, guint16 size_bytes)
{
  g_autofree gchar *spaces = g_strnfill (size_bytes, ' ');
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < n; i++) {
    const guint8 header[] = { (i == 0 ? 1 : 0) | (i + 1 == n ? 0x80 : 0), 126,
      size_bytes >> 8, size_bytes & 0xff
    };

    g_byte_array_append (bytes, header, sizeof header);
    g_byte_array_append (bytes, (guint8 *) spaces, size_bytes);
  }
  return bytes;
}

static void
on_written (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL,
      NULL);
  *(gboolean *) user_data = TRUE;
}

/* How many fragments, and whether the connection outlives them. */
static const struct
{
  guint n;
  gboolean kept;
} fragmented[] = { {1, TRUE}, {16, TRUE}, {40, FALSE} };

GST_START_TEST (test_fragments_are_bounded_together)
{
  g_autoptr (GByteArray) bytes = make_fragments (fragmented[__i__].n, 32000);
  gboolean written = FALSE;
  Fake fake;
  End end;

  fake_start (&fake, NULL);
  end_start_at (&end, fake.uri, NULL, 0, SEND);
  WAIT (got (&fake, "setPeerStatus"));
  g_output_stream_write_all_async (g_io_stream_get_output_stream
      (soup_websocket_connection_get_io_stream (fake.client)), bytes->data,
      bytes->len, G_PRIORITY_DEFAULT, NULL, on_written, &written);
  WAIT (written);
  if (fragmented[__i__].kept) {
    say (&fake, "{\"type\":\"startSession\",\"peerId\":\"x\","
        "\"sessionId\":\"s\"}");
    WAIT (end.n_wanted == 1);
  } else {
    WAIT (fake.n_clients == 2);
  }
  fail_unless_equals_int (fake.n_clients, fragmented[__i__].kept ? 1 : 2);
  fail_unless (end.error == NULL);
  end_clear (&end);
  fake_stop (&fake);
}

GST_END_TEST;

GST_START_TEST (test_path_without_websocket)
{
  g_autofree gchar *uri = NULL;
  Fake fake;
  End end;

  fake_start (&fake, NULL);
  uri = g_strdup_printf ("%s/../else", fake.uri);
  end_start_at (&end, uri, NULL, 0, SEND);
  WAIT (end.error != NULL);
  fail_unless_equals_int (end.error->code, GST_ICE_ERROR_SIGNALLING);
  fail_unless (strstr (end.error->message, "path right") != NULL);
  end_clear (&end);
  fake_stop (&fake);
}

GST_END_TEST;

/* Such a server waits for the end of a line, which TLS does not send; or says at once that
 * this is no HTTP. */
static gboolean
on_incoming (GSocketService * service, GSocketConnection * connection,
    GObject * source, gpointer user_data)
{
  static const gchar refusal[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

  if (*(gboolean *) user_data)
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM
            (connection)), refusal, strlen (refusal), NULL, NULL, NULL);
  else
    g_object_set_data_full (G_OBJECT (service), "kept",
        g_object_ref (connection), g_object_unref);
  return FALSE;
}

GST_START_TEST (test_server_without_tls)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  gboolean answers = __i__;
  const guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER
      (service), NULL, NULL);
  g_autofree gchar *uri = g_strdup_printf ("wss://127.0.0.1:%u/room", port);
  End end;

  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), &answers);
  end_start_at (&end, uri, NULL, 700, SEND);
  WAIT (end.error != NULL);
  fail_unless (strstr (end.error->message, "TLS") != NULL &&
      strstr (end.error->message, "is it ws:") != NULL, "%s",
      end.error->message);
  end_clear (&end);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

GST_END_TEST;

/* gcc 12's LeakSanitizer crashes at the end of a process that has used GnuTLS. */
static gboolean used_tls;

/* It asks this. */
G_MODULE_EXPORT int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return used_tls;
}

GST_START_TEST (test_certificate_has_to_be_trusted)
{
  GTlsBackend *backend = g_tls_backend_get_default ();
  g_autoptr (GTlsCertificate) certificate =
      g_tls_certificate_new_from_pem (CERTIFICATE, -1, NULL);
  g_autoptr (GTlsDatabase) database = NULL;
  g_autofree gchar *path = NULL;
  Fake fake;
  End end;
  gint fd;

  if (!g_tls_backend_supports_tls (backend))
    return;
  fail_unless (certificate != NULL);
  used_tls = TRUE;
  fake_start (&fake, certificate);
  end_start_at (&end, fake.uri, NULL, 0, SEND);
  WAIT (end.error != NULL);
  fail_unless_equals_int (end.error->code, GST_ICE_ERROR_SIGNALLING);
  fail_unless (strstr (end.error->message, "not trusted here") != NULL, "%s",
      end.error->message);
  end_clear (&end);

  /* As if it were in the system's store. */
  fd = g_file_open_tmp (NULL, &path, NULL);
  fail_unless (fd >= 0 && g_close (fd, NULL));
  fail_unless (g_file_set_contents (path, CERTIFICATE, -1, NULL));
  database = g_tls_file_database_new (path, NULL);
  g_tls_backend_set_default_database (backend, database);
  end_start_at (&end, fake.uri, NULL, 0, SEND);
  WAIT (got (&fake, "setPeerStatus"));
  end_clear (&end);
  g_tls_backend_set_default_database (backend, NULL);
  g_unlink (path);
  fake_stop (&fake);
}

GST_END_TEST;

static Suite *
wsserver_suite (void)
{
  Suite *s = suite_create ("wsserver");
  TCase *tc = tcase_create ("server");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_bad_messages_are_ignored);
  tcase_add_test (tc, test_bad_answer_ends_only_that_call);
  tcase_add_test (tc, test_viewers_that_do_not_answer_cost_only_theirs);
  tcase_add_test (tc, test_call_of_another_is_not_continued);
  tcase_add_test (tc, test_consumer_may_offer);
  tcase_add_test (tc,
      test_other_rooms_of_a_server_without_rooms_are_left_alone);
  tcase_add_test (tc, test_message_that_is_too_long_costs_the_connection);
  tcase_add_loop_test (tc, test_fragments_are_bounded_together, 0,
      G_N_ELEMENTS (fragmented));
  tcase_add_test (tc, test_path_without_websocket);
  tcase_add_loop_test (tc, test_server_without_tls, 0, 2);
  tcase_add_test (tc, test_certificate_has_to_be_trusted);
  return s;
}

GST_CHECK_MAIN (wsserver);
