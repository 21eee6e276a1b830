/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What many calls in one process cost, as in a bridge: each packet that a receiver
 * delivers goes back by the same call's sender.
 *
 * lines nice|ice|lite|bare|parts N PACKETS_A_SECOND [CONTEXT_WAIT_MS [BAD_A_SECOND]]
 *
 * The bridge is a child. The calls' other ends are here, in one thread, and say how many
 * packets went and came back: libnice's agents, but for "lite", calls on one UDP port, and
 * "bare", an echo by system calls alone, whose peers are a socket each. Without packets
 * each peer of a lite call sends a check every 5 s. Beside the packets there may be checks
 * that are no good. "parts": no calls, but the memory that their elements take. */

#include "litepeers.h"

#include <errno.h>
#include <gst/gst.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAPS "application/x-rtp, media=audio, encoding-name=PCMU, " \
    "clock-rate=8000, payload=0"
#define ADDRESS "127.0.0.1"
#define PACKET_SIZE 160
#define TIMEOUT_US (60 * G_TIME_SPAN_SECOND)
#define MEASURED_S 5
/* Checks and what follows them are over when so many seconds went by in which all
 * packets came back at once; a machine with other work on it may never see that. */
#define N_SETTLED 5
#define MAX_WARM_UP_S 60
#define AT_ONCE_US (100 * G_TIME_SPAN_MILLISECOND)
/* What does not come back in that time is lost. */
#define LOST_US (5 * G_TIME_SPAN_SECOND)
#define N_DESCRIPTORS 65536
#define BUFFER_SIZE 4194304
/* Of calls without packets: RFC 7675, 5.1, and how long they are looked at. */
#define CHECK_S 5
#define IDLE_S 20
#define N_BAD_SOCKETS 64

/* What the bridge tells at the end. */
typedef struct
{
  gint64 cpu_ns, time_us;
  guint n_packets, n_threads, n_descriptors;
  glong rss_kib;                /* of the calls alone */
} Report;

typedef enum
{
  KIND_NICE,
  KIND_ICE,
  KIND_LITE,
  KIND_BARE,
  KIND_PARTS,
} Kind;

static const gchar *const kinds[] = { "nice", "ice", "lite", "bare", "parts",
  NULL
};

typedef struct
{
  GstElement *pipeline, *src, *sink;
  GstPad *in, *out;
  NiceAgent *agent;             /* or NULL, of "ice" */
  GObject *session;             /* or NULL, of "nice" */
  GString *candidates;          /* lines of SDP */
  gint complete;                /* atomic */
} Line;

static guint n_lines;
static gint n_echoed;           /* atomic */

/* Text from process to process. */

static void
say (gint fd, const gchar * text)
{
  guint32 size = (guint32) strlen (text) + 1;

  if (write (fd, &size, sizeof (size)) != sizeof (size) ||
      write (fd, text, size) != (gssize) size)
    agents_die ("the other process is gone");
}

static void
read_all (gint fd, void *data, gsize size)
{
  for (gsize n = 0; n < size;) {
    gssize got = read (fd, (gchar *) data + n, size - n);

    if (got <= 0)
      agents_die ("the other process is gone");
    n += (gsize) got;
  }
}

static gchar *
hear (gint fd)
{
  guint32 size;
  gchar *text;

  read_all (fd, &size, sizeof (size));
  text = g_malloc (size);
  read_all (fd, text, size);
  return text;
}

/* The bridge. */

static glong
get_status (const gchar * field)
{
  g_autofree gchar *text = NULL;
  const gchar *found;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) ||
      (found = strstr (text, field)) == NULL)
    agents_die ("/proc/self/status is not as it was");
  return atol (found + strlen (field));
}

static gint64
get_cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static GstFlowReturn
echo_packet (GstPad * pad, GstObject * parent, GstBuffer * packet)
{
  g_atomic_int_inc (&n_echoed);
  return gst_pad_push (gst_pad_get_element_private (pad), packet);
}

static GstFlowReturn
echo_packets (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  g_atomic_int_add (&n_echoed, (gint) gst_buffer_list_length (list));
  return gst_pad_push_list (gst_pad_get_element_private (pad), list);
}

