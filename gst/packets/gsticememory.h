/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What gst_memory_map() does for GStreamer's own memory, without its lock: to take that
 * and to give it back costs more than all else that is done for a packet of a list. */

/* Returns: (nullable): where the memory's bytes are, to be read; %NULL: it is of another
 *     allocator, or somebody writes to it: map it */
const guint8 *gst_ice_memory_peek (GstMemory * memory);

/* @memory: of a buffer that is the caller's alone
 * Returns: (nullable): the same, to be written; %NULL: it also belongs to somebody else,
 *     or to a larger memory */
guint8 *gst_ice_memory_peek_writable (GstMemory * memory);

G_END_DECLS
