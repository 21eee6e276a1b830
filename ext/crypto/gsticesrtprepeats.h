/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtppacket.h"

G_BEGIN_DECLS

/* Keeps the tags of the last protected RTP packets, to recognise a packet
 * that is sent again. One thread at a time. */
typedef struct _GstIceSrtpRepeats GstIceSrtpRepeats;

GstIceSrtpRepeats *gst_ice_srtp_repeats_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_srtp_repeats_free (GstIceSrtpRepeats * self);

/* @packet: protected; @tag_bytes: of its suite */
void gst_ice_srtp_repeats_add (GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet, guint tag_bytes);

/* @packet: with its index, not yet protected.
 * Returns: whether its tag is kept */
gboolean gst_ice_srtp_repeats_has (const GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet);

/* @packet: protected; gst_ice_srtp_repeats_has() was TRUE for it
 * Returns: whether it is the same as the first time */
gboolean gst_ice_srtp_repeats_check (const GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet, guint tag_bytes);

G_END_DECLS
