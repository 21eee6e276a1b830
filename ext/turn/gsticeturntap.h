/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A stream that reads another one, from a TURN server, and shows the STUN
 * responses from peers in it. libnice 0.1.21, which reads this stream, drops
 * those that it did not ask for. The tap changes nothing: what is not TURN
 * passes too. */
#define GST_TYPE_ICE_TURN_TAP (gst_ice_turn_tap_get_type ())
G_DECLARE_FINAL_TYPE (GstIceTurnTap, gst_ice_turn_tap, GST, ICE_TURN_TAP,
    GFilterInputStream);

/* @response: (transfer none): STUN from any relayed peer, not checked in any
 *     way; called on the reading thread */
typedef void (*GstIceTurnTapFunc) (const guint8 * response, gsize size_bytes,
    gpointer user_data);

/* @base: (transfer none): referenced, and not closed with the tap
 * Returns: (transfer full): a stream for asynchronous reading */
GInputStream *gst_ice_turn_tap_new (GInputStream * base, GstIceTurnTapFunc seen,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Shows nothing more. Reading goes on. */
void gst_ice_turn_tap_stop (GstIceTurnTap * self);

G_END_DECLS
