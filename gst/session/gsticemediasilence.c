/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Detects from counts of packets that steady media has stopped. */

#include "config.h"

#include "gsticemediasilence.h"

/* Looks with packets, in a row, that make media steady. */
#define N_STEADY 8

/* Media that returns so soon after it was missed had lost its path; else its sender
 * paused. */
#define SOON_MS 2000

static guint
get_patience_ms (const GstIceMediaSilence * self)
{
  return MAX (self->patience_ms, GST_ICE_MEDIA_SILENCE_MIN_MS);
}

static void
hear (GstIceMediaSilence * self, gint64 now_ms)
{
  gint64 silent_ms = now_ms - self->heard_ms;

  if (self->told)
    self->patience_ms = silent_ms < get_patience_ms (self) + SOON_MS ? 0 :
        MIN (4 * get_patience_ms (self), GST_ICE_MEDIA_SILENCE_MAX_MS);
  if (self->told || silent_ms > 2 * GST_ICE_MEDIA_SILENCE_LOOK_MS)
    self->n_steady = 0;
  self->told = FALSE;
  self->n_steady++;
  self->heard_ms = now_ms;
}

gboolean
gst_ice_media_silence_look (GstIceMediaSilence * self, guint64 n_received,
    gint64 now_ms)
{
  if (n_received != self->n_received) {
    self->n_received = n_received;
    hear (self, now_ms);
    return FALSE;
  }

  if (self->told || self->n_steady < N_STEADY ||
      now_ms - self->heard_ms < get_patience_ms (self))
    return FALSE;
  self->told = TRUE;
  return TRUE;
}
