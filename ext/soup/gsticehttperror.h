/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What an answer to the offer other than yes means, or no answer at all: in words
 * for the user, and whether it is worth asking again. */

/* @error: what libsoup or GIO said
 * Returns: whether the same request may do better later: nobody listens yet */
gboolean gst_ice_http_error_is_temporary (const GError * error);

/* @status: of an answer
 * Returns: whether the same request may do better later: it is in a call */
gboolean gst_ice_http_status_is_temporary (guint status);

/* @status: of a WHEP server's answer
 * Returns: whether the stream may not be there yet, or the server behind a proxy */
gboolean gst_ice_http_status_is_not_live (guint status);

/* Returns: (transfer full): @error as a GST_ICE_ERROR, of what happened at @where
 * @tried_ms: for how long, 0: that does not matter */
GError *gst_ice_http_error_explain (const GError * error, const gchar * where,
    guint tried_ms) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the refusal @message, with @body, as a GST_ICE_ERROR
 * @tried_ms: for how long, 0: that does not matter */
GError *gst_ice_http_status_explain (SoupMessage * message, GBytes * body,
    const gchar * where, guint tried_ms) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: the status with which a listener refuses for @error */
guint gst_ice_http_error_to_status (const GError * error);

/* Returns: milliseconds to wait by the Retry-After header of @message, within
 *     reason; @default_ms without one */
guint gst_ice_http_get_retry_after (SoupMessage * message, guint default_ms);

G_END_DECLS
