/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads what services answer that give away STUN and TURN servers: TURN REST
 * (draft-uberti-behave-turn-rest-00), W3C's RTCConfiguration, and what Twilio,
 * Cloudflare, Xirsys, Metered and others make of these. Entries of no use are left
 * out.
 * @ttl_s: (out): seconds that the credentials are good for, 0: not told
 * Returns: (transfer full): of GstIceServer, one at least; or %NULL with @error set,
 *     whose text ends a sentence and has nothing of @text in it */
GPtrArray *gst_ice_json_read_servers (const gchar * text, gsize size_bytes,
    guint * ttl_s, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
