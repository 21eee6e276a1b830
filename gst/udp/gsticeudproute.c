/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A route that sends lists of packets by sendmmsg and UDP_SEGMENT. */

#include "config.h"

#include "gsticeudproute.h"

#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticeudp.h"
#include "gsticeudpbatch.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

GST_ICE_LOG_CATEGORY (gst_ice_udp_route_log, "iceudproute",
    "ICE route on a UDP socket");
#define GST_CAT_DEFAULT gst_ice_udp_route_log ()

/* Ways to send, slowest first. A route only steps down. */
typedef enum
{
  MODE_SINGLE,                  /* one packet a call */
  MODE_MMSG,                    /* one packet a message, many a call */
  MODE_GSO,                     /* one run a message, many a call */
} Mode;

struct _GstIceUdpRoute
{
  GstIceRoute parent;

  GstIceUdpAddress remote;      /* set at construction */
  socklen_t remote_size;        /* set at construction */
  gint fd;                      /* set at construction; no longer a socket
                                 * once the route is revoked */
  GObject *owner;               /* set at construction: owns fd; NULL: the
                                 * route owns it */
  GstIceUdpAddress local;       /* set at construction: where packets leave
                                 * from; family 0: the address that the
                                 * socket is bound to */

  gint mode;                    /* Mode, atomic; only ever decreases */
  gint revoked;                 /* atomic; never unset */

  GMutex lock;                  /* never held across a system call */

  /* Protected by lock. */
  GstIceUdpRouteCounts counts;

  GMutex stats_lock;            /* held while the hook is called, so that the
                                 * hook is not freed */

  /* Protected by stats_lock. */
  void (*stats_hook) (gpointer user_data, GstStructure * stats);        /* or NULL */
  gpointer stats_data;
};

G_DEFINE_TYPE (GstIceUdpRoute, gst_ice_udp_route, GST_TYPE_ICE_ROUTE);

/* The messages of one system call, on the stack of the sending thread. */
typedef struct
{
  guint n_messages;
  guint n_iovecs;
  struct iovec iovecs[GST_ICE_UDP_BATCH_SIZE];
  struct mmsghdr messages[GST_ICE_UDP_BATCH_SIZE];
  GstIceUdpRun runs[GST_ICE_UDP_BATCH_SIZE];
  union
  {
    gchar bytes[CMSG_SPACE (sizeof (guint16)) +
        CMSG_SPACE (sizeof (struct in6_pktinfo))];
    struct cmsghdr align;
  } controls[GST_ICE_UDP_BATCH_SIZE];
} Call;

/* Appends a control message to @header. */
static void
add_control (struct msghdr *header, gpointer controls, gint level, gint type,
    gconstpointer data, gsize size)
{
  struct cmsghdr *cmsg = (struct cmsghdr *) ((gchar *) controls +
      header->msg_controllen);

  /* The padding behind the data included: Valgrind reports uninitialised
   * bytes otherwise. */
  memset (cmsg, 0, CMSG_SPACE (size));
  cmsg->cmsg_level = level;
  cmsg->cmsg_type = type;
  cmsg->cmsg_len = CMSG_LEN (size);
  memcpy (CMSG_DATA (cmsg), data, size);
  header->msg_control = controls;
  header->msg_controllen += CMSG_SPACE (size);
}

static void
add_local (struct msghdr *header, gpointer controls,
    const GstIceUdpAddress * local)
{
  if (local->any.sa_family == AF_INET) {
    struct in_pktinfo info = {.ipi_spec_dst = local->in.sin_addr };

    add_control (header, controls, IPPROTO_IP, IP_PKTINFO, &info,
        sizeof (info));
  } else {
    /* Routing chooses the interface, except for link-local addresses, which
     * mean nothing without one. */
    struct in6_pktinfo info = {.ipi6_addr = local->in6.sin6_addr,
      .ipi6_ifindex = local->in6.sin6_scope_id
    };

    add_control (header, controls, IPPROTO_IPV6, IPV6_PKTINFO, &info,
        sizeof (info));
  }
}

/* Returns: whether the first two pieces do. Protected packets lie in one memory, all others
 * in memories of their own, so the first two stand for all. */
static gboolean
lies_end_to_end (const struct iovec *iovecs, guint n_iovecs)
{
  return n_iovecs > 1 && (const guint8 *) iovecs[0].iov_base +
      iovecs[0].iov_len == iovecs[1].iov_base;
}

