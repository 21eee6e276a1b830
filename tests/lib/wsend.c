/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "wsend.h"

#include "gsticeerror.h"
#include "gsticesdp.h"
#include "gsticewssignaller.h"

#include <signal.h>
#include <stdio.h>

gboolean
server_is_there (void)
{
  const gchar *path = g_getenv ("GST_ICE_RENDEZVOUS");

  return path != NULL && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE);
}

void
server_start (Server * server, guint port, const gchar * option)
{
  g_autofree gchar *port_option = g_strdup_printf ("--port=%u", port);
  g_auto (GStrv) words = g_strsplit (option != NULL ? option : "", " ", 2);
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree gchar *line = NULL;
  GError *error = NULL;

  server->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
      g_getenv ("GST_ICE_RENDEZVOUS"), port_option, "--log-level=error",
      words[0], words[0] != NULL ? words[1] : NULL, NULL);
  fail_unless (server->process != NULL);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe
      (server->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out),
      FALSE);
  line = g_data_input_stream_read_line (out, NULL, NULL, NULL);
  fail_unless (line != NULL && sscanf (line, "port %u", &server->port) == 1);
}

static void
server_wait (Server * server)
{
  fail_unless (g_subprocess_wait (server->process, NULL, NULL));
  g_clear_object (&server->process);
}

void
server_stop (Server * server)
{
  g_subprocess_send_signal (server->process, SIGTERM);
  server_wait (server);
}

void
server_kill (Server * server)
{
  g_subprocess_force_exit (server->process);
  server_wait (server);
}

GstIceSignaller *
end_get_peer (End * end)
{
  return end->peer != NULL ? end->peer : end->signaller;
}

/* Each has another password, as in a restart. */
static void
send_description (End * end, GstIceDescriptionType type)
{
  g_autoptr (GstIceDescription) d = gst_ice_sdp_parse (OFFER, -1, type, NULL);
  GstIceMediaDescription *media;

  fail_unless (d != NULL);
  media = gst_ice_description_get_media (d, 0);
  g_free (media->pwd);
  media->pwd = g_strdup_printf ("0123456789abcdefgh%04u", end->n_sent++);
  gst_ice_signaller_send_description (end_get_peer (end), d);
}

void
end_send_offer (End * end)
{
  send_description (end, GST_ICE_DESCRIPTION_OFFER);
}

/* Returns: whether @signaller is that of a peer of @end, perhaps of a new one */
static gboolean
meet (End * end, GstIceSignaller * signaller)
{
  g_autoptr (GError) busy = NULL;

  if (signaller == end->signaller || signaller == end->peer)
    return TRUE;
  if (end->peer == NULL || end->several) {
    g_set_object (&end->peer, signaller);
    g_ptr_array_add (end->peers, g_object_ref (signaller));
    return TRUE;
  }
  busy = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_BUSY, "busy");
  gst_ice_signaller_reject (signaller, busy);
  return FALSE;
}

static void
on_description (GstIceSignaller * signaller, GstIceDescription * description,
    gpointer user_data)
{
  End *end = user_data;

  if (description->type == GST_ICE_DESCRIPTION_OFFER) {
    if (!meet (end, signaller))
      return;
    end->n_offers++;
    send_description (end, GST_ICE_DESCRIPTION_ANSWER);
  } else {
    end->n_answers++;
  }
}

static void
on_offer_wanted (GstIceSignaller * signaller, gpointer user_data)
{
  End *end = user_data;

  if (!meet (end, signaller))
    return;
  end->n_wanted++;
  fail_unless (gst_ice_signaller_is_caller (signaller));
  send_description (end, GST_ICE_DESCRIPTION_OFFER);
}

static void
on_trickle (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  End *end = user_data;

  for (guint m = 0; m < fragment->media->len; m++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, m);

    for (guint i = 0; i < media->candidates->len; i++)
      g_string_append_printf (end->ports, "%u ", ((GstIceCandidate *)
              g_ptr_array_index (media->candidates, i))->port);
    if (media->end_of_candidates)
      g_string_append (end->ports, "end ");
  }
}

