/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Every event and every query in every state of both elements, which go on after it, and
 * EOS that ends the wait for a connection. Issue 15. */

#include <gst/check/gstcheck.h>

#include <string.h>

#include <stdlib.h>

/* How long what must come is waited for; only a hang takes that long. */
#define PATIENCE (15 * GST_SECOND)

static const gchar *const launches[] = {
  "icesrc name=end ! fakesink async=false",
  "icesrc name=end context=states ! fakesink async=false",
  "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! "
      "rtppcmupay ! icesink name=end",
  "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! "
      "rtppcmupay ! icesink name=end wait-for-connection=false",
};

static const GstState states[] = { GST_STATE_NULL, GST_STATE_READY,
  GST_STATE_PAUSED, GST_STATE_PLAYING
};

#define N_CELLS (G_N_ELEMENTS (launches) * G_N_ELEMENTS (states))

static GstElement *
parse (const gchar * launch)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);

  g_assert_no_error (error);
  return pipeline;
}

/* Returns: (transfer full) (nullable): an event of @type */
static GstEvent *
event_new (GstEventType type)
{
  g_autoptr (GstCaps) caps = NULL;
  GstSegment segment;

  switch (type) {
    case GST_EVENT_FLUSH_START:
      return gst_event_new_flush_start ();
    case GST_EVENT_FLUSH_STOP:
      return gst_event_new_flush_stop (TRUE);
    case GST_EVENT_STREAM_START:
      return gst_event_new_stream_start ("stream");
    case GST_EVENT_CAPS:
      caps = gst_caps_from_string ("application/x-rtp, media=audio, "
          "encoding-name=PCMU, clock-rate=8000, payload=0");
      return gst_event_new_caps (caps);
    case GST_EVENT_SEGMENT:
      gst_segment_init (&segment, GST_FORMAT_TIME);
      return gst_event_new_segment (&segment);
    case GST_EVENT_TAG:
      return gst_event_new_tag (gst_tag_list_new_empty ());
    case GST_EVENT_BUFFERSIZE:
      return gst_event_new_buffer_size (GST_FORMAT_BYTES, 1, 2, FALSE);
    case GST_EVENT_EOS:
      return gst_event_new_eos ();
    case GST_EVENT_SEGMENT_DONE:
      return gst_event_new_segment_done (GST_FORMAT_TIME, 0);
    case GST_EVENT_GAP:
      return gst_event_new_gap (0, GST_SECOND);
    case GST_EVENT_STREAM_GROUP_DONE:
      return gst_event_new_stream_group_done (1);
    case GST_EVENT_INSTANT_RATE_CHANGE:
      return gst_event_new_instant_rate_change (2.0, GST_SEGMENT_FLAG_NONE);
    case GST_EVENT_QOS:
      return gst_event_new_qos (GST_QOS_TYPE_OVERFLOW, 1.0, 0, 0);
    case GST_EVENT_SEEK:
      return gst_event_new_seek (1.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
          GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0);
    case GST_EVENT_NAVIGATION:
      return gst_event_new_navigation (gst_structure_new_empty ("x"));
    case GST_EVENT_LATENCY:
      return gst_event_new_latency (GST_MSECOND);
    case GST_EVENT_STEP:
      return gst_event_new_step (GST_FORMAT_BUFFERS, 1, 1.0, TRUE, FALSE);
    case GST_EVENT_RECONFIGURE:
      return gst_event_new_reconfigure ();
    case GST_EVENT_CUSTOM_UPSTREAM:
    case GST_EVENT_CUSTOM_DOWNSTREAM:
    case GST_EVENT_CUSTOM_DOWNSTREAM_OOB:
    case GST_EVENT_CUSTOM_DOWNSTREAM_STICKY:
    case GST_EVENT_CUSTOM_BOTH:
    case GST_EVENT_CUSTOM_BOTH_OOB:
      return gst_event_new_custom (type, gst_structure_new_empty ("x"));
    default:
      return NULL;
  }
}

static const GstEventType event_types[] = {
  GST_EVENT_FLUSH_START, GST_EVENT_FLUSH_STOP, GST_EVENT_STREAM_START,
  GST_EVENT_CAPS, GST_EVENT_SEGMENT, GST_EVENT_TAG, GST_EVENT_BUFFERSIZE,
  GST_EVENT_EOS, GST_EVENT_SEGMENT_DONE, GST_EVENT_GAP,
  GST_EVENT_STREAM_GROUP_DONE, GST_EVENT_INSTANT_RATE_CHANGE, GST_EVENT_QOS,
  GST_EVENT_SEEK, GST_EVENT_NAVIGATION, GST_EVENT_LATENCY, GST_EVENT_STEP,
  GST_EVENT_RECONFIGURE, GST_EVENT_CUSTOM_UPSTREAM, GST_EVENT_CUSTOM_DOWNSTREAM,
  GST_EVENT_CUSTOM_DOWNSTREAM_OOB, GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
  GST_EVENT_CUSTOM_BOTH, GST_EVENT_CUSTOM_BOTH_OOB,
};

