/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeroute.h"
#include "gsticesender.h"
#include "icetest.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* One packet of packets_new(). */
#define PACKET 12

/* A cipher whose work can be seen: it adds to sequence numbers. */

#define SHIFT_TYPE_CIPHER (shift_cipher_get_type ())
G_DECLARE_FINAL_TYPE (ShiftCipher, shift_cipher, SHIFT, CIPHER, GstIceCipher)
     struct _ShiftCipher
     {
       GstIceCipher parent;

       guint shift;             /* set at construction, as the next */
       guint refused;           /* the number of the packet that it can't protect */
     };

G_DEFINE_TYPE (ShiftCipher, shift_cipher, GST_TYPE_ICE_CIPHER);

     static GstBufferList *shift_cipher_protect (GstIceCipher * cipher,
    GstBufferList * list)
{
  ShiftCipher *self = SHIFT_CIPHER (cipher);
  GstBufferList *done = gst_buffer_list_new ();

  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    guint8 bytes[2];
    guint number;

    gst_buffer_extract (gst_buffer_list_get (list, i), 2, bytes, 2);
    number = GST_READ_UINT16_BE (bytes);
    if (number != self->refused)
      gst_buffer_list_add (done, packet_new (0,
              (guint16) (number + self->shift)));
  }
  gst_buffer_list_unref (list);
  return done;
}

static void
shift_cipher_class_init (ShiftCipherClass * klass)
{
  GST_ICE_CIPHER_CLASS (klass)->protect = shift_cipher_protect;
}

static void
shift_cipher_init (ShiftCipher * self)
{
}

static GstIceCipher *
shift_cipher_new (guint shift, guint refused)
{
  ShiftCipher *self = g_object_new (SHIFT_TYPE_CIPHER, NULL);

  self->shift = shift;
  self->refused = refused;
  return GST_ICE_CIPHER (self);
}

static void
assert_taken (GstIceRoute * route, const gchar * expected)
{
  g_autofree gchar *taken = fake_route_get_taken (route);

  fail_unless_equals_string (taken, expected);
}

static void
assert_counts (GstIceSender * sender, guint sent, guint discarded)
{
  GstIceSenderCounts counts;

  gst_ice_sender_get_counts (sender, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, sent);
  fail_unless_equals_uint64 (counts.bytes_sent, sent * PACKET);
  fail_unless_equals_uint64 (counts.packets_discarded, discarded);
}

static GstFlowReturn
send_packet (GstIceSender * sender, guint16 number)
{
  g_autoptr (GstBuffer) packet = packet_new (0, number);

  return gst_ice_sender_send_packet (sender, packet);
}

static GstFlowReturn
send_list (GstIceSender * sender, guint first, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (first, n);

  return gst_ice_sender_send_list (sender, list);
}

GST_START_TEST (test_single_packets_leave_as_lists_do)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  fail_unless_equals_int (send_packet (sender, 1), GST_FLOW_OK);
  assert_counts (sender, 0, 1);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless_equals_int (send_packet (sender, 2), GST_FLOW_OK);
  fail_unless_equals_int (send_list (sender, 3, 2), GST_FLOW_OK);
  fail_unless_equals_int (send_packet (sender, 5), GST_FLOW_OK);
  assert_taken (route, "2 3 4 5");
  assert_counts (sender, 4, 1);

  /* It refuses from here on. */
  fake_route_set_limits (route, G_MAXUINT, 0);
  fail_unless_equals_int (send_packet (sender, 6), GST_FLOW_OK);
  assert_counts (sender, 4, 2);

  gst_ice_sender_set_flushing (sender, TRUE);
  fail_unless_equals_int (send_packet (sender, 7), GST_FLOW_FLUSHING);
  gst_ice_sender_set_flushing (sender, FALSE);
  gst_ice_sender_end (sender, GST_ICE_ENDING_ENDED);
  fail_unless_equals_int (send_packet (sender, 8), GST_FLOW_EOS);
  assert_counts (sender, 4, 4);
}

GST_END_TEST;

/* A firewall, or a packet too large: the path goes on. */
GST_START_TEST (test_packets_refused_one_by_one_are_not_sent)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fake_route_refuse (route, 3);
  fail_unless_equals_int (send_list (sender, 1, 5), GST_FLOW_OK);
  fail_unless_equals_int (send_packet (sender, 3), GST_FLOW_OK);
  assert_taken (route, "1 2 4 5");
  assert_counts (sender, 4, 2);
}

