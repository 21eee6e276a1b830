/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many of the questions asked are lost, and so how many may be without an answer
 * before that is no loss any more. Pure; all zero to begin with, when the worst that is
 * to be survived is taken for granted until answers tell better. */
typedef struct
{
  gint mean;                    /* weighted, in millionths */
  guint n_asked;                /* that count in it */
} GstIceUdpLoss;

void gst_ice_udp_loss_note (GstIceUdpLoss * self, gboolean lost);

/* Returns: how many in a row look bad, 2 to 20 */
guint gst_ice_udp_loss_get_tolerance (const GstIceUdpLoss * self);

/* Returns: how many do while steady media has stopped, too, 3 to 14 */
guint gst_ice_udp_loss_get_tolerance_in_silence (const GstIceUdpLoss * self);

G_END_DECLS
