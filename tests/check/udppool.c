/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudppool.h"
#include "gsticeudpreader.h"

#include "udptest.h"

/* One reader, and a peer that sends to it. */
typedef struct
{
  GstIceDemux *demux;
  GstIceReceiver *receiver;
  GstIceUdpReader *reader;
  GstIceUdpAddress local, remote;
  gint fd, peer;

  GMutex lock;
  GCond cond;

  /* Protected by lock. */
  gboolean stalls;              /* stun() waits until this is FALSE */
  gboolean inside;              /* stun() */
  GThread *thread;              /* that called stun() last */
  GThread *ticker;              /* that called tick() last */
  guint n_ticks;
  guint n_received;             /* by on_turn() */
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
  self->ticker = g_thread_self ();
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return now_us + 2000;
}

static const GstIceUdpReaderHooks ticking_hooks = { on_stun, on_tick, NULL };

/* Nothing is due: the fallback reader sleeps until a socket rouses it. */
static const GstIceUdpReaderHooks still_hooks = { on_stun, NULL, NULL };

static void
end_init_with (End * self, const GstIceUdpReaderHooks * hooks)
{
  memset (self, 0, sizeof (*self));
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->demux = gst_ice_demux_new ();
  self->receiver = gst_ice_receiver_new (1024 * 1024);
  gst_ice_demux_set_receivers (self->demux, FALSE, self->receiver, NULL);
  self->fd = test_socket ("127.0.0.1", &self->local);
  self->peer = test_socket ("127.0.0.1", &self->remote);
  self->reader = gst_ice_udp_reader_new (self->fd, self->demux, hooks, self);
  gst_ice_udp_reader_add_remote (self->reader, &self->remote);
}

static void
end_init (End * self)
{
  end_init_with (self, &ticking_hooks);
}

static void
end_clear (End * self)
{
  gst_ice_udp_reader_free (self->reader);
  g_object_unref (self->receiver);
  g_object_unref (self->demux);
  close (self->fd);
  close (self->peer);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
}

/* @context: (nullable): %NULL: nobody wants its packets */
static void
end_add (End * self, GstIceWaiter * context)
{
  GError *error = NULL;

  fail_unless (gst_ice_udp_pool_add (gst_ice_udp_reader_get_source
          (self->reader), context, &error));
  fail_unless (error == NULL);
}

/* Its packets are the receiver's. */
static void
end_add_own (End * self)
{
  g_autoptr (GstIceWaiter) context =
      gst_ice_receiver_dup_waiter (self->receiver);

  end_add (self, context);
}

/* Sends one packet, and waits until it is delivered. */
static void
end_ping (End * self)
{
  GstBufferList *list;
  GstCaps *caps;

  test_send (self->peer, &self->local, "\x80media, RTP", 12);
  fail_unless_equals_int (gst_ice_receiver_receive (self->receiver,
          TEST_PATIENCE_MS, &list, &caps), GST_FLOW_OK);
  fail_unless_equals_int (gst_buffer_list_length (list), 1);
  gst_buffer_list_unref (list);
}

/* Makes who reads call stun(), and waits until it does. */
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

/* Waits for a packet of its own; meanwhile its thread reads. */
static gpointer
receive_one (gpointer data)
{
  End *self = data;
  GstBufferList *list;
  GstCaps *caps;

  fail_unless_equals_int (gst_ice_receiver_receive (self->receiver,
          TEST_PATIENCE_MS, &list, &caps), GST_FLOW_OK);
  gst_buffer_list_unref (list);
  return NULL;
}

/* Waits until @thread, or another one if @is is FALSE, has been in the loop for
 * @n_ticks in a row. */
static void
end_wait_ticks (End * self, GThread * thread, gboolean is, guint n_ticks)
{
  g_mutex_lock (&self->lock);
  self->n_ticks = 0;
  while (self->n_ticks < n_ticks) {
    if ((self->ticker == thread) != is)
      self->n_ticks = 0;
    g_cond_wait (&self->cond, &self->lock);
  }
  g_mutex_unlock (&self->lock);
}

/* Returns: whether the thread that waits for packets read them. The fallback reader may, where
 *     that thread is not let to run. */
