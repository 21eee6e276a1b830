/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Answers who asks for metrics by HTTP, from a thread of its own: to ask all calls takes
 * a while. */

#include "config.h"

#include "gsticemetricsserver.h"

#include "gsticeerror.h"
#include "gsticehttpaddress.h"
#include "gsticehttpquota.h"
#include "gsticehttprequestcheck.h"
#include "gsticehttpserver.h"

#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

typedef struct
{
  /* Set at construction. */
  gchar *host, *path;
  guint port;
  gchar *(*write) (void);
  GstIceHttpQuota *quota;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;

  GMutex lock;
  GCond begun_cond;

  /* Protected by lock. */
  gboolean begun;               /* it listens, or error is set */
  GError *error;
} Listener;

static gboolean
has_body (SoupMessageHeaders * headers)
{
  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED
      || soup_message_headers_get_content_length (headers) > 0;
}

/* Answers all requests but those for the metrics. */
static void
on_headers (SoupServerMessage * message, gpointer user_data)
{
  Listener *self = user_data;
  const gchar *method = soup_server_message_get_method (message);
  SoupMessageHeaders *answer =
      soup_server_message_get_response_headers (message);
  g_autofree gchar *elsewhere = NULL;

  if (!gst_ice_http_quota_charge (self->quota, gst_ice_http_address_get_key
          (soup_server_message_get_remote_address (message)))) {
    soup_message_headers_replace (answer, "Retry-After", "1");
    gst_ice_http_server_respond (message, 429,
        "Too many requests: ask again in a second, and less often");
  } else if (!gst_ice_http_request_check_host (message, NULL)) {
    gst_ice_http_server_respond (message, SOUP_STATUS_FORBIDDEN,
        "The Host header names another host than this: ask by an address of "
        "this machine, or by localhost");
  } else if (!g_str_equal (g_uri_get_path (soup_server_message_get_uri
              (message)), self->path)) {
    elsewhere = g_strdup_printf ("There is nothing here: the metrics are at %s",
        self->path);
    gst_ice_http_server_respond (message, SOUP_STATUS_NOT_FOUND, elsewhere);
  } else if (!g_str_equal (method, "GET") && !g_str_equal (method, "HEAD")) {
    soup_message_headers_replace (answer, "Allow", "GET, HEAD");
    gst_ice_http_server_respond (message, SOUP_STATUS_METHOD_NOT_ALLOWED,
        "Metrics are only read: ask by GET, without a body");
  } else if (has_body (soup_server_message_get_request_headers (message))) {
    gst_ice_http_server_respond (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
        "Metrics are asked for without a body: leave it out");
  }
}

static void
on_request (SoupServerMessage * message, gpointer user_data)
{
  Listener *self = user_data;
  gchar *text = self->write ();

  soup_server_message_set_response (message, CONTENT_TYPE, SOUP_MEMORY_TAKE,
      text, strlen (text));
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

static const GstIceHttpServerEvents events = {
  .headers = on_headers,
  .request = on_request,
};

static void
say_begun (Listener * self, GError * error)
{
  g_mutex_lock (&self->lock);
  self->begun = TRUE;
  self->error = error;
  g_cond_signal (&self->begun_cond);
  g_mutex_unlock (&self->lock);
}

static void
on_stopped (gpointer loop)
{
  g_main_loop_quit (loop);
}

static gpointer
run (gpointer data)
{
  Listener *self = data;
  GstIceHttpServer *server;
  GError *error = NULL;

  g_main_context_push_thread_default (self->context);
  server = gst_ice_http_server_new (self->host, self->port, self->path, NULL,
      &events, self, &error);
  say_begun (self, error);
  if (server != NULL) {
    g_main_loop_run (self->loop);
    /* The last answers are sent. */
    gst_ice_http_server_stop (server, on_stopped, self->loop);
    g_main_loop_run (self->loop);
    gst_ice_http_server_free (server);
  }
  /* libsoup ends the connections that were closed. */
  while (g_main_context_iteration (self->context, FALSE));
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
  gst_ice_http_quota_free (self->quota);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->begun_cond);
  g_free (self->host);
  g_free (self->path);
  g_free (self);
}

/* Returns: whether @text says where to listen */
static gboolean
parse (const gchar * text, gchar ** host, guint * port, gchar ** path)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  const gchar *name;

  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "http") != 0
      || g_uri_get_port (uri) < 1)
    return FALSE;
  /* Nobody else's business, unless the user says so. */
  name = g_uri_get_host (uri);
  if (name == NULL || *name == '\0')
    name = "localhost";
  if (!g_str_equal (name, "localhost") && !g_hostname_is_ip_address (name))
    return FALSE;
  *host = g_strdup (name);
  *port = (guint) g_uri_get_port (uri);
  *path = g_strdup (*g_uri_get_path (uri) != '\0' ? g_uri_get_path (uri) :
      "/metrics");
  return TRUE;
}

static gpointer
start (const gchar * uri, gchar * (*write) (void), GError ** error)
{
  g_autofree gchar *host = NULL;
  g_autofree gchar *path = NULL;
  guint port;
  Listener *self;

  if (!parse (uri, &host, &port, &path)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "metrics-uri=%s can't be used: it must be like "
        "http://127.0.0.1:9464/metrics, with an address of this machine", uri);
    return NULL;
  }
  self = g_new0 (Listener, 1);
  self->host = g_steal_pointer (&host);
  self->path = g_steal_pointer (&path);
  self->port = port;
  self->write = write;
  self->quota = gst_ice_http_quota_new ();
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
