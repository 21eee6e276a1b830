/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Memory for protected packets, one list at a time, which is used again. */

#include "config.h"

#include "gsticesrtparena.h"

#include "gsticememory.h"

/* How many lists' memories the process keeps: as many as there are streaming
 * threads at work, not as many as a burst needs. */
#define MAX_KEPT 4
#define MAX_KEPT_BYTES (96 * 1024)
#define MAX_KEPT_PACKETS 64
#define MIN_PACKETS 8

/* Memory is made in multiples of this, so that a slightly longer list also
 * fits. */
#define STEP_BYTES 4096

struct _GstIceSrtpSheet
{
  /* Set at construction. */
  GstMemory *memory;
  guint8 *data;                 /* of the memory */
  gsize n_bytes;
  guint max_packets;

  GstBufferList *list;          /* of the packets */
  guint n_packets;

  /* Lies in the list's own memory, for a loop over all packets. */
  struct
  {
    GstBuffer *packet;
    GstMemory *part;            /* the whole memory of the packet */
  } places[];                   /* max_packets entries */
};

static GMutex kept_lock;        /* never held while a list is changed or
                                 * freed */

/* Protected by kept_lock. A sheet is unused when only the process holds its
 * list. */
static GstIceSrtpSheet *kept[MAX_KEPT];
static guint next_kept;         /* to be replaced next */

static GstIceSrtpSheet *
sheet_new (guint max_packets, gsize n_bytes)
{
  GstIceSrtpSheet *self = g_malloc (sizeof *self +
      max_packets * sizeof self->places[0]);

  self->data = g_malloc (n_bytes);
  self->memory = gst_memory_new_wrapped (0, self->data, n_bytes, 0, n_bytes,
      self->data, g_free);
  self->n_bytes = n_bytes;
  self->max_packets = max_packets;
  self->list = gst_buffer_list_new_sized (max_packets);
  self->n_packets = 0;
  return self;
}

/* @self: (transfer full) (nullable): packets that others hold stay valid */
static void
sheet_free (GstIceSrtpSheet * self)
{
  if (self == NULL)
    return;
  gst_buffer_list_unref (self->list);
  gst_memory_unref (self->memory);
  g_free (self);
}

/* Whether no one else holds a packet or a part of the memory. Only the
 * caller has the list, so this can't change meanwhile. */
static gboolean
sheet_is_unused (const GstIceSrtpSheet * self)
{
  for (guint i = 0; i < self->n_packets; i++) {
    if (GST_MINI_OBJECT_REFCOUNT_VALUE (self->places[i].packet) != 1 ||
        GST_MINI_OBJECT_REFCOUNT_VALUE (self->places[i].part) != 1)
      return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full) (nullable): a large enough unused sheet, removed
 *     from those kept */
static GstIceSrtpSheet *
take_kept (guint n_packets, gsize n_bytes)
{
  GstIceSrtpSheet *found = NULL;

  g_mutex_lock (&kept_lock);
  for (guint i = 0; i < MAX_KEPT && found == NULL; i++) {
    if (kept[i] != NULL && kept[i]->n_bytes >= n_bytes &&
        kept[i]->max_packets >= n_packets &&
        GST_MINI_OBJECT_REFCOUNT_VALUE (kept[i]->list) == 1)
      found = g_steal_pointer (&kept[i]);
  }
  g_mutex_unlock (&kept_lock);
  return found;
}

/* @sheet: (transfer full) */
static void
keep (GstIceSrtpSheet * sheet)
{
  GstIceSrtpSheet *old;
  guint at = 0;

  g_mutex_lock (&kept_lock);
  while (at < MAX_KEPT && kept[at] != NULL)
    at++;
  if (at == MAX_KEPT) {
    at = next_kept;
    next_kept = (next_kept + 1) % MAX_KEPT;
  }
  old = kept[at];
  kept[at] = sheet;
  g_mutex_unlock (&kept_lock);
  sheet_free (old);
}

void
gst_ice_srtp_arena_drop_kept (void)
{
  for (guint i = 0; i < MAX_KEPT; i++) {
    GstIceSrtpSheet *old;

    g_mutex_lock (&kept_lock);
    old = g_steal_pointer (&kept[i]);
    g_mutex_unlock (&kept_lock);
    sheet_free (old);
  }
}

void
gst_ice_srtp_arena_begin (GstIceSrtpArena * self, guint n_packets,
    gsize n_bytes)
{
  GstIceSrtpSheet *sheet = take_kept (n_packets, n_bytes);

  if (sheet != NULL && !sheet_is_unused (sheet))
    g_clear_pointer (&sheet, sheet_free);
  if (sheet == NULL)
    sheet = sheet_new (MAX (n_packets, MIN_PACKETS),
        (n_bytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES);
  *self = (GstIceSrtpArena) {
  sheet, 0, 0};
}

guint8 *
gst_ice_srtp_arena_get_room (GstIceSrtpArena * self)
{
  return self->sheet->data + self->used_bytes;
}

void
gst_ice_srtp_arena_add (GstIceSrtpArena * self, gsize n_bytes)
{
  GstIceSrtpSheet *sheet = self->sheet;
  const guint at = self->n_packets;

  if (at == sheet->n_packets) {
    sheet->places[at].packet = gst_buffer_new ();
    sheet->places[at].part = gst_memory_share (sheet->memory, 0, 0);
    gst_buffer_append_memory (sheet->places[at].packet, sheet->places[at].part);
    gst_buffer_list_add (sheet->list, sheet->places[at].packet);
    sheet->n_packets++;
  }
  /* The same as gst_memory_resize(). */
  sheet->places[at].part->offset = self->used_bytes;
  sheet->places[at].part->size = n_bytes;
  self->used_bytes += n_bytes;
  self->n_packets++;
}

GstBufferList *
gst_ice_srtp_arena_end (GstIceSrtpArena * self)
{
  GstIceSrtpSheet *sheet = self->sheet;
  GstBufferList *list;

  if (sheet->n_packets > self->n_packets) {
    gst_buffer_list_remove (sheet->list, self->n_packets,
        sheet->n_packets - self->n_packets);
    sheet->n_packets = self->n_packets;
  }
  list = gst_buffer_list_ref (sheet->list);
  if (sheet->n_bytes <= MAX_KEPT_BYTES && sheet->max_packets <=
      MAX_KEPT_PACKETS)
    keep (sheet);
  else
    sheet_free (sheet);
  return list;
}
