/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What one icesink costs that many consumers watch. The consumers are icesrc elements of a
 * second process, which finish ICE and DTLS; the sender alone is measured.
 *
 * viewers cost N LENGTH      CPU ns for each packet and consumer, in lists of LENGTH, as fast as
 *                            they go; media is dropped on its way (cut), so that the consumers
 *                            cost nothing. Then KiB a consumer, seconds until all had joined, and
 *                            CPU ms of the sender for each that joined.
 * viewers cost-lite N LENGTH the same, where the sender is lite and has one port for all
 * viewers webrtc N LENGTH    the same for N webrtcbin elements behind a tee, whose peers are
 *                            in the same process
 * viewers bare LENGTH        CPU ns for a packet of a bare loop of OpenSSL and one system call
 * viewers deliver N SECONDS  packets sent to and received by all consumers at 30 frames of 5
 *                            packets a second, and how much of one processor the sender took
 * viewers deliver-lite N SECONDS  the same on one port
 *
 * Packets have 1,200 bytes. */

#include "securebare.h"
#include "listening.h"

#include <gst/gst.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#define CAPS "application/x-rtp, media=video, encoding-name=VP8, " \
    "clock-rate=90000, payload=96, ssrc=(uint)1111"
#define SIZE SECURE_BARE_PACKET_BYTES
#define SECONDS 2.0
#define FRAME_PACKETS 5
#define FRAMES_A_SECOND 30
#define TIMEOUT_US (120 * G_TIME_SPAN_SECOND)
/* Consumers that join at one time: a listener takes so many connections of one address. */
#define AT_ONCE 8
#define LATE_US (2 * G_TIME_SPAN_SECOND)
/* Of a port that a thousand calls share, docs/bridge.md. */
#define SHARED_BUFFER_BYTES (4 * 1024 * 1024)

static GstPad *out;
static GstElement *icesink;     /* the icesink; NULL: the sender is no icesink */
static gint n_joined;           /* atomic: consumers of this process */
static gint n_received;         /* atomic: packets of all of them */

static void G_GNUC_NORETURN
die (const gchar * why)
{
  g_printerr ("viewers: %s\n", why);
  _exit (1);
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

static gdouble
get_seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static glong
get_rss_kib (void)
{
  g_autofree gchar *text = NULL;
  const gchar *found;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) ||
      (found = strstr (text, "VmRSS:")) == NULL)
    die ("/proc/self/status is not as it was");
  return atol (found + strlen ("VmRSS:"));
}

/* Media, and nothing else of ours, is that long: after this it goes nowhere. */
static void
cut (void)
{
  if (system ("nft -f - << END\n"
          "table netdev bench {\n"
          "  chain in { type filter hook ingress device lo priority 0;\n"
          "    udp length > 1150 drop\n  }\n}\nEND") != 0)
    die ("no nft");
}

/* --- What is sent --- */

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

static void
push (guint length)
{
  static guint16 seqnum;
  GstBufferList *list = gst_buffer_list_new_sized (length);

  for (guint i = 0; i < length; i++) {
    GstBuffer *packet = gst_buffer_new_allocate (NULL, SIZE, NULL);
    guint8 header[12] = { 0x80, 96 };

    GST_WRITE_UINT16_BE (header + 2, seqnum++);
    GST_WRITE_UINT32_BE (header + 8, 1111);
    gst_buffer_fill (packet, 0, header, sizeof (header));
    gst_buffer_list_add (list, packet);
  }
  gst_pad_push_list (out, list);
}

/* Returns: packets that left for all consumers */
static guint64
get_sent (void)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 n_sent = 0;

  g_object_get (icesink, "stats", &stats, NULL);
  if (!gst_structure_get_uint64 (stats, "packets-sent", &n_sent))
    die ("the stats are not as they were");
  return n_sent;
}

/* Returns: CPU ns of this process for each packet and consumer */
static gdouble
measure (guint n_consumers, guint length)
{
  gdouble cpu, until;
  guint64 n = 0, n_sent;

  cut ();
  for (guint i = 0; i < 20; i++)
    push (length);
  n_sent = icesink != NULL ? get_sent () : 0;
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID);
  until = get_seconds (CLOCK_MONOTONIC) + SECONDS;
  while (get_seconds (CLOCK_MONOTONIC) < until) {
    push (length);
    n += length;
  }
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID) - cpu;
  if (icesink != NULL && get_sent () - n_sent != n * n_consumers)
    die ("not all packets left for all consumers");
  return cpu * 1e9 / n / n_consumers;
}

