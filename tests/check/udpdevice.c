/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a route does when a real device is slow or its packets small: with a device
 * in a network of the test's own, which takes CAP_NET_ADMIN. */
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

  taken = gst_ice_route_send_list (route, list, 0, NULL, &error);
  fail_unless (error == NULL);
  fail_unless (taken > 0 && taken < 100);
  fail_unless_equals_int (gst_ice_route_send_list (route, list, taken, NULL,
          &error), 0);
  fail_unless (error == NULL);
  fail_unless_equals_int (poll (&writable, 1, 0), 0);

  introduce_peer ();
  fail_unless_equals_int (poll (&writable, 1, TEST_PATIENCE_MS), 1);
  seen = read_device (tap, 0, sizes);
  fail_unless_equals_int (seen, taken);
  taken += gst_ice_route_send_list (route, list, taken, NULL, &error);
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
          0, NULL, &error), 20);
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
udpdevice_suite (void)
{
  Suite *s = suite_create ("udpdevice");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_full_socket_resumes_at_the_right_packet, 0,
      G_N_ELEMENTS (levels));
  tcase_add_test (tc, test_path_mtu_steps_down);
  return s;
}

GST_CHECK_MAIN (udpdevice);
