/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A list of packets that lie end to end in one memory, so that packets of
 * equal size leave as one run of few pieces. The process keeps the memory of
 * a few lists, with their packets, and uses it again when no one else holds
 * any of it. */
typedef struct _GstIceSrtpSheet GstIceSrtpSheet;

typedef struct
{
  GstIceSrtpSheet *sheet;       /* holds the memory of the packets */
  gsize used_bytes;             /* so far */
  guint n_packets;              /* so far */
} GstIceSrtpArena;

/* Any thread; one at a time for each arena. */

/* Begins a list with room for @n_packets of @n_bytes together.
 * @self: (out): an empty arena; end it with gst_ice_srtp_arena_end() */
void gst_ice_srtp_arena_begin (GstIceSrtpArena * self, guint n_packets, gsize n_bytes);

/* Returns: where the next packet is to be written */
guint8 *gst_ice_srtp_arena_get_room (GstIceSrtpArena * self);

/* The next packet was written, and has @n_bytes. */
void gst_ice_srtp_arena_add (GstIceSrtpArena * self, gsize n_bytes);

/* Returns: (transfer full): the packets that were added */
GstBufferList *gst_ice_srtp_arena_end (GstIceSrtpArena * self) G_GNUC_WARN_UNUSED_RESULT;

/* Frees the memory that is kept, as nothing will be protected soon. */
void gst_ice_srtp_arena_drop_kept (void);

G_END_DECLS
