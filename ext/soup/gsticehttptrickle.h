/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeeventqueue.h"
#include "gsticehttpclient.h"

G_BEGIN_DECLS

/* Sends the caller's candidates by PATCH (RFC 8840, RFC 9725, 4.3.2), one
 * request at a time. What comes meanwhile goes with the next one. Session
 * thread. */
typedef struct _GstIceHttpTrickle GstIceHttpTrickle;

/* @client, @events: (transfer none): must live longer
 * @where: the peer, for messages: without the path of the session, which is
 *     a secret */
GstIceHttpTrickle *gst_ice_http_trickle_new (GstIceHttpClient * client,
    GstIceEventQueue * events, const gchar * where) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_trickle_free (GstIceHttpTrickle * self);

void gst_ice_http_trickle_add (GstIceHttpTrickle * self,
    const GstIceDescription * fragment);

/* Drops what was not sent yet: its offer has failed. */
void gst_ice_http_trickle_forget (GstIceHttpTrickle * self);

/* The peer accepted the offer: candidates go to @resource from now on.
 * @etag: (nullable) */
void gst_ice_http_trickle_open (GstIceHttpTrickle * self, GUri * resource,
    const gchar * etag);

/* Restarts ICE at the peer (RFC 9725, 4.3.3) with the credentials and
 * candidates of @fragment. Drops unsent candidates of the previous
 * generation. The peer's answer, or that there is none, comes as an event. */
void gst_ice_http_trickle_restart (GstIceHttpTrickle * self,
    GstIceDescription * fragment);

/* Sends nothing afterwards. */
void gst_ice_http_trickle_end (GstIceHttpTrickle * self);

G_END_DECLS
