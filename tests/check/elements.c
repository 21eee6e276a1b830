/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* icesrc and icesink as an application sees them. The plugin is loaded, not linked:
 * nothing of the core is called here. */

#include <gst/check/gstcheck.h>

#include <string.h>

#define TIMEOUT (15 * GST_SECOND)
#define TIMEOUT_US (15 * G_TIME_SPAN_SECOND)

/* Not a payloader's: that of GStreamer 1.22 loses caps when it is flushed. */
#define PACKETS "format=time sizetype=fixed sizemax=172 filltype=zero ! " \
  "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0 ! "
#define SOUND "fakesrc " PACKETS
#define LIVE_SOUND "fakesrc is-live=true do-timestamp=true " PACKETS
#define SINK "icesink name=ice network-interfaces=lo "
#define SRC "icesrc name=ice network-interfaces=lo "

static GstElement *
launch (const gchar * description)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  fail_unless (pipeline != NULL && error == NULL, "%s: %s", description,
      error != NULL ? error->message : "");
  return pipeline;
}

static void
stop (GstElement * pipeline)
{
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (pipeline);
}

/* Returns: (transfer full): the next message of @type */
static GstMessage *
wait_message (GstElement * pipeline, GstMessageType type)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, TIMEOUT, type);

  gst_object_unref (bus);
  fail_unless (message != NULL, "no %s came", gst_message_type_get_name (type));
  return message;
}

/* Returns: (transfer full): the next element message called @name */
static GstMessage *
wait_element_message (GstElement * pipeline, const gchar * name)
{
  for (;;) {
    GstMessage *message = wait_message (pipeline, GST_MESSAGE_ELEMENT);

    if (gst_message_has_name (message, name))
      return message;
    gst_message_unref (message);
  }
}

/* Waits for an error or warning of @domain and @code.
 * Returns: (transfer full): its text */
static gchar *
wait_complaint (GstElement * pipeline, GstMessageType type, GQuark domain,
    gint code, const gchar * name)
{
  GstMessage *message = wait_message (pipeline, type);
  const GstStructure *details = NULL;
  GError *error = NULL;
  gchar *text;

  if (type == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    gst_message_parse_error_details (message, &details);
  } else {
    gst_message_parse_warning (message, &error, NULL);
    gst_message_parse_warning_details (message, &details);
  }
  fail_unless (details != NULL);
  fail_unless_equals_string (gst_structure_get_string (details, "ice-error"),
      name);
  fail_unless (g_error_matches (error, domain, code), "%s, %d: %s",
      g_quark_to_string (error->domain), error->code, error->message);

  text = g_strdup (error->message);
  g_error_free (error);
  gst_message_unref (message);
  return text;
}

static void
fail_unless_contains (const gchar * text, const gchar * part)
{
  fail_unless (strstr (text, part) != NULL, "no '%s' in: %s", part, text);
}

/* Properties. */

typedef struct
{
  const gchar *element;
  const gchar *property;
  const gchar *type;
  const gchar *initial;         /* as gst_value_serialize() writes it */
} PropertyRow;

