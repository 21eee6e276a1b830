/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Shared by the tests of gst/udp: sockets on loopback, and lists of packets. */

#pragma once

#include <gst/check/gstcheck.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gsticeudpaddress.h"

/* How long to wait for another thread; only a failure takes that long. */
#define TEST_PATIENCE_MS 10000

/* Returns: a socket on a free port of "127.0.0.1" or "::1" */
static inline gint
test_socket (const gchar * address, GstIceUdpAddress * local)
{
  GstIceUdpAddress any;
  socklen_t size = sizeof (*local);
  gint fd;

  fail_unless (gst_ice_udp_address_set_text (&any, address, 0));
  fd = socket (any.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  fail_unless (fd >= 0);
  fail_unless (bind (fd, &any.any, gst_ice_udp_address_size (&any)) == 0);
  memset (local, 0, sizeof (*local));
  fail_unless (getsockname (fd, &local->any, &size) == 0);
  return fd;
}

static inline void
test_send (gint fd, const GstIceUdpAddress * to, gconstpointer data, gsize size)
{
  fail_unless_equals_int (sendto (fd, data, size, 0, &to->any,
          gst_ice_udp_address_size (to)), size);
}

/* Returns: whether something came in time */
static inline gboolean
test_wait (gint fd)
{
  struct pollfd wait = { fd, POLLIN, 0 };

  return poll (&wait, 1, TEST_PATIENCE_MS) == 1;
}

/* Returns: the size of the packet that came, -1 if none did */
static inline gssize
test_receive (gint fd, gpointer data, gsize size)
{
  return test_wait (fd) ? recv (fd, data, size, 0) : -1;
}

/* Byte @at of packet @number. The first byte is never that of STUN. */
static inline guint8
test_byte (guint number, gsize at)
{
  return at == 0 ? 0x80 + number % 0x40 : (number * 31 + at * 7) & 0xff;
}

static inline gboolean
test_is_packet (const guint8 * data, gsize size, guint number)
{
  for (gsize i = 0; i < size; i++) {
    if (data[i] != test_byte (number, i))
      return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full): packet @number, in @n_memories pieces */
static inline GstBuffer *
test_packet (guint number, gsize size, guint n_memories)
{
  GstBuffer *buffer = gst_buffer_new ();
  gsize at = 0;

  for (guint i = 0; i < n_memories; i++) {
    gsize piece = i + 1 < n_memories ? size / n_memories : size - at;
    guint8 *data = g_malloc (piece + 1);

    for (gsize j = 0; j < piece; j++)
      data[j] = test_byte (number, at + j);
    gst_buffer_append_memory (buffer, gst_memory_new_wrapped (0, data, piece + 1,
            0, piece, data, g_free));
    at += piece;
  }
  return buffer;
}

/* Returns: (transfer full): packets number 0 to @n - 1 of these sizes */
static inline GstBufferList *
test_list (const gsize * sizes, guint n, guint n_memories)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (list, test_packet (i, sizes[i], n_memories));
  return list;
}
