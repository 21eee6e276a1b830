/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* Sources and media streams: a=ssrc (RFC 5576) and a=msid (RFC 8830). */

/* Returns: (transfer full) (nullable): GstIceMediaDescription.ssrcs */
GArray *gst_ice_sdp_sources_parse (const GstSDPMedia * media)
    G_GNUC_WARN_UNUSED_RESULT;

/* Adds to @media, if we send on it, the one stream that all we send belongs to, so that
 * browsers play it in time; and the sources of @description. */
void gst_ice_sdp_sources_write (const GstIceMediaDescription * description,
    GstSDPMedia * media);

G_END_DECLS
