/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticerequests.h"

G_BEGIN_DECLS

/* Turns the requests of the peers into events for the elements upstream of
 * an icesink. */
typedef struct _GstIceUpstream GstIceUpstream;

/* @pad: (transfer none): the sink pad of the icesink */
GstIceUpstream *gst_ice_upstream_new (GstPad * pad) G_GNUC_WARN_UNUSED_RESULT;

/* Only an event that is on its way may still follow. */
void gst_ice_upstream_free (GstIceUpstream * self);

/* Any thread. @requests: (transfer none) (nullable): those to act on from
 * now on, instead of those of the previous sender; %NULL: none */
void gst_ice_upstream_set_requests (GstIceUpstream * self,
    GstIceRequests * requests);

/* Any thread. See gst_ice_requests_set_interval() */
void gst_ice_upstream_set_interval (GstIceUpstream * self, guint interval_ms);
guint gst_ice_upstream_get_interval (GstIceUpstream * self);

/* Streaming thread. Whether an element upstream of @pad keeps packets and
 * sends them again on request: rtprtxqueue (the same packets) or rtprtxsend
 * (RFC 4588) */
gboolean gst_ice_upstream_resends (GstPad * pad);

/* Streaming thread. Whether an RTP session is directly upstream of @pad, and
 * handles RTCP itself */
gboolean gst_ice_upstream_has_session (GstPad * pad);

G_END_DECLS
