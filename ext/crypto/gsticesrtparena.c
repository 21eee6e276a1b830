/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The memory that protected packets are written to, a list at a time, and used again. */

#include "config.h"

#include "gsticesrtparena.h"

#include "gsticememory.h"

/* What the process keeps: as many lists as streaming threads are at work at once, and
 * none that only a burst needed. */
#define MAX_KEPT 4
#define MAX_KEPT_BYTES (96 * 1024)
#define MAX_KEPT_PACKETS 64

/* Memories come in sizes of this: few packets more find room in the one before. */
#define STEP_BYTES 4096

typedef struct
{
  GstBufferList *list;          /* NULL: none is kept here */
  GstMemory *memory;
} Kept;

static GMutex kept_lock;        /* never held while a list is changed or freed */

/* Protected by kept_lock. A list that only the process holds is unused. */
static Kept kept[MAX_KEPT];
static guint next_kept;         /* that makes room */

/* Returns: whether nobody holds a packet of @list */
static gboolean
is_unused (GstBufferList * list)
{
  const guint n = gst_buffer_list_length (list);

  for (guint i = 0; i < n; i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);

    if (!gst_buffer_is_writable (packet) || gst_buffer_n_memory (packet) != 1
        || !gst_memory_is_writable (gst_buffer_peek_memory (packet, 0)))
      return FALSE;
  }
  return TRUE;
}

/* @out: (out): an unused list, taken out of those that are kept
 * Returns: whether there is one with @n_bytes */
static gboolean
take_kept (gsize n_bytes, Kept * out)
{
  gboolean found = FALSE;

  g_mutex_lock (&kept_lock);
  for (guint i = 0; i < MAX_KEPT && !found; i++) {
    if (kept[i].list != NULL && gst_buffer_list_is_writable (kept[i].list)
        && kept[i].memory->maxsize >= n_bytes) {
      *out = kept[i];
      kept[i] = (Kept) {
      NULL, NULL};
      found = TRUE;
    }
  }
  g_mutex_unlock (&kept_lock);
  return found;
}

static void
clear_kept (Kept * self)
{
  g_clear_pointer (&self->list, gst_buffer_list_unref);
  g_clear_pointer (&self->memory, gst_memory_unref);
}

static void
keep (GstBufferList * list, GstMemory * memory)
{
  Kept old = { NULL, NULL };
  guint at = 0;

  g_mutex_lock (&kept_lock);
  while (at < MAX_KEPT && kept[at].list != NULL)
    at++;
  if (at == MAX_KEPT) {
    at = next_kept;
    next_kept = (next_kept + 1) % MAX_KEPT;
  }
  old = kept[at];
  kept[at] = (Kept) {
  gst_buffer_list_ref (list), gst_memory_ref (memory)};
  g_mutex_unlock (&kept_lock);
  clear_kept (&old);
}

void
gst_ice_srtp_arena_drop_kept (void)
{
  for (guint i = 0; i < MAX_KEPT; i++) {
    Kept old;

    g_mutex_lock (&kept_lock);
    old = kept[i];
    kept[i] = (Kept) {
    NULL, NULL};
    g_mutex_unlock (&kept_lock);
    clear_kept (&old);
  }
}

void
gst_ice_srtp_arena_begin (GstIceSrtpArena * self, guint n_packets,
    gsize n_bytes)
{
  Kept again = { NULL, NULL };

  n_bytes = MAX ((n_bytes + STEP_BYTES - 1) / STEP_BYTES, 1) * STEP_BYTES;
  if (take_kept (n_bytes, &again) && !is_unused (again.list))
    clear_kept (&again);
  if (again.list == NULL) {
    guint8 *data = g_malloc (n_bytes);

    again.list = gst_buffer_list_new_sized (n_packets);
    again.memory = gst_memory_new_wrapped (0, data, n_bytes, 0, n_bytes, data,
        g_free);
  }
  *self = (GstIceSrtpArena) {
    .list = again.list,.memory = again.memory,.data =
        (guint8 *) gst_ice_memory_peek (again.memory)
  };
}

guint8 *
gst_ice_srtp_arena_get_room (GstIceSrtpArena * self)
{
  return self->data + self->used_bytes;
}

void
gst_ice_srtp_arena_add (GstIceSrtpArena * self, gsize n_bytes)
{
  GstMemory *part;

  if (self->n_packets < gst_buffer_list_length (self->list)) {
    part = gst_buffer_peek_memory (gst_buffer_list_get (self->list,
            self->n_packets), 0);
    gst_memory_resize (part, (gssize) self->used_bytes - (gssize) part->offset,
        n_bytes);
  } else {
    GstBuffer *packet = gst_buffer_new ();

    part = gst_memory_share (self->memory, (gssize) self->used_bytes,
        (gssize) n_bytes);
    gst_buffer_append_memory (packet, part);
    gst_buffer_list_add (self->list, packet);
  }
  self->used_bytes += n_bytes;
  self->n_packets++;
}

GstBufferList *
gst_ice_srtp_arena_end (GstIceSrtpArena * self)
{
  GstBufferList *list = self->list;
  const guint n_left = gst_buffer_list_length (list) - self->n_packets;

  if (n_left > 0)
    gst_buffer_list_remove (list, self->n_packets, n_left);
  if (self->memory->maxsize <= MAX_KEPT_BYTES &&
      self->n_packets <= MAX_KEPT_PACKETS && self->n_packets > 0)
    keep (list, self->memory);
  gst_memory_unref (self->memory);
  return list;
}