/* Returns: (transfer full): a query; %NULL: there are no more */
static GstQuery *
query_new (guint number)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtp");

  switch (number) {
    case 0:
      return gst_query_new_position (GST_FORMAT_TIME);
    case 1:
      return gst_query_new_duration (GST_FORMAT_TIME);
    case 2:
      return gst_query_new_latency ();
    case 3:
      return gst_query_new_convert (GST_FORMAT_TIME, 1, GST_FORMAT_BYTES);
    case 4:
      return gst_query_new_segment (GST_FORMAT_TIME);
    case 5:
      return gst_query_new_seeking (GST_FORMAT_TIME);
    case 6:
      return gst_query_new_formats ();
    case 7:
      return gst_query_new_buffering (GST_FORMAT_TIME);
    case 8:
      return gst_query_new_uri ();
    case 9:
      return gst_query_new_allocation (caps, TRUE);
    case 10:
      return gst_query_new_scheduling ();
    case 11:
      return gst_query_new_accept_caps (caps);
    case 12:
      return gst_query_new_caps (NULL);
    case 13:
      return gst_query_new_context ("x");
    case 14:
      return gst_query_new_custom (GST_QUERY_CUSTOM,
          gst_structure_new_empty ("x"));
    default:
      return NULL;
  }
}

/* @element goes on: it can be started and stopped. */
static void
check_alive (GstElement * pipeline)
{
  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) !=
      GST_STATE_CHANGE_FAILURE);
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
}

/* @send: what to do with an event of @type at @element in a state */
static void
try_events (guint cell,
    void (*send) (GstElement * element, GstPad * pad, GstEvent * event))
{
  const gchar *launch = launches[cell / G_N_ELEMENTS (states)];
  const GstState state = states[cell % G_N_ELEMENTS (states)];

  for (guint i = 0; i < G_N_ELEMENTS (event_types); i++) {
    GstElement *pipeline = parse (launch);
    GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
    GstPad *pad = end->pads->data;

    if (state != GST_STATE_NULL)
      gst_element_set_state (pipeline, state);
    /* Who sends to a pipeline that is on its way to PLAYING waits for its threads, and these
     * for the pipeline: as with any sink. */
    if (strstr (launch, "wait-for-connection=false") != NULL)
      gst_element_get_state (pipeline, NULL, NULL, PATIENCE);
    send (end, pad, event_new (event_types[i]));
    check_alive (pipeline);
    gst_object_unref (end);
    gst_object_unref (pipeline);
  }
}

static void
send_to_element (GstElement * element, GstPad * pad, GstEvent * event)
{
  gst_element_send_event (element, event);
}

static void
send_to_pipeline (GstElement * element, GstPad * pad, GstEvent * event)
{
  gst_element_send_event (GST_ELEMENT (GST_OBJECT_PARENT (element)), event);
}

/* What is serialized waits for the thread that sends, and that for a path: as at any
 * sink that waits. */
static void
send_to_pad (GstElement * element, GstPad * pad, GstEvent * event)
{
  /* GstBaseSink 1.22 has an assertion fail when that comes before a segment of time. */
  const gboolean early =
      GST_EVENT_TYPE (event) == GST_EVENT_INSTANT_RATE_CHANGE;

  if (!early && (GST_PAD_IS_SRC (pad) ? GST_EVENT_IS_UPSTREAM (event) :
          GST_EVENT_IS_DOWNSTREAM (event)) && !GST_EVENT_IS_SERIALIZED (event))
    gst_pad_send_event (pad, event);
  else
    gst_event_unref (event);
}

GST_START_TEST (test_element_takes_every_event_in_every_state)
{
  try_events (__i__, send_to_element);
}

GST_END_TEST;

GST_START_TEST (test_pipeline_takes_every_event_in_every_state)
{
  /* What is sent to a pipeline goes to its sources, which wait for their own thread;
   * where that waits for a path, only EOS ends it. */
  if (__i__ / G_N_ELEMENTS (states) < 2)
    try_events (__i__, send_to_pipeline);
}

GST_END_TEST;

GST_START_TEST (test_pad_takes_every_event_in_every_state)
{
  try_events (__i__, send_to_pad);
}

GST_END_TEST;