static gboolean
end_is_read_by_receiver (End * self)
{
  GThread *thread = g_thread_new ("receives", receive_one, self);
  gboolean is;

  /* So long that the fallback reader looks no more. */
  end_wait_ticks (self, thread, TRUE, 15);
  end_enter (self, FALSE);
  is = self->thread == thread;
  test_send (self->peer, &self->local, "\x80media, RTP", 12);
  g_thread_join (thread);

  /* Away, it has the fallback reader again. */
  end_wait_ticks (self, thread, FALSE, 2);
  end_enter (self, FALSE);
  fail_if (self->thread == thread);
  return is;
}

GST_START_TEST (test_who_waits_reads)
{
  GstIceUdpReaderCounts counts;
  guint n, n_read = 0;
  End end;

  end_init (&end);
  end_add_own (&end);
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 1);
  for (n = 0; n < 20 && n_read < 3; n++)
    n_read += end_is_read_by_receiver (&end);
  fail_unless_equals_int (n_read, 3);

  gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (end.reader));
  gst_ice_udp_reader_get_counts (end.reader, &counts);
  fail_unless_equals_int (counts.packets_received, n);
  end_clear (&end);
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 0);
}

GST_END_TEST;

#define N_VISITS 20

/* A thread that comes once and stays away, as its push blocks: the fallback reader reads
 * for it, whatever it did when the thread came. It rests when nothing happened for a
 * while, so each visit comes later than the one before. */
GST_START_TEST (test_who_comes_once_is_stood_in_for)
{
  for (guint i = 0; i < N_VISITS; i++) {
    GstBufferList *list;
    GstCaps *caps;
    End end;

    end_init_with (&end, &still_hooks);
    end_add_own (&end);
    end_enter (&end, FALSE);
    g_usleep (i * 2 * G_TIME_SPAN_MILLISECOND);
    fail_unless_equals_int (gst_ice_receiver_receive (end.receiver, 1, &list,
            &caps), GST_FLOW_CUSTOM_SUCCESS);
    end_enter (&end, FALSE);
    fail_if (end.thread == g_thread_self ());
    gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (end.reader));
    end_clear (&end);
  }
}

GST_END_TEST;

/* Peers get answers while nobody takes their packets. */
GST_START_TEST (test_fallback_reader_is_one_thread)
{
  End ends[N_ENDS];

  for (guint i = 0; i < N_ENDS; i++) {
    end_init (&ends[i]);
    if (i % 2)
      end_add_own (&ends[i]);
    else
      end_add (&ends[i], NULL);
  }
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 1);

  for (guint i = 0; i < N_ENDS; i++) {
    if (i % 4 == 1)
      end_ping (&ends[i]);
    end_enter (&ends[i], FALSE);
    fail_unless (ends[i].thread == ends[0].thread);
    fail_if (ends[i].thread == g_thread_self ());
  }
  for (guint i = 0; i < N_ENDS; i++) {
    gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (ends[i].reader));
    end_clear (&ends[i]);
  }
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 0);
}

GST_END_TEST;

/* A thread that is held up inside, as it is not by anything that blocks, holds up
 * the sockets of its context. */
GST_START_TEST (test_held_up_thread_holds_up_its_context_only)
{
  GThread *thread;
  End held, same, other;

  end_init (&held);
  end_init (&same);
  end_init (&other);
  end_add_own (&held);
  {
    g_autoptr (GstIceWaiter) context =
        gst_ice_receiver_dup_waiter (held.receiver);

    end_add (&same, context);
  }
  end_add_own (&other);
  thread = g_thread_new ("receives", receive_one, &held);
  end_wait_ticks (&held, thread, TRUE, 5);
  end_enter (&held, TRUE);

  end_ping (&other);
  /* Who is not inside can leave. */
  gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (same.reader));
  end_add_own (&same);
  end_ping (&same);

  end_release (&held);
  test_send (held.peer, &held.local, "\x80media, RTP", 12);
  g_thread_join (thread);
  gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (same.reader));
  gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (other.reader));
  gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (held.reader));
  end_clear (&same);
  end_clear (&other);
  end_clear (&held);
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
  end_add (&end, NULL);
  end_enter (&end, TRUE);
  thread = g_thread_new ("release", release_it, &end);
  gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (end.reader));
  fail_if (end.inside);
  g_thread_join (thread);
  end_clear (&end);
}

GST_END_TEST;