static const PropertyRow property_rows[] = {
  {"icesrc", "session-name", "gchararray", NULL},
  {"icesrc", "session", "GstIceAppSignaller", NULL},
  {"icesrc", "media", "GstIceMediaKind", "unset"},
  {"icesrc", "mid", "gchararray", NULL},
  {"icesrc", "component", "GstIceComponent", "rtp"},
  {"icesrc", "ice-connection-state", "GstIceConnectionState", "new"},
  {"icesrc", "ice-gathering-state", "GstIceGatheringState", "new"},
  {"icesrc", "selected-pair", "GstStructure", NULL},
  {"icesrc", "signalling-uri", "gchararray", NULL},
  {"icesrc", "ice-trickle", "gboolean", "true"},
  {"icesrc", "rtcp-mux", "gboolean", "true"},
  {"icesrc", "min-rtp-port", "guint", "0"},
  {"icesrc", "max-rtp-port", "guint", "65535"},
  {"icesrc", "network-interfaces", "gchararray", NULL},
  {"icesrc", "external-address", "gchararray", NULL},
  {"icesrc", "keep-private-host", "gboolean", "false"},
  {"icesrc", "ice-lite", "gboolean", "false"},
  {"icesrc", "udp-mux-port", "guint", "0"},
  {"icesrc", "compatibility", "GstIceCompatibility", "rfc5245"},
  {"icesrc", "connect-timeout", "guint", "30000"},
  {"icesrc", "buffer-size", "guint", "2097152"},
  {"icesrc", "qos-dscp", "gint", "-1"},
  {"icesrc", "resolve-names", "gboolean", "false"},
  {"icesrc", "caps", "GstCaps", NULL},
  {"icesrc", "timeout", "guint", "0"},
  {"icesrc", "do-timestamp", "gboolean", "true"},
  {"icesink", "formats", "GstCaps", NULL},
  {"icesink", "session", "GstIceAppSignaller", NULL},
  {"icesink", "connect-timeout", "guint", "30000"},
  {"icesink", "wait-for-connection", "gboolean", "true"},
  {"icesink", "keyframe-interval", "guint", "500"},
  {"icesink", "pacing-rate", "guint64", "0"},
  {"icesink", "max-consumers", "guint", "64"},
  {"icesink", "serve-page", "gboolean", "false"},
  {"icesink", "timeline", "gchararray", NULL},
  {"icesink", "sync", "gboolean", "true"},
  {"icesink", "async", "gboolean", "true"},
};

GST_START_TEST (test_property_has_type_and_default)
{
  const PropertyRow *row = &property_rows[__i__];
  GstElement *element = gst_element_factory_make (row->element, NULL);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS
      (element), row->property);
  GValue value = G_VALUE_INIT;

  fail_unless (pspec != NULL);
  fail_unless_equals_string (g_type_name (pspec->value_type), row->type);
  g_object_get_property (G_OBJECT (element), row->property, &value);
  if (row->initial != NULL) {
    gchar *text = gst_value_serialize (&value);

    fail_unless_equals_string (text, row->initial);
    g_free (text);
  } else if (G_VALUE_HOLDS_STRING (&value)) {
    fail_unless (g_value_get_string (&value) == NULL);
  }
  g_value_unset (&value);
  gst_object_unref (element);
}

GST_END_TEST;

/* As gst-inspect-1.0 reads them, and before the element has a session. */
GST_START_TEST (test_all_properties_can_be_read)
{
  static const gchar *const names[] = { "icesink", "icesrc", "icewhepsrc" };
  GstElement *element = gst_element_factory_make (names[__i__], NULL);
  guint n = 0;
  g_autofree GParamSpec **properties =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);

  for (guint i = 0; i < n; i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    if (!(properties[i]->flags & G_PARAM_READABLE))
      continue;
    g_object_get_property (G_OBJECT (element), properties[i]->name, &value);
  }
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (test_pads_take_rtp_and_rtcp_only)
{
  GstElement *sink = gst_element_factory_make ("icesink", NULL);
  GstPad *pad = gst_element_get_static_pad (sink, "sink");
  GstCaps *rtp = gst_caps_from_string ("application/x-rtp,media=video");
  GstCaps *rtcp = gst_caps_from_string ("application/x-rtcp");
  GstCaps *raw = gst_caps_from_string ("video/x-raw");

  fail_unless (gst_pad_query_accept_caps (pad, rtp));
  fail_unless (gst_pad_query_accept_caps (pad, rtcp));
  fail_if (gst_pad_query_accept_caps (pad, raw));

  gst_caps_unref (raw);
  gst_caps_unref (rtcp);
  gst_caps_unref (rtp);
  gst_object_unref (pad);
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (test_token_is_neither_readable_nor_in_dot_file)
{
  GstElement *pipeline = launch (SOUND SINK "auth-token=do-not-tell");
  GstElement *ice = gst_bin_get_by_name (GST_BIN (pipeline), "ice");
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (ice),
      "auth-token");
  gchar *dot;

  fail_if (pspec->flags & G_PARAM_READABLE);
  gst_element_set_state (pipeline, GST_STATE_READY);
  dot = gst_debug_bin_to_dot_data (GST_BIN (pipeline),
      GST_DEBUG_GRAPH_SHOW_VERBOSE);
  fail_unless (strstr (dot, "do-not-tell") == NULL);

  g_free (dot);
  gst_object_unref (ice);
  stop (pipeline);
}

