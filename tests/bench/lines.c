/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What many calls in one process cost, as in a bridge: each packet that a receiver
 * delivers goes back by the same call's sender.
 *
 * lines nice|ice N PACKETS_A_SECOND [CONTEXT_WAIT_MS]
 *
 * The bridge is a child. The calls' other ends are here, libnice's agents in one
 * thread whatever the kind, and say how many packets went and came back. */

#include "agents.h"

#include <gst/gst.h>
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

/* What the bridge tells at the end. */
typedef struct
{
  gint64 cpu_ns;
  guint n_packets, n_threads;
  glong rss_kib;                /* of the calls alone */
} Report;

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

static void
link_echo (Line * line)
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
make_ice_line (Line * line, guint number, guint context_wait_ms)
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
  g_object_set (line->sink, "session-name", name, "sync", FALSE, "async", FALSE,
      NULL);
  gst_element_set_state (line->src, GST_STATE_READY);
  g_object_get (line->src, "session", &line->session, NULL);
  g_signal_connect (line->session, "on-ice-candidate",
      G_CALLBACK (on_candidate), line);
  link_echo (line);
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
  link_echo (line);
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

static void
bridge (gint fd, const gchar * kind, guint context_wait_ms)
{
  g_autofree Line *lines = g_new0 (Line, n_lines);
  g_autofree gchar **offers = g_new0 (gchar *, n_lines);
  g_autofree gchar *word = NULL;
  Report report;
  glong rss_kib;

  gst_init (NULL, NULL);
  /* The plugins are there before it is asked how much memory is used. */
  gst_object_unref (gst_element_factory_make (g_str_equal (kind, "ice") ?
          "icesrc" : "nicesrc", NULL));
  rss_kib = get_status ("VmRSS:");
  for (guint i = 0; i < n_lines; i++) {
    if (g_str_equal (kind, "ice"))
      make_ice_line (&lines[i], i, context_wait_ms);
    else
      make_nice_line (&lines[i]);
  }
  for (guint i = 0; i < n_lines; i++)
    offers[i] = describe (&lines[i]);
  for (guint i = 0; i < n_lines; i++) {
    offers[i] = complete (&lines[i], offers[i]);
    say (fd, offers[i]);
  }
  for (guint i = 0; i < n_lines; i++) {
    g_autofree gchar *theirs = hear (fd);

    take_answer (&lines[i], offers[i], theirs);
    g_free (offers[i]);
  }

  g_free (hear (fd));
  report.n_packets = (guint) g_atomic_int_get (&n_echoed);
  report.cpu_ns = get_cpu_ns ();
  word = hear (fd);
  report.cpu_ns = get_cpu_ns () - report.cpu_ns;
  report.n_packets = (guint) g_atomic_int_get (&n_echoed) - report.n_packets;
  report.n_threads = (guint) get_status ("Threads:");
  report.rss_kib = get_status ("VmRSS:") - rss_kib;
  if (write (fd, &report, sizeof (report)) != sizeof (report))
    agents_die ("nobody wants to know");
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
  wait_connected (agents);
  for (guint i = 0; i < n_lines; i++)
    agents_get_way (agents[i], &ways[i]);
}

static void
load (gint fd, guint pps)
{
  g_autofree AgentsWay *ways = g_new0 (AgentsWay, n_lines);
  const guint n_sent = MEASURED_S * pps * n_lines;
  guint n_before, n_back, settled_s;
  Report report;

  connect_all (fd, ways);
  settled_s = warm_up (ways, pps);
  n_before = agents_get_received ();
  say (fd, "start");
  send_rounds (ways, MEASURED_S * pps, pps);
  n_back = wait_back (n_before, n_sent, LOST_US);
  say (fd, "stop");
  read_all (fd, &report, sizeof (report));
  if (report.n_packets == 0)
    agents_die ("nothing was echoed");
  g_print ("%.0f %u %.1f %u %u %u %u\n",
      (gdouble) report.cpu_ns / report.n_packets, report.n_threads,
      (gdouble) report.rss_kib / n_lines, n_sent, report.n_packets, n_back,
      settled_s);
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

int
main (int argc, char **argv)
{
  gint fds[2], status;
  pid_t child;

  if (argc < 4)
    agents_die ("lines nice|ice N PACKETS_A_SECOND [CONTEXT_WAIT_MS]");
  n_lines = (guint) atoi (argv[2]);
  raise_limit ();
  if (socketpair (AF_UNIX, SOCK_STREAM, 0, fds) != 0)
    agents_die ("no socket pair");
  child = fork ();
  if (child == 0) {
    close (fds[0]);
    bridge (fds[1], argv[1], argc > 4 ? (guint) atoi (argv[4]) : 0);
  }
  close (fds[1]);
  load (fds[0], (guint) atoi (argv[3]));
  return waitpid (child, &status, 0) == child && status == 0 ? 0 : 1;
}
