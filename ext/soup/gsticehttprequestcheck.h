/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticehttporigins.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Looks at a request's headers, before its body is read: is it for this listener,
 * from somebody who may, in the form it should have? Session thread. */
typedef struct _GstIceHttpRequestCheck GstIceHttpRequestCheck;

/* @path: not escaped: where offers go
 * @token: (nullable): what every request has to bring
 * @origins: (transfer full): of the pages that may call */
GstIceHttpRequestCheck *gst_ice_http_request_check_new (const gchar * path,
    const gchar * token, GstIceHttpOrigins * origins) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_request_check_free (GstIceHttpRequestCheck * self);

/* Who is not on this host is refused: descriptions have keys in them, and would go in
 * the clear. */
void gst_ice_http_request_check_set_local_only (GstIceHttpRequestCheck * self);

/* A browser that opens the path gets a page that plays it. */
void gst_ice_http_request_check_set_serves_page (GstIceHttpRequestCheck * self);

/* Answers @message if there is a reason to; else its status remains 0, and its
 * body is wanted: POST an offer, PATCH or DELETE the session.
 * @etag: (nullable): the version of the session that it is for, %NULL: of none
 * @busy: an offer comes at a bad time */
void gst_ice_http_request_check_check (GstIceHttpRequestCheck * self,
    SoupServerMessage * message, const gchar * etag, gboolean busy);

/* Answers @message: it may come again. */
void gst_ice_http_request_check_refuse_busy (SoupServerMessage * message);

G_END_DECLS
