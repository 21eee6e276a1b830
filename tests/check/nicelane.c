/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticenicelane.h"

#include "gsticereceiver.h"
#include "udptest.h"

static const GstIceUdpConsentSettings credentials = {
  .local_ufrag = "same",.local_password = "samesamesamesamesamesame",
  .remote_ufrag = "same",.remote_password = "samesamesamesamesamesame",
};

/* One component of two pairs. */
typedef struct
{
  GMainContext *context;        /* libnice's; the test's thread runs it */
  GstIceDemux *demux;
  GstIceReceiver *receiver;
  gint peer_fd;
  GstIceUdpAddress peer;
  GstIceUdpAddress local[2];
  GSocket *sockets[2];          /* libnice's */
  GstIceNiceLane *lanes[2];
  guint n_quiet;
} Component;

static void
on_health (GstIceNicePathHealth health, gpointer user_data)
{
}

static void
on_quiet (GstIceNiceLane * lane, gpointer user_data)
{
  Component *self = user_data;

  fail_unless (lane == self->lanes[0]);
  self->n_quiet++;
  g_clear_pointer (&self->lanes[0], gst_ice_nice_lane_free);
}

static void
component_init (Component * self)
{
  memset (self, 0, sizeof (*self));
  self->context = g_main_context_new ();
  self->demux = gst_ice_demux_new ();
  self->receiver = gst_ice_receiver_new (1024 * 1024);
  gst_ice_demux_set_receivers (self->demux, FALSE, self->receiver, NULL);
  self->peer_fd = test_socket ("127.0.0.1", &self->peer);
  for (guint i = 0; i < 2; i++) {
    self->sockets[i] = g_socket_new_from_fd (test_socket ("127.0.0.1",
            &self->local[i]), NULL);
    fail_unless (self->sockets[i] != NULL);
  }
}

/* The pair of socket @i is selected; libnice may have packets of it. */
static void
component_begin (Component * self, guint i)
{
  GError *error = NULL;
  const GstIceNiceLaneSettings settings = {.socket = self->sockets[i],
    .remote = &self->peer,.demux = self->demux,.context = self->context,
    .buffer_size = 1024 * 1024,.consent = &credentials,.health = on_health,
    .user_data = self
  };

  self->lanes[i] = gst_ice_nice_lane_new (&settings, &error);
  fail_unless (self->lanes[i] != NULL, "%s", error ? error->message : "");
}

static void
component_select (Component * self, guint i)
{
  component_begin (self, i);
  /* Until the lane is being read. */
  while (g_main_context_iteration (self->context, FALSE));
}

static void
component_clear (Component * self)
{
  for (guint i = 0; i < 2; i++) {
    g_clear_pointer (&self->lanes[i], gst_ice_nice_lane_free);
    g_object_unref (self->sockets[i]);
  }
  close (self->peer_fd);
  g_object_unref (self->receiver);
  g_object_unref (self->demux);
  g_main_context_unref (self->context);
}

static void
component_send (Component * self, guint number, guint to)
{
  const guint8 packet[12] = { 0x80, 96, 0, (guint8) number };

  test_send (self->peer_fd, &self->local[to], packet, sizeof (packet));
}

/* Takes @n packets, whose numbers begin with 0. */
static void
component_check (Component * self, guint n)
{
  for (guint at = 0; at < n;) {
    GstBufferList *list;
    GstCaps *caps;

    fail_unless_equals_int (gst_ice_receiver_receive (self->receiver,
            TEST_PATIENCE_MS, &list, &caps), GST_FLOW_OK);
    for (guint i = 0; i < gst_buffer_list_length (list); i++, at++) {
      guint8 number = 0xff;

      gst_buffer_extract (gst_buffer_list_get (list, i), 3, &number, 1);
      fail_unless_equals_int (number, at);
    }
    gst_buffer_list_unref (list);
  }
}

