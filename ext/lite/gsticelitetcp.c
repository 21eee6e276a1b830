/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Listens for TCP connections, and keeps no more of them than the process can bear. */

#include "config.h"

#include "gsticelitetcp.h"

#include "gsticeerror.h"
#include "gsticelog.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

GST_ICE_LOG_CATEGORY (gst_ice_lite_tcp_log, "icelitetcp",
    "ICE: TCP connections to a port");
#define GST_CAT_DEFAULT gst_ice_lite_tcp_log ()

#define MAX_LISTENERS 2
#define BACKLOG 1024

#define MAX_STREAMS 8192

/* Who has not shown a password: the oldest of them makes room, as a peer shows its
 * own at once. */
#define MAX_STRANGERS 256
#define STRANGER_US (5 * G_USEC_PER_SEC)

/* Until others have their turn. */
#define MAX_EVENTS 64
#define MAX_ACCEPTS 16

/* What the kernel holds for a peer that takes too little: with more, a picture is late by
 * seconds. */
#define SEND_BUFFER_BYTES (256 * 1024)

/* Numbers of connections are below. */
#define LISTENER_DATA (G_GUINT64_CONSTANT (1) << 32)

struct _GstIceLiteTcp
{
  const GstIceLiteTcpEvents *events;
  gpointer user_data;
  gint epoll_fd;
  gint listeners[MAX_LISTENERS];
  guint n_listeners;
  gboolean paused;              /* there are no descriptors left */
  GHashTable *streams;          /* number -> GstIceLiteStream, owned */
  GQueue strangers;             /* of these, not owned, oldest first */
  guint next_id;
};

static gboolean
watch (GstIceLiteTcp * self, gint fd, guint64 data)
{
  struct epoll_event event = {.events = EPOLLIN,.data.u64 = data };

  return epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void
set_option (gint fd, gint level, gint name, gint value)
{
  if (setsockopt (fd, level, name, &value, sizeof (value)) < 0)
    GST_DEBUG ("option %d of a connection: %s", name, g_strerror (errno));
}

/* Returns: 0, or the number of an error */
static gint
listen_on (GstIceLiteTcp * self, gint family, guint number)
{
  GstIceUdpAddress any = { {0,} };
  gint fd = socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  gint error;

  if (fd < 0)
    return errno;
  any.any.sa_family = family;
  set_option (fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (family == AF_INET6) {
    set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    any.in6.sin6_port = g_htons (number);
  } else {
    any.in.sin_port = g_htons (number);
  }
  if (bind (fd, &any.any, gst_ice_udp_address_size (&any)) == 0 &&
      listen (fd, BACKLOG) == 0 &&
      watch (self, fd, LISTENER_DATA | self->n_listeners)) {
    self->listeners[self->n_listeners++] = fd;
    return 0;
  }
  error = errno;
  close (fd);
  return error;
}

GstIceLiteTcp *
gst_ice_lite_tcp_new (guint number, gboolean has_ip4, gboolean has_ip6,
    const GstIceLiteTcpEvents * events, gpointer user_data, GError ** error)
{
  GstIceLiteTcp *self = g_new0 (GstIceLiteTcp, 1);
  gint failure = 0;

  self->events = events;
  self->user_data = user_data;
  self->next_id = 1;
  self->streams = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  g_queue_init (&self->strangers);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    failure = errno;
  if (failure == 0 && has_ip4)
    failure = listen_on (self, AF_INET, number);
  if (failure == 0 && has_ip6)
    failure = listen_on (self, AF_INET6, number);
  if (failure == 0)
    return self;

  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "TCP port %u, which ice-tcp asks for, can't be listened on: %s", number,
      g_strerror (failure));
  gst_ice_lite_tcp_free (self);
  return NULL;
}

/* @self: (transfer full) */
void
gst_ice_lite_tcp_free (GstIceLiteTcp * self)
{
  GHashTableIter iter;
  gpointer stream;

  /* Routes may have them still. */
  g_hash_table_iter_init (&iter, self->streams);
  while (g_hash_table_iter_next (&iter, NULL, &stream))
    gst_ice_lite_stream_close (stream);
  g_hash_table_unref (self->streams);
  g_queue_clear (&self->strangers);
  for (guint i = 0; i < self->n_listeners; i++)
    close (self->listeners[i]);
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  g_free (self);
}

gint
gst_ice_lite_tcp_get_fd (GstIceLiteTcp * self)
{
  return self->epoll_fd;
}

GstIceLiteStream *
gst_ice_lite_tcp_find (GstIceLiteTcp * self, guint id)
{
  return g_hash_table_lookup (self->streams, GUINT_TO_POINTER (id));
}

guint
gst_ice_lite_tcp_get_n_streams (GstIceLiteTcp * self)
{
  return g_hash_table_size (self->streams);
}

static void
drop (GstIceLiteTcp * self, GstIceLiteStream * stream)
{
  GST_DEBUG ("connection %u is over", gst_ice_lite_stream_get_id (stream));
  self->events->closed (stream, self->user_data);
  gst_ice_lite_stream_close (stream);
  g_queue_remove (&self->strangers, stream);
  g_hash_table_remove (self->streams,
      GUINT_TO_POINTER (gst_ice_lite_stream_get_id (stream)));
}

/* Accepting. */

static void
resume (GstIceLiteTcp * self)
{
  for (guint i = 0; self->paused && i < self->n_listeners; i++)
    watch (self, self->listeners[i], LISTENER_DATA | i);
  self->paused = FALSE;
}

/* A stranger's place may be had; else nobody is let in until the next tick. */
static void
make_room (GstIceLiteTcp * self)
{
  GstIceLiteStream *oldest = g_queue_peek_head (&self->strangers);

  if (oldest != NULL) {
    drop (self, oldest);
    return;
  }
  GST_WARNING ("no TCP connection is taken for a second: %s",
      g_strerror (errno));
  for (guint i = 0; i < self->n_listeners; i++)
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, self->listeners[i], NULL);
  self->paused = TRUE;
}

