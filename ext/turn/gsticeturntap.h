/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a TURN server sends over a stream, read through this, with a look at the STUN
 * responses that it relays of a peer: libnice 0.1.21, who reads it in the end, keeps to
 * itself those that it did not ask for. It only ever looks: what is no TURN passes. */
#define GST_TYPE_ICE_TURN_TAP (gst_ice_turn_tap_get_type ())
G_DECLARE_FINAL_TYPE (GstIceTurnTap, gst_ice_turn_tap, GST, ICE_TURN_TAP,
    GFilterInputStream);

/* @response: (transfer none): STUN of anyone who is relayed, not checked in any way;
 *     called by the thread that reads */
typedef void (*GstIceTurnTapFunc) (const guint8 * response, gsize size_bytes,
    gpointer user_data);

/* @base: (transfer none): referenced, and not closed when this is
 * Returns: (transfer full): to be read asynchronously */
GInputStream *gst_ice_turn_tap_new (GInputStream * base, GstIceTurnTapFunc seen,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Nothing more is seen, what is read goes on. */
void gst_ice_turn_tap_stop (GstIceTurnTap * self);

G_END_DECLS
