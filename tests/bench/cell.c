/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One figure of packets.py's tables: the CPU time of a packet, in nanoseconds.
 *
 * cell send KIND LENGTH      of the thread that pushes; the device drops it all
 * cell receive KIND LENGTH   of all other threads, when there is always something
 *                            to read: all on one processor, where they run when the
 *                            sender has WINDOW packets on the way
 * cell paced KIND RATE       of all other threads, at single packets a second
 *
 * cell latency KIND PERCENT   microseconds from the push of a packet to its arrival, at 50
 *                            a second: so many percent of them were faster
 *
 * KIND: ice, nice, udp; null: the pushing alone; raw, gso: system calls alone */

#define _GNU_SOURCE

#include "ends.h"

#include <arpa/inet.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FROM "10.77.9.1"
#define FROM_DEVICE "bench0"
#define TO "10.77.9.2"
/* libnice sends by the device that has the address: it must be the same. */
#define TO_DEVICE "bench0:to"
#define PORT 47001

#define SECONDS 1.0
#define N_LATENCIES 250
#define LATENCY_PERIOD_US 20000
#define LATENCY_TIMEOUT_US G_USEC_PER_SEC
#define WINDOW 512

static gdouble
get_seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void
run (const gchar * command)
{
  if (system (command) != 0)
    exit (1);
}

/* Bare system calls: as much as can be had. */

static gint
make_socket (const gchar * address, guint port)
{
  struct sockaddr_in name = {.sin_family = AF_INET,.sin_port = htons (port) };
  gint fd = socket (AF_INET, SOCK_DGRAM, 0), size = 2 * 1024 * 1024;

  inet_pton (AF_INET, address, &name.sin_addr);
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof (size));
  if (bind (fd, (struct sockaddr *) &name, sizeof (name)) < 0)
    exit (1);
  return fd;
}

#define MAX_LENGTH 64

typedef struct
{
  gint fd;
  guint n_messages;
  struct sockaddr_in to;
  struct mmsghdr messages[MAX_LENGTH];
  struct iovec iovecs[MAX_LENGTH];
  gchar control[CMSG_SPACE (sizeof (guint16))];
  guint8 data[MAX_LENGTH][ENDS_PACKET_SIZE];
}
Raw;

static Raw *
raw_new (gboolean gso, guint length, const gchar * from, const gchar * to)
{
  Raw *raw = g_new0 (Raw, 1);
  struct msghdr *first = &raw->messages[0].msg_hdr;

  raw->fd = make_socket (from, 0);
  raw->to.sin_family = AF_INET;
  raw->to.sin_port = htons (PORT);
  inet_pton (AF_INET, to, &raw->to.sin_addr);
  raw->n_messages = gso && length > 1 ? 1 : length;
  for (guint i = 0; i < length; i++) {
    struct msghdr *header = &raw->messages[i].msg_hdr;

    raw->iovecs[i].iov_base = raw->data[i];
    raw->iovecs[i].iov_len = ENDS_PACKET_SIZE;
    header->msg_iov = &raw->iovecs[i];
    header->msg_iovlen = 1;
    header->msg_name = &raw->to;
    header->msg_namelen = sizeof (raw->to);
  }
  if (gso && length > 1) {
    struct cmsghdr *cmsg = (struct cmsghdr *) raw->control;
    guint16 size = ENDS_PACKET_SIZE;

    first->msg_iovlen = length;
    first->msg_control = raw->control;
    first->msg_controllen = sizeof (raw->control);
    cmsg->cmsg_level = SOL_UDP;
    cmsg->cmsg_type = UDP_SEGMENT;
    cmsg->cmsg_len = CMSG_LEN (sizeof (size));
    memcpy (CMSG_DATA (cmsg), &size, sizeof (size));
  }
  return raw;
}

static void
raw_push (Raw * raw, guint length, guint n_packets)
{
  for (guint n = 0; n < n_packets; n += length) {
    if (sendmmsg (raw->fd, raw->messages, raw->n_messages, 0) < 0)
      exit (1);
  }
}

