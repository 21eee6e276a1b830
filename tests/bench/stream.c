/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One end of a call that lasts, for gro.py and soak.py.
 *
 * stream receive [DEVICE]               listens, until the caller hangs up
 * stream send URI DEVICE RATE LENGTH SECONDS
 *                                       calls; RATE packets a second, in lists of
 *                                       LENGTH
 *
 * Prints one line "listening PORT", one "connected", and at the end one of JSON: what was
 * counted, and what befell the call. */

#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CAPS "application/x-rtp, media=video, encoding-name=VP8, " \
    "clock-rate=90000, payload=96"
#define SIZE 1200
#define NUMBER_AT 12

/* Looks at itself so often; what is in memory for good is there after so many looks. */
#define LOOK_S 1
#define N_SETTLED 10

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline;
  GstElement *end;              /* icesrc or icesink */
  GString *events;              /* JSON strings: what befell it once connected */
  gboolean connected;
  guint n_looks;                /* since it connected */
  guint64 settled_kib;          /* memory, after N_SETTLED */
  guint64 most_kib;             /* since then */
  GstStructure *stats;          /* of the last look with a path */

  /* The streaming thread. */
  GstPad *out;
  guint64 n_pushed;
  guint64 n_received;
  guint64 next;                 /* number */
  guint64 n_missing;            /* numbers passed over; late ones count too */
  guint64 n_late;               /* again, or after a later one */

  guint rate, length, seconds;
} Stream;

static void
die (const gchar * why)
{
  g_printerr ("stream: %s\n", why);
  exit (1);
}

static guint64
get_rss_kib (void)
{
  g_autofree gchar *text = NULL;
  const gchar *found = NULL;

  if (g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    found = strstr (text, "VmRSS:");
  return found != NULL ? g_ascii_strtoull (found + 6, NULL, 10) : 0;
}

static void
add_event (Stream * self, const gchar * text)
{
  g_autofree gchar *safe = g_strdelimit (g_strdup (text), "\"\\\n", ' ');

  if (!self->connected)
    return;
  g_string_append_printf (self->events, "%s\"%s\"",
      self->events->len > 0 ? ", " : "", safe);
}

/* What is received. */

static void
take (Stream * self, GstBuffer * packet)
{
  guint64 number;

  self->n_received++;
  if (gst_buffer_extract (packet, NUMBER_AT, &number, sizeof (number)) <
      sizeof (number))
    die ("a packet is too short");
  if (number < self->next) {
    self->n_late++;
    return;
  }
  self->n_missing += number - self->next;
  self->next = number + 1;
}

static GstFlowReturn
on_packet (GstPad * pad, GstObject * parent, GstBuffer * packet)
{
  take (gst_pad_get_element_private (pad), packet);
  gst_buffer_unref (packet);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_packets (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    take (gst_pad_get_element_private (pad), gst_buffer_list_get (list, i));
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static gboolean
on_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  Stream *self = gst_pad_get_element_private (pad);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    g_main_loop_quit (self->loop);
  gst_event_unref (event);
  return TRUE;
}

/* What is sent. */

static void
push_events (Stream * self)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->out, gst_event_new_stream_start ("stream"));
  gst_pad_push_event (self->out, gst_event_new_caps (caps));
  gst_pad_push_event (self->out, gst_event_new_segment (&segment));
}

static GstBuffer *
new_packet (guint64 number)
{
  GstBuffer *packet = gst_buffer_new_allocate (NULL, SIZE, NULL);
  GstMapInfo map;

  gst_buffer_map (packet, &map, GST_MAP_WRITE);
  memset (map.data, 0, NUMBER_AT);
  map.data[0] = 0x80;
  map.data[1] = 96;
  GST_WRITE_UINT16_BE (map.data + 2, number);
  memcpy (map.data + NUMBER_AT, &number, sizeof (number));
  gst_buffer_unmap (packet, &map);
  return packet;
}

static GstFlowReturn
push_list (Stream * self)
{
  GstBufferList *list;

  if (self->length == 1)
    return gst_pad_push (self->out, new_packet (self->n_pushed++));
  list = gst_buffer_list_new_sized (self->length);
  for (guint i = 0; i < self->length; i++)
    gst_buffer_list_add (list, new_packet (self->n_pushed++));
  return gst_pad_push_list (self->out, list);
}

static gint64
get_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static gpointer
send_all (gpointer data)
{
  Stream *self = data;
  gint64 begin_ns, due_ns;
  GstFlowReturn flow;

  push_events (self);
  flow = push_list (self);
  begin_ns = due_ns = get_ns ();
  while (flow == GST_FLOW_OK
      && due_ns < begin_ns + self->seconds * G_GINT64_CONSTANT (1000000000)) {
    struct timespec due = { due_ns / 1000000000, due_ns % 1000000000 };

    clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    flow = push_list (self);
    due_ns += G_GINT64_CONSTANT (1000000000) * self->length / self->rate;
  }
  if (flow != GST_FLOW_OK && !self->connected)
    die (gst_flow_get_name (flow));
  if (flow != GST_FLOW_OK)
    add_event (self, gst_flow_get_name (flow));
  g_main_loop_quit (self->loop);
  return NULL;
}

/* What it says. */

static void
keep_stats (Stream * self)
{
  GstStructure *stats = NULL;

  g_object_get (self->end, "stats", &stats, NULL);
  if (gst_structure_has_field (stats, "receive-mode")) {
    gst_clear_structure (&self->stats);
    self->stats = g_steal_pointer (&stats);
  }
  gst_clear_structure (&stats);
}

