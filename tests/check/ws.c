/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The WebSocket signaller, two and more of them, at gst-ice-rendezvous. */

#include "wsend.h"

#include "gsticeerror.h"
#include "gsticewssignaller.h"

#include <signal.h>

#define SEND GST_ICE_DIRECTION_SENDONLY
#define RECEIVE GST_ICE_DIRECTION_RECVONLY
#define BOTH GST_ICE_DIRECTION_SENDRECV

static gboolean
is_detached (End * end)
{
  return
      gst_ice_ws_signaller_is_detached (GST_ICE_WS_SIGNALLER (end->signaller));
}

/* Waits until @producer's offer was answered by @consumer. */
static void
wait_call (End * producer, End * consumer)
{
  WAIT (producer->n_answers == 1 && consumer->n_offers == 1);
  fail_unless_equals_int (producer->n_wanted, 1);
  fail_unless_equals_int (producer->n_offers + consumer->n_answers, 0);
}

GST_START_TEST (test_producer_offers_whoever_comes_first)
{
  Server server;
  End producer, consumer;

  server_start (&server, 0, NULL);
  for (guint i = 0; i < 4; i++) {
    const gboolean consumer_first = i % 2;

    end_start (consumer_first ? &consumer : &producer, &server, "a/room",
        NULL, 0, consumer_first ? RECEIVE : SEND);
    WAIT (strstr ((consumer_first ? &consumer :
                &producer)->progress->str, "waiting for a ") != NULL);
    end_start (consumer_first ? &producer : &consumer, &server, "a%2Froom/",
        NULL, 0, consumer_first ? SEND : RECEIVE);
    wait_call (&producer, &consumer);

    end_send_candidate (&producer, 6000);
    end_send_candidate (&producer, 0);
    end_send_candidate (&consumer, 6001);
    WAIT (strcmp (consumer.ports->str, "6000 end ") == 0);
    WAIT (strcmp (producer.ports->str, "6001 ") == 0);

    end_clear (i < 2 ? &producer : &consumer);
    WAIT ((i < 2 ? &consumer : &producer)->n_hung_up == 1);
    end_clear (i < 2 ? &consumer : &producer);
  }
  server_stop (&server);
}

GST_END_TEST;

GST_START_TEST (test_of_two_that_do_both_one_offers)
{
  Server server;
  const gchar *options[] = { NULL, "--producers-per-room=2" };

  /* Without rooms' limit of one producer, the two decide by themselves. */
  server_start (&server, 0, options[__i__]);
  for (guint i = 0; i < 10; i++) {
    End a, b;

    end_start (&a, &server, "both", NULL, 0, BOTH);
    end_start (&b, &server, "both", NULL, 0, BOTH);
    WAIT (a.n_answers + b.n_answers == 1);
    WAIT (a.n_offers + b.n_offers == 1);
    fail_unless_equals_int (a.n_wanted + b.n_wanted, 1);
    fail_unless (a.n_offers == b.n_answers);
    end_clear (&a);
    end_clear (&b);
  }
  server_stop (&server);
}

GST_END_TEST;

GST_START_TEST (test_busy_producer_refuses_and_keeps_its_call)
{
  Server server;
  End producer, consumer, later;

  server_start (&server, 0, NULL);
  end_start (&producer, &server, "one", NULL, 0, SEND);
  end_start (&consumer, &server, "one", NULL, 0, RECEIVE);
  wait_call (&producer, &consumer);

  end_start (&later, &server, "one", NULL, 500, RECEIVE);
  WAIT (later.error != NULL);
  fail_unless_equals_int (later.error->code, GST_ICE_ERROR_BUSY);
  fail_unless_equals_int (producer.n_hung_up + consumer.n_hung_up, 0);

  /* The one that waits gets its turn. */
  end_clear (&later);
  end_start (&later, &server, "one", NULL, 0, RECEIVE);
  end_clear (&consumer);
  WAIT (producer.n_hung_up == 1);
  WAIT (later.n_offers == 1 && producer.n_answers == 2);

  end_clear (&later);
  end_clear (&producer);
  server_stop (&server);
}

