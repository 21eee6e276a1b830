/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Makes the requests of one caller, several at once. Session thread. */
typedef struct _GstIceHttpClient GstIceHttpClient;

/* An answer longer than this is an error. */
#define GST_ICE_HTTP_MAX_BODY_BYTES (64 * 1024)

/* @owner: (transfer none): referenced while a request is under way
 * @uri: the user's URI. Only its origin gets the credentials, from the first
 *     request on: @token, or user and password of @uri
 * @token: (nullable): for Authorization: Bearer
 * @trust: (nullable): trusted authorities for https:, %NULL: the system's
 * @idle: called with @owner when the last request has ended */
GstIceHttpClient *gst_ice_http_client_new (GObject * owner, GUri * uri,
    const gchar * token, GTlsDatabase * trust, void (*idle) (GObject * owner))
    G_GNUC_WARN_UNUSED_RESULT;

/* Bodies contain keys: without TLS they may only go to this host. */
void gst_ice_http_client_set_has_keys (GstIceHttpClient * self);

/* No request may be under way. */
void gst_ice_http_client_free (GstIceHttpClient * self);

/* Returns: (transfer full): a request that does not follow redirects */
SoupMessage *gst_ice_http_client_request (GstIceHttpClient * self,
    const gchar * method, GUri * uri) G_GNUC_WARN_UNUSED_RESULT;

/* @text: (transfer full): the request's body */
void gst_ice_http_client_set_body (SoupMessage * message, const gchar * type,
    gchar * text);

/* Called once for each request, also if it was cancelled. @body: (nullable):
 * of the answer, %NULL when @error is set */
typedef void (*GstIceHttpClientDone) (SoupMessage * message, GBytes * body,
    const GError * error, gpointer user_data);

/* @cancellable: (nullable)
 * @user_data: must live as long as the owner */
void gst_ice_http_client_send (GstIceHttpClient * self, SoupMessage * message,
    GCancellable * cancellable, GstIceHttpClientDone done, gpointer user_data);

gboolean gst_ice_http_client_is_idle (const GstIceHttpClient * self);

/* Cancels all requests. */
void gst_ice_http_client_abort (GstIceHttpClient * self);

G_END_DECLS
