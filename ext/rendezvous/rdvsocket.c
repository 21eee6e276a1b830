/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One WebSocket connection after its handshake: reads frames, queues frames
 * up to a limit, sends pings, and closes with a reason. */

#include "config.h"

#include "rdvsocket.h"

#include <string.h>
#include <sys/epoll.h>

#define READ_SIZE 16384
#define READS_PER_TURN 4        /* then the other peers have a turn */
#define CLOSE_TIMEOUT_US (5 * G_TIME_SPAN_SECOND)
#define MAX_PONG_QUEUE 4096     /* with more bytes queued, pings are not
                                 * answered */

struct _RdvSocket
{
  GIOStream *stream;
  GPollableInputStream *input;  /* of stream */
  GPollableOutputStream *output;        /* of stream */
  GSocket *gsocket;             /* under stream */
  RdvWatch *watch;
  const RdvSocketLimits *limits;
  const RdvSocketCalls *calls;
  gpointer user_data;

  RdvFrameReader reader;
  gboolean paused;
  gboolean deaf;                /* the framing is broken: input is thrown
                                 * away */

  GQueue queue;                 /* of GBytes, frames to send */
  gsize head_sent;              /* bytes of the first frame that are sent */
  gsize queued;                 /* bytes not sent */
  GBytes *reply;                /* the frame in queue that stops reading */

  gint64 heard_us;              /* when the last frame came */
  gint64 pinged_us;
  gint64 deadline_us;           /* when to give up closing */

  RdvCloseCode code;            /* 0 while open */
  const char *reason;
  gboolean close_sent;          /* the close frame is queued or sent */
  gboolean close_received;
  gboolean failed;
  gboolean ended_told;
};

/* Returns: whether input is being read */
static gboolean
reads (RdvSocket * socket)
{
  return socket->code || (!socket->paused && !socket->reply);
}

static void
set_events (RdvSocket * socket)
{
  gboolean in = reads (socket);

  rdv_watch_set_events (socket->watch,
      (in ? EPOLLIN : 0) | (socket->queued ? EPOLLOUT : 0));
}

/* Sets the reason of the end; the first reason stays. */
static void
end (RdvSocket * socket, RdvCloseCode code, const char *reason)
{
  if (socket->code)
    return;
  socket->code = code;
  socket->reason = reason;
  socket->deadline_us = g_get_monotonic_time () + CLOSE_TIMEOUT_US;
  rdv_watch_wake (socket->watch);
}

static void
fail (RdvSocket * socket, const char *reason)
{
  end (socket, RDV_CLOSE_ABNORMAL, reason);
  socket->failed = TRUE;
  rdv_watch_wake (socket->watch);
}

/* Returns: whether the whole queue was sent */
static gboolean
flush (RdvSocket * socket)
{
  while (!socket->failed && !g_queue_is_empty (&socket->queue)) {
    GBytes *frame = g_queue_peek_head (&socket->queue);
    gsize size;
    const guint8 *data = g_bytes_get_data (frame, &size);
    g_autoptr (GError) error = NULL;
    gssize n = g_pollable_output_stream_write_nonblocking (socket->output,
        data + socket->head_sent, size - socket->head_sent, NULL, &error);

    if (n < 0) {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        fail (socket, "the connection broke while sending");
      break;
    }
    socket->head_sent += n;
    socket->queued -= n;
    if (socket->head_sent == size) {
      if (frame == socket->reply) {
        socket->reply = NULL;
        rdv_watch_wake (socket->watch);
      }
      g_bytes_unref (g_queue_pop_head (&socket->queue));
      socket->head_sent = 0;
    }
  }
  return g_queue_is_empty (&socket->queue);
}

/* @frame: (transfer full) */
static void
queue_frame (RdvSocket * socket, GBytes * frame)
{
  socket->queued += g_bytes_get_size (frame);
  g_queue_push_tail (&socket->queue, frame);
  flush (socket);
  set_events (socket);
}

/* Only a frame that was sent in part goes before the close frame. */
static void
drop_queue (RdvSocket * socket)
{
  guint keep = socket->head_sent > 0 ? 1 : 0;

  while (g_queue_get_length (&socket->queue) > keep) {
    GBytes *frame = g_queue_pop_tail (&socket->queue);

    if (frame == socket->reply)
      socket->reply = NULL;
    socket->queued -= g_bytes_get_size (frame);
    g_bytes_unref (frame);
  }
}