/* --- Consumers --- */

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

static GstBusSyncReply
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_PROGRESS) {
    gst_message_parse_progress (message, NULL, NULL, &text);
    if (g_strrstr (text, "encrypted") != NULL)
      g_atomic_int_inc (&n_joined);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("viewers: a consumer: %s\n", error->message);
  }
  return GST_BUS_DROP;
}

static void
join (guint number, guint port)
{
  g_autofree gchar *description = g_strdup_printf ("icesrc name=src "
      "session-name=c%u context=bench network-interfaces=lo caps=\"application/"
      "x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96\" "
      "signalling-uri=http://127.0.0.1:%u/bench", number, port);
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *src = parse (description);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bin_add (GST_BIN (pipeline), src);
  link_in (pad);
  gst_bus_set_sync_handler (bus, on_message, NULL, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

/* The second process: joins, tells it, and tells at the end how many packets came. */
static void G_GNUC_NORETURN
consume (gint fd, guint n_consumers)
{
  const gint64 until = g_get_monotonic_time () + TIMEOUT_US;
  guint32 port, count;
  gchar word;

  gst_init (NULL, NULL);
  if (read (fd, &port, sizeof (port)) != sizeof (port))
    die ("the sender is gone");
  for (guint i = 0; i < n_consumers; i++) {
    join (i, port);
    while ((guint) g_atomic_int_get (&n_joined) + AT_ONCE <= i) {
      g_usleep (1000);
      if (g_get_monotonic_time () > until)
        die ("not all consumers join");
    }
  }
  while ((guint) g_atomic_int_get (&n_joined) < n_consumers) {
    g_usleep (1000);
    if (g_get_monotonic_time () > until)
      die ("not all consumers join");
  }
  count = n_consumers;
  if (write (fd, &count, sizeof (count)) != sizeof (count))
    die ("the sender is gone");
  while (read (fd, &word, 1) == 1) {
    count = (guint32) g_atomic_int_get (&n_received);
    if (write (fd, &count, sizeof (count)) != sizeof (count))
      break;
  }
  _exit (0);
}

/* Starts @n_consumers of them. Returns: what to talk to them by
 * @pid: (out) */
static gint
start_consumers (guint n_consumers, pid_t * pid)
{
  gint fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM, 0, fds) != 0)
    die ("no socket pair");
  *pid = fork ();
  if (*pid == 0) {
    close (fds[0]);
    consume (fds[1], n_consumers);
  }
  close (fds[1]);
  return fds[0];
}

static guint32
hear (gint fd)
{
  guint32 number;

  if (read (fd, &number, sizeof (number)) != sizeof (number))
    die ("the consumers are gone");
  return number;
}

static guint
find_port (void)
{
  struct sockaddr_in any = {.sin_family = AF_INET };
  socklen_t size = sizeof (any);
  const gint fd = socket (AF_INET, SOCK_DGRAM, 0);

  if (bind (fd, (struct sockaddr *) &any, size) < 0 ||
      getsockname (fd, (struct sockaddr *) &any, &size) < 0)
    die ("no port is free");
  close (fd);
  return g_ntohs (any.sin_port);
}

/* Has all consumers join. @lite: on one port. Returns: seconds that it took */
static gdouble
serve (gint fd, gboolean lite)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *sink = parse ("icesink sync=false async=false "
      "wait-for-connection=false max-consumers=0 network-interfaces=lo "
      "signalling-uri=http://127.0.0.1:0/bench?mode=listener");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  guint32 port;
  gdouble start;

  if (lite)
    g_object_set (sink, "ice-lite", TRUE, "udp-mux-port", find_port (),
        "buffer-size", SHARED_BUFFER_BYTES, NULL);
  icesink = sink;
  gst_bin_add (GST_BIN (pipeline), sink);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  link_out (pad);
  port = wait_listening (pipeline);
  start = get_seconds (CLOCK_MONOTONIC);
  if (write (fd, &port, sizeof (port)) != sizeof (port))
    die ("the consumers are gone");
  hear (fd);
  return get_seconds (CLOCK_MONOTONIC) - start;
}

