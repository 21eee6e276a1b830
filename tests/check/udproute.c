/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* unshare(), to have a network device of the test's own. */
#define _GNU_SOURCE

#include "gsticeudproute.h"

#include "udptest.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sched.h>
#include <sys/ioctl.h>

static const gchar *const levels[] = { "none", "mmsg", "gso", "all" };
static const gchar *const modes[] = { "single", "mmsg", "gso", "gso" };

/* Returns: (transfer full): a route to @remote, at level number @level */
static GstIceUdpRoute *
make_route (guint level, const gchar * address, const GstIceUdpAddress * remote)
{
  GstIceUdpAddress local;

  g_setenv ("GST_ICE_UDP", levels[level], TRUE);
  return GST_ICE_UDP_ROUTE (gst_ice_udp_route_new (test_socket (address,
              &local), remote));
}

static void
receive_all (gint fd, const gsize * sizes, guint n)
{
  g_autofree guint8 *data = g_malloc (65536);

  for (guint i = 0; i < n; i++) {
    fail_unless_equals_int (test_receive (fd, data, 65536), sizes[i]);
    fail_unless (test_is_packet (data, sizes[i], i), "packet %u", i);
  }
}

/* Frames, audio between them, what no card can cut, and nothing. */
static guint
fill_sizes (gsize * sizes)
{
  guint n = 0;

  while (n < 40)
    sizes[n++] = 1200;
  sizes[n++] = 333;
  sizes[n++] = 0;
  sizes[n++] = 160;
  sizes[n++] = 9000;
  for (guint i = 0; i < 10; i++)
    sizes[n++] = i % 2 ? 1200 : 100;
  while (n < 154)
    sizes[n++] = 20;
  sizes[n++] = 65507;
  sizes[n++] = 1;
  return n;
}

static void
check_list (guint level, const gchar * address, guint n_memories)
{
  GstIceUdpAddress remote;
  gint fd = test_socket (address, &remote), size = 1 << 20;
  GstIceUdpRoute *route = make_route (level, address, &remote);
  gsize sizes[160], n_bytes = 0;
  guint n = fill_sizes (sizes);
  GstBufferList *list = test_list (sizes, n, n_memories);
  GstIceUdpRouteCounts counts;
  GError *error = NULL;

  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof (size));
  fail_unless_equals_string (gst_ice_udp_route_get_mode (route), modes[level]);
  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          0, &error), n);
  fail_unless (error == NULL);
  receive_all (fd, sizes, n);

  for (guint i = 0; i < n; i++)
    n_bytes += sizes[i];
  gst_ice_udp_route_get_counts (route, &counts);
  fail_unless_equals_int (counts.packets_sent, n);
  fail_unless_equals_int (counts.bytes_sent, n_bytes);
  fail_unless_equals_int (counts.packets_refused, 0);
  fail_unless_equals_string (gst_ice_udp_route_get_mode (route), modes[level]);
  fail_unless (counts.calls <= (level == 0 ? n : 1 + n * n_memories / 200));

  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_START_TEST (test_list_arrives_in_order_at_each_level)
{
  check_list (__i__, "127.0.0.1", 1);
  check_list (__i__, "127.0.0.1", 2);
  check_list (__i__, "127.0.0.1", 16);
  check_list (__i__, "::1", 1);
}

GST_END_TEST;

GST_START_TEST (test_sends_from_the_packet_it_is_told)
{
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote);
  GstIceUdpRoute *route = make_route (__i__, "127.0.0.1", &remote);
  gsize sizes[5] = { 100, 100, 100, 100, 50 };
  GstBufferList *list = test_list (sizes, 5, 1);
  guint8 data[200];

  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          3, NULL), 2);
  fail_unless_equals_int (test_receive (fd, data, sizeof (data)), 100);
  fail_unless (test_is_packet (data, 100, 3));
  fail_unless_equals_int (test_receive (fd, data, sizeof (data)), 50);
  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          5, NULL), 0);
  gst_buffer_list_unref (list);

  list = gst_buffer_list_new ();
  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          0, NULL), 0);
  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

