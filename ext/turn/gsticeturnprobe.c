/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Asks a STUN or TURN server whether it answers and accepts the credentials. */

#include "config.h"

#include "gsticeturnprobe.h"

#include "gsticeerror.h"
#include "gsticeturntunnel.h"
#include "gsticetimer.h"

#include <nice/agent.h>
#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/bind.h>
#include <stun/usages/turn.h>

/* The time limit. Over UDP, requests are repeated within it. */
#define LIMIT_MS 1500
#define RESEND_MS 400

#define MAX_MESSAGE_BYTES 1500
#define STUN_HEADER_BYTES 20

struct _GstIceTurnProbe
{
  gatomicrefcount refs;         /* one for the owner, one for each operation
                                 * under way */
  GstIceServer *server;
  gchar *name;
  GstIceTurnProbeDone done;     /* NULL: was called, or the owner has gone */
  gpointer user_data;
  GTlsCertificateFlags untrusted;

  GCancellable *cancellable;
  GSource *timer;               /* NULL: not running */
  gint64 end_time;              /* when to give up */
  GSocketConnection *connection;        /* NULL: not connected yet */

  StunAgent stun;
  guint n_refusals;             /* of requests without, then with credentials */
  guint8 request[MAX_MESSAGE_BYTES];
  gsize request_size;
  guint8 answer[MAX_MESSAGE_BYTES];     /* kept for the next request */
  gsize answer_size;
  guint8 challenge[MAX_MESSAGE_BYTES];
  StunMessage challenge_message;        /* the last with realm and nonce */
};

static void
gst_ice_turn_probe_unref (GstIceTurnProbe * self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  gst_ice_server_free (self->server);
  g_free (self->name);
  g_object_unref (self->cancellable);
  g_clear_object (&self->connection);
  g_free (self);
}

/* @self: (transfer full) */
void
gst_ice_turn_probe_free (GstIceTurnProbe * self)
{
  self->done = NULL;
  gst_ice_timer_clear (&self->timer);
  g_cancellable_cancel (self->cancellable);
  gst_ice_turn_probe_unref (self);
}

static void
finish (GstIceTurnProbe * self, const GError * error)
{
  GstIceTurnProbeDone done = self->done;

  if (done == NULL)
    return;
  self->done = NULL;
  gst_ice_timer_clear (&self->timer);
  g_cancellable_cancel (self->cancellable);
  done (error, self->user_data);
}

static void
finish_with (GstIceTurnProbe * self, GstIceError code, const gchar * what)
{
  g_autoptr (GError) error =
      g_error_new (GST_ICE_ERROR, code, "%s server %s %s",
      self->server->kind == GST_ICE_SERVER_STUN ? "STUN" : "TURN", self->name,
      what);

  finish (self, error);
}

/* RFC 8656, 18.4 and RFC 8489, 14.8. */
static void
finish_with_code (GstIceTurnProbe * self, gint code)
{
  static const struct
  {
    gint code;
    GstIceError error;
    const gchar *what;
  } known[] = {
    {401, GST_ICE_ERROR_UNAUTHORIZED,
        "refused the credentials (401): they are wrong, or have expired"},
    {403, GST_ICE_ERROR_UNAUTHORIZED, "forbids its use (403)"},
    {438, GST_ICE_ERROR_UNAUTHORIZED, "keeps changing its nonce (438)"},
    {440, GST_ICE_ERROR_UNSUPPORTED,
        "has no relay address of this family (440)"},
    {441, GST_ICE_ERROR_UNAUTHORIZED, "refused the credentials (441)"},
    {442, GST_ICE_ERROR_UNSUPPORTED, "does not relay UDP (442)"},
    {486, GST_ICE_ERROR_BUSY,
        "has given this user all the allocations of its quota (486)"},
    {508, GST_ICE_ERROR_BUSY, "is out of capacity (508)"},
  };
  g_autofree gchar *other = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (known[i].code == code) {
      finish_with (self, known[i].error, known[i].what);
      return;
    }
  }
  other = g_strdup_printf ("answered with error %d", code);
  finish_with (self, GST_ICE_ERROR_SIGNALLING, other);
}

/* Requests. */

static void
on_sent (GObject * source, GAsyncResult * result, gpointer data)
{
  GstIceTurnProbe *self = data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL,
      NULL);
  gst_ice_turn_probe_unref (self);
}

