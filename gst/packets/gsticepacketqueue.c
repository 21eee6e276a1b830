/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Queues packets until a thread takes them, with a limit on their memory. */

#include "config.h"

#include "gsticepacketqueue.h"

/* Memory that GStreamer 1.22 and glibc use for a packet besides its bytes,
 * and for a list, measured. */
#define PACKET_COST 480
#define LIST_COST 320

typedef struct
{
  GstBufferList *list;
  guint n_packets;
  gsize cost_bytes;
  gint64 arrived_us;
} Entry;

static void
entry_free (Entry * self)
{
  gst_buffer_list_unref (self->list);
  g_free (self);
}

gsize
gst_ice_packet_queue_get_cost (guint n_packets, gsize size_bytes)
{
  return size_bytes + n_packets * (gsize) PACKET_COST + LIST_COST;
}

void
gst_ice_packet_queue_init (GstIcePacketQueue * self, gsize max_bytes)
{
  g_queue_init (&self->entries);
  self->n_bytes = 0;
  self->n_packets = 0;
  self->max_bytes = max_bytes;
}

void
gst_ice_packet_queue_clear (GstIcePacketQueue * self)
{
  g_queue_clear_full (&self->entries, (GDestroyNotify) entry_free);
  self->n_bytes = 0;
  self->n_packets = 0;
}

gboolean
gst_ice_packet_queue_has_room (const GstIcePacketQueue * self,
    gsize max_bytes, guint n_packets, gsize size_bytes)
{
  return n_packets <= GST_ICE_PACKET_QUEUE_MAX_PACKETS - self->n_packets &&
      self->n_bytes <= max_bytes &&
      gst_ice_packet_queue_get_cost (n_packets, size_bytes) <=
      max_bytes - self->n_bytes;
}

gboolean
gst_ice_packet_queue_push (GstIcePacketQueue * self, GstBufferList * list,
    gsize size_bytes)
{
  const guint n_packets = gst_buffer_list_length (list);
  Entry *entry;

  if (!gst_ice_packet_queue_has_room (self, self->max_bytes, n_packets,
          size_bytes))
    return FALSE;

  entry = g_new (Entry, 1);
  entry->list = list;
  entry->n_packets = n_packets;
  entry->cost_bytes = gst_ice_packet_queue_get_cost (n_packets, size_bytes);
  entry->arrived_us = g_get_monotonic_time ();
  g_queue_push_tail (&self->entries, entry);
  self->n_bytes += entry->cost_bytes;
  self->n_packets += n_packets;
  return TRUE;
}

GstBufferList *
gst_ice_packet_queue_pop (GstIcePacketQueue * self, gint64 * arrived_us)
{
  Entry *entry = g_queue_pop_head (&self->entries);
  GstBufferList *list;

  if (entry == NULL)
    return NULL;
  list = g_steal_pointer (&entry->list);
  *arrived_us = entry->arrived_us;
  self->n_bytes -= entry->cost_bytes;
  self->n_packets -= entry->n_packets;
  g_free (entry);
  return list;
}

gboolean
gst_ice_packet_queue_is_empty (GstIcePacketQueue * self)
{
  return g_queue_is_empty (&self->entries);
}