GST_START_TEST (test_every_query_in_every_state)
{
  GstElement *pipeline = parse (launches[__i__ / G_N_ELEMENTS (states)]);
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  GstPad *pad = end->pads->data;
  GstQuery *query;

  gst_element_set_state (pipeline, states[__i__ % G_N_ELEMENTS (states)]);
  for (guint i = 0; (query = query_new (i)) != NULL; i++) {
    if (GST_QUERY_IS_UPSTREAM (query))
      gst_element_query (end, query);
    gst_query_unref (query);
    query = query_new (i);
    if (!GST_QUERY_IS_SERIALIZED (query) && (GST_PAD_IS_SRC (pad) ?
            GST_QUERY_IS_UPSTREAM (query) : GST_QUERY_IS_DOWNSTREAM (query)))
      gst_pad_query (pad, query);
    gst_query_unref (query);
  }
  check_alive (pipeline);
  gst_object_unref (end);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* Streams that nobody is connected to: EOS to the pipeline, or to the sink, ends them. */
static const struct
{
  const gchar *launch;
  gboolean to_sink;
} streams[] = {
  {"audiotestsrc is-live=true ! mulawenc ! rtppcmupay ! icesink name=end",
      FALSE},
  {"audiotestsrc ! mulawenc ! rtppcmupay ! icesink name=end", FALSE},
  {"audiotestsrc ! mulawenc ! rtppcmupay ! queue ! icesink name=end", FALSE},
  {"audiotestsrc is-live=true ! mulawenc ! rtppcmupay ! queue ! "
        "icesink name=end", FALSE},
  {"audiotestsrc is-live=true ! mulawenc ! rtppcmupay ! icesink name=end "
        "signalling-uri=http://:0/call encryption=none", FALSE},
  {"audiotestsrc is-live=true ! mulawenc ! rtppcmupay ! icesink name=end",
      TRUE},
  {"audiotestsrc ! mulawenc ! rtppcmupay ! icesink name=end", TRUE},
  {"audiotestsrc ! mulawenc ! rtppcmupay ! icesink name=end "
        "wait-for-connection=false", FALSE},
  {"icesrc name=end ! fakesink async=false", FALSE},
  {"icesrc name=end context=eos ! fakesink async=false", FALSE},
};

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean came;                /* protected by lock */
} First;

static GstPadProbeReturn
on_first (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  First *first = user_data;

  g_mutex_lock (&first->lock);
  first->came = TRUE;
  g_cond_signal (&first->cond);
  g_mutex_unlock (&first->lock);
  return GST_PAD_PROBE_REMOVE;
}

/* Starts @pipeline. A sink has its first packet then, and is about to wait with it. */
static void
start (GstElement * pipeline, GstPad * pad)
{
  First first = { 0, };

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, on_first, &first, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_mutex_lock (&first.lock);
  while (GST_PAD_IS_SINK (pad) && !first.came)
    g_cond_wait (&first.cond, &first.lock);
  g_mutex_unlock (&first.lock);
}

GST_START_TEST (test_eos_ends_the_wait_for_a_connection)
{
  GstElement *pipeline = parse (streams[__i__].launch);
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstElement *to = streams[__i__].to_sink ? end : pipeline;
  GstMessage *message;

  start (pipeline, end->pads->data);
  if (strstr (streams[__i__].launch, "wait-for-connection=false") != NULL)
    gst_element_get_state (pipeline, NULL, NULL, PATIENCE);
  gst_element_send_event (to, gst_event_new_eos ());
  do {
    message = gst_bus_timed_pop_filtered (bus, PATIENCE,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    fail_unless (message != NULL, "no end");
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
      break;
    gst_message_unref (message);
  } while (TRUE);
  gst_message_unref (message);

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  /* The next stream waits again. */
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 50 * GST_MSECOND, GST_MESSAGE_EOS);
  fail_unless (message == NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (end);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* A seek flushes a stream that nobody is connected to. The sink goes on waiting for its
 * first packet: it does not get to PAUSED by the flush. */
GST_START_TEST (test_flush_does_not_end_the_wait_for_a_connection)
{
  GstElement *pipeline =
      parse ("audiotestsrc ! mulawenc ! rtppcmupay ! icesink name=end");
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  start (pipeline, end->pads->data);
  for (guint i = 0; i < 20; i++)
    fail_unless (gst_element_seek_simple (end, GST_FORMAT_TIME,
            GST_SEEK_FLAG_FLUSH, i * GST_SECOND));
  while ((message = gst_bus_pop_filtered (bus,
              GST_MESSAGE_STATE_CHANGED)) != NULL) {
    GstState now = GST_STATE_NULL;

    gst_message_parse_state_changed (message, NULL, &now, NULL);
    fail_if (now >= GST_STATE_PAUSED
        && GST_MESSAGE_SRC (message) == GST_OBJECT (end));
    gst_message_unref (message);
  }
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, 0),
      GST_STATE_CHANGE_ASYNC);
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (end);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
states_suite (void)
{
  Suite *s = suite_create ("states");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_loop_test (tc, test_element_takes_every_event_in_every_state, 0,
      N_CELLS);
  tcase_add_loop_test (tc, test_pipeline_takes_every_event_in_every_state, 0,
      N_CELLS);
  tcase_add_loop_test (tc, test_pad_takes_every_event_in_every_state, 0,
      N_CELLS);
  tcase_add_loop_test (tc, test_every_query_in_every_state, 0, N_CELLS);
  tcase_add_loop_test (tc, test_eos_ends_the_wait_for_a_connection, 0,
      G_N_ELEMENTS (streams));
  tcase_add_test (tc, test_flush_does_not_end_the_wait_for_a_connection);
  return s;
}

GST_CHECK_MAIN (states);
