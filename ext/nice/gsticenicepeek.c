/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Looks at STUN messages on libnice's sockets before libnice reads them. */

#include "config.h"

#include "gsticenicepeek.h"

#include <errno.h>
#include <fcntl.h>
#include <gst/gst.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As much as libnice reads at once. */
#define BUFFER_BYTES 65536

/* RFC 8489, 5: type, length, magic cookie, and the id, which begins with
 * @tag. */
#define TYPE_RESPONSE 0x01      /* first byte; the second is 0x01 or 0x11 */
#define COOKIE 0x2112a442u
#define COOKIE_AT 4
#define HEADER_BYTES 20
#define MARK_BYTES 8

/* Responses to our requests are shorter. */
#define MAX_RESPONSE_BYTES 512

typedef struct
{
  GSource source;
  gint fd;                      /* a duplicate of libnice's */
  gpointer fd_tag;              /* NULL: nothing more comes */
  guint32 tag;
  GstIceNicePeekFunc seen;
  gpointer user_data;
  GQueue found;                 /* of GBytes, in the order of arrival */
  gboolean over;                /* the connection has ended */
  guint8 *buffer;
} PeekSource;

struct _GstIceNicePeek
{
  GSource *source;
};

static gboolean
is_response (const guint8 * data, gsize left, gsize * size_bytes)
{
  *size_bytes = HEADER_BYTES + GST_READ_UINT16_BE (data + 2);
  return data[0] == TYPE_RESPONSE && (data[1] == 0x01 || data[1] == 0x11) &&
      *size_bytes <= MIN (left, MAX_RESPONSE_BYTES);
}

const guint8 *
gst_ice_nice_peek_find (const guint8 * data, gsize * size_bytes, guint32 tag)
{
  const guint8 *end = data + *size_bytes;
  const guint8 *at = data + COOKIE_AT;
  guint8 mark[MARK_BYTES];

  if (*size_bytes < HEADER_BYTES)
    return NULL;
  GST_WRITE_UINT32_BE (mark, COOKIE);
  GST_WRITE_UINT32_BE (mark + 4, tag);
  while ((at = memmem (at, (gsize) (end - at), mark, sizeof (mark))) != NULL) {
    const guint8 *begin = at - COOKIE_AT;

    if (is_response (begin, (gsize) (end - begin), size_bytes))
      return begin;
    at++;
  }
  return NULL;
}

static void
look (PeekSource * self)
{
  gssize n = recv (self->fd, self->buffer, BUFFER_BYTES,
      MSG_PEEK | MSG_DONTWAIT);
  const guint8 *at = self->buffer;
  gsize left, size;

  self->over = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
  left = (gsize) MAX (n, 0);
  while (size = left, (at = gst_ice_nice_peek_find (at, &size,
              self->tag)) != NULL) {
    g_queue_push_tail (&self->found, g_bytes_new (at, size));
    at += size;
    left = (gsize) (self->buffer + n - at);
  }
}

/* GLib checks all sources of a priority before it dispatches one of them.
 * libnice's source has the same priority, so the bytes that libnice is going
 * to read are still there. */
static gboolean
peek_check (GSource * source)
{
  PeekSource *self = (PeekSource *) source;

  if (self->fd_tag == NULL)
    return FALSE;
  if (g_source_query_unix_fd (source, self->fd_tag) != 0)
    look (self);
  return self->over || !g_queue_is_empty (&self->found);
}

static gboolean
peek_dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  PeekSource *self = (PeekSource *) source;
  GBytes *bytes;

  if (self->over && self->fd_tag != NULL) {
    g_source_remove_unix_fd (source, self->fd_tag);
    self->fd_tag = NULL;
  }
  while (!g_source_is_destroyed (source) &&
      (bytes = g_queue_pop_head (&self->found)) != NULL) {
    gsize size;
    const guint8 *response = g_bytes_get_data (bytes, &size);

    self->seen (response, size, self->user_data);
    g_bytes_unref (bytes);
  }
  return G_SOURCE_CONTINUE;
}

static void
peek_finalize (GSource * source)
{
  PeekSource *self = (PeekSource *) source;

  g_queue_clear_full (&self->found, (GDestroyNotify) g_bytes_unref);
  close (self->fd);
  g_free (self->buffer);
}

static GSourceFuncs peek_funcs = {.check = peek_check,
  .dispatch = peek_dispatch,.finalize = peek_finalize
};

/* Returns: whether @fd is a TCP connection between the two addresses */
static gboolean
is_connection (gint fd, guint local_port, const GstIceUdpAddress * remote)
{
  GstIceUdpAddress ours, theirs;
  struct sockaddr_storage storage = { 0, };
  socklen_t size = sizeof (storage);
  struct sockaddr *address = (struct sockaddr *) &storage;
  gint type = 0;
  socklen_t type_size = sizeof (type);

  if (getpeername (fd, address, &size) < 0 ||
      !gst_ice_udp_address_set (&theirs, address, sizeof (storage)) ||
      !gst_ice_udp_address_equal (&theirs, remote) ||
      getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &type_size) < 0 ||
      type != SOCK_STREAM)
    return FALSE;

  size = sizeof (storage);
  return local_port == 0 || (getsockname (fd, address, &size) == 0 &&
      gst_ice_udp_address_set (&ours, address, sizeof (storage)) &&
      gst_ice_udp_address_port (&ours) == local_port);
}

/* Returns: a duplicate, or -1 */
static gint
find_connection (guint local_port, const GstIceUdpAddress * remote)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const gchar *name;
  gint found = -1;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    gint fd = (gint) g_ascii_strtoll (name, NULL, 10);

    if (!is_connection (fd, local_port, remote) ||
        (found = fcntl (fd, F_DUPFD_CLOEXEC, 0)) < 0)
      continue;
    /* Another thread may have closed the descriptor meanwhile, and opened
     * another one. */
    if (is_connection (found, local_port, remote))
      break;
    close (found);
    found = -1;
  }
  g_clear_pointer (&dir, g_dir_close);
  return found;
}

GstIceNicePeek *
gst_ice_nice_peek_new (guint local_port, const GstIceUdpAddress * remote,
    guint32 tag, GMainContext * context, GstIceNicePeekFunc seen,
    gpointer user_data)
{
  gint fd = find_connection (local_port, remote);
  GstIceNicePeek *self;
  PeekSource *source;

  if (fd < 0)
    return NULL;
  self = g_new0 (GstIceNicePeek, 1);
  self->source = g_source_new (&peek_funcs, sizeof (PeekSource));
  source = (PeekSource *) self->source;
  source->fd = fd;
  source->tag = tag;
  source->seen = seen;
  source->user_data = user_data;
  source->buffer = g_malloc (BUFFER_BYTES);
  source->fd_tag = g_source_add_unix_fd (self->source, fd,
      G_IO_IN | G_IO_HUP | G_IO_ERR);
  g_source_attach (self->source, context);
  return self;
}

void
gst_ice_nice_peek_free (GstIceNicePeek * self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}
