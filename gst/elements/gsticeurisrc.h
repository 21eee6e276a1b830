/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_ICE_URI_SRC (gst_ice_uri_src_get_type ())
G_DECLARE_FINAL_TYPE (GstIceUriSrc, gst_ice_uri_src, GST, ICE_URI_SRC, GstBin)

GST_ELEMENT_REGISTER_DECLARE (iceurisrc);

G_END_DECLS
