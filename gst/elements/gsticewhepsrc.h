/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Plays what a WHEP server has: an icesrc for audio and one for video, in one session. */
#define GST_TYPE_ICE_WHEP_SRC (gst_ice_whep_src_get_type ())
G_DECLARE_FINAL_TYPE (GstIceWhepSrc, gst_ice_whep_src, GST, ICE_WHEP_SRC, GstBin)

GST_ELEMENT_REGISTER_DECLARE (icewhepsrc);

G_END_DECLS
