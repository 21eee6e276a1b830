/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes a call without media with the elements themselves: signalling by HTTP is here, so
 * that both descriptions are at hand, all else is theirs. */

#include "config.h"

#include "gsticedoctorcall.h"

#include <libsoup/soup.h>
#include <stdlib.h>
#include <string.h>

#define AUDIO_FORMATS \
    "application/x-rtp, media=audio, encoding-name=OPUS, clock-rate=48000, payload=111; " \
    "application/x-rtp, media=audio, encoding-name=PCMU, clock-rate=8000, payload=0; " \
    "application/x-rtp, media=audio, encoding-name=PCMA, clock-rate=8000, payload=8"
#define VIDEO_FORMATS \
    "application/x-rtp, media=video, encoding-name=H264, clock-rate=90000, payload=96, " \
    "packetization-mode=(string)1, profile-level-id=(string)42e01f; " \
    "application/x-rtp, media=video, encoding-name=VP8, clock-rate=90000, payload=97; " \
    "application/x-rtp, media=video, encoding-name=VP9, clock-rate=90000, payload=98; " \
    "application/x-rtp, media=video, encoding-name=H265, clock-rate=90000, payload=99; " \
    "application/x-rtp, media=video, encoding-name=AV1, clock-rate=90000, payload=100"

#define N_MEDIA 2
#define LOOK_MS 20
#define HTTP_TIMEOUT_S 5
#define MAX_ANSWER_BYTES (256 * 1024)

/* Of the call while it is made. */
typedef struct
{
  GstIceDoctorCall *result;
  const GstIceDoctorCallSettings *settings;
  gint64 start_us;
  GstElement *pipeline;
  GstElement *elements[N_MEDIA];        /* icesrc or icesink, audio and video */
  GObject *session;
  SoupSession *http;
  gchar *location;              /* of the session at the peer, or NULL */
} Calling;

static void
candidate_clear (gpointer data)
{
  GstIceDoctorCandidate *self = data;

  g_free (self->text);
  g_free (self->type);
  g_free (self->transport);
  g_free (self->address);
}

void
gst_ice_doctor_call_free (GstIceDoctorCall * self)
{
  g_array_unref (self->local);
  g_array_unref (self->remote);
  g_array_unref (self->steps);
  g_free (self->uri);
  g_free (self->error);
  g_free (self->selected_local);
  g_free (self->selected_remote);
  g_free (self);
}

static void
add_step (Calling * self, const gchar * what)
{
  gst_ice_timeline_add (self->result->steps, self->start_us, what);
}

static gdouble
get_elapsed_ms (const Calling * self)
{
  return (g_get_monotonic_time () - self->start_us) / 1000.0;
}

static void
fail (Calling * self, gchar * error)
{
  if (self->result->error == NULL)
    self->result->error = error;
  else
    g_free (error);
}

/* --- Candidates --- */

/* @line: "a=candidate:FOUNDATION COMPONENT TRANSPORT PRIORITY ADDRESS PORT typ TYPE …"
 *     (RFC 8839, 5.1) */
static void
add_candidate (GArray * candidates, guint mline, const gchar * line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 9);
  GstIceDoctorCandidate found = {.mline = mline };

  if (g_strv_length (words) < 8 || !g_str_equal (words[1], "1"))
    return;
  found.type = g_strdup (words[7]);
  found.transport = g_ascii_strdown (words[2], -1);
  found.address = g_strdup (words[4]);
  found.text = g_strdup_printf (strchr (words[4], ':') != NULL ?
      "%s/%s [%s]:%s" : "%s/%s %s:%s", words[7], found.transport, words[4],
      words[5]);
  g_array_append_val (candidates, found);
}

static void
add_candidates (GArray * candidates, const gchar * sdp)
{
  g_auto (GStrv) lines = g_strsplit_set (sdp, "\r\n", -1);

  guint n_mlines = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "m="))
      n_mlines++;
    else if (n_mlines > 0 && g_str_has_prefix (lines[i], "a=candidate:"))
      add_candidate (candidates, n_mlines - 1, lines[i]);
  }
}

/* @candidate: of the property selected-pair
 * Returns: (transfer full): as the text of a GstIceDoctorCandidate */