static void
call_add (Call * call, GstIceUdpRoute * self, const struct iovec *iovecs,
    const GstIceUdpRun * run)
{
  struct msghdr *header = &call->messages[call->n_messages].msg_hdr;
  gpointer controls = &call->controls[call->n_messages];

  header->msg_name = &self->remote;
  header->msg_namelen = self->remote_size;
  header->msg_iov = (struct iovec *) iovecs;
  header->msg_iovlen = run->n_iovecs;
  if (lies_end_to_end (iovecs, run->n_iovecs)) {
    header->msg_iov = &call->iovecs[call->n_iovecs];
    header->msg_iovlen = gst_ice_udp_batch_join (iovecs, run->n_iovecs,
        header->msg_iov);
    call->n_iovecs += header->msg_iovlen;
  }
  header->msg_control = NULL;
  header->msg_controllen = 0;
  header->msg_flags = 0;

  if (run->segment_bytes > 0) {
    guint16 segment = run->segment_bytes;

    add_control (header, controls, SOL_UDP, UDP_SEGMENT, &segment,
        sizeof (segment));
  }
  if (self->local.any.sa_family != AF_UNSPEC)
    add_local (header, controls, &self->local);
  call->runs[call->n_messages++] = *run;
}

/* Makes messages of the packets of @batch, from packet number @packet on,
 * whose first iovec is number @iovec. */
static void
call_prepare (Call * call, GstIceUdpRoute * self, Mode mode,
    GstIceUdpBatch * batch, guint packet, guint iovec)
{
  call->n_messages = 0;
  call->n_iovecs = 0;
  while (packet < batch->n_packets) {
    GstIceUdpRun run = { 1, batch->packets[packet].n_iovecs, 0 };

    if (mode == MODE_GSO) {
      run = gst_ice_udp_batch_next_run (&batch->packets[packet],
          batch->n_packets - packet);
    }
    call_add (call, self, &batch->iovecs[iovec], &run);
    packet += run.n_packets;
    iovec += run.n_iovecs;
    if (mode == MODE_SINGLE)
      break;
  }
}

/* Returns: how many messages the kernel took, or -errno for the first */
static gint
call_submit (Call * call, GstIceUdpRoute * self)
{
  gssize result;

  /* A thread may come here just after the route was revoked. The descriptor
   * is no socket then, and the call gives ENOTSOCK. */
  if (call->n_messages == 1) {
    result = sendmsg (self->fd, &call->messages[0].msg_hdr,
        MSG_DONTWAIT | MSG_NOSIGNAL);
    return result < 0 ? -errno : 1;
  }
  result = sendmmsg (self->fd, call->messages, call->n_messages,
      MSG_DONTWAIT | MSG_NOSIGNAL);
  return result < 0 ? -errno : (gint) result;
}

static const gchar *
mode_to_string (Mode mode)
{
  static const gchar *const names[] = { "single", "mmsg", "gso" };

  return names[mode];
}

/* Returns: whether the route sends in a slower way, which is worth a try */
static gboolean
gst_ice_udp_route_step_down (GstIceUdpRoute * self, Mode from, gint error)
{
  gchar text[GST_ICE_UDP_ADDRESS_TEXT_SIZE];

  /* When several threads are refused at once, one of them steps down and
   * logs it. */
  if (g_atomic_int_compare_and_exchange (&self->mode, from, from - 1)) {
    GST_INFO_OBJECT (self,
        "the kernel refuses mode %s to %s: %s; from now on %s",
        mode_to_string (from), gst_ice_udp_address_to_text (&self->remote,
            text), g_strerror (error), mode_to_string (from - 1));
  }
  return TRUE;
}

/* What to do with the first message of a call when the kernel did not take
 * it. */
typedef enum
{
  REFUSAL_RETRY,                /* again, perhaps in a slower way */
  REFUSAL_FULL,                 /* again when the socket is writable */
  REFUSAL_SKIP,                 /* drop this packet, go on with the next */
  REFUSAL_BROKEN,               /* nothing can be sent */
} Refusal;

static Refusal
gst_ice_udp_route_judge (GstIceUdpRoute * self, const Call * call, Mode mode,
    gint error)
{
  switch (error) {
    case EINTR:
      return REFUSAL_RETRY;
    case EAGAIN:
      return REFUSAL_FULL;
    case EIO:                  /* no checksum offload, IPsec */
    case EINVAL:               /* segments larger than the path MTU, old kernels */
    case EMSGSIZE:             /* the same, Linux 6 */
      if (mode == MODE_GSO && call->runs[0].n_packets > 1)
        gst_ice_udp_route_step_down (self, mode, error);
      else if (mode == MODE_MMSG && error != EMSGSIZE && call->n_messages > 1)
        gst_ice_udp_route_step_down (self, mode, error);
      else
        return REFUSAL_SKIP;
      return REFUSAL_RETRY;
    case ENOSYS:               /* seccomp filters that know sendmsg only */
      if (mode == MODE_SINGLE || call->n_messages == 1)
        return REFUSAL_BROKEN;
      gst_ice_udp_route_step_down (self, MODE_GSO, error);
      gst_ice_udp_route_step_down (self, MODE_MMSG, error);
      return REFUSAL_RETRY;
    case EPERM:                /* a packet filter dropped it */
    case ENOBUFS:              /* the device's queue is full */
    case ENOMEM:
      return REFUSAL_SKIP;
    default:
      return REFUSAL_BROKEN;
  }
}

