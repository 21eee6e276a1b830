/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* An attribute of our own at the session level. "each": each m-line of a
 * group has a transport of its own. An icesrc or icesink that answers then
 * keeps those. */
#define GST_ICE_SDP_TRANSPORTS "x-gst-ice-transports"

/* BUNDLE groups (RFC 9143). */

/* Fills in the BUNDLE groups of @message. Only m-lines that exist and are
 * not rejected are in a group. A bundle-only m-line in no group is rejected. */
void gst_ice_sdp_groups_parse (const GstSDPMessage * message,
    GstIceDescription * description);

/* Adds the groups of @description to @message. */
void gst_ice_sdp_groups_write (const GstIceDescription * description,
    GstSDPMessage * message);

G_END_DECLS
