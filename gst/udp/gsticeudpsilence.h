/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How steadily media comes from the peer, and so whether its silence is
 * worth a request. Pure; begins as all zero. Times are monotonic
 * microseconds that the caller passes in. */
typedef struct
{
  gint64 heard_us;              /* when the last media came */
  gint64 gap_us;                /* longest recent gap between two reads */
  guint n_steady;               /* reads in a row */
} GstIceUdpSilence;

/* Media came. */
void gst_ice_udp_silence_hear (GstIceUdpSilence * self, gint64 now_us);

/* This silence has been reported. */
void gst_ice_udp_silence_stop (GstIceUdpSilence * self);

/* Returns: when the silence becomes suspicious; %G_MAXINT64: never, as media
 *     does not come steadily */
gint64 gst_ice_udp_silence_get_due_us (const GstIceUdpSilence * self);

G_END_DECLS
