/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Toward a lite peer one pair is nominated, when it works (RFC 8445, 8.1.1). */

#include "config.h"

#include "gsticeudpstun.h"
#include "icetest.h"
#include "niceend.h"

#define UFRAG "lite"
#define PASSWORD "asd88fgpdd777uzjYhagZg"

#define USE_CANDIDATE 0x0025

/* A lite peer: it answers checks, and sends none. */
typedef struct
{
  GSocket *socket;
  guint port;
  GSource *source;
  guint n_checks;
  guint n_nominating;
  gboolean first_nominates;
} LitePeer;

/* Whether the STUN message @stun has an attribute of @type. */
static gboolean
has_attribute (const GstIceUdpStun * stun, guint16 type)
{
  for (gsize at = 20; at + 4 <= stun->size_bytes;
      at += 4 + ((GST_READ_UINT16_BE (stun->data + at + 2) + 3u) & ~3u)) {
    if (GST_READ_UINT16_BE (stun->data + at) == type)
      return TRUE;
  }
  return FALSE;
}

static gboolean
on_readable (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  LitePeer *peer = user_data;
  g_autoptr (GSocketAddress) from = NULL;
  guint8 packet[1500], answer[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpAddress address;
  GstIceUdpStun stun;
  gssize n = g_socket_receive_from (socket, &from, (gchar *) packet,
      sizeof packet, NULL, NULL);
  gsize size;

  if (n <= 0 || !gst_ice_udp_stun_parse (&stun, packet, (gsize) n)
      || stun.type != GST_ICE_UDP_STUN_REQUEST)
    return G_SOURCE_CONTINUE;

  if (has_attribute (&stun, USE_CANDIDATE)) {
    peer->n_nominating++;
    peer->first_nominates |= peer->n_checks == 0;
  }
  peer->n_checks++;
  fail_unless (g_socket_address_to_native (from, &address, sizeof address,
          NULL));
  size = gst_ice_udp_stun_build_response (&stun, &address, PASSWORD, answer);
  g_socket_send_to (socket, from, (gchar *) answer, size, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static void
lite_peer_init (LitePeer * self)
{
  memset (self, 0, sizeof *self);
  self->socket = nice_end_take_port (&self->port);
  g_socket_set_blocking (self->socket, FALSE);
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->source, nice_end_context);
}

static void
lite_peer_clear (LitePeer * self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->socket);
}

/* With 1 it is known that the peer is a lite one, with 0 it is not. */
GST_START_TEST (test_nomination)
{
  g_autoptr (GPtrArray) candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
  LitePeer peer;
  NiceEnd end;

  lite_peer_init (&peer);
  fail_unless (__i__ == 1 ? nice_end_init_for_lite_peer (&end,
          nice_end_settings_new (), 1, NULL) : nice_end_init (&end,
          nice_end_settings_new (), 1, TRUE, NULL));
  nice_end_gather (&end);
  WAIT_UNTIL (end.gathered);
  fail_unless (gst_ice_agent_set_remote_credentials (end.agent, UFRAG, PASSWORD,
          NULL));
  g_ptr_array_add (candidates, candidate_new ("127.0.0.1", peer.port, 1));
  gst_ice_agent_add_remote_candidates (end.agent, candidates);
  WAIT_UNTIL (nice_end_is_connected (&end) && end.routes[0] != NULL
      && peer.n_nominating > 0);
  fail_unless_equals_int (peer.first_nominates, __i__ == 0);

  nice_end_clear (&end);
  lite_peer_clear (&peer);
}

GST_END_TEST;

static Suite *
icenicelite_suite (void)
{
  Suite *suite = suite_create ("icenicelite");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, nice_ends_setup, nice_ends_teardown);
  tcase_add_loop_test (tcase, test_nomination, 0, 2);
  return suite;
}

GST_CHECK_MAIN (icenicelite);