static void
set_error (GError ** error, gint error_number)
{
  if (error_number == ENOTSOCK) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_PATH_LOST,
        "The peer's consent to be sent to is lost, or the path is closed.");
  } else {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_PATH_LOST,
        "Packets can't be sent to the peer: %s.", g_strerror (error_number));
  }
}

typedef struct
{
  guint taken;                  /* packets, including those refused */
  guint refused;
  guint calls;
  guint64 bytes;                /* of the packets sent */
  gint error;                   /* errno: nothing can be sent; EAGAIN: the
                                 * socket is full */
} Progress;

static void
progress_add_run (Progress * progress, const GstIceUdpBatch * batch,
    const GstIceUdpRun * run, guint packet, gboolean sent)
{
  progress->taken += run->n_packets;
  if (!sent) {
    progress->refused += run->n_packets;
    return;
  }
  for (guint i = 0; i < run->n_packets; i++)
    progress->bytes += batch->packets[packet + i].size_bytes;
}

static void
gst_ice_udp_route_send_batch (GstIceUdpRoute * self, GstIceUdpBatch * batch,
    Progress * progress)
{
  guint packet = 0, iovec = 0;
  Call call;

  while (packet < batch->n_packets && progress->error == 0) {
    Mode mode = g_atomic_int_get (&self->mode);
    Refusal refusal = REFUSAL_RETRY;
    gint n_done;

    call_prepare (&call, self, mode, batch, packet, iovec);
    n_done = call_submit (&call, self);
    progress->calls++;

    if (n_done < 0) {
      refusal = gst_ice_udp_route_judge (self, &call, mode, -n_done);
      if (refusal == REFUSAL_FULL || refusal == REFUSAL_BROKEN)
        progress->error = -n_done;
      n_done = refusal == REFUSAL_SKIP ? 1 : 0;
    }
    for (gint i = 0; i < n_done; i++) {
      progress_add_run (progress, batch, &call.runs[i], packet,
          refusal != REFUSAL_SKIP);
      packet += call.runs[i].n_packets;
      iovec += call.runs[i].n_iovecs;
    }
  }
}

/* Returns: how many packets were taken */
static guint
gst_ice_udp_route_finish (GstIceUdpRoute * self, const Progress * progress,
    GstIceRouteTally * tally, GError ** error)
{
  g_mutex_lock (&self->lock);
  self->counts.packets_sent += progress->taken - progress->refused;
  self->counts.bytes_sent += progress->bytes;
  self->counts.packets_refused += progress->refused;
  self->counts.calls += progress->calls;
  g_mutex_unlock (&self->lock);

  tally->n_refused += progress->refused;
  tally->n_bytes += progress->bytes;
  GST_LOG_OBJECT (self, "%u packets in %u calls, %u refused", progress->taken,
      progress->calls, progress->refused);
  if (progress->error != 0 && progress->error != EAGAIN)
    set_error (error, progress->error);
  return progress->taken;
}

/* Sends all of @batch. When the batch is empty, the packet that should be
 * its first is refused. */
static void
gst_ice_udp_route_send_mapped (GstIceUdpRoute * self, GstIceUdpBatch * batch,
    Progress * progress)
{
  if (batch->n_packets == 0) {
    /* The packet can't be mapped, so it can't be sent. */
    progress->taken++;
    progress->refused++;
    return;
  }
  gst_ice_udp_route_send_batch (self, batch, progress);
  gst_ice_udp_batch_unmap (batch);
}

static guint
gst_ice_udp_route_send_list (GstIceRoute * route, GstBufferList * list,
    guint first, GstIceRouteTally * tally, GError ** error)
{
  GstIceUdpRoute *self = GST_ICE_UDP_ROUTE (route);
  guint n_packets = gst_buffer_list_length (list);
  Progress progress = { 0, };
  GstIceUdpBatch batch;

  while (first + progress.taken < n_packets && progress.error == 0) {
    if (g_atomic_int_get (&self->revoked)) {
      progress.error = ENOTSOCK;
      break;
    }
    gst_ice_udp_batch_map (&batch, list, first + progress.taken);
    gst_ice_udp_route_send_mapped (self, &batch, &progress);
  }
  return gst_ice_udp_route_finish (self, &progress, tally, error);
}