GST_END_TEST;

GST_START_TEST (test_has_route_is_what_wait_route_would_not_wait_for)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstIceCipher) cipher = shift_cipher_new (0, G_MAXUINT);

  fail_if (gst_ice_sender_has_route (sender));
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless (gst_ice_sender_has_route (sender));

  gst_ice_destination_set_cipher (gst_ice_sender_get_destination (sender), TRUE,
      NULL);
  fail_if (gst_ice_sender_has_route (sender));
  gst_ice_destination_set_cipher (gst_ice_sender_get_destination (sender), TRUE,
      cipher);
  fail_unless (gst_ice_sender_has_route (sender));

  gst_ice_sender_set_flushing (sender, TRUE);
  fail_if (gst_ice_sender_has_route (sender));
  gst_ice_sender_set_flushing (sender, FALSE);
  fail_unless (gst_ice_sender_has_route (sender));

  gst_ice_sender_end (sender, GST_ICE_ENDING_FAILED);
  fail_if (gst_ice_sender_has_route (sender));
  gst_ice_sender_end (sender, GST_ICE_ENDING_OPEN);
  fail_unless (gst_ice_sender_has_route (sender));
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender), NULL);
  fail_if (gst_ice_sender_has_route (sender));
}

GST_END_TEST;

GST_START_TEST (test_nothing_leaves_in_the_clear_before_the_keys)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstIceCipher) cipher = shift_cipher_new (100, 4);

  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  gst_ice_destination_set_cipher (gst_ice_sender_get_destination (sender), TRUE,
      NULL);
  fail_unless_equals_int (send_packet (sender, 1), GST_FLOW_OK);
  fail_unless_equals_int (send_list (sender, 1, 2), GST_FLOW_OK);
  assert_taken (route, "");
  assert_counts (sender, 0, 3);

  /* What can't be protected stays here. */
  gst_ice_destination_set_cipher (gst_ice_sender_get_destination (sender), TRUE,
      cipher);
  fail_unless_equals_int (send_packet (sender, 2), GST_FLOW_OK);
  fail_unless_equals_int (send_list (sender, 3, 3), GST_FLOW_OK);
  fail_unless_equals_int (send_packet (sender, 4), GST_FLOW_OK);
  assert_taken (route, "102 103 105");
  assert_counts (sender, 3, 5);
}

GST_END_TEST;

typedef struct
{
  GstIceSender *sender;
  guint n;
} Sending;

static gpointer
run_sender (gpointer data)
{
  Sending *sending = data;

  return GINT_TO_POINTER (sending->n == 1 ? send_packet (sending->sender, 1) :
      send_list (sending->sender, 1, sending->n));
}

/* How many packets wait for a route that has no room; whether they had a cipher,
 * and which they find when there is a route again. */
static const struct
{
  guint n;
  guint cipher;                 /* number; 0: none */
  guint next;                   /* the same; G_MAXUINT: keys are to come */
  const gchar *taken;
} waits[] = {
  /* *INDENT-OFF* */
  {1, 0, 0, "1"},
  {3, 0, 0, "1 2 3"},
  {1, 1, 1, "101"},
  {3, 1, 1, "101 102 103"},
  {3, 1, 2, ""},
  {3, 0, 1, ""},
  {3, 1, 0, ""},
  {3, 0, G_MAXUINT, ""},
  {3, 1, G_MAXUINT, ""},
  /* *INDENT-ON* */
};

GST_START_TEST (test_full_route_is_left_for_the_next_with_the_same_cipher)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) full = fake_route_new (NULL);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstIceCipher) one = shift_cipher_new (100, G_MAXUINT);
  g_autoptr (GstIceCipher) other = shift_cipher_new (200, G_MAXUINT);
  GstIceCipher *const ciphers[] = { NULL, one, other };
  const guint next = waits[__i__].next;
  Sending sending = { sender, waits[__i__].n };
  guint n_taken = *waits[__i__].taken != '\0' ? sending.n : 0;
  GThread *thread;

  fake_route_set_limits (full, 0, G_MAXUINT);
  gst_ice_destination_set_cipher (gst_ice_sender_get_destination (sender),
      waits[__i__].cipher > 0, ciphers[waits[__i__].cipher]);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender), full);
  thread = g_thread_new ("sender", run_sender, &sending);
  while (fake_route_get_n_calls (full) < 3)
    g_thread_yield ();

  /* It comes back to the full one until it sees both. */
  gst_ice_destination_set_cipher (gst_ice_sender_get_destination (sender),
      next > 0, next < G_N_ELEMENTS (ciphers) ? ciphers[next] : NULL);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_OK);
  assert_taken (full, "");
  assert_taken (route, waits[__i__].taken);
  assert_counts (sender, n_taken, sending.n - n_taken);
}

