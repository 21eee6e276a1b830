/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How steadily media comes from the peer, and so whether its silence is worth a
 * question. Pure: times are monotonic microseconds, and passed in; all zero to begin
 * with. */
typedef struct
{
  gint64 heard_us;              /* when the last came */
  gint64 gap_us;                /* the longest of late between two */
  guint n_steady;               /* in a row */
} GstIceUdpSilence;

/* Something came. */
void gst_ice_udp_silence_hear (GstIceUdpSilence * self, gint64 now_us);

/* Of this silence no more is to be said. */
void gst_ice_udp_silence_stop (GstIceUdpSilence * self);

/* Returns: when nothing having come is odd, %G_MAXINT64: it never is, as media does
 *     not come steadily */
gint64 gst_ice_udp_silence_get_due_us (const GstIceUdpSilence * self);

G_END_DECLS
