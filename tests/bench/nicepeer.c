/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A peer that is libnice's agent and nothing else, for gro.py: it keeps consent itself
 * (RFC 7675), on the socket that media leaves by.
 *
 * nicepeer URI ADDRESS RATE LENGTH SECONDS   calls an icesrc that listens; RATE packets a
 *                                           second, LENGTH at a time
 *
 * Prints one line "connected", and at the end one of JSON: how many packets it sent, what
 * became of the path since, and how the agent is. */

#include "agents.h"

#include <libsoup/soup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIZE 1200
#define NUMBER_AT 12
#define MAX_LENGTH 64
#define TIMEOUT_US (10 * G_TIME_SPAN_SECOND)
/* Of a socket that is full. */
#define RETRY_US 100

typedef struct
{
  NiceAgent *agent;
  SoupSession *http;
  GUri *call;                   /* where to hang up */
  guint64 n_sent;

  GMutex lock;
  GString *events;              /* protected by lock: JSON strings */
} Peer;

static void
add_event (Peer * self, const gchar * text)
{
  g_mutex_lock (&self->lock);
  g_string_append_printf (self->events, "%s\"%s\"",
      self->events->len > 0 ? ", " : "", text);
  g_mutex_unlock (&self->lock);
}

static void
on_state (NiceAgent * agent, guint stream, guint component, guint state,
    gpointer self)
{
  add_event (self, nice_component_state_to_string (state));
}

static void
on_pair (NiceAgent * agent, guint stream, guint component,
    NiceCandidate * local, NiceCandidate * remote, gpointer self)
{
  add_event (self, "another pair");
}

/* Returns: (transfer full): the agent's lines in a description that others read */
static gchar *
make_offer (NiceAgent * agent)
{
  g_autofree gchar *text = nice_agent_generate_local_sdp (agent);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) offer = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"
      "s=-\r\nt=0 0\r\nm=video 9 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\n"
      "a=mid:0\r\na=rtcp-mux\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\n");

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "a=ice-") ||
        g_str_has_prefix (lines[i], "a=candidate:"))
      g_string_append_printf (offer, "%s\r\n", lines[i]);
  }
  return g_strdup (offer->str);
}

/* Returns: (transfer full): what was answered; exits if that was no success */
static gchar *
ask (Peer * self, SoupMessage * message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read (self->http, message,
      NULL, &error);

  if (body == NULL)
    agents_die (error->message);
  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    agents_die (soup_message_get_reason_phrase (message));
  return g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

static void
call (Peer * self, const gchar * uri)
{
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  g_autofree gchar *offer = make_offer (self->agent);
  g_autoptr (GBytes) body = g_bytes_new (offer, strlen (offer));
  g_autofree gchar *answer = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree gchar *text = NULL;

  soup_message_set_request_body_from_bytes (message, "application/sdp", body);
  answer = ask (self, message);
  self->call = g_uri_parse_relative (soup_message_get_uri (message),
      soup_message_headers_get_one (soup_message_get_response_headers
          (message), "Location"), SOUP_HTTP_URI_FLAGS, NULL);

  /* libnice reads lines that end as it writes them. */
  lines = g_strsplit (answer, "\r\n", -1);
  text = g_strjoinv ("\n", lines);
  if (self->call == NULL || nice_agent_parse_remote_sdp (self->agent, text) < 1)
    agents_die ("the answer can't be used");
}

static void
hang_up (Peer * self)
{
  g_autoptr (SoupMessage) message = soup_message_new_from_uri ("DELETE",
      self->call);

  g_free (ask (self, message));
}

static void
wait_ready (Peer * self)
{
  gint64 until = g_get_monotonic_time () + TIMEOUT_US;

  while (nice_agent_get_component_state (self->agent, 1, 1) !=
      NICE_COMPONENT_STATE_READY) {
    if (g_get_monotonic_time () > until)
      agents_die ("not connected");
    g_usleep (1000);
  }
  g_signal_connect (self->agent, "component-state-changed",
      G_CALLBACK (on_state), self);
  g_signal_connect (self->agent, "new-selected-pair-full",
      G_CALLBACK (on_pair), self);
  g_print ("connected\n");
  fflush (stdout);
}

/* As far as the socket takes them; the rest is for the next time.
 * Returns: %FALSE when the agent will not send */
static gboolean
send_list (Peer * self, guint length)
{
  static guint8 packets[MAX_LENGTH][SIZE];
  GOutputVector vectors[MAX_LENGTH];
  NiceOutputMessage messages[MAX_LENGTH];
  g_autoptr (GError) error = NULL;
  gint n_sent;

  for (guint i = 0; i < length; i++) {
    guint64 number = self->n_sent + i;

    packets[i][0] = 0x80;
    packets[i][1] = 96;
    packets[i][2] = (guint8) (number >> 8);
    packets[i][3] = (guint8) number;
    memcpy (&packets[i][NUMBER_AT], &number, sizeof (number));
    vectors[i].buffer = packets[i];
    vectors[i].size = SIZE;
    messages[i].buffers = &vectors[i];
    messages[i].n_buffers = 1;
  }
  n_sent = nice_agent_send_messages_nonblocking (self->agent, 1, 1, messages,
      length, NULL, &error);
  if (n_sent > 0)
    self->n_sent += (guint64) n_sent;
  if (n_sent < (gint) length)
    g_usleep (RETRY_US);
  return error == NULL ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static gint64
get_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static void
send_all (Peer * self, guint rate, guint length, guint seconds)
{
  const gint64 begin_ns = get_ns ();
  const gint64 end_ns = begin_ns + seconds * G_GINT64_CONSTANT (1000000000);

  for (gint64 due_ns = begin_ns; due_ns < end_ns;
      due_ns += G_GINT64_CONSTANT (1000000000) * length / rate) {
    struct timespec due = { due_ns / 1000000000, due_ns % 1000000000 };

    clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    if (!send_list (self, length)) {
      add_event (self, "the agent will not send");
      return;
    }
  }
}

int
main (int argc, char **argv)
{
  Peer self = { NULL, };
  guint rate, length, seconds;

  if (argc != 6)
    return 2;
  rate = (guint) atoi (argv[3]);
  length = (guint) atoi (argv[4]);
  seconds = (guint) atoi (argv[5]);
  if (rate == 0 || length == 0 || length > MAX_LENGTH || seconds == 0)
    return 2;

  g_mutex_init (&self.lock);
  self.events = g_string_new (NULL);
  self.http = soup_session_new ();
  self.agent = agents_make (argv[2], "video", TRUE);
  agents_attach (self.agent);
  call (&self, argv[1]);
  wait_ready (&self);
  send_all (&self, rate, length, seconds);

  g_mutex_lock (&self.lock);
  g_print ("{\"pushed\": %" G_GUINT64_FORMAT ", \"events\": [%s], "
      "\"state\": \"%s\"}\n", self.n_sent, self.events->str,
      nice_component_state_to_string (nice_agent_get_component_state
          (self.agent, 1, 1)));
  fflush (stdout);
  g_mutex_unlock (&self.lock);
  hang_up (&self);
  return 0;
}
