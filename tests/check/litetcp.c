/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Peers that reach a lite agent by TCP (RFC 6544, RFC 4571), and those that only try. */

#include "gsticeerror.h"
#include "liteend.h"

#include <errno.h>

#define PACKET_SIZE 500

/* A peer, and what it has of a frame. */
typedef struct
{
  gint fd;
  guint8 in[65536];
  gsize n_in;
} Caller;

static const gchar *const families[] = { "127.0.0.1", "::1" };

static gint
connect_to (const gchar * address, guint port)
{
  GstIceUdpAddress to;
  gint fd;

  fail_unless (gst_ice_udp_address_set_text (&to, address, port));
  fd = socket (to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  fail_unless (fd >= 0);
  fail_unless (connect (fd, &to.any, gst_ice_udp_address_size (&to)) == 0,
      "%s", g_strerror (errno));
  return fd;
}

static void
send_all (gint fd, gconstpointer data, gsize size)
{
  fail_unless_equals_int (send (fd, data, size, MSG_NOSIGNAL), size);
}

/* @piece: so many bytes at a time */
static void
send_frame (gint fd, gconstpointer data, gsize size, gsize piece)
{
  g_autofree guint8 *frame = g_malloc (size + 2);

  GST_WRITE_UINT16_BE (frame, size);
  memcpy (frame + 2, data, size);
  for (gsize at = 0; at < size + 2; at += piece)
    send_all (fd, frame + at, MIN (piece, size + 2 - at));
}

/* Returns: the size of the next frame, whose bytes are behind its two of length; -1: the
 *     connection is over */
static gssize
receive_frame (Caller * self)
{
  while (self->n_in < 2 || self->n_in < 2u + GST_READ_UINT16_BE (self->in)) {
    gssize n;

    if (!test_wait (self->fd))
      return -1;
    n = recv (self->fd, self->in + self->n_in,
        sizeof (self->in) - self->n_in, 0);
    if (n <= 0)
      return -1;
    self->n_in += (gsize) n;
  }
  return GST_READ_UINT16_BE (self->in);
}

static void
drop_frame (Caller * self)
{
  gsize size = 2 + GST_READ_UINT16_BE (self->in);

  self->n_in -= size;
  memmove (self->in, self->in + size, self->n_in);
}

static gboolean
is_over (gint fd)
{
  guint8 byte;

  return test_wait (fd) && recv (fd, &byte, 1, 0) <= 0;
}

static const GstIceCandidate *
get_candidate (LiteEnd * end, const gchar * address)
{
  for (guint i = 0; i < end->candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (end->candidates, i);

    if (candidate->transport == GST_ICE_PROTOCOL_TCP_PASSIVE
        && g_str_equal (candidate->address, address))
      return candidate;
  }
  return NULL;
}

static gsize
write_check (LiteEnd * end, const gchar * password,
    guint8 check[GST_ICE_UDP_STUN_MAX_SIZE])
{
  GstIceUdpStunRequest request = {.to_ufrag = end->ufrag,
    .from_ufrag = "theirs",.password = password,.priority = 1000,
    .controlling = TRUE,.use_candidate = TRUE
  };

  gst_ice_udp_stun_randomise (request.id, sizeof (request.id));
  return gst_ice_udp_stun_build_request (&request, check);
}

static void
nominate (Caller * self, LiteEnd * end, gsize piece)
{
  guint8 check[GST_ICE_UDP_STUN_MAX_SIZE];
  gsize size = write_check (end, end->password, check);
  g_autofree guint8 *message = NULL;
  GstIceUdpStun answer;
  gssize n;

  send_frame (self->fd, check, size, piece);
  n = receive_frame (self);
  fail_unless (n > 0);
  /* Where words may begin: a frame has two bytes before it. */
  message = g_memdup2 (self->in + 2, (gsize) n);
  fail_unless (gst_ice_udp_stun_parse (&answer, message, (gsize) n));
  fail_unless_equals_int (answer.type, GST_ICE_UDP_STUN_SUCCESS);
  drop_frame (self);
}

static void
assert_media (Caller * self, LiteEnd * end, guint n, gsize piece)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  GstIceDemuxCounts before, counts;
  guint8 data[PACKET_SIZE];

  gst_ice_demux_get_counts (end->demuxes[0], &before);
  for (guint i = 0; i < n; i++) {
    GstBuffer *packet = test_packet (i, PACKET_SIZE, 2);

    gst_buffer_extract (packet, 0, data, PACKET_SIZE);
    send_frame (self->fd, data, PACKET_SIZE, piece);
    gst_buffer_list_add (list, packet);
  }
  WAIT_UNTIL ((gst_ice_demux_get_counts (end->demuxes[0], &counts),
          counts.packets_received == before.packets_received + n));
  fail_unless_equals_int (gst_ice_route_send_list (end->route, list, 0, NULL,
          NULL), n);
  for (guint i = 0; i < n; i++) {
    fail_unless_equals_int (receive_frame (self), PACKET_SIZE);
    fail_unless (test_is_packet (self->in + 2, PACKET_SIZE, i));
    drop_frame (self);
  }
}

