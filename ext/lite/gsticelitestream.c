/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads and writes the frames of one TCP connection, and queues what its peer has not
 * read yet, up to a limit. */

#include "config.h"

#include "gsticelitestream.h"

#include "gsticelog.h"
#include "gsticeudpstun.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

GST_ICE_LOG_CATEGORY (gst_ice_lite_stream_log, "icelitestream",
    "ICE: a TCP connection");
#define GST_CAT_DEFAULT gst_ice_lite_stream_log ()

/* RFC 4571, 2: a length of 16 bits, then the packet. */
#define HEAD_SIZE 2

/* What a stranger may say is a check. */
#define STRANGER_CAPACITY (HEAD_SIZE + GST_ICE_UDP_STUN_MAX_SIZE)
#define TRUSTED_CAPACITY (16 * 1024)

/* Beside what the kernel holds: a large picture. */
#define MAX_UNSENT (256 * 1024)

/* Of one connection, until others have their turn. */
#define MAX_READS 16

struct _GstIceLiteStream
{
  GObject parent;

  /* Set at construction. */
  guint id;
  gint epoll_fd;
  GstIceUdpAddress remote, local;

  /* The thread's that reads. */
  gboolean trusted;
  gint64 since_us;
  guint8 *in;
  gsize in_capacity, n_in;

  GMutex lock;                  /* never held across a call that blocks */

  /* Protected by lock. */
  gint fd;                      /* -1: closed */
  GByteArray *unsent;
  gboolean waits;               /* for the peer to take more */
};

G_DEFINE_TYPE (GstIceLiteStream, gst_ice_lite_stream, G_TYPE_OBJECT);

static void
gst_ice_lite_stream_finalize (GObject * object)
{
  GstIceLiteStream *self = GST_ICE_LITE_STREAM (object);

  gst_ice_lite_stream_close (self);
  g_byte_array_unref (self->unsent);
  g_free (self->in);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_lite_stream_parent_class)->finalize (object);
}

static void
gst_ice_lite_stream_class_init (GstIceLiteStreamClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_lite_stream_finalize;
}

static void
gst_ice_lite_stream_init (GstIceLiteStream * self)
{
  g_mutex_init (&self->lock);
  self->unsent = g_byte_array_new ();
}

GstIceLiteStream *
gst_ice_lite_stream_new (gint fd, gint epoll_fd, guint id,
    const GstIceUdpAddress * remote, const GstIceUdpAddress * local)
{
  GstIceLiteStream *self = g_object_new (GST_TYPE_ICE_LITE_STREAM, NULL);

  self->fd = fd;
  self->epoll_fd = epoll_fd;
  self->id = id;
  self->remote = *remote;
  self->local = *local;
  self->since_us = g_get_monotonic_time ();
  self->in_capacity = STRANGER_CAPACITY;
  self->in = g_malloc (self->in_capacity);
  return self;
}

guint
gst_ice_lite_stream_get_id (GstIceLiteStream * self)
{
  return self->id;
}

const GstIceUdpAddress *
gst_ice_lite_stream_get_remote (GstIceLiteStream * self)
{
  return &self->remote;
}

const GstIceUdpAddress *
gst_ice_lite_stream_get_local (GstIceLiteStream * self)
{
  return &self->local;
}

void
gst_ice_lite_stream_set_trusted (GstIceLiteStream * self, gint64 now_us)
{
  self->trusted = TRUE;
  self->since_us = now_us;
}

gboolean
gst_ice_lite_stream_is_trusted (GstIceLiteStream * self)
{
  return self->trusted;
}

gint64
gst_ice_lite_stream_get_since (GstIceLiteStream * self)
{
  return self->since_us;
}

/* Reading. */

/* Makes room for a frame of @size_bytes. Returns: %FALSE: nobody may send such a one */
static gboolean
reserve (GstIceLiteStream * self, gsize size_bytes)
{
  if (HEAD_SIZE + size_bytes <= self->in_capacity)
    return TRUE;
  if (!self->trusted)
    return FALSE;
  self->in_capacity = MAX (HEAD_SIZE + size_bytes, TRUSTED_CAPACITY);
  self->in = g_realloc (self->in, self->in_capacity);
  return TRUE;
}

/* Who reads STUN reads words of 32 bits. What lies before the frame at @at was read.
 * Returns: (transfer none): the frame, where a word may begin */
static guint8 *
align (GstIceLiteStream * self, gsize at, gsize size_bytes)
{
  guint8 *aligned = self->in + at / sizeof (guint32) * sizeof (guint32);

  if (aligned != self->in + at)
    memmove (aligned, self->in + at, size_bytes);
  return aligned;
}

