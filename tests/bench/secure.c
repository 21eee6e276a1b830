/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What encrypted packets of 1,200 bytes cost, in nanoseconds of CPU time.
 *
 * secure send KIND LENGTH: the sender, of all threads of this process, which has the receiver
 *     too; secure.py sees to it that media is dropped before it gets there. KIND: ice, webrtc;
 *     plain: ice without encryption; null: the pushing alone; gso, gso-gcm, gso-hmac: bare
 *     loops of system calls and OpenSSL. LENGTH: packets in a list.
 * secure receive KIND LENGTH: all threads but the one that sends. KIND: ice, webrtc, plain;
 *     evp-gcm, evp-hmac: what OpenSSL alone takes to open a packet. */

#include "securebare.h"
#include "listening.h"

#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#define CAPS "application/x-rtp, media=video, encoding-name=VP8, " \
    "clock-rate=90000, payload=96, ssrc=(uint)1111"
#define SIZE SECURE_BARE_PACKET_BYTES
#define SECONDS 1.0
#define TIMEOUT_US (20 * G_TIME_SPAN_SECOND)

/* Under way at once when the receiver is measured: what the usual receive buffer holds. */
#define MAX_UNDER_WAY 80
#define LOST_US (G_TIME_SPAN_SECOND / 5)

static GstPad *out;
static gint n_received;         /* atomic: packets */

static void
die (const gchar * why)
{
  g_printerr ("%s\n", why);
  exit (1);
}

static GstElement *
parse (const gchar * description)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch (description, &error);

  if (error != NULL)
    die (error->message);
  return element;
}

static void
link_out (GstPad * sink)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstSegment segment;

  out = gst_pad_new ("out", GST_PAD_SRC);
  gst_pad_set_active (out, TRUE);
  if (gst_pad_link_full (out, sink, GST_PAD_LINK_CHECK_NOTHING) !=
      GST_PAD_LINK_OK)
    die ("the sink does not link");
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (out, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (out, gst_event_new_caps (caps));
  gst_pad_push_event (out, gst_event_new_segment (&segment));
}

static GstFlowReturn
on_packet (GstPad * pad, GstObject * parent, GstBuffer * packet)
{
  g_atomic_int_inc (&n_received);
  gst_buffer_unref (packet);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_packets (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  g_atomic_int_add (&n_received, (gint) gst_buffer_list_length (list));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

/* @src: whose packets are counted, for as long as the process lives */
static void
link_in (GstPad * src)
{
  GstPad *in = gst_pad_new ("in", GST_PAD_SINK);

  gst_pad_set_chain_function (in, on_packet);
  gst_pad_set_chain_list_function (in, on_packets);
  gst_pad_set_active (in, TRUE);
  if (gst_pad_link_full (src, in, GST_PAD_LINK_CHECK_NOTHING) !=
      GST_PAD_LINK_OK)
    die ("the source does not link");
}

static void
push (guint length, guint n_packets)
{
  static guint16 seqnum = 0;

  for (guint n = 0; n < n_packets; n += length) {
    GstBufferList *list = gst_buffer_list_new_sized (length);

    for (guint i = 0; i < length; i++) {
      GstBuffer *packet = gst_buffer_new_allocate (NULL, SIZE, NULL);
      GstMapInfo map;

      gst_buffer_map (packet, &map, GST_MAP_WRITE);
      memset (map.data, 0, 16);
      map.data[0] = 0x80;
      map.data[1] = 96;
      GST_WRITE_UINT16_BE (map.data + 2, seqnum++);
      GST_WRITE_UINT32_BE (map.data + 8, 1111);
      gst_buffer_unmap (packet, &map);
      gst_buffer_list_add (list, packet);
    }
    gst_pad_push_list (out, list);
  }
}

/* icesink */

/* Until @pipeline's progress says @wanted. */
static void
wait_progress (GstElement * pipeline, const gchar * wanted)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean done = FALSE;

  while (!done) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus,
        TIMEOUT_US * GST_USECOND, GST_MESSAGE_PROGRESS);
    g_autofree gchar *text = NULL;

    if (message == NULL)
      die ("icesink does not get there");
    gst_message_parse_progress (message, NULL, NULL, &text);
    done = g_strrstr (text, wanted) != NULL;
    gst_message_unref (message);
  }
}

