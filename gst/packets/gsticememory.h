/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The same as gst_memory_map() for GStreamer's system memory, but without
 * its lock. Taking and releasing that lock costs more than everything else
 * that is done for a packet of a list. */

/* Returns: (nullable): the memory's bytes, to read; %NULL: the memory is of
 *     another allocator, or a thread writes to it: map it instead */
const guint8 *gst_ice_memory_peek (GstMemory * memory);

/* @memory: in a buffer that only the caller has
 * Returns: (nullable): the memory's bytes, to write; %NULL: the memory is
 *     shared, or part of a larger one */
guint8 *gst_ice_memory_peek_writable (GstMemory * memory);

G_END_DECLS