static gboolean
on_look (gpointer data)
{
  Stream *self = data;
  const guint64 kib = get_rss_kib ();

  keep_stats (self);
  if (++self->n_looks == N_SETTLED)
    self->settled_kib = kib;
  if (self->n_looks >= N_SETTLED)
    self->most_kib = MAX (self->most_kib, kib);
  return G_SOURCE_CONTINUE;
}

static void
on_connected (Stream * self)
{
  if (self->connected)
    return;
  self->connected = TRUE;
  g_timeout_add_seconds (LOOK_S, on_look, self);
  g_print ("connected\n");
  fflush (stdout);
}

static void
on_progress (Stream * self, GstMessage * message)
{
  g_autofree gchar *text = NULL;
  const gchar *found;

  gst_message_parse_progress (message, NULL, NULL, &text);
  found = strstr (text, "http://0.0.0.0:");
  if (found != NULL) {
    g_print ("listening %d\n", atoi (found + strlen ("http://0.0.0.0:")));
    fflush (stdout);
  }
  add_event (self, text);
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  Stream *self = data;
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_PROGRESS:
      on_progress (self, message);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, NULL);
      add_event (self, error->message);
      break;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      add_event (self, error->message);
      if (!self->connected)
        die (error->message);
      g_main_loop_quit (self->loop);
      break;
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name (message, "ice-connection-state")) {
        gint state = 0;

        g_object_get (self->end, "ice-connection-state", &state, NULL);
        if (state == 2 || state == 3)
          on_connected (self);
      }
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
print_field (GQuark name, const GValue * value, gpointer data)
{
  g_autofree gchar *text = NULL;

  if (G_VALUE_HOLDS_STRING (value))
    g_print (", \"%s\": \"%s\"", g_quark_to_string (name),
        g_value_get_string (value));
  else if (G_VALUE_HOLDS_UINT64 (value) || G_VALUE_HOLDS_DOUBLE (value)
      || G_VALUE_HOLDS_UINT (value)) {
    text = gst_value_serialize (value);
    g_print (", \"%s\": %s", g_quark_to_string (name), text);
  }
  return TRUE;
}

static void
print_results (Stream * self)
{
  g_print ("{\"pushed\": %" G_GUINT64_FORMAT ", \"received\": %"
      G_GUINT64_FORMAT ", \"missing\": %" G_GUINT64_FORMAT ", \"late\": %"
      G_GUINT64_FORMAT ", \"kib-settled\": %" G_GUINT64_FORMAT
      ", \"kib-most\": %" G_GUINT64_FORMAT ", \"events\": [%s]",
      self->n_pushed, self->n_received, self->n_missing, self->n_late,
      self->settled_kib, self->most_kib, self->events->str);
  if (self->stats != NULL)
    gst_structure_foreach (self->stats, print_field, NULL);
  g_print ("}\n");
  fflush (stdout);
}

static void
make_end (Stream * self, const gchar * description)
{
  g_autoptr (GError) error = NULL;

  self->end = gst_parse_launch (description, &error);
  if (error != NULL)
    die (error->message);
  /* Before it is linked to a pad that is in no bin. */
  gst_bin_add (GST_BIN (self->pipeline), self->end);
}

static void
make_receiver (Stream * self, const gchar * device)
{
  GstPad *in = gst_pad_new ("in", GST_PAD_SINK);
  g_autofree gchar *description =
      g_strdup_printf ("icesrc encryption=none network-interfaces=%s "
      "signalling-uri=http://:0/stream caps=\"" CAPS "\"", device);
  g_autoptr (GstPad) src = NULL;

  make_end (self, description);
  src = gst_element_get_static_pad (self->end, "src");
  gst_pad_set_element_private (in, self);
  gst_pad_set_chain_function (in, on_packet);
  gst_pad_set_chain_list_function (in, on_packets);
  gst_pad_set_event_function (in, on_event);
  gst_pad_set_active (in, TRUE);
  if (gst_pad_link (src, in) != GST_PAD_LINK_OK)
    die ("icesrc has no usual pad");
}

static void
make_sender (Stream * self, gchar ** arguments)
{
  g_autofree gchar *description =
      g_strdup_printf ("icesink encryption=none sync=false async=false "
      "signalling-uri=%s network-interfaces=%s", arguments[0], arguments[1]);
  g_autoptr (GstPad) sink = NULL;

  self->rate = (guint) atoi (arguments[2]);
  self->length = (guint) atoi (arguments[3]);
  self->seconds = (guint) atoi (arguments[4]);
  if (self->rate == 0 || self->length == 0 || self->seconds == 0)
    die ("nothing to send");
  make_end (self, description);
  sink = gst_element_get_static_pad (self->end, "sink");
  self->out = gst_pad_new ("out", GST_PAD_SRC);
  gst_pad_set_active (self->out, TRUE);
  if (gst_pad_link (self->out, sink) != GST_PAD_LINK_OK)
    die ("icesink has no usual pad");
}

int
main (int argc, char **argv)
{
  Stream self = { NULL, };
  g_autoptr (GstBus) bus = NULL;

  gst_init (&argc, &argv);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.events = g_string_new (NULL);
  self.pipeline = gst_pipeline_new (NULL);
  bus = gst_element_get_bus (self.pipeline);
  gst_bus_add_watch (bus, on_message, &self);

  if (argc >= 2 && g_str_equal (argv[1], "receive"))
    make_receiver (&self, argc > 2 ? argv[2] : "");
  else if (argc == 7 && g_str_equal (argv[1], "send"))
    make_sender (&self, argv + 2);
  else
    return 2;

  gst_element_set_state (self.pipeline, GST_STATE_PLAYING);
  if (self.out != NULL)
    g_thread_unref (g_thread_new ("send", send_all, &self));
  g_main_loop_run (self.loop);

  keep_stats (&self);
  gst_element_set_state (self.pipeline, GST_STATE_NULL);
  print_results (&self);
  return 0;
}
