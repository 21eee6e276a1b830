/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Opens the sockets of a shared port, reads them, and sorts the packets by call. */

#include "config.h"

#include "gsticeliteport.h"

#include "gsticeerror.h"
#include "gsticelitestreamroute.h"
#include "gsticelitetcp.h"
#include "gsticelog.h"
#include "gsticeudp.h"
#include "gsticeudpbatch.h"
#include "gsticeudppool.h"
#include "gsticeudproute.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

GST_ICE_LOG_CATEGORY (gst_ice_lite_port_log, "iceliteport",
    "ICE: a UDP port that calls share");
#define GST_CAT_DEFAULT gst_ice_lite_port_log ()

/* How often one of a range is tried. */
#define MAX_TRIES 100

/* RFC 7983, 7: 0 to 3 is STUN. */
#define FIRST_NOT_STUN 4

#define MAX_SOCKETS 2
#define MAX_SOURCES (MAX_SOCKETS + 1)

typedef struct
{
  GstIceUdpSource source;       /* first */
  GstIceLitePort *port;         /* (transfer none) */
  gint family;
  guint number;
} Socket;

/* All TCP of the port. */
typedef struct
{
  GstIceUdpSource source;       /* first */
  GstIceLitePort *port;         /* (transfer none) */
  GstIceLiteTcp *tcp;           /* NULL: there is none; protected by the port's lock */
} Streams;

/* What a read has for one demux. */
typedef struct
{
  GstIceDemux *demux;           /* reference */
  GstBufferList *list;
  guint kinds;
  gsize size_bytes;
} Batch;

struct _GstIceLitePort
{
  GObject parent;

  /* Set at construction. */
  guint number;                 /* that others can join by; 0: nobody can */
  Socket sockets[MAX_SOCKETS];
  guint n_sockets;

  /* Protected by the lock of the ports. */
  guint n_users;
  GstIceWaiter *waiter;         /* whose thread reads; NULL: the fallback reader does */
  Streams streams;              /* set once, while calls are there */

  GMutex lock;                  /* never held across a delivery */

  /* Protected by lock. */
  GstIceLiteCalls *calls;

  /* The thread's that reads a socket of the port. */
  GArray *batches;              /* of Batch: of the read that is under way */
};

G_DEFINE_TYPE (GstIceLitePort, gst_ice_lite_port, G_TYPE_OBJECT);

/* The ports of this process that can be joined. Taken before a port's own lock. */
static GMutex ports_lock;
static GHashTable *ports;       /* number -> GstIceLitePort, not owned */

static void
gst_ice_lite_port_finalize (GObject * object)
{
  GstIceLitePort *self = GST_ICE_LITE_PORT (object);

  for (guint i = 0; i < self->n_sockets; i++)
    close (self->sockets[i].source.fd);
  g_clear_object (&self->waiter);
  g_clear_pointer (&self->streams.tcp, gst_ice_lite_tcp_free);
  gst_ice_lite_calls_free (self->calls);
  g_array_unref (self->batches);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_lite_port_parent_class)->finalize (object);
}

static void
gst_ice_lite_port_class_init (GstIceLitePortClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_lite_port_finalize;
}

static void
gst_ice_lite_port_init (GstIceLitePort * self)
{
  g_mutex_init (&self->lock);
  self->calls = gst_ice_lite_calls_new ();
  self->batches = g_array_new (FALSE, FALSE, sizeof (Batch));
}

/* Reading. */

static Batch *
get_batch (GstIceLitePort * self, GstIceDemux * demux)
{
  Batch fresh = { demux, NULL, 0, 0 };

  /* The last first: a peer's packets come together. */
  for (guint i = self->batches->len; i > 0; i--) {
    Batch *batch = &g_array_index (self->batches, Batch, i - 1);

    if (batch->demux == demux)
      return batch;
  }
  g_object_ref (demux);
  fresh.list = gst_buffer_list_new ();
  g_array_append_val (self->batches, fresh);
  return &g_array_index (self->batches, Batch, self->batches->len - 1);
}

static void
take_media (GstIceLitePort * self, GstIceLitePath * path, const guint8 * data,
    gsize size, gint64 now_us)
{
  const guint kind = gst_ice_demux_tell (data, size);
  Batch *batch;

  path->media_us = now_us;
  /* Too short to be anything. */
  if (kind == 0)
    return;
  batch = get_batch (self, gst_ice_lite_call_get_demux (path->call));
  batch->kinds |= kind;
  batch->size_bytes += size;
  gst_buffer_list_add (batch->list,
      gst_buffer_new_wrapped (g_memdup2 (data, size), size));
}