/* 65,508 bytes do not fit into IPv4: that packet is refused, its neighbours not. */
GST_START_TEST (test_packet_too_large_is_skipped)
{
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote);
  GstIceUdpRoute *route = make_route (__i__, "127.0.0.1", &remote);
  gsize sizes[5] = { 100, 100, 65508, 100, 50 };
  GstBufferList *list = test_list (sizes, 5, 1);
  GstIceUdpRouteCounts counts;
  GError *error = NULL;
  guint8 data[200];

  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          0, &error), 5);
  fail_unless (error == NULL);
  for (guint i = 0; i < 5; i++) {
    if (i == 2)
      continue;
    fail_unless_equals_int (test_receive (fd, data, sizeof (data)), sizes[i]);
    fail_unless (test_is_packet (data, sizes[i], i));
  }
  gst_ice_udp_route_get_counts (route, &counts);
  fail_unless_equals_int (counts.packets_sent, 4);
  fail_unless_equals_int (counts.packets_refused, 1);
  fail_unless_equals_string (gst_ice_udp_route_get_mode (route), modes[__i__]);

  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

/* Linux refuses UDP_SEGMENT on a socket without checksums with EINVAL, or EIO. */
GST_START_TEST (test_refused_segmentation_steps_down_once)
{
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote), on = 1;
  GstIceUdpRoute *route = make_route (3, "127.0.0.1", &remote);
  gsize sizes[40];
  GstIceUdpRouteCounts counts;
  GstBufferList *list;
  GError *error = NULL;

  for (guint i = 0; i < 40; i++)
    sizes[i] = 1000;
  list = test_list (sizes, 40, 1);
  setsockopt (gst_ice_route_get_fd (GST_ICE_ROUTE (route)), SOL_SOCKET,
      SO_NO_CHECK, &on, sizeof (on));

  for (guint round = 1; round <= 3; round++) {
    fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route),
            list, 0, &error), 40);
    fail_unless (error == NULL);
    receive_all (fd, sizes, 40);
    fail_unless_equals_string (gst_ice_udp_route_get_mode (route), "mmsg");
    gst_ice_udp_route_get_counts (route, &counts);
    /* The refused call is not made again. */
    fail_unless_equals_int (counts.calls, round + 1);
  }
  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

GST_START_TEST (test_revoked_route_sends_nothing_and_frees_the_port)
{
  GstIceUdpAddress remote, local;
  gint fd = test_socket ("127.0.0.1", &remote), again;
  gint mine = test_socket ("127.0.0.1", &local);
  GstIceRoute *route = gst_ice_udp_route_new (mine, &remote);
  gsize sizes[2] = { 100, 100 };
  GstBufferList *list = test_list (sizes, 2, 1);
  struct pollfd writable = { mine, POLLOUT, 0 };
  GError *error = NULL;
  guint8 data[200];

  gst_ice_udp_route_revoke (GST_ICE_UDP_ROUTE (route));
  gst_ice_udp_route_revoke (GST_ICE_UDP_ROUTE (route));
  fail_unless_equals_int (gst_ice_route_send_list (route, list, 0, &error), 0);
  fail_unless (error != NULL);
  g_clear_error (&error);

  /* Who waits for it does not wait for ever. */
  fail_unless_equals_int (gst_ice_route_get_fd (route), mine);
  fail_unless_equals_int (poll (&writable, 1, TEST_PATIENCE_MS), 1);

  again = socket (AF_INET, SOCK_DGRAM, 0);
  fail_unless (bind (again, &local.any,
          gst_ice_udp_address_size (&local)) == 0);
  fail_unless (recv (fd, data, sizeof (data), 0) < 0);
  close (again);
  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

/* A packet of no route, not of a bad packet: an error, and the rest is not tried. */
GST_START_TEST (test_unreachable_peer_is_an_error)
{
  GstIceUdpAddress remote;
  gsize sizes[2] = { 100, 100 };
  GstBufferList *list = test_list (sizes, 2, 1);
  GstIceUdpRoute *route;
  GError *error = NULL;

  /* From a loopback address nothing leads out. */
  fail_unless (gst_ice_udp_address_set_text (&remote, "192.0.2.1", 9));
  route = make_route (__i__, "127.0.0.1", &remote);
  fail_unless (gst_ice_route_send_list (GST_ICE_ROUTE (route), list, 0,
          &error) == 2 || error != NULL);
  g_clear_error (&error);
  gst_buffer_list_unref (list);
  g_object_unref (route);
}

GST_END_TEST;

#define N_SENDERS 4
#define N_ROUNDS 50

typedef struct
{
  GstIceRoute *route;
  GstBufferList *list;
  guint taken;
} Sender;

static gpointer
send_rounds (gpointer data)
{
  Sender *self = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    self->taken += gst_ice_route_send_list (self->route, self->list, 0, NULL);
  return NULL;
}

GST_START_TEST (test_several_threads_send_while_it_is_revoked)
{
  GstIceUdpAddress remote;
  gint fd = test_socket ("127.0.0.1", &remote);
  GstIceUdpRoute *route = make_route (__i__, "127.0.0.1", &remote);
  gsize sizes[10] = { 90, 90, 90, 90, 90, 90, 90, 90, 80, 70 };
  GstBufferList *list = test_list (sizes, 10, 2);
  Sender senders[N_SENDERS];
  GThread *threads[N_SENDERS];
  GstIceUdpRouteCounts counts;
  guint taken = 0;

  for (guint i = 0; i < N_SENDERS; i++) {
    senders[i] = (Sender) {
    GST_ICE_ROUTE (route), list, 0};
    threads[i] = g_thread_new ("sender", send_rounds, &senders[i]);
  }
  fail_unless (test_wait (fd));
  gst_ice_udp_route_revoke (route);
  for (guint i = 0; i < N_SENDERS; i++) {
    g_thread_join (threads[i]);
    taken += senders[i].taken;
  }
  gst_ice_udp_route_get_counts (route, &counts);
  fail_unless_equals_int (counts.packets_sent + counts.packets_refused, taken);

  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (fd);
}

GST_END_TEST;

#define ETHERNET_SIZE 14
#define HEADERS_SIZE (ETHERNET_SIZE + 20 + 8)

/* Returns: a device that leads to 10.99.0.0/24, in a network of this thread's own,
 *     to read what is sent there from; -1: that takes a privilege */
static gint
make_device (void)
{
  struct ifreq request = { 0, };
  struct sockaddr_in *address = (struct sockaddr_in *) &request.ifr_addr;
  gint tap, control;

  if (unshare (CLONE_NEWNET) < 0)
    return -1;
  tap = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tap < 0)
    return -1;
  g_strlcpy (request.ifr_name, "ice0", IFNAMSIZ);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (ioctl (tap, TUNSETIFF, &request) < 0) {
    close (tap);
    return -1;
  }

  control = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = g_htonl (0x0a630001);
  fail_unless (ioctl (control, SIOCSIFADDR, &request) == 0);
  address->sin_addr.s_addr = g_htonl (0xffffff00);
  fail_unless (ioctl (control, SIOCSIFNETMASK, &request) == 0);
  request.ifr_flags = IFF_UP;
  fail_unless (ioctl (control, SIOCSIFFLAGS, &request) == 0);
  close (control);
  return tap;
}