/* The peer hears of another pair after we do. */
GST_START_TEST (test_retired_lane_receives_until_it_is_quiet)
{
  Component component, *self = &component;

  component_init (self);
  component_select (self, 0);
  gst_ice_nice_lane_retire (self->lanes[0], on_quiet);
  component_select (self, 1);

  component_send (self, 0, 0);
  component_send (self, 1, 0);
  component_send (self, 2, 1);
  component_check (self, 3);
  fail_unless_equals_int (g_socket_condition_check (self->sockets[0],
          G_IO_IN), 0);

  while (self->n_quiet == 0)
    g_main_context_iteration (self->context, TRUE);
  /* From here on libnice gets what comes. */
  component_send (self, 3, 0);
  fail_unless (test_wait (g_socket_get_fd (self->sockets[0])));
  component_clear (self);
}

GST_END_TEST;

/* Before a packet that came on a socket of libnice's is delivered. */
GST_START_TEST (test_flush_delivers_what_came_before)
{
  Component component, *self = &component;
  GstIceReceiverCounts counts;

  component_init (self);
  component_select (self, 0);
  component_send (self, 0, 0);
  component_send (self, 1, 0);

  gst_ice_nice_lane_flush (self->lanes[0]);
  gst_ice_receiver_get_counts (self->receiver, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 2);
  component_check (self, 2);
  component_clear (self);
}

GST_END_TEST;

/* What libnice has not read yet is older than what is in our socket. */
GST_START_TEST (test_flush_waits_for_libnice)
{
  Component component, *self = &component;
  GstIceReceiverCounts counts;
  guint8 packet[12];

  component_init (self);
  component_send (self, 0, 0);
  component_begin (self, 0);
  component_send (self, 1, 0);

  g_main_context_iteration (self->context, FALSE);
  gst_ice_nice_lane_flush (self->lanes[0]);
  gst_ice_receiver_get_counts (self->receiver, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 0);

  /* As libnice does. */
  fail_unless_equals_int (test_receive (g_socket_get_fd (self->sockets[0]),
          packet, sizeof (packet)), sizeof (packet));
  while (g_main_context_iteration (self->context, FALSE));
  gst_ice_nice_lane_flush (self->lanes[0]);
  gst_ice_receiver_get_counts (self->receiver, &counts);
  fail_unless_equals_uint64 (counts.packets_received, 1);
  component_clear (self);
}

GST_END_TEST;

static gboolean
on_time (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until a lane that is retired now would have been told to be quiet. */
static void
component_outlast_quiet (Component * self)
{
  GSource *timer = g_timeout_source_new (1000);
  gboolean over = FALSE;

  g_source_set_callback (timer, on_time, &over, NULL);
  g_source_attach (timer, self->context);
  while (!over)
    g_main_context_iteration (self->context, TRUE);
  g_source_unref (timer);
}

/* A pair that is selected again keeps its lane, and its port has one. */
GST_START_TEST (test_reinstated_lane_stays)
{
  Component component, *self = &component;

  component_init (self);
  component_select (self, 0);
  gst_ice_nice_lane_retire (self->lanes[0], on_quiet);
  gst_ice_nice_lane_reinstate (self->lanes[0]);
  component_outlast_quiet (self);
  fail_unless_equals_int (self->n_quiet, 0);
  component_send (self, 0, 0);
  component_check (self, 1);

  fail_unless (gst_ice_nice_lane_is_on (self->lanes[0], self->sockets[0]));
  fail_if (gst_ice_nice_lane_is_on (self->lanes[0], self->sockets[1]));
  fail_unless (gst_ice_nice_lane_has_consent (self->lanes[0]));
  component_clear (self);
}

GST_END_TEST;

static Suite *
nicelane_suite (void)
{
  Suite *suite = suite_create ("nicelane");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_retired_lane_receives_until_it_is_quiet);
  tcase_add_test (tests, test_flush_delivers_what_came_before);
  tcase_add_test (tests, test_flush_waits_for_libnice);
  tcase_add_test (tests, test_reinstated_lane_stays);
  return suite;
}

GST_CHECK_MAIN (nicelane);