GST_END_TEST;

/* Viewers of one producer. */

#define N_VIEWERS 3

typedef struct
{
  Server server;
  End producer;
  End viewers[N_VIEWERS];
  GstIceSignaller *peers[N_VIEWERS];    /* the producer's, of each viewer */
  guint port;                   /* of the last candidate */
} Audience;

/* @to: where the producer finds the server */
static void
audience_init (Audience * self, Server * to)
{
  self->port = 6000;
  end_start (&self->producer, to, "many", NULL, 0, SEND);
  self->producer.several = TRUE;
  for (guint i = 0; i < N_VIEWERS; i++) {
    end_start (&self->viewers[i], &self->server, "many", NULL, 0, RECEIVE);
    WAIT (self->producer.n_answers == i + 1);
    self->peers[i] = g_object_ref (self->producer.peer);
  }
}

/* Has the producer send viewer @i a candidate: it gets there, and nowhere else. */
static void
assert_reaches (Audience * self, guint i)
{
  g_autofree gchar *text = g_strdup_printf ("%u ", ++self->port);

  g_set_object (&self->producer.peer, self->peers[i]);
  end_send_candidate (&self->producer, self->port);
  WAIT (strstr (self->viewers[i].ports->str, text) != NULL);
  for (guint n = 0; n < N_VIEWERS; n++)
    fail_unless (n == i || self->viewers[n].ports == NULL ||
        strstr (self->viewers[n].ports->str, text) == NULL);
}

static void
audience_clear (Audience * self)
{
  for (guint i = 0; i < N_VIEWERS; i++)
    g_clear_object (&self->peers[i]);
  end_clear (&self->producer);
  for (guint i = 0; i < N_VIEWERS; i++) {
    if (self->viewers[i].signaller != NULL)
      end_clear (&self->viewers[i]);
  }
  server_stop (&self->server);
}

static void
viewer_leave (Audience * self, guint i)
{
  end_clear (&self->viewers[i]);
  memset (&self->viewers[i], 0, sizeof self->viewers[i]);
}

GST_START_TEST (test_each_viewer_has_a_session)
{
  Audience all;
  g_autoptr (GstStructure) who = NULL;
  g_autoptr (GstStructure) other = NULL;

  server_start (&all.server, 0, NULL);
  audience_init (&all, &all.server);
  for (guint i = 0; i < N_VIEWERS; i++)
    assert_reaches (&all, i);
  who = gst_ice_signaller_describe_peer (all.peers[0]);
  other = gst_ice_signaller_describe_peer (all.peers[1]);
  fail_unless_equals_string (gst_structure_get_string (who, "path"), "/many");
  fail_if (gst_structure_is_equal (who, other));

  /* A restart is of one; so is the end, which either side may tell. */
  g_set_object (&all.producer.peer, all.peers[1]);
  end_send_offer (&all.producer);
  WAIT (all.viewers[1].n_offers == 2 && all.producer.n_answers == 4);
  viewer_leave (&all, 1);
  WAIT (all.producer.n_hung_up == 1);
  fail_if (gst_ice_signaller_can_restart (all.peers[1]));
  fail_unless (gst_ice_signaller_can_restart (all.peers[0]));
  gst_ice_signaller_hang_up (all.peers[2]);
  WAIT (all.viewers[2].n_hung_up == 1);
  fail_unless_equals_int (all.viewers[0].n_offers, 1);
  fail_unless_equals_int (all.viewers[0].n_hung_up, 0);
  fail_unless_equals_int (all.producer.n_hung_up, 1);

  viewer_leave (&all, 0);
  WAIT (all.producer.n_hung_up == 2);
  audience_clear (&all);
}

GST_END_TEST;

