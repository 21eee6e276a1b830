/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Learns how many requests a path loses, and how many lost in a row mean
 * that the path is dead. */

#include "config.h"

#include "gsticeudploss.h"

#define MILLION 1000000

/* The loss assumed before the first request, with the weight of one request.
 * It is that of a relay where both ends lose a fifth of the packets each
 * way: three of five requests get no answer. On a path that loses nothing
 * the tolerance falls with each answer: 5 missing answers after two seconds,
 * 3 after ten, 2 after half a minute. */
#define FIRST_MEAN 600000

/* Only this many of the newest requests count. */
#define WINDOW 32

/* Entry n is the greatest mean loss, in millionths, at which n missing
 * answers in a row look bad: they would happen by chance once in 100000
 * times. It is the nth root of that. */
static const guint tolerances[] = { 0, 0, 3162, 21544, 56234, 100000, 146780,
  193070, 237137, 278256, 316228, 351119, 383119, 412463, 439397, 464159,
  486968, 508022, 527500, 545559
};

/* When steady media has stopped too, two thirds of the tolerance are enough,
 * but never less than three. */
#define MIN_WITH_SILENCE 3

/* When a request is late and no media tells, three more are enough where none
 * was lost lately, or none of so many since the start. Of calls that lose
 * three of five, one in 200 gets so far. Elsewhere the whole tolerance has to
 * follow. */
#define MIN_WHEN_LATE 3
#define N_WITHOUT_LOSS 6

void
gst_ice_udp_loss_note (GstIceUdpLoss * self, gboolean lost)
{
  gint mean = self->n_asked == 0 ? FIRST_MEAN : self->mean;

  self->n_asked = MIN (self->n_asked + 1, WINDOW - 1);
  self->has_lost |= lost;
  /* The assumed first request counts too. */
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

guint
gst_ice_udp_loss_get_tolerance_when_late (const GstIceUdpLoss * self)
{
  const guint tolerance = gst_ice_udp_loss_get_tolerance (self);
  const gboolean is_clean = self->has_lost ? tolerance <= MIN_WHEN_LATE :
      self->n_asked >= N_WITHOUT_LOSS;

  return is_clean ? MIN_WHEN_LATE : tolerance;
}
