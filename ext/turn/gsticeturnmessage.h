/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As much of TURN (RFC 8656) as it takes to see what a server relays to its
 * client. Pure functions. */

/* Reads a datagram from the server. @payload: (out) (transfer none): what the
 * peer sent, within @data
 * Returns: %FALSE if it has no payload from a peer */
gboolean gst_ice_turn_message_unwrap (const guint8 * data, gsize size_bytes,
    const guint8 ** payload, gsize * payload_size);

/* Finds the size, with padding, of the message at the beginning of @data, which
 * is from a stream (RFC 8656, 12.5).
 * Returns: 0: more bytes are needed to tell, -1: it is not TURN */
gssize gst_ice_turn_message_get_size (const guint8 * data, gsize size_bytes);

G_END_DECLS
