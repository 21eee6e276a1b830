/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* gst-ice-rendezvous: memory of idle peers, and how long a call takes to set up,
 * by one instance alone and by two with Redis between them, in one run.
 *
 * The peers, all of them in this process, have one CPU, and all servers together
 * another, as if the peers were elsewhere: both arrangements have the same to work
 * with. Where the scheduler may put them, it puts the peers and one instance on one
 * CPU, and spreads two instances and Redis: that is measured as well. */

#define _GNU_SOURCE

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "benchpeer.h"

#define N_IDLE 5000
#define IDLE_MIB_GOAL 150.0
#define CALL_RATE 500
#define CALL_SECONDS 2          /* of one round */
#define CALL_ROUNDS 4           /* in turns, so that both see the same machine */
#define CALL_ROOMS 50
#define CALL_MS_GOAL 10.0
#define REDIS_FACTOR_GOAL 2.0

typedef struct
{
  GSubprocess *process;
  guint port;
} Server;

/* One arrangement of servers, and the calls made through it. */
typedef struct
{
  Server producers, consumers;  /* the same one where there is but one */
  GArray *ms;                   /* of gdouble */
  gdouble cpu_seconds, seconds;
  guint n_rounds;
} Arrangement;

static gboolean all_met = TRUE;
static cpu_set_t all_cpus;
static gboolean apart;          /* peers and servers have a CPU each */

static void
print_goal (const char *what, gdouble value, const char *unit, gdouble goal)
{
  gboolean met = value <= goal;

  all_met &= met;
  printf ("GOAL %-44s %8.2f %-4s <= %8.2f  %s\n", what, value, unit, goal,
      met ? "met" : "NOT MET");
}

/* Where this process runs, and what it starts from now on. */
static void
run_on (gboolean servers)
{
  cpu_set_t one;
  int cpu = 0;

  CPU_ZERO (&one);
  while (!CPU_ISSET (cpu, &all_cpus))
    cpu++;
  if (servers)
    for (cpu++; !CPU_ISSET (cpu, &all_cpus); cpu++);
  CPU_SET (cpu, &one);
  if (sched_setaffinity (0, sizeof one, apart ? &one : &all_cpus) < 0)
    g_error ("sched_setaffinity: %s", g_strerror (errno));
}

static Server
start_server (const char *redis)
{
  const char *program = g_getenv ("GST_ICE_RENDEZVOUS");
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  Server server;

  run_on (TRUE);
  server.process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
      program ? program : "gst-ice-rendezvous", "--port=0", "--idle-timeout=0",
      "--log-level=warning", "--rate=1000000", "--burst=1000000", redis, NULL);
  run_on (FALSE);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server.process));
  line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_true (line && g_str_has_prefix (line, "port "));
  server.port = atoi (line + strlen ("port "));
  return server;
}

static void
stop_server (Server * server)
{
  g_subprocess_send_signal (server->process, SIGTERM);
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->process);
}

/* Returns: a number of the line @name in /proc/PID/status */
static gdouble
read_status_kib (Server * server, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status",
      g_subprocess_get_identifier (server->process));
  g_autofree char *text = NULL;
  const char *at;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  at = strstr (text, name);
  return at ? atof (at + strlen (name)) : 0;
}

/* Returns: seconds of CPU that the server has used */
static gdouble
read_cpu_seconds (Server * server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat",
      g_subprocess_get_identifier (server->process));
  g_autofree char *text = NULL;
  unsigned long user = 0, system = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  sscanf (strrchr (text, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u"
      " %lu %lu", &user, &system);
  return (user + system) / (gdouble) sysconf (_SC_CLK_TCK);
}

/* Idle peers are plain sockets, so that holding them costs this process little. */
static int
connect_idle (guint port, guint number)
{
  struct sockaddr_in address = {.sin_family = AF_INET,.sin_port =
        htons (port),.sin_addr.s_addr = htonl (INADDR_LOOPBACK)
  };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char text[512];
  gsize length = 0;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address),
      ==, 0);
  g_snprintf (text, sizeof text, "GET /idle%u HTTP/1.1\r\nHost: x\r\n"
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
      "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", number / 10);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  memset (text, 0, sizeof text);
  while (!strstr (text, "peerId") && length < sizeof text - 1) {
    gssize n = read (fd, text + length, sizeof text - 1 - length);

    g_assert_cmpint (n, >, 0);
    length += n;
  }
  return fd;
}

static void
run_round (Arrangement * self)
{
  BenchCalls *calls = bench_calls_new (CALL_ROOMS, self->producers.port,
      self->consumers.port);
  gdouble cpu = read_cpu_seconds (&self->producers);
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GArray) ms = bench_calls_run (calls, CALL_RATE, CALL_SECONDS);

  self->seconds += (g_get_monotonic_time () - begin) / 1e6;
  self->cpu_seconds += read_cpu_seconds (&self->producers) - cpu;
  if (!self->ms)
    self->ms = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_array_append_vals (self->ms, ms->data, ms->len);
  self->n_rounds++;
  bench_calls_free (calls);
}

static gint
compare_ms (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return x < y ? -1 : x > y;
}

