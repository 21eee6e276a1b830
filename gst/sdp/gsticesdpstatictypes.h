/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* Payload types that have a meaning without a=rtpmap (RFC 3551, 6). */

/* Adds to @media the a=rtpmap that the static type @payload implies. Ignores
 * other types. */
void gst_ice_sdp_static_type_to_rtpmap (gint payload, GstSDPMedia * media);

/* Sets encoding name and clock rate in @structure if they are missing and
 * @payload implies them. */
void gst_ice_sdp_static_type_complete (gint payload, GstStructure * structure);

G_END_DECLS
