/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Sends something.
 * Returns: when there is more to send, of the monotonic clock; 0: no more */
typedef gint64 (*GstIcePacerFunc) (GObject * owner, gint64 now_us);

/* Any thread. Has @run called soon on the thread that paces for all of this process, and again
 * at the times that it returns. @owner: referenced until there is no more
 * Returns: %FALSE: the system has no thread for it */
gboolean gst_ice_pacer_wake (GObject * owner, GstIcePacerFunc run);

G_END_DECLS
