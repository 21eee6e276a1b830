/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* @text: the value of "signalling-uri", or %NULL
 * Returns: (transfer full): the URI, or %NULL with @error set to
 *     GST_ICE_ERROR_SETTINGS */
GUri *gst_ice_http_uri_parse (const gchar * text, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @text: (nullable): a wrong URI
 * Returns: a hint to add to a message about it, or "" */
const gchar *gst_ice_http_uri_get_hint (const gchar * text);

/* Returns: whether @uri means to listen: on all addresses if its host is
 *     empty, or, with ?mode=listener, on those of its host */
gboolean gst_ice_http_uri_listens (GUri * uri);

/* Returns: (transfer full): @uri for a message, without user, password and query */
gchar *gst_ice_http_uri_to_text (GUri * uri) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): @uri without user and password: libsoup would
 *     answer a 401 with these by itself, and lose the body */
GUri *gst_ice_http_uri_without_user (GUri * uri) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether secrets of @a may be told to @b: scheme, host and port
 *     are the same (RFC 6454, 5) */
gboolean gst_ice_http_uri_same_origin (GUri * a, GUri * b);

/* Returns: whether the host is this machine, as far as its name or address
 *     tells */
gboolean gst_ice_http_uri_is_local (GUri * uri);

/* Whether a description may be sent there with the encryption of @config:
 * one that contains keys (RFC 4568, 7.3) only to this host, or over TLS. The
 * connection decides in the end, see gst_ice_http_address_keep_on_host(). */
gboolean gst_ice_http_uri_check_keys (GUri * uri, const GstIceConfig * config,
    GError ** error);

/* @location: (nullable): of a Location header in an answer from @base
 * Returns: (transfer full): the URI, or %NULL with @error set: there is
 *     none, or it leads from https to http */
GUri *gst_ice_http_uri_follow (GUri * base, const gchar * location,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
