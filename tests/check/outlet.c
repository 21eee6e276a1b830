/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeroute.h"
#include "gsticeoutlet.h"
#include "icetest.h"

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
assert_counts (GstIceOutlet * outlet, guint sent, guint discarded)
{
  GstIceOutletCounts counts;

  gst_ice_outlet_get_counts (outlet, &counts);
  fail_unless_equals_uint64 (counts.packets_sent, sent);
  fail_unless_equals_uint64 (counts.bytes_sent, sent * PACKET);
  fail_unless_equals_uint64 (counts.packets_discarded, discarded);
}

static GstFlowReturn
send_packet (GstIceOutlet * outlet, guint16 number)
{
  g_autoptr (GstBuffer) packet = packet_new (0, number);

  return gst_ice_outlet_send_packet (outlet, packet);
}

static GstFlowReturn
send_list (GstIceOutlet * outlet, guint first, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (first, n);

  return gst_ice_outlet_send_list (outlet, list);
}

GST_START_TEST (test_single_packets_leave_as_lists_do)
{
  GstIceOutlet *outlet = gst_ice_outlet_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  fail_unless_equals_int (send_packet (outlet, 1), GST_FLOW_OK);
  assert_counts (outlet, 0, 1);
  gst_ice_outlet_set_route (outlet, route);
  fail_unless_equals_int (send_packet (outlet, 2), GST_FLOW_OK);
  fail_unless_equals_int (send_list (outlet, 3, 2), GST_FLOW_OK);
  fail_unless_equals_int (send_packet (outlet, 5), GST_FLOW_OK);
  assert_taken (route, "2 3 4 5");
  assert_counts (outlet, 4, 1);

  /* It refuses from here on. */
  fake_route_set_limits (route, G_MAXUINT, 0);
  fail_unless_equals_int (send_packet (outlet, 6), GST_FLOW_OK);
  assert_counts (outlet, 4, 2);

  gst_ice_outlet_set_flushing (outlet, TRUE);
  fail_unless_equals_int (send_packet (outlet, 7), GST_FLOW_FLUSHING);
  gst_ice_outlet_set_flushing (outlet, FALSE);
  gst_ice_outlet_end (outlet, GST_ICE_CHANNEL_ENDED);
  fail_unless_equals_int (send_packet (outlet, 8), GST_FLOW_EOS);
  assert_counts (outlet, 4, 4);
  gst_ice_outlet_free (outlet);
}

GST_END_TEST;

/* A firewall, or a packet too large: the path goes on. */
GST_START_TEST (test_packets_refused_one_by_one_are_not_sent)
{
  GstIceOutlet *outlet = gst_ice_outlet_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);

  gst_ice_outlet_set_route (outlet, route);
  fake_route_refuse (route, 3);
  fail_unless_equals_int (send_list (outlet, 1, 5), GST_FLOW_OK);
  fail_unless_equals_int (send_packet (outlet, 3), GST_FLOW_OK);
  assert_taken (route, "1 2 4 5");
  assert_counts (outlet, 4, 2);
  gst_ice_outlet_free (outlet);
}

GST_END_TEST;

GST_START_TEST (test_has_route_is_what_wait_route_would_not_wait_for)
{
  GstIceOutlet *outlet = gst_ice_outlet_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstIceCipher) cipher = shift_cipher_new (0, G_MAXUINT);

  fail_if (gst_ice_outlet_has_route (outlet));
  gst_ice_outlet_set_route (outlet, route);
  fail_unless (gst_ice_outlet_has_route (outlet));

  gst_ice_outlet_set_cipher (outlet, TRUE, NULL);
  fail_if (gst_ice_outlet_has_route (outlet));
  gst_ice_outlet_set_cipher (outlet, TRUE, cipher);
  fail_unless (gst_ice_outlet_has_route (outlet));

  gst_ice_outlet_set_flushing (outlet, TRUE);
  fail_if (gst_ice_outlet_has_route (outlet));
  gst_ice_outlet_set_flushing (outlet, FALSE);
  fail_unless (gst_ice_outlet_has_route (outlet));

  gst_ice_outlet_end (outlet, GST_ICE_CHANNEL_FAILED);
  fail_if (gst_ice_outlet_has_route (outlet));
  gst_ice_outlet_end (outlet, GST_ICE_CHANNEL_OPEN);
  fail_unless (gst_ice_outlet_has_route (outlet));
  gst_ice_outlet_set_route (outlet, NULL);
  fail_if (gst_ice_outlet_has_route (outlet));
  gst_ice_outlet_free (outlet);
}

