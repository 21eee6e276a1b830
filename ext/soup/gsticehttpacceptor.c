/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Accepts connections, and hands them to the listener of this process whose path they ask
 * for, where several share a port. */

#include "config.h"

#include "gsticehttpacceptor.h"

#include "gsticehttpport.h"
#include "gsticelog.h"
#include "gsticetimer.h"

#include <gst/gst.h>
#include <sys/socket.h>

GST_ICE_LOG_CATEGORY (gst_ice_http_acceptor_log, "icehttpacceptor",
    "ICE listener's TCP port");
#define GST_CAT_DEFAULT gst_ice_http_acceptor_log ()

/* How long to leave the queue of connections alone when the process has no
 * descriptor left for one. */
#define ACCEPT_RETRY_MS 100

/* IPv6, which may take IPv4 too, and IPv4. */
#define MAX_LISTENERS 2

/* On a shared port: how many may take how long to say what they want; the oldest makes
 * room. A line that is only half there is looked at again after a while. */
#define MAX_ARRIVALS 64
#define ARRIVAL_US (10 * G_USEC_PER_SEC)
#define LOOK_AGAIN_MS 20
#define MAX_LINE_BYTES 4096

typedef struct
{
  GstIceHttpAcceptor *acceptor;
  GSocket *socket;              /* the port's */
  GSource *source;              /* a connection waits; or NULL */
  GSource *retry;               /* or NULL */
} Listener;

/* A connection that has not said what it wants. */
typedef struct
{
  GstIceHttpAcceptor *acceptor;
  GSocket *socket;
  GSource *source;              /* something can be read, or it is time to look; or NULL */
  gint64 until;                 /* monotonic time */
} Arrival;

struct _GstIceHttpAcceptor
{
  GstIceHttpAcceptorFunc function;      /* NULL: freed, but held by who hands over */
  gpointer user_data;
  GMainContext *context;        /* of the thread that owns it */
  GstIceHttpPort *port;
  Listener listeners[MAX_LISTENERS];
  GQueue arrivals;              /* of Arrival, oldest first */
};

/* Handing over. */

typedef struct
{
  GstIceHttpAcceptor *acceptor;
  GSocket *socket;
} Handover;

static void
acceptor_clear (gpointer data)
{
  g_main_context_unref (((GstIceHttpAcceptor *) data)->context);
}

static void
handover_free (gpointer data)
{
  Handover *handover = data;

  g_object_unref (handover->socket);
  g_atomic_rc_box_release_full (handover->acceptor, acceptor_clear);
  g_free (handover);
}

/* In the thread of the acceptor that it is for. */
static gboolean
on_handover (gpointer user_data)
{
  Handover *handover = user_data;
  GstIceHttpAcceptor *self = handover->acceptor;

  if (self->function != NULL)
    self->function (handover->socket, self->user_data);
  return G_SOURCE_REMOVE;
}

/* @path: that the connection asks for, or %NULL: nobody knows */
static void
hand_over (GstIceHttpAcceptor * self, GSocket * socket, const gchar * path)
{
  GstIceHttpAcceptor *other = path != NULL ?
      gst_ice_http_port_find (self->port, path) : NULL;
  GSource *source;
  Handover *handover;

  if (other == NULL || other == self) {
    self->function (socket, self->user_data);
    if (other != NULL)
      g_atomic_rc_box_release_full (other, acceptor_clear);
    return;
  }

  handover = g_new0 (Handover, 1);
  handover->acceptor = other;
  handover->socket = g_object_ref (socket);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_handover, handover, handover_free);
  g_source_attach (source, other->context);
  g_source_unref (source);
}

/* What a connection asks for. */

static void
arrival_free (Arrival * arrival)
{
  g_queue_remove (&arrival->acceptor->arrivals, arrival);
  gst_ice_timer_clear (&arrival->source);
  g_object_unref (arrival->socket);
  g_free (arrival);
}

/* Looks at what was sent so far, and leaves it there.
 * @path: (out) (transfer full) (nullable): of the request
 * Returns: whether that much is known now */
static gboolean
peek_path (GSocket * socket, gchar ** path)
{
  gchar line[MAX_LINE_BYTES + 1];
  const gssize n = recv (g_socket_get_fd (socket), line, MAX_LINE_BYTES,
      MSG_PEEK | MSG_DONTWAIT);
  gchar *target, *end;

  *path = NULL;
  /* Its end, or an error, is for who reads. */
  if (n <= 0)
    return n == 0 || (errno != EAGAIN && errno != EINTR);
  line[n] = '\0';
  end = strpbrk (line, "\r\n");
  if (end == NULL)
    return n == MAX_LINE_BYTES;

  *end = '\0';
  target = strchr (line, ' ');
  if (target == NULL)
    return TRUE;
  target++;
  target[strcspn (target, " ?#")] = '\0';
  /* A proxy may send the whole URI (RFC 9112, 3.2.2). */
  if (strstr (target, "://") != NULL)
    target = strchr (strstr (target, "://") + strlen ("://"), '/');
  *path = target != NULL ? g_uri_unescape_string (target, NULL) : NULL;
  return TRUE;
}

