/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "benchpeer.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <string.h>

#define TIMEOUT_US (20 * G_TIME_SPAN_SECOND)
#define SDP_SIZE 1500           /* bytes, about what a video call offers */

typedef struct
{
  BenchCalls *calls;
  SoupWebsocketConnection *socket;
  char *id;                     /* NULL until welcome */
  gboolean producer;
  GQueue waiting;               /* of gint64 *: starts without a session yet */
} Peer;

struct _BenchCalls
{
  SoupSession *session;
  guint n_rooms;
  Peer *producers;
  Peer *consumers;
  GHashTable *started;          /* session to gint64 *, its start */
  GArray *latencies;
  guint n_listed;               /* consumers that see their producer */
  char *sdp;
};

static void
send_text (Peer * peer, const char *format, ...)
G_GNUC_PRINTF (2, 3);

     static void send_text (Peer * peer, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  soup_websocket_connection_send_text (peer->socket, text);
}

static void
send_sdp (Peer * peer, const char *session, const char *type)
{
  send_text (peer, "{\"type\":\"peer\",\"sessionId\":\"%s\",\"sdp\":"
      "{\"type\":\"%s\",\"sdp\":\"%s\"}}", session, type, peer->calls->sdp);
}

static void
take_answer (Peer * peer, const char *session)
{
  BenchCalls *calls = peer->calls;
  gint64 *start = g_hash_table_lookup (calls->started, session);
  gdouble ms;

  g_assert_nonnull (start);
  ms = (g_get_monotonic_time () - *start) / 1000.0;
  g_array_append_val (calls->latencies, ms);
  g_hash_table_remove (calls->started, session);
  send_text (peer, "{\"type\":\"endSession\",\"sessionId\":\"%s\"}", session);
}

static void
take_message (Peer * peer, JsonObject * object)
{
  BenchCalls *calls = peer->calls;
  const char *type = json_object_get_string_member (object, "type");
  const char *session = json_object_get_string_member_with_default (object,
      "sessionId", NULL);

  if (g_str_equal (type, "welcome")) {
    peer->id = g_strdup (json_object_get_string_member (object, "peerId"));
  } else if (g_str_equal (type, "list")) {
    if (json_array_get_length (json_object_get_array_member (object,
                "producers")) > 0)
      calls->n_listed++;
    else
      send_text (peer, "{\"type\":\"list\"}");
  } else if (g_str_equal (type, "startSession")) {
    send_sdp (peer, session, "offer");
  } else if (g_str_equal (type, "sessionStarted")) {
    g_hash_table_insert (calls->started, g_strdup (session),
        g_queue_pop_head (&peer->waiting));
  } else if (g_str_equal (type, "peer") && peer->producer) {
    take_answer (peer, session);
  } else if (g_str_equal (type, "peer")) {
    send_sdp (peer, session, "answer");
  } else if (g_str_equal (type, "error")) {
    g_error ("%s", json_object_get_string_member (object, "details"));
  }
}

static void
on_message (SoupWebsocketConnection * socket, SoupWebsocketDataType type,
    GBytes * message, gpointer user_data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length;
  const char *text = g_bytes_get_data (message, &length);

  g_assert_true (json_parser_load_from_data (parser, text, length, NULL));
  take_message (user_data,
      json_node_get_object (json_parser_get_root (parser)));
}

static void
on_connected (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Peer *peer = user_data;
  g_autoptr (GError) error = NULL;

  peer->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source),
      result, &error);
  g_assert_no_error (error);
  g_signal_connect (peer->socket, "message", G_CALLBACK (on_message), peer);
}

static void
connect_peer (BenchCalls * calls, Peer * peer, guint port, guint room)
{
  g_autofree char *uri = g_strdup_printf ("ws://127.0.0.1:%u/call%u", port,
      room);
  g_autoptr (SoupMessage) msg = soup_message_new ("GET", uri);

  peer->calls = calls;
  g_queue_init (&peer->waiting);
  soup_session_websocket_connect_async (calls->session, msg, NULL, NULL,
      G_PRIORITY_DEFAULT, NULL, on_connected, peer);
  while (!peer->id)
    g_main_context_iteration (NULL, TRUE);
}

BenchCalls *
bench_calls_new (guint n_rooms, guint producer_port, guint consumer_port)
{
  BenchCalls *calls = g_new0 (BenchCalls, 1);
  guint i;

  calls->session = soup_session_new ();
  calls->n_rooms = n_rooms;
  calls->producers = g_new0 (Peer, n_rooms);
  calls->consumers = g_new0 (Peer, n_rooms);
  calls->started = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  calls->sdp = g_strnfill (SDP_SIZE, 'v');
  for (i = 0; i < n_rooms; i++) {
    connect_peer (calls, &calls->producers[i], producer_port, i);
    calls->producers[i].producer = TRUE;
    send_text (&calls->producers[i],
        "{\"type\":\"setPeerStatus\",\"roles\":[\"producer\"],\"meta\":null}");
    connect_peer (calls, &calls->consumers[i], consumer_port, i);
    send_text (&calls->consumers[i], "{\"type\":\"list\"}");
    while (calls->n_listed <= i)
      g_main_context_iteration (NULL, TRUE);
  }
  return calls;
}

static void
free_peer (Peer * peer)
{
  g_signal_handlers_disconnect_by_data (peer->socket, peer);
  g_object_unref (peer->socket);
  g_queue_clear_full (&peer->waiting, g_free);
  g_free (peer->id);
}

void
bench_calls_free (BenchCalls * calls)
{
  guint i;

  for (i = 0; i < calls->n_rooms; i++) {
    free_peer (&calls->producers[i]);
    free_peer (&calls->consumers[i]);
  }
  g_object_unref (calls->session);
  g_hash_table_unref (calls->started);
  g_free (calls->producers);
  g_free (calls->consumers);
  g_free (calls->sdp);
  g_free (calls);
}

static void
start_call (BenchCalls * calls, guint room)
{
  Peer *consumer = &calls->consumers[room];
  gint64 *start = g_new (gint64, 1);

  *start = g_get_monotonic_time ();
  g_queue_push_tail (&consumer->waiting, start);
  send_text (consumer, "{\"type\":\"startSession\",\"peerId\":\"%s\"}",
      calls->producers[room].id);
}

static gint
compare_ms (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return x < y ? -1 : x > y;
}

static gboolean
on_turn (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

GArray *
bench_calls_run (BenchCalls * calls, guint rate, guint seconds)
{
  guint n_calls = rate * seconds, n_started = 0;
  gint64 begin = g_get_monotonic_time ();
  guint turn = g_timeout_add (1, on_turn, NULL);

  calls->latencies = g_array_new (FALSE, FALSE, sizeof (gdouble));
  while (calls->latencies->len < n_calls
      && g_get_monotonic_time () - begin <
      seconds * G_TIME_SPAN_SECOND + TIMEOUT_US) {
    gint64 since = g_get_monotonic_time () - begin;

    while (n_started < n_calls
        && n_started * G_TIME_SPAN_SECOND / rate <= since)
      start_call (calls, n_started++ % calls->n_rooms);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (turn);
  g_array_sort (calls->latencies, compare_ms);
  return g_steal_pointer (&calls->latencies);
}
