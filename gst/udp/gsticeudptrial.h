/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Sends one message of several packets to ourselves, over loopback.
 * @merge: the receiving socket has UDP_GRO
 * Returns: %FALSE: the kernel took the message, and other packets came of it, or none; %TRUE:
 *     they came, or there is no loopback to try it on */
gboolean gst_ice_udp_trial_run (gint family, gboolean merge);

G_END_DECLS
