/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How long a call takes to set up, both ends in this process: from the second end
 * reaching PAUSED to the first packet that the receiver delivers. Side by side, in
 * turn: icesink calling an icesrc over HTTP, the same with the caller started
 * first, and two webrtcbin that hand each other descriptions and candidates.
 *
 * connect [RUNS]
 * connect RUNS first-packet ROUND_TRIP_MS INTERFACE HOST [EXTERNAL]: calls of ours alone, with
 * DTLS-SRTP beside without encryption; over INTERFACE, HTTP to HOST, and EXTERNAL in the
 * place of the interface's address */

#define GST_USE_UNSTABLE_API
#include <gio/gio.h>
#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_RUNS 20
#define TIMEOUT_US (10 * G_TIME_SPAN_SECOND)
#define GOAL_MEDIAN_MS 60.
#define GOAL_WORST_MS 200.

#define SOURCE "audiotestsrc is-live=true samplesperbuffer=480 ! " \
    "audio/x-raw,rate=48000,channels=1 ! opusenc ! rtpopuspay "

/* Over a path with a delay, what DTLS adds is a round trip, and this. */
#define GOAL_ENCRYPTED_RATIO 1.15

/* Where calls of ours go. */
static const gchar *interface = "lo", *host = "127.0.0.1", *external = "";

/* One call under way. */
typedef struct
{
  GstElement *first, *second;   /* pipelines, in the order of starting */

  GMutex lock;
  GCond cond;
  gint64 paused_us;             /* protected by lock, as the next */
  gint64 packet_us;
} Call;

static void
call_init (Call * call)
{
  memset (call, 0, sizeof (*call));
  g_mutex_init (&call->lock);
  g_cond_init (&call->cond);
}

static void
stamp (Call * call, gint64 * time_us)
{
  g_mutex_lock (&call->lock);
  if (*time_us == 0)
    *time_us = g_get_monotonic_time ();
  g_cond_broadcast (&call->cond);
  g_mutex_unlock (&call->lock);
}

static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Call *call = user_data;

  stamp (call, &call->packet_us);
  return GST_PAD_PROBE_REMOVE;
}

static const GstPadProbeType packets =
    GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST;

static GstElement *
parse (const gchar * description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  if (pipeline == NULL || error != NULL) {
    g_printerr ("%s: %s\n", description, error->message);
    exit (1);
  }
  return pipeline;
}

/* Starts the second end and notes when it has reached PAUSED. */
static void
start_second (Call * call)
{
  gst_element_set_state (call->second, GST_STATE_PAUSED);
  stamp (call, &call->paused_us);
  gst_element_set_state (call->second, GST_STATE_PLAYING);
}

/* Returns: milliseconds to the first packet; ends the call */
static gdouble
finish (Call * call)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_US;
  gdouble ms = -1;

  g_mutex_lock (&call->lock);
  while (call->packet_us == 0 &&
      g_cond_wait_until (&call->cond, &call->lock, deadline));
  if (call->packet_us != 0)
    ms = (call->packet_us - call->paused_us) / 1000.;
  g_mutex_unlock (&call->lock);

  gst_element_set_state (call->second, GST_STATE_NULL);
  gst_element_set_state (call->first, GST_STATE_NULL);
  gst_object_unref (call->second);
  gst_object_unref (call->first);
  g_mutex_clear (&call->lock);
  g_cond_clear (&call->cond);
  if (ms < 0) {
    g_printerr ("no packet within %d s\n", (int) (TIMEOUT_US / 1000000));
    exit (1);
  }
  return ms;
}

/* Calls of ours. */