static void
open_end (LiteEnd * end)
{
  fail_unless (lite_end_open (end, &(LiteEndSettings) {
          .mux_port = lite_find_port (),.has_tcp = TRUE}, NULL));
  lite_end_answer (end);
}

/* How a peer's bytes come. */
static const gsize pieces[] = { 1 << 16, 1, 7 };

GST_START_TEST (test_call_by_tcp)
{
  const gchar *address = families[__i__ % 2];
  const gsize piece = pieces[__i__ / 2];
  const GstIceCandidate *candidate;
  Caller caller = { 0, };
  LiteEnd end;

  open_end (&end);
  candidate = get_candidate (&end, address);
  fail_unless (candidate != NULL);
  fail_unless_equals_int (candidate->type, GST_ICE_CANDIDATE_HOST);
  /* It is the port of UDP, and below it. */
  fail_unless_equals_int (candidate->port, lite_end_get_candidate (&end, 1,
          __i__ % 2)->port);
  fail_unless (candidate->priority < lite_end_get_candidate (&end, 1,
          __i__ % 2)->priority);

  caller.fd = connect_to (address, candidate->port);
  nominate (&caller, &end, piece);
  WAIT_UNTIL (end.state == GST_ICE_AGENT_COMPLETED);
  fail_unless_equals_int (end.remote->transport, GST_ICE_PROTOCOL_TCP_ACTIVE);
  assert_media (&caller, &end, 10, piece);

  /* The path is lost with the connection, and found by another. */
  close (caller.fd);
  WAIT_UNTIL (end.n_lost == 1);
  caller.n_in = 0;
  caller.fd = connect_to (address, candidate->port);
  nominate (&caller, &end, piece);
  WAIT_UNTIL (end.n_selected == 2);
  assert_media (&caller, &end, 10, piece);
  lite_end_close (&end);
  /* Who still has the route finds the connection closed. */
  fail_unless (is_over (caller.fd));
  close (caller.fd);
}

GST_END_TEST;

/* What makes no sense is not waited for. */
static const struct
{
  const gchar *what;
  guint length;                 /* that is said */
  guint n_bytes;                /* that come */
} senseless[] = {
  {"longer than any check", GST_ICE_UDP_STUN_MAX_SIZE + 1, 0},
  {"the longest", 65535, 1000},
  {"HTTP", 0x4745, 100},
};

GST_START_TEST (test_stranger_is_closed_at_once)
{
  guint8 data[2000] = { 0, };
  LiteEnd end;
  gint fd;

  open_end (&end);
  fd = connect_to ("127.0.0.1", get_candidate (&end, "127.0.0.1")->port);
  GST_WRITE_UINT16_BE (data, senseless[__i__].length);
  send_all (fd, data, 2 + senseless[__i__].n_bytes);
  fail_unless (is_over (fd), "%s", senseless[__i__].what);
  close (fd);
  lite_end_close (&end);
}

GST_END_TEST;

/* Half a frame, and nothing more; nothing at all; a wrong password: none stays. */
GST_START_TEST (test_stranger_is_closed_in_time)
{
  guint8 check[GST_ICE_UDP_STUN_MAX_SIZE];
  guint8 half[] = { 0, 100, 0, 1 };
  gint fds[3];
  LiteEnd end;

  open_end (&end);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = connect_to ("127.0.0.1", get_candidate (&end, "127.0.0.1")->port);
  send_all (fds[0], half, sizeof (half));
  send_frame (fds[1], check, write_check (&end, "012345678901234567890123",
          check), 1 << 16);
  fail_unless (test_wait (fds[1]));
  fail_unless (recv (fds[1], check, sizeof (check), 0) > 0);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++) {
    fail_unless (is_over (fds[i]));
    close (fds[i]);
  }
  fail_unless_equals_int (end.n_selected, 0);
  lite_end_close (&end);
}

GST_END_TEST;

/* More strangers than are kept: a peer comes in beside them, and those who were there
 * before stay. */
GST_START_TEST (test_many_connections)
{
  enum
  { N_STRANGERS = 600 };
  Caller early = { 0, }, late = { 0, };
  gint fds[N_STRANGERS];
  guint port, n_over = 0;
  LiteEnd end;

  open_end (&end);
  port = get_candidate (&end, "127.0.0.1")->port;
  early.fd = connect_to ("127.0.0.1", port);
  nominate (&early, &end, 1 << 16);
  WAIT_UNTIL (end.n_selected == 1);
  for (guint i = 0; i < N_STRANGERS; i++)
    fds[i] = connect_to ("127.0.0.1", port);
  assert_media (&early, &end, 10, 1 << 16);
  late.fd = connect_to ("127.0.0.1", port);
  nominate (&late, &end, 1 << 16);
  WAIT_UNTIL (end.n_selected == 2);
  assert_media (&late, &end, 10, 1 << 16);
  for (guint i = 0; i < N_STRANGERS; i++) {
    struct pollfd poll_fd = { fds[i], POLLIN, 0 };

    n_over += poll (&poll_fd, 1, 0) == 1;
    close (fds[i]);
  }
  fail_unless (n_over >= N_STRANGERS / 2, "%u", n_over);
  lite_end_close (&end);
  close (early.fd);
  close (late.fd);
}

