/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Replaces the method of a request, if HTTP does not know it, before libsoup reads it. */

#include "config.h"

#include "gsticehttpmethods.h"

/* RFC 9110, 9.1, and RFC 5789. */
static const gchar *const known[] = {
  "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"
};

/* More than the longest of these, or GST_ICE_HTTP_UNKNOWN_METHOD, with a space and a line
 * end after it. */
#define MAX_METHOD_BYTES 10

/* Read at once until the method is known. */
#define CHUNK_BYTES 256
#define MAX_HEAD_BYTES (MAX_METHOD_BYTES + CHUNK_BYTES)

typedef enum
{
  IN_METHOD,                    /* all so far is in head */
  IN_UNKNOWN,                   /* nothing up to its end is handed on */
  AFTER
} Position;

/* Reading half. */
#define TYPE_INPUT (input_get_type ())
G_DECLARE_FINAL_TYPE (GstIceHttpMethodsInput, input, GST_ICE, METHODS_INPUT,
    GFilterInputStream)
     struct _GstIceHttpMethodsInput
     {
       GFilterInputStream parent;

       Position position;
       gchar head[MAX_HEAD_BYTES];      /* read, and not handed on */
       gsize n_head;
     };

     static void input_pollable_init (GPollableInputStreamInterface * iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstIceHttpMethodsInput, input,
    G_TYPE_FILTER_INPUT_STREAM,
    G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, input_pollable_init))
     static gboolean is_known (const gchar * method, gsize n_bytes)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (strlen (known[i]) == n_bytes && memcmp (known[i], method, n_bytes) == 0)
      return TRUE;
  }
  return FALSE;
}

/* @end: the space after the method; or the end of a line that has none, and which libsoup
 *     refuses as it finds no path in it */
static void
hand_on_unknown (GstIceHttpMethodsInput * self, gchar end)
{
  static const gchar head[] = GST_ICE_HTTP_UNKNOWN_METHOD " ";
  G_STATIC_ASSERT (sizeof head <= MAX_METHOD_BYTES);

  self->n_head = strlen (head);
  memcpy (self->head, head, self->n_head);
  if (end != ' ')
    self->head[self->n_head++] = end;
  self->position = AFTER;
}

/* RFC 9112, 2.2: empty lines may come before a request. */
static gboolean
is_line_end (gchar c)
{
  return c == '\r' || c == '\n';
}

/* Takes one byte of the method, or the space after it. */
static void
take_byte (GstIceHttpMethodsInput * self, gchar c)
{
  if (self->position == IN_METHOD && self->n_head == 0 && is_line_end (c))
    return;
  if (self->position == IN_METHOD && c == ' ' &&
      is_known (self->head, self->n_head)) {
    self->head[self->n_head++] = c;
    self->position = AFTER;
  } else if (c == ' ' || c == '\n') {
    hand_on_unknown (self, c);
  } else if (self->n_head == MAX_METHOD_BYTES - 1) {
    self->position = IN_UNKNOWN;
  } else {
    self->head[self->n_head++] = c;
  }
}

/* Reads at least up to the space after the method.
 * Returns: 1: that was read; 0: the stream has ended; -1 with @error set */
static gssize
read_method (GstIceHttpMethodsInput * self, gboolean blocking,
    GCancellable * cancellable, GError ** error)
{
  GInputStream *base =
      g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self));

  while (self->position != AFTER) {
    gchar chunk[CHUNK_BYTES];
    const gssize n = g_pollable_stream_read (base, chunk, sizeof chunk,
        blocking, cancellable, error);

    if (n <= 0)
      return n;
    for (gssize i = 0; i < n; i++) {
      if (self->position != AFTER)
        take_byte (self, chunk[i]);
      else
        self->head[self->n_head++] = chunk[i];
    }
  }
  return 1;
}

static gssize
read_any (GstIceHttpMethodsInput * self, gpointer buffer, gsize size,
    gboolean blocking, GCancellable * cancellable, GError ** error)
{
  GInputStream *base =
      g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self));
  const gssize n = read_method (self, blocking, cancellable, error);

  if (n <= 0)
    return n;
  if (self->n_head > 0) {
    const gsize n_now = MIN (size, self->n_head);

    memcpy (buffer, self->head, n_now);
    self->n_head -= n_now;
    memmove (self->head, self->head + n_now, self->n_head);
    return (gssize) n_now;
  }
  return g_pollable_stream_read (base, buffer, size, blocking, cancellable,
      error);
}

static gssize
input_read (GInputStream * stream, void *buffer, gsize size,
    GCancellable * cancellable, GError ** error)
{
  return read_any (GST_ICE_METHODS_INPUT (stream), buffer, size, TRUE,
      cancellable, error);
}

