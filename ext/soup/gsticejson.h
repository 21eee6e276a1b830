/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads the answer of a service for STUN and TURN servers: TURN REST
 * (draft-uberti-behave-turn-rest-00), W3C's RTCConfiguration, and the variants
 * of Twilio, Cloudflare, Xirsys, Metered and others. Ignores useless entries.
 * @ttl_s: (out): how many seconds the credentials are valid, 0: not told
 * Returns: (transfer full): of GstIceServer, at least one; or %NULL with
 *     @error set, whose message ends a sentence and contains nothing of
 *     @text */
GPtrArray *gst_ice_json_read_servers (const gchar * text, gsize size_bytes,
    guint * ttl_s, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
