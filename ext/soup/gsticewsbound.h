/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Bounds the sum of a WebSocket message's fragments, which libsoup before 3.8 joins
 * without a limit; works as an extension that is local to the client: the server need
 * not know it.
 *
 * @session: whose WebSockets are bounded; compression, which has no bound, is off */
void gst_ice_ws_bound_add (SoupSession * session);

/* @handshake: of a WebSocket of that session, before it is connected */
void gst_ice_ws_bound_prepare (SoupMessage * handshake);

G_END_DECLS
