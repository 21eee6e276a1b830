/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many of the questions asked are lost, and so how many may be without an answer
 * before that is no loss any more. Pure; all zero to begin with. */
typedef struct
{
  guint scaled;                 /* a weighted mean, in thousandths, see the source */
} GstIceUdpLoss;

void gst_ice_udp_loss_note (GstIceUdpLoss * self, gboolean lost);

/* Returns: how many in a row look bad, 2 to 16 */
guint gst_ice_udp_loss_get_tolerance (const GstIceUdpLoss * self);

G_END_DECLS
