/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Detects that steady media has stopped, which suggests a dead path. It is
 * the only sign where the peer's answers still come, as behind a NAT that
 * gave us another address, or where there are no consent checks. A peer that
 * pauses on purpose is suspected after ever longer silence. Pure: time is an
 * argument; begins as all zero. */
#define GST_ICE_MEDIA_SILENCE_LOOK_MS 200     /* how often to look */
#define GST_ICE_MEDIA_SILENCE_MIN_MS 700
#define GST_ICE_MEDIA_SILENCE_MAX_MS 30000

typedef struct
{
  guint64 n_received;
  gint64 heard_ms;              /* when packets were last seen */
  guint n_steady;               /* consecutive looks that saw packets */
  guint patience_ms;            /* 0: the minimum */
  gboolean told;                /* the present silence was reported */
} GstIceMediaSilence;

/* @n_received: packets received since the start
 * Returns: whether the silence has become suspicious: once for each silence */
gboolean gst_ice_media_silence_look (GstIceMediaSilence * self, guint64 n_received,
    gint64 now_ms);

G_END_DECLS
