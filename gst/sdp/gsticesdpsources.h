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

/* Adds the sources of @description to @media, and, if we send, the one
 * stream that all our m-lines belong to, so that browsers play them in sync. */
void gst_ice_sdp_sources_write (const GstIceMediaDescription * description,
    GstSDPMedia * media);

G_END_DECLS