/* Hands on the frames that are whole. Returns: %FALSE: one is too long */
static gboolean
take_frames (GstIceLiteStream * self, GstIceLiteStreamFunc func,
    gpointer user_data)
{
  gsize at = 0, size = 0;

  while (self->n_in - at >= HEAD_SIZE) {
    /* A frame may begin where no word may. */
    size = (gsize) self->in[at] << 8 | self->in[at + 1];
    if (self->n_in - at < HEAD_SIZE + size)
      break;
    if (size > 0)
      func (self, align (self, at + HEAD_SIZE, size), size, user_data);
    at += HEAD_SIZE + size;
    size = 0;
  }
  self->n_in -= at;
  memmove (self->in, self->in + at, self->n_in);
  return reserve (self, size);
}

gboolean
gst_ice_lite_stream_read (GstIceLiteStream * self, GstIceLiteStreamFunc func,
    gpointer user_data)
{
  for (guint i = 0; i < MAX_READS; i++) {
    /* Nobody closes it but the thread that reads. */
    gssize n = recv (self->fd, self->in + self->n_in,
        self->in_capacity - self->n_in, MSG_DONTWAIT);

    if (n < 0)
      return errno == EAGAIN || errno == EINTR;
    if (n == 0)
      return FALSE;
    self->n_in += (gsize) n;
    if (!take_frames (self, func, user_data))
      return FALSE;
  }
  return TRUE;
}

/* Sending. */

static void
wait_locked (GstIceLiteStream * self, gboolean waits)
{
  struct epoll_event event = {.events = waits ? EPOLLIN | EPOLLOUT : EPOLLIN,
    .data.u64 = self->id
  };

  if (waits == self->waits)
    return;
  self->waits = waits;
  epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, self->fd, &event);
}

/* Returns: how many bytes the kernel took, -1: the connection is over */
static gssize
write_locked (GstIceLiteStream * self, struct iovec *iovecs, guint n_iovecs,
    gint flags)
{
  struct msghdr header = {.msg_iov = iovecs,.msg_iovlen = n_iovecs };
  gssize n = sendmsg (self->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL | flags);

  if (n >= 0)
    return n;
  if (errno == EAGAIN || errno == EINTR)
    return 0;
  GST_DEBUG_OBJECT (self, "connection %u: %s", self->id, g_strerror (errno));
  /* Who reads finds out, and closes it. */
  shutdown (self->fd, SHUT_RDWR);
  return -1;
}

/* A frame goes whole or not at all: behind half of one nothing makes sense. */
static GstIceLiteStreamSent
send_locked (GstIceLiteStream * self, const guint8 * frame, gsize size,
    gboolean more)
{
  guint8 head[HEAD_SIZE];
  struct iovec iovecs[] = { {head, HEAD_SIZE}, {(gpointer) frame, size} };
  gssize n = 0;

  if (self->fd < 0)
    return GST_ICE_LITE_STREAM_CLOSED;
  if (size > G_MAXUINT16 || self->unsent->len + HEAD_SIZE + size > MAX_UNSENT)
    return GST_ICE_LITE_STREAM_FULL;
  GST_WRITE_UINT16_BE (head, size);
  if (self->unsent->len == 0)
    n = write_locked (self, iovecs, G_N_ELEMENTS (iovecs), more ? MSG_MORE : 0);
  if (n < 0)
    return GST_ICE_LITE_STREAM_CLOSED;
  if ((gsize) n == HEAD_SIZE + size)
    return GST_ICE_LITE_STREAM_SENT;

  if (n < HEAD_SIZE)
    g_byte_array_append (self->unsent, head + n, (guint) (HEAD_SIZE - n));
  n = MAX (n - HEAD_SIZE, 0);
  g_byte_array_append (self->unsent, frame + n, (guint) (size - (gsize) n));
  wait_locked (self, TRUE);
  return GST_ICE_LITE_STREAM_SENT;
}

GstIceLiteStreamSent
gst_ice_lite_stream_send (GstIceLiteStream * self, const guint8 * frame,
    gsize size_bytes, gboolean more)
{
  GstIceLiteStreamSent sent;

  g_mutex_lock (&self->lock);
  sent = send_locked (self, frame, size_bytes, more);
  g_mutex_unlock (&self->lock);
  return sent;
}

void
gst_ice_lite_stream_flush (GstIceLiteStream * self)
{
  g_mutex_lock (&self->lock);
  if (self->fd >= 0 && self->unsent->len > 0) {
    struct iovec iovec = { self->unsent->data, self->unsent->len };
    gssize n = write_locked (self, &iovec, 1, 0);

    if (n > 0)
      g_byte_array_remove_range (self->unsent, 0, (guint) n);
  }
  if (self->fd >= 0)
    wait_locked (self, self->unsent->len > 0);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_lite_stream_close (GstIceLiteStream * self)
{
  gint fd;

  g_mutex_lock (&self->lock);
  fd = self->fd;
  self->fd = -1;
  g_byte_array_set_size (self->unsent, 0);
  g_mutex_unlock (&self->lock);
  /* It leaves the epoll by that. */
  if (fd >= 0)
    close (fd);
}