static void
send_request (GstIceTurnProbe * self)
{
  g_atomic_ref_count_inc (&self->refs);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM
          (self->connection)), self->request, self->request_size,
      G_PRIORITY_DEFAULT, NULL, on_sent, self);
}

/* @previous: (nullable): the response that asked for credentials */
static void
build_request (GstIceTurnProbe * self, StunMessage * previous)
{
  const gchar *username = self->server->username;
  const gchar *password = self->server->password;
  StunMessage message;

  if (self->server->kind == GST_ICE_SERVER_STUN) {
    self->request_size = stun_usage_bind_create (&self->stun, &message,
        self->request, sizeof (self->request));
    return;
  }
  self->request_size = stun_usage_turn_create (&self->stun, &message,
      self->request, sizeof (self->request), previous,
      STUN_USAGE_TURN_REQUEST_PORT_NORMAL, -1, -1, (guint8 *) username,
      username != NULL ? strlen (username) : 0, (guint8 *) password,
      password != NULL ? strlen (password) : 0,
      STUN_USAGE_TURN_COMPATIBILITY_RFC5766);
}

/* Tries to free the allocation. The answer is not waited for. */
static void
free_allocation (GstIceTurnProbe * self)
{
  const gchar *username = self->server->username;
  const gchar *password = self->server->password;
  StunMessage message;

  self->request_size = stun_usage_turn_create_refresh (&self->stun, &message,
      self->request, sizeof (self->request), self->n_refusals > 0 ?
      &self->challenge_message : NULL, 0, (guint8 *) username,
      username != NULL ? strlen (username) : 0, (guint8 *) password,
      password != NULL ? strlen (password) : 0,
      STUN_USAGE_TURN_COMPATIBILITY_RFC5766);
  if (self->request_size > 0)
    send_request (self);
}

/* Answers. */

static void read_answer (GstIceTurnProbe * self);

static void
read_another (GstIceTurnProbe * self)
{
  self->answer_size = 0;
  read_answer (self);
}

static void
take_refusal (GstIceTurnProbe * self, StunMessage * answer)
{
  gint code = 0;

  if (stun_message_find_error (answer, &code) != STUN_MESSAGE_RETURN_SUCCESS) {
    finish_with (self, GST_ICE_ERROR_SIGNALLING, "answers nonsense");
    return;
  }
  /* The first 401 brings realm and nonce; a 438 brings another nonce. */
  if ((code == 401 && self->n_refusals == 0) ||
      (code == 438 && self->n_refusals < 3)) {
    self->n_refusals++;
    memcpy (self->challenge, self->answer, self->answer_size);
    self->challenge_message = *answer;
    self->challenge_message.buffer = self->challenge;
    build_request (self, answer);
    if (self->request_size > 0) {
      send_request (self);
      read_another (self);
      return;
    }
  }
  finish_with_code (self, code);
}

static void
take_answer (GstIceTurnProbe * self)
{
  StunMessage answer;
  StunValidationStatus status = stun_agent_validate (&self->stun, &answer,
      self->answer, self->answer_size, NULL, NULL);

  if (self->server->kind == GST_ICE_SERVER_STUN) {
    finish (self, NULL);
    return;
  }
  /* A second answer, to a repeated request. */
  if (status == STUN_VALIDATION_UNMATCHED_RESPONSE) {
    read_another (self);
    return;
  }
  if (status != STUN_VALIDATION_SUCCESS &&
      status != STUN_VALIDATION_UNAUTHORIZED) {
    finish_with (self, GST_ICE_ERROR_SIGNALLING, "answers no TURN");
    return;
  }
  if (stun_message_get_class (&answer) == STUN_RESPONSE) {
    free_allocation (self);
    finish (self, NULL);
  } else {
    take_refusal (self, &answer);
  }
}

static gboolean
is_complete (const GstIceTurnProbe * self)
{
  gsize length;

  if (self->answer_size < STUN_HEADER_BYTES)
    return FALSE;
  length = (gsize) (self->answer[2] << 8 | self->answer[3]);
  return self->answer_size >= STUN_HEADER_BYTES + length;
}