GST_START_TEST (test_ticks_come_without_packets)
{
  g_autoptr (GstIceWaiter) context = gst_ice_waiter_new (__i__, FALSE);
  End ends[3];

  for (guint i = 0; i < 3; i++) {
    end_init (&ends[i]);
    end_add (&ends[i], context);
  }
  for (guint i = 0; i < 3; i++) {
    g_mutex_lock (&ends[i].lock);
    while (ends[i].n_ticks < 5)
      g_cond_wait (&ends[i].cond, &ends[i].lock);
    g_mutex_unlock (&ends[i].lock);
  }
  for (guint i = 0; i < 3; i++) {
    gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (ends[i].reader));
    end_clear (&ends[i]);
  }
}

GST_END_TEST;

#define N_IN_TURN 10

/* The context's thread. */
static void
on_turn (gpointer user_data)
{
  End *self = user_data;
  GstBufferList *list;
  GstCaps *caps;

  while (gst_ice_receiver_receive_now (self->receiver, &list, &caps) ==
      GST_FLOW_OK) {
    g_mutex_lock (&self->lock);
    self->n_received += gst_buffer_list_length (list);
    g_cond_broadcast (&self->cond);
    g_mutex_unlock (&self->lock);
    gst_buffer_list_unref (list);
  }
}

/* However late a busy machine lets the threads run: each packet is sent when the one
 * before has been read, and yet the socket is read no more than once in the wait. */
GST_START_TEST (test_context_wait_gathers)
{
  GstIceUdpReaderCounts counts;
  gint64 begin_us;
  guint64 took_ms;
  End end;

  end_init (&end);
  fail_unless (gst_ice_receiver_share_thread (end.receiver, "waits", 20,
          on_turn, &end, NULL));
  end_add_own (&end);
  begin_us = g_get_monotonic_time ();
  for (guint i = 0; i < N_IN_TURN; i++) {
    test_send (end.peer, &end.local, "\x80media, RTP", 12);
    g_mutex_lock (&end.lock);
    while (end.n_received <= i)
      g_cond_wait (&end.cond, &end.lock);
    g_mutex_unlock (&end.lock);
  }
  gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (end.reader));
  took_ms = (guint64) (g_get_monotonic_time () - begin_us) /
      G_TIME_SPAN_MILLISECOND;
  gst_ice_udp_reader_get_counts (end.reader, &counts);
  fail_unless_equals_int (counts.packets_received, N_IN_TURN);
  /* The fallback reader reads too, for a thread that is away; half the wait allows for it. */
  fail_unless (counts.reads <= 2 + took_ms / 10);
  gst_ice_receiver_leave_thread (end.receiver);
  end_clear (&end);
}

GST_END_TEST;

#define N_CHURN 60

static GstIceWaiter *common;    /* set at construction, for the test */

static gpointer
churn (gpointer data)
{
  End end;

  end_init (&end);
  for (guint i = 0; i < N_CHURN; i++) {
    switch ((GPOINTER_TO_UINT (data) + i) % 3) {
      case 0:
        end_add (&end, common);
        break;
      case 1:
        end_add (&end, NULL);
        break;
      default:
        end_add_own (&end);
    }
    if (i % 2)
      end_ping (&end);
    gst_ice_udp_pool_remove (gst_ice_udp_reader_get_source (end.reader));
  }
  end_clear (&end);
  return NULL;
}

GST_START_TEST (test_many_come_and_go)
{
  GThread *threads[4];

  common = gst_ice_waiter_new (1, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("churn", churn, GUINT_TO_POINTER (i));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  fail_unless_equals_int (gst_ice_udp_pool_get_n_threads (), 0);
  g_clear_object (&common);
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
  fail_if (gst_ice_udp_pool_add (gst_ice_udp_reader_get_source (end.reader),
          NULL, &error));
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
  tcase_add_test (tc, test_who_waits_reads);
  tcase_add_test (tc, test_who_comes_once_is_stood_in_for);
  tcase_add_test (tc, test_fallback_reader_is_one_thread);
  tcase_add_test (tc, test_held_up_thread_holds_up_its_context_only);
  tcase_add_test (tc, test_remove_waits_for_the_call);
  tcase_add_loop_test (tc, test_ticks_come_without_packets, 0, 2);
  tcase_add_test (tc, test_context_wait_gathers);
  tcase_add_test (tc, test_many_come_and_go);
  tcase_add_test (tc, test_refused_reader_leaves_nothing);
  return s;
}

GST_CHECK_MAIN (udppool);