GST_END_TEST;

GST_START_TEST (test_nothing_leaves_in_the_clear_before_the_keys)
{
  GstIceOutlet *outlet = gst_ice_outlet_new ();
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstIceCipher) cipher = shift_cipher_new (100, 4);

  gst_ice_outlet_set_route (outlet, route);
  gst_ice_outlet_set_cipher (outlet, TRUE, NULL);
  fail_unless_equals_int (send_packet (outlet, 1), GST_FLOW_OK);
  fail_unless_equals_int (send_list (outlet, 1, 2), GST_FLOW_OK);
  assert_taken (route, "");
  assert_counts (outlet, 0, 3);

  /* What can't be protected stays here. */
  gst_ice_outlet_set_cipher (outlet, TRUE, cipher);
  fail_unless_equals_int (send_packet (outlet, 2), GST_FLOW_OK);
  fail_unless_equals_int (send_list (outlet, 3, 3), GST_FLOW_OK);
  fail_unless_equals_int (send_packet (outlet, 4), GST_FLOW_OK);
  assert_taken (route, "102 103 105");
  assert_counts (outlet, 3, 5);
  gst_ice_outlet_free (outlet);
}

GST_END_TEST;

typedef struct
{
  GstIceOutlet *outlet;
  guint n;
} Sender;

static gpointer
run_sender (gpointer data)
{
  Sender *sender = data;

  return GINT_TO_POINTER (sender->n == 1 ? send_packet (sender->outlet, 1) :
      send_list (sender->outlet, 1, sender->n));
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
  GstIceOutlet *outlet = gst_ice_outlet_new ();
  g_autoptr (GstIceRoute) full = fake_route_new (NULL);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  g_autoptr (GstIceCipher) one = shift_cipher_new (100, G_MAXUINT);
  g_autoptr (GstIceCipher) other = shift_cipher_new (200, G_MAXUINT);
  GstIceCipher *const ciphers[] = { NULL, one, other };
  const guint next = waits[__i__].next;
  Sender sender = { outlet, waits[__i__].n };
  guint n_taken = *waits[__i__].taken != '\0' ? sender.n : 0;
  GThread *thread;

  fake_route_set_limits (full, 0, G_MAXUINT);
  gst_ice_outlet_set_cipher (outlet, waits[__i__].cipher > 0,
      ciphers[waits[__i__].cipher]);
  gst_ice_outlet_set_route (outlet, full);
  thread = g_thread_new ("sender", run_sender, &sender);
  while (fake_route_get_n_calls (full) < 3)
    g_thread_yield ();

  /* It comes back to the full one until it sees both. */
  gst_ice_outlet_set_cipher (outlet, next > 0,
      next < G_N_ELEMENTS (ciphers) ? ciphers[next] : NULL);
  gst_ice_outlet_set_route (outlet, route);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_OK);
  assert_taken (full, "");
  assert_taken (route, waits[__i__].taken);
  assert_counts (outlet, n_taken, sender.n - n_taken);
  gst_ice_outlet_free (outlet);
}

GST_END_TEST;

static Suite *
iceoutlet_suite (void)
{
  Suite *s = suite_create ("iceoutlet");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_single_packets_leave_as_lists_do);
  tcase_add_test (tc, test_packets_refused_one_by_one_are_not_sent);
  tcase_add_test (tc, test_has_route_is_what_wait_route_would_not_wait_for);
  tcase_add_test (tc, test_nothing_leaves_in_the_clear_before_the_keys);
  tcase_add_loop_test (tc,
      test_full_route_is_left_for_the_next_with_the_same_cipher, 0,
      G_N_ELEMENTS (waits));
  return s;
}

GST_CHECK_MAIN (iceoutlet);
