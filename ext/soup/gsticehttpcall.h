/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeeventqueue.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A call at a listener, from the answer to its offer on: the session of RFC 9725, with an
 * address that nobody can guess, a version, and what the peer said of its m-lines. Session
 * thread. */
typedef struct _GstIceHttpCall GstIceHttpCall;

/* @endpoint: (transfer none): the path of the POST, not escaped
 * @offer: (transfer none): what is answered
 * @events: (transfer none): is told candidates and restarts; must live longer */
GstIceHttpCall *gst_ice_http_call_new (const gchar * endpoint,
    GstIceDescription * offer, GstIceEventQueue * events)
    G_GNUC_WARN_UNUSED_RESULT;

/* Refuses a restart that waits. */
void gst_ice_http_call_free (GstIceHttpCall * self);

/* Returns: (transfer none): the address's path, not escaped */
const gchar *gst_ice_http_call_get_path (const GstIceHttpCall * self);

/* Returns: (transfer none): the version, as an entity tag */
const gchar *gst_ice_http_call_get_etag (const GstIceHttpCall * self);

/* @prefix: (nullable): what a proxy took from the path of the POST
 * Returns: (transfer full): the address for a Location header */
gchar *gst_ice_http_call_make_location (const GstIceHttpCall * self,
    const gchar * prefix) G_GNUC_WARN_UNUSED_RESULT;

/* Answers a PATCH, or holds it until the session has answered the restart. */
void gst_ice_http_call_take_patch (GstIceHttpCall * self,
    SoupServerMessage * message);

/* The session's answer to the restart; the version is another then. */
void gst_ice_http_call_answer_restart (GstIceHttpCall * self,
    GstIceDescription * fragment);
void gst_ice_http_call_refuse_restart (GstIceHttpCall * self, guint status,
    const gchar * text);

/* The client of @message, which was held, went away.
 * Returns: whether it was one of this call's; it comes again */
gboolean gst_ice_http_call_gone (GstIceHttpCall * self,
    SoupServerMessage * message);

G_END_DECLS