GST_START_TEST (test_full_producer_says_so)
{
  Audience all;
  End later;
  gchar *told;

  server_start (&all.server, 0, NULL);
  audience_init (&all, &all.server);
  gst_ice_signaller_set_full (all.producer.signaller, TRUE);
  end_start (&later, &all.server, "many", NULL, 700, RECEIVE);
  WAIT (later.error != NULL);
  fail_unless_equals_int (later.error->code, GST_ICE_ERROR_BUSY);
  fail_unless (strstr (later.error->message, "max-consumers") != NULL);
  fail_unless_equals_int (all.producer.n_wanted, N_VIEWERS);

  /* Once, though it has asked more than once. */
  told = strstr (all.producer.progress->str, "is refused: As many");
  fail_unless (told != NULL);
  fail_unless (strstr (told + 1, "is refused: As many") == NULL);
  end_clear (&later);

  gst_ice_signaller_set_full (all.producer.signaller, FALSE);
  end_start (&later, &all.server, "many", NULL, 0, RECEIVE);
  WAIT (later.n_offers == 1);
  assert_reaches (&all, 0);
  end_clear (&later);
  audience_clear (&all);
}

GST_END_TEST;

static gboolean
are_detached (Audience * all, gboolean detached)
{
  for (guint i = 0; i < N_VIEWERS; i++) {
    if (is_detached (&all->viewers[i]) != detached)
      return FALSE;
  }
  return is_detached (&all->producer) == detached;
}

GST_START_TEST (test_all_calls_outlive_the_server)
{
  Audience all;

  server_start (&all.server, 0, NULL);
  audience_init (&all, &all.server);
  for (guint n = 0; n < 2; n++) {
    server_kill (&all.server);
    WAIT (are_detached (&all, TRUE));
    server_start (&all.server, all.server.port, NULL);
    WAIT (are_detached (&all, FALSE));
    for (guint i = 0; i < N_VIEWERS; i++)
      assert_reaches (&all, i);
  }
  fail_unless_equals_int (all.producer.n_hung_up, 0);
  fail_unless_equals_int (all.producer.n_wanted, N_VIEWERS);
  viewer_leave (&all, 0);
  WAIT (all.producer.n_hung_up == 1);
  audience_clear (&all);
}

GST_END_TEST;

GST_START_TEST (test_second_publisher_is_refused)
{
  Server server;
  End early, later;

  server_start (&server, 0, NULL);
  end_start (&early, &server, "", NULL, 0, SEND);
  WAIT (early.progress->len > 0);
  end_start (&later, &server, "", NULL, 300, SEND);
  WAIT (later.error != NULL);
  fail_unless_equals_int (later.error->code, GST_ICE_ERROR_BUSY);
  fail_unless (strstr (later.error->message, "another publisher") != NULL);
  end_clear (&later);
  end_clear (&early);
  server_stop (&server);
}

GST_END_TEST;

GST_START_TEST (test_token_is_asked_for)
{
  Server server;
  End producer, consumer;

  server_start (&server, 0, "--token=secret");
  end_start (&producer, &server, "t", "secret", 0, SEND);
  end_start (&consumer, &server, "t", "wrong", 0, RECEIVE);
  WAIT (consumer.error != NULL);
  fail_unless_equals_int (consumer.error->code, GST_ICE_ERROR_UNAUTHORIZED);
  fail_unless (strstr (consumer.error->message, "auth-token") != NULL);
  fail_unless (strstr (consumer.error->message, "wrong") == NULL);
  end_clear (&consumer);

  end_start (&consumer, &server, "t", "secret", 0, RECEIVE);
  wait_call (&producer, &consumer);
  end_clear (&consumer);
  end_clear (&producer);
  server_stop (&server);
}

GST_END_TEST;