/* Runs as the others do, a thread of its own. */
static gpointer
raw_receive (gpointer data)
{
  Ends *ends = data;
  Raw *raw = g_new0 (Raw, 1);
  gint n;

  for (guint i = 0; i < MAX_LENGTH; i++) {
    raw->iovecs[i].iov_base = raw->data[i];
    raw->iovecs[i].iov_len = ENDS_PACKET_SIZE;
    raw->messages[i].msg_hdr.msg_iov = &raw->iovecs[i];
    raw->messages[i].msg_hdr.msg_iovlen = 1;
  }
  while ((n = recvmmsg (ends->raw_fd, raw->messages, MAX_LENGTH,
              MSG_WAITFORONE, NULL)) > 0)
    g_atomic_int_add (&ends->received, n);
  return NULL;
}

/* What is measured. */

typedef struct
{
  const gchar *kind;
  guint length;
  Ends *ends;                   /* NULL: raw */
  Raw *raw;
} Cell;

static gboolean
cell_is_raw (const Cell * cell)
{
  return g_str_equal (cell->kind, "raw") || g_str_equal (cell->kind, "gso");
}

static void
cell_push (Cell * cell, guint n_packets)
{
  if (cell->raw != NULL)
    raw_push (cell->raw, cell->length, n_packets);
  else
    ends_push (cell->ends, cell->length, n_packets);
}

/* What was refused or dropped cost less than what was sent. */
static void
check_sent (Cell * cell, guint n_packets)
{
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstStructure) stats = NULL;
  guint64 n_sent = 0, n_refused = 0;

  if (!g_str_equal (cell->kind, "ice"))
    return;

  sink = gst_pad_get_parent_element (GST_PAD_PEER (cell->ends->out));
  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "packets-sent", &n_sent);
  gst_structure_get_uint64 (stats, "packets-refused", &n_refused);
  if (n_sent != n_packets || n_refused > 0) {
    g_autofree gchar *text = gst_structure_to_string (stats);

    g_printerr ("of %u packets not all were sent: %s\n", n_packets, text);
    exit (1);
  }
}

static gdouble
cell_send (Cell * cell)
{
  guint batch = 40 * 250, n_packets = 0;
  gdouble start, until;

  if (cell_is_raw (cell))
    cell->raw = raw_new (g_str_equal (cell->kind, "gso"), cell->length, FROM,
        TO);
  else
    cell->ends = ends_new (cell->kind, FROM, FROM_DEVICE, TO, TO_DEVICE);

  /* There is a way no more: packets leave by the device, which drops them. */
  run ("ip route add " TO "/32 dev " FROM_DEVICE);
  run ("ip route del local " TO "/32 dev " FROM_DEVICE " table local");
  cell_push (cell, batch);

  start = get_seconds (CLOCK_THREAD_CPUTIME_ID);
  until = get_seconds (CLOCK_MONOTONIC) + SECONDS;
  do {
    cell_push (cell, batch);
    n_packets += batch;
  } while (get_seconds (CLOCK_MONOTONIC) < until);
  start = get_seconds (CLOCK_THREAD_CPUTIME_ID) - start;
  check_sent (cell, n_packets + batch);
  return start / n_packets * 1e9;
}

static void
connect_on_loopback (Cell * cell)
{
  if (cell_is_raw (cell)) {
    cell->ends = g_new0 (Ends, 1);
    cell->ends->raw_fd = make_socket ("127.0.0.1", PORT);
    cell->raw = raw_new (g_str_equal (cell->kind, "gso"), cell->length,
        "127.0.0.1", "127.0.0.1");
    g_thread_new ("raw", raw_receive, cell->ends);
  } else {
    cell->ends = ends_new (cell->kind, "127.0.0.1", "lo", "127.0.0.1", "lo");
  }
}

/* Pushes until the time is over, and waits for the last.
 * @n_packets: (out): that were sent
 * Returns: the CPU time of all threads but this */
static gdouble
push_in_window (Cell * cell, gdouble seconds, guint * n_packets)
{
  gint before = g_atomic_int_get (&cell->ends->received);
  gdouble thread = get_seconds (CLOCK_THREAD_CPUTIME_ID);
  gdouble process = get_seconds (CLOCK_PROCESS_CPUTIME_ID);
  gdouble until = get_seconds (CLOCK_MONOTONIC) + seconds;
  gdouble give_up = until + 2;
  guint n = 0;

  while (get_seconds (CLOCK_MONOTONIC) < until) {
    while (n < (guint) (g_atomic_int_get (&cell->ends->received) - before) +
        WINDOW) {
      cell_push (cell, cell->length);
      n += cell->length;
    }
    sched_yield ();
  }
  while ((guint) (g_atomic_int_get (&cell->ends->received) - before) < n &&
      get_seconds (CLOCK_MONOTONIC) < give_up)
    sched_yield ();

  *n_packets = n;
  process = get_seconds (CLOCK_PROCESS_CPUTIME_ID) - process;
  return process - (get_seconds (CLOCK_THREAD_CPUTIME_ID) - thread);
}