GST_END_TEST;

/* States. */

static const gchar *const lonely_pipelines[] = {
  SOUND SINK,
  SOUND SINK "wait-for-connection=false",
  LIVE_SOUND SINK,
  SRC "! rtppcmudepay ! fakesink",
  SRC "media=audio ! rtppcmudepay ! fakesink " SOUND "icesink",
  SRC "signalling-uri=http://:0/ ! rtppcmudepay ! fakesink",
};

GST_START_TEST (test_states_change_without_a_peer)
{
  GstElement *pipeline = launch (lonely_pipelines[__i__]);

  for (guint n = 0; n < 100; n++) {
    fail_if (gst_element_set_state (pipeline, n % 3 == 0 ? GST_STATE_PAUSED :
            GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
    if (n % 4 == 0)
      gst_element_set_state (pipeline, GST_STATE_PAUSED);
    if (n % 5 == 0)
      gst_element_set_state (pipeline, GST_STATE_READY);
    fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
        GST_STATE_CHANGE_SUCCESS);
  }
  stop (pipeline);
}

GST_END_TEST;

/* Returns: (transfer full): the session of @pipeline, which is READY now */
static GObject *
get_session (GstElement * pipeline)
{
  GstElement *ice = gst_bin_get_by_name (GST_BIN (pipeline), "ice");
  GObject *session = NULL;

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  g_object_get (ice, "session", &session, NULL);
  fail_unless (session != NULL);
  gst_object_unref (ice);
  return session;
}

static void
push_token (GAsyncQueue * queue)
{
  g_async_queue_push (queue, GINT_TO_POINTER (1));
}

/* Starts @pipeline and waits until its icesink has a buffer that waits for a path. */
static void
play_until_waiting (GstElement * pipeline, GstState state)
{
  GAsyncQueue *queue = g_async_queue_new ();
  GObject *session = get_session (pipeline);

  g_signal_connect_swapped (session, "on-negotiation-needed",
      G_CALLBACK (push_token), queue);
  gst_element_set_state (pipeline, state);
  fail_unless (g_async_queue_timeout_pop (queue, TIMEOUT_US) != NULL);
  g_signal_handlers_disconnect_by_data (session, queue);
  g_object_unref (session);
  g_async_queue_unref (queue);
}

GST_START_TEST (test_first_buffer_holds_the_state_change)
{
  GstElement *pipeline = launch (SOUND SINK);

  play_until_waiting (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, 0),
      GST_STATE_CHANGE_ASYNC);
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  stop (pipeline);
}

GST_END_TEST;

GST_START_TEST (test_flush_ends_the_wait)
{
  GstElement *pipeline = launch (SOUND SINK);
  GstElement *ice = gst_bin_get_by_name (GST_BIN (pipeline), "ice");
  GstPad *pad = gst_element_get_static_pad (ice, "sink");

  play_until_waiting (pipeline, GST_STATE_PAUSED);
  fail_unless (gst_pad_send_event (pad, gst_event_new_flush_start ()));
  /* This takes the stream lock, which the waiting thread has. */
  fail_unless (gst_pad_send_event (pad, gst_event_new_flush_stop (TRUE)));
  fail_if (gst_element_get_state (ice, NULL, NULL, 0) ==
      GST_STATE_CHANGE_FAILURE);

  gst_object_unref (pad);
  gst_object_unref (ice);
  stop (pipeline);
}