GST_START_TEST (test_server_tells_of_turn_servers)
{
  Server server;
  End end;

  server_start (&server, 0, "--stun-uri=stun:10.0.0.1:3478");
  end_start (&end, &server, "", NULL, 0, SEND);
  WAIT (strcmp (end.servers->str, "10.0.0.1:3478 ") == 0);
  server_kill (&server);
  server_start (&server, server.port, "--stun-uri=stun:10.0.0.1:3478");
  WAIT (strcmp (end.servers->str, "10.0.0.1:3478 10.0.0.1:3478 ") == 0);
  end_clear (&end);
  server_stop (&server);
}

GST_END_TEST;

/* Returns: until when the credentials are good, seconds since 1970 */
static gint64
expiry (End * end)
{
  return g_ascii_strtoll (end->username, NULL, 10);
}

GST_START_TEST (test_credentials_are_renewed_in_time)
{
  Server server;
  gint64 first;
  End end;

  g_setenv ("GST_ICE_RENDEZVOUS_TURN_SECRET", "secret", TRUE);
  server_start (&server, 0, "--turn-uri=turn:10.0.0.1:3478 --turn-ttl=5");
  end_start (&end, &server, "", NULL, 0, SEND);
  WAIT (end.username != NULL);
  first = expiry (&end);
  WAIT (expiry (&end) > first);
  fail_unless (g_get_real_time () / G_USEC_PER_SEC < first);
  fail_unless (end.error == NULL);
  end_clear (&end);
  server_stop (&server);
}

GST_END_TEST;

GST_START_TEST (test_server_may_come_late)
{
  Server server;
  End producer, consumer;
  guint port;

  server_start (&server, 0, NULL);
  port = server.port;
  server_stop (&server);

  end_start (&consumer, &server, "late", NULL, 200, RECEIVE);
  WAIT (consumer.error != NULL);
  fail_unless_equals_int (consumer.error->code, GST_ICE_ERROR_TIMEOUT);
  fail_unless (strstr (consumer.error->message, "refused") != NULL);
  end_clear (&consumer);

  end_start (&consumer, &server, "late", NULL, 0, RECEIVE);
  WAIT (strstr (consumer.progress->str, "trying again") != NULL);
  server_start (&server, port, NULL);
  end_start (&producer, &server, "late", NULL, 0, SEND);
  wait_call (&producer, &consumer);
  end_clear (&consumer);
  end_clear (&producer);
  server_stop (&server);
}

GST_END_TEST;

GST_START_TEST (test_call_outlives_the_server)
{
  Server server;
  End producer, consumer;

  server_start (&server, 0, NULL);
  end_start (&producer, &server, "again", NULL, 0, SEND);
  end_start (&consumer, &server, "again", NULL, 0, RECEIVE);
  wait_call (&producer, &consumer);

  for (guint i = 0; i < 3; i++) {
    /* Killed, and stopped in good order. */
    if (i % 2)
      server_stop (&server);
    else
      server_kill (&server);
    WAIT (is_detached (&producer) && is_detached (&consumer));
    server_start (&server, server.port, NULL);
    WAIT (!is_detached (&producer) && !is_detached (&consumer));
  }

  fail_unless_equals_int (producer.n_hung_up + consumer.n_hung_up, 0);
  fail_unless (producer.error == NULL && consumer.error == NULL);
  fail_unless_equals_int (producer.n_wanted, 1);

  /* Candidates and goodbyes pass again. */
  end_send_candidate (&consumer, 7000);
  WAIT (strcmp (producer.ports->str, "7000 ") == 0);
  end_clear (&producer);
  WAIT (consumer.n_hung_up == 1);
  end_clear (&consumer);
  server_stop (&server);
}

GST_END_TEST;

