/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "httpside.h"

#include "gsticeerror.h"
#include "gsticehttpsignaller.h"
#include "gsticesdp.h"

#include <stdio.h>

gboolean side_late;

gboolean
side_on_late (gpointer user_data)
{
  side_late = TRUE;
  return G_SOURCE_REMOVE;
}

static GstIceDescription *
parse (GstIceDescriptionType type)
{
  GstIceDescription *d = gst_ice_sdp_parse (OFFER, -1, type, NULL);

  fail_unless (d != NULL);
  return d;
}

void
side_send_description (Side * side, GstIceDescriptionType type)
{
  g_autoptr (GstIceDescription) d = parse (type);

  gst_ice_signaller_send_description (side->peer != NULL ? side->peer :
      side->signaller, d);
}

void
side_send_candidate (Side * side, guint port)
{
  g_autoptr (GstIceDescription) d =
      gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);
  GstIceMediaDescription *m = gst_ice_description_add_media (d);
  GstIceCandidate *c = gst_ice_candidate_new ("127.0.0.1", port);

  m->kind = GST_ICE_MEDIA_AUDIO;
  m->media = g_strdup ("audio");
  m->mid = g_strdup ("0");
  m->ufrag = g_strdup ("abcd");
  m->pwd = g_strdup ("0123456789abcdefghijkl");
  c->component = 1;
  c->priority = 1;
  gst_ice_candidate_compute_foundation (c);
  g_ptr_array_add (m->candidates, c);
  gst_ice_signaller_send_trickle (side->signaller, d);
}

static void
on_description (GstIceSignaller * signaller, GstIceDescription * description,
    gpointer user_data)
{
  Side *side = user_data;

  side->n_descriptions++;
  if (signaller != side->signaller)
    g_set_object (&side->peer, signaller);
  if (!side->several && side->refusal == NULL)
    gst_ice_signaller_set_full (side->signaller, TRUE);
  if (side->refusal != NULL)
    gst_ice_signaller_reject (signaller, side->refusal);
  else if (side->answers)
    side_send_description (side, GST_ICE_DESCRIPTION_ANSWER);
}

static void
on_trickle (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  Side *side = user_data;
  GPtrArray *candidates =
      gst_ice_description_get_media (fragment, 0)->candidates;

  for (guint i = 0; i < candidates->len; i++)
    g_string_append_printf (side->ports, "%u ",
        ((GstIceCandidate *) g_ptr_array_index (candidates, i))->port);
}

static void
on_progress (GstIceSignaller * signaller, const gchar * text,
    gpointer user_data)
{
  Side *side = user_data;

  sscanf (text, "listening on http://%*[^:/]:%u", &side->port);
  g_string_append_printf (side->progress, "%s\n", text);
}

static void
on_warning (GstIceSignaller * signaller, const GError * warning,
    gpointer user_data)
{
  fail_unless (warning->domain == GST_ICE_ERROR);
  g_string_append_printf (((Side *) user_data)->warnings, "%s\n",
      warning->message);
}

static void
on_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  Side *side = user_data;

  fail_unless (side->error == NULL);
  fail_unless (error->domain == GST_ICE_ERROR);
  side->error = g_error_copy (error);
}

static void
on_hung_up (GstIceSignaller * signaller, gpointer user_data)
{
  Side *side = user_data;

  side->n_hung_up++;
  if (!side->several)
    gst_ice_signaller_set_full (side->signaller, FALSE);
}

static void
on_restart (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  Side *side = user_data;
  g_autoptr (GstIceDescription) ours = gst_ice_sdp_parse_fragment
      (FRAGMENT ("ours"), -1, NULL);

  side->n_restarts++;
  if (side->refusal != NULL)
    gst_ice_signaller_reject (signaller, side->refusal);
  else if (side->answers)
    gst_ice_signaller_send_restart (signaller, ours);
}

static void
on_restart_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  fail_unless (error->domain == GST_ICE_ERROR);
  ((Side *) user_data)->n_restarts_failed++;
  g_string_append_printf (((Side *) user_data)->warnings, "%s\n",
      error->message);
}