static gchar *
describe_candidate (const GstStructure * pair, const gchar * side)
{
  const GstStructure *candidate =
      gst_value_get_structure (gst_structure_get_value (pair, side));
  const gchar *address = gst_structure_get_string (candidate, "address");
  const gchar *protocol = gst_structure_get_string (candidate, "protocol");
  const gchar *type = gst_structure_get_string (candidate, "candidate-type");
  guint port = 0;

  gst_structure_get_uint (candidate, "port", &port);
  return g_strdup_printf (strchr (address, ':') != NULL ? "%s/%s [%s]:%u" :
      "%s/%s %s:%u", type, protocol, address, port);
}

/* --- The elements --- */

static void
push_start (GstPad * out, const gchar * formats)
{
  g_autoptr (GstCaps) all = gst_caps_from_string (formats);
  g_autoptr (GstCaps) first = gst_caps_copy_nth (all, 0);
  GstSegment segment;

  gst_pad_set_active (out, TRUE);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (out, gst_event_new_stream_start ("doctor"));
  gst_pad_push_event (out, gst_event_new_caps (first));
  gst_pad_push_event (out, gst_event_new_segment (&segment));
}

/* @sends: an icesink, whose further formats a property has; else an icesrc */
static gboolean
add_element (Calling * self, guint number, gboolean sends)
{
  static const gchar *const formats[N_MEDIA] = { AUDIO_FORMATS, VIDEO_FORMATS };
  g_autoptr (GstCaps) caps = gst_caps_from_string (formats[number]);
  GstElement *element = gst_element_factory_make (sends ? "icesink" : "icesrc",
      NULL);
  g_autoptr (GstPad) pad = NULL;

  if (element == NULL) {
    fail (self,
        g_strdup ("GStreamer does not find the plugin: install it, or set "
            "GST_PLUGIN_PATH"));
    return FALSE;
  }
  self->elements[number] = element;
  gst_bin_add (GST_BIN (self->pipeline), element);
  g_object_set (element, sends ? "formats" : "caps", caps, NULL);
  gst_util_set_object_arg (G_OBJECT (element), "media", number == 0 ? "audio" :
      "video");
  if (sends) {
    GstPad *out = gst_pad_new ("out", GST_PAD_SRC);

    g_object_set (element, "async", FALSE, "wait-for-connection", FALSE, NULL);
    pad = gst_element_get_static_pad (element, "sink");
    gst_pad_link (out, pad);
    g_object_set_data_full (G_OBJECT (element), "out", out, gst_object_unref);
  } else {
    GstElement *sink = gst_element_factory_make ("fakesink", NULL);

    g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
    gst_bin_add (GST_BIN (self->pipeline), sink);
    gst_element_link (element, sink);
  }
  return TRUE;
}

static void
set_servers (Calling * self)
{
  const GstIceDoctorCallSettings *settings = self->settings;
  GObject *element = G_OBJECT (self->elements[0]);

  if (settings->stun_servers != NULL && settings->stun_servers[0] != NULL)
    g_object_set (element, "stun-server", settings->stun_servers[0], NULL);
  if (settings->turn_servers != NULL) {
    g_autofree gchar *all = g_strjoinv (", ", settings->turn_servers);
    g_autofree gchar *quoted = NULL;

    if (settings->turn_servers[0] != NULL && settings->turn_servers[1] == NULL)
      g_object_set (element, "turn-server", settings->turn_servers[0], NULL);
    else if (settings->turn_servers[0] != NULL) {
      quoted = g_strdup_printf ("< %s >", all);
      gst_util_set_object_arg (element, "turn-servers", quoted);
    }
  }
  if (settings->tls_ca_file != NULL)
    g_object_set (element, "tls-ca-file", settings->tls_ca_file, NULL);
  if (settings->interfaces != NULL)
    g_object_set (element, "network-interfaces", settings->interfaces, NULL);
}

static void
stop_pipeline (Calling * self)
{
  g_clear_object (&self->session);
  if (self->pipeline == NULL)
    return;
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
}

static gboolean
start_pipeline (Calling * self, gboolean sends)
{
  self->pipeline = gst_pipeline_new (NULL);
  for (guint i = 0; i < N_MEDIA; i++) {
    if (!add_element (self, i, sends))
      return FALSE;
  }
  set_servers (self);
  g_object_get (self->elements[0], "session", &self->session, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  for (guint i = 0; sends && i < N_MEDIA; i++)
    push_start (g_object_get_data (G_OBJECT (self->elements[i]), "out"),
        i == 0 ? AUDIO_FORMATS : VIDEO_FORMATS);
  return TRUE;
}

/* Takes what the elements say. Returns: %FALSE: an error ends the call */
static gboolean
read_bus (Calling * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR |
              GST_MESSAGE_WARNING)) != NULL) {
    g_autoptr (GError) error = NULL;
    const gboolean ends = GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR;

    if (ends)
      gst_message_parse_error (message, &error, NULL);
    else
      gst_message_parse_warning (message, &error, NULL);
    add_step (self, error->message);
    if (ends)
      fail (self, g_strdup (error->message));
    gst_message_unref (message);
    if (ends)
      return FALSE;
  }
  return TRUE;
}