static guint
find_free_port (void)
{
  /* A port that was free a moment ago: the kernel hands them out in turn. */
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_socket_bind (socket, address, FALSE, NULL);
  bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static GstElement *
make_receiver (Call * call, guint port, const gchar * encryption)
{
  g_autofree gchar *description =
      g_strdup_printf ("icesrc name=end network-interfaces=%s %s "
      "encryption=%s signalling-uri=http://:%u/bench ! rtpopusdepay ! "
      "fakesink async=false", interface, external, encryption, port);
  GstElement *pipeline = parse (description);
  g_autoptr (GstElement) end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (end, "src");

  gst_pad_add_probe (pad, packets, on_packet, call, NULL);
  return pipeline;
}

static GstElement *
make_sender (guint port, const gchar * encryption)
{
  g_autofree gchar *description = g_strdup_printf (SOURCE
      "! icesink network-interfaces=%s %s encryption=%s async=false "
      "signalling-uri=http://%s:%u/bench", interface, external, encryption,
      host, port);

  return parse (description);
}

/* Until @pipeline listens, or has found that nobody does. */
static void
wait_until_waiting (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean waiting = FALSE;

  while (!waiting) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus,
        TIMEOUT_US * GST_USECOND, GST_MESSAGE_PROGRESS | GST_MESSAGE_ERROR);
    g_autofree gchar *text = NULL;

    if (message == NULL || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      g_printerr ("the first end does not start\n");
      exit (1);
    }
    gst_message_parse_progress (message, NULL, NULL, &text);
    waiting = g_str_has_prefix (text, "listening") ||
        g_str_has_prefix (text, "waiting");
    gst_message_unref (message);
  }
}

static gdouble
measure_ice (gboolean caller_first, const gchar * encryption)
{
  guint port = find_free_port ();
  Call call;

  call_init (&call);
  call.first = caller_first ? make_sender (port, encryption) :
      make_receiver (&call, port, encryption);
  call.second = caller_first ? make_receiver (&call, port, encryption) :
      make_sender (port, encryption);
  gst_element_set_state (call.first, GST_STATE_PLAYING);
  wait_until_waiting (call.first);
  start_second (&call);
  return finish (&call);
}

/* Calls of two webrtcbin. */

static GstElement *
get_end (GstElement * pipeline)
{
  return gst_bin_get_by_name (GST_BIN (pipeline), "end");
}

static void
on_candidate (GstElement * end, guint mline, const gchar * candidate,
    GstElement * other)
{
  g_signal_emit_by_name (other, "add-ice-candidate", mline, candidate);
}

static void
on_answer (GstPromise * promise, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GstElement) sender = get_end (call->second);
  g_autoptr (GstElement) receiver = get_end (call->first);
  GstWebRTCSessionDescription *answer = NULL;

  gst_structure_get (gst_promise_get_reply (promise), "answer",
      GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &answer, NULL);
  g_signal_emit_by_name (receiver, "set-local-description", answer, NULL);
  g_signal_emit_by_name (sender, "set-remote-description", answer, NULL);
  gst_webrtc_session_description_free (answer);
  gst_promise_unref (promise);
}

static void
on_offer (GstPromise * promise, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GstElement) sender = get_end (call->second);
  g_autoptr (GstElement) receiver = get_end (call->first);
  GstWebRTCSessionDescription *offer = NULL;

  gst_structure_get (gst_promise_get_reply (promise), "offer",
      GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  g_signal_emit_by_name (sender, "set-local-description", offer, NULL);
  g_signal_emit_by_name (receiver, "set-remote-description", offer, NULL);
  gst_webrtc_session_description_free (offer);
  g_signal_emit_by_name (receiver, "create-answer", NULL,
      gst_promise_new_with_change_func (on_answer, call, NULL));
  gst_promise_unref (promise);
}

static void
on_negotiation_needed (GstElement * sender, gpointer user_data)
{
  g_signal_emit_by_name (sender, "create-offer", NULL,
      gst_promise_new_with_change_func (on_offer, user_data, NULL));
}

static void
on_pad_added (GstElement * receiver, GstPad * pad, gpointer user_data)
{
  GstElement *sink;
  g_autoptr (GstPad) peer = NULL;
  g_autoptr (GstObject) pipeline = gst_object_get_parent (GST_OBJECT
      (receiver));

  if (GST_PAD_IS_SINK (pad))
    return;

  gst_pad_add_probe (pad, packets, on_packet, user_data, NULL);
  sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  peer = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (pad, peer);
}

