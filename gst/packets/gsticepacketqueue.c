/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticepacketqueue.h"

typedef struct
{
  GstBufferList *list;
  gsize size_bytes;
} Entry;

static void
entry_free (Entry * self)
{
  gst_buffer_list_unref (self->list);
  g_free (self);
}

void
gst_ice_packet_queue_init (GstIcePacketQueue * self, gsize max_bytes)
{
  g_queue_init (&self->entries);
  self->n_bytes = 0;
  self->max_bytes = max_bytes;
}

void
gst_ice_packet_queue_clear (GstIcePacketQueue * self)
{
  g_queue_clear_full (&self->entries, (GDestroyNotify) entry_free);
  self->n_bytes = 0;
}

gboolean
gst_ice_packet_queue_push (GstIcePacketQueue * self, GstBufferList * list,
    gsize size_bytes)
{
  Entry *entry;

  if (size_bytes > self->max_bytes - self->n_bytes)
    return FALSE;

  entry = g_new (Entry, 1);
  entry->list = list;
  entry->size_bytes = size_bytes;
  g_queue_push_tail (&self->entries, entry);
  self->n_bytes += size_bytes;
  return TRUE;
}

GstBufferList *
gst_ice_packet_queue_pop (GstIcePacketQueue * self)
{
  Entry *entry = g_queue_pop_head (&self->entries);
  GstBufferList *list;

  if (entry == NULL)
    return NULL;
  list = g_steal_pointer (&entry->list);
  self->n_bytes -= entry->size_bytes;
  g_free (entry);
  return list;
}

gboolean
gst_ice_packet_queue_is_empty (GstIcePacketQueue * self)
{
  return g_queue_is_empty (&self->entries);
}