/* @encryption: of both ends: "dtls-srtp", "sdes", "none" */
static void
make_ice (const gchar * encryption)
{
  GstElement *receiver = gst_pipeline_new (NULL);
  g_autofree gchar *source = g_strdup_printf ("icesrc name=end encryption=%s "
      "signalling-uri=http://:0/bench caps=\"application/x-rtp,media=video,"
      "encoding-name=VP8,clock-rate=90000\"", encryption);
  GstElement *src = parse (source);
  g_autofree gchar *description = NULL;
  GstElement *sender;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) src_pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GstPad) pad = NULL;

  gst_bin_add (GST_BIN (receiver), src);
  link_in (src_pad);
  gst_element_set_state (receiver, GST_STATE_PLAYING);
  description = g_strdup_printf ("icesink name=end sync=false async=false "
      "auto-restart=false encryption=%s "
      "signalling-uri=http://127.0.0.1:%u/bench", encryption,
      wait_listening (receiver));
  sender = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (sender), parse (description));
  sink = gst_bin_get_by_name (GST_BIN (sender), "end");
  pad = gst_element_get_static_pad (sink, "sink");
  gst_element_set_state (sender, GST_STATE_PLAYING);
  link_out (pad);
  wait_progress (sender, g_str_equal (encryption, "none") ? "connected" :
      "encrypted");
}

/* webrtcbin */

static GstElement *ends[2];

static void
on_candidate (GstElement * end, guint mline, const gchar * candidate,
    GstElement * other)
{
  g_signal_emit_by_name (other, "add-ice-candidate", mline, candidate);
}

/* @promise: (transfer full): of @from's description called @name */
static void
carry (GstPromise * promise, const gchar * name, GstElement * from,
    GstElement * to)
{
  GstWebRTCSessionDescription *description = NULL;

  gst_structure_get (gst_promise_get_reply (promise), name,
      GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, NULL);
  g_signal_emit_by_name (from, "set-local-description", description, NULL);
  g_signal_emit_by_name (to, "set-remote-description", description, NULL);
  gst_webrtc_session_description_free (description);
  gst_promise_unref (promise);
}

static void
on_answer (GstPromise * promise, gpointer user_data)
{
  carry (promise, "answer", ends[1], ends[0]);
}

static void
on_offer (GstPromise * promise, gpointer user_data)
{
  carry (promise, "offer", ends[0], ends[1]);
  g_signal_emit_by_name (ends[1], "create-answer", NULL,
      gst_promise_new_with_change_func (on_answer, NULL, NULL));
}

static void
on_negotiation_needed (GstElement * sender, gpointer user_data)
{
  g_signal_emit_by_name (sender, "create-offer", NULL,
      gst_promise_new_with_change_func (on_offer, NULL, NULL));
}

static void
on_pad_added (GstElement * receiver, GstPad * pad, gpointer user_data)
{
  if (GST_PAD_IS_SRC (pad))
    link_in (pad);
}

static void
make_webrtc (void)
{
  gint64 until = g_get_monotonic_time () + TIMEOUT_US;
  g_autoptr (GstPad) pad = NULL;
  gint state = 0;

  for (guint i = 0; i < 2; i++) {
    GstElement *pipeline = gst_pipeline_new (NULL);

    ends[i] = parse ("webrtcbin latency=0");
    gst_bin_add (GST_BIN (pipeline), ends[i]);
  }
  for (guint i = 0; i < 2; i++)
    g_signal_connect (ends[i], "on-ice-candidate", G_CALLBACK (on_candidate),
        ends[1 - i]);
  g_signal_connect (ends[1], "pad-added", G_CALLBACK (on_pad_added), NULL);
  gst_element_set_state (GST_ELEMENT_PARENT (ends[1]), GST_STATE_PLAYING);
  pad = gst_element_request_pad_simple (ends[0], "sink_%u");
  g_signal_connect (ends[0], "on-negotiation-needed",
      G_CALLBACK (on_negotiation_needed), NULL);
  gst_element_set_state (GST_ELEMENT_PARENT (ends[0]), GST_STATE_PLAYING);
  link_out (pad);
  /* It asks to negotiate when it has seen caps. */
  while (state != GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED) {
    if (g_get_monotonic_time () > until)
      die ("webrtcbin does not connect");
    g_usleep (10000);
    g_object_get (ends[0], "connection-state", &state, NULL);
  }
}

static void
make_null (void)
{
  GstElement *sink = parse ("fakesink sync=false async=false");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_element_set_state (sink, GST_STATE_PLAYING);
  link_out (pad);
}

static gdouble
get_seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

/* Media, and nothing else of ours, is that long: after this it goes nowhere. */
static void
cut (void)
{
  if (system ("nft -f - << END\n"
          "table netdev bench {\n"
          "  counter dropped { }\n"
          "  chain in { type filter hook ingress device lo priority 0;\n"
          "    udp length > 1150 counter name dropped drop\n  }\n}\nEND") != 0)
    die ("no nft");
}

static guint64
get_dropped_bytes (void)
{
  g_autofree gchar *text = NULL;
  const gchar *bytes;

  if (!g_spawn_command_line_sync ("nft list counter netdev bench dropped",
          &text, NULL, NULL, NULL))
    die ("no nft");
  bytes = strstr (text, "bytes ");
  return bytes != NULL ? g_ascii_strtoull (bytes + 6, NULL, 10) : 0;
}

