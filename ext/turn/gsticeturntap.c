/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Splits the stream of a TURN connection into messages and shows each of
 * them. */

#include "config.h"

#include "gsticeturntap.h"

#include "gsticeturnmessage.h"

#include <string.h>

/* Longer messages are not kept. Responses are shorter. */
#define MAX_MESSAGE_BYTES 1500
#define HEAD_BYTES 4            /* the bytes that give the size */

#define RESPONSE 0x01           /* first byte of a success or error response
                                 * (RFC 8489, 5) */

struct _GstIceTurnTap
{
  GFilterInputStream parent;

  /* Set at construction. */
  GstIceTurnTapFunc seen;
  gpointer user_data;

  /* Used only by the read operation under way. */
  guint8 message[MAX_MESSAGE_BYTES];    /* the beginning of the message */
  gsize at;                     /* position in the message */
  gsize size_bytes;             /* of the message; 0: not known yet */
  gboolean blind;               /* it was not TURN, or the tap was stopped */
};

G_DEFINE_TYPE (GstIceTurnTap, gst_ice_turn_tap, G_TYPE_FILTER_INPUT_STREAM);

static void
show (GstIceTurnTap * self, const guint8 * message, gsize size_bytes)
{
  const guint8 *payload;
  gsize payload_size;

  if (gst_ice_turn_message_unwrap (message, size_bytes, &payload, &payload_size)
      && payload_size > 0 && payload[0] == RESPONSE)
    self->seen (payload, payload_size, self->user_data);
}

/* Returns: whether the size of the message is known */
static gboolean
take_head (GstIceTurnTap * self, const guint8 ** data, gsize * left)
{
  gssize size;

  while (self->at < HEAD_BYTES && *left > 0) {
    self->message[self->at++] = *(*data)++;
    (*left)--;
  }
  if (self->at < HEAD_BYTES)
    return FALSE;
  size = gst_ice_turn_message_get_size (self->message, HEAD_BYTES);
  self->blind = size < (gssize) HEAD_BYTES;
  self->size_bytes = (gsize) MAX (size, 0);
  return !self->blind;
}

static void
take (GstIceTurnTap * self, const guint8 * data, gsize left)
{
  while (!self->blind && left > 0) {
    gsize n;

    if (self->size_bytes == 0 && !take_head (self, &data, &left))
      return;
    n = MIN (left, self->size_bytes - self->at);
    if (self->at + n <= sizeof (self->message))
      memcpy (self->message + self->at, data, n);
    self->at += n;
    data += n;
    left -= n;
    if (self->at < self->size_bytes)
      return;
    if (self->size_bytes <= sizeof (self->message))
      show (self, self->message, self->size_bytes);
    self->at = self->size_bytes = 0;
  }
}

/* The stream. */

static void
on_read (GObject * source, GAsyncResult * result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GstIceTurnTap *self = g_task_get_source_object (task);
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result,
      &error);

  if (n < 0) {
    g_task_return_error (task, error);
    return;
  }
  take (self, g_task_get_task_data (task), (gsize) n);
  g_task_return_int (task, n);
}

static void
gst_ice_turn_tap_read_async (GInputStream * stream, void *buffer, gsize count,
    gint priority, GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  /* The buffer is the caller's until the operation is over. */
  g_task_set_task_data (task, buffer, NULL);
  g_input_stream_read_async (g_filter_input_stream_get_base_stream
      (G_FILTER_INPUT_STREAM (stream)), buffer, count, priority, cancellable,
      on_read, task);
}

static gssize
gst_ice_turn_tap_read_finish (GInputStream * stream, GAsyncResult * result,
    GError ** error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static void
gst_ice_turn_tap_class_init (GstIceTurnTapClass * klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_async = gst_ice_turn_tap_read_async;
  G_INPUT_STREAM_CLASS (klass)->read_finish = gst_ice_turn_tap_read_finish;
}

static void
gst_ice_turn_tap_init (GstIceTurnTap * self)
{
}

GInputStream *
gst_ice_turn_tap_new (GInputStream * base, GstIceTurnTapFunc seen,
    gpointer user_data)
{
  GstIceTurnTap *self = g_object_new (GST_TYPE_ICE_TURN_TAP,
      "base-stream", base, "close-base-stream", FALSE, NULL);

  self->seen = seen;
  self->user_data = user_data;
  return G_INPUT_STREAM (self);
}

void
gst_ice_turn_tap_stop (GstIceTurnTap * self)
{
  self->blind = TRUE;
}