/* @plays: or only has its elements */
static void
link_echo (Line * line, gboolean plays)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (line->src, "src");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (line->sink, "sink");
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstSegment segment;

  line->pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (line->pipeline), line->src, line->sink, NULL);
  line->out = gst_pad_new ("out", GST_PAD_SRC);
  line->in = gst_pad_new ("in", GST_PAD_SINK);
  gst_pad_set_element_private (line->in, line->out);
  gst_pad_set_chain_function (line->in, echo_packet);
  gst_pad_set_chain_list_function (line->in, echo_packets);
  gst_pad_set_active (line->in, TRUE);
  gst_pad_set_active (line->out, TRUE);
  if (gst_pad_link (src, line->in) != GST_PAD_LINK_OK ||
      gst_pad_link (line->out, sink) != GST_PAD_LINK_OK)
    agents_die ("an element has no usual pad");
  if (!plays)
    return;

  gst_element_set_state (line->pipeline, GST_STATE_PLAYING);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (line->out, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (line->out, gst_event_new_caps (caps));
  gst_pad_push_event (line->out, gst_event_new_segment (&segment));
}

static void
on_candidate (GObject * session, guint mline, const gchar * candidate,
    Line * line)
{
  if (*candidate != '\0')
    g_string_append_printf (line->candidates, "a=%s\r\n", candidate);
  else
    g_atomic_int_set (&line->complete, TRUE);
}

static void
make_ice_line (Line * line, guint number, Kind kind, guint context_wait_ms,
    guint port)
{
  g_autofree gchar *name = g_strdup_printf ("line%u", number);

  line->candidates = g_string_new (NULL);
  line->src = gst_element_factory_make ("icesrc", NULL);
  line->sink = gst_element_factory_make ("icesink", NULL);
  if (line->src == NULL || line->sink == NULL)
    agents_die ("there is no icesrc, no icesink");
  gst_util_set_object_arg (G_OBJECT (line->src), "encryption", "none");
  g_object_set (line->src, "session-name", name, "context", "bridge",
      "context-wait", context_wait_ms, "network-interfaces", "lo", NULL);
  if (kind == KIND_LITE)
    g_object_set (line->src, "ice-lite", TRUE, "udp-mux-port", port,
        "buffer-size", BUFFER_SIZE, NULL);
  g_object_set (line->sink, "session-name", name, "sync", FALSE, "async", FALSE,
      NULL);
  if (kind == KIND_PARTS) {
    link_echo (line, FALSE);
    return;
  }
  gst_element_set_state (line->src, GST_STATE_READY);
  g_object_get (line->src, "session", &line->session, NULL);
  g_signal_connect (line->session, "on-ice-candidate",
      G_CALLBACK (on_candidate), line);
  link_echo (line, TRUE);
}

static void
make_nice_line (Line * line)
{
  line->agent = agents_make (ADDRESS, "audio", FALSE);
  line->src = gst_element_factory_make ("nicesrc", NULL);
  line->sink = gst_element_factory_make ("nicesink", NULL);
  if (line->src == NULL || line->sink == NULL)
    agents_die ("there is no nicesrc, no nicesink");
  g_object_set (line->src, "agent", line->agent, "stream", 1, "component", 1,
      NULL);
  g_object_set (line->sink, "agent", line->agent, "stream", 1, "component", 1,
      "sync", FALSE, "async", FALSE, NULL);
  link_echo (line, TRUE);
}

/* Returns: (transfer full) */
static gchar *
describe (Line * line)
{
  gchar *offer = NULL;

  if (line->agent != NULL)
    return nice_agent_generate_local_sdp (line->agent);

  /* None before all elements are ready. */
  for (gint64 until = g_get_monotonic_time () + TIMEOUT_US; offer == NULL;
      g_usleep (1000)) {
    g_signal_emit_by_name (line->session, "create-offer", &offer);
    if (g_get_monotonic_time () > until)
      agents_die ("no offer");
  }
  return offer;
}

/* Waits for what "create-offer" did not wait for; as libnice reads it.
 * @description: (transfer full)
 * Returns: (transfer full) */
static gchar *
complete (Line * line, gchar * description)
{
  g_auto (GStrv) lines = NULL;
  g_autofree gchar *whole = NULL;

  if (line->agent != NULL)
    return description;

  for (gint64 until = g_get_monotonic_time () + TIMEOUT_US;
      !g_atomic_int_get (&line->complete); g_usleep (1000)) {
    if (g_get_monotonic_time () > until)
      agents_die ("the candidates have no end");
  }
  whole = g_strconcat (description, line->candidates->str, NULL);
  g_free (description);
  lines = g_strsplit (whole, "\r\n", -1);
  return g_strjoinv ("\n", lines);
}

