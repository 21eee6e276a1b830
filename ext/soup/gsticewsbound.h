/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Limits the total size of the fragments of a WebSocket message, which libsoup
 * before 3.8 joins without a limit. Works as an extension on this side only:
 * the server need not know it.
 *
 * @session: whose WebSockets are limited; compression, which has no limit,
 *     is off */
void gst_ice_ws_bound_add (SoupSession * session);

/* @handshake: of a WebSocket of that session, not connected yet */
void gst_ice_ws_bound_prepare (SoupMessage * handshake);

G_END_DECLS
