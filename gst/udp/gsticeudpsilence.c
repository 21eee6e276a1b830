/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tells whether media comes steadily, and when its silence is suspicious. */

#include "config.h"

#include "gsticeudpsilence.h"

/* Media is steady after this many reads in a row, not further apart than
 * this: one packet every 20 ms, or 30 pictures a second, with some loss. */
#define N_STEADY 25
#define MAX_GAP_US (100 * G_TIME_SPAN_MILLISECOND)

/* Each read shrinks the longest gap by this part (a shift). */
#define GAP_SHIFT 6

/* A silence of this many longest gaps is suspicious, but never a shorter one
 * than this. */
#define N_GAPS 4
#define MIN_SILENCE_US (140 * G_TIME_SPAN_MILLISECOND)

void
gst_ice_udp_silence_hear (GstIceUdpSilence * self, gint64 now_us)
{
  gint64 gap_us = now_us - self->heard_us;

  self->heard_us = now_us;
  if (gap_us > MAX_GAP_US) {
    gst_ice_udp_silence_stop (self);
    return;
  }
  self->n_steady++;
  self->gap_us -= self->gap_us >> GAP_SHIFT;
  self->gap_us = MAX (self->gap_us, gap_us);
}

void
gst_ice_udp_silence_stop (GstIceUdpSilence * self)
{
  self->n_steady = 0;
  self->gap_us = 0;
}

gint64
gst_ice_udp_silence_get_due_us (const GstIceUdpSilence * self)
{
  if (self->n_steady < N_STEADY)
    return G_MAXINT64;
  return self->heard_us + MAX (N_GAPS * self->gap_us, MIN_SILENCE_US);
}