/* @offer: ours; @theirs: as libnice writes it */
static void
take_answer (Line * line, const gchar * offer, const gchar * theirs)
{
  g_autoptr (GString) answer = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"
      "s=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n"
      "a=rtcp-mux\r\na=sendrecv\r\n");
  g_auto (GStrv) ours = g_strsplit (offer, "\n", -1);
  g_auto (GStrv) lines = g_strsplit (theirs, "\n", -1);
  gboolean taken = FALSE;

  if (line->agent != NULL) {
    if (nice_agent_parse_remote_sdp (line->agent, theirs) < 1)
      agents_die ("libnice does not read its own description");
    return;
  }

  for (guint i = 0; ours[i] != NULL; i++) {
    if (g_str_has_prefix (ours[i], "a=mid:"))
      g_string_append_printf (answer, "%s\r\n", ours[i]);
  }
  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "a=ice-") ||
        (g_str_has_prefix (lines[i], "a=candidate:") &&
            strstr (lines[i], " 1 UDP ") != NULL))
      g_string_append_printf (answer, "%s\r\n", lines[i]);
  }
  g_signal_emit_by_name (line->session, "set-remote-description", answer->str,
      &taken);
  if (!taken)
    agents_die ("the answer is not taken");
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Measures between two words of the load's. */
static void
report (gint fd, glong rss_kib)
{
  Report report;

  g_free (hear (fd));
  report.n_packets = (guint) g_atomic_int_get (&n_echoed);
  report.cpu_ns = get_cpu_ns ();
  report.time_us = g_get_monotonic_time ();
  g_free (hear (fd));
  report.cpu_ns = get_cpu_ns () - report.cpu_ns;
  report.time_us = g_get_monotonic_time () - report.time_us;
  report.n_packets = (guint) g_atomic_int_get (&n_echoed) - report.n_packets;
  report.n_threads = (guint) get_status ("Threads:");
  report.n_descriptors = count_descriptors ();
  report.rss_kib = get_status ("VmRSS:") - rss_kib;
  if (write (fd, &report, sizeof (report)) != sizeof (report))
    agents_die ("nobody wants to know");
}

static guint
find_port (void)
{
  struct sockaddr_in any = {.sin_family = AF_INET };
  socklen_t size = sizeof (any);
  gint fd = socket (AF_INET, SOCK_DGRAM, 0);

  if (bind (fd, (struct sockaddr *) &any, size) < 0 ||
      getsockname (fd, (struct sockaddr *) &any, &size) < 0)
    agents_die ("no port is free");
  close (fd);
  return g_ntohs (any.sin_port);
}

static void
make_lines (Line * lines, Kind kind, guint context_wait_ms)
{
  const guint port = kind == KIND_LITE ? find_port () : 0;

  for (guint i = 0; i < n_lines; i++) {
    if (kind == KIND_NICE)
      make_nice_line (&lines[i]);
    else
      make_ice_line (&lines[i], i, kind, context_wait_ms, port);
  }
}

static void
bridge (gint fd, Kind kind, guint context_wait_ms)
{
  g_autofree Line *lines = g_new0 (Line, n_lines);
  g_autofree gchar **offers = g_new0 (gchar *, n_lines);
  glong rss_kib;

  gst_init (NULL, NULL);
  /* The plugins are there before it is asked how much memory is used. */
  gst_object_unref (gst_element_factory_make (kind == KIND_NICE ? "nicesrc" :
          "icesrc", NULL));
  rss_kib = get_status ("VmRSS:");
  make_lines (lines, kind, context_wait_ms);
  for (guint i = 0; i < n_lines && kind != KIND_PARTS; i++)
    offers[i] = describe (&lines[i]);
  for (guint i = 0; i < n_lines && kind != KIND_PARTS; i++) {
    offers[i] = complete (&lines[i], offers[i]);
    say (fd, offers[i]);
  }
  for (guint i = 0; i < n_lines && kind != KIND_PARTS; i++) {
    g_autofree gchar *theirs = hear (fd);

    take_answer (&lines[i], offers[i], theirs);
    g_free (offers[i]);
  }
  say (fd, "ready");
  report (fd, rss_kib);
  _exit (0);
}

