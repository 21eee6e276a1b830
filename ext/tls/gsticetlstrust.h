/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which TLS servers are trusted, for turns:, https: and wss: alike. */

/* Reads "tls-database" and "tls-ca-file".
 * @database: (out) (transfer full) (nullable): %NULL: use the system's
 *     authorities
 * Returns: %FALSE with @error set when a setting is wrong */
gboolean gst_ice_tls_trust_open (const GstIceConfig * config,
    GTlsDatabase ** database, GError ** error);

/* Returns: (transfer full): what is wrong, to follow a colon: "its
 *     certificate has expired" */
gchar *gst_ice_tls_trust_explain (GTlsCertificateFlags flags)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
