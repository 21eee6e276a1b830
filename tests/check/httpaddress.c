/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a connection's addresses tell, in a network of the test's own with addresses that
 * are not loopback. */

#define _GNU_SOURCE

#include "config.h"

#include "gsticehttpaddress.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const struct
{
  const gchar *name;
  const gchar *address, *netmask;       /* NULL: up only */
} devices[] = {
  {"lo", NULL, NULL},
  {"ice0", "10.99.0.1", "255.255.255.0"},
  {"ice0:1", "10.99.0.3", "255.255.255.0"},
};

static void
set_address (gint control, struct ifreq *request, gulong what,
    const gchar * text)
{
  struct sockaddr_in *address = (struct sockaddr_in *) &request->ifr_addr;

  memset (address, 0, sizeof *address);
  address->sin_family = AF_INET;
  fail_unless (inet_pton (AF_INET, text, &address->sin_addr) == 1);
  fail_unless (ioctl (control, what, request) == 0);
}

/* Returns: whether this process has a network of its own now, with 10.99.0.1 and .3 and
 *     a way to 10.99.0.2; that takes a privilege */
static gboolean
make_network (void)
{
  struct ifreq request = { 0, };
  gint tap, control;

  if (unshare (CLONE_NEWNET) < 0)
    return FALSE;
  tap = open ("/dev/net/tun", O_RDWR | O_CLOEXEC);
  g_strlcpy (request.ifr_name, "ice0", IFNAMSIZ);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (tap < 0 || ioctl (tap, TUNSETIFF, &request) < 0)
    return FALSE;

  control = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++) {
    g_strlcpy (request.ifr_name, devices[i].name, IFNAMSIZ);
    if (devices[i].address != NULL) {
      set_address (control, &request, SIOCSIFADDR, devices[i].address);
      set_address (control, &request, SIOCSIFNETMASK, devices[i].netmask);
    }
    request.ifr_flags = IFF_UP;
    fail_unless (ioctl (control, SIOCSIFFLAGS, &request) == 0);
  }
  close (control);
  /* With it any address can be bound. */
  return g_file_set_contents ("/proc/sys/net/ipv4/ip_nonlocal_bind", "1", 1,
      NULL) || access ("/proc/sys/net/ipv4/ip_nonlocal_bind", W_OK) != 0;
}

static const struct
{
  const gchar *address;
  gboolean own;
} addresses[] = {
  {"127.0.0.1", TRUE}, {"127.8.8.8", TRUE}, {"::1", TRUE},
  {"10.99.0.1", TRUE}, {"10.99.0.3", TRUE},
  {"10.99.0.2", FALSE}, {"192.0.2.1", FALSE}, {"2001:db8::1", FALSE},
};

GST_START_TEST (test_address_is_own)
{
  if (!make_network ())
    return;
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autoptr (GInetAddress) inet =
        g_inet_address_new_from_string (addresses[i].address);

    fail_unless_equals_int (gst_ice_http_address_is_own (inet),
        addresses[i].own);
  }
}

GST_END_TEST;

static void
on_sent (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_autoptr (GInputStream) stream = soup_session_send_finish
      (SOUP_SESSION (source), result, NULL);

  *(gint *) user_data = stream != NULL;
}

/* From where, and whether the request arrives. */
static const struct
{
  const gchar *from;
  gboolean arrives;
} connections[] = { {"10.99.0.1", TRUE}, {"10.99.0.3", FALSE} };

GST_START_TEST (test_connection_to_another_address_is_cut)
{
  g_autoptr (GSocketAddress) from = g_inet_socket_address_new_from_string
      (connections[__i__].from, 0);
  g_autoptr (SoupSession) session = NULL;
  g_autoptr (SoupMessage) message = NULL;
  g_autofree gchar *uri = NULL;
  Side listener;
  gint answered = -1;

  if (!make_network ())
    return;
  side_init_listener (&listener, "t", 0);
  session = soup_session_new_with_options ("local-address", from, NULL);
  soup_session_set_proxy_resolver (session, NULL);
  uri = g_strdup_printf ("http://10.99.0.1:%u/cam", listener.port);
  message = soup_message_new ("GET", uri);
  soup_message_headers_append (soup_message_get_request_headers (message),
      "Authorization", "Bearer t");
  gst_ice_http_address_keep_on_host (message);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, NULL, on_sent,
      &answered);
  WAIT (answered >= 0);
  fail_unless_equals_int (answered, connections[__i__].arrives);
  fail_unless_equals_int (gst_ice_http_address_was_cut (message),
      !connections[__i__].arrives);
  soup_session_abort (session);
  side_clear (&listener);
}

GST_END_TEST;

/* Returns: (transfer full): a connection that says nothing */
static GSocketConnection *
connect_from (const gchar * from, guint port)
{
  g_autoptr (GSocketAddress) local =
      g_inet_socket_address_new_from_string (from, 0);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection;

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_local_address (client, local);
  connection = g_socket_client_connect_to_host (client, "10.99.0.1", port, NULL,
      NULL);
  fail_unless (connection != NULL);
  while (g_main_context_iteration (NULL, FALSE));
  return connection;
}

static gboolean
has_ended (GSocketConnection * connection)
{
  return g_socket_condition_check (g_socket_connection_get_socket (connection),
      G_IO_IN | G_IO_HUP) != 0;
}

GST_START_TEST (test_client_has_so_many_connections)
{
  GSocketConnection *greedy[20], *other;
  Side listener;
  guint n_ended = 0;

  if (!make_network ())
    return;
  side_init_listener (&listener, "t", 0);
  other = connect_from ("10.99.0.3", listener.port);
  for (guint i = 0; i < G_N_ELEMENTS (greedy); i++)
    greedy[i] = connect_from ("10.99.0.1", listener.port);
  WAIT (has_ended (greedy[3]));
  for (guint i = 0; i < G_N_ELEMENTS (greedy); i++)
    n_ended += has_ended (greedy[i]);
  fail_unless_equals_int (n_ended, 4);
  fail_if (has_ended (other));

  g_object_unref (other);
  for (guint i = 0; i < G_N_ELEMENTS (greedy); i++)
    g_object_unref (greedy[i]);
  side_clear (&listener);
}

GST_END_TEST;

static Suite *
http_address_suite (void)
{
  Suite *s = suite_create ("httpaddress");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_address_is_own);
  tcase_add_loop_test (tc, test_connection_to_another_address_is_cut, 0,
      G_N_ELEMENTS (connections));
  tcase_add_test (tc, test_client_has_so_many_connections);
  return s;
}

GST_CHECK_MAIN (http_address);
