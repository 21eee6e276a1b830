/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudppool.h"

#include "udptest.h"

/* One reader, and a peer that sends to it. */
typedef struct
{
  GstIceInlet *inlet;
  GstIceChannel *channel;
  GstIceUdpReader *reader;
  GstIceUdpAddress local, remote;
  gint fd, peer;

  GMutex lock;
  GCond cond;

  /* Protected by lock. */
  gboolean stalls;              /* stun() waits until this is FALSE */
  gboolean inside;              /* stun() */
  GThread *thread;              /* that called stun() last */
  guint n_ticks;
} End;

static void
on_stun (const GstIceUdpAddress * from, const guint8 * data, gsize size,
    gint64 now_us, gpointer user_data)
{
  End *self = user_data;

  g_mutex_lock (&self->lock);
  self->inside = TRUE;
  self->thread = g_thread_self ();
  g_cond_broadcast (&self->cond);
  while (self->stalls)
    g_cond_wait (&self->cond, &self->lock);
  self->inside = FALSE;
  g_mutex_unlock (&self->lock);
}

static gint64
on_tick (gint64 now_us, gpointer user_data)
{
  End *self = user_data;

  g_mutex_lock (&self->lock);
  self->n_ticks++;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return now_us + 2000;
}

static const GstIceUdpReaderHooks hooks = { on_stun, on_tick, NULL };

static void
end_init (End * self)
{
  memset (self, 0, sizeof (*self));
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->inlet = gst_ice_inlet_new ();
  self->channel = gst_ice_channel_new (1024 * 1024);
  gst_ice_inlet_set_channels (self->inlet, FALSE, self->channel, NULL);
  self->fd = test_socket ("127.0.0.1", &self->local);
  self->peer = test_socket ("127.0.0.1", &self->remote);
  self->reader = gst_ice_udp_reader_new (self->fd, self->inlet, &hooks, self);
  gst_ice_udp_reader_add_remote (self->reader, &self->remote);
}

static void
end_clear (End * self)
{
  gst_ice_udp_reader_free (self->reader);
  g_object_unref (self->channel);
  g_object_unref (self->inlet);
  close (self->fd);
  close (self->peer);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
}

static void
end_add (End * self, const gchar * context, guint wait_ms)
{
  GError *error = NULL;

  fail_unless (gst_ice_udp_pool_add (self->reader, context, wait_ms, &error));
  fail_unless (error == NULL);
}

/* Sends one packet, and waits until it is delivered. */
static void
end_ping (End * self)
{
  GstBufferList *list;
  GstCaps *caps;

  test_send (self->peer, &self->local, "\x80media", 6);
  fail_unless_equals_int (gst_ice_channel_receive (self->channel,
          TEST_PATIENCE_MS, &list, &caps), GST_FLOW_OK);
  fail_unless_equals_int (gst_buffer_list_length (list), 1);
  gst_buffer_list_unref (list);
}

/* Makes the reader's thread call stun(), and waits until it does. */
static void
end_enter (End * self, gboolean stall)
{
  g_mutex_lock (&self->lock);
  self->stalls = stall;
  self->thread = NULL;
  g_mutex_unlock (&self->lock);

  test_send (self->peer, &self->local, "\0", 1);
  g_mutex_lock (&self->lock);
  while (self->thread == NULL)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
end_release (End * self)
{
  g_mutex_lock (&self->lock);
  self->stalls = FALSE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

#define N_ENDS 20

GST_START_TEST (test_context_is_one_thread)
{
  End ends[N_ENDS], alone[2];

  for (guint i = 0; i < N_ENDS; i++) {
    end_init (&ends[i]);
    end_add (&ends[i], i % 2 ? "odd" : "even", 0);
  }
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 2);
  for (guint i = 0; i < 2; i++) {
    end_init (&alone[i]);
    end_add (&alone[i], NULL, 0);
  }
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 4);

  for (guint i = 0; i < N_ENDS; i++) {
    end_ping (&ends[i]);
    end_enter (&ends[i], FALSE);
    fail_unless (ends[i].thread == ends[i % 2].thread);
  }
  fail_unless (ends[0].thread != ends[1].thread);
  end_enter (&alone[0], FALSE);
  end_enter (&alone[1], FALSE);
  fail_unless (alone[0].thread != alone[1].thread);

  for (guint i = 0; i < N_ENDS; i++) {
    gst_ice_udp_pool_remove (ends[i].reader);
    end_clear (&ends[i]);
  }
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 2);
  for (guint i = 0; i < 2; i++) {
    gst_ice_udp_pool_remove (alone[i].reader);
    end_clear (&alone[i]);
  }
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 0);
}

GST_END_TEST;

