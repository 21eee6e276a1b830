/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Frames on a connection of ICE-TCP (RFC 4571), of a stranger or of a peer that has shown a
 * password. */

#include "config.h"

#include "fuzz.h"

#include "gsticelitestream.h"
#include "gsticeudpstun.h"

#include <gst/gst.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (NULL, NULL);
  return 0;
}

typedef struct
{
  const guint8 *data;
  gsize size, at;               /* what was compared */
  gsize max;                    /* bytes of a frame */
} Expected;

/* Each is the next one that was sent, and empty ones are left out. */
static void
on_frame (GstIceLiteStream * stream, const guint8 * frame, gsize size_bytes,
    gpointer user_data)
{
  Expected *expected = user_data;
  gsize size;

  do {
    g_assert_cmpuint (expected->at + 2, <=, expected->size);
    size = (gsize) expected->data[expected->at] << 8 |
        expected->data[expected->at + 1];
    expected->at += 2;
  } while (size == 0);
  g_assert_cmpuint (size, ==, size_bytes);
  g_assert_cmpuint (size, <=, expected->max);
  g_assert_cmpuint (expected->at + size, <=, expected->size);
  g_assert_true (memcmp (frame, expected->data + expected->at, size) == 0);
  expected->at += size;
}

/* The first byte says who it is, and how many bytes come at once. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  const GstIceUdpAddress address = { 0 };
  g_autoptr (GstIceLiteStream) stream = NULL;
  Expected expected = { data + 1, size - 1, 0, G_MAXUINT16 };
  gboolean open = TRUE;
  int fds[2];
  int epoll_fd;
  gsize step;

  if (size == 0)
    return 0;
  epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  g_assert_true (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
          fds) == 0);
  stream = gst_ice_lite_stream_new (fds[0], epoll_fd, 1, &address, &address);
  if (data[0] & 1)
    gst_ice_lite_stream_set_trusted (stream, 0);
  else
    expected.max = GST_ICE_UDP_STUN_MAX_SIZE;
  step = data[0] & 2 ? 1 + (gsize) (data[0] >> 2) : size;
  for (gsize at = 1; at < size && open; at += step) {
    g_assert_cmpint (send (fds[1], data + at, MIN (step, size - at),
            MSG_NOSIGNAL), >, 0);
    open = gst_ice_lite_stream_read (stream, on_frame, &expected);
  }
  gst_ice_lite_stream_close (stream);
  close (fds[1]);
  close (epoll_fd);
  return 0;
}