/* Sends one datagram from @local. What can't leave is lost, as UDP may. */
static void
send_from (Socket * socket, const GstIceUdpAddress * local,
    const GstIceUdpAddress * to, const guint8 * data, gsize size)
{
  GstIceUdpAddress name = *to;
  struct iovec iovec = { (gpointer) data, size };
  union
  {
    gchar bytes[CMSG_SPACE (sizeof (struct in6_pktinfo))];
    struct cmsghdr align;
  } control = { {0,} };
  struct in_pktinfo info4 = {.ipi_spec_dst = local->in.sin_addr };
  struct in6_pktinfo info6 = {.ipi6_addr = local->in6.sin6_addr,
    .ipi6_ifindex = local->in6.sin6_scope_id
  };
  const gboolean is_ip6 = socket->family == AF_INET6;
  struct msghdr header = {.msg_name = &name,
    .msg_namelen = gst_ice_udp_address_size (to),.msg_iov = &iovec,
    .msg_iovlen = 1,.msg_control = &control,
    .msg_controllen = is_ip6 ? CMSG_SPACE (sizeof (info6)) :
        CMSG_SPACE (sizeof (info4))
  };
  struct cmsghdr *cmsg = CMSG_FIRSTHDR (&header);

  cmsg->cmsg_level = is_ip6 ? IPPROTO_IPV6 : IPPROTO_IP;
  cmsg->cmsg_type = is_ip6 ? IPV6_PKTINFO : IP_PKTINFO;
  cmsg->cmsg_len = is_ip6 ? CMSG_LEN (sizeof (info6)) :
      CMSG_LEN (sizeof (info4));
  memcpy (CMSG_DATA (cmsg), is_ip6 ? (gpointer) & info6 : (gpointer) & info4,
      is_ip6 ? sizeof (info6) : sizeof (info4));
  if (sendmsg (socket->source.fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    GST_DEBUG ("an answer could not be sent: %s", g_strerror (errno));
}

static void
take_message (GstIceLitePort * self, Socket * socket,
    const GstIceUdpMessage * message, gint64 now_us)
{
  GstIceLitePath *path = NULL;
  gsize offset = 0, length = 0;
  gboolean looked_up = FALSE;

  if (message->size_bytes == 0 || message->is_cut) {
    gst_ice_lite_calls_get_counts (self->calls)->malformed++;
    return;
  }
  while (gst_ice_udp_batch_next_packet (message->size_bytes,
          message->stride_bytes, &offset, &length)) {
    const guint8 *packet = message->data + offset;

    if (*packet < FIRST_NOT_STUN) {
      guint8 answer[GST_ICE_UDP_STUN_MAX_SIZE];
      gsize size = gst_ice_lite_calls_take_stun (self->calls, message->from,
          &message->local, 0, packet, length, now_us, answer);

      if (size > 0)
        send_from (socket, &message->local, message->from, answer, size);
      /* It may have made the path that the rest needs, or taken it away. */
      looked_up = FALSE;
      continue;
    }
    if (!looked_up)
      path = gst_ice_lite_calls_find_path (self->calls, message->from, 0);
    looked_up = TRUE;
    if (path != NULL)
      take_media (self, path, packet, length, now_us);
    else
      gst_ice_lite_calls_get_counts (self->calls)->strangers++;
  }
}

/* Without the lock: receivers wake threads. */
static void
deliver_batches (GstIceLitePort * self)
{
  for (guint i = 0; i < self->batches->len; i++) {
    const Batch *batch = &g_array_index (self->batches, Batch, i);

    gst_ice_demux_deliver_known (batch->demux, batch->list, batch->kinds,
        batch->size_bytes);
    g_object_unref (batch->demux);
  }
  g_array_set_size (self->batches, 0);
}

static GstIceUdpRead
read_socket (GstIceUdpSource * source, GstIceUdpScratch * scratch,
    gint64 now_us)
{
  Socket *socket = (Socket *) source;
  GstIceLitePort *self = socket->port;
  GstIceUdpRead got = gst_ice_udp_scratch_read (scratch, source->fd);
  const guint n = gst_ice_udp_scratch_get_n_messages (scratch);
  GstIceUdpMessage message;

  if (n == 0)
    return got;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < n; i++) {
    gst_ice_udp_scratch_get_message (scratch, i, &message);
    take_message (self, socket, &message, now_us);
  }
  g_mutex_unlock (&self->lock);
  deliver_batches (self);
  return got;
}

static gint64
tick_socket (GstIceUdpSource * source, gint64 now_us)
{
  Socket *socket = (Socket *) source;
  GstIceLitePort *self = socket->port;

  /* Once for both. */
  if (socket != &self->sockets[0])
    return G_MAXINT64;
  g_mutex_lock (&self->lock);
  gst_ice_lite_calls_tick (self->calls, now_us);
  if (self->streams.tcp != NULL)
    gst_ice_lite_tcp_tick (self->streams.tcp, now_us);
  g_mutex_unlock (&self->lock);
  return now_us + G_USEC_PER_SEC;
}

static void
on_frame (GstIceLiteStream * stream, const guint8 * frame, gsize size,
    gpointer user_data)
{
  GstIceLitePort *self = user_data;
  const GstIceUdpAddress *from = gst_ice_lite_stream_get_remote (stream);
  const guint id = gst_ice_lite_stream_get_id (stream);
  const gint64 now_us = g_get_monotonic_time ();
  guint8 answer[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceLitePath *path;

  if (*frame < FIRST_NOT_STUN) {
    size = gst_ice_lite_calls_take_stun (self->calls, from,
        gst_ice_lite_stream_get_local (stream), id, frame, size, now_us,
        answer);
    if (gst_ice_lite_calls_find_path (self->calls, from, id) != NULL)
      gst_ice_lite_tcp_trust (self->streams.tcp, stream, now_us);
    if (size > 0)
      gst_ice_lite_stream_send (stream, answer, size, FALSE);
    return;
  }
  path = gst_ice_lite_calls_find_path (self->calls, from, id);
  if (path != NULL)
    take_media (self, path, frame, size, now_us);
  else
    gst_ice_lite_calls_get_counts (self->calls)->strangers++;
}

static void
on_stream_closed (GstIceLiteStream * stream, gpointer user_data)
{
  GstIceLitePort *self = user_data;

  gst_ice_lite_calls_forget_stream (self->calls,
      gst_ice_lite_stream_get_remote (stream),
      gst_ice_lite_stream_get_id (stream));
}

static gboolean
is_stream_used (GstIceLiteStream * stream, gpointer user_data)
{
  GstIceLitePort *self = user_data;

  return gst_ice_lite_calls_find_path (self->calls,
      gst_ice_lite_stream_get_remote (stream),
      gst_ice_lite_stream_get_id (stream)) != NULL;
}

static const GstIceLiteTcpEvents tcp_events = {
  .frame = on_frame,
  .closed = on_stream_closed,
  .is_used = is_stream_used,
};

static GstIceUdpRead
read_streams (GstIceUdpSource * source, GstIceUdpScratch * scratch,
    gint64 now_us)
{
  GstIceLitePort *self = ((Streams *) source)->port;
  GstIceUdpRead got;

  g_mutex_lock (&self->lock);
  got = gst_ice_lite_tcp_read (self->streams.tcp, now_us);
  g_mutex_unlock (&self->lock);
  deliver_batches (self);
  return got;
}

static gint64
tick_streams (GstIceUdpSource * source, gint64 now_us)
{
  return G_MAXINT64;
}

/* Opening. */

static Socket *
get_socket (GstIceLitePort * self, gint family)
{
  for (guint i = 0; i < self->n_sockets; i++) {
    if (self->sockets[i].family == family)
      return &self->sockets[i];
  }
  return NULL;
}

static void
set_option (gint fd, gint level, gint name, gint value)
{
  if (setsockopt (fd, level, name, &value, sizeof (value)) < 0)
    GST_DEBUG ("socket option %d of level %d: %s", name, level,
        g_strerror (errno));
}

static void
set_options (Socket * socket, const GstIceLitePortSettings * settings)
{
  const gint fd = socket->source.fd;

  if (socket->family == AF_INET6)
    set_option (fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  else
    set_option (fd, IPPROTO_IP, IP_PKTINFO, 1);
  if (settings->dscp >= 0 && socket->family == AF_INET6)
    set_option (fd, IPPROTO_IPV6, IPV6_TCLASS, settings->dscp << 2);
  else if (settings->dscp >= 0)
    set_option (fd, IPPROTO_IP, IP_TOS, settings->dscp << 2);
  if (gst_ice_udp_get_level () == GST_ICE_UDP_ALL
      && gst_ice_udp_can (GST_ICE_UDP_CAN_GRO))
    set_option (fd, SOL_UDP, UDP_GRO, 1);
  if (settings->buffer_bytes > 0) {
    gst_ice_udp_set_receive_buffer (fd, settings->buffer_bytes);
    set_option (fd, SOL_SOCKET, SO_SNDBUF, (gint) settings->buffer_bytes);
  }
}

/* Returns: 0, or the number of an error; EAFNOSUPPORT: there is no such family here */
static gint
open_socket (GstIceLitePort * self, gint family, guint number,
    const GstIceLitePortSettings * settings)
{
  Socket *opened = &self->sockets[self->n_sockets];
  GstIceUdpAddress any = { {0,} };
  socklen_t size = sizeof (any);
  gint fd = socket (family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return errno;
  any.any.sa_family = family;
  if (family == AF_INET6) {
    /* Or it would shut out the IPv4 socket of the same number. */
    set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    any.in6.sin6_port = g_htons (number);
  } else {
    any.in.sin_port = g_htons (number);
  }
  if (bind (fd, &any.any, gst_ice_udp_address_size (&any)) < 0 ||
      getsockname (fd, &any.any, &size) < 0) {
    gint error = errno;

    close (fd);
    /* IPv6 is switched off. */
    return error == EADDRNOTAVAIL ? EAFNOSUPPORT : error;
  }
  *opened = (Socket) {
    {
    fd, read_socket, tick_socket}
    , self, family, gst_ice_udp_address_port (&any)
  };
  self->n_sockets++;
  set_options (opened, settings);
  return 0;
}

static void
close_sockets (GstIceLitePort * self)
{
  for (guint i = 0; i < self->n_sockets; i++)
    close (self->sockets[i].source.fd);
  self->n_sockets = 0;
}

/* Both families on one number, where both can be had. Returns: 0, or an error */
static gint
open_both (GstIceLitePort * self, guint number,
    const GstIceLitePortSettings * settings)
{
  gint error = open_socket (self, AF_INET, number, settings);

  if (error != 0 && error != EAFNOSUPPORT)
    return error;
  if (number == 0 && self->n_sockets > 0)
    number = self->sockets[0].number;
  error = open_socket (self, AF_INET6, number, settings);
  if (error == EAFNOSUPPORT && self->n_sockets > 0)
    return 0;
  if (error != 0)
    close_sockets (self);
  return error;
}

static guint
choose_number (const GstIceLitePortSettings * settings)
{
  if (settings->number != 0 || settings->min == 0)
    return settings->number;
  return (guint) g_random_int_range ((gint32) settings->min,
      (gint32) settings->max + 1);
}

static gboolean
open_sockets (GstIceLitePort * self, const GstIceLitePortSettings * settings,
    GError ** error)
{
  gint failure = EADDRINUSE;

  for (guint i = 0; failure == EADDRINUSE && i < MAX_TRIES; i++) {
    failure = open_both (self, choose_number (settings), settings);
    if (settings->number != 0)
      break;
  }
  if (failure == 0)
    return TRUE;
  if (settings->number != 0 && failure == EADDRINUSE)
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "UDP port %u is in use by another process, and udp-mux-port asks for it",
        settings->number);
  else
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "No UDP port could be opened: %s", g_strerror (failure));
  return FALSE;
}

/* @sources: (out): what is read */
static guint
list_sources (GstIceLitePort * self, GstIceUdpSource * sources[MAX_SOURCES])
{
  guint n = 0;

  for (guint i = 0; i < self->n_sockets; i++)
    sources[n++] = &self->sockets[i].source;
  if (self->streams.tcp != NULL)
    sources[n++] = &self->streams.source;
  return n;
}

/* Has the sockets read by the thread of the waiter, if there is one. */
static gboolean
add_to_pool (GstIceLitePort * self, GError ** error)
{
  GstIceUdpSource *sources[MAX_SOURCES];
  const guint n = list_sources (self, sources);

  for (guint i = 0; i < n; i++) {
    if (gst_ice_udp_pool_add (sources[i], self->waiter, error))
      continue;
    while (i > 0)
      gst_ice_udp_pool_remove (sources[--i]);
    return FALSE;
  }
  return TRUE;
}

static void
remove_from_pool (GstIceLitePort * self)
{
  GstIceUdpSource *sources[MAX_SOURCES];
  const guint n = list_sources (self, sources);

  for (guint i = 0; i < n; i++)
    gst_ice_udp_pool_remove (sources[i]);
}

/* Listens for TCP connections to the port, too, if it does not yet. */
static gboolean
open_tcp (GstIceLitePort * self, GError ** error)
{
  GstIceLiteTcp *tcp;

  if (self->streams.tcp != NULL)
    return TRUE;
  tcp = gst_ice_lite_tcp_new (self->sockets[0].number,
      get_socket (self, AF_INET) != NULL, get_socket (self, AF_INET6) != NULL,
      &tcp_events, self, error);
  if (tcp == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  self->streams = (Streams) {
    {
    gst_ice_lite_tcp_get_fd (tcp), read_streams, tick_streams}
  , self, tcp};
  g_mutex_unlock (&self->lock);
  if (gst_ice_udp_pool_add (&self->streams.source, self->waiter, error))
    return TRUE;
  g_mutex_lock (&self->lock);
  self->streams.tcp = NULL;
  g_mutex_unlock (&self->lock);
  gst_ice_lite_tcp_free (tcp);
  return FALSE;
}

/* Returns: (transfer full): a port that is read */
static GstIceLitePort *
open_port (const GstIceLitePortSettings * settings, GError ** error)
{
  g_autoptr (GstIceLitePort) self = g_object_new (GST_TYPE_ICE_LITE_PORT, NULL);

  if (!open_sockets (self, settings, error))
    return NULL;
  self->number = settings->number;
  if (!add_to_pool (self, error))
    return NULL;
  if (settings->has_tcp && !open_tcp (self, error)) {
    remove_from_pool (self);
    return NULL;
  }
  GST_INFO ("port %u is open, %u sockets", self->sockets[0].number,
      self->n_sockets);
  return g_steal_pointer (&self);
}

static gboolean
gst_ice_lite_port_set_waiter_locked (GstIceLitePort * self,
    GstIceWaiter * waiter, GError ** error)
{
  if (waiter == NULL || waiter == self->waiter)
    return TRUE;
  if (self->waiter != NULL && !(gst_ice_waiter_is_shared (waiter) &&
          gst_ice_waiter_is_shared (self->waiter)))
    return TRUE;
  if (self->waiter != NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "Elements of different contexts can't share udp-mux-port %u, which one "
        "thread reads: give them the same context", self->number);
    return FALSE;
  }
  remove_from_pool (self);
  self->waiter = g_object_ref (waiter);
  if (add_to_pool (self, error))
    return TRUE;
  /* As it was, for those who are here. */
  g_clear_object (&self->waiter);
  if (!add_to_pool (self, NULL))
    GST_ERROR ("port %u is not read any more", self->number);
  return FALSE;
}

gboolean
gst_ice_lite_port_set_waiter (GstIceLitePort * self, GstIceWaiter * waiter,
    GError ** error)
{
  gboolean is_set;

  g_mutex_lock (&ports_lock);
  is_set = gst_ice_lite_port_set_waiter_locked (self, waiter, error);
  g_mutex_unlock (&ports_lock);
  return is_set;
}

GstIceLitePort *
gst_ice_lite_port_join (const GstIceLitePortSettings * settings,
    GError ** error)
{
  GstIceLitePort *self = NULL;

  g_mutex_lock (&ports_lock);
  if (ports == NULL)
    ports = g_hash_table_new (NULL, NULL);
  if (settings->number != 0)
    self = g_hash_table_lookup (ports, GUINT_TO_POINTER (settings->number));
  if (self != NULL) {
    if (settings->has_tcp && !open_tcp (self, error))
      self = NULL;
    else
      g_object_ref (self);
  } else {
    self = open_port (settings, error);
    if (self != NULL && settings->number != 0)
      g_hash_table_insert (ports, GUINT_TO_POINTER (settings->number), self);
  }
  if (self != NULL)
    self->n_users++;
  g_mutex_unlock (&ports_lock);
  return self;
}

void
gst_ice_lite_port_leave (GstIceLitePort * self)
{
  gboolean is_last;

  g_mutex_lock (&ports_lock);
  is_last = --self->n_users == 0;
  if (is_last) {
    if (self->number != 0)
      g_hash_table_remove (ports, GUINT_TO_POINTER (self->number));
    remove_from_pool (self);
    g_clear_object (&self->waiter);
    g_clear_pointer (&self->streams.tcp, gst_ice_lite_tcp_free);
    /* Routes may be sending; the number is free for the next at once. */
    for (guint i = 0; i < self->n_sockets; i++)
      gst_ice_udp_retire_socket (self->sockets[i].source.fd);
  }
  g_mutex_unlock (&ports_lock);
  g_object_unref (self);
}

guint
gst_ice_lite_port_get_number (GstIceLitePort * self, gint family)
{
  const Socket *found = get_socket (self, family);

  return found != NULL ? found->number : 0;
}

/* Calls. */

GstIceLiteCall *
gst_ice_lite_port_add_call (GstIceLitePort * self,
    const GstIceLiteCallSettings * settings)
{
  GstIceLiteCall *call;

  g_mutex_lock (&self->lock);
  call = gst_ice_lite_calls_add (self->calls, settings);
  g_mutex_unlock (&self->lock);
  return call;
}

void
gst_ice_lite_port_remove_call (GstIceLitePort * self, GstIceLiteCall * call)
{
  g_mutex_lock (&self->lock);
  gst_ice_lite_calls_remove (self->calls, call);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_lite_port_set_peer (GstIceLitePort * self, GstIceLiteCall * call,
    const gchar * ufrag)
{
  g_mutex_lock (&self->lock);
  gst_ice_lite_calls_set_peer (self->calls, call, ufrag,
      g_get_monotonic_time ());
  g_mutex_unlock (&self->lock);
}

GstIceLiteHealth
gst_ice_lite_port_look (GstIceLitePort * self, GstIceLiteCall * call,
    GstIceLitePath * path)
{
  const GstIceLitePath *selected;
  GstIceLiteHealth health;

  g_mutex_lock (&self->lock);
  selected = gst_ice_lite_call_get_selected (call);
  health = gst_ice_lite_call_get_health (call);
  if (selected != NULL)
    *path = *selected;
  else
    memset (path, 0, sizeof (*path));
  g_mutex_unlock (&self->lock);
  return health;
}

gboolean
gst_ice_lite_port_was_checked (GstIceLitePort * self, GstIceLiteCall * call)
{
  gboolean was_checked;

  g_mutex_lock (&self->lock);
  was_checked = gst_ice_lite_call_was_checked (call);
  g_mutex_unlock (&self->lock);
  return was_checked;
}

/* Returns: (transfer full) (nullable): %NULL: the connection is over */
static GstIceRoute *
make_route_locked (GstIceLitePort * self, const GstIceLitePath * path)
{
  GstIceLiteStream *stream;

  if (path->stream == 0) {
    const Socket *found = get_socket (self, path->remote.any.sa_family);

    return gst_ice_udp_route_new_shared (found->source.fd, G_OBJECT (self),
        &path->local, &path->remote);
  }
  stream = gst_ice_lite_tcp_find (self->streams.tcp, path->stream);
  return stream != NULL ? gst_ice_lite_stream_route_new (stream) : NULL;
}

GstIceRoute *
gst_ice_lite_port_make_route (GstIceLitePort * self, GstIceLiteCall * call,
    const GstIceLitePath * path)
{
  GstIceRoute *route;

  g_mutex_lock (&self->lock);
  route = make_route_locked (self, path);
  gst_ice_lite_call_set_route (call, route);
  g_mutex_unlock (&self->lock);
  return route;
}

void
gst_ice_lite_port_foreach (void (*func) (const GstIceLitePortState * state,
        gpointer user_data), gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_mutex_lock (&ports_lock);
  if (ports == NULL)
    ports = g_hash_table_new (NULL, NULL);
  g_hash_table_iter_init (&iter, ports);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GstIceLitePort *self = value;
    GstIceLitePortState state = {.number = self->number };

    for (guint i = 0; i < self->n_sockets; i++)
      state.kernel_drops +=
          gst_ice_udp_get_kernel_drops (self->sockets[i].source.fd);
    g_mutex_lock (&self->lock);
    state.n_calls = gst_ice_lite_calls_get_n_calls (self->calls);
    if (self->streams.tcp != NULL)
      state.n_streams = gst_ice_lite_tcp_get_n_streams (self->streams.tcp);
    state.counts = *gst_ice_lite_calls_get_counts (self->calls);
    g_mutex_unlock (&self->lock);
    func (&state, user_data);
  }
  g_mutex_unlock (&ports_lock);
}