GST_START_TEST (test_call_outlives_a_stranger_after_the_restart)
{
  Server server;
  End producer, consumer, stranger;

  server_start (&server, 0, NULL);
  end_start (&producer, &server, "again", NULL, 0, SEND);
  end_start (&consumer, &server, "again", NULL, 0, RECEIVE);
  wait_call (&producer, &consumer);
  server_kill (&server);
  WAIT (is_detached (&producer) && is_detached (&consumer));
  end_clear (&producer);

  /* It is not the one that the consumer was in a call with. */
  server_start (&server, server.port, NULL);
  end_start (&stranger, &server, "again", NULL, 0, SEND);
  WAIT (gst_ice_ws_signaller_is_connected (GST_ICE_WS_SIGNALLER
          (consumer.signaller)));
  WAIT (stranger.progress->len > 0);
  fail_unless_equals_int (consumer.n_hung_up, 0);
  fail_unless_equals_int (stranger.n_wanted, 0);
  fail_unless (is_detached (&consumer));
  end_clear (&stranger);
  end_clear (&consumer);
  server_stop (&server);
}

GST_END_TEST;

/* A way to the server that can forget its connections, as a NAT does: the client's end
 * is closed, and the server hears nothing. */
typedef struct
{
  GSocketService *service;
  Server server;                /* whose port is the way's */
  guint to;                     /* port */
  GPtrArray *near, *far;        /* of GSocketConnection */
} Way;

