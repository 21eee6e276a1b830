/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* An OpenSSL BIO that passes the datagrams of a DTLS connection in and out,
 * one at a time. */

#include "config.h"

#include "gsticedtlsbio.h"

#include <string.h>

/* Without the headers of IP and UDP. Fits every path that IPv6 allows, also
 * through a TURN server. */
#define MTU_BYTES 1200

/* RFC 6347, 4.1.1.1: used when several retransmissions had no answer. It
 * fits everywhere: IPv4's 576 bytes without headers. */
#define FALLBACK_MTU_BYTES 548

typedef struct
{
  GstIceDtlsSendFunc send;      /* set at construction, as is user_data */
  gpointer user_data;
  const guint8 *incoming;       /* NULL: there is nothing to read */
  gsize incoming_bytes;
} Datagrams;

static int
on_write (BIO * bio, const char *datagram, int size_bytes)
{
  Datagrams *self = BIO_get_data (bio);

  BIO_clear_retry_flags (bio);
  self->send ((const guint8 *) datagram, (gsize) size_bytes, self->user_data);
  return size_bytes;
}

/* Cuts off what does not fit, as a socket does. */
static int
on_read (BIO * bio, char *out, int room_bytes)
{
  Datagrams *self = BIO_get_data (bio);
  gsize n = MIN (self->incoming_bytes, (gsize) room_bytes);

  BIO_clear_retry_flags (bio);
  if (self->incoming == NULL) {
    BIO_set_retry_read (bio);
    return -1;
  }
  memcpy (out, self->incoming, n);
  self->incoming = NULL;
  return (int) n;
}

static long
on_control (BIO * bio, int command, long number, void *pointer)
{
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
      return MTU_BYTES;
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return FALLBACK_MTU_BYTES;
    default:
      return 0;
  }
}

static int
on_destroy (BIO * bio)
{
  g_free (BIO_get_data (bio));
  return 1;
}

/* Returns: (transfer none) (nullable): the method, one for the process */
static BIO_METHOD *
get_method (void)
{
  static gsize made = 0;
  static BIO_METHOD *method;

  if (g_once_init_enter (&made)) {
    method = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK,
        "gst-ice datagrams");
    if (method != NULL) {
      BIO_meth_set_write (method, on_write);
      BIO_meth_set_read (method, on_read);
      BIO_meth_set_ctrl (method, on_control);
      BIO_meth_set_destroy (method, on_destroy);
    }
    g_once_init_leave (&made, 1);
  }
  return method;
}

BIO *
gst_ice_dtls_bio_new (GstIceDtlsSendFunc send, gpointer user_data)
{
  BIO_METHOD *method = get_method ();
  BIO *bio = method != NULL ? BIO_new (method) : NULL;
  Datagrams *self;

  if (bio == NULL)
    return NULL;
  self = g_new0 (Datagrams, 1);
  self->send = send;
  self->user_data = user_data;
  BIO_set_data (bio, self);
  BIO_set_init (bio, 1);
  return bio;
}

void
gst_ice_dtls_bio_set_incoming (BIO * bio, const guint8 * datagram,
    gsize size_bytes)
{
  Datagrams *self = BIO_get_data (bio);

  self->incoming = datagram;
  self->incoming_bytes = size_bytes;
}
