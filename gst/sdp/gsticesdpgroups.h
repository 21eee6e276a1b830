/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* At session level, "each": each m-line of a group has a transport of its own. Ours: an
 * icesrc or icesink that answers keeps them then. */
#define GST_ICE_SDP_TRANSPORTS "x-gst-ice-transports"

/* BUNDLE groups (RFC 9143). */

/* Fills in which m-lines of @description are in one group of @message: those that are
 * there and not rejected. A bundle-only m-line that is in no group is rejected. */
void gst_ice_sdp_groups_parse (const GstSDPMessage * message,
    GstIceDescription * description);

/* Adds the groups of @description to @message. */
void gst_ice_sdp_groups_write (const GstIceDescription * description,
    GstSDPMessage * message);

G_END_DECLS
