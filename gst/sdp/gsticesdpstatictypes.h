/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* Payload types that mean something without an a=rtpmap (RFC 3551, 6). */

/* Adds the a=rtpmap that @payload stands for to @media; nothing for other types. */
void gst_ice_sdp_static_type_to_rtpmap (gint payload, GstSDPMedia * media);

/* Sets encoding name and clock rate in @structure where they are missing and @payload
 * says them. */
void gst_ice_sdp_static_type_complete (gint payload, GstStructure * structure);

G_END_DECLS
