/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many requests a path loses, and so how many answers may be missing
 * before the path counts as dead. Pure; begins as all zero, which assumes
 * the worst loss that a call has to survive until answers show better. */
typedef struct
{
  gint mean;                    /* weighted mean, in millionths */
  guint n_asked;                /* how many count in the mean */
  gboolean has_lost;            /* one at least was lost */
} GstIceUdpLoss;

void gst_ice_udp_loss_note (GstIceUdpLoss * self, gboolean lost);

/* Returns: how many missing answers in a row look bad, 2 to 20 */
guint gst_ice_udp_loss_get_tolerance (const GstIceUdpLoss * self);

/* Returns: the same while steady media has stopped too, 3 to 14 */
guint gst_ice_udp_loss_get_tolerance_in_silence (const GstIceUdpLoss * self);

/* Returns: how many requests may follow quickly on one that is late, where no media
 * tells, and stay without an answer before it looks bad, 3 to 20 */
guint gst_ice_udp_loss_get_tolerance_when_late (const GstIceUdpLoss * self);

G_END_DECLS
