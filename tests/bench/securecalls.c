/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What encryption costs many calls of small packets. Both ends of each call are of ours; one
 * process, the bridge, sends back what it gets, and it alone is measured.
 *
 * securecalls none|dtls-srtp N PACKETS_A_SECOND
 *
 * Prints the bridge's CPU ns a packet, packets sent, and packets that came back. */

#include <gst/gst.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CAPS "application/x-rtp, media=audio, encoding-name=PCMU, " \
    "clock-rate=8000, payload=0"
#define RTP_HEADER 12
#define PACKET_SIZE 160
#define WARM_UP_S 5
#define MEASURED_S 10
#define TIMEOUT_US (60 * G_TIME_SPAN_SECOND)
#define LOST_US (5 * G_TIME_SPAN_SECOND)

typedef struct
{
  gint64 cpu_ns;
  guint n_packets;
} Report;

typedef struct
{
  GstElement *src, *sink;
  GstPad *in, *out;             /* what icesrc pushes into, what icesink is pushed from */
  GObject *session;
  GString *candidates;          /* lines of SDP */
  gint complete;                /* atomic: these are all */
} Call;

static guint n_calls;
static gint n_received;         /* atomic: packets, of this process */

static void G_GNUC_NORETURN
die (const gchar * why)
{
  g_printerr ("securecalls: %s\n", why);
  _exit (1);
}

/* Text from process to process. */

static void
say (gint fd, const gchar * text)
{
  const guint32 size = (guint32) strlen (text) + 1;

  if (write (fd, &size, sizeof (size)) != sizeof (size) ||
      write (fd, text, size) != (gssize) size)
    die ("the other process is gone");
}

static void
read_all (gint fd, void *data, gsize size)
{
  for (gsize n = 0; n < size;) {
    const gssize got = read (fd, (gchar *) data + n, size - n);

    if (got <= 0)
      die ("the other process is gone");
    n += (gsize) got;
  }
}

/* Returns: (transfer full) */
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

/* A call's end. */

static GstFlowReturn
take_packet (GstPad * pad, GstObject * parent, GstBuffer * packet)
{
  GstPad *back = gst_pad_get_element_private (pad);

  g_atomic_int_inc (&n_received);
  if (back != NULL)
    return gst_pad_push (back, packet);
  gst_buffer_unref (packet);
  return GST_FLOW_OK;
}

static GstFlowReturn
take_packets (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  GstPad *back = gst_pad_get_element_private (pad);

  g_atomic_int_add (&n_received, (gint) gst_buffer_list_length (list));
  if (back != NULL)
    return gst_pad_push_list (back, list);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static void
on_candidate (GObject * session, guint mline, const gchar * candidate,
    Call * call)
{
  if (*candidate != '\0')
    g_string_append_printf (call->candidates, "a=%s\r\n", candidate);
  else
    g_atomic_int_set (&call->complete, TRUE);
}

static void
link_pads (Call * call, gboolean echo)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (call->src, "src");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (call->sink, "sink");

  call->out = gst_pad_new ("out", GST_PAD_SRC);
  call->in = gst_pad_new ("in", GST_PAD_SINK);
  gst_pad_set_element_private (call->in, echo ? call->out : NULL);
  gst_pad_set_chain_function (call->in, take_packet);
  gst_pad_set_chain_list_function (call->in, take_packets);
  gst_pad_set_active (call->in, TRUE);
  gst_pad_set_active (call->out, TRUE);
  if (gst_pad_link (src, call->in) != GST_PAD_LINK_OK ||
      gst_pad_link (call->out, sink) != GST_PAD_LINK_OK)
    die ("an element has no usual pad");
}

static void
make_call (Call * call, guint number, const gchar * encryption, gboolean echo)
{
  g_autofree gchar *name = g_strdup_printf ("call%u", number);
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstSegment segment;

  call->candidates = g_string_new (NULL);
  call->src = gst_element_factory_make ("icesrc", NULL);
  call->sink = gst_element_factory_make ("icesink", NULL);
  if (call->src == NULL || call->sink == NULL)
    die ("there is no icesrc, no icesink");
  gst_util_set_object_arg (G_OBJECT (call->src), "encryption", encryption);
  g_object_set (call->src, "session-name", name, "context", "bench", "caps",
      caps, "network-interfaces", "lo", NULL);
  g_object_set (call->sink, "session-name", name, "sync", FALSE, "async", FALSE,
      "wait-for-connection", FALSE, NULL);
  gst_bin_add_many (GST_BIN (pipeline), call->src, call->sink, NULL);
  gst_element_set_state (call->src, GST_STATE_READY);
  g_object_get (call->src, "session", &call->session, NULL);
  g_signal_connect (call->session, "on-ice-candidate",
      G_CALLBACK (on_candidate), call);
  link_pads (call, echo);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (call->out, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (call->out, gst_event_new_caps (caps));
  gst_pad_push_event (call->out, gst_event_new_segment (&segment));
}

/* @action: of the session, that returns a description; none comes before all is ready.
 * Returns: (transfer full): it, with all candidates */
static gchar *
describe (Call * call, const gchar * action)
{
  const gint64 until = g_get_monotonic_time () + TIMEOUT_US;
  g_autofree gchar *text = NULL;

  while (text == NULL || !g_atomic_int_get (&call->complete)) {
    if (text == NULL)
      g_signal_emit_by_name (call->session, action, &text);
    else
      g_usleep (1000);
    if (g_get_monotonic_time () > until)
      die ("no description");
  }
  return g_strconcat (text, call->candidates->str, NULL);
}

static void
set_remote (Call * call, const gchar * text)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (call->session, "set-remote-description", text, &taken);
  if (!taken)
    die ("a description is not taken");
}