GST_END_TEST;

/* The icesrc makes the pipeline live: it plays, and the first buffer waits then. */
GST_START_TEST (test_wait_goes_on_after_a_pause)
{
  GstElement *pipeline = launch ("icesrc media=audio ! rtppcmudepay ! "
      "fakesink async=false " LIVE_SOUND SINK);

  play_until_waiting (pipeline, GST_STATE_PLAYING);
  for (guint n = 0; n < 20; n++) {
    fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PAUSED),
        GST_STATE_CHANGE_NO_PREROLL);
    fail_unless_equals_int (gst_element_set_state (pipeline,
            GST_STATE_PLAYING), GST_STATE_CHANGE_SUCCESS);
  }
  stop (pipeline);
}

GST_END_TEST;

/* Errors. */

typedef struct
{
  const gchar *pipeline;
  const gchar *domain;
  gint code;
  const gchar *parts[4];        /* of the message */
  const gchar *name;            /* its field ice-error, NULL: settings */
} ErrorRow;

static const ErrorRow error_rows[] = {
  {SOUND "icesink name=one connect-timeout=1000 "
        SOUND "icesink name=two connect-timeout=2000",
        "gst-resource-error-quark", GST_RESOURCE_ERROR_SETTINGS,
      {"one", "two", "connect-timeout"}},
  {SOUND "icesink name=one " SOUND "icesink name=two",
        "gst-resource-error-quark", GST_RESOURCE_ERROR_SETTINGS,
      {"one", "two", "audio"}},
  {SOUND SINK "signalling-uri=nonsense",
        "gst-resource-error-quark", GST_RESOURCE_ERROR_SETTINGS,
      {"signalling-uri"}},
  {SOUND SINK "signalling-uri=gopher://x/",
        "gst-resource-error-quark", GST_RESOURCE_ERROR_SETTINGS,
      {"signalling-uri", "http:"}},
  {SRC "signalling-uri=http://:99999/ ! rtppcmudepay ! fakesink",
        "gst-resource-error-quark", GST_RESOURCE_ERROR_SETTINGS,
      {"signalling-uri"}},
  {"fakesrc num-buffers=1 ! application/x-rtp ! " SINK,
        "gst-stream-error-quark", GST_STREAM_ERROR_FORMAT,
      {"ice", "payloader"}, "bad-description"},
  {SRC "caps=\"application/x-rtp,media=video\" ! rtppcmudepay ! fakesink",
        "gst-core-error-quark", GST_CORE_ERROR_NEGOTIATION,
      {"ice", "caps"}, "unsupported"},
  {SRC "component=rtcp signalling-uri=http://localhost:1/ ! fakesink",
        "gst-resource-error-quark", GST_RESOURCE_ERROR_SETTINGS,
      {"rtcp", "media"}},
  {SRC "signalling-uri=http://localhost:1/ ! fakesink",
        "gst-resource-error-quark", GST_RESOURCE_ERROR_SETTINGS,
      {"ice", "caps"}},
};

GST_START_TEST (test_mistake_is_told_in_one_error)
{
  const ErrorRow *row = &error_rows[__i__];
  GstElement *pipeline = launch (row->pipeline);
  gchar *text;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  text = wait_complaint (pipeline, GST_MESSAGE_ERROR,
      g_quark_from_string (row->domain), row->code,
      row->name != NULL ? row->name : "settings");
  for (guint i = 0; row->parts[i] != NULL; i++)
    fail_unless_contains (text, row->parts[i]);

  g_free (text);
  stop (pipeline);
}

GST_END_TEST;

typedef struct
{
  const gchar *action;
  const gchar *text;
} NoiseRow;