/* Returns: the bytes in the queue that count for max_queue */
static gsize
charged (RdvSocket * socket)
{
  gboolean head = socket->reply
      && g_queue_peek_head (&socket->queue) == socket->reply;

  if (!socket->reply)
    return socket->queued;
  return socket->queued - g_bytes_get_size (socket->reply)
      + (head ? socket->head_sent : 0);
}

static void
send_close (RdvSocket * socket, RdvCloseCode code, const char *reason)
{
  if (socket->close_sent || socket->failed)
    return;
  socket->close_sent = TRUE;
  queue_frame (socket, rdv_frame_build_close (code, reason));
}

void
rdv_socket_close (RdvSocket * socket, RdvCloseCode code, const char *reason)
{
  if (socket->code)
    return;
  end (socket, code, reason);
  send_close (socket, code, reason);
}

void
rdv_socket_set_user_data (RdvSocket * socket, gpointer user_data)
{
  socket->user_data = user_data;
}

void
rdv_socket_send_text (RdvSocket * socket, const char *text, gsize length)
{
  if (socket->code)
    return;
  if (charged (socket) + length > socket->limits->max_queue) {
    drop_queue (socket);
    rdv_socket_close (socket, RDV_CLOSE_POLICY, "reads too slowly");
    return;
  }
  queue_frame (socket, rdv_frame_build (RDV_FRAME_TEXT, text, length));
}

void
rdv_socket_send_reply (RdvSocket * socket, const char *text, gsize length)
{
  if (socket->code)
    return;
  socket->reply = rdv_frame_build (RDV_FRAME_TEXT, text, length);
  queue_frame (socket, socket->reply);
}

static void
take_close (RdvSocket * socket, const RdvFrame * frame)
{
  RdvCloseCode code = RDV_CLOSE_NO_STATUS;

  socket->close_received = TRUE;
  if (frame->length >= 2)
    code = frame->payload[0] << 8 | frame->payload[1];
  end (socket, code, "closed by the peer");
  send_close (socket, RDV_CLOSE_NORMAL, NULL);
}

static void
take_text (RdvSocket * socket, const RdvFrame * frame)
{
  g_autofree char *text = NULL;

  /* For GLib NUL is not UTF-8; in a message it is allowed. */
  if (!g_utf8_validate_len ((const char *) frame->payload, frame->length, NULL)
      && !memchr (frame->payload, '\0', frame->length)) {
    rdv_socket_close (socket, RDV_CLOSE_BAD_DATA, "text is not UTF-8");
    return;
  }
  text = g_malloc (frame->length + 1);
  memcpy (text, frame->payload, frame->length);
  text[frame->length] = '\0';
  socket->calls->message (socket, text, frame->length, socket->user_data);
}

static void
take_frame (RdvSocket * socket, const RdvFrame * frame)
{
  socket->heard_us = g_get_monotonic_time ();
  if (socket->code && frame->type != RDV_FRAME_CLOSE)
    return;

  switch (frame->type) {
    case RDV_FRAME_TEXT:
      take_text (socket, frame);
      break;
    case RDV_FRAME_BINARY:
      rdv_socket_close (socket, RDV_CLOSE_UNSUPPORTED, "messages are text");
      break;
    case RDV_FRAME_CLOSE:
      take_close (socket, frame);
      break;
    case RDV_FRAME_PING:
      if (socket->queued < MAX_PONG_QUEUE)
        queue_frame (socket, rdv_frame_build (RDV_FRAME_PONG, frame->payload,
                frame->length));
      break;
    case RDV_FRAME_PONG:
      break;
  }
}

static void
take_frames (RdvSocket * socket)
{
  RdvFrameRead result = RDV_FRAME_READ_MORE;
  RdvFrame frame;

  if (socket->deaf)
    return;
  while (reads (socket) && (result = rdv_frame_reader_next (&socket->reader,
              &frame)) == RDV_FRAME_READ_ONE)
    take_frame (socket, &frame);
  if (result != RDV_FRAME_READ_ERROR)
    return;

  /* The socket goes on reading and throws the input away: to close with
   * unread bytes would reset the connection before the peer has seen the
   * close frame. */
  socket->deaf = TRUE;
  rdv_frame_reader_clear (&socket->reader);
  rdv_socket_close (socket, frame.error,
      frame.error == RDV_CLOSE_TOO_BIG ? "message too big" : "bad frame");
}

