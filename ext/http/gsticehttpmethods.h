/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a request with another method is taken for. */
#define GST_ICE_HTTP_UNKNOWN_METHOD "UNKNOWN"

/* libsoup keeps the name of each method for the life of the process, so only
 * names that HTTP knows may reach it.
 * @connection: (transfer none): of a client, on which one request comes
 * Returns: (transfer full): @connection, in whose first request a method
 *     that HTTP does not know is %GST_ICE_HTTP_UNKNOWN_METHOD */
GIOStream *gst_ice_http_methods_limit (GIOStream * connection)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
