/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* @caps: of RTP that comes to @pad
 * Returns: (transfer full): @caps; where they name a source, but not whose it is, with
 *     the CNAME of the RTCP that goes with them, if the element that @pad is linked to
 *     is the one that makes it: rtpbin, rtpsession */
GstCaps *gst_ice_cname_add (GstCaps * caps, GstPad * pad)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