static void
read_some (RdvSocket * socket)
{
  guint8 data[READ_SIZE];
  guint i;

  /* Input that was read before a reply stopped reading. */
  take_frames (socket);
  for (i = 0; i < READS_PER_TURN && !socket->failed; i++) {
    g_autoptr (GError) error = NULL;
    gssize n;

    if (!reads (socket))
      return;
    n = g_pollable_input_stream_read_nonblocking (socket->input, data,
        sizeof data, NULL, &error);
    if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return;
    if (n <= 0) {
      fail (socket, n == 0 ? "the peer hung up" : "the connection broke");
      return;
    }
    if (!socket->deaf)
      rdv_frame_reader_push (&socket->reader, data, n);
    take_frames (socket);
  }
  /* The streams may hold bytes that epoll does not know of. */
  rdv_watch_wake (socket->watch);
}

/* Reports the end, when the socket has reached it. May free the socket. */
static void
settle (RdvSocket * socket)
{
  gboolean sent = socket->close_sent && g_queue_is_empty (&socket->queue);

  if (!socket->code) {
    set_events (socket);
    return;
  }
  if (!socket->ended_told) {
    socket->ended_told = TRUE;
    socket->calls->ended (socket, socket->code, socket->reason,
        socket->user_data);
  }
  if (socket->failed || (sent && socket->close_received))
    socket->calls->closed (socket, socket->user_data);
  else
    set_events (socket);
}

static void
on_watch (guint32 events, gpointer user_data)
{
  RdvSocket *socket = user_data;

  if (!reads (socket) && (events & (EPOLLHUP | EPOLLERR)))
    fail (socket, "the connection broke");
  if (events & EPOLLOUT)
    flush (socket);
  read_some (socket);
  settle (socket);
}

void
rdv_socket_set_paused (RdvSocket * socket, gboolean paused)
{
  if (socket->paused == paused)
    return;
  socket->paused = paused;
  set_events (socket);
  if (!paused)
    rdv_watch_wake (socket->watch);
}

void
rdv_socket_tick (RdvSocket * socket, gint64 now_us)
{
  gint64 idle_us = socket->limits->idle_timeout_s * G_TIME_SPAN_SECOND;

  if (socket->code) {
    if (now_us >= socket->deadline_us) {
      fail (socket, "gave up");
      settle (socket);
    }
    return;
  }
  if (idle_us == 0)
    return;
  if (now_us - socket->heard_us >= idle_us) {
    rdv_socket_close (socket, RDV_CLOSE_GOING_AWAY, "no sign of life");
  } else if (now_us - MAX (socket->heard_us, socket->pinged_us) >= idle_us / 3) {
    socket->pinged_us = now_us;
    queue_frame (socket, rdv_frame_build (RDV_FRAME_PING, NULL, 0));
  }
}

RdvSocket *
rdv_socket_new (RdvPoll * poll, GIOStream * stream, GSocket * gsocket,
    const RdvSocketLimits * limits, const RdvSocketCalls * calls,
    gpointer user_data)
{
  RdvSocket *socket = g_new0 (RdvSocket, 1);

  socket->stream = stream;
  socket->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream
      (stream));
  socket->output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream
      (stream));
  socket->gsocket = g_object_ref (gsocket);
  socket->limits = limits;
  socket->calls = calls;
  socket->user_data = user_data;
  socket->heard_us = g_get_monotonic_time ();
  rdv_frame_reader_init (&socket->reader, limits->max_message);
  g_queue_init (&socket->queue);
  socket->watch = rdv_watch_new (poll, g_socket_get_fd (gsocket), on_watch,
      socket);
  /* The client may have sent frames together with its handshake. */
  rdv_watch_wake (socket->watch);
  return socket;
}

void
rdv_socket_free (RdvSocket * socket)
{
  rdv_watch_free (socket->watch);
  rdv_frame_reader_clear (&socket->reader);
  g_queue_clear_full (&socket->queue, (GDestroyNotify) g_bytes_unref);
  /* Before the stream is closed: a TLS stream would wait until its close
   * alert is sent. */
  g_socket_shutdown (socket->gsocket, TRUE, TRUE, NULL);
  g_io_stream_close (socket->stream, NULL, NULL);
  g_object_unref (socket->stream);
  g_object_unref (socket->gsocket);
  g_free (socket);
}
