/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reaches the bytes of GStreamer's system memory without the cost of mapping
 * it. */

#include "config.h"

#include "gsticememory.h"

/* Returns: (transfer none): GStreamer's system allocator, which made the
 *     memory of most packets */
static GstAllocator *
get_system_allocator (void)
{
  static gsize allocator = 0;

  if (g_once_init_enter (&allocator))
    g_once_init_leave (&allocator,
        (gsize) gst_allocator_find (GST_ALLOCATOR_SYSMEM));
  return (GstAllocator *) allocator;
}

/* @locks: what other threads must not have mapped it for
 * Returns: (nullable) */
static guint8 *
peek (GstMemory * memory, GstLockFlags locks)
{
  guint8 *data;

  if (memory->allocator != get_system_allocator () ||
      (g_atomic_int_get (&memory->mini_object.lockstate) & (gint) locks) != 0)
    return NULL;
  data = memory->allocator->mem_map (memory, memory->maxsize, GST_MAP_READ);
  return data + memory->offset;
}

/* A lock would keep out a thread that writes to memory shared with this
 * packet, which GstBuffer does not allow. A writer that is already there is
 * noticed, as it holds a lock. */
const guint8 *
gst_ice_memory_peek (GstMemory * memory)
{
  return peek (memory, GST_LOCK_FLAG_WRITE);
}

guint8 *
gst_ice_memory_peek_writable (GstMemory * memory)
{
  if (memory->parent != NULL || GST_MEMORY_IS_READONLY (memory) ||
      GST_MINI_OBJECT_REFCOUNT_VALUE (memory) != 1)
    return NULL;
  return peek (memory, GST_LOCK_FLAG_READ | GST_LOCK_FLAG_WRITE);
}
