/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tries what the kernel says it can: cutting a message into packets, and merging them. */

#include "config.h"

#include "gsticeudptrial.h"

#include "gsticeudpaddress.h"
#include "gsticeudpbatch.h"
#include "gsticeudpscratch.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As video has it: packets of one size and a shorter one. */
#define SEGMENT_BYTES 1200
#define LAST_BYTES 300
#define N_SEGMENTS 3
#define ALL_BYTES ((N_SEGMENTS - 1) * SEGMENT_BYTES + LAST_BYTES)

/* Loopback takes some microseconds. */
#define PATIENCE_MS 200

/* Returns: a socket on a port of loopback, -1: there is none */
static gint
open_socket (gint family, GstIceUdpAddress * address)
{
  gint fd = socket (family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  socklen_t size;

  memset (address, 0, sizeof (*address));
  gst_ice_udp_address_set_text (address, family == AF_INET ? "127.0.0.1" :
      "::1", 0);
  size = gst_ice_udp_address_size (address);
  if (fd < 0)
    return -1;
  if (bind (fd, &address->any, size) < 0
      || getsockname (fd, &address->any, &size) < 0) {
    close (fd);
    return -1;
  }
  return fd;
}

/* Returns: whether the kernel took the message */
static gboolean
send_segments (gint fd, GstIceUdpAddress * to, guint8 * data)
{
  const guint16 segment = SEGMENT_BYTES;
  struct iovec iovec = { data, ALL_BYTES };
  union
  {
    gchar bytes[CMSG_SPACE (sizeof (guint16))];
    struct cmsghdr align;
  } control;
  struct msghdr header = {.msg_name = to,.msg_namelen =
        gst_ice_udp_address_size (to),.msg_iov = &iovec,.msg_iovlen = 1,
    .msg_control = &control,.msg_controllen = sizeof (control.bytes)
  };
  struct cmsghdr *cmsg = CMSG_FIRSTHDR (&header);

  memset (&control, 0, sizeof (control));
  cmsg->cmsg_level = SOL_UDP;
  cmsg->cmsg_type = UDP_SEGMENT;
  cmsg->cmsg_len = CMSG_LEN (sizeof (segment));
  memcpy (CMSG_DATA (cmsg), &segment, sizeof (segment));
  return sendmsg (fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) == ALL_BYTES;
}

/* Returns: whether the packets of @message are those of @sent from number @n on, which goes
 *     on behind them */
static gboolean
check_message (const GstIceUdpMessage * message, const guint8 * sent, guint * n)
{
  gsize offset = 0, length = 0;

  while (gst_ice_udp_batch_next_packet (message->size_bytes,
          message->stride_bytes, &offset, &length)) {
    if (*n >= N_SEGMENTS || length != (*n == N_SEGMENTS - 1 ? LAST_BYTES :
            SEGMENT_BYTES)
        || memcmp (message->data + offset, sent + *n * SEGMENT_BYTES,
            length) != 0)
      return FALSE;
    (*n)++;
  }
  return TRUE;
}

/* Returns: whether all that was sent came */
static gboolean
receive_segments (gint fd, const guint8 * sent)
{
  g_autoptr (GstIceUdpScratch) scratch = gst_ice_udp_scratch_new ();
  struct pollfd poll_fd = {.fd = fd,.events = POLLIN };
  guint n = 0;

  while (n < N_SEGMENTS) {
    if (poll (&poll_fd, 1, PATIENCE_MS) <= 0 ||
        gst_ice_udp_scratch_read (scratch, fd) == GST_ICE_UDP_READ_BROKEN)
      return FALSE;
    for (guint i = 0; i < gst_ice_udp_scratch_get_n_messages (scratch); i++) {
      GstIceUdpMessage message;

      gst_ice_udp_scratch_get_message (scratch, i, &message);
      if (!check_message (&message, sent, &n))
        return FALSE;
    }
  }
  return TRUE;
}

gboolean
gst_ice_udp_trial_run (gint family, gboolean merge)
{
  guint8 data[ALL_BYTES];
  GstIceUdpAddress here, there;
  const gint sender = open_socket (family, &here);
  const gint receiver = open_socket (family, &there);
  gint on = 1;
  gboolean works = TRUE;

  for (gsize i = 0; i < ALL_BYTES; i++)
    data[i] = (guint8) (i / SEGMENT_BYTES + i);
  if (merge && receiver >= 0)
    setsockopt (receiver, SOL_UDP, UDP_GRO, &on, sizeof (on));
  /* What the kernel refuses, the route does in another way. */
  if (sender >= 0 && receiver >= 0 && send_segments (sender, &there, data))
    works = receive_segments (receiver, data);
  if (sender >= 0)
    close (sender);
  if (receiver >= 0)
    close (receiver);
  return works;
}
