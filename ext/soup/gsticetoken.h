/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* @token: (out) (transfer full): from "auth-token" or "auth-token-file", %NULL:
 *     neither is set
 * Returns: %FALSE with @error set to GST_ICE_ERROR_SETTINGS: it is empty,
 *     can't be read, or can't be in a header */
gboolean gst_ice_token_read (const GstIceConfig * config, gchar ** token,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether @shown is @token; takes constant time */
gboolean gst_ice_token_equals (const gchar * token, const gchar * shown);

/* @token: (nullable)
 * @uri: may have a user and a password
 * Returns: (transfer full) (nullable): the value of an Authorization header:
 *     Bearer (RFC 6750) or, without @token, Basic (RFC 7617); %NULL: no
 *     credentials */
gchar *gst_ice_token_make_authorization (const gchar * token, GUri * uri)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