/* The least that an echo does. */

#define N_MESSAGES 64

typedef struct
{
  struct mmsghdr messages[N_MESSAGES];
  struct iovec iovecs[N_MESSAGES];
  struct sockaddr_in from[N_MESSAGES];
  guint8 data[N_MESSAGES][2048];
} Burst;

/* What looks like STUN is not answered. */
static guint
read_burst (gint fd, Burst * self)
{
  guint n_kept = 0;
  gint n;

  for (guint i = 0; i < N_MESSAGES; i++) {
    struct msghdr *header = &self->messages[i].msg_hdr;

    self->iovecs[i] = (struct iovec) { self->data[i], sizeof (self->data[i]) };
    *header = (struct msghdr) {.msg_iov = &self->iovecs[i],.msg_iovlen = 1,
      .msg_name = &self->from[i],.msg_namelen = sizeof (self->from[i])
    };
  }
  n = recvmmsg (fd, self->messages, N_MESSAGES, MSG_DONTWAIT, NULL);
  for (gint i = 0; i < n; i++) {
    if (self->data[i][0] < 4)
      continue;
    self->iovecs[i].iov_len = self->messages[i].msg_len;
    self->messages[n_kept++] = self->messages[i];
  }
  return n_kept;
}

static gpointer
echo_bare (gpointer data)
{
  const gint fd = GPOINTER_TO_INT (data) & 0xffff;
  const guint wait_ms = (guint) GPOINTER_TO_INT (data) >> 16;
  struct pollfd wait = { fd, POLLIN, 0 };
  g_autofree Burst *burst = g_new0 (Burst, 1);

  while (poll (&wait, 1, -1) > 0) {
    guint n;

    if (wait_ms > 0)
      g_usleep (wait_ms * 1000);
    while ((n = read_burst (fd, burst)) > 0) {
      g_atomic_int_add (&n_echoed, (gint) n);
      for (guint sent = 0; sent < n;) {
        gint got = sendmmsg (fd, burst->messages + sent, n - sent, 0);

        sent += got > 0 ? (guint) got : 1;
      }
      if (n < N_MESSAGES)
        break;
    }
  }
  return NULL;
}

static void
bridge_bare (gint fd, guint wait_ms)
{
  const guint port = find_port ();
  struct sockaddr_in own = {.sin_family = AF_INET,
    .sin_port = g_htons ((guint16) port)
  };
  g_autofree gchar *text = g_strdup_printf ("%u", port);
  const glong rss_kib = get_status ("VmRSS:");
  gint size = BUFFER_SIZE, echo = socket (AF_INET, SOCK_DGRAM, 0);

  setsockopt (echo, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof (size));
  if (bind (echo, (struct sockaddr *) &own, sizeof (own)) < 0)
    agents_die ("the port is not free any more");
  g_thread_unref (g_thread_new ("bare", echo_bare,
          GINT_TO_POINTER (echo | (gint) wait_ms << 16)));
  say (fd, text);
  report (fd, rss_kib);
  _exit (0);
}

/* The other ends. */

static void
wait_connected (NiceAgent ** agents)
{
  gint64 until = g_get_monotonic_time () + TIMEOUT_US;

  for (guint i = 0; i < n_lines; i++) {
    while (!agents_is_connected (agents[i])) {
      if (g_get_monotonic_time () > until)
        agents_die ("not all are connected");
      g_usleep (1000);
    }
  }
}

/* Sends @n_rounds packets by each, @pps a second; the calls in turn. */
static void
send_rounds (const AgentsWay * ways, guint n_rounds, guint pps)
{
  guint8 packet[PACKET_SIZE] = { 0x80, 0 };
  const gint64 start = g_get_monotonic_time ();

  for (guint64 n = 0; n < (guint64) n_rounds * n_lines; n++) {
    const AgentsWay *way = &ways[n % n_lines];
    gint64 due = start + (gint64) (n * G_TIME_SPAN_SECOND /
        ((guint64) pps * n_lines));
    gint64 now = g_get_monotonic_time ();
    guint16 seqnum = GUINT16_TO_BE ((guint16) (n / n_lines));

    if (due > now)
      g_usleep ((gulong) (due - now));
    memcpy (packet + 2, &seqnum, sizeof (seqnum));
    sendto (way->fd, packet, sizeof (packet), 0,
        (const struct sockaddr *) &way->to, way->to_size);
  }
}

