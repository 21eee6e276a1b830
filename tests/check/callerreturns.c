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
#define STRANGER_WITH \
  "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" \
  "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n" \
  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl\r\n" \
  "a=rtpmap:0 PCMU/8000\r\na=rtcp-mux\r\na=sendonly\r\na=setup:actpass\r\n"
#define ABLE_STRANGER STRANGER_WITH \
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

/* Whose packets come. */
typedef struct
{
  GMutex lock;
  GCond cond;

  /* Protected by lock. */
  guint n[3];                   /* packets by SSRC */
} Sources;

static gboolean
count_source (GstBuffer ** buffer, guint index, gpointer user_data)
{
  Sources *sources = user_data;
  guint8 head[12];
  guint32 ssrc;

  fail_unless_equals_int (gst_buffer_extract (*buffer, 0, head, 12), 12);
  ssrc = GST_READ_UINT32_BE (head + 8);
  if (ssrc >= G_N_ELEMENTS (sources->n))
    ssrc = 0;
  sources->n[ssrc]++;
  return TRUE;
}

static GstPadProbeReturn
on_sources (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Sources *sources = user_data;
  GstBuffer *buffer;

  g_mutex_lock (&sources->lock);
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info),
        count_source, sources);
  } else {
    buffer = GST_PAD_PROBE_INFO_BUFFER (info);
    count_source (&buffer, 0, sources);
  }
  g_cond_broadcast (&sources->cond);
  g_mutex_unlock (&sources->lock);
  return GST_PAD_PROBE_OK;
}

static void
sources_watch (Sources * sources, Call * call)
{
  memset (sources, 0, sizeof *sources);
  g_mutex_init (&sources->lock);
  g_cond_init (&sources->cond);
  gst_pad_add_probe (call->pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, on_sources, sources, NULL);
}

/* Waits for @n more packets of @ssrc.
 * Returns: how many of all others came meanwhile */
static guint
sources_wait (Sources * sources, guint ssrc, guint n)
{
  const gint64 deadline = g_get_monotonic_time () + TIMEOUT / 1000;
  guint others = 0;

  g_mutex_lock (&sources->lock);
  n += sources->n[ssrc];
  for (guint i = 0; i < G_N_ELEMENTS (sources->n); i++)
    others -= i != ssrc ? sources->n[i] : 0;
  while (sources->n[ssrc] < n)
    fail_unless (g_cond_wait_until (&sources->cond, &sources->lock, deadline),
        "%u packets of %u", sources->n[ssrc], ssrc);
  for (guint i = 0; i < G_N_ELEMENTS (sources->n); i++)
    others += i != ssrc ? sources->n[i] : 0;
  g_mutex_unlock (&sources->lock);
  return others;
}

/* Returns: (transfer full): a caller in this process, so with the certificate of all others in
 *     it */
static GstElement *
call_as (guint port, guint ssrc)
{
  GstElement *caller = parse (AUDIO "signalling-uri=http://127.0.0.1:%u/call",
      port);
  GstIterator *elements = gst_bin_iterate_elements (GST_BIN (caller));
  GValue item = G_VALUE_INIT;

  while (gst_iterator_next (elements, &item) == GST_ITERATOR_OK) {
    GObject *element = g_value_get_object (&item);

    if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "ssrc"))
      g_object_set (element, "ssrc", ssrc, NULL);
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (elements);
  gst_element_set_state (caller, GST_STATE_PLAYING);
  return caller;
}

static void
assert_untroubled (Call * call)
{
  GstBus *bus = gst_element_get_bus (call->receiver);

  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_EOS | GST_MESSAGE_ERROR)
      == NULL);
  gst_object_unref (bus);
}

static void
stop (GstElement * caller)
{
  gst_element_set_state (caller, GST_STATE_NULL);
  gst_object_unref (caller);
}

