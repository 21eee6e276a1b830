/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudpsteer.h"

#include "gsticeudp.h"
#include "udptest.h"

#include <net/if.h>

#define TAG 0x1ce0fa57u

static const gchar *const addresses[] = { "127.0.0.1", "::1", "127.0.0.1" };

/* Also with what only GRO adds: there are many sockets then. */
#define WITH_GRO(number) ((number) == 2)

typedef struct
{
  GstIceUdpAddress local, remote;
  gint first, ours, peer, other;
  GstIceUdpSteer *steer;
} Fixture;

/* Returns: %FALSE if there is no IPv6 here */
static gboolean
fixture_init (Fixture * self, guint number)
{
  GstIceUdpAddress other;
  GError *error = NULL;

  self->first = test_socket (addresses[number], &self->local);
  self->peer = test_socket (addresses[number], &self->remote);
  self->other = test_socket (addresses[number], &other);
  self->steer =
      gst_ice_udp_steer_new (self->first, TAG, WITH_GRO (number), NULL, &error);
  fail_unless (self->steer != NULL, "%s", error ? error->message : "");
  self->ours = gst_ice_udp_steer_get_fd (self->steer);
  return TRUE;
}

static void
fixture_clear (Fixture * self)
{
  if (self->steer != NULL)
    gst_ice_udp_steer_free (self->steer);
  close (self->first);
  close (self->peer);
  close (self->other);
}

typedef enum
{ FIRST, OURS } Where;

/* Sends @data from @from and says where it came. */
static void
check_goes (Fixture * self, gint from, gconstpointer data, gsize size,
    Where where)
{
  gint expected = where == OURS ? self->ours : self->first;
  gint not_expected = where == OURS ? self->first : self->ours;
  guint8 got[256];

  test_send (from, &self->local, data, size);
  fail_unless_equals_int (test_receive (expected, got, sizeof (got)), size);
  fail_unless (memcmp (got, data, size) == 0);
  if (self->steer != NULL)
    fail_unless (recv (not_expected, got, sizeof (got), 0) < 0);
}

static const struct
{
  guint8 bytes[13];
  gsize size;
  Where where;
} packets[] = {
  {{0x80}, 12, OURS},           /* RTP */
  {{0x80, 200}, 12, OURS},      /* RTCP */
  {{20}, 13, OURS},             /* DTLS */
  {{16}, 1, OURS},              /* ZRTP */
  {{64}, 4, OURS},              /* ChannelData */
  {{255}, 1, OURS},
  {{4}, 1, OURS},
  {{3}, 1, FIRST},
  {{2}, 12, FIRST},
  {{0, 1}, 13, FIRST},          /* a Binding request */
  {{0}, 0, FIRST},              /* no bytes at all */
  {{1}, 1, FIRST},              /* too short to have an id */
  {{1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4}, 13, FIRST},
  {{1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0x1c, 0xe0, 0xfa, 0x57}, 13, OURS},
  {{1, 0x11, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0x1c, 0xe0, 0xfa, 0x57}, 13, OURS},
  {{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0x1c, 0xe0, 0xfa, 0x57}, 13, FIRST},
  {{1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0x1c, 0xe0, 0xfa}, 11, FIRST},
};

