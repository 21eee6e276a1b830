/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Streams that change in the middle of a call whose elements signal by themselves: the
 * publisher offers again by WebSocket, by HTTP nobody can. */

#include "changing.h"
#include "listening.h"
#include "restartcall.h"

#include <gio/gio.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define SENDER AUDIO "media=audio wait-for-connection=false signalling-uri=%s "
#define RECEIVER "icesrc name=end media=audio network-interfaces=lo " \
    "signalling-uri=%s ! fakesink async=false sync=false "

static GSubprocess *server;     /* NULL: not started */
static gchar *room;             /* its URI */

/* Returns: whether there is a server to start */
static gboolean
server_start (void)
{
  const gchar *path = g_getenv ("GST_ICE_RENDEZVOUS");
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree gchar *line = NULL;
  guint port;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return FALSE;
  server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, path,
      "--port=0", "--log-level=error", NULL);
  fail_unless (server != NULL);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out),
      FALSE);
  line = g_data_input_stream_read_line (out, NULL, NULL, NULL);
  fail_unless (line != NULL && sscanf (line, "port %u", &port) == 1);
  room = g_strdup_printf ("ws://127.0.0.1:%u/room", port);
  return TRUE;
}

static void
server_stop (void)
{
  g_subprocess_send_signal (server, SIGTERM);
  fail_unless (g_subprocess_wait (server, NULL, NULL));
  g_clear_object (&server);
  g_clear_pointer (&room, g_free);
}

/* A call in which audio flows. @more: further elements */
static void
start (Call * call, const gchar * at_sender, const gchar * at_receiver)
{
  memset (call, 0, sizeof (*call));
  call->receiver = parse (RECEIVER "%s", room, at_receiver);
  call_start (call);
  gst_element_set_state (call->receiver, GST_STATE_PLAYING);
  call->sender = parse (SENDER "%s", room, at_sender);
  gst_element_set_state (call->sender, GST_STATE_PLAYING);
  if (*at_sender != '\0')
    change_push (call->sender, "video", 96);
  wait_packets (call, 10);
  begin_check (call);
}

static void
stop (Call * call)
{
  wait_packets (call, 10);
  check_nothing_lost (call);
  fail_unless_equals_int (get_n_restarts (call->sender, NULL), 0);
  call_stop (call);
  server_stop ();
}

GST_START_TEST (test_publisher_offers_another_codec)
{
  static Call call;
  static Counts counts;

  if (!server_start ())
    return;
  start (&call, SENDS ("video", VP8 ",payload=96", ""),
      TAKES ("video", VP8 ";" H264, ""));
  counts_start (&counts, call.receiver, "video");
  change_push_until (call.sender, "video", 96, &counts, 96);
  change_caps (call.sender, "video", H264 ",payload=96");
  change_push_until (call.sender, "video", 96, &counts, 97);
  stop (&call);
  counts_stop (&counts);
}

GST_END_TEST;

GST_START_TEST (test_publisher_adds_a_medium_and_takes_it_out)
{
  static Call call;
  static Counts counts;

  if (!server_start ())
    return;
  start (&call, "", "");
  change_add (call.receiver, TAKES ("video", VP8, ""));
  counts_start (&counts, call.receiver, "video");
  change_add (call.sender, SENDS ("video", VP8 ",payload=96", ""));
  change_push_until (call.sender, "video", 96, &counts, 96);
  change_take_out (call.sender);
  change_wait_eos (call.receiver, "video");
  stop (&call);
  counts_stop (&counts);
}

GST_END_TEST;

/* RFC 9725 has no further offers: one warning, and the audio goes on. */
GST_START_TEST (test_by_http_a_warning_says_what_to_do)
{
  static Call call;
  static Counts counts;
  guint port;

  memset (&call, 0, sizeof (call));
  call.receiver = parse (RECEIVER "%s", "http://127.0.0.1:0/call?mode=listener",
      TAKES ("video", VP8 ";" H264, ""));
  call_start (&call);
  gst_element_set_state (call.receiver, GST_STATE_PLAYING);
  port = wait_listening (call.receiver);
  room = g_strdup_printf ("http://127.0.0.1:%u/call", port);
  call.sender = parse (SENDER "%s", room, SENDS ("video", VP8 ",payload=96",
          ""));
  gst_element_set_state (call.sender, GST_STATE_PLAYING);
  counts_start (&counts, call.receiver, "video");
  change_push_until (call.sender, "video", 96, &counts, 96);

  change_caps (call.sender, "video", H264 ",payload=97");
  change_wait_warning (call.sender, "gets H264 now", "make another call");
  change_caps (call.sender, "video", VP8 ",payload=96");
  change_push_until (call.sender, "video", 96, &counts, 96);
  fail_unless_equals_int (counts_get (&counts, 97), 0);
  wait_packets (&call, 10);
  check_nothing_lost (&call);
  call_stop (&call);
  counts_stop (&counts);
  g_clear_pointer (&room, g_free);
}

GST_END_TEST;

static Suite *
signalledchanges_suite (void)
{
  Suite *suite = suite_create ("signalledchanges");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_publisher_offers_another_codec);
  tcase_add_test (tcase, test_publisher_adds_a_medium_and_takes_it_out);
  tcase_add_test (tcase, test_by_http_a_warning_says_what_to_do);
  return suite;
}

GST_CHECK_MAIN (signalledchanges);