static void
stop_consumers (gint fd, pid_t pid)
{
  close (fd);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

static void
run_cost (guint n_consumers, guint length, gboolean lite)
{
  pid_t pid;
  const gint fd = start_consumers (n_consumers, &pid);
  glong rss_kib;
  gdouble joined_s, join_cpu_s, ns;

  gst_init (NULL, NULL);
  gst_object_unref (gst_element_factory_make ("icesink", NULL));
  rss_kib = get_rss_kib ();
  join_cpu_s = get_seconds (CLOCK_PROCESS_CPUTIME_ID);
  joined_s = serve (fd, lite);
  join_cpu_s = get_seconds (CLOCK_PROCESS_CPUTIME_ID) - join_cpu_s;
  rss_kib = get_rss_kib () - rss_kib;
  ns = measure (n_consumers, length);
  g_print ("%.0f %.1f %.2f %.2f\n", ns, (gdouble) rss_kib / n_consumers,
      joined_s, join_cpu_s * 1e3 / n_consumers);
  stop_consumers (fd, pid);
}

/* Returns: how many packets the consumers have received by now */
static guint32
ask_received (gint fd)
{
  if (write (fd, "c", 1) != 1)
    die ("the consumers are gone");
  return hear (fd);
}

/* A consumer has its keys before the sender has them for it: until one frame comes to all. */
static void
warm_up (gint fd, guint n_consumers)
{
  const gint64 until = g_get_monotonic_time () + TIMEOUT_US;
  guint32 n_before;

  do {
    n_before = ask_received (fd);
    push (FRAME_PACKETS);
    g_usleep (LATE_US / 4);
    if (g_get_monotonic_time () > until)
      die ("a frame does not come to all consumers");
  } while (ask_received (fd) - n_before != FRAME_PACKETS * n_consumers);
}

static void
run_deliver (guint n_consumers, guint seconds, gboolean lite)
{
  pid_t pid;
  const gint fd = start_consumers (n_consumers, &pid);
  const guint n_frames = seconds * FRAMES_A_SECOND;
  gdouble cpu, start, took;
  guint64 n_sent = (guint64) n_frames * FRAME_PACKETS * n_consumers;
  guint32 n_got;

  gst_init (NULL, NULL);
  serve (fd, lite);
  warm_up (fd, n_consumers);
  n_got = ask_received (fd);
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID);
  start = get_seconds (CLOCK_MONOTONIC);
  for (guint i = 0; i < n_frames; i++) {
    const gdouble due = start + (gdouble) i / FRAMES_A_SECOND;
    const gdouble left = due - get_seconds (CLOCK_MONOTONIC);

    if (left > 0)
      g_usleep ((gulong) (left * 1e6));
    push (FRAME_PACKETS);
  }
  took = get_seconds (CLOCK_MONOTONIC) - start;
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID) - cpu;
  g_usleep (LATE_US);
  n_got = ask_received (fd) - n_got;
  g_print ("%" G_GUINT64_FORMAT " %u %.2f %.1f\n", n_sent, n_got, cpu / took,
      took);
  stop_consumers (fd, pid);
}

/* --- webrtcbin --- */

typedef struct
{
  GstElement *ends[2];          /* who sends, who receives */
} Pair;

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
  Pair *pair = user_data;

  carry (promise, "answer", pair->ends[1], pair->ends[0]);
}

static void
on_offer (GstPromise * promise, gpointer user_data)
{
  Pair *pair = user_data;

  carry (promise, "offer", pair->ends[0], pair->ends[1]);
  g_signal_emit_by_name (pair->ends[1], "create-answer", NULL,
      gst_promise_new_with_change_func (on_answer, pair, NULL));
}

static void
on_negotiation_needed (GstElement * sender, Pair * pair)
{
  g_signal_emit_by_name (sender, "create-offer", NULL,
      gst_promise_new_with_change_func (on_offer, pair, NULL));
}

static void
on_pad_added (GstElement * receiver, GstPad * pad, gpointer user_data)
{
  if (GST_PAD_IS_SRC (pad))
    link_in (pad);
}