GST_START_TEST (test_stalled_reader_stalls_its_context_only)
{
  End stalled, same, other;

  end_init (&stalled);
  end_init (&same);
  end_init (&other);
  end_add (&stalled, "a", 0);
  end_add (&same, "a", 0);
  end_add (&other, "b", 0);
  end_enter (&stalled, TRUE);

  end_ping (&other);
  /* Who is not inside can leave. */
  gst_ice_udp_pool_remove (same.reader);
  end_add (&same, "b", 0);
  end_ping (&same);

  end_release (&stalled);
  end_ping (&stalled);
  gst_ice_udp_pool_remove (same.reader);
  gst_ice_udp_pool_remove (other.reader);
  gst_ice_udp_pool_remove (stalled.reader);
  end_clear (&same);
  end_clear (&other);
  end_clear (&stalled);
}

GST_END_TEST;

static gpointer
release_it (gpointer data)
{
  end_release (data);
  return NULL;
}

GST_START_TEST (test_remove_waits_for_the_call)
{
  GThread *thread;
  End end;

  end_init (&end);
  end_add (&end, NULL, 0);
  end_enter (&end, TRUE);
  thread = g_thread_new ("release", release_it, &end);
  gst_ice_udp_pool_remove (end.reader);
  fail_if (end.inside);
  g_thread_join (thread);
  end_clear (&end);
}

GST_END_TEST;

GST_START_TEST (test_ticks_come_without_packets)
{
  End ends[3];

  for (guint i = 0; i < 3; i++) {
    end_init (&ends[i]);
    end_add (&ends[i], "ticks", __i__);
  }
  for (guint i = 0; i < 3; i++) {
    g_mutex_lock (&ends[i].lock);
    while (ends[i].n_ticks < 5)
      g_cond_wait (&ends[i].cond, &ends[i].lock);
    g_mutex_unlock (&ends[i].lock);
  }
  for (guint i = 0; i < 3; i++) {
    gst_ice_udp_pool_remove (ends[i].reader);
    end_clear (&ends[i]);
  }
}

GST_END_TEST;

#define N_BURST 200

/* What comes within the wait is read at once: fewer lists than packets. */
GST_START_TEST (test_context_wait_gathers)
{
  GstIceUdpReaderCounts counts;
  End end;

  end_init (&end);
  end_add (&end, "waits", 20);
  for (guint i = 0; i < N_BURST; i++)
    test_send (end.peer, &end.local, "\x80media", 6);
  for (guint n = 0; n < N_BURST;) {
    GstBufferList *list;
    GstCaps *caps;

    fail_unless_equals_int (gst_ice_channel_receive (end.channel,
            TEST_PATIENCE_MS, &list, &caps), GST_FLOW_OK);
    n += gst_buffer_list_length (list);
    gst_buffer_list_unref (list);
  }
  gst_ice_udp_pool_remove (end.reader);
  gst_ice_udp_reader_get_counts (end.reader, &counts);
  fail_unless_equals_int (counts.packets_received, N_BURST);
  fail_unless (counts.reads <= N_BURST / 4);
  end_clear (&end);
}

GST_END_TEST;

#define N_CHURN 60

static gpointer
churn (gpointer data)
{
  static const gchar *const contexts[] = { "x", "y", NULL };
  End end;

  end_init (&end);
  for (guint i = 0; i < N_CHURN; i++) {
    end_add (&end, contexts[(GPOINTER_TO_UINT (data) + i) % 3], i % 3);
    if (i % 2)
      end_ping (&end);
    gst_ice_udp_pool_remove (end.reader);
  }
  end_clear (&end);
  return NULL;
}

GST_START_TEST (test_many_come_and_go)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("churn", churn, GUINT_TO_POINTER (i));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 0);
}

GST_END_TEST;

GST_START_TEST (test_refused_reader_leaves_nothing)
{
  GError *error = NULL;
  gint fd;
  End end;

  end_init (&end);
  fd = dup (end.fd);
  close (end.fd);
  fail_if (gst_ice_udp_pool_add (end.reader, "x", 0, &error));
  fail_unless (error != NULL);
  g_clear_error (&error);
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 0);
  fail_unless_equals_int (dup2 (fd, end.fd), end.fd);
  close (fd);
  end_clear (&end);
}

GST_END_TEST;

static Suite *
udppool_suite (void)
{
  Suite *s = suite_create ("udppool");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_context_is_one_thread);
  tcase_add_test (tc, test_stalled_reader_stalls_its_context_only);
  tcase_add_test (tc, test_remove_waits_for_the_call);
  tcase_add_loop_test (tc, test_ticks_come_without_packets, 0, 2);
  tcase_add_test (tc, test_context_wait_gathers);
  tcase_add_test (tc, test_many_come_and_go);
  tcase_add_test (tc, test_refused_reader_leaves_nothing);
  return s;
}

GST_CHECK_MAIN (udppool);
