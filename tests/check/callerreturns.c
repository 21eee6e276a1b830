/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A caller that is killed and started again; an HTTP listener that waits for it. */

#include "restartcall.h"

#include <gio/gio.h>
#include <signal.h>

/* Returns: (transfer full): a caller in a process of its own */
static GSubprocess *
spawn_caller (guint port)
{
  GError *error = NULL;
  gchar *line = g_strdup_printf ("gst-launch-1.0 -q " AUDIO
      "signalling-uri=http://127.0.0.1:%u/call", port);
  gchar **words = g_strsplit (line, " ", -1);
  GSubprocess *caller = g_subprocess_newv ((const gchar * const *) words,
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
      &error);

  g_assert_no_error (error);
  g_strfreev (words);
  g_free (line);
  return caller;
}

static void
kill_caller (GSubprocess * caller)
{
  g_subprocess_force_exit (caller);
  fail_unless (g_subprocess_wait (caller, NULL, NULL));
  g_object_unref (caller);
}

GST_START_TEST (test_killed_caller_comes_back)
{
  GSubprocess *caller;
  gint64 killed_us;
  GstBus *bus;
  static Call call;
  guint port;

  port = listen_by_http (&call, "");
  caller = spawn_caller (port);
  wait_packets (&call, 30);

  for (guint i = 0; i < 3; i++) {
    kill_caller (caller);
    killed_us = g_get_monotonic_time ();
    caller = spawn_caller (port);
    forget_last (&call);
    wait_packets (&call, 30);
    /* Long before the path was given up. */
    fail_unless (g_get_monotonic_time () - killed_us < 15 * G_TIME_SPAN_SECOND);
  }

  bus = gst_element_get_bus (call.receiver);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_EOS | GST_MESSAGE_ERROR)
      == NULL);
  gst_object_unref (bus);
  kill_caller (caller);
  call_stop (&call);
}

GST_END_TEST;

/* An offer of what the listener can't take. */
#define STRANGER \
  "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n" \
  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl\r\n" \
  "a=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\na=sendonly\r\n"

#define OCTETS "11:22:33:44:55:66:77:88"

/* One that it could, of somebody who never checks. */
#define ABLE_STRANGER \
  "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" \
  "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n" \
  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl\r\n" \
  "a=rtpmap:0 PCMU/8000\r\na=rtcp-mux\r\na=sendonly\r\na=setup:actpass\r\n" \
  "a=fingerprint:sha-256 " OCTETS ":" OCTETS ":" OCTETS ":" OCTETS "\r\n"

/* Returns: the status of the answer to a stranger's POST */
static guint
post_as_stranger (guint port, const gchar * offer)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree gchar *request = g_strdup_printf ("POST /call HTTP/1.1\r\n"
      "Host: 127.0.0.1\r\nContent-Type: application/sdp\r\n"
      "Content-Length: %u\r\n\r\n%s", (guint) strlen (offer), offer);
  gchar reply[16] = "";

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port,
      NULL, NULL);
  fail_unless (connection != NULL);
  fail_unless (g_output_stream_write_all (g_io_stream_get_output_stream
          (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL,
          NULL));
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM
          (connection)), reply, sizeof reply - 1, NULL, NULL, NULL);
  return (guint) strtoul (reply + strlen ("HTTP/1.1 "), NULL, 10);
}

/* While a call's peer is silent, another may wait for its place; that costs the call nothing,
 * whether its offer is refused or taken. */
static const struct
{
  const gchar *offer;
  guint status;
} strangers[] = {
  {STRANGER, 422}, {ABLE_STRANGER, 201},
};

GST_START_TEST (test_stranger_leaves_a_silent_call)
{
  GSubprocess *caller;
  GstBus *bus;
  static Call call;
  guint port = listen_by_http (&call, "");
  gint64 until;
  guint status;

  caller = spawn_caller (port);
  wait_packets (&call, 30);
  g_subprocess_send_signal (caller, SIGSTOP);
  until = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  do {
    status = post_as_stranger (port, strangers[__i__].offer);
  } while (status != strangers[__i__].status
      && g_get_monotonic_time () < until);
  fail_unless_equals_int (status, strangers[__i__].status);
  g_subprocess_send_signal (caller, SIGCONT);

  forget_last (&call);
  wait_packets (&call, 30);
  bus = gst_element_get_bus (call.receiver);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_EOS | GST_MESSAGE_ERROR)
      == NULL);
  gst_object_unref (bus);
  kill_caller (caller);
  call_stop (&call);
}

GST_END_TEST;

static Suite *
callerreturns_suite (void)
{
  Suite *s = suite_create ("callerreturns");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  /* gst-launch-1.0 can't load what a sanitizer was built into. */
  if (g_getenv ("GST_ICE_SANITIZER") == NULL) {
    tcase_add_test (tc, test_killed_caller_comes_back);
    tcase_add_loop_test (tc, test_stranger_leaves_a_silent_call, 0,
        G_N_ELEMENTS (strangers));
  }
  return s;
}

GST_CHECK_MAIN (callerreturns);
