/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* @token: (out) (transfer full): of "auth-token" or "auth-token-file", %NULL: none is set
 * Returns: %FALSE with @error set to GST_ICE_ERROR_SETTINGS: it is empty, can't be read,
 *     or has what a header can't carry */
gboolean gst_ice_token_read (const GstIceConfig * config, gchar ** token,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether @shown is @token, in a time that tells nothing about how much of it
 *     was right */
gboolean gst_ice_token_equals (const gchar * token, const gchar * shown);

/* @token: (nullable)
 * @uri: perhaps with a user and a password
 * Returns: (transfer full) (nullable): the value of Authorization: Bearer (RFC 6750) or, if
 *     there is no @token, Basic (RFC 7617); %NULL: nobody says who calls */
gchar *gst_ice_token_make_authorization (const gchar * token, GUri * uri)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