/* The bridge. */

static gint64
get_cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static void G_GNUC_NORETURN
bridge (gint fd, const gchar * encryption)
{
  g_autofree Call *calls = g_new0 (Call, n_calls);
  Report report;

  gst_init (NULL, NULL);
  for (guint i = 0; i < n_calls; i++)
    make_call (&calls[i], i, encryption, TRUE);
  for (guint i = 0; i < n_calls; i++) {
    g_autofree gchar *offer = describe (&calls[i], "create-offer");
    g_autofree gchar *answer = NULL;

    say (fd, offer);
    answer = hear (fd);
    set_remote (&calls[i], answer);
  }

  g_free (hear (fd));
  report.n_packets = (guint) g_atomic_int_get (&n_received);
  report.cpu_ns = get_cpu_ns ();
  g_free (hear (fd));
  report.cpu_ns = get_cpu_ns () - report.cpu_ns;
  report.n_packets = (guint) g_atomic_int_get (&n_received) - report.n_packets;
  if (write (fd, &report, sizeof (report)) != sizeof (report))
    die ("nobody wants to know");
  _exit (0);
}

/* The other ends. */

static void
push_packet (Call * call, guint number)
{
  GstBuffer *packet = gst_buffer_new_allocate (NULL, PACKET_SIZE, NULL);
  guint8 header[RTP_HEADER] = { 0x80, 0 };

  header[2] = (guint8) (number >> 8);
  header[3] = (guint8) number;
  header[11] = 1;
  gst_buffer_memset (packet, 0, 0, PACKET_SIZE);
  gst_buffer_fill (packet, 0, header, sizeof (header));
  gst_pad_push (call->out, packet);
}

/* @first: the number of the first packet; @pps: of each call, which take turns
 * Returns: the number after the last */
static guint
push_rounds (Call * calls, guint first, guint n_rounds, guint pps)
{
  const gint64 start = g_get_monotonic_time ();

  for (guint64 n = 0; n < (guint64) n_rounds * n_calls; n++) {
    const gint64 due = start + (gint64) (n * G_TIME_SPAN_SECOND /
        ((guint64) pps * n_calls));
    const gint64 now = g_get_monotonic_time ();

    if (due > now)
      g_usleep ((gulong) (due - now));
    push_packet (&calls[n % n_calls], first + (guint) (n / n_calls));
  }
  return first + n_rounds;
}

/* Returns: how many packets came back after the first @n_before */
static guint
wait_back (guint n_before, guint n_expected, gint64 patience_us)
{
  const gint64 until = g_get_monotonic_time () + patience_us;

  while ((guint) g_atomic_int_get (&n_received) - n_before < n_expected &&
      g_get_monotonic_time () < until)
    g_usleep (1000);
  return (guint) g_atomic_int_get (&n_received) - n_before;
}

/* Every call has its path and its keys when a packet of each came back in one round. */
static guint
wait_connected (Call * calls)
{
  const gint64 until = g_get_monotonic_time () + TIMEOUT_US;
  guint number = 0, n_before;

  do {
    n_before = (guint) g_atomic_int_get (&n_received);
    number = push_rounds (calls, number, 1, 2);
    if (g_get_monotonic_time () > until)
      die ("not all calls are connected");
  } while (wait_back (n_before, n_calls, G_TIME_SPAN_SECOND) < n_calls);
  return number;
}

static void
load (gint fd, const gchar * encryption, guint pps)
{
  g_autofree Call *calls = g_new0 (Call, n_calls);
  const guint n_sent = MEASURED_S * pps * n_calls;
  guint number, n_before, n_back;
  Report report;

  gst_init (NULL, NULL);
  for (guint i = 0; i < n_calls; i++)
    make_call (&calls[i], i, encryption, FALSE);
  for (guint i = 0; i < n_calls; i++) {
    g_autofree gchar *offer = hear (fd);
    g_autofree gchar *answer = NULL;

    set_remote (&calls[i], offer);
    answer = describe (&calls[i], "create-answer");
    say (fd, answer);
  }

  number = wait_connected (calls);
  n_before = (guint) g_atomic_int_get (&n_received);
  number = push_rounds (calls, number, WARM_UP_S * pps, pps);
  wait_back (n_before, WARM_UP_S * pps * n_calls, LOST_US);
  n_before = (guint) g_atomic_int_get (&n_received);
  say (fd, "start");
  push_rounds (calls, number, MEASURED_S * pps, pps);
  n_back = wait_back (n_before, n_sent, LOST_US);
  say (fd, "stop");
  read_all (fd, &report, sizeof (report));
  if (report.n_packets == 0)
    die ("nothing was sent back");
  g_print ("%.0f %u %u\n", (gdouble) report.cpu_ns / report.n_packets, n_sent,
      n_back);
}

/* 500 calls need more than a shell's usual limit: who may raises it. */
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
  gint fds[2], status;
  pid_t child;

  if (argc < 4)
    die ("securecalls none|dtls-srtp N PACKETS_A_SECOND");
  n_calls = (guint) atoi (argv[2]);
  raise_limit ();
  if (socketpair (AF_UNIX, SOCK_STREAM, 0, fds) != 0)
    die ("no socket pair");
  child = fork ();
  if (child == 0) {
    close (fds[0]);
    bridge (fds[1], argv[1]);
  }
  close (fds[1]);
  load (fds[0], argv[1], (guint) atoi (argv[3]));
  return waitpid (child, &status, 0) == child && status == 0 ? 0 : 1;
}
