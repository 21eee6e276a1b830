/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* @text: the value of "signalling-uri", or %NULL
 * Returns: (transfer full): it, or %NULL with @error set to GST_ICE_ERROR_SETTINGS */
GUri *gst_ice_http_uri_parse (const gchar * text, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @text: (nullable): a URI that is no good
 * Returns: what is worth adding to a message about it, or "" */
const gchar *gst_ice_http_uri_get_hint (const gchar * text);

/* Returns: whether it says to listen: on all addresses where the host is empty, else,
 *     with ?mode=listener, on that host's */
gboolean gst_ice_http_uri_listens (GUri * uri);

/* Returns: (transfer full): @uri for a message, without user, password and query */
gchar *gst_ice_http_uri_to_text (GUri * uri) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): @uri without user and password, with which libsoup would answer
 *     a 401 by itself, and lose the body */
GUri *gst_ice_http_uri_without_user (GUri * uri) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether what is secret to the one may be told to the other: scheme,
 *     host and port are the same (RFC 6454, 5) */
gboolean gst_ice_http_uri_same_origin (GUri * a, GUri * b);

/* Returns: whether the host is this one, as far as its name or address tells */
gboolean gst_ice_http_uri_is_local (GUri * uri);

/* Whether a description may go there as @config has it encrypted: one with keys in it
 * (RFC 4568, 7.3) only to this host, or by TLS. The connection has the last word, see
 * gst_ice_http_address_keep_on_host(). */
gboolean gst_ice_http_uri_check_keys (GUri * uri, const GstIceConfig * config,
    GError ** error);

/* @location: (nullable): value of a Location header in an answer from @base
 * Returns: (transfer full): where it leads, or %NULL with @error set: it is none,
 *     or leads from https to http */
GUri *gst_ice_http_uri_follow (GUri * base, const gchar * location,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
