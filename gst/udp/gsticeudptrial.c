/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tries what the kernel says it can: cutting a message into packets, and merging them. */

#include "config.h"

#include "gsticeudptrial.h"

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

typedef union
{
  struct sockaddr any;
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
} Address;

typedef union
{
  gchar bytes[CMSG_SPACE (sizeof (gint))];
  struct cmsghdr align;
} Control;

/* Returns: a socket on a port of loopback, -1: there is none */
static gint
open_socket (gint family, Address * address, socklen_t * size)
{
  gint fd = socket (family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  memset (address, 0, sizeof (*address));
  address->any.sa_family = (sa_family_t) family;
  *size = family == AF_INET ? sizeof (address->in) : sizeof (address->in6);
  if (family == AF_INET)
    address->in.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  else
    address->in6.sin6_addr = in6addr_loopback;
  if (fd < 0)
    return -1;
  if (bind (fd, &address->any, *size) < 0
      || getsockname (fd, &address->any, size) < 0) {
    close (fd);
    return -1;
  }
  return fd;
}

/* Returns: whether the kernel took the message */
static gboolean
send_segments (gint fd, Address * to, socklen_t size, guint8 * data)
{
  const guint16 segment = SEGMENT_BYTES;
  struct iovec iovec = { data, ALL_BYTES };
  Control control;
  struct msghdr header = {.msg_name = to,.msg_namelen = size,
    .msg_iov = &iovec,.msg_iovlen = 1,.msg_control = &control,
    .msg_controllen = CMSG_SPACE (sizeof (segment))
  };
  struct cmsghdr *cmsg = CMSG_FIRSTHDR (&header);

  memset (&control, 0, sizeof (control));
  cmsg->cmsg_level = SOL_UDP;
  cmsg->cmsg_type = UDP_SEGMENT;
  cmsg->cmsg_len = CMSG_LEN (sizeof (segment));
  memcpy (CMSG_DATA (cmsg), &segment, sizeof (segment));
  return sendmsg (fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) == ALL_BYTES;
}

/* Returns: the size of the packets that were merged; 0: the message is one packet */
static gsize
get_stride (struct msghdr *header)
{
  for (struct cmsghdr * cmsg = CMSG_FIRSTHDR (header); cmsg != NULL;
      cmsg = CMSG_NXTHDR (header, cmsg)) {
    gint stride;

    if (cmsg->cmsg_level != SOL_UDP || cmsg->cmsg_type != UDP_GRO)
      continue;
    memcpy (&stride, CMSG_DATA (cmsg), sizeof (stride));
    return (gsize) stride;
  }
  return 0;
}

/* Receives one message to the place in @data where the last ended.
 * Returns: its size; -1: none came, or not packets of the sizes that were sent */
static gssize
receive (gint fd, guint8 * data, gsize at)
{
  struct pollfd poll_fd = {.fd = fd,.events = POLLIN };
  struct iovec iovec = { data + at, ALL_BYTES - at };
  const gsize left = ALL_BYTES - at;
  Control control;
  struct msghdr header = {.msg_iov = &iovec,.msg_iovlen = 1,
    .msg_control = &control,.msg_controllen = sizeof (control)
  };
  gssize size;
  gsize stride;

  memset (&control, 0, sizeof (control));
  if (poll (&poll_fd, 1, PATIENCE_MS) <= 0)
    return -1;
  size = recvmsg (fd, &header, MSG_DONTWAIT);
  if (size <= 0 || (header.msg_flags & MSG_TRUNC))
    return -1;
  stride = get_stride (&header);
  if (stride == 0)
    return (gsize) size == MIN (left, SEGMENT_BYTES) ? size : -1;
  return stride == SEGMENT_BYTES && ((gsize) size % SEGMENT_BYTES == 0
      || (gsize) size == left) ? size : -1;
}

/* Returns: whether all that was sent came */
static gboolean
receive_all (gint fd, const guint8 * sent)
{
  guint8 data[ALL_BYTES];
  gsize at = 0;

  while (at < ALL_BYTES) {
    const gssize size = receive (fd, data, at);

    if (size < 0)
      return FALSE;
    at += (gsize) size;
  }
  return memcmp (data, sent, ALL_BYTES) == 0;
}

gboolean
gst_ice_udp_trial_run (gint family, gboolean merge)
{
  guint8 data[ALL_BYTES];
  Address here, there;
  socklen_t here_size, there_size;
  const gint sender = open_socket (family, &here, &here_size);
  const gint receiver = open_socket (family, &there, &there_size);
  gint on = 1;
  gboolean works = TRUE;

  for (gsize i = 0; i < ALL_BYTES; i++)
    data[i] = (guint8) (i / SEGMENT_BYTES + i);
  if (merge && receiver >= 0)
    setsockopt (receiver, SOL_UDP, UDP_GRO, &on, sizeof (on));
  /* What the kernel refuses, the route does in another way. */
  if (sender >= 0 && receiver >= 0
      && send_segments (sender, &there, there_size, data))
    works = receive_all (receiver, data);
  if (sender >= 0)
    close (sender);
  if (receiver >= 0)
    close (receiver);
  return works;
}