static guint
make_id (GstIceLiteTcp * self)
{
  /* 0 is UDP. */
  while (self->next_id == 0 || gst_ice_lite_tcp_find (self, self->next_id))
    self->next_id++;
  return self->next_id++;
}

/* @fd: taken */
static void
take_connection (GstIceLiteTcp * self, gint fd, const GstIceUdpAddress * remote)
{
  GstIceUdpAddress local = { {0,} };
  socklen_t size = sizeof (local);
  GstIceLiteStream *stream;
  guint id;

  if (g_hash_table_size (self->streams) >= MAX_STREAMS ||
      getsockname (fd, &local.any, &size) < 0) {
    close (fd);
    return;
  }
  if (g_queue_get_length (&self->strangers) >= MAX_STRANGERS)
    drop (self, g_queue_peek_head (&self->strangers));
  set_option (fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option (fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
  id = make_id (self);
  stream = gst_ice_lite_stream_new (fd, self->epoll_fd, id, remote, &local);
  if (!watch (self, fd, id)) {
    g_object_unref (stream);
    return;
  }
  g_hash_table_insert (self->streams, GUINT_TO_POINTER (id), stream);
  g_queue_push_tail (&self->strangers, stream);
}

static void
take_connections (GstIceLiteTcp * self, gint listener)
{
  for (guint i = 0; i < MAX_ACCEPTS && !self->paused; i++) {
    GstIceUdpAddress remote = { {0,}
    };
    socklen_t size = sizeof (remote);
    gint fd = accept4 (listener, &remote.any, &size,
        SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd >= 0)
      take_connection (self, fd, &remote);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS
        || errno == ENOMEM)
      make_room (self);
    else if (errno != ECONNABORTED && errno != EINTR)
      return;
  }
}

/* What happens. */

static void
take_event (GstIceLiteTcp * self, const struct epoll_event *event)
{
  GstIceLiteStream *stream;

  if (event->data.u64 >= LISTENER_DATA) {
    take_connections (self, self->listeners[event->data.u64 & 1]);
    return;
  }
  /* Another event of the same turn may have ended it. */
  stream = gst_ice_lite_tcp_find (self, (guint) event->data.u64);
  if (stream == NULL)
    return;
  if (event->events & EPOLLOUT)
    gst_ice_lite_stream_flush (stream);
  if ((event->events & ~(guint) EPOLLOUT) != 0 &&
      !gst_ice_lite_stream_read (stream, self->events->frame, self->user_data))
    drop (self, stream);
}

GstIceUdpRead
gst_ice_lite_tcp_read (GstIceLiteTcp * self, gint64 now_us)
{
  struct epoll_event events[MAX_EVENTS];
  gint n = epoll_wait (self->epoll_fd, events, MAX_EVENTS, 0);

  for (gint i = 0; i < n; i++)
    take_event (self, &events[i]);
  return n == MAX_EVENTS ? GST_ICE_UDP_READ_SOME : GST_ICE_UDP_READ_ALL;
}

void
gst_ice_lite_tcp_trust (GstIceLiteTcp * self, GstIceLiteStream * stream,
    gint64 now_us)
{
  if (!gst_ice_lite_stream_is_trusted (stream))
    g_queue_remove (&self->strangers, stream);
  gst_ice_lite_stream_set_trusted (stream, now_us);
}

void
gst_ice_lite_tcp_tick (GstIceLiteTcp * self, gint64 now_us)
{
  GList *streams = g_hash_table_get_values (self->streams);

  resume (self);
  for (GList * item = streams; item != NULL; item = item->next) {
    GstIceLiteStream *stream = item->data;

    if (now_us - gst_ice_lite_stream_get_since (stream) > STRANGER_US &&
        (!gst_ice_lite_stream_is_trusted (stream) ||
            !self->events->is_used (stream, self->user_data)))
      drop (self, stream);
  }
  g_list_free (streams);
}
