/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Learns how many questions a path loses, and how many lost in a row mean that it is
 * dead. */

#include "config.h"

#include "gsticeudploss.h"

#define MILLION 1000000

/* Before anything is asked it is as if one question had been: over a relay whose ends
 * both lose a fifth of what goes each way, where three of five have no answer. What
 * is known of a path that loses nothing grows from there: 5 may be without an answer
 * after two seconds, 3 after ten, 2 after half a minute. */
#define FIRST_MEAN 600000

/* So many of late have a say. */
#define WINDOW 32

/* So many without an answer, in a row, look bad as at the mean loss of before, in
 * millionths, would happen to one in 100000: its nth root is entry n. */
static const guint tolerances[] = { 0, 0, 3162, 21544, 56234, 100000, 146780,
  193070, 237137, 278256, 316228, 351119, 383119, 412463, 439397, 464159,
  486968, 508022, 527500, 545559
};

/* With media that was steady and has stopped as well, two thirds are as good, but
 * never less than three. */
#define MIN_WITH_SILENCE 3

void
gst_ice_udp_loss_note (GstIceUdpLoss * self, gboolean lost)
{
  gint mean = self->n_asked == 0 ? FIRST_MEAN : self->mean;

  self->n_asked = MIN (self->n_asked + 1, WINDOW - 1);
  /* The one of before counts, too. */
  self->mean = mean + ((lost ? MILLION : 0) - mean) /
      (gint) (self->n_asked + 1);
}

guint
gst_ice_udp_loss_get_tolerance (const GstIceUdpLoss * self)
{
  gint mean = self->n_asked == 0 ? FIRST_MEAN : self->mean;
  guint n = 2;

  while (n < G_N_ELEMENTS (tolerances) && mean >= (gint) tolerances[n])
    n++;
  return n;
}

guint
gst_ice_udp_loss_get_tolerance_in_silence (const GstIceUdpLoss * self)
{
  guint n = (2 * gst_ice_udp_loss_get_tolerance (self) + 2) / 3;

  return MAX (n, MIN_WITH_SILENCE);
}
