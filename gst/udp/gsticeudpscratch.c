/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Receives many UDP datagrams with one system call, into memory that is used
 * again. */

#include "config.h"

#include "gsticeudpscratch.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#define N_MESSAGES 64

/* A merged message has up to 64 KiB. The size of a cell is not a power of
 * two: the beginnings of all cells would share a few lines of the
 * processor's cache otherwise. Only pages that receive something ever take
 * memory. */
#define CELL_SIZE 65536
#define CELL_STRIDE (CELL_SIZE + 1216)

/* Control messages of a datagram: its local address, and the size of its
 * packets. */
typedef union
{
  gchar bytes[CMSG_SPACE (sizeof (struct in6_pktinfo)) +
      CMSG_SPACE (sizeof (gint))];
  struct cmsghdr align;
} Control;

struct _GstIceUdpScratch
{
  guint8 *cells;
  struct mmsghdr messages[N_MESSAGES];
  struct iovec iovecs[N_MESSAGES];
  GstIceUdpAddress from[N_MESSAGES];
  Control controls[N_MESSAGES];
  guint n_dirty;                /* messages that the kernel wrote to */
};

/* Returns: (transfer full): memory for one thread */
GstIceUdpScratch *
gst_ice_udp_scratch_new (void)
{
  GstIceUdpScratch *self = g_new0 (GstIceUdpScratch, 1);

  self->cells = g_malloc (N_MESSAGES * CELL_STRIDE);
  for (guint i = 0; i < N_MESSAGES; i++) {
    struct msghdr *header = &self->messages[i].msg_hdr;

    self->iovecs[i].iov_base = self->cells + i * CELL_STRIDE;
    self->iovecs[i].iov_len = CELL_SIZE;
    header->msg_iov = &self->iovecs[i];
    header->msg_iovlen = 1;
    header->msg_name = &self->from[i];
    header->msg_control = &self->controls[i];
  }
  self->n_dirty = N_MESSAGES;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_udp_scratch_free (GstIceUdpScratch * self)
{
  g_free (self->cells);
  g_free (self);
}

guint
gst_ice_udp_scratch_get_n_messages (GstIceUdpScratch * self)
{
  return self->n_dirty;
}

GstIceUdpRead
gst_ice_udp_scratch_read (GstIceUdpScratch * self, gint fd)
{
  gint n;

  for (guint i = 0; i < self->n_dirty; i++) {
    struct msghdr *header = &self->messages[i].msg_hdr;

    header->msg_namelen = sizeof (self->from[i]);
    header->msg_controllen = sizeof (self->controls[i]);
    header->msg_flags = 0;
  }
  n = recvmmsg (fd, self->messages, N_MESSAGES, MSG_DONTWAIT, NULL);
  self->n_dirty = MAX (n, 0);
  if (n == N_MESSAGES)
    return GST_ICE_UDP_READ_SOME;
  if (n > 0)
    return GST_ICE_UDP_READ_ALL;

  switch (errno) {
    case EAGAIN:
      return GST_ICE_UDP_READ_ALL;
    case EBADF:
    case ENOTSOCK:
    case EFAULT:
    case EINVAL:
    case ENOSYS:
    case EPERM:
      return GST_ICE_UDP_READ_BROKEN;
    default:
      /* A signal interrupted the call, or an ICMP message left an error (RFC
       * 1122, 4.1.3.3). */
      return GST_ICE_UDP_READ_SOME;
  }
}

static void
take_local4 (GstIceUdpAddress * local, const struct cmsghdr *cmsg)
{
  struct in_pktinfo info;

  memcpy (&info, CMSG_DATA (cmsg), sizeof (info));
  local->in.sin_family = AF_INET;
  /* An answer must leave from the address that was asked. */
  local->in.sin_addr = info.ipi_spec_dst;
}

static void
take_local6 (GstIceUdpAddress * local, const struct cmsghdr *cmsg)
{
  struct in6_pktinfo info;

  memcpy (&info, CMSG_DATA (cmsg), sizeof (info));
  local->in6.sin6_family = AF_INET6;
  local->in6.sin6_addr = info.ipi6_addr;
  if (IN6_IS_ADDR_LINKLOCAL (&info.ipi6_addr))
    local->in6.sin6_scope_id = info.ipi6_ifindex;
}

void
gst_ice_udp_scratch_get_message (GstIceUdpScratch * self, guint number,
    GstIceUdpMessage * message)
{
  struct msghdr *header = &self->messages[number].msg_hdr;

  message->from = &self->from[number];
  message->data = self->iovecs[number].iov_base;
  message->size_bytes = self->messages[number].msg_len;
  message->is_cut = (header->msg_flags & MSG_TRUNC) != 0;
  message->stride_bytes = 0;
  memset (&message->local, 0, sizeof (message->local));

  for (struct cmsghdr * cmsg = CMSG_FIRSTHDR (header); cmsg != NULL;
      cmsg = CMSG_NXTHDR (header, cmsg)) {
    if (cmsg->cmsg_level == SOL_UDP && cmsg->cmsg_type == UDP_GRO)
      memcpy (&message->stride_bytes, CMSG_DATA (cmsg), sizeof (gint));
    else if (cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_PKTINFO)
      take_local4 (&message->local, cmsg);
    else if (cmsg->cmsg_level == IPPROTO_IPV6
        && cmsg->cmsg_type == IPV6_PKTINFO)
      take_local6 (&message->local, cmsg);
  }
}
