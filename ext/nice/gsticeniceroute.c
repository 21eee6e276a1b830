/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A route that sends by libnice's own calls. */

#include "config.h"

#include "gsticeniceroute.h"

/* given to libnice in one call */
#define MAX_PACKETS 32
#define MAX_MEMORIES 4          /* of one packet; a packet with more is
                                 * merged first */

#define GST_TYPE_ICE_NICE_ROUTE (gst_ice_nice_route_get_type ())
G_DECLARE_FINAL_TYPE (GstIceNiceRoute, gst_ice_nice_route, GST, ICE_NICE_ROUTE,
    GstIceRoute);

/* All fields are set at construction. */
struct _GstIceNiceRoute
{
  GstIceRoute parent;

  NiceAgent *agent;             /* thread-safe: it has its own lock */
  guint stream;
  guint component;
  GSocket *socket;              /* NULL: relayed, or TCP */
};

G_DEFINE_TYPE (GstIceNiceRoute, gst_ice_nice_route, GST_TYPE_ICE_ROUTE);

/* Packets of a list, mapped for one call. */
typedef struct
{
  guint n_packets;
  guint n_memories;
  NiceOutputMessage messages[MAX_PACKETS];
  GOutputVector vectors[MAX_PACKETS * MAX_MEMORIES];
  GstMapInfo maps[MAX_PACKETS * MAX_MEMORIES];
} Batch;

/* @memory: (transfer full): a map holds no reference */
static void
add_memory (Batch * batch, GstMemory * memory)
{
  GstMapInfo *map = &batch->maps[batch->n_memories];

  if (!gst_memory_map (memory, map, GST_MAP_READ)) {
    gst_memory_unref (memory);
    return;
  }
  batch->vectors[batch->n_memories].buffer = map->data;
  batch->vectors[batch->n_memories].size = map->size;
  batch->n_memories++;
}

static void
add_packet (Batch * batch, GstBuffer * packet)
{
  NiceOutputMessage *message = &batch->messages[batch->n_packets++];
  guint first = batch->n_memories;
  guint n = gst_buffer_n_memory (packet);

  if (n > MAX_MEMORIES) {
    add_memory (batch, gst_buffer_get_all_memory (packet));
  } else {
    for (guint i = 0; i < n; i++)
      add_memory (batch, gst_buffer_get_memory (packet, i));
  }
  message->buffers = &batch->vectors[first];
  message->n_buffers = (gint) (batch->n_memories - first);
}

static void
clear_batch (Batch * batch)
{
  for (guint i = 0; i < batch->n_memories; i++) {
    GstMemory *memory = batch->maps[i].memory;

    gst_memory_unmap (memory, &batch->maps[i]);
    gst_memory_unref (memory);
  }
}

static guint
gst_ice_nice_route_send_list (GstIceRoute * route, GstBufferList * list,
    guint first, GstIceRouteTally * tally, GError ** error)
{
  GstIceNiceRoute *self = GST_ICE_NICE_ROUTE (route);
  guint end = gst_buffer_list_length (list), next = first;

  while (next < end) {
    g_autoptr (GError) send_error = NULL;
    Batch batch;
    gint n_sent;

    batch.n_packets = batch.n_memories = 0;
    while (batch.n_packets < MAX_PACKETS && next + batch.n_packets < end)
      add_packet (&batch, gst_buffer_list_get (list, next + batch.n_packets));
    n_sent = nice_agent_send_messages_nonblocking (self->agent, self->stream,
        self->component, batch.messages, batch.n_packets, NULL, &send_error);
    clear_batch (&batch);

    for (gint i = 0; i < n_sent; i++)
      tally->n_bytes +=
          gst_buffer_get_size (gst_buffer_list_get (list, next++));
    if (send_error != NULL
        && !g_error_matches (send_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      g_propagate_error (error, g_steal_pointer (&send_error));
      break;
    }
    if (n_sent < (gint) batch.n_packets)
      break;
  }
  return next - first;
}

static gint
gst_ice_nice_route_get_fd (GstIceRoute * route)
{
  GstIceNiceRoute *self = GST_ICE_NICE_ROUTE (route);

  /* -1 if libnice has closed the socket. */
  return self->socket != NULL ? g_socket_get_fd (self->socket) : -1;
}

static void
gst_ice_nice_route_add_stats (GstIceRoute * route, GstStructure * stats)
{
  gst_structure_set (stats, "send-mode", G_TYPE_STRING, "agent",
      "receive-mode", G_TYPE_STRING, "agent", NULL);
}

static void
gst_ice_nice_route_finalize (GObject * object)
{
  GstIceNiceRoute *self = GST_ICE_NICE_ROUTE (object);

  g_clear_object (&self->socket);
  g_clear_object (&self->agent);

  G_OBJECT_CLASS (gst_ice_nice_route_parent_class)->finalize (object);
}

static void
gst_ice_nice_route_class_init (GstIceNiceRouteClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_nice_route_finalize;
  GST_ICE_ROUTE_CLASS (klass)->send_list = gst_ice_nice_route_send_list;
  GST_ICE_ROUTE_CLASS (klass)->get_fd = gst_ice_nice_route_get_fd;
  GST_ICE_ROUTE_CLASS (klass)->add_stats = gst_ice_nice_route_add_stats;
}

static void
gst_ice_nice_route_init (GstIceNiceRoute * self)
{
}

GstIceRoute *
gst_ice_nice_route_new (NiceAgent * agent, guint stream, guint component)
{
  GstIceNiceRoute *self = g_object_new (GST_TYPE_ICE_NICE_ROUTE, NULL);
  self->agent = g_object_ref (agent);
  self->stream = stream;
  self->component = component;
  self->socket = nice_agent_get_selected_socket (agent, stream, component);
  return GST_ICE_ROUTE (self);
}

gboolean
gst_ice_nice_route_reopen (NiceAgent * agent, guint stream, guint component,
    gpointer deaf)
{
  NiceCandidate *local, *remote;
  gboolean open;

  g_signal_handlers_block_matched (agent, G_SIGNAL_MATCH_DATA, 0, 0, NULL,
      NULL, deaf);
  open = nice_agent_get_selected_pair (agent, stream, component, &local,
      &remote) && nice_agent_set_selected_pair (agent, stream, component,
      local->foundation, remote->foundation);
  g_signal_handlers_unblock_matched (agent, G_SIGNAL_MATCH_DATA, 0, 0, NULL,
      NULL, deaf);
  return open;
}
