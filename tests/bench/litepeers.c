/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The peers of lite ends that a benchmark has: good ones, and those that guess. */

#include "litepeers.h"

#include "gsticeudpstun.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define TRY_MS 500
#define N_TRIES 20

static gint
open_socket (const gchar * address)
{
  GstIceUdpAddress any;
  gint fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || !gst_ice_udp_address_set_text (&any, address, 0) ||
      bind (fd, &any.any, gst_ice_udp_address_size (&any)) < 0)
    agents_die ("a peer has no socket");
  return fd;
}

static guint16
get_port (gint fd)
{
  struct sockaddr_in own;
  socklen_t size = sizeof (own);

  if (getsockname (fd, (struct sockaddr *) &own, &size) < 0)
    agents_die ("a socket has no address");
  return g_ntohs (own.sin_port);
}

void
lite_peer_open (LitePeer * self, const gchar * address, guint16 port)
{
  GstIceUdpAddress to;

  memset (self, 0, sizeof (*self));
  self->way.fd = open_socket (address);
  gst_ice_udp_address_set_text (&to, address, port);
  memcpy (&self->way.to, &to, sizeof (to));
  self->way.to_size = gst_ice_udp_address_size (&to);
}

/* Returns: (transfer full): what is behind @prefix in a line of @text */
static gchar *
find_value (gchar ** lines, const gchar * prefix)
{
  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], prefix))
      return g_strdup (lines[i] + strlen (prefix));
  }
  agents_die ("an offer lacks a line");
}

gchar *
lite_peer_open_for (LitePeer * self, const gchar * address, const gchar * offer)
{
  g_auto (GStrv) lines = g_strsplit_set (offer, "\r\n", -1);
  g_autofree gchar *candidate = find_value (lines, "a=candidate:");
  g_auto (GStrv) words = g_strsplit (candidate, " ", -1);

  if (g_strv_length (words) < 8)
    agents_die ("an offer has a candidate that is none");
  lite_peer_open (self, address, (guint16) g_ascii_strtoull (words[5], NULL,
          10));
  self->ufrag = find_value (lines, "a=ice-ufrag:");
  self->password = find_value (lines, "a=ice-pwd:");
  return g_strdup_printf ("a=ice-ufrag:peer\n"
      "a=ice-pwd:0123456789012345678901\n"
      "a=candidate:1 1 UDP 2130706431 %s %u typ host\n", address,
      get_port (self->way.fd));
}

static gsize
write_check (const LitePeer * self, const gchar * ufrag,
    const gchar * password, guint8 check[GST_ICE_UDP_STUN_MAX_SIZE])
{
  GstIceUdpStunRequest request = {.to_ufrag = ufrag,.from_ufrag = "peer",
    .password = password,.priority = 1853824767,.controlling = TRUE,
    .use_candidate = TRUE
  };

  gst_ice_udp_stun_randomise (request.id, sizeof (request.id));
  return gst_ice_udp_stun_build_request (&request, check);
}

void
lite_peer_check (LitePeer * self)
{
  guint8 check[GST_ICE_UDP_STUN_MAX_SIZE];
  gsize size = write_check (self, self->ufrag, self->password, check);

  sendto (self->way.fd, check, size, 0, (struct sockaddr *) &self->way.to,
      self->way.to_size);
}

gint64
lite_peer_nominate (LitePeer * self)
{
  struct pollfd wait = { self->way.fd, POLLIN, 0 };
  guint8 answer[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpStun stun;

  for (guint i = 0; i < N_TRIES; i++) {
    gint64 start_us = g_get_monotonic_time ();
    gssize n;

    lite_peer_check (self);
    if (poll (&wait, 1, TRY_MS) < 1)
      continue;
    n = recv (self->way.fd, answer, sizeof (answer), 0);
    if (n > 0 && gst_ice_udp_stun_parse (&stun, answer, (gsize) n) &&
        stun.type == GST_ICE_UDP_STUN_SUCCESS)
      return g_get_monotonic_time () - start_us;
  }
  agents_die ("a check is not answered");
}

static gboolean
on_readable (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  guint8 packet[2048];
  gssize n = recv (g_socket_get_fd (socket), packet, sizeof (packet),
      MSG_DONTWAIT);

  if (n > 0)
    agents_count_received (packet, (gsize) n);
  return G_SOURCE_CONTINUE;
}

void
lite_peer_attach (LitePeer * self)
{
  GSocket *socket = g_socket_new_from_fd (self->way.fd, NULL);
  GSource *source;

  if (socket == NULL)
    agents_die ("a socket is none");
  source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), NULL, NULL);
  g_source_attach (source, agents_get_context ());
  g_source_unref (source);
}

guint
lite_peer_flood (const LitePeer * self, guint n, guint n_sockets, guint seconds)
{
  enum
  { N_MESSAGES = 32 };
  g_autofree gint *fds = g_new (gint, n_sockets);
  guint8 checks[2][GST_ICE_UDP_STUN_MAX_SIZE];
  struct iovec iovecs[2];
  struct mmsghdr messages[N_MESSAGES];
  const gint64 start_us = g_get_monotonic_time ();
  guint n_taken = 0;

  for (guint i = 0; i < n_sockets; i++)
    fds[i] = open_socket ("127.0.0.1");
  iovecs[0].iov_base = checks[0];
  iovecs[0].iov_len = write_check (self, "nobodyyy", "wrong", checks[0]);
  iovecs[1].iov_base = checks[1];
  iovecs[1].iov_len = write_check (self, self->ufrag != NULL ? self->ufrag :
      "nobodyyy", "wrong", checks[1]);
  memset (messages, 0, sizeof (messages));
  for (guint i = 0; i < N_MESSAGES; i++) {
    messages[i].msg_hdr.msg_iov = &iovecs[i % 2];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = (gpointer) & self->way.to;
    messages[i].msg_hdr.msg_namelen = self->way.to_size;
  }
  for (guint sent = 0, turn = 0; sent < n; sent += N_MESSAGES, turn++) {
    gint64 due_us = start_us + (gint64) sent * seconds * G_USEC_PER_SEC / n;
    gint64 now_us = g_get_monotonic_time ();
    gint got;

    if (due_us > now_us)
      g_usleep ((gulong) (due_us - now_us));
    got = sendmmsg (fds[turn % n_sockets], messages, N_MESSAGES, 0);
    n_taken += (guint) MAX (got, 0);
  }
  for (guint i = 0; i < n_sockets; i++)
    close (fds[i]);
  return n_taken;
}