static gssize
input_read_nonblocking (GPollableInputStream * stream, void *buffer,
    gsize size, GError ** error)
{
  return read_any (GST_ICE_METHODS_INPUT (stream), buffer, size, FALSE, NULL,
      error);
}

static GPollableInputStream *
get_base (GPollableInputStream * stream)
{
  return G_POLLABLE_INPUT_STREAM (g_filter_input_stream_get_base_stream
      (G_FILTER_INPUT_STREAM (stream)));
}

static gboolean
input_can_poll (GPollableInputStream * stream)
{
  return g_pollable_input_stream_can_poll (get_base (stream));
}

/* Bytes of the method may be read and not be handed on: whoever reads then waits again. */
static gboolean
input_is_readable (GPollableInputStream * stream)
{
  const GstIceHttpMethodsInput *self = GST_ICE_METHODS_INPUT (stream);

  return (self->position == AFTER && self->n_head > 0) ||
      g_pollable_input_stream_is_readable (get_base (stream));
}

static GSource *
input_create_source (GPollableInputStream * stream, GCancellable * cancellable)
{
  const GstIceHttpMethodsInput *self = GST_ICE_METHODS_INPUT (stream);
  g_autoptr (GSource) base = self->position == AFTER && self->n_head > 0 ?
      g_timeout_source_new (0) :
      g_pollable_input_stream_create_source (get_base (stream), NULL);

  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
input_pollable_init (GPollableInputStreamInterface * iface)
{
  iface->can_poll = input_can_poll;
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
  iface->read_nonblocking = input_read_nonblocking;
}

static void
input_class_init (GstIceHttpMethodsInputClass * klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = input_read;
}

static void
input_init (GstIceHttpMethodsInput * self)
{
}

/* Both halves: only reading differs from the connection. */
G_DECLARE_FINAL_TYPE (GstIceHttpMethods, gst_ice_http_methods, GST_ICE,
    HTTP_METHODS, GIOStream)
     struct _GstIceHttpMethods
     {
       GIOStream parent;

       GIOStream *connection;   /* set at construction */
       GInputStream *input;     /* set at construction */
     };

G_DEFINE_FINAL_TYPE (GstIceHttpMethods, gst_ice_http_methods, G_TYPE_IO_STREAM)
     static GInputStream *gst_ice_http_methods_get_input_stream (GIOStream *
    stream)
{
  return GST_ICE_HTTP_METHODS (stream)->input;
}

static GOutputStream *
gst_ice_http_methods_get_output_stream (GIOStream * stream)
{
  return g_io_stream_get_output_stream (GST_ICE_HTTP_METHODS
      (stream)->connection);
}

static gboolean
gst_ice_http_methods_close (GIOStream * stream, GCancellable * cancellable,
    GError ** error)
{
  return g_io_stream_close (GST_ICE_HTTP_METHODS (stream)->connection,
      cancellable, error);
}

static void
on_closed (GObject * connection, GAsyncResult * result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (connection), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* GIOStream's own would use a thread. */
static void
gst_ice_http_methods_close_async (GIOStream * stream, gint priority,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_io_stream_close_async (GST_ICE_HTTP_METHODS (stream)->connection, priority,
      cancellable, on_closed, task);
}

static gboolean
gst_ice_http_methods_close_finish (GIOStream * stream, GAsyncResult * result,
    GError ** error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
gst_ice_http_methods_finalize (GObject * object)
{
  GstIceHttpMethods *self = GST_ICE_HTTP_METHODS (object);

  g_object_unref (self->input);
  g_object_unref (self->connection);

  G_OBJECT_CLASS (gst_ice_http_methods_parent_class)->finalize (object);
}

static void
gst_ice_http_methods_class_init (GstIceHttpMethodsClass * klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_http_methods_finalize;
  stream_class->get_input_stream = gst_ice_http_methods_get_input_stream;
  stream_class->get_output_stream = gst_ice_http_methods_get_output_stream;
  stream_class->close_fn = gst_ice_http_methods_close;
  stream_class->close_async = gst_ice_http_methods_close_async;
  stream_class->close_finish = gst_ice_http_methods_close_finish;
}

static void
gst_ice_http_methods_init (GstIceHttpMethods * self)
{
}

GIOStream *
gst_ice_http_methods_limit (GIOStream * connection)
{
  GstIceHttpMethods *self =
      g_object_new (gst_ice_http_methods_get_type (), NULL);

  self->connection = g_object_ref (connection);
  self->input = g_object_new (TYPE_INPUT, "base-stream",
      g_io_stream_get_input_stream (connection), "close-base-stream", FALSE,
      NULL);
  return G_IO_STREAM (self);
}