static gdouble
cell_receive (Cell * cell)
{
  struct sched_param priority = { 0 };
  gdouble seconds;
  cpu_set_t cpus;
  guint n;
  gint before;

  /* Threads inherit both. */
  CPU_ZERO (&cpus);
  CPU_SET (0, &cpus);
  sched_setaffinity (0, sizeof (cpus), &cpus);
  sched_setscheduler (0, SCHED_BATCH, &priority);
  connect_on_loopback (cell);
  sched_setscheduler (0, SCHED_OTHER, &priority);

  push_in_window (cell, SECONDS / 5, &n);
  before = g_atomic_int_get (&cell->ends->received);
  seconds = push_in_window (cell, SECONDS, &n);
  if ((guint) (g_atomic_int_get (&cell->ends->received) - before) != n) {
    g_printerr ("%s: %u of %u packets were lost\n", cell->kind,
        n - (guint) (g_atomic_int_get (&cell->ends->received) - before), n);
    exit (1);
  }
  return seconds / n * 1e9;
}

/* The pace is kept by looking at the clock: sleeping would be late. */
static gdouble
cell_paced (Cell * cell)
{
  guint rate = cell->length, n = 0;
  gdouble thread, process, start, elapsed = 0;
  gint before;

  cell->length = 1;
  connect_on_loopback (cell);
  cell_push (cell, 100);
  before = g_atomic_int_get (&cell->ends->received);
  thread = get_seconds (CLOCK_THREAD_CPUTIME_ID);
  process = get_seconds (CLOCK_PROCESS_CPUTIME_ID);
  start = get_seconds (CLOCK_MONOTONIC);
  while (elapsed < 2 * SECONDS) {
    elapsed = get_seconds (CLOCK_MONOTONIC) - start;
    for (; n < elapsed * rate; n++)
      cell_push (cell, 1);
  }
  thread = get_seconds (CLOCK_THREAD_CPUTIME_ID) - thread;
  process = get_seconds (CLOCK_PROCESS_CPUTIME_ID) - process;
  g_printerr ("%s: %d of %u\n", cell->kind,
      g_atomic_int_get (&cell->ends->received) - before, n);
  return (process - thread) / n * 1e9;
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 *one = a, *other = b;

  return (*one > *other) - (*one < *other);
}

static gdouble
cell_latency (Cell * cell)
{
  gint64 times_us[N_LATENCIES];
  guint percent = cell->length;

  cell->length = 1;
  connect_on_loopback (cell);
  for (guint i = 0; i < N_LATENCIES; i++) {
    gint before = g_atomic_int_get (&cell->ends->received);
    gint64 pushed_us = g_get_monotonic_time ();

    cell_push (cell, 1);
    do {
      g_usleep (LATENCY_PERIOD_US);
    } while (g_atomic_int_get (&cell->ends->received) == before &&
        g_get_monotonic_time () < pushed_us + LATENCY_TIMEOUT_US);
    if (g_atomic_int_get (&cell->ends->received) != before + 1) {
      g_printerr ("%s: a packet did not come\n", cell->kind);
      exit (1);
    }
    times_us[i] = cell->ends->arrived_us - pushed_us;
  }
  qsort (times_us, N_LATENCIES, sizeof (times_us[0]), compare_times);
  return times_us[(N_LATENCIES - 1) * percent / 100];
}

int
main (int argc, char **argv)
{
  Cell cell = { NULL, };
  gdouble ns;

  gst_init (&argc, &argv);
  if (argc != 4)
    return 2;

  cell.kind = argv[2];
  cell.length = (guint) atoi (argv[3]);
  if (g_str_equal (argv[1], "send"))
    ns = cell_send (&cell);
  else if (g_str_equal (argv[1], "paced"))
    ns = cell_paced (&cell);
  else if (g_str_equal (argv[1], "latency"))
    ns = cell_latency (&cell);
  else
    ns = cell_receive (&cell);
  g_print ("%.1f\n", ns);
  /* The ends have threads that nobody ends: there is nothing to save. */
  fflush (stdout);
  _exit (0);
}