/* Says that 10.99.0.2 is there. Until then the kernel keeps what is sent to it, on
 * the account of the socket that sent it. */
static void
introduce_peer (void)
{
  struct arpreq request = {.arp_flags = ATF_COM | ATF_PERM };
  struct sockaddr_in *address = (struct sockaddr_in *) &request.arp_pa;
  gint control = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  address->sin_family = AF_INET;
  address->sin_addr.s_addr = g_htonl (0x0a630002);
  memcpy (request.arp_ha.sa_data, "\x02\0\0\0\0\x02", 6);
  request.arp_ha.sa_family = ARPHRD_ETHER;
  g_strlcpy (request.arp_dev, "ice0", sizeof (request.arp_dev));
  fail_unless (ioctl (control, SIOCSARP, &request) == 0);
  close (control);
}

/* Reads UDP packets off the device until there are none; they are those from
 * @number on. Returns: how many there were */
static guint
read_device (gint tap, guint number, const gsize * sizes)
{
  guint8 data[4096];
  guint n = 0;
  gssize got;

  while ((got = read (tap, data, sizeof (data))) > 0) {
    /* IPv6 and ARP have things to say, too. */
    if (GST_READ_UINT16_BE (data + 12) != 0x0800)
      continue;
    fail_unless_equals_int (got, HEADERS_SIZE + sizes[number + n]);
    fail_unless (test_is_packet (data + HEADERS_SIZE, sizes[number + n],
            number + n));
    n++;
  }
  return n;
}

#define N_MANY 400