GST_END_TEST;

/* A peer that takes nothing: who sends does not wait, and little is kept. What it takes
 * in the end is whole frames, in order. */
GST_START_TEST (test_slow_peer_loses_packets)
{
  enum
  { N_PACKETS = 20000 };
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  GstIceRouteTally tally = { 0, };
  Caller caller = { 0, };
  guint n_read = 0, number = 0;
  LiteEnd end;

  open_end (&end);
  caller.fd = connect_to ("127.0.0.1", get_candidate (&end, "127.0.0.1")->port);
  nominate (&caller, &end, 1 << 16);
  WAIT_UNTIL (end.n_selected == 1);
  for (guint i = 0; i < N_PACKETS; i++)
    gst_buffer_list_add (list, test_packet (i, PACKET_SIZE, 1));
  fail_unless_equals_int (gst_ice_route_send_list (end.route, list, 0, &tally,
          NULL), N_PACKETS);
  fail_unless (tally.n_refused > N_PACKETS / 2, "%u", tally.n_refused);
  while (n_read < N_PACKETS - tally.n_refused) {
    fail_unless_equals_int (receive_frame (&caller), PACKET_SIZE);
    while (!test_is_packet (caller.in + 2, PACKET_SIZE, number))
      fail_unless (++number < N_PACKETS, "%u", n_read);
    drop_frame (&caller);
    n_read++;
    number++;
  }
  assert_media (&caller, &end, 5, 1 << 16);
  lite_end_close (&end);
  close (caller.fd);
}

GST_END_TEST;

/* UDP first, TCP after, UDP again: the best nominated one has the media. */
GST_START_TEST (test_udp_beside_tcp)
{
  Caller caller = { 0, };
  LitePeer peer = { 0, };
  LiteEnd end;

  peer.fd = test_socket ("127.0.0.1", &peer.address);
  open_end (&end);
  caller.fd = connect_to ("127.0.0.1", get_candidate (&end, "127.0.0.1")->port);
  nominate (&caller, &end, 1 << 16);
  WAIT_UNTIL (end.n_selected == 1);
  assert_media (&caller, &end, 5, 1 << 16);
  lite_peer_nominate (&peer, &end);
  WAIT_UNTIL (end.n_selected == 2);
  lite_peer_assert_media (&peer, &end, 5);
  /* The connection that is not used ends, and nobody misses it. */
  close (caller.fd);
  lite_peer_assert_media (&peer, &end, 5);
  fail_unless_equals_int (end.n_lost, 0);
  lite_end_close (&end);
  close (peer.fd);
}

GST_END_TEST;

GST_START_TEST (test_tcp_port_of_another_is_an_error)
{
  GstIceUdpAddress any;
  const guint port = lite_find_port ();
  g_autofree gchar *text = g_strdup_printf ("TCP port %u", port);
  g_autoptr (GError) error = NULL;
  gint fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  LiteEnd end;

  fail_unless (gst_ice_udp_address_set_text (&any, "127.0.0.1", port));
  fail_unless (bind (fd, &any.any, gst_ice_udp_address_size (&any)) == 0);
  fail_unless (listen (fd, 1) == 0);
  fail_if (lite_end_open (&end, &(LiteEndSettings) {
          .mux_port = port,.has_tcp = TRUE}, &error));
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL));
  fail_unless (strstr (error->message, text) != NULL, error->message);
  lite_end_close (&end);
  close (fd);

  /* A call that needs no TCP has the port, and one that comes after may add it. */
  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          .mux_port = port}, NULL));
  fail_unless (get_candidate (&end, "127.0.0.1") == NULL);
  {
    LiteEnd second;

    fail_unless (lite_end_open (&second, &(LiteEndSettings) {
            .mux_port = port,.has_tcp = TRUE}, NULL));
    close (connect_to ("127.0.0.1", get_candidate (&second,
                "127.0.0.1")->port));
    lite_end_close (&second);
  }
  lite_end_close (&end);
}

GST_END_TEST;

static Suite *
litetcp_suite (void)
{
  Suite *s = suite_create ("litetcp");
  TCase *tc = tcase_create ("tcp");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, lite_end_set_up, lite_end_tear_down);
  tcase_add_loop_test (tc, test_call_by_tcp, 0, 2 * G_N_ELEMENTS (pieces));
  tcase_add_loop_test (tc, test_stranger_is_closed_at_once, 0,
      G_N_ELEMENTS (senseless));
  tcase_add_test (tc, test_stranger_is_closed_in_time);
  tcase_add_test (tc, test_many_connections);
  tcase_add_test (tc, test_slow_peer_loses_packets);
  tcase_add_test (tc, test_udp_beside_tcp);
  tcase_add_test (tc, test_tcp_port_of_another_is_an_error);
  return s;
}

GST_CHECK_MAIN (litetcp);