/* Returns: the median in milliseconds */
static gdouble
print_calls (const char *what, Arrangement * self)
{
  guint wanted = CALL_RATE * CALL_SECONDS * self->n_rounds;
  guint n = self->ms->len;

  g_array_sort (self->ms, compare_ms);
  all_met &= n == wanted;
  g_assert_cmpuint (n, >, 0);
  printf ("%-34s %5u of %5u %8.2f ms %8.2f ms %6.1f %%\n", what, n, wanted,
      g_array_index (self->ms, gdouble, n / 2),
      g_array_index (self->ms, gdouble, n * 99 / 100),
      100 * self->cpu_seconds / self->seconds);
  return g_array_index (self->ms, gdouble, n / 2);
}

/* Returns: (transfer full) (nullable): a redis-server, its port in @port */
static GSubprocess *
start_redis (guint * port)
{
  guint attempt;

  for (attempt = 0; attempt < 20; attempt++) {
    g_autofree char *number = NULL;
    g_autoptr (GSubprocess) redis = NULL;
    g_autoptr (GDataInputStream) out = NULL;
    char *line;

    *port = g_random_int_range (20000, 60000);
    number = g_strdup_printf ("%u", *port);
    run_on (TRUE);
    redis = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL,
        "redis-server", "--port", number, "--bind", "127.0.0.1", "--save", "",
        "--appendonly", "no", NULL);
    run_on (FALSE);
    if (!redis)
      return NULL;
    out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (redis));
    g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out),
        FALSE);
    while ((line = g_data_input_stream_read_line (out, NULL, NULL, NULL))) {
      gboolean ready = strstr (line, "Ready to accept") != NULL;

      g_free (line);
      if (ready)
        return g_steal_pointer (&redis);
    }
  }
  return NULL;
}

/* @port: of Redis, 0: there is none */
static void
bench_calls (guint port)
{
  g_autofree char *option = g_strdup_printf ("--redis=redis://127.0.0.1:%u",
      port);
  Arrangement alone, both;
  gdouble median, other;
  guint i;

  memset (&alone, 0, sizeof alone);
  memset (&both, 0, sizeof both);
  alone.producers = start_server (NULL);
  alone.consumers = alone.producers;
  if (port) {
    both.producers = start_server (option);
    both.consumers = start_server (option);
  }
  for (i = 0; i < CALL_ROUNDS; i++) {
    run_round (&alone);
    if (port)
      run_round (&both);
  }
  median = print_calls ("one instance alone", &alone);
  stop_server (&alone.producers);
  g_array_unref (alone.ms);
  print_goal ("500 calls/s, median to the answer", median, "ms", CALL_MS_GOAL);
  if (!port)
    return;
  other = print_calls ("two instances, Redis between", &both);
  print_goal ("two instances, median against one alone", other / median, "x",
      REDIS_FACTOR_GOAL);
  stop_server (&both.producers);
  stop_server (&both.consumers);
  g_array_unref (both.ms);
}

static void
bench_with_redis (void)
{
  guint port;
  g_autoptr (GSubprocess) redis = start_redis (&port);

  if (!redis) {
    printf ("two instances: skipped, redis-server does not start\n");
    port = 0;
  }
  if (apart)
    printf ("peers on one CPU, all servers on another\n");
  bench_calls (port);
  if (redis) {
    g_subprocess_force_exit (redis);
    g_subprocess_wait (redis, NULL, NULL);
  }
}

static void
bench_idle (void)
{
  g_autofree int *idle = g_new (int, N_IDLE);
  Arrangement crowded;
  gdouble empty_kib, full_kib;
  guint i;

  memset (&crowded, 0, sizeof crowded);
  crowded.producers = start_server (NULL);
  crowded.consumers = crowded.producers;
  empty_kib = read_status_kib (&crowded.producers, "VmRSS:");
  for (i = 0; i < N_IDLE; i++)
    idle[i] = connect_idle (crowded.producers.port, i);
  full_kib = read_status_kib (&crowded.producers, "VmRSS:");
  printf ("RSS without peers %.1f MiB, with %d idle peers %.1f MiB, "
      "%.1f KiB a peer\n", empty_kib / 1024, N_IDLE, full_kib / 1024,
      (full_kib - empty_kib) / N_IDLE);
  print_goal ("5000 idle peers, RSS", full_kib / 1024, "MiB", IDLE_MIB_GOAL);

  run_round (&crowded);
  print_goal ("500 calls/s besides 5000 idle peers",
      print_calls ("one instance, 5000 idle peers", &crowded), "ms",
      CALL_MS_GOAL);
  for (i = 0; i < N_IDLE; i++)
    close (idle[i]);
  stop_server (&crowded.producers);
  g_array_unref (crowded.ms);
}

int
main (int argc, char **argv)
{
  struct rlimit limit;

  signal (SIGPIPE, SIG_IGN);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < N_IDLE + 500) {
    printf ("RLIMIT_NOFILE is %lu, too low\n", (gulong) limit.rlim_cur);
    return 77;
  }
  sched_getaffinity (0, sizeof all_cpus, &all_cpus);
  apart = CPU_COUNT (&all_cpus) > 1;
  printf ("%-34s %14s %11s %11s %8s\n", "startSession to answer", "calls",
      "median", "99 %", "CPU");
  bench_with_redis ();
  bench_idle ();
  if (apart) {
    apart = FALSE;
    run_on (FALSE);
    printf ("peers and servers where the scheduler puts them\n");
    bench_with_redis ();
  }
  return all_met ? 0 : 1;
}
