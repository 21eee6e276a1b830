/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Answers who asks for metrics by HTTP, from a thread of its own: to ask all calls takes
 * a while. */

#include "config.h"

#include "gsticemetricsserver.h"

#include "gsticeerror.h"

#include <libsoup/soup.h>

#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

typedef struct
{
  /* Set at construction. */
  gchar *path;
  gchar *(*write) (void);
  GSocketAddress *address;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;

  GMutex lock;
  GCond begun_cond;

  /* Protected by lock. */
  gboolean begun;               /* it listens, or error is set */
  GError *error;
} Listener;

static void
on_request (SoupServer * server, SoupServerMessage * message,
    const gchar * path, GHashTable * query, gpointer user_data)
{
  Listener *self = user_data;
  const gchar *method = soup_server_message_get_method (message);
  gchar *text;

  if (!g_str_equal (path, self->path)) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
    return;
  }
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD) {
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Allow", "GET, HEAD");
    soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED,
        NULL);
    return;
  }
  text = self->write ();
  soup_server_message_set_response (message, CONTENT_TYPE, SOUP_MEMORY_TAKE,
      text, strlen (text));
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

static void
say_begun (Listener * self, GError * error)
{
  g_mutex_lock (&self->lock);
  self->begun = TRUE;
  self->error = error;
  g_cond_signal (&self->begun_cond);
  g_mutex_unlock (&self->lock);
}

static gpointer
run (gpointer data)
{
  Listener *self = data;
  g_autoptr (SoupServer) server = NULL;
  GError *error = NULL;

  g_main_context_push_thread_default (self->context);
  server = soup_server_new ("server-header", "gst-ice ", NULL);
  soup_server_add_handler (server, NULL, on_request, self, NULL);
  if (soup_server_listen (server, self->address, 0, &error)) {
    say_begun (self, NULL);
    g_main_loop_run (self->loop);
    soup_server_disconnect (server);
  } else {
    say_begun (self, error);
  }
  /* What it has closed is done with by that. */
  while (g_main_context_iteration (self->context, FALSE));
  g_clear_object (&server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* @listener: (transfer full) */
static void
stop (gpointer listener)
{
  Listener *self = listener;
  g_autoptr (GSource) source = g_idle_source_new ();

  /* From within: the loop may not run yet. */
  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_clear_object (&self->address);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->begun_cond);
  g_free (self->path);
  g_free (self);
}

/* Returns: (transfer full) (nullable): where @uri says to listen */
static GSocketAddress *
parse (const gchar * text, gchar ** path)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) inet = NULL;
  const gchar *host;

  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "http") != 0
      || g_uri_get_port (uri) < 1)
    return NULL;
  host = g_uri_get_host (uri);
  /* Nobody else's business, unless the user says so. */
  inet = host == NULL || *host == '\0' || g_str_equal (host, "localhost") ?
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4) :
      g_inet_address_new_from_string (host);
  if (inet == NULL)
    return NULL;
  *path = g_strdup (*g_uri_get_path (uri) != '\0' ? g_uri_get_path (uri) :
      "/metrics");
  return g_inet_socket_address_new (inet, (guint16) g_uri_get_port (uri));
}

static gpointer
start (const gchar * uri, gchar * (*write) (void), GError ** error)
{
  g_autofree gchar *path = NULL;
  GSocketAddress *address = parse (uri, &path);
  Listener *self;

  if (address == NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "metrics-uri=%s can't be used: it must be like "
        "http://127.0.0.1:9464/metrics, with an address of this machine", uri);
    return NULL;
  }
  self = g_new0 (Listener, 1);
  self->path = g_steal_pointer (&path);
  self->write = write;
  self->address = address;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_mutex_init (&self->lock);
  g_cond_init (&self->begun_cond);
  self->thread = g_thread_try_new ("ice-metrics", run, self, error);
  if (self->thread == NULL) {
    stop (self);
    return NULL;
  }
  g_mutex_lock (&self->lock);
  while (!self->begun)
    g_cond_wait (&self->begun_cond, &self->lock);
  g_mutex_unlock (&self->lock);
  if (self->error == NULL)
    return self;

  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "metrics-uri=%s can't be listened on: %s", uri, self->error->message);
  stop (self);
  return NULL;
}

const GstIceMetricsBackend gst_ice_metrics_server = {
  .start = start,
  .stop = stop,
};