static void
make_webrtc_consumer (Pair * pair, GstElement * pipeline, GstElement * tee)
{
  g_autoptr (GstPad) src = gst_element_request_pad_simple (tee, "src_%u");
  g_autoptr (GstPad) sink = NULL;
  GstElement *receiver = gst_pipeline_new (NULL);

  for (guint i = 0; i < 2; i++)
    pair->ends[i] = parse ("webrtcbin latency=0");
  gst_bin_add (GST_BIN (pipeline), pair->ends[0]);
  gst_bin_add (GST_BIN (receiver), pair->ends[1]);
  for (guint i = 0; i < 2; i++)
    g_signal_connect (pair->ends[i], "on-ice-candidate",
        G_CALLBACK (on_candidate), pair->ends[1 - i]);
  g_signal_connect (pair->ends[1], "pad-added", G_CALLBACK (on_pad_added),
      NULL);
  gst_element_set_state (receiver, GST_STATE_PLAYING);
  sink = gst_element_request_pad_simple (pair->ends[0], "sink_%u");
  g_signal_connect (pair->ends[0], "on-negotiation-needed",
      G_CALLBACK (on_negotiation_needed), pair);
  gst_element_sync_state_with_parent (pair->ends[0]);
  if (gst_pad_link (src, sink) != GST_PAD_LINK_OK)
    die ("webrtcbin does not link");
}

static void
run_webrtc (guint n_consumers, guint length)
{
  Pair *pairs = g_new0 (Pair, n_consumers);
  const gint64 until = g_get_monotonic_time () + TIMEOUT_US;
  GstElement *pipeline, *tee;
  g_autoptr (GstPad) pad = NULL;

  gst_init (NULL, NULL);
  pipeline = gst_pipeline_new (NULL);
  tee = gst_element_factory_make ("tee", NULL);
  gst_bin_add (GST_BIN (pipeline), tee);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  pad = gst_element_get_static_pad (tee, "sink");
  for (guint i = 0; i < n_consumers; i++)
    make_webrtc_consumer (&pairs[i], pipeline, tee);
  link_out (pad);
  for (guint i = 0; i < n_consumers; i++) {
    gint state = 0;

    while (state != GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED) {
      if (g_get_monotonic_time () > until)
        die ("webrtcbin does not connect");
      g_usleep (10000);
      g_object_get (pairs[i].ends[0], "connection-state", &state, NULL);
    }
  }
  g_print ("%.0f\n", measure (n_consumers, length));
  _exit (0);
}

static void
run_bare (guint length)
{
  SecureBare *bare = secure_bare_new ("gcm");
  gdouble cpu, until;
  guint64 n = 0;

  cut ();
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID);
  until = get_seconds (CLOCK_MONOTONIC) + SECONDS;
  while (get_seconds (CLOCK_MONOTONIC) < until) {
    secure_bare_send (bare, length);
    n += length;
  }
  cpu = get_seconds (CLOCK_PROCESS_CPUTIME_ID) - cpu;
  secure_bare_free (bare);
  g_print ("%.0f\n", cpu * 1e9 / n);
}

/* A thousand consumers need more descriptors than a shell's usual limit: who may raises it. */
static void
raise_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char **argv)
{
  raise_limit ();
  if (argc == 3 && g_str_equal (argv[1], "bare"))
    run_bare ((guint) atoi (argv[2]));
  else if (argc == 4 && g_str_equal (argv[1], "webrtc"))
    run_webrtc ((guint) atoi (argv[2]), (guint) atoi (argv[3]));
  else if (argc == 4 && (g_str_equal (argv[1], "cost") ||
          g_str_equal (argv[1], "cost-lite")))
    run_cost ((guint) atoi (argv[2]), (guint) atoi (argv[3]),
        g_str_has_suffix (argv[1], "-lite"));
  else if (argc == 4 && (g_str_equal (argv[1], "deliver") ||
          g_str_equal (argv[1], "deliver-lite")))
    run_deliver ((guint) atoi (argv[2]), (guint) atoi (argv[3]),
        g_str_has_suffix (argv[1], "-lite"));
  else
    die ("cost|cost-lite|webrtc N LENGTH, deliver|deliver-lite N SECONDS, or bare LENGTH");
  return 0;
}