static void
on_server (GstIceSignaller * signaller, const GstIceServer * server,
    gpointer user_data)
{
  g_autofree gchar *uri = gst_ice_server_to_uri (server);

  g_string_append_printf (((Side *) user_data)->servers, "%s %s %s\n", uri,
      server->username != NULL ? server->username : "-",
      server->password != NULL ? server->password : "-");
}

static void
on_closed (gpointer user_data)
{
  ((Side *) user_data)->n_closed++;
}

static const GstIceSignallerEvents events = {
  .description = on_description,
  .trickle = on_trickle,
  .progress = on_progress,
  .warning = on_warning,
  .failed = on_failed,
  .hung_up = on_hung_up,
  .restart = on_restart,
  .restart_failed = on_restart_failed,
  .server = on_server,
};


static void
set_setting (GstIceConfig * config, GParamSpec * pspec, const GValue * value)
{
  g_param_spec_ref_sink (pspec);
  gst_ice_config_set (config, pspec, value);
  g_param_spec_unref (pspec);
}

GstIceConfig *
side_make_config (const gchar * uri, const gchar * token, guint timeout_ms)
{
  const GParamFlags flags = G_PARAM_READWRITE;
  GstIceConfig *config = gst_ice_config_new ();
  GValue string = G_VALUE_INIT, number = G_VALUE_INIT;

  g_value_init (&string, G_TYPE_STRING);
  g_value_init (&number, G_TYPE_UINT);
  g_value_set_string (&string, uri);
  set_setting (config, g_param_spec_string ("signalling-uri", NULL, NULL, NULL,
          flags), &string);
  g_value_set_string (&string, token);
  set_setting (config, g_param_spec_string ("auth-token", NULL, NULL, NULL,
          flags), &string);
  g_value_set_uint (&number, timeout_ms);
  set_setting (config, g_param_spec_uint ("connect-timeout", NULL, NULL, 0,
          G_MAXUINT, 0, flags), &number);
  g_value_unset (&string);
  return config;
}

void
side_set_string (GstIceConfig * config, const gchar * name,
    const gchar * string)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, string);
  set_setting (config, g_param_spec_string (name, NULL, NULL, NULL,
          G_PARAM_READWRITE), &value);
  g_value_unset (&value);
}

void
side_init (Side * side, const gchar * uri, const gchar * token,
    guint timeout_ms)
{
  g_autoptr (GstIceConfig) config = side_make_config (uri, token, timeout_ms);

  side_init_config (side, config);
}

void
side_init_config (Side * side, const GstIceConfig * config)
{
  side_init_directed (side, config, GST_ICE_DIRECTION_SENDRECV);
}

void
side_init_directed (Side * side, const GstIceConfig * config,
    GstIceDirection direction)
{
  GError *error = NULL;

  memset (side, 0, sizeof *side);
  side->answers = TRUE;
  side->progress = g_string_new (NULL);
  side->warnings = g_string_new (NULL);
  side->ports = g_string_new (NULL);
  side->servers = g_string_new (NULL);
  side->signaller = gst_ice_http_signaller_new (config, &error);
  fail_unless (side->signaller != NULL && error == NULL);
  gst_ice_signaller_set_direction (side->signaller, direction);
  fail_unless (gst_ice_signaller_start (side->signaller, &events, side,
          &error));
}

/* A listener at /cam, listening. */
void
side_init_listener (Side * side, const gchar * token, guint timeout_ms)
{
  side_init (side, "http://:0/cam", token, timeout_ms);
  fail_if (gst_ice_signaller_is_caller (side->signaller));
  WAIT (side->port != 0);
}

/* A caller of @port that has sent its offer. */
void
side_init_caller (Side * side, guint port, const gchar * token,
    guint timeout_ms)
{
  g_autofree gchar *uri = g_strdup_printf ("http://127.0.0.1:%u/cam", port);

  side_init (side, uri, token, timeout_ms);
  fail_unless (gst_ice_signaller_is_caller (side->signaller));
  side_send_description (side, GST_ICE_DESCRIPTION_OFFER);
  fail_unless_equals_int (side->progress->len, 0);
}

void
side_close (Side * side)
{
  side->closing = TRUE;
  gst_ice_signaller_close (side->signaller, on_closed, side);
  fail_unless_equals_int (side->n_closed, 0);
}

