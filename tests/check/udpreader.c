/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudpreader.h"

#include "gsticeudp.h"
#include "gsticeudproute.h"
#include "udptest.h"

#include <netinet/udp.h>

#define QUEUE_BYTES (16 * 1024 * 1024)

typedef struct
{
  GstIceDemux *demux;
  GstIceReceiver *receiver;
  GstIceUdpScratch *scratch;
  GstIceUdpReader *reader;
  GstIceUdpAddress local, remote;
  gint fd, peer;

  GString *stun;                /* first bytes of what stun() got */
  guint n_ticks;
  guint n_unmerged;
} Fixture;

static void
on_stun (const GstIceUdpAddress * from, const guint8 * data, gsize size,
    gint64 now_us, gpointer user_data)
{
  Fixture *self = user_data;

  fail_unless (gst_ice_udp_address_equal (from, &self->remote));
  fail_unless_equals_int64 (now_us, 1000);
  g_string_append_printf (self->stun, "%u/%u ", data[0], (guint) size);
}

static gint64
on_tick (gint64 now_us, gpointer user_data)
{
  Fixture *self = user_data;

  self->n_ticks++;
  return now_us + 500;
}

static void
on_unmerged (gpointer user_data)
{
  ((Fixture *) user_data)->n_unmerged++;
}

static const GstIceUdpReaderHooks hooks =
    { on_stun, on_tick, NULL, on_unmerged };

static void
fixture_init (Fixture * self, const gchar * address, gboolean coalesce)
{
  gint on = 1;

  memset (self, 0, sizeof (*self));
  self->demux = gst_ice_demux_new ();
  self->receiver = gst_ice_receiver_new (QUEUE_BYTES);
  gst_ice_demux_set_receivers (self->demux, FALSE, self->receiver, NULL);
  self->scratch = gst_ice_udp_scratch_new ();
  self->fd = test_socket (address, &self->local);
  self->peer = test_socket (address, &self->remote);
  self->stun = g_string_new (NULL);
  if (coalesce)
    fail_unless (setsockopt (self->fd, SOL_UDP, UDP_GRO, &on,
            sizeof (on)) == 0);
  gst_ice_udp_set_receive_buffer (self->fd, 2 * 1024 * 1024);
  self->reader = gst_ice_udp_reader_new (self->fd, self->demux, &hooks, self);
  gst_ice_udp_reader_add_remote (self->reader, &self->remote);
}

static void
fixture_clear (Fixture * self)
{
  gst_ice_udp_reader_free (self->reader);
  gst_ice_udp_scratch_free (self->scratch);
  gst_ice_demux_set_receivers (self->demux, FALSE, NULL, NULL);
  g_object_unref (self->receiver);
  g_object_unref (self->demux);
  g_string_free (self->stun, TRUE);
  close (self->fd);
  close (self->peer);
}

/* Takes lists until there are @n packets: those of @sizes, each in one memory of
 * its exact size. Returns: how many lists that took */
static guint
check_delivered (Fixture * self, const gsize * sizes, guint n)
{
  guint n_lists = 0, at = 0;

  while (at < n) {
    GstBufferList *list;
    GstCaps *caps;

    fail_unless_equals_int (gst_ice_receiver_receive (self->receiver,
            TEST_PATIENCE_MS, &list, &caps), GST_FLOW_OK);
    for (guint i = 0; i < gst_buffer_list_length (list); i++, at++) {
      GstBuffer *buffer = gst_buffer_list_get (list, i);
      GstMapInfo map;
      gsize most;

      fail_unless (at < n);
      fail_unless_equals_int (gst_buffer_get_sizes (buffer, NULL, &most),
          sizes[at]);
      fail_unless_equals_int (gst_buffer_n_memory (buffer), 1);
      fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
      fail_unless (test_is_packet (map.data, map.size, at));
      gst_buffer_unmap (buffer, &map);
    }
    gst_buffer_list_unref (list);
    n_lists++;
  }
  return n_lists;
}

/* Sends packets number 0 to @n - 1 as @level would. */
static void
send_packets (Fixture * self, const gchar * level, const gsize * sizes, guint n)
{
  GstBufferList *list = test_list (sizes, n, 1);
  GstIceRoute *route;

  g_setenv ("GST_ICE_UDP", level, TRUE);
  route = gst_ice_udp_route_new (dup (self->peer), &self->local);
  fail_unless_equals_int (gst_ice_route_send_list (route, list, 0, NULL, NULL),
      n);
  g_object_unref (route);
  gst_buffer_list_unref (list);
}