static const NoiseRow noise_rows[] = {
  {"set-remote-description", NULL},
  {"set-remote-description", ""},
  {"set-remote-description", "<html>"},
  {"set-remote-description", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
        "m=audio 9 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n"},
  {"add-ice-candidate", "candidate:"},
  {"add-ice-candidate", "candidate:1 1 UDP 0 10.0.0.1 5000 typ host"},
  {"add-ice-candidate", "\x01\x02\xff"},
};

GST_START_TEST (test_noise_from_the_peer_is_a_warning)
{
  const NoiseRow *row = &noise_rows[__i__];
  GstElement *pipeline = launch (SRC "media=audio ! rtppcmudepay ! fakesink");
  GObject *session = get_session (pipeline);
  gboolean taken = FALSE;
  gchar *text;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  if (g_str_equal (row->action, "add-ice-candidate"))
    g_signal_emit_by_name (session, row->action, 0, row->text);
  else
    g_signal_emit_by_name (session, row->action, row->text, &taken);

  fail_if (taken);
  text = wait_complaint (pipeline, GST_MESSAGE_WARNING, GST_STREAM_ERROR,
      GST_STREAM_ERROR_FORMAT, "bad-description");
  fail_unless_contains (text, row->action);
  g_free (text);
  g_object_unref (session);
  stop (pipeline);
}

GST_END_TEST;

GST_START_TEST (test_action_at_the_wrong_time_is_a_warning)
{
  GstElement *pipeline = launch (SRC "media=audio ! rtppcmudepay ! fakesink");
  GObject *session = get_session (pipeline);
  gchar *sdp = NULL, *text;

  g_signal_emit_by_name (session, "create-answer", &sdp);
  fail_unless (sdp == NULL);
  text = wait_complaint (pipeline, GST_MESSAGE_WARNING, GST_CORE_ERROR,
      GST_CORE_ERROR_FAILED, "bad-state");
  fail_unless_contains (text, "create-answer");
  g_free (text);

  /* An application may keep the session longer than it is open. */
  stop (pipeline);
  g_signal_emit_by_name (session, "create-offer", &sdp);
  fail_unless (sdp == NULL);
  g_object_unref (session);
}

GST_END_TEST;

GST_START_TEST (test_silence_is_told)
{
  GstElement *pipeline = launch (SRC "media=audio timeout=20 ! rtppcmudepay ! "
      "fakesink");

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint n = 0; n < 3; n++) {
    GstMessage *message = wait_element_message (pipeline, "ice-timeout");
    guint timeout_ms;

    fail_unless (gst_structure_get_uint (gst_message_get_structure (message),
            "timeout", &timeout_ms));
    fail_unless_equals_int (timeout_ms, 20);
    gst_message_unref (message);
  }
  stop (pipeline);
}

GST_END_TEST;

static Suite *
elements_suite (void)
{
  Suite *s = suite_create ("elements");
  TCase *tc = tcase_create ("elements");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_property_has_type_and_default, 0,
      G_N_ELEMENTS (property_rows));
  tcase_add_loop_test (tc, test_all_properties_can_be_read, 0, 3);
  tcase_add_test (tc, test_pads_take_rtp_and_rtcp_only);
  tcase_add_test (tc, test_token_is_neither_readable_nor_in_dot_file);
  tcase_add_loop_test (tc, test_states_change_without_a_peer, 0,
      G_N_ELEMENTS (lonely_pipelines));
  tcase_add_test (tc, test_first_buffer_holds_the_state_change);
  tcase_add_test (tc, test_flush_ends_the_wait);
  tcase_add_test (tc, test_wait_goes_on_after_a_pause);
  tcase_add_loop_test (tc, test_mistake_is_told_in_one_error, 0,
      G_N_ELEMENTS (error_rows));
  tcase_add_loop_test (tc, test_noise_from_the_peer_is_a_warning, 0,
      G_N_ELEMENTS (noise_rows));
  tcase_add_test (tc, test_action_at_the_wrong_time_is_a_warning);
  tcase_add_test (tc, test_silence_is_told);
  return s;
}

GST_CHECK_MAIN (elements);
