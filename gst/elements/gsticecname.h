/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* @caps: of RTP that comes to @pad
 * Returns: (transfer full): @caps; if they name a source without its CNAME,
 *     with the CNAME of its RTCP, if the element linked to @pad makes that:
 *     rtpbin, rtpsession */
GstCaps *gst_ice_cname_add (GstCaps * caps, GstPad * pad)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