void
side_clear (Side * side)
{
  if (!side->closing)
    side_close (side);
  g_clear_object (&side->peer);
  WAIT (side->n_closed == 1);
  fail_unless_equals_int (G_OBJECT (side->signaller)->ref_count, 1);
  g_object_unref (side->signaller);
  g_string_free (side->progress, TRUE);
  g_string_free (side->warnings, TRUE);
  g_string_free (side->ports, TRUE);
  g_string_free (side->servers, TRUE);
  g_clear_error (&side->error);
  g_clear_error (&side->refusal);
}

static void
on_raw_read (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Raw *raw = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0) {
    raw->ended = TRUE;
    return;
  }
  g_string_append_len (raw->reply, raw->buffer, n);
  g_input_stream_read_async (G_INPUT_STREAM (source), raw->buffer,
      sizeof raw->buffer, G_PRIORITY_DEFAULT, NULL, on_raw_read, raw);
}

static void
on_raw_written (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL,
      NULL);
  g_free (user_data);
}

/* @text: (transfer full): sent at once */
void
raw_send (Raw * raw, guint port, gchar * text)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GIOStream *stream;

  /* A proxy resolver would bring threads and libraries of its own. */
  g_socket_client_set_enable_proxy (client, FALSE);
  raw->connection = g_socket_client_connect_to_host (client, "127.0.0.1", port,
      NULL, NULL);
  fail_unless (raw->connection != NULL);
  raw->reply = g_string_new (NULL);
  raw->ended = FALSE;
  stream = G_IO_STREAM (raw->connection);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (stream),
      text, strlen (text), G_PRIORITY_DEFAULT, NULL, on_raw_written, text);
  g_input_stream_read_async (g_io_stream_get_input_stream (stream),
      raw->buffer, sizeof raw->buffer, G_PRIORITY_DEFAULT, NULL, on_raw_read,
      raw);
}

void
raw_clear (Raw * raw)
{
  g_socket_shutdown (g_socket_connection_get_socket (raw->connection), TRUE,
      TRUE, NULL);
  WAIT (raw->ended);
  g_io_stream_close (G_IO_STREAM (raw->connection), NULL, NULL);
  g_object_unref (raw->connection);
  g_string_free (raw->reply, TRUE);
}

/* Returns: (transfer full): a whole request */
gchar *
raw_make_request (const gchar * line, const gchar * headers, const gchar * body)
{
  return
      g_strdup_printf
      ("%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Length: %u\r\n" "\r\n%s",
      line, headers, (guint) strlen (body), body);
}

/* Returns: (transfer full): the whole reply to a request */
gchar *
raw_ask (guint port, const gchar * line, const gchar * headers,
    const gchar * body)
{
  Raw raw;
  gchar *reply;

  raw_send (&raw, port, raw_make_request (line, headers, body));
  WAIT (raw.ended);
  reply = g_strdup (raw.reply->str);
  raw_clear (&raw);
  return reply;
}

void
assert_reply (const gchar * reply, guint status, const gchar * words)
{
  g_autofree gchar *start = g_strdup_printf (" %u ", status);

  fail_unless (g_str_has_prefix (reply, "HTTP/1.") &&
      g_str_has_prefix (reply + strlen ("HTTP/1.1"), start), "%s, not %u",
      reply, status);
  fail_unless (strstr (reply, words) != NULL, "%s lacks %s", reply, words);
}

gchar *
get_header (const gchar * reply, const gchar * name)
{
  g_autofree gchar *start = g_strdup_printf ("\r\n%s: ", name);
  const gchar *at = strstr (reply, start);

  fail_unless (at != NULL, "%s lacks %s", reply, name);
  at += strlen (start);
  return g_strndup (at, strcspn (at, "\r"));
}

gchar *
get_session (const gchar * reply)
{
  g_autofree gchar *location = get_header (reply, "Location");

  return g_strconcat ("/", location, NULL);
}

guint
trickle (Side * listener, const gchar * path)
{
  g_autofree gchar *line = g_strdup_printf ("PATCH %s", path);
  g_autofree gchar *reply = raw_ask (listener->port, line,
      FRAG "If-Match: *\r\n", FRAGMENT ("abcd"));

  return (guint) strtoul (reply + strlen ("HTTP/1.1 "), NULL, 10);
}