/* @until_us: of the monotonic clock. Returns: whether the call goes on and time is left */
static gboolean
wait_a_little (Calling * self, gint64 until_us)
{
  if (!read_bus (self))
    return FALSE;
  if (g_get_monotonic_time () >= until_us)
    return FALSE;
  g_usleep (LOOK_MS * G_TIME_SPAN_MILLISECOND);
  return TRUE;
}

/* --- Signalling --- */

static gboolean
is_gathered (Calling * self)
{
  for (guint i = 0; i < N_MEDIA; i++) {
    g_auto (GValue) state = G_VALUE_INIT;
    g_autofree gchar *name = NULL;

    g_object_get_property (G_OBJECT (self->elements[i]), "ice-gathering-state",
        &state);
    name = gst_value_serialize (&state);
    if (g_strcmp0 (name, "complete") != 0)
      return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full) (nullable): the offer with all candidates */
static gchar *
make_offer (Calling * self, gint64 until_us)
{
  gchar *offer = NULL;

  do {
    g_signal_emit_by_name (self->session, "create-offer", &offer);
    if (offer != NULL && is_gathered (self)) {
      /* With those that came after the first. */
      g_free (offer);
      g_signal_emit_by_name (self->session, "create-offer", &offer);
      return offer;
    }
    g_clear_pointer (&offer, g_free);
  } while (wait_a_little (self, until_us));
  fail (self, g_strdup ("candidates were not gathered in time"));
  return NULL;
}

static SoupMessage *
new_message (Calling * self, const gchar * method, const gchar * uri)
{
  SoupMessage *message = soup_message_new (method, uri);

  if (message != NULL && self->settings->auth_token != NULL) {
    g_autofree gchar *field = g_strconcat ("Bearer ",
        self->settings->auth_token, NULL);

    soup_message_headers_replace (soup_message_get_request_headers (message),
        "Authorization", field);
  }
  return message;
}

static void
keep_location (Calling * self, SoupMessage * message)
{
  const gchar *location =
      soup_message_headers_get_one (soup_message_get_response_headers
      (message), "Location");
  g_autoptr (GUri) uri = NULL;

  if (location == NULL)
    return;
  uri = g_uri_parse_relative (soup_message_get_uri (message), location,
      G_URI_FLAGS_ENCODED, NULL);
  if (uri != NULL)
    self->location = g_uri_to_string (uri);
}

/* @refused: (out): it was heard, and is not what the peer takes
 * Returns: (transfer full) (nullable): the answer */
static gchar *
post_offer (Calling * self, const gchar * offer, gboolean * refused)
{
  g_autoptr (SoupMessage) message = new_message (self, "POST",
      self->settings->uri);
  g_autoptr (GBytes) request = g_bytes_new (offer, strlen (offer));
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *said = NULL;
  guint status;

  *refused = FALSE;
  soup_message_set_request_body_from_bytes (message, "application/sdp",
      request);
  body = soup_session_send_and_read (self->http, message, NULL, &error);
  if (body == NULL) {
    fail (self, g_strdup_printf ("no answer from %s: %s", self->settings->uri,
            error->message));
    return NULL;
  }
  status = soup_message_get_status (message);
  if (g_bytes_get_size (body) <= MAX_ANSWER_BYTES)
    said = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  if (status / 100 == 2 && said != NULL) {
    keep_location (self, message);
    return g_steal_pointer (&said);
  }
  *refused = status == 415 || status == 422 || status == 406 || status == 400;
  fail (self, g_strdup_printf ("%s answers %u %s%s%s", self->settings->uri,
          status, soup_message_get_reason_phrase (message),
          said != NULL && *said != '\0' ? ": " : "", said != NULL ? said : ""));
  return NULL;
}

static void
hang_up (Calling * self)
{
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GBytes) body = NULL;

  if (self->location == NULL)
    return;
  message = new_message (self, "DELETE", self->location);
  if (message != NULL)
    body = soup_session_send_and_read (self->http, message, NULL, NULL);
  g_clear_pointer (&self->location, g_free);
}

