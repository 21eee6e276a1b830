/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticerequests.h"

G_BEGIN_DECLS

/* Carries what peers ask for to the elements before an icesink. */
typedef struct _GstIceUpstream GstIceUpstream;

/* @pad: (transfer none): of an element, where it receives what it sends */
GstIceUpstream *gst_ice_upstream_new (GstPad * pad) G_GNUC_WARN_UNUSED_RESULT;

/* No event follows but one that is on its way. */
void gst_ice_upstream_free (GstIceUpstream * self);

/* Any thread. @requests: (transfer none) (nullable): whose are acted on from now on, instead of
 * those of another sender; %NULL: none */
void gst_ice_upstream_set_requests (GstIceUpstream * self,
    GstIceRequests * requests);

/* Any thread. See gst_ice_requests_set_interval() */
void gst_ice_upstream_set_interval (GstIceUpstream * self, guint interval_ms);
guint gst_ice_upstream_get_interval (GstIceUpstream * self);

/* Streaming thread. Whether an element before @pad keeps packets and sends them again when it
 * is asked to: rtprtxqueue (the same packets) or rtprtxsend (RFC 4588) */
gboolean gst_ice_upstream_resends (GstPad * pad);

/* Streaming thread. Whether an RTP session is right before @pad, which acts on RTCP itself */
gboolean gst_ice_upstream_has_session (GstPad * pad);

G_END_DECLS