static void
pass_on (GSocketConnection * from, GSocketConnection * to)
{
  g_output_stream_splice_async (g_io_stream_get_output_stream
      (G_IO_STREAM (to)), g_io_stream_get_input_stream (G_IO_STREAM (from)),
      G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static gboolean
on_incoming (GSocketService * service, GSocketConnection * near,
    GObject * source, gpointer user_data)
{
  Way *way = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *far = g_socket_client_connect_to_host (client,
      "127.0.0.1", way->to, NULL, NULL);

  fail_unless (far != NULL);
  g_ptr_array_add (way->near, g_object_ref (near));
  g_ptr_array_add (way->far, far);
  pass_on (near, far);
  pass_on (far, near);
  return TRUE;
}

static void
way_init (Way * way, const Server * server)
{
  way->service = g_socket_service_new ();
  way->server.port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER
      (way->service), NULL, NULL);
  way->to = server->port;
  way->near = g_ptr_array_new_with_free_func (g_object_unref);
  way->far = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (way->service, "incoming", G_CALLBACK (on_incoming), way);
  g_socket_service_start (way->service);
}

static void
way_forget (Way * way)
{
  for (guint i = 0; i < way->near->len; i++)
    g_socket_shutdown (g_socket_connection_get_socket (g_ptr_array_index
            (way->near, i)), TRUE, TRUE, NULL);
  g_ptr_array_set_size (way->near, 0);
}

static void
way_clear (Way * way)
{
  way_forget (way);
  g_socket_service_stop (way->service);
  g_socket_listener_close (G_SOCKET_LISTENER (way->service));
  g_object_unref (way->service);
  for (guint i = 0; i < way->far->len; i++)
    g_io_stream_close (g_ptr_array_index (way->far, i), NULL, NULL);
  g_ptr_array_unref (way->near);
  g_ptr_array_unref (way->far);
}

/* The server holds the connection that was lost, and with it the producer's place. */
GST_START_TEST (test_producer_behind_a_nat_that_forgets_takes_its_place)
{
  Server server;
  End producer, consumer;
  Way way;

  server_start (&server, 0, NULL);
  way_init (&way, &server);
  end_start (&producer, &way.server, "nat", NULL, 0, SEND);
  end_start (&consumer, __i__ == 0 ? &server : &way.server, "nat", NULL, 0,
      RECEIVE);
  wait_call (&producer, &consumer);

  for (guint i = 2; i < 5; i++) {
    way_forget (&way);
    WAIT (is_detached (&producer));
    /* The restart waits for the connection, with what belongs to it. */
    fail_unless (gst_ice_signaller_can_restart (end_get_peer (&producer)));
    end_send_offer (&producer);
    end_send_candidate (&producer, 6000 + i);
    /* It breaks again as soon as there is one. */
    if (i == 3) {
      WAIT (gst_ice_ws_signaller_is_connected (GST_ICE_WS_SIGNALLER
              (producer.signaller)));
      way_forget (&way);
    }
    WAIT (producer.n_answers == i && consumer.n_offers == i);
    fail_if (is_detached (&producer));
  }
  WAIT (g_str_has_suffix (consumer.ports->str, "6004 "));
  fail_unless_equals_int (producer.n_hung_up + consumer.n_hung_up, 0);
  fail_unless_equals_int (producer.n_wanted, 1);
  fail_unless (strstr (producer.progress->str, "another publisher") == NULL);

  end_clear (&producer);
  WAIT (consumer.n_hung_up == 1);
  end_clear (&consumer);
  way_clear (&way);
  server_stop (&server);
}

GST_END_TEST;

/* Without a call, too: a viewer that comes later finds the publisher. */
GST_START_TEST (test_waiting_producer_takes_its_place)
{
  Server server;
  End producer, consumer;
  Way way;

  server_start (&server, 0, NULL);
  way_init (&way, &server);
  end_start (&producer, &way.server, "nat", NULL, 1000, SEND);
  WAIT (strstr (producer.progress->str, "waiting for a ") != NULL);
  way_forget (&way);
  WAIT (!gst_ice_ws_signaller_is_connected (GST_ICE_WS_SIGNALLER
          (producer.signaller)));
  end_start (&consumer, &server, "nat", NULL, 0, RECEIVE);
  wait_call (&producer, &consumer);
  fail_unless (producer.error == NULL);

  end_clear (&producer);
  end_clear (&consumer);
  way_clear (&way);
  server_stop (&server);
}

GST_END_TEST;

/* What ended while the connection was away has ended. */
GST_START_TEST (test_call_that_ended_meanwhile_is_over)
{
  Server server;
  End producer, consumer;
  Way way;

  server_start (&server, 0, NULL);
  way_init (&way, &server);
  end_start (&producer, &way.server, "nat", NULL, 0, SEND);
  end_start (&consumer, &server, "nat", NULL, 0, RECEIVE);
  wait_call (&producer, &consumer);
  way_forget (&way);
  end_clear (&consumer);
  WAIT (producer.n_hung_up == 1);

  end_start (&consumer, &server, "nat", NULL, 0, RECEIVE);
  WAIT (producer.n_answers == 2 && consumer.n_offers == 1);
  end_clear (&producer);
  end_clear (&consumer);
  way_clear (&way);
  server_stop (&server);
}

GST_END_TEST;

/* One that we ended meanwhile, too, and the viewer hears of it. */
GST_START_TEST (test_viewer_that_was_removed_meanwhile_hears_of_it)
{
  Audience all;
  Way way;

  server_start (&all.server, 0, NULL);
  way_init (&way, &all.server);
  audience_init (&all, &way.server);
  way_forget (&way);
  WAIT (is_detached (&all.producer));
  gst_ice_signaller_hang_up (all.peers[1]);
  WAIT (!is_detached (&all.producer));
  WAIT (all.viewers[1].n_hung_up == 1);
  assert_reaches (&all, 0);
  assert_reaches (&all, 2);
  fail_unless_equals_int (all.producer.n_hung_up, 0);
  audience_clear (&all);
  way_clear (&way);
}

GST_END_TEST;

/* The side that only answers finds out at once, instead of after 25 s. */
GST_START_TEST (test_silent_server_is_found_out_when_media_stays_away)
{
  Server server;
  End producer, consumer;

  server_start (&server, 0, NULL);
  end_start (&producer, &server, "still", NULL, 0, SEND);
  end_start (&consumer, &server, "still", NULL, 0, RECEIVE);
  wait_call (&producer, &consumer);

  /* One that answers is not given up. */
  gst_ice_signaller_doubt_path (consumer.signaller);
  end_send_candidate (&consumer, 6001);
  WAIT (producer.ports->len > 0);
  end_send_candidate (&producer, 6000);
  WAIT (consumer.ports->len > 0);
  g_subprocess_send_signal (server.process, SIGSTOP);
  /* The server may still answer before the signal stops it. */
  WAIT ((gst_ice_signaller_doubt_path (consumer.signaller),
          is_detached (&consumer)));
  fail_if (is_detached (&producer));
  g_subprocess_send_signal (server.process, SIGCONT);
  WAIT (!is_detached (&consumer));
  end_send_offer (&producer);
  WAIT (producer.n_answers == 2 && consumer.n_offers == 2);

  end_clear (&producer);
  end_clear (&consumer);
  server_stop (&server);
}

GST_END_TEST;

GST_START_TEST (test_uri_has_to_name_a_server)
{
  static const gchar *const uris[] = {
    "ws:", "ws://", "ws://:8443/room", "ws://host:99999/room", "wss:///room",
    "ws://host:0/room",
  };

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++) {
    g_autoptr (GstIceConfig) config = side_make_config (uris[i], NULL, 0);
    g_autoptr (GError) error = NULL;

    fail_unless (gst_ice_ws_signaller_new (config, &error) == NULL, "%s",
        uris[i]);
    fail_unless (g_error_matches (error, GST_ICE_ERROR,
            GST_ICE_ERROR_SETTINGS));
  }
}

