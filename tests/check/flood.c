/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Strangers who send to the port of a call, as fast as they can: nothing of theirs comes
 * out, and the call goes on. */

#include "restartcall.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  guint16 port;
  gint done;                    /* atomic */
  guint n_sent;
} Flood;

/* Any would look like a packet that was lost: they are numbered otherwise. */
static gpointer
flood_run (gpointer data)
{
  Flood *self = data;
  const guint8 media[] = { 0x80, 0, 0xff, 0xff, 0, 0, 0, 0, 1, 2, 3, 4 };
  const guint8 stun[20] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42 };
  struct sockaddr_in6 to = {.sin6_family = AF_INET6,.sin6_port =
        g_htons (self->port)
  };
  gint fd = socket (AF_INET6, SOCK_DGRAM, 0);

  to.sin6_addr = in6addr_loopback;
  while (!g_atomic_int_get (&self->done)) {
    const gboolean is_media = self->n_sent % 2 == 0;

    if (sendto (fd, is_media ? media : stun, is_media ? sizeof (media) :
            sizeof (stun), 0, (struct sockaddr *) &to, sizeof (to)) > 0)
      self->n_sent++;
  }
  close (fd);
  return NULL;
}

static void
fail_unless_ipv6 (GstElement * pipeline)
{
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  GstStructure *pair;
  const GstStructure *local;

  g_object_get (end, "selected-pair", &pair, NULL);
  fail_unless (pair != NULL);
  local = gst_value_get_structure (gst_structure_get_value (pair, "local"));
  fail_unless_equals_string (gst_structure_get_string (local, "address"),
      "::1");
  gst_structure_free (pair);
  gst_object_unref (end);
}

GST_START_TEST (test_strangers_do_not_starve_the_call)
{
  static Call call;
  Flood flood = { 0, };
  GThread *thread;

  call_by_http (&call, "encryption=none");
  fail_unless_ipv6 (call.receiver);
  flood.port = (guint16) get_remote_port (call.sender);
  thread = g_thread_new ("flood", flood_run, &flood);
  wait_packets (&call, 100);
  g_atomic_int_set (&flood.done, TRUE);
  g_thread_join (thread);

  fail_unless (flood.n_sent > 1000, "%u packets are no flood", flood.n_sent);
  /* All theirs have one number. */
  fail_unless_equals_int (call.n_twice, 0);
  /* Where libnice's socket is the only one, the kernel has no room for all. */
  if (g_strcmp0 (g_getenv ("GST_ICE_UDP"), "none") != 0)
    check_nothing_lost (&call);
  call_stop (&call);
}

GST_END_TEST;

static Suite *
flood_suite (void)
{
  Suite *s = suite_create ("flood");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_strangers_do_not_starve_the_call);
  return s;
}

GST_CHECK_MAIN (flood);