GST_START_TEST (test_packets_are_delivered_in_order)
{
  static const gchar *const addresses[] = { "127.0.0.1", "::1" };
  gboolean coalesce = (__i__ & 2) != 0;
  gsize sizes[200];
  GstIceUdpReaderCounts counts;
  Fixture f;

  for (guint i = 0; i < 200; i++)
    sizes[i] = i % 41 == 40 ? 77 : i >= 123 ? 160 : 1200;
  sizes[190] = 20000;
  sizes[191] = 65507;
  sizes[192] = 12;
  fixture_init (&f, addresses[__i__ & 1], coalesce);
  send_packets (&f, "all", sizes, 200);
  gst_ice_udp_reader_drain (f.reader);

  /* One read is one list, of 64 messages at most. */
  fail_unless_equals_int (check_delivered (&f, sizes, 200), coalesce ? 1 : 4);
  gst_ice_udp_reader_get_counts (f.reader, &counts);
  fail_unless_equals_int (counts.packets_received, 200);
  fail_unless_equals_int (counts.reads, coalesce ? 1 : 4);
  fail_unless (coalesce ? counts.messages < 20 : counts.messages == 200);
  fail_unless_equals_int (counts.kernel_drops, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_other_addresses_are_dropped_and_counted)
{
  GstIceUdpReaderCounts counts;
  GstIceUdpAddress addresses[5];
  gsize sizes[1] = { 15 };
  gint others[5];
  Fixture f;

  fixture_init (&f, "127.0.0.1", FALSE);
  for (guint i = 0; i < 5; i++) {
    others[i] = test_socket ("127.0.0.1", &addresses[i]);
    test_send (others[i], &f.local, "\x80", 1);
  }
  gst_ice_udp_reader_drain (f.reader);
  gst_ice_udp_reader_get_counts (f.reader, &counts);
  fail_unless_equals_int (counts.packets_foreign, 5);
  fail_unless_equals_int (counts.packets_received, 0);

  /* The one before counts, and so on; not for ever. */
  gst_ice_udp_reader_add_remote (f.reader, &addresses[0]);
  send_packets (&f, "all", sizes, 1);
  gst_ice_udp_reader_drain (f.reader);
  check_delivered (&f, sizes, 1);
  for (guint i = 1; i < 5; i++)
    gst_ice_udp_reader_add_remote (f.reader, &addresses[i]);
  send_packets (&f, "all", sizes, 1);
  gst_ice_udp_reader_drain (f.reader);
  gst_ice_udp_reader_get_counts (f.reader, &counts);
  fail_unless_equals_int (counts.packets_foreign, 6);
  fail_unless_equals_int (counts.packets_received, 1);

  for (guint i = 0; i < 5; i++)
    close (others[i]);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_stun_is_taken_out)
{
  /* What a card glues together: packets of a size, one of them STUN. */
  guint8 merged[3][100];
  struct iovec iovec = { merged, 250 };
  gchar control[CMSG_SPACE (sizeof (guint16))] = { 0, };
  struct msghdr message = { 0, };
  struct cmsghdr *cmsg = (struct cmsghdr *) control;
  guint16 segment = 100;
  gsize sizes[2] = { 100, 50 };
  GstIceUdpReaderCounts counts;
  Fixture f;

  fixture_init (&f, "127.0.0.1", TRUE);
  for (guint i = 0; i < 100; i++) {
    merged[0][i] = test_byte (0, i);
    merged[1][i] = 0;
    merged[2][i] = test_byte (1, i);
  }
  cmsg->cmsg_level = SOL_UDP;
  cmsg->cmsg_type = UDP_SEGMENT;
  cmsg->cmsg_len = CMSG_LEN (sizeof (segment));
  memcpy (CMSG_DATA (cmsg), &segment, sizeof (segment));
  message.msg_name = &f.local;
  message.msg_namelen = gst_ice_udp_address_size (&f.local);
  message.msg_iov = &iovec;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof (control);
  fail_unless_equals_int (sendmsg (f.peer, &message, 0), 250);
  test_send (f.peer, &f.local, "\3", 1);
  test_send (f.peer, &f.local, "", 0);

  fail_unless_equals_int (gst_ice_udp_reader_read (f.reader, f.scratch, 1000),
      GST_ICE_UDP_READ_ALL);
  check_delivered (&f, sizes, 2);
  fail_unless_equals_string (f.stun->str, "0/100 3/1 ");
  gst_ice_udp_reader_get_counts (f.reader, &counts);
  fail_unless_equals_int (counts.packets_stun, 2);
  fail_unless_equals_int (counts.packets_received, 2);
  fail_unless_equals_int (counts.packets_malformed, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_ticks_when_due_and_after_stun)
{
  Fixture f;

  fixture_init (&f, "127.0.0.1", FALSE);
  fail_unless_equals_int64 (gst_ice_udp_reader_tick (f.reader, 1000), 1500);
  fail_unless_equals_int64 (gst_ice_udp_reader_tick (f.reader, 1499), 1500);
  fail_unless_equals_int (f.n_ticks, 1);
  fail_unless_equals_int64 (gst_ice_udp_reader_tick (f.reader, 1500), 2000);
  test_send (f.peer, &f.local, "\0", 1);
  gst_ice_udp_reader_read (f.reader, f.scratch, 1000);
  fail_unless_equals_int64 (gst_ice_udp_reader_tick (f.reader, 1600), 2100);
  fail_unless_equals_int (f.n_ticks, 3);
  fixture_clear (&f);
}

GST_END_TEST;

/* Sends 50 packets, which come in one read at @now_us. */
static void
read_fifty (Fixture * self, gint64 now_us)
{
  gsize sizes[50];

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    sizes[i] = 100;
  send_packets (self, "mmsg", sizes, G_N_ELEMENTS (sizes));
  gst_ice_udp_reader_read (self->reader, self->scratch, now_us);
  check_delivered (self, sizes, G_N_ELEMENTS (sizes));
}

/* A thread that gets no processor for a second finds 50 packets of a call. */
GST_START_TEST (test_only_fast_packets_are_worth_merging)
{
  Fixture f;

  fixture_init (&f, "127.0.0.1", FALSE);
  for (guint second = 1; second <= 20; second++)
    read_fifty (&f, second * G_USEC_PER_SEC);
  fail_unless_equals_int (f.n_unmerged, 0);

  for (guint i = 0; i < 4; i++)
    read_fifty (&f, 30 * G_USEC_PER_SEC + i * 20000);
  fail_unless_equals_int (f.n_unmerged, 0);
  read_fifty (&f, 30 * G_USEC_PER_SEC + 80000);
  fail_unless_equals_int (f.n_unmerged, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_kernel_drops_are_counted)
{
  gsize sizes[100];
  GstIceUdpReaderCounts counts;
  gint least = 0;
  Fixture f;

  for (guint i = 0; i < 100; i++)
    sizes[i] = 1200;
  fixture_init (&f, "127.0.0.1", FALSE);
  fail_unless (setsockopt (f.fd, SOL_SOCKET, SO_RCVBUF, &least,
          sizeof (least)) == 0);
  send_packets (&f, "mmsg", sizes, 100);
  gst_ice_udp_reader_drain (f.reader);
  gst_ice_udp_reader_get_counts (f.reader, &counts);
  fail_unless (counts.packets_received < 100);
  fail_unless_equals_int (counts.packets_received + counts.kernel_drops, 100);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_receive_buffer_is_what_is_said)
{
  GstIceUdpAddress local;
  gint fd = test_socket ("127.0.0.1", &local);
  gsize before = gst_ice_udp_set_receive_buffer (fd, 0);

  fail_unless (before > 0);
  fail_unless_equals_int (gst_ice_udp_set_receive_buffer (fd, 65536), 65536);
  fail_unless (gst_ice_udp_set_receive_buffer (fd, G_MAXINT64) > 65536);
  close (fd);
}

GST_END_TEST;

GST_START_TEST (test_no_socket_is_broken)
{
  Fixture f;
  gint pipe_fds[2];

  fixture_init (&f, "127.0.0.1", FALSE);
  fail_unless (pipe (pipe_fds) == 0);
  fail_unless (dup2 (pipe_fds[0], f.fd) == f.fd);
  fail_unless_equals_int (gst_ice_udp_reader_read (f.reader, f.scratch, 1000),
      GST_ICE_UDP_READ_BROKEN);
  close (pipe_fds[0]);
  close (pipe_fds[1]);
  fixture_clear (&f);
}

GST_END_TEST;

static Suite *
udpreader_suite (void)
{
  Suite *s = suite_create ("udpreader");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_packets_are_delivered_in_order, 0, 4);
  tcase_add_test (tc, test_other_addresses_are_dropped_and_counted);
  tcase_add_test (tc, test_stun_is_taken_out);
  tcase_add_test (tc, test_ticks_when_due_and_after_stun);
  tcase_add_test (tc, test_only_fast_packets_are_worth_merging);
  tcase_add_test (tc, test_kernel_drops_are_counted);
  tcase_add_test (tc, test_receive_buffer_is_what_is_said);
  tcase_add_test (tc, test_no_socket_is_broken);
  return s;
}

GST_CHECK_MAIN (udpreader);