GST_END_TEST;

GST_START_TEST (test_wait_route_ends_when_there_is_one)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  Streaming streaming;

  streaming_start (&streaming, run_wait_route, sender, NULL);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_OK);
}

GST_END_TEST;

/* How waiting for a route ends when none will come. */
static const struct
{
  GstIceEnding ending;
  GstFlowReturn flow;
} ends[] = {
  {GST_ICE_ENDING_REFUSED, GST_FLOW_OK},
  {GST_ICE_ENDING_ENDED, GST_FLOW_EOS},
  {GST_ICE_ENDING_FAILED, GST_FLOW_ERROR},
};

GST_START_TEST (test_wait_route_ends_with_the_sender)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  Streaming streaming;

  streaming_start (&streaming, run_wait_route, sender, NULL);
  gst_ice_sender_end (sender, ends[__i__].ending);
  fail_unless_equals_int (streaming_join (&streaming), ends[__i__].flow);
}

GST_END_TEST;

GST_START_TEST (test_flushing_breaks_wait_route)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  Streaming streaming;

  streaming_start (&streaming, run_wait_route, sender, NULL);
  gst_ice_sender_set_flushing (sender, TRUE);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_FLUSHING);

  /* For all calls, until it is over. */
  fail_unless_equals_int (send_list (sender, 1, 1), GST_FLOW_FLUSHING);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless_equals_int (gst_ice_sender_wait_route (sender),
      GST_FLOW_FLUSHING);
  gst_ice_sender_set_flushing (sender, FALSE);
  fail_unless_equals_int (gst_ice_sender_wait_route (sender), GST_FLOW_OK);
  fail_unless_equals_int (send_list (sender, 2, 1), GST_FLOW_OK);
  assert_taken (route, "2");
}

GST_END_TEST;

GST_START_TEST (test_packets_leave_in_order)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  GstIceSenderCounts counts;

  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless_equals_int (send_list (sender, 1, 3), GST_FLOW_OK);
  fail_unless_equals_int (send_list (sender, 4, 2), GST_FLOW_OK);
  assert_taken (route, "1 2 3 4 5");

  gst_ice_sender_get_counts (sender, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, 5);
  fail_unless_equals_uint64 (counts.bytes_sent, 5 * PACKET);
  fail_unless_equals_uint64 (counts.packets_discarded, 0);
}

GST_END_TEST;

GST_START_TEST (test_partial_send_resumes_at_the_right_packet)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  fake_route_set_limits (route, 2, G_MAXUINT);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless_equals_int (send_list (sender, 1, 7), GST_FLOW_OK);
  assert_taken (route, "1 2 3 4 5 6 7");
  fail_unless_equals_int (fake_route_get_n_calls (route), 4);
}

GST_END_TEST;

GST_START_TEST (test_refused_packets_are_counted_not_retried)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  GstIceSenderCounts counts;

  fake_route_set_limits (route, G_MAXUINT, 2);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless_equals_int (send_list (sender, 1, 5), GST_FLOW_OK);
  assert_taken (route, "1 2");
  fail_unless_equals_int (fake_route_get_n_calls (route), 1);

  gst_ice_sender_get_counts (sender, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, 2);
  fail_unless_equals_uint64 (counts.bytes_sent, 2 * PACKET);
  fail_unless_equals_uint64 (counts.packets_discarded, 3);
}

GST_END_TEST;

GST_START_TEST (test_without_a_route_packets_are_counted)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  GstIceSenderCounts counts;

  fail_unless_equals_int (send_list (sender, 1, 4), GST_FLOW_OK);
  gst_ice_sender_get_counts (sender, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, 0);
  fail_unless_equals_uint64 (counts.packets_discarded, 4);
}

GST_END_TEST;

GST_START_TEST (test_sending_ends_with_the_sender)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  gst_ice_sender_end (sender, ends[__i__].ending);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender), NULL);
  fail_unless_equals_int (send_list (sender, 1, 1), ends[__i__].flow);
  assert_taken (route, "");
}