static void
on_progress (GstIceSignaller * signaller, const gchar * text,
    gpointer user_data)
{
  g_string_append_printf (((End *) user_data)->progress, "%s\n", text);
}

static void
on_warning (GstIceSignaller * signaller, const GError * warning,
    gpointer user_data)
{
  fail_unless (warning->domain == GST_ICE_ERROR);
  on_progress (signaller, warning->message, user_data);
}

static void
on_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  End *end = user_data;

  fail_unless (end->error == NULL);
  fail_unless (error->domain == GST_ICE_ERROR);
  end->error = g_error_copy (error);
}

static void
on_hung_up (GstIceSignaller * signaller, gpointer user_data)
{
  End *end = user_data;

  end->n_hung_up++;
  if (signaller == end->peer)
    g_clear_object (&end->peer);
}

static void
on_server (GstIceSignaller * signaller, const GstIceServer * server,
    gpointer user_data)
{
  End *end = user_data;

  g_string_append_printf (end->servers, "%s:%u ", server->host, server->port);
  g_free (end->username);
  end->username = g_strdup (server->username);
}

static const GstIceSignallerEvents events = {
  .description = on_description,
  .trickle = on_trickle,
  .progress = on_progress,
  .warning = on_warning,
  .failed = on_failed,
  .hung_up = on_hung_up,
  .offer_wanted = on_offer_wanted,
  .server = on_server,
};

void
end_start_at (End * end, const gchar * uri, const gchar * token,
    guint timeout_ms, GstIceDirection direction)
{
  g_autoptr (GstIceConfig) config = side_make_config (uri, token, timeout_ms);
  GError *error = NULL;

  memset (end, 0, sizeof *end);
  end->progress = g_string_new (NULL);
  end->ports = g_string_new (NULL);
  end->servers = g_string_new (NULL);
  end->peers = g_ptr_array_new_with_free_func (g_object_unref);
  end->signaller = gst_ice_ws_signaller_new (config, &error);
  fail_unless (end->signaller != NULL && error == NULL);
  gst_ice_signaller_set_direction (end->signaller, direction);
  fail_unless (gst_ice_signaller_start (end->signaller, &events, end, &error));
}

void
end_start (End * end, Server * server, const gchar * room,
    const gchar * token, guint timeout_ms, GstIceDirection direction)
{
  g_autofree gchar *uri = g_strdup_printf ("ws://127.0.0.1:%u/%s",
      server->port, room);

  end_start_at (end, uri, token, timeout_ms, direction);
}

void
end_send_candidate (End * end, guint port)
{
  g_autoptr (GstIceDescription) d =
      gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);
  GstIceMediaDescription *m = gst_ice_description_add_media (d);
  GstIceCandidate *c;

  /* As in OFFER. */
  m->ufrag = g_strdup ("abcd");
  if (port == 0) {
    m->end_of_candidates = TRUE;
  } else {
    c = gst_ice_candidate_new ("127.0.0.1", port);
    c->component = 1;
    c->priority = 1;
    gst_ice_candidate_compute_foundation (c);
    g_ptr_array_add (m->candidates, c);
  }
  gst_ice_signaller_send_trickle (end_get_peer (end), d);
}

static void
on_closed (gpointer user_data)
{
  ((End *) user_data)->n_closed++;
}

void
end_clear (End * end)
{
  gst_ice_signaller_close (end->signaller, on_closed, end);
  fail_unless_equals_int (end->n_closed, 0);
  WAIT (end->n_closed == 1);
  g_clear_object (&end->peer);
  g_clear_pointer (&end->peers, g_ptr_array_unref);
  fail_unless_equals_int (G_OBJECT (end->signaller)->ref_count, 1);
  g_object_unref (end->signaller);
  g_string_free (end->progress, TRUE);
  g_string_free (end->ports, TRUE);
  g_string_free (end->servers, TRUE);
  g_free (end->username);
  g_clear_error (&end->error);
}
