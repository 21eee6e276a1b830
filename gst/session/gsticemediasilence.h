/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Media that came all the time and comes no more is a sign that the path is dead; the
 * only one where the peer's answers still come, as behind a NAT that gave us another
 * address, or where nobody asks it. Who pauses on purpose is suspected ever later.
 * Pure: time is an argument; all zero to begin with. */
#define GST_ICE_MEDIA_SILENCE_LOOK_MS 200     /* how often to look */
#define GST_ICE_MEDIA_SILENCE_MIN_MS 700
#define GST_ICE_MEDIA_SILENCE_MAX_MS 30000

typedef struct
{
  guint64 n_received;
  gint64 heard_ms;              /* when there was something, the last time */
  guint n_steady;               /* looks in a row at which there was */
  guint patience_ms;            /* 0: the least */
  gboolean told;                /* of the silence that lasts */
} GstIceMediaSilence;

/* @n_received: packets, ever
 * Returns: whether silence has become suspicious, once for each */
gboolean gst_ice_media_silence_look (GstIceMediaSilence * self, guint64 n_received,
    gint64 now_ms);

G_END_DECLS