static void
on_read (GObject * source, GAsyncResult * result, gpointer data)
{
  GstIceTurnProbe *self = data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result,
      &error);

  if (self->done == NULL) {
    /* The time is over. */
  } else if (n < 0) {
    g_autofree gchar *what = g_strdup_printf ("can't be reached: %s",
        error->message);

    finish_with (self, GST_ICE_ERROR_SIGNALLING, what);
  } else if (n == 0) {
    finish_with (self, GST_ICE_ERROR_SIGNALLING, "closed the connection");
  } else {
    self->answer_size += (gsize) n;
    if (is_complete (self))
      take_answer (self);
    else if (self->answer_size < sizeof (self->answer))
      read_answer (self);
  }
  gst_ice_turn_probe_unref (self);
}

static void
read_answer (GstIceTurnProbe * self)
{
  g_atomic_ref_count_inc (&self->refs);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM
          (self->connection)), self->answer + self->answer_size,
      sizeof (self->answer) - self->answer_size, G_PRIORITY_DEFAULT,
      self->cancellable, on_read, self);
}

static void
on_connected (GObject * source, GAsyncResult * result, gpointer data)
{
  GstIceTurnProbe *self = data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (self->done == NULL) {
    g_clear_object (&connection);
  } else if (connection == NULL) {
    g_autoptr (GError) reason = NULL;

    if (self->server->kind == GST_ICE_SERVER_TURNS) {
      reason =
          gst_ice_turn_tunnel_explain (self->server, self->untrusted, error);
      finish (self, reason);
    } else {
      g_autofree gchar *what = g_strdup_printf ("can't be reached: %s",
          error->message);

      finish_with (self, GST_ICE_ERROR_SIGNALLING, what);
    }
  } else {
    self->connection = connection;
    build_request (self, NULL);
    send_request (self);
    read_answer (self);
  }
  gst_ice_turn_probe_unref (self);
}

static gboolean on_timer (gpointer data);

static gboolean
on_timer (gpointer data)
{
  GstIceTurnProbe *self = data;

  gint64 left_ms = (self->end_time - g_get_monotonic_time ()) /
      G_TIME_SPAN_MILLISECOND;

  if (left_ms > 0 && self->server->transport == GST_ICE_SERVER_UDP) {
    if (self->connection != NULL)
      send_request (self);
    gst_ice_timer_restart (&self->timer, g_main_context_get_thread_default (),
        MIN (RESEND_MS, (guint) left_ms), on_timer, self);
  } else {
    finish_with (self, GST_ICE_ERROR_SIGNALLING, "does not answer");
  }
  return G_SOURCE_REMOVE;
}

static GSocketClient *
make_client (GstIceTurnProbe * self, GTlsDatabase * database)
{
  GSocketClient *client;

  if (self->server->kind == GST_ICE_SERVER_TURNS)
    return gst_ice_turn_tunnel_client_new (self->server, database,
        &self->untrusted);

  client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  if (self->server->transport == GST_ICE_SERVER_UDP) {
    g_socket_client_set_socket_type (client, G_SOCKET_TYPE_DATAGRAM);
    g_socket_client_set_protocol (client, G_SOCKET_PROTOCOL_UDP);
  }
  return client;
}

/* Returns: (transfer full): a running probe */
GstIceTurnProbe *
gst_ice_turn_probe_new (const GstIceServer * server, const gchar * name,
    GTlsDatabase * database, GstIceTurnProbeDone done, gpointer user_data)
{
  GstIceTurnProbe *self = g_new0 (GstIceTurnProbe, 1);
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketConnectable) address =
      g_network_address_new (server->host, (guint16) server->port);

  g_atomic_ref_count_init (&self->refs);
  self->server = gst_ice_server_copy (server);
  self->name = g_strdup (name);
  self->done = done;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  stun_agent_init (&self->stun, STUN_ALL_KNOWN_ATTRIBUTES,
      STUN_COMPATIBILITY_RFC5389, server->kind == GST_ICE_SERVER_STUN ? 0 :
      STUN_AGENT_USAGE_LONG_TERM_CREDENTIALS);

  client = make_client (self, database);
  self->end_time = g_get_monotonic_time () + LIMIT_MS * G_TIME_SPAN_MILLISECOND;
  gst_ice_timer_restart (&self->timer, g_main_context_get_thread_default (),
      server->transport == GST_ICE_SERVER_UDP ? RESEND_MS :
      LIMIT_MS, on_timer, self);
  g_atomic_ref_count_inc (&self->refs);
  g_socket_client_connect_async (client, address, self->cancellable,
      on_connected, self);
  return self;
}