static void look_later (Arrival * arrival);

static gboolean
on_readable (gpointer user_data)
{
  Arrival *arrival = user_data;
  g_autofree gchar *path = NULL;

  gst_ice_timer_clear (&arrival->source);
  if (peek_path (arrival->socket, &path) ||
      g_get_monotonic_time () >= arrival->until) {
    hand_over (arrival->acceptor, arrival->socket, path);
    arrival_free (arrival);
  } else {
    look_later (arrival);
  }
  return G_SOURCE_REMOVE;
}

static gboolean
on_socket_readable (GSocket * socket, GIOCondition condition,
    gpointer user_data)
{
  return on_readable (user_data);
}

static void
look_later (Arrival * arrival)
{
  arrival->source = gst_ice_timer_new (LOOK_AGAIN_MS, on_readable, arrival);
}

static void
arrive (GstIceHttpAcceptor * self, GSocket * socket)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  if (self->arrivals.length >= MAX_ARRIVALS)
    arrival_free (g_queue_peek_head (&self->arrivals));
  arrival->acceptor = self;
  arrival->socket = g_object_ref (socket);
  arrival->until = g_get_monotonic_time () + ARRIVAL_US;
  g_queue_push_tail (&self->arrivals, arrival);

  arrival->source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (arrival->source, G_SOURCE_FUNC (on_socket_readable),
      arrival, NULL);
  g_source_attach (arrival->source, self->context);
}

/* Accepting. */

static void listener_watch (Listener * listener);

static gboolean
on_accept_retry (gpointer user_data)
{
  Listener *listener = user_data;

  gst_ice_timer_clear (&listener->retry);
  listener_watch (listener);
  return G_SOURCE_REMOVE;
}

static gboolean
on_connection (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  Listener *listener = user_data;
  GstIceHttpAcceptor *self = listener->acceptor;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) client = g_socket_accept (socket, NULL, &error);

  if (client != NULL) {
    g_socket_set_blocking (client, FALSE);
    if (gst_ice_http_port_is_shared (self->port))
      arrive (self, client);
    else
      self->function (client, self->user_data);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
    GST_WARNING ("a connection could not be taken: %s", error->message);
    gst_ice_timer_clear (&listener->source);
    listener->retry = gst_ice_timer_new (ACCEPT_RETRY_MS,
        on_accept_retry, listener);
  }
  return G_SOURCE_CONTINUE;
}

static void
listener_watch (Listener * listener)
{
  listener->source = g_socket_create_source (listener->socket, G_IO_IN, NULL);
  g_source_set_callback (listener->source, G_SOURCE_FUNC (on_connection),
      listener, NULL);
  g_source_attach (listener->source, listener->acceptor->context);
}

/* Returns: (transfer full): which listens, or %NULL with @error set */
GstIceHttpAcceptor *
gst_ice_http_acceptor_new (const gchar * host, guint port, const gchar * path,
    gboolean is_open, GstIceHttpAcceptorFunc function, gpointer user_data,
    GError ** error)
{
  GstIceHttpAcceptor *self = g_atomic_rc_box_new0 (GstIceHttpAcceptor);
  GSocket *socket;

  self->context = g_main_context_ref_thread_default ();
  self->function = function;
  self->user_data = user_data;
  g_queue_init (&self->arrivals);
  self->port = gst_ice_http_port_join (host, port, path, is_open, self, error);
  if (self->port == NULL) {
    g_atomic_rc_box_release_full (self, acceptor_clear);
    return NULL;
  }

  for (guint i = 0; i < MAX_LISTENERS; i++) {
    socket = gst_ice_http_port_get_socket (self->port, i);
    if (socket == NULL)
      break;
    self->listeners[i].acceptor = self;
    self->listeners[i].socket = g_object_ref (socket);
    listener_watch (&self->listeners[i]);
  }
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_acceptor_free (GstIceHttpAcceptor * self)
{
  while (self->arrivals.length > 0)
    arrival_free (g_queue_peek_head (&self->arrivals));
  for (guint i = 0; i < MAX_LISTENERS; i++) {
    gst_ice_timer_clear (&self->listeners[i].source);
    gst_ice_timer_clear (&self->listeners[i].retry);
    g_clear_object (&self->listeners[i].socket);
  }
  self->function = NULL;
  gst_ice_http_port_leave (self->port, self);
  g_atomic_rc_box_release_full (self, acceptor_clear);
}

guint
gst_ice_http_acceptor_get_port (const GstIceHttpAcceptor * self)
{
  return gst_ice_http_port_get_number (self->port);
}