GST_START_TEST (test_packets_go_where_they_belong)
{
  Fixture f;

  fixture_init (&f, __i__);
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    check_goes (&f, f.peer, packets[i].bytes, packets[i].size, FIRST);

  fail_unless (gst_ice_udp_steer_aim (f.steer, &f.remote, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++) {
    check_goes (&f, f.peer, packets[i].bytes, packets[i].size,
        packets[i].where);
    check_goes (&f, f.other, packets[i].bytes, packets[i].size, FIRST);
  }

  fail_unless (gst_ice_udp_steer_aim (f.steer, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    check_goes (&f, f.peer, packets[i].bytes, packets[i].size, FIRST);
  fixture_clear (&f);
}

GST_END_TEST;

/* What a TURN server sends: bytes before the STUN message of the peer, and whether an
 * answer of ours is within. */
static const struct
{
  guint8 head[48];
  gsize head_size;
  guint8 stun[12];
  Where where;
} relayed[] = {
#define COOKIE 0x21, 0x12, 0xa4, 0x42
#define ANSWER {1, 1, 0, 0, COOKIE, 0x1c, 0xe0, 0xfa, 0x57}
  {{0x40, 0, 0, 12}, 4, ANSWER, OURS},
  {{0x4f, 0xff, 0, 12}, 4,
      {1, 0x11, 0, 0, COOKIE, 0x1c, 0xe0, 0xfa, 0x57}, OURS},
  {{0x40, 0, 0, 12}, 4, {1, 1, 0, 0, COOKIE, 1, 2, 3, 4}, FIRST},
  {{0x40, 0, 0, 12}, 4,
      {0, 1, 0, 0, COOKIE, 0x1c, 0xe0, 0xfa, 0x57}, FIRST},
  {{0x40, 0, 0, 12}, 4, {0x80, 96, 0, 0}, FIRST},       /* media */
  {{0x00, 0x17, 0, 28, COOKIE,[20] = 0, 0x12, 0, 8,[32] = 0, 0x13, 0, 12},
      36, ANSWER, OURS},
  {{0x00, 0x17, 0, 40, COOKIE,[20] = 0, 0x12, 0, 20,[44] = 0, 0x13, 0, 12},
      48, ANSWER, OURS},
  {{0x00, 0x17, 0, 40, COOKIE,[20] = 0, 0x12, 0xff, 0xff}, 48, ANSWER, FIRST},
  {{0x01, 0x13, 0, 28, COOKIE,[20] = 0, 0x12, 0, 8,[32] = 0, 0x13, 0, 12},
      36, ANSWER, FIRST},       /* an allocation was refused */
  {{0}, 0, ANSWER, FIRST},      /* of the server's own */
};

GST_START_TEST (test_only_answers_that_are_relayed_are_taken)
{
  Fixture f;
  guint8 packet[60];

  fixture_init (&f, __i__);
  gst_ice_udp_steer_free (f.steer);
  f.steer = gst_ice_udp_steer_new_relayed (f.first, TAG, &f.remote, NULL);
  fail_unless (f.steer != NULL);
  f.ours = gst_ice_udp_steer_get_fd (f.steer);

  for (guint i = 0; i < G_N_ELEMENTS (relayed); i++) {
    gsize size = relayed[i].head_size;

    memcpy (packet, relayed[i].head, size);
    memcpy (packet + size, relayed[i].stun, 12);
    check_goes (&f, f.peer, packet, size + 12, relayed[i].where);
    check_goes (&f, f.other, packet, size + 12, FIRST);
  }
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    check_goes (&f, f.peer, packets[i].bytes, packets[i].size, FIRST);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_another_peer_can_be_aimed_at)
{
  Fixture f;
  GstIceUdpAddress other;
  socklen_t size = sizeof (other);

  fixture_init (&f, __i__);
  fail_unless (getsockname (f.other, &other.any, &size) == 0);
  fail_unless (gst_ice_udp_steer_aim (f.steer, &f.remote, NULL));
  fail_unless (gst_ice_udp_steer_aim (f.steer, &other, NULL));
  check_goes (&f, f.peer, "media", 5, FIRST);
  check_goes (&f, f.other, "media", 5, OURS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_first_socket_has_all_when_ours_is_gone)
{
  Fixture f;
  gint again;

  fixture_init (&f, __i__);
  fail_unless (gst_ice_udp_steer_aim (f.steer, &f.remote, NULL));
  check_goes (&f, f.peer, "media", 5, OURS);
  g_clear_pointer (&f.steer, gst_ice_udp_steer_free);
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    check_goes (&f, f.peer, packets[i].bytes, packets[i].size, FIRST);

  /* An ICE restart may bind a port of its range again. */
  close (f.first);
  again = socket (f.local.any.sa_family, SOCK_DGRAM, 0);
  fail_unless (bind (again, &f.local.any,
          gst_ice_udp_address_size (&f.local)) == 0);
  f.first = again;
  fixture_clear (&f);
}

GST_END_TEST;

/* A second time on the same first socket: a pair was nominated again. */
GST_START_TEST (test_port_can_be_shared_again)
{
  Fixture f;

  fixture_init (&f, __i__);
  for (guint i = 0; i < 5; i++) {
    fail_unless (gst_ice_udp_steer_aim (f.steer, &f.remote, NULL));
    check_goes (&f, f.peer, "media", 5, OURS);
    gst_ice_udp_steer_free (f.steer);
    f.steer =
        gst_ice_udp_steer_new (f.first, TAG, WITH_GRO (__i__), NULL, NULL);
    f.ours = gst_ice_udp_steer_get_fd (f.steer);
    check_goes (&f, f.peer, "media", 5, FIRST);
  }
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_options_are_copied)
{
  GstIceUdpAddress local;
  gint agents = test_socket (addresses[__i__], &local), value = 0xb8;
  gboolean ip6 = local.any.sa_family == AF_INET6;
  gint level = ip6 ? IPPROTO_IPV6 : IPPROTO_IP;
  gint name = ip6 ? IPV6_TCLASS : IP_TOS;
  socklen_t size = sizeof (value);
  gchar device[IFNAMSIZ] = "lo";
  GstIceUdpSteer *steer;

  fail_unless (setsockopt (agents, level, name, &value, sizeof (value)) == 0);
  fail_unless (setsockopt (agents, SOL_SOCKET, SO_BINDTODEVICE, device,
          sizeof ("lo")) == 0);
  steer = gst_ice_udp_steer_new (agents, TAG, FALSE, NULL, NULL);
  value = 0;
  fail_unless (getsockopt (gst_ice_udp_steer_get_fd (steer), level, name,
          &value, &size) == 0);
  fail_unless_equals_int (value, 0xb8);
  size = sizeof (device);
  memset (device, 0, sizeof (device));
  fail_unless (getsockopt (gst_ice_udp_steer_get_fd (steer), SOL_SOCKET,
          SO_BINDTODEVICE, device, &size) == 0);
  fail_unless_equals_string (device, "lo");
  gst_ice_udp_steer_free (steer);
  close (agents);
}

GST_END_TEST;

GST_START_TEST (test_v6_only_may_be_on_or_off)
{
  gint agents = socket (AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  gint v6_only = __i__ & 1;
  Fixture f = {.first = agents };
  socklen_t size = sizeof (f.local);
  GstIceUdpAddress any, mapped;

  fail_unless (setsockopt (agents, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only,
          sizeof (v6_only)) == 0);
  fail_unless (gst_ice_udp_address_set_text (&any, "::", 0));
  fail_unless (bind (agents, &any.any, sizeof (any.in6)) == 0);
  fail_unless (getsockname (agents, &f.local.any, &size) == 0);
  f.steer = gst_ice_udp_steer_new (agents, TAG, FALSE, NULL, NULL);
  fail_unless (f.steer != NULL);
  f.ours = gst_ice_udp_steer_get_fd (f.steer);

  if (v6_only) {
    f.peer = test_socket ("::1", &f.remote);
    fail_unless (gst_ice_udp_address_set_text (&f.local, "::1",
            gst_ice_udp_address_port (&f.local)));
    fail_unless (gst_ice_udp_steer_aim (f.steer, &f.remote, NULL));
  } else {
    /* IPv4 comes as ::ffff:127.0.0.1, and the packet is IPv4 all the same. */
    f.peer = test_socket ("127.0.0.1", &f.remote);
    fail_unless (gst_ice_udp_address_set_text (&f.local, "127.0.0.1",
            gst_ice_udp_address_port (&f.local)));
    fail_unless (gst_ice_udp_address_set_text (&mapped, "::ffff:127.0.0.1",
            gst_ice_udp_address_port (&f.remote)));
    fail_unless (gst_ice_udp_steer_aim (f.steer, &mapped, NULL));
  }
  f.other = test_socket ("127.0.0.1", &any);
  check_goes (&f, f.peer, "media", 5, OURS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_refusal_is_told)
{
  gint pipe_fds[2];
  GError *error = NULL;

  fail_unless (pipe (pipe_fds) == 0);
  fail_unless (gst_ice_udp_steer_new (pipe_fds[0], TAG, FALSE, NULL,
          &error) == NULL);
  fail_unless (error != NULL);
  g_clear_error (&error);
  /* That was this descriptor, not the kernel. */
  fail_unless (gst_ice_udp_can (GST_ICE_UDP_CAN_SHARE));
  gst_ice_udp_withdraw (GST_ICE_UDP_CAN_SHARE, "a test");
  fail_if (gst_ice_udp_can (GST_ICE_UDP_CAN_SHARE));
  fail_unless (gst_ice_udp_steer_new (pipe_fds[0], TAG, FALSE, NULL,
          &error) == NULL);
  g_clear_error (&error);
  close (pipe_fds[0]);
  close (pipe_fds[1]);
}

GST_END_TEST;

static Suite *
udpsteer_suite (void)
{
  Suite *s = suite_create ("udpsteer");
  TCase *tc = tcase_create ("general");
  const gint n = G_N_ELEMENTS (addresses);

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_packets_go_where_they_belong, 0, n);
  tcase_add_loop_test (tc, test_only_answers_that_are_relayed_are_taken, 0, n);
  tcase_add_loop_test (tc, test_another_peer_can_be_aimed_at, 0, n);
  tcase_add_loop_test (tc, test_first_socket_has_all_when_ours_is_gone, 0, n);
  tcase_add_loop_test (tc, test_port_can_be_shared_again, 0, n);
  tcase_add_loop_test (tc, test_options_are_copied, 0, n);
  tcase_add_loop_test (tc, test_v6_only_may_be_on_or_off, 0, 2);
  /* The last: it changes the process for good where tests do not fork. */
  tcase_add_test (tc, test_refusal_is_told);
  return s;
}

GST_CHECK_MAIN (udpsteer);