static gpointer
fill_socket (gpointer data)
{
  guint level = GPOINTER_TO_UINT (data), taken, seen;
  gint tap = make_device (), small = 30000;
  gsize sizes[N_MANY];
  GstIceUdpAddress remote;
  GstIceRoute *route;
  GstBufferList *list;
  GError *error = NULL;
  struct pollfd writable = { -1, POLLOUT, 0 };

  if (tap < 0) {
    GST_INFO ("skipped: a device takes CAP_NET_ADMIN");
    return NULL;
  }
  for (guint i = 0; i < N_MANY; i++)
    sizes[i] = i % 9 == 8 ? 300 : 1000;
  list = test_list (sizes, N_MANY, 2);
  fail_unless (gst_ice_udp_address_set_text (&remote, "10.99.0.2", 9));
  route = GST_ICE_ROUTE (make_route (level, "0.0.0.0", &remote));
  writable.fd = gst_ice_route_get_fd (route);
  setsockopt (writable.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof (small));

  taken = gst_ice_route_send_list (route, list, 0, &error);
  fail_unless (error == NULL);
  fail_unless (taken > 0 && taken < 100);
  fail_unless_equals_int (gst_ice_route_send_list (route, list, taken, &error),
      0);
  fail_unless (error == NULL);
  fail_unless_equals_int (poll (&writable, 1, 0), 0);

  introduce_peer ();
  fail_unless_equals_int (poll (&writable, 1, TEST_PATIENCE_MS), 1);
  seen = read_device (tap, 0, sizes);
  fail_unless_equals_int (seen, taken);
  taken += gst_ice_route_send_list (route, list, taken, &error);
  fail_unless (error == NULL);
  fail_unless_equals_int (taken, N_MANY);
  fail_unless_equals_int (seen + read_device (tap, seen, sizes), N_MANY);
  fail_unless_equals_string (gst_ice_udp_route_get_mode (GST_ICE_UDP_ROUTE
          (route)), modes[level]);

  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (tap);
  return NULL;
}

/* In a thread of its own, for the network of its own. */
GST_START_TEST (test_full_socket_resumes_at_the_right_packet)
{
  g_thread_join (g_thread_new ("full", fill_socket, GUINT_TO_POINTER (__i__)));
}

GST_END_TEST;

static gpointer
send_too_large_for_path (gpointer data)
{
  gint tap = make_device (), never = IP_PMTUDISC_DO;
  gsize sizes[20];
  GstIceUdpAddress remote;
  GstIceUdpRoute *route;
  GstBufferList *list;
  GstIceUdpRouteCounts counts;
  GError *error = NULL;
  guint8 packet[2048];
  guint seen = 0;

  if (tap < 0)
    return NULL;
  for (guint i = 0; i < 20; i++)
    sizes[i] = i < 10 ? 1800 : 1000;
  introduce_peer ();
  list = test_list (sizes, 20, 1);
  fail_unless (gst_ice_udp_address_set_text (&remote, "10.99.0.2", 9));
  route = make_route (3, "0.0.0.0", &remote);
  setsockopt (gst_ice_route_get_fd (GST_ICE_ROUTE (route)), IPPROTO_IP,
      IP_MTU_DISCOVER, &never, sizeof (never));

  fail_unless_equals_int (gst_ice_route_send_list (GST_ICE_ROUTE (route), list,
          0, &error), 20);
  fail_unless (error == NULL);
  while (read (tap, packet, sizeof (packet)) > 0)
    seen += GST_READ_UINT16_BE (packet + 12) == 0x0800;
  gst_ice_udp_route_get_counts (route, &counts);
  fail_unless_equals_int (seen, 10);
  fail_unless_equals_int (counts.packets_sent, 10);
  fail_unless_equals_int (counts.packets_refused, 10);
  fail_unless_equals_string (gst_ice_udp_route_get_mode (route), "mmsg");

  gst_buffer_list_unref (list);
  g_object_unref (route);
  close (tap);
  return NULL;
}

/* Segments larger than the path's MTU: EMSGSIZE or EINVAL. */
GST_START_TEST (test_path_mtu_steps_down)
{
  g_thread_join (g_thread_new ("mtu", send_too_large_for_path, NULL));
}

GST_END_TEST;

static Suite *
udproute_suite (void)
{
  Suite *s = suite_create ("udproute");
  TCase *tc = tcase_create ("general");
  const gint n_levels = G_N_ELEMENTS (levels);

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_list_arrives_in_order_at_each_level, 0,
      n_levels);
  tcase_add_loop_test (tc, test_sends_from_the_packet_it_is_told, 0, n_levels);
  tcase_add_loop_test (tc, test_packet_too_large_is_skipped, 0, n_levels);
  tcase_add_test (tc, test_refused_segmentation_steps_down_once);
  tcase_add_test (tc, test_revoked_route_sends_nothing_and_frees_the_port);
  tcase_add_loop_test (tc, test_unreachable_peer_is_an_error, 0, n_levels);
  tcase_add_loop_test (tc, test_several_threads_send_while_it_is_revoked, 0,
      n_levels);
  tcase_add_loop_test (tc, test_full_socket_resumes_at_the_right_packet, 0,
      n_levels);
  tcase_add_test (tc, test_path_mtu_steps_down);
  return s;
}

GST_CHECK_MAIN (udproute);
