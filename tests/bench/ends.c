/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ends.h"

#include "agents.h"
#include "listening.h"

#include <gst/base/gstbasesink.h>
#include <nice/agent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TIMEOUT_US (10 * G_TIME_SPAN_SECOND)
#define UDP_PORT 47000

/* What a sink costs that does nothing. */

typedef GstBaseSink NullSink;
typedef GstBaseSinkClass NullSinkClass;

static GstStaticPadTemplate null_sink_template =
GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS_ANY);

static GType null_sink_get_type (void);
G_DEFINE_TYPE (NullSink, null_sink, GST_TYPE_BASE_SINK);

static GstFlowReturn
null_sink_render (GstBaseSink * sink, GstBuffer * packet)
{
  return GST_FLOW_OK;
}

static GstFlowReturn
null_sink_render_list (GstBaseSink * sink, GstBufferList * list)
{
  return GST_FLOW_OK;
}

static void
null_sink_class_init (NullSinkClass * klass)
{
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass),
      &null_sink_template);
  klass->render = null_sink_render;
  klass->render_list = null_sink_render_list;
}

static void
null_sink_init (NullSink * sink)
{
}

static GstElement *
make (const gchar * format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  GstElement *made;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  made = gst_parse_launch (text, &error);
  if (error != NULL)
    agents_die (error->message);
  return made;
}

static GstFlowReturn
on_packet (GstPad * pad, GstObject * parent, GstBuffer * packet)
{
  Ends *self = gst_pad_get_element_private (pad);

  self->arrived_us = g_get_monotonic_time ();
  g_atomic_int_inc (&self->received);
  gst_buffer_unref (packet);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_packets (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  Ends *self = gst_pad_get_element_private (pad);

  g_atomic_int_add (&self->received, (gint) gst_buffer_list_length (list));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstPad *
new_in_pad (Ends * self)
{
  GstPad *pad = gst_pad_new ("in", GST_PAD_SINK);

  gst_pad_set_element_private (pad, self);
  gst_pad_set_chain_function (pad, on_packet);
  gst_pad_set_chain_list_function (pad, on_packets);
  gst_pad_set_active (pad, TRUE);
  return pad;
}

static void
push_events (Ends * self)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (ENDS_CAPS);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->out, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (self->out, gst_event_new_caps (caps));
  gst_pad_push_event (self->out, gst_event_new_segment (&segment));
}

/* Makes the one pad of @element end here. */
static void
link_receiver (Ends * self, GstElement * element)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (element, "src");

  self->in = new_in_pad (self);
  if (gst_pad_link (src, self->in) != GST_PAD_LINK_OK)
    agents_die ("the receiver has no usual pad");
}

static void
link_sender (Ends * self, GstElement * element)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");

  self->out = gst_pad_new ("out", GST_PAD_SRC);
  gst_pad_set_active (self->out, TRUE);
  if (gst_pad_link (self->out, sink) != GST_PAD_LINK_OK)
    agents_die ("the sender has no usual pad");
  gst_element_set_state (self->sender, GST_STATE_PLAYING);
  push_events (self);
}

/* Until @element has a path. */
static void
wait_connected (GstElement * element)
{
  gint64 until = g_get_monotonic_time () + TIMEOUT_US;
  gint state = 0;

  while (g_get_monotonic_time () < until) {
    g_object_get (element, "ice-connection-state", &state, NULL);
    if (state == 2 || state == 3)
      return;
    g_usleep (1000);
  }
  agents_die ("the two did not connect");
}

static void
make_ice (Ends * self, const gchar * from_device, const gchar * to_device)
{
  GstElement *src = make ("icesrc signalling-uri=http://:0/bench "
      "network-interfaces=%s encryption=none caps=\"" ENDS_CAPS
      "\" context=\"%s\"",
      to_device, g_getenv ("BENCH_CONTEXT") ? g_getenv ("BENCH_CONTEXT") : "");
  GstElement *sink;

  self->receiver = gst_pipeline_new ("receiver");
  gst_bin_add (GST_BIN (self->receiver), src);
  link_receiver (self, src);
  gst_element_set_state (self->receiver, GST_STATE_PLAYING);

  sink =
      make
      ("icesink network-interfaces=%s encryption=none sync=false async=false "
      "signalling-uri=http://127.0.0.1:%u/bench", from_device,
      wait_listening (self->receiver));
  self->sender = gst_pipeline_new ("sender");
  gst_bin_add (GST_BIN (self->sender), sink);
  link_sender (self, sink);
  wait_connected (sink);
  wait_connected (src);
}

