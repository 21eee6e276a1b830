/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* The formats of an m-line: payload types, a=rtpmap, a=fmtp, a=rtcp-fb,
 * a=extmap. */

/* @take_static_types: also take payload types that have no a=rtpmap
 * Returns: (transfer full) (nullable): GstIceMediaDescription.formats, from
 *     the attributes of @media and of the session */
GstCaps *gst_ice_sdp_formats_parse (const GstSDPMessage * message,
    const GstSDPMedia * media, gboolean take_static_types) G_GNUC_WARN_UNUSED_RESULT;

/* Adds the payload types and their attributes to @media. */
void gst_ice_sdp_formats_write (const GstCaps * formats, GstSDPMedia * media);

G_END_DECLS
