/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "httpscript.h"

#include <string.h>

typedef struct
{
  Script *script;
  GSocketConnection *connection;
  GString *request;
  gchar buffer[65536];
  GCancellable *cancellable;
  gboolean ended;
} Visit;

static gboolean
is_complete (const gchar * request)
{
  const gchar *body = strstr (request, "\r\n\r\n");
  const gchar *length = strstr (request, "Content-Length: ");

  return body != NULL && (length == NULL ||
      strlen (body + 4) >= strtoul (length + 16, NULL, 10));
}

static void
on_replied (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Visit *visit = user_data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL,
      NULL);
  g_io_stream_close (G_IO_STREAM (visit->connection), NULL, NULL);
  visit->ended = TRUE;
}

static void
reply (Visit * visit)
{
  Script *script = visit->script;
  guint i = 0;

  while (i < script->n_requests && script->replies[i + 1] != NULL)
    i++;
  script->n_requests++;
  g_string_append (script->requests, visit->request->str);
  if (*script->replies[i] == '\0') {
    visit->ended = TRUE;
    return;
  }
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM
          (visit->connection)), script->replies[i],
      strlen (script->replies[i]), G_PRIORITY_DEFAULT, visit->cancellable,
      on_replied, visit);
}

static void
on_visit_read (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Visit *visit = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0) {
    visit->ended = TRUE;
    return;
  }
  g_string_append_len (visit->request, visit->buffer, n);
  if (is_complete (visit->request->str))
    reply (visit);
  else
    g_input_stream_read_async (G_INPUT_STREAM (source), visit->buffer,
        sizeof visit->buffer, G_PRIORITY_DEFAULT, visit->cancellable,
        on_visit_read, visit);
}

static gboolean
on_incoming (GSocketService * service, GSocketConnection * connection,
    GObject * source, gpointer user_data)
{
  Script *script = user_data;
  Visit *visit = g_new0 (Visit, 1);

  visit->script = script;
  visit->connection = g_object_ref (connection);
  visit->request = g_string_new (NULL);
  visit->cancellable = g_cancellable_new ();
  g_ptr_array_add (script->visits, visit);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM
          (connection)), visit->buffer, sizeof visit->buffer,
      G_PRIORITY_DEFAULT, visit->cancellable, on_visit_read, visit);
  return TRUE;
}

void
script_init (Script * script, const gchar * const *replies)
{
  memset (script, 0, sizeof *script);
  script->replies = replies;
  script->requests = g_string_new (NULL);
  script->visits = g_ptr_array_new ();
  script->service = g_socket_service_new ();
  script->port = g_socket_listener_add_any_inet_port
      (G_SOCKET_LISTENER (script->service), NULL, NULL);
  g_signal_connect (script->service, "incoming", G_CALLBACK (on_incoming),
      script);
}

void
script_clear (Script * script)
{
  g_socket_service_stop (script->service);
  g_socket_listener_close (G_SOCKET_LISTENER (script->service));
  for (guint i = 0; i < script->visits->len; i++) {
    Visit *visit = g_ptr_array_index (script->visits, i);

    g_cancellable_cancel (visit->cancellable);
    WAIT (visit->ended);
    g_object_unref (visit->connection);
    g_object_unref (visit->cancellable);
    g_string_free (visit->request, TRUE);
    g_free (visit);
  }
  while (g_main_context_iteration (NULL, FALSE));
  g_object_unref (script->service);
  g_ptr_array_unref (script->visits);
  g_string_free (script->requests, TRUE);
}