static void
make_udp (Ends * self, const gchar * from, const gchar * to)
{
  GstElement *src = make ("udpsrc address=%s port=%u buffer-size=2097152 "
      "caps=\"" ENDS_CAPS "\"", to, UDP_PORT);
  GstElement *sink = make ("udpsink host=%s port=%u bind-address=%s sync=false "
      "async=false", to, UDP_PORT, from);

  self->receiver = gst_pipeline_new ("receiver");
  gst_bin_add (GST_BIN (self->receiver), src);
  link_receiver (self, src);
  gst_element_set_state (self->receiver, GST_STATE_PLAYING);
  self->sender = gst_pipeline_new ("sender");
  gst_bin_add (GST_BIN (self->sender), sink);
  link_sender (self, sink);
}

/* libnice's elements. */

static void
set_buffer_size (NiceAgent * agent)
{
  g_autoptr (GPtrArray) sockets = nice_agent_get_sockets (agent, 1, 1);

  for (guint i = 0; i < sockets->len; i++)
    g_socket_set_option (g_ptr_array_index (sockets, i), SOL_SOCKET, SO_RCVBUF,
        2 * 1024 * 1024, NULL);
}

static void
make_nice (Ends * self, const gchar * from, const gchar * to)
{
  NiceAgent *agents[2];
  GstElement *src = make ("nicesrc");
  GstElement *sink = make ("nicesink sync=false async=false");
  gint64 until = g_get_monotonic_time () + TIMEOUT_US;

  agents[0] = agents_make (from, "video", TRUE);
  agents[1] = agents_make (to, "video", FALSE);
  set_buffer_size (agents[1]);
  self->sender = gst_pipeline_new ("sender");
  self->receiver = gst_pipeline_new ("receiver");
  gst_bin_add (GST_BIN (self->sender), sink);
  gst_bin_add (GST_BIN (self->receiver), src);
  g_object_set (sink, "agent", agents[0], "stream", 1, "component", 1, NULL);
  g_object_set (src, "agent", agents[1], "stream", 1, "component", 1, NULL);
  link_receiver (self, src);
  gst_element_set_state (self->receiver, GST_STATE_PLAYING);

  /* Nobody would read the answers to the sender's checks. */
  agents_attach (agents[0]);
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *sdp = nice_agent_generate_local_sdp (agents[i]);

    if (nice_agent_parse_remote_sdp (agents[1 - i], sdp) < 1)
      agents_die ("libnice does not read its own description");
  }
  while (!agents_is_connected (agents[0]) || !agents_is_connected (agents[1])) {
    if (g_get_monotonic_time () > until)
      agents_die ("libnice's two did not connect");
    g_usleep (1000);
  }
  link_sender (self, sink);
}

Ends *
ends_new (const gchar * kind, const gchar * from, const gchar * from_device,
    const gchar * to, const gchar * to_device)
{
  Ends *self = g_new0 (Ends, 1);

  self->raw_fd = -1;
  if (g_str_equal (kind, "ice")) {
    make_ice (self, from_device, to_device);
  } else if (g_str_equal (kind, "nice")) {
    make_nice (self, from, to);
  } else if (g_str_equal (kind, "udp")) {
    make_udp (self, from, to);
  } else {
    GstElement *sink = g_object_new (null_sink_get_type (), "sync", FALSE,
        "async", FALSE, NULL);

    self->sender = gst_pipeline_new ("sender");
    gst_bin_add (GST_BIN (self->sender), sink);
    link_sender (self, sink);
  }
  return self;
}

static GstBuffer *
get_packet (void)
{
  static GstBuffer *packet = NULL;

  if (packet == NULL) {
    packet = gst_buffer_new_allocate (NULL, ENDS_PACKET_SIZE, NULL);
    gst_buffer_memset (packet, 0, 0, ENDS_PACKET_SIZE);
    gst_buffer_memset (packet, 0, 0x80, 1);
    gst_buffer_memset (packet, 1, 96, 1);
  }
  return gst_buffer_copy (packet);
}

void
ends_push (Ends * self, guint length, guint n_packets)
{
  for (guint n = 0; n < n_packets; n += length) {
    GstBufferList *list;

    if (length == 1) {
      gst_pad_push (self->out, get_packet ());
      continue;
    }
    list = gst_buffer_list_new_sized (length);
    for (guint i = 0; i < length; i++)
      gst_buffer_list_add (list, get_packet ());
    gst_pad_push_list (self->out, list);
  }
}
