/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Lists of packets that wait for who takes them, up to so many bytes. Whose it is
 * has the lock. */
typedef struct
{
  /* The queue's own. */
  GQueue entries;
  gsize n_bytes;
  gsize max_bytes;
} GstIcePacketQueue;

void gst_ice_packet_queue_init (GstIcePacketQueue * self, gsize max_bytes);
void gst_ice_packet_queue_clear (GstIcePacketQueue * self);

/* @list: (transfer full) if it is taken; @size_bytes: of its packets together, as to
 * look through the list costs more. Returns: %FALSE when it is full */
gboolean gst_ice_packet_queue_push (GstIcePacketQueue * self, GstBufferList * list,
    gsize size_bytes);

/* Returns: (transfer full) (nullable): the oldest list */
GstBufferList *gst_ice_packet_queue_pop (GstIcePacketQueue * self)
    G_GNUC_WARN_UNUSED_RESULT;

gboolean gst_ice_packet_queue_is_empty (GstIcePacketQueue * self);

G_END_DECLS