GST_END_TEST;

GST_START_TEST (test_close_without_start)
{
  g_autoptr (GstIceConfig) config = side_make_config ("ws://h/r", NULL, 0);
  End end = { 0 };

  end.signaller = gst_ice_ws_signaller_new (config, NULL);
  fail_unless (end.signaller != NULL);
  end.progress = g_string_new (NULL);
  end.ports = g_string_new (NULL);
  end.servers = g_string_new (NULL);
  end_clear (&end);
}

GST_END_TEST;

static Suite *
ws_suite (void)
{
  Suite *s = suite_create ("ws");
  TCase *alone = tcase_create ("alone");
  TCase *calls = tcase_create ("calls");

  suite_add_tcase (s, alone);
  tcase_add_test (alone, test_uri_has_to_name_a_server);
  tcase_add_test (alone, test_close_without_start);
  if (!server_is_there ()) {
    g_print ("gst-ice-rendezvous is not built\n");
    exit (77);
  }

  suite_add_tcase (s, calls);
  tcase_add_test (calls, test_producer_offers_whoever_comes_first);
  tcase_add_loop_test (calls, test_of_two_that_do_both_one_offers, 0, 2);
  tcase_add_test (calls, test_busy_producer_refuses_and_keeps_its_call);
  tcase_add_test (calls, test_each_viewer_has_a_session);
  tcase_add_test (calls, test_full_producer_says_so);
  tcase_add_test (calls, test_all_calls_outlive_the_server);
  tcase_add_test (calls, test_second_publisher_is_refused);
  tcase_add_test (calls, test_token_is_asked_for);
  tcase_add_test (calls, test_server_tells_of_turn_servers);
  tcase_add_test (calls, test_credentials_are_renewed_in_time);
  tcase_add_test (calls, test_server_may_come_late);
  tcase_add_test (calls, test_call_outlives_the_server);
  tcase_add_test (calls, test_call_outlives_a_stranger_after_the_restart);
  tcase_add_loop_test (calls,
      test_producer_behind_a_nat_that_forgets_takes_its_place, 0, 2);
  tcase_add_test (calls, test_waiting_producer_takes_its_place);
  tcase_add_test (calls, test_silent_server_is_found_out_when_media_stays_away);
  tcase_add_test (calls, test_call_that_ended_meanwhile_is_over);
  tcase_add_test (calls, test_viewer_that_was_removed_meanwhile_hears_of_it);
  return s;
}

GST_CHECK_MAIN (ws);