/* Issue 15, 2: while the first one's media flows, a newcomer that proves in its handshake to
 * be the same takes its place; it does not wait until the first one is given up. */
GST_START_TEST (test_same_certificate_takes_the_place_at_once)
{
  static Call call;
  static Sources sources;
  const guint port = listen_by_http (&call, "");
  GstElement *old, *new;

  sources_watch (&sources, &call);
  old = call_as (port, 1);
  sources_wait (&sources, 1, 30);
  new = call_as (port, 2);
  sources_wait (&sources, 2, 30);
  /* The first, which still sends, does not come between. */
  fail_unless_equals_int (sources_wait (&sources, 2, 50), 0);
  assert_untroubled (&call);

  stop (old);
  sources_wait (&sources, 2, 30);
  assert_untroubled (&call);
  stop (new);
  call_stop (&call);
}

GST_END_TEST;

/* Somebody else, who is as able, gets in when the first is gone, and no sooner. */
GST_START_TEST (test_other_certificate_waits_for_the_end)
{
  static Call call;
  static Sources sources;
  const guint port = listen_by_http (&call, "keep-listening=true");
  GSubprocess *other;
  GstElement *old;

  sources_watch (&sources, &call);
  old = call_as (port, 1);
  sources_wait (&sources, 1, 30);
  other = spawn_caller (port);
  fail_unless_equals_int (sources_wait (&sources, 1, 150), 0);
  assert_untroubled (&call);

  stop (old);
  sources_wait (&sources, 0, 30);
  assert_untroubled (&call);
  kill_caller (other);
  call_stop (&call);
}

GST_END_TEST;

/* Returns: (transfer full): the fingerprint of the certificate that the peer proved to have */
static gchar *
get_remote_fingerprint (Call * call)
{
  GObject *session = get_session (call->receiver);
  GstStructure *stats, *mline;
  gchar *fingerprint;

  g_object_get (session, "stats", &stats, NULL);
  fail_unless (gst_structure_get (stats, "mline-0", GST_TYPE_STRUCTURE, &mline,
          NULL));
  fingerprint = g_strdup (gst_structure_get_string (mline,
          "remote-fingerprint"));
  fail_unless (fingerprint != NULL, "%" GST_PTR_FORMAT, mline);
  gst_structure_free (mline);
  gst_structure_free (stats);
  g_object_unref (session);
  return fingerprint;
}

/* A fingerprint is no secret: who has read it and names it may ask, and gets no further. */
GST_START_TEST (test_copied_fingerprint_proves_nothing)
{
  static Call call;
  static Sources sources;
  const guint port = listen_by_http (&call, "");
  GstElement *old;
  g_autofree gchar *fingerprint = NULL;
  g_autofree gchar *offer = NULL;

  sources_watch (&sources, &call);
  old = call_as (port, 1);
  sources_wait (&sources, 1, 30);
  fingerprint = get_remote_fingerprint (&call);
  offer =
      g_strdup_printf (STRANGER_WITH "a=fingerprint:sha-256 %s\r\n",
      fingerprint);
  for (guint i = 0; i < 3; i++)
    fail_unless_equals_int (post_as_stranger (port, offer), 201);
  fail_unless_equals_int (sources_wait (&sources, 1, 150), 0);
  assert_untroubled (&call);
  stop (old);
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
  tcase_add_test (tc, test_same_certificate_takes_the_place_at_once);
  tcase_add_test (tc, test_copied_fingerprint_proves_nothing);
  /* gst-launch-1.0 can't load what a sanitizer was built into. */
  if (g_getenv ("GST_ICE_SANITIZER") == NULL) {
    tcase_add_test (tc, test_killed_caller_comes_back);
    tcase_add_loop_test (tc, test_stranger_leaves_a_silent_call, 0,
        G_N_ELEMENTS (strangers));
    tcase_add_test (tc, test_other_certificate_waits_for_the_end);
  }
  return s;
}

GST_CHECK_MAIN (callerreturns);