/* --- The path --- */

/* Returns: whether the m-line has keys */
static gboolean
has_keys (Calling * self, guint mline)
{
  g_autoptr (GstStructure) stats = NULL;
  g_autofree gchar *name = g_strdup_printf ("mline-%u", mline);
  const GValue *value;

  g_object_get (self->session, "stats", &stats, NULL);
  value = stats != NULL ? gst_structure_get_value (stats, name) : NULL;
  return value != NULL &&
      gst_structure_has_field (gst_value_get_structure (value), "srtp-cipher");
}

static void
note_pair (Calling * self, const GstStructure * pair)
{
  if (self->result->selected_local != NULL)
    return;
  self->result->selected_local = describe_candidate (pair, "local");
  self->result->selected_remote = describe_candidate (pair, "remote");
  self->result->checks_until_ms = get_elapsed_ms (self);
  add_step (self, "a pair is nominated");
}

/* Returns: whether there is a path for one of the media, and there are keys for it */
static gboolean
look_for_path (Calling * self)
{
  for (guint i = 0; i < N_MEDIA; i++) {
    g_autoptr (GstStructure) pair = NULL;

    g_object_get (self->elements[i], "selected-pair", &pair, NULL);
    if (pair == NULL)
      continue;
    note_pair (self, pair);
    if (has_keys (self, i)) {
      add_step (self, "the DTLS handshake is done");
      return TRUE;
    }
  }
  return FALSE;
}

/* Returns: whether the peer does not take what was offered, so that the other direction
 *     is worth a try */
static gboolean
call_once (Calling * self, gboolean sends, gint64 until_us)
{
  g_autofree gchar *offer = NULL;
  g_autofree gchar *answer = NULL;
  gboolean refused = FALSE, taken = FALSE;

  if (!start_pipeline (self, sends) ||
      (offer = make_offer (self, until_us)) == NULL)
    return FALSE;
  add_candidates (self->result->local, offer);
  add_step (self, sends ? "offer to send" : "offer to receive");
  answer = post_offer (self, offer, &refused);
  if (answer == NULL)
    return refused;
  add_candidates (self->result->remote, answer);
  add_step (self, "answer");
  g_signal_emit_by_name (self->session, "set-remote-description", answer,
      &taken);
  if (!taken) {
    if (read_bus (self))
      fail (self, g_strdup ("the answer is not one to this offer"));
    return FALSE;
  }
  self->result->checks_from_ms = get_elapsed_ms (self);
  while (!(self->result->connected = look_for_path (self)) &&
      wait_a_little (self, until_us));
  if (self->result->selected_local == NULL)
    self->result->checks_until_ms = get_elapsed_ms (self);
  if (!self->result->connected)
    fail (self, g_strdup (self->result->selected_local != NULL ?
            "the DTLS handshake did not come to an end" :
            "no pair of candidates answered"));
  return FALSE;
}

GstIceDoctorCall *
gst_ice_doctor_call_make (const GstIceDoctorCallSettings * settings)
{
  Calling self = {.settings = settings,.start_us = g_get_monotonic_time () };
  GstIceDoctorCall *result = g_new0 (GstIceDoctorCall, 1);
  const gint64 until_us = self.start_us + settings->timeout_ms *
      G_TIME_SPAN_MILLISECOND;

  self.result = result;
  self.http = soup_session_new_with_options ("timeout", HTTP_TIMEOUT_S, NULL);
  result->uri = g_strdup (settings->uri);
  result->local = g_array_new (FALSE, TRUE, sizeof (GstIceDoctorCandidate));
  result->remote = g_array_new (FALSE, TRUE, sizeof (GstIceDoctorCandidate));
  result->steps = gst_ice_timeline_new ();
  g_array_set_clear_func (result->local, candidate_clear);
  g_array_set_clear_func (result->remote, candidate_clear);

  if (call_once (&self, FALSE, until_us)) {
    /* Who does not send may receive. */
    stop_pipeline (&self);
    g_clear_pointer (&result->error, g_free);
    g_array_set_size (result->local, 0);
    call_once (&self, TRUE, until_us);
  }
  hang_up (&self);
  stop_pipeline (&self);
  g_object_unref (self.http);
  return result;
}