/* Returns: how many packets have come back since there were @n_before, which are
 *     @n_expected unless @patience_us are over */
static guint
wait_back (guint n_before, guint n_expected, gint64 patience_us)
{
  gint64 until = g_get_monotonic_time () + patience_us;

  while (agents_get_received () - n_before < n_expected &&
      g_get_monotonic_time () < until)
    g_usleep (1000);
  return agents_get_received () - n_before;
}

/* Until nothing else is going on than what is to be measured, and nothing is on its
 * way. Returns: after how many seconds that was so, MAX_WARM_UP_S if it never was */
static guint
warm_up (const AgentsWay * ways, guint pps)
{
  const guint n_first = agents_get_received ();
  guint n_seconds, n_settled = 0;

  for (n_seconds = 0; n_seconds < MAX_WARM_UP_S && n_settled < N_SETTLED;
      n_seconds++) {
    guint n_before = agents_get_received ();

    send_rounds (ways, pps, pps);
    if (wait_back (n_before, pps * n_lines, AT_ONCE_US) == pps * n_lines)
      n_settled++;
    else
      n_settled = 0;
  }
  wait_back (n_first, n_seconds * pps * n_lines, LOST_US);
  return n_settled < N_SETTLED ? MAX_WARM_UP_S : n_seconds - N_SETTLED;
}

