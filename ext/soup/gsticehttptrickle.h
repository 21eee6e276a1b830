/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeeventqueue.h"
#include "gsticehttpclient.h"

G_BEGIN_DECLS

/* The caller's candidates on their way to the peer, by PATCH (RFC 8840, RFC 9725
 * 4.3.2), one request at a time; what comes meanwhile goes with the next. Session
 * thread. */
typedef struct _GstIceHttpTrickle GstIceHttpTrickle;

/* @client, @events: (transfer none): must live longer
 * @where: the peer, for messages: without the session's path, which is a secret */
GstIceHttpTrickle *gst_ice_http_trickle_new (GstIceHttpClient * client,
    GstIceEventQueue * events, const gchar * where) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_trickle_free (GstIceHttpTrickle * self);

void gst_ice_http_trickle_add (GstIceHttpTrickle * self,
    const GstIceDescription * fragment);

/* Drops what is not sent yet: it belongs to an offer that came to nothing. */
void gst_ice_http_trickle_forget (GstIceHttpTrickle * self);

/* The peer took the offer: from here on candidates go to @resource.
 * @etag: (nullable) */
void gst_ice_http_trickle_open (GstIceHttpTrickle * self, GUri * resource,
    const gchar * etag);

/* Has the peer restart ICE (RFC 9725, 4.3.3) with the credentials and candidates of
 * @fragment; what was not sent of the generation before is dropped. The answer, or
 * that there is none, is told as an event. */
void gst_ice_http_trickle_restart (GstIceHttpTrickle * self,
    GstIceDescription * fragment);

/* Sends nothing any more. */
void gst_ice_http_trickle_end (GstIceHttpTrickle * self);

G_END_DECLS
