/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A call at a listener, from the POST of its offer on: the session of RFC 9725, with an
 * address that nobody can guess, a version, and what the peer said of its m-lines. It is
 * the signaller of that peer. Session thread. */
#define GST_TYPE_ICE_HTTP_CALL (gst_ice_http_call_get_type ())
G_DECLARE_FINAL_TYPE (GstIceHttpCall, gst_ice_http_call, GST, ICE_HTTP_CALL,
    GObject)

/* @endpoint: (transfer none): the path of the POST, not escaped
 * @message: (transfer none): the POST, which is held until it is answered
 * @offer: (transfer none): its body
 * @answer_ms: how long it is held; 0: for ever
 * @events, @user_data: of the session, which is told the offer
 * @ended: called once, when nothing can come for it any more
 * Returns: (transfer full) */
GstIceHttpCall *gst_ice_http_call_new (const gchar * endpoint,
    SoupServerMessage * message, GstIceDescription * offer, guint answer_ms,
    const GstIceSignallerEvents * events, gpointer user_data,
    void (*ended) (gpointer owner), gpointer owner)
    G_GNUC_WARN_UNUSED_RESULT;

/* Ends it, and tells nothing from now on. */
void gst_ice_http_call_stop (GstIceHttpCall * self);

/* Returns: whether it has ended and the session knows */
gboolean gst_ice_http_call_is_over (const GstIceHttpCall * self);

/* Returns: (transfer none) (nullable): the version, as an entity tag, when the address's
 *     path, not escaped, is @path, the offer was answered, and it has not ended; else %NULL */
const gchar *gst_ice_http_call_match (const GstIceHttpCall * self,
    const gchar * path);

/* Takes a PATCH or DELETE of its address. */
void gst_ice_http_call_take_request (GstIceHttpCall * self,
    SoupServerMessage * message);

/* The client of @message, which was held, went away.
 * Returns: whether it was one of this call's */
gboolean gst_ice_http_call_gone (GstIceHttpCall * self,
    SoupServerMessage * message);

G_END_DECLS