GST_END_TEST;

/* Two ends of a real path; the first is full. */
static void
make_full_socket (gint fds[2])
{
  guint8 packet[PACKET] = { 0, };
  gint size = 4608;

  fail_unless_equals_int (socketpair (AF_UNIX, SOCK_DGRAM, 0, fds), 0);
  setsockopt (fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof (size));
  while (send (fds[0], packet, sizeof (packet), MSG_DONTWAIT) > 0);
  fail_unless (errno == EAGAIN);
}

static void
read_packets (gint fd, guint n)
{
  guint8 packet[PACKET];

  for (guint i = 0; i < n; i++)
    fail_unless_equals_int (recv (fd, packet, sizeof (packet), 0), PACKET);
}

GST_START_TEST (test_unlock_breaks_waiting_for_a_full_socket)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstBufferList) list = packets_new (1, 2);
  Streaming streaming;
  gint fds[2];

  make_full_socket (fds);
  fake_route_set_fd (route, fds[0]);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  streaming_start (&streaming, run_send, sender, list);
  while (fake_route_get_n_calls (route) == 0)
    g_thread_yield ();
  gst_ice_sender_set_flushing (sender, TRUE);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_FLUSHING);

  assert_taken (route, "");
  close (fds[0]);
  close (fds[1]);
}

GST_END_TEST;

GST_START_TEST (test_full_socket_loses_nothing)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstBufferList) list = packets_new (1, 3);
  Streaming streaming;
  gint fds[2];

  make_full_socket (fds);
  fake_route_set_fd (route, fds[0]);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  streaming_start (&streaming, run_send, sender, list);
  while (fake_route_get_n_calls (route) == 0)
    g_thread_yield ();
  read_packets (fds[1], 5);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_OK);

  assert_taken (route, "1 2 3");
  close (fds[0]);
  close (fds[1]);
}

GST_END_TEST;

GST_START_TEST (test_new_route_takes_over_where_the_full_one_stopped)
{
  g_autoptr (GstIceSender) sender = gst_ice_sender_new ();
  g_autoptr (GstIceRoute) full = fake_route_new (NULL);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstBufferList) list = packets_new (1, 3);
  Streaming streaming;

  /* It has no descriptor to wait for, and takes nothing. */
  fake_route_set_limits (full, 0, G_MAXUINT);
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender), full);
  streaming_start (&streaming, run_send, sender, list);
  while (fake_route_get_n_calls (full) < 2)
    g_thread_yield ();
  gst_ice_destination_set_route (gst_ice_sender_get_destination (sender),
      route);
  fail_unless_equals_int (streaming_join (&streaming), GST_FLOW_OK);
  assert_taken (full, "");
  assert_taken (route, "1 2 3");
}

GST_END_TEST;

static Suite *
icesender_suite (void)
{
  Suite *s = suite_create ("icesender");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_single_packets_leave_as_lists_do);
  tcase_add_test (tc, test_packets_refused_one_by_one_are_not_sent);
  tcase_add_test (tc, test_has_route_is_what_wait_route_would_not_wait_for);
  tcase_add_test (tc, test_nothing_leaves_in_the_clear_before_the_keys);
  tcase_add_loop_test (tc,
      test_full_route_is_left_for_the_next_with_the_same_cipher, 0,
      G_N_ELEMENTS (waits));
  tcase_add_test (tc, test_wait_route_ends_when_there_is_one);
  tcase_add_loop_test (tc, test_wait_route_ends_with_the_sender, 0,
      G_N_ELEMENTS (ends));
  tcase_add_test (tc, test_flushing_breaks_wait_route);
  tcase_add_test (tc, test_packets_leave_in_order);
  tcase_add_test (tc, test_partial_send_resumes_at_the_right_packet);
  tcase_add_test (tc, test_refused_packets_are_counted_not_retried);
  tcase_add_test (tc, test_without_a_route_packets_are_counted);
  tcase_add_loop_test (tc, test_sending_ends_with_the_sender, 0,
      G_N_ELEMENTS (ends));
  tcase_add_test (tc, test_unlock_breaks_waiting_for_a_full_socket);
  tcase_add_test (tc, test_full_socket_loses_nothing);
  tcase_add_test (tc, test_new_route_takes_over_where_the_full_one_stopped);
  return s;
}

GST_CHECK_MAIN (icesender);
