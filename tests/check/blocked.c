/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The thread that pushes also reads the sockets: where what is downstream of it blocks,
 * the answers to our questions for consent are heard all the same, and nothing is lost. */

#include "restartcall.h"

#include <gio/gio.h>

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean blocked;             /* protected by lock */
} Block;

static GstPadProbeReturn
on_blocked (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Block *self = user_data;

  g_mutex_lock (&self->lock);
  self->blocked = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

/* Returns: how many of @pipeline's requests for consent were answered */
static guint64
get_n_answers (GstElement * pipeline)
{
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  GstStructure *stats;
  guint64 n = 0;

  g_object_get (end, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "consent-responses-received", &n);
  gst_structure_free (stats);
  gst_object_unref (end);
  return n;
}

static void
wait_answers (GstElement * pipeline, guint n)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  const guint64 until = get_n_answers (pipeline) + n;
  gint64 deadline = g_get_monotonic_time () + TIMEOUT / 1000;

  while (get_n_answers (pipeline) < until) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus, 20 * GST_MSECOND,
        GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);

    fail_unless (message == NULL, "%" GST_PTR_FORMAT, message);
    fail_unless (g_get_monotonic_time () < deadline, "no answer");
  }
  gst_object_unref (bus);
}

/* Has the thread that pushes what comes to @call block. Returns: what undoes it */
static gulong
block_call (Call * call)
{
  Block block = { 0, };
  gulong probe = gst_pad_add_probe (call->pad,
      GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM | GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, on_blocked, &block, NULL);

  g_mutex_lock (&block.lock);
  while (!block.blocked)
    g_cond_wait (&block.cond, &block.lock);
  g_mutex_unlock (&block.lock);
  return probe;
}

/* A call of which the receiver has @settings. */
static void
call_by_http_at (Call * call, const gchar * settings)
{
  guint port = listen_by_http (call, settings);

  call->sender = parse (AUDIO "encryption=none "
      "signalling-uri=http://127.0.0.1:%u/call", port);
  gst_element_set_state (call->sender, GST_STATE_PLAYING);
}

static const gchar *const contexts[] = { "", "shared" };

GST_START_TEST (test_answers_are_heard_while_downstream_blocks)
{
  static Call call;
  g_autofree gchar *more =
      g_strdup_printf ("encryption=none context=\"%s\"", contexts[__i__]);
  gulong probe;

  call_by_http_at (&call, more);
  wait_packets (&call, 15);

  probe = block_call (&call);
  wait_answers (call.receiver, 8);
  fail_unless_equals_int (get_n_restarts (call.sender, NULL), 0);
  fail_unless_equals_int (get_n_restarts (call.receiver, NULL), 0);

  gst_pad_remove_probe (call.pad, probe);
  /* All that came meanwhile, and more. */
  wait_packets (&call, 150);
  check_nothing_lost (&call);
  wait_answers (call.receiver, 2);
  call_stop (&call);
}

GST_END_TEST;

/* What an application may do while packets come: they come again, with the events that
 * belong before them, or a warning of GStreamer ends the test. */
GST_START_TEST (test_packets_come_after_flushes_and_in_new_streams)
{
  static Call call;
  g_autofree gchar *more =
      g_strdup_printf ("encryption=none context=\"%s\"", contexts[__i__]);
  GstElement *end;
  GstBus *bus;
  GstMessage *eos;

  call_by_http_at (&call, more);
  wait_packets (&call, 10);
  end = gst_bin_get_by_name (GST_BIN (call.receiver), "end");
  bus = gst_element_get_bus (call.receiver);
  for (guint i = 0; i < 4; i++) {
    if (i % 2 == 1) {
      fail_unless (gst_element_send_event (end, gst_event_new_eos ()));
      eos = gst_bus_timed_pop_filtered (bus, TIMEOUT, GST_MESSAGE_EOS);
      fail_unless (eos != NULL);
      gst_message_unref (eos);
    }
    fail_unless (gst_element_send_event (end, gst_event_new_flush_start ()));
    fail_unless (gst_element_send_event (end, gst_event_new_flush_stop (TRUE)));
    wait_packets (&call, 10);
  }
  /* The call goes on while the stream begins anew. */
  for (guint i = 0; i < 3; i++) {
    gst_element_set_state (call.receiver, GST_STATE_READY);
    fail_if (gst_pad_has_current_caps (call.pad));
    gst_element_set_state (call.receiver, GST_STATE_PLAYING);
    wait_packets (&call, 10);
    fail_unless (gst_pad_has_current_caps (call.pad));
  }
  gst_object_unref (bus);
  gst_object_unref (end);
  call_stop (&call);
}

GST_END_TEST;

static guint
find_free_port (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV6,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV6);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  fail_unless (g_socket_bind (socket, address, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

/* The thread that reads a port for all calls on it is blocked by one: the others are
 * answered all the same, and get what came when it goes on. */
GST_START_TEST (test_shared_port_is_answered_for_while_a_call_blocks)
{
  static Call held, other;
  const guint mux = find_free_port ();
  g_autofree gchar *settings = g_strdup_printf ("encryption=none "
      "context=shared ice-lite=true udp-mux-port=%u", mux);
  gulong probe;

  call_by_http_at (&held, settings);
  wait_packets (&held, 15);
  probe = block_call (&held);

  call_by_http_at (&other, settings);
  fail_unless_equals_int (wait_other_pair (other.sender, 0), mux);
  wait_answers (other.sender, 3);
  wait_answers (held.sender, 3);

  gst_pad_remove_probe (held.pad, probe);
  wait_packets (&held, 100);
  wait_packets (&other, 50);
  check_nothing_lost (&held);
  check_nothing_lost (&other);
  call_stop (&other);
  call_stop (&held);
}

GST_END_TEST;

static Suite *
blocked_suite (void)
{
  Suite *s = suite_create ("blocked");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_answers_are_heard_while_downstream_blocks, 0,
      G_N_ELEMENTS (contexts));
  tcase_add_loop_test (tc, test_packets_come_after_flushes_and_in_new_streams,
      0, G_N_ELEMENTS (contexts));
  tcase_add_test (tc, test_shared_port_is_answered_for_while_a_call_blocks);
  return s;
}

GST_CHECK_MAIN (blocked);