static void
connect_all (gint fd, AgentsWay * ways)
{
  g_autofree NiceAgent **agents = g_new0 (NiceAgent *, n_lines);
  g_autofree gchar **offers = g_new0 (gchar *, n_lines);

  /* The bridge listens when it has said all. */
  for (guint i = 0; i < n_lines; i++)
    offers[i] = hear (fd);
  for (guint i = 0; i < n_lines; i++) {
    g_autofree gchar *theirs = offers[i];
    g_autofree gchar *ours = NULL;

    agents[i] = agents_make (ADDRESS, "audio", TRUE);
    agents_attach (agents[i]);
    if (nice_agent_parse_remote_sdp (agents[i], theirs) < 1)
      agents_die ("libnice can't read what the bridge offers");
    ours = nice_agent_generate_local_sdp (agents[i]);
    say (fd, ours);
  }
  g_free (hear (fd));
  wait_connected (agents);
  for (guint i = 0; i < n_lines; i++)
    agents_get_way (agents[i], &ways[i]);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

/* Returns: how long the median check took to its answer, microseconds */
static gint64
connect_lite (gint fd, LitePeer * peers)
{
  g_autofree gint64 *times = g_new (gint64, n_lines);
  gchar **offers = g_new0 (gchar *, n_lines + 1);

  for (guint i = 0; i < n_lines; i++)
    offers[i] = hear (fd);
  for (guint i = 0; i < n_lines; i++) {
    g_autofree gchar *answer = lite_peer_open_for (&peers[i], ADDRESS,
        offers[i]);

    say (fd, answer);
  }
  g_strfreev (offers);
  g_free (hear (fd));
  for (guint i = 0; i < n_lines; i++) {
    times[i] = lite_peer_nominate (&peers[i]);
    lite_peer_attach (&peers[i]);
  }
  qsort (times, n_lines, sizeof (gint64), compare_times);
  return times[n_lines / 2];
}

static void
connect_bare (gint fd, LitePeer * peers)
{
  g_autofree gchar *port = hear (fd);

  for (guint i = 0; i < n_lines; i++) {
    lite_peer_open (&peers[i], ADDRESS, (guint16) atoi (port));
    lite_peer_attach (&peers[i]);
  }
}

/* Each peer sends a check every CHECK_S. */
static void
idle (LitePeer * peers)
{
  const guint n_checks = n_lines * IDLE_S / CHECK_S;
  const gint64 start = g_get_monotonic_time ();

  for (guint n = 0; n < n_checks; n++) {
    gint64 left = start + (gint64) n * IDLE_S * G_USEC_PER_SEC / n_checks -
        g_get_monotonic_time ();

    if (left > 0)
      g_usleep ((gulong) left);
    lite_peer_check (&peers[n % n_lines]);
  }
}

typedef struct
{
  const LitePeer *peer;
  guint a_second;
  guint n_sent;
} Flood;

static gpointer
flood (gpointer data)
{
  Flood *self = data;

  self->n_sent = lite_peer_flood (self->peer, self->a_second * MEASURED_S,
      N_BAD_SOCKETS, MEASURED_S);
  return NULL;
}

static void
tell (gint fd, guint n_sent, guint n_back, guint settled_s, gint64 check_us,
    guint n_bad)
{
  Report report;

  read_all (fd, &report, sizeof (report));
  g_print ("%.0f %u %.1f %u %u %u %u %.2f %u %" G_GINT64_FORMAT " %u %"
      G_GINT64_FORMAT "\n",
      (gdouble) report.cpu_ns / MAX (report.n_packets, 1), report.n_threads,
      (gdouble) report.rss_kib / n_lines, n_sent, report.n_packets, n_back,
      settled_s, (gdouble) report.cpu_ns / 10 / report.time_us,
      report.n_descriptors, check_us, n_bad, report.cpu_ns);
}

/* @bad: checks a second beside the packets */
static void
load (gint fd, Kind kind, guint pps, guint bad)
{
  g_autofree AgentsWay *ways = g_new0 (AgentsWay, n_lines);
  g_autofree LitePeer *peers = g_new0 (LitePeer, n_lines);
  const guint n_sent = MEASURED_S * pps * n_lines;
  Flood beside = { peers, bad, 0 };
  GThread *flooding = NULL;
  guint n_before, n_back = 0, settled_s = 0;
  gint64 check_us = 0;

  if (kind == KIND_LITE)
    check_us = connect_lite (fd, peers);
  else if (kind == KIND_BARE)
    connect_bare (fd, peers);
  else if (kind == KIND_PARTS)
    g_free (hear (fd));
  else
    connect_all (fd, ways);
  for (guint i = 0; i < n_lines && peers[i].way.to_size > 0; i++)
    ways[i] = peers[i].way;
  if (pps > 0)
    settled_s = warm_up (ways, pps);
  n_before = agents_get_received ();
  say (fd, "start");
  if (bad > 0)
    flooding = g_thread_new ("flood", flood, &beside);
  if (pps > 0) {
    send_rounds (ways, MEASURED_S * pps, pps);
    n_back = wait_back (n_before, n_sent, LOST_US);
  } else if (kind == KIND_LITE) {
    idle (peers);
  }
  g_clear_pointer (&flooding, g_thread_join);
  say (fd, "stop");
  tell (fd, n_sent, n_back, settled_s, check_us, beside.n_sent);
}

/* A call of a thousand needs more than a shell's usual limit: who may raises it. */
static void
raise_limit (void)
{
  struct rlimit limit = { N_DESCRIPTORS, N_DESCRIPTORS };

  if (setrlimit (RLIMIT_NOFILE, &limit) == 0)
    return;
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static guint
get_argument (int argc, char **argv, int index)
{
  return argc > index ? (guint) atoi (argv[index]) : 0;
}

int
main (int argc, char **argv)
{
  const guint wait_ms = get_argument (argc, argv, 4);
  gint fds[2], status;
  Kind kind = 0;
  pid_t child;

  if (argc < 4 || !g_strv_contains (kinds, argv[1]))
    agents_die ("lines nice|ice|lite|bare|parts N PACKETS_A_SECOND "
        "[CONTEXT_WAIT_MS [BAD_A_SECOND]]");
  while (!g_str_equal (kinds[kind], argv[1]))
    kind++;
  n_lines = (guint) atoi (argv[2]);
  raise_limit ();
  if (socketpair (AF_UNIX, SOCK_STREAM, 0, fds) != 0)
    agents_die ("no socket pair");
  child = fork ();
  if (child == 0) {
    close (fds[0]);
    if (kind == KIND_BARE)
      bridge_bare (fds[1], wait_ms);
    bridge (fds[1], kind, wait_ms);
  }
  close (fds[1]);
  load (fds[0], kind, (guint) atoi (argv[3]), get_argument (argc, argv, 5));
  return waitpid (child, &status, 0) == child && status == 0 ? 0 : 1;
}
