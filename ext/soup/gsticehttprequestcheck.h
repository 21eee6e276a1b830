/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticehttporigins.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Checks the headers of a request before its body is read: path, permission,
 * form. Session thread. */
typedef struct _GstIceHttpRequestCheck GstIceHttpRequestCheck;

/* @path: for offers, not escaped
 * @token: (nullable): needed in every request
 * @origins: (transfer full): of the pages that may call */
GstIceHttpRequestCheck *gst_ice_http_request_check_new (const gchar * path,
    const gchar * token, GstIceHttpOrigins * origins) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_request_check_free (GstIceHttpRequestCheck * self);

/* Refuses clients on other hosts: descriptions contain keys, which would
 * travel in the clear. */
void gst_ice_http_request_check_set_local_only (GstIceHttpRequestCheck * self);

/* A browser that opens the path gets a page that plays it. */
void gst_ice_http_request_check_set_serves_page (GstIceHttpRequestCheck * self);

/* Answers @message if there is a reason to; else its status remains 0, and its
 * body is wanted: POST an offer, PATCH or DELETE the session.
 * @etag: (nullable): the version of the session that it is for, %NULL: of none
 * @busy: an offer comes at a bad time */
void gst_ice_http_request_check_check (GstIceHttpRequestCheck * self,
    SoupServerMessage * message, const gchar * etag, gboolean busy);

/* @origins: (nullable): of pages that may call
 * Returns: %FALSE: @message came over loopback, and its Host header names another host, as
 *     that of a page whose name leads here does */
gboolean gst_ice_http_request_check_host (SoupServerMessage * message,
    const GstIceHttpOrigins * origins);

/* Answers @message: the client may send it again. */
void gst_ice_http_request_check_refuse_busy (SoupServerMessage * message);

G_END_DECLS
