/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Explains to the user why an offer was refused or not answered, and says
 * whether to try again. */

/* @error: from libsoup or GIO
 * Returns: whether the same request may succeed later: there is no listener
 *     yet */
gboolean gst_ice_http_error_is_temporary (const GError * error);

/* @status: of an answer
 * Returns: whether the same request may succeed later: the listener is in a
 *     call */
gboolean gst_ice_http_status_is_temporary (guint status);

/* @status: of a WHEP server's answer
 * Returns: whether the stream, or a server behind a proxy, may not be there
 *     yet */
gboolean gst_ice_http_status_is_not_live (guint status);

/* @where: the URI, for the message
 * @tried_ms: for how long, 0: not to be mentioned
 * Returns: (transfer full): @error as a GST_ICE_ERROR */
GError *gst_ice_http_error_explain (const GError * error, const gchar * where,
    guint tried_ms) G_GNUC_WARN_UNUSED_RESULT;

/* @tried_ms: for how long, 0: not to be mentioned
 * Returns: (transfer full): the refusal @message with @body, as a
 *     GST_ICE_ERROR */
GError *gst_ice_http_status_explain (SoupMessage * message, GBytes * body,
    const gchar * where, guint tried_ms) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: the status with which a listener reports @error */
guint gst_ice_http_error_to_status (const GError * error);

/* Returns: milliseconds to wait, from the Retry-After header of @message,
 *     within limits; @default_ms without one */
guint gst_ice_http_get_retry_after (SoupMessage * message, guint default_ms);

G_END_DECLS
