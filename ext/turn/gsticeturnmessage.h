/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Just the TURN (RFC 8656) that it takes to see what a server relays to a client,
 * beside the one who speaks to that server. Pure functions. */

/* A datagram of the server's. @payload: (out) (transfer none): what the peer sent,
 *     within @data
 * Returns: %FALSE if it carries nothing of a peer's */
gboolean gst_ice_turn_message_unwrap (const guint8 * data, gsize size_bytes,
    const guint8 ** payload, gsize * payload_size);

/* How long the message is that @data begins with, on a stream (RFC 8656, 12.5), with
 * what pads it.
 * Returns: 0: that takes more bytes to say, -1: it is no TURN */
gssize gst_ice_turn_message_get_size (const guint8 * data, gsize size_bytes);

G_END_DECLS