static gdouble
measure_webrtc (void)
{
  g_autoptr (GstElement) sender = NULL;
  g_autoptr (GstElement) receiver = NULL;
  Call call;

  call_init (&call);
  call.first = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (call.first), parse ("webrtcbin name=end latency=0"));
  call.second = parse (SOURCE
      "! application/x-rtp,media=audio,encoding-name=OPUS,payload=96 "
      "! webrtcbin name=end latency=0");
  receiver = get_end (call.first);
  sender = get_end (call.second);
  g_signal_connect (sender, "on-negotiation-needed",
      G_CALLBACK (on_negotiation_needed), &call);
  g_signal_connect (sender, "on-ice-candidate", G_CALLBACK (on_candidate),
      receiver);
  g_signal_connect (receiver, "on-ice-candidate", G_CALLBACK (on_candidate),
      sender);
  g_signal_connect (receiver, "pad-added", G_CALLBACK (on_pad_added), &call);

  gst_element_set_state (call.first, GST_STATE_PLAYING);
  start_second (&call);
  return finish (&call);
}

/* The table. */

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static gdouble
report (const gchar * name, GArray * times)
{
  gdouble median;

  g_array_sort (times, compare);
  median = g_array_index (times, gdouble, times->len / 2);
  g_print ("| %-36s | %6.1f | %6.1f | %6.1f |\n", name,
      g_array_index (times, gdouble, 0), median,
      g_array_index (times, gdouble, times->len - 1));
  return median;
}

static void
goal (const gchar * what, gdouble value, gdouble limit)
{
  g_print ("GOAL %s: %.1f, at most %.1f: %s\n", what, value, limit,
      value <= limit ? "met" : "not met");
}

/* Calls with keys beside calls without. */
static int
compare_encryption (guint runs, gdouble round_trip_ms)
{
  g_autoptr (GArray) plain = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) encrypted = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble plain_median, median;

  for (guint i = 0; i <= runs; i++) {
    gdouble ms[] = { measure_ice (FALSE, "none"),
      measure_ice (FALSE, "dtls-srtp")
    };

    if (i == 0)
      continue;
    g_array_append_val (plain, ms[0]);
    g_array_append_val (encrypted, ms[1]);
  }
  g_print
      ("| %u runs, in turn, %.0f ms away; ms to the first packet |    min | "
      "median |  worst |\n|---|---|---|---|\n", runs, round_trip_ms);
  plain_median = report ("encryption=none", plain);
  median = report ("encryption=dtls-srtp", encrypted);
  goal ("encrypted, ms, of plain and a round trip", median,
      GOAL_ENCRYPTED_RATIO * plain_median + round_trip_ms);
  return 0;
}

int
main (int argc, char **argv)
{
  guint runs = argc > 1 ? (guint) atoi (argv[1]) : DEFAULT_RUNS;
  g_autoptr (GArray) called = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) waited = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) webrtc = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble median, worst, webrtc_median;

  gst_init (&argc, &argv);
  if (argc >= 6 && g_str_equal (argv[2], "first-packet")) {
    interface = argv[4];
    host = argv[5];
    if (argc > 6)
      external = g_strconcat ("external-address=", argv[6], NULL);
    return compare_encryption (runs, atof (argv[3]));
  }
  if (!gst_registry_check_feature_version (gst_registry_get (), "webrtcbin", 1,
          22, 0)) {
    g_print ("webrtcbin is missing: install gstreamer1.0-plugins-bad and "
        "gstreamer1.0-nice\n");
    return 77;
  }

  /* The first call of each kind loads what it needs, and does not count. */
  for (guint i = 0; i <= runs; i++) {
    gdouble ms[] = { measure_ice (FALSE, "dtls-srtp"),
      measure_ice (TRUE, "dtls-srtp"), measure_webrtc ()
    };

    if (i == 0)
      continue;
    g_array_append_val (called, ms[0]);
    g_array_append_val (waited, ms[1]);
    g_array_append_val (webrtc, ms[2]);
  }

  g_print ("| %u runs, in turn; ms to the first packet |    min | median |"
      "  worst |\n|---|---|---|---|\n", runs);
  median = report ("icesink calls icesrc", called);
  report ("icesink waits for icesrc", waited);
  webrtc_median = report ("webrtcbin calls webrtcbin", webrtc);
  worst = MAX (g_array_index (called, gdouble, runs - 1),
      g_array_index (waited, gdouble, runs - 1));
  goal ("median, ms", median, GOAL_MEDIAN_MS);
  goal ("median of the one who waits, ms",
      g_array_index (waited, gdouble, runs / 2), GOAL_MEDIAN_MS);
  goal ("worst, ms", worst, GOAL_WORST_MS);
  goal ("median beside webrtcbin's", median, webrtc_median);
  return 0;
}