/* What is sent is dropped before it gets to the receiver. */
static gdouble
measure_pushing (const gchar * kind, guint length)
{
  guint n_packets = 0;
  guint64 dropped;
  gdouble cpu, until;

  cut ();
  push (length, 40 * 100);
  dropped = get_dropped_bytes ();
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID);
  until = get_seconds (CLOCK_MONOTONIC) + SECONDS;
  while (get_seconds (CLOCK_MONOTONIC) < until) {
    push (length, 40 * 25);
    n_packets += 40 * 25;
  }
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID) - cpu;

  /* What was not sent cost less. */
  dropped = get_dropped_bytes () - dropped;
  if (!g_str_equal (kind, "null") && dropped < (guint64) n_packets * SIZE) {
    g_printerr ("of %u packets not all were sent: %" G_GUINT64_FORMAT
        " bytes\n", n_packets, dropped);
    exit (1);
  }
  return cpu / n_packets * 1e9;
}

static gdouble
measure_bare (const gchar * suite, guint length)
{
  SecureBare *bare = secure_bare_new (suite);
  guint n_packets = 0;
  gdouble cpu, until;

  cut ();
  secure_bare_send (bare, length);
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID);
  until = get_seconds (CLOCK_MONOTONIC) + SECONDS;
  while (get_seconds (CLOCK_MONOTONIC) < until) {
    for (guint n = 0; n < 1000; n += length) {
      secure_bare_send (bare, length);
      n_packets += length;
    }
  }
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID) - cpu;
  secure_bare_free (bare);
  return cpu / n_packets * 1e9;
}

static void
wait_under_way (gint n_pushed, gint n_lost)
{
  const gint64 until = g_get_monotonic_time () + LOST_US;

  while (n_pushed - n_lost - g_atomic_int_get (&n_received) > MAX_UNDER_WAY &&
      g_get_monotonic_time () < until)
    g_usleep (20);
}

/* One list after the other, as the receiver has time for them; its pipeline counts. */
static gdouble
measure_receiving (guint length)
{
  gint n_pushed = 0, n_lost = 0, n_before = 0;
  gdouble cpu = 0, until = get_seconds (CLOCK_MONOTONIC) + 2 * SECONDS;
  gboolean warm = FALSE;

  while (get_seconds (CLOCK_MONOTONIC) < until) {
    push (length, length);
    n_pushed += (gint) length;
    wait_under_way (n_pushed, n_lost);
    n_lost = MAX (n_lost, n_pushed - MAX_UNDER_WAY -
        g_atomic_int_get (&n_received));
    if (!warm && get_seconds (CLOCK_MONOTONIC) > until - SECONDS) {
      warm = TRUE;
      n_before = g_atomic_int_get (&n_received);
      n_lost = n_pushed - n_before;
      cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID) -
          get_seconds (CLOCK_THREAD_CPUTIME_ID);
    }
  }
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID) -
      get_seconds (CLOCK_THREAD_CPUTIME_ID) - cpu;
  n_received -= n_before;
  if (n_received < 1000)
    die ("too few packets arrive");
  return cpu / n_received * 1e9;
}

static gdouble
measure_opening (const gchar * suite)
{
  SecureBare *bare = secure_bare_new (suite);
  guint n_packets = 0;
  gdouble cpu = 0, until = get_seconds (CLOCK_MONOTONIC) + SECONDS;

  while (get_seconds (CLOCK_MONOTONIC) < until) {
    gdouble begin;

    secure_bare_seal (bare, 40);
    begin = get_seconds (CLOCK_THREAD_CPUTIME_ID);
    secure_bare_open (bare, 40);
    cpu += get_seconds (CLOCK_THREAD_CPUTIME_ID) - begin;
    n_packets += 40;
  }
  secure_bare_free (bare);
  return cpu / n_packets * 1e9;
}

static void
make (const gchar * kind)
{
  if (g_str_equal (kind, "ice"))
    make_ice ("dtls-srtp");
  else if (g_str_equal (kind, "sdes"))
    make_ice ("sdes");
  else if (g_str_equal (kind, "plain"))
    make_ice ("none");
  else if (g_str_equal (kind, "webrtc"))
    make_webrtc ();
  else
    make_null ();
}

int
main (int argc, char **argv)
{
  const gchar *kind;
  guint length;
  gdouble ns;

  gst_init (&argc, &argv);
  if (argc != 4)
    return 2;
  kind = argv[2];
  length = (guint) atoi (argv[3]);
  if (g_str_has_prefix (kind, "gso")) {
    ns = measure_bare (kind[3] != '\0' ? kind + 4 : NULL, length);
  } else if (g_str_has_prefix (kind, "evp-")) {
    ns = measure_opening (kind + 4);
  } else {
    make (kind);
    ns = g_str_equal (argv[1], "send") ? measure_pushing (kind, length) :
        measure_receiving (length);
  }
  g_print ("%.1f\n", ns);
  fflush (stdout);
  _exit (0);
}