static guint
gst_ice_udp_route_send_packet (GstIceRoute * route, GstBuffer * packet,
    GstIceRouteTally * tally, GError ** error)
{
  GstIceUdpRoute *self = GST_ICE_UDP_ROUTE (route);
  Progress progress = { 0, };
  GstIceUdpBatch batch;

  if (g_atomic_int_get (&self->revoked)) {
    progress.error = ENOTSOCK;
  } else {
    gst_ice_udp_batch_map_packet (&batch, packet);
    gst_ice_udp_route_send_mapped (self, &batch, &progress);
  }
  return gst_ice_udp_route_finish (self, &progress, tally, error);
}

static gint
gst_ice_udp_route_get_fd (GstIceRoute * route)
{
  return GST_ICE_UDP_ROUTE (route)->fd;
}

static void
gst_ice_udp_route_add_stats (GstIceRoute * route, GstStructure * stats)
{
  GstIceUdpRoute *self = GST_ICE_UDP_ROUTE (route);
  GstIceUdpRouteCounts counts;

  gst_ice_udp_route_get_counts (self, &counts);
  gst_structure_set (stats,
      "send-mode", G_TYPE_STRING, gst_ice_udp_route_get_mode (self),
      "send-calls", G_TYPE_UINT64, counts.calls,
      "packets-refused", G_TYPE_UINT64, counts.packets_refused, NULL);

  g_mutex_lock (&self->stats_lock);
  if (self->stats_hook != NULL)
    self->stats_hook (self->stats_data, stats);
  g_mutex_unlock (&self->stats_lock);
}

static void
gst_ice_udp_route_finalize (GObject * object)
{
  GstIceUdpRoute *self = GST_ICE_UDP_ROUTE (object);

  if (self->owner == NULL)
    close (self->fd);
  g_clear_object (&self->owner);
  g_mutex_clear (&self->stats_lock);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_udp_route_parent_class)->finalize (object);
}

static void
gst_ice_udp_route_class_init (GstIceUdpRouteClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_udp_route_finalize;
  GST_ICE_ROUTE_CLASS (klass)->send_list = gst_ice_udp_route_send_list;
  GST_ICE_ROUTE_CLASS (klass)->send_packet = gst_ice_udp_route_send_packet;
  GST_ICE_ROUTE_CLASS (klass)->get_fd = gst_ice_udp_route_get_fd;
  GST_ICE_ROUTE_CLASS (klass)->add_stats = gst_ice_udp_route_add_stats;
}

static void
gst_ice_udp_route_init (GstIceUdpRoute * self)
{
  g_mutex_init (&self->lock);
  g_mutex_init (&self->stats_lock);
}

static Mode
first_mode (void)
{
  switch (gst_ice_udp_get_level ()) {
    case GST_ICE_UDP_NONE:
      return MODE_SINGLE;
    case GST_ICE_UDP_MMSG:
      return MODE_MMSG;
    default:
      return gst_ice_udp_can (GST_ICE_UDP_CAN_SEGMENT) ? MODE_GSO : MODE_MMSG;
  }
}

GstIceRoute *
gst_ice_udp_route_new (gint fd, const GstIceUdpAddress * remote)
{
  GstIceUdpRoute *self = g_object_new (GST_TYPE_ICE_UDP_ROUTE, NULL);
  gchar text[GST_ICE_UDP_ADDRESS_TEXT_SIZE];

  self->fd = fd;
  self->remote = *remote;
  self->remote_size = gst_ice_udp_address_size (remote);
  self->mode = first_mode ();
  GST_INFO_OBJECT (self, "sends to %s, mode %s",
      gst_ice_udp_address_to_text (remote, text), mode_to_string (self->mode));
  return GST_ICE_ROUTE (self);
}

GstIceRoute *
gst_ice_udp_route_new_shared (gint fd, GObject * owner,
    const GstIceUdpAddress * local, const GstIceUdpAddress * remote)
{
  GstIceRoute *route = gst_ice_udp_route_new (fd, remote);
  GstIceUdpRoute *self = GST_ICE_UDP_ROUTE (route);

  self->owner = g_object_ref (owner);
  self->local = *local;
  return route;
}

void
gst_ice_udp_route_revoke (GstIceUdpRoute * self)
{
  if (!g_atomic_int_compare_and_exchange (&self->revoked, FALSE, TRUE))
    return;

  if (self->owner == NULL)
    gst_ice_udp_retire_socket (self->fd);
}

void
gst_ice_udp_route_set_stats_hook (GstIceUdpRoute * self,
    void (*func) (gpointer user_data, GstStructure * stats), gpointer user_data)
{
  g_mutex_lock (&self->stats_lock);
  self->stats_hook = func;
  self->stats_data = user_data;
  g_mutex_unlock (&self->stats_lock);
}

void
gst_ice_udp_route_get_counts (GstIceUdpRoute * self,
    GstIceUdpRouteCounts * counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}

const gchar *
gst_ice_udp_route_get_mode (GstIceUdpRoute * self)
{
  return mode_to_string (g_atomic_int_get (&self->mode));
}
