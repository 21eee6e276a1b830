/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeudploss.h"

/* So many without an answer, in a row, look bad as at the loss of before, in
 * thousandths, would happen to one in 10000. A question over a relay whose ends both
 * lose a fifth of what goes each way has an answer in two cases of five. */
static const guint tolerances[] = { 0, 0, 10, 46, 100, 158, 215, 268, 316, 359,
  398, 433, 464, 492, 518, 541
};

/* What one question counts. */
#define SHIFT 4

void
gst_ice_udp_loss_note (GstIceUdpLoss * self, gboolean lost)
{
  self->scaled -= self->scaled >> SHIFT;
  if (lost)
    self->scaled += 1000;
}

guint
gst_ice_udp_loss_get_tolerance (const GstIceUdpLoss * self)
{
  guint n = 2;

  while (n < G_N_ELEMENTS (tolerances) && self->scaled >> SHIFT >=
      tolerances[n])
    n++;
  return n;
}
