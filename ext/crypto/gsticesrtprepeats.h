/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtppacket.h"

G_BEGIN_DECLS

/* The tags of the last RTP packets that were protected: by them a packet that is to be sent
 * again is known to be the same. One thread at a time. */
typedef struct _GstIceSrtpRepeats GstIceSrtpRepeats;

GstIceSrtpRepeats *gst_ice_srtp_repeats_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_srtp_repeats_free (GstIceSrtpRepeats * self);

/* @packet: protected; @tag_bytes: of its suite */
void gst_ice_srtp_repeats_add (GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet, guint tag_bytes);

/* @packet: with its index, not yet protected. Returns: whether its tag is kept */
gboolean gst_ice_srtp_repeats_has (const GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet);

/* @packet: protected, of which gst_ice_srtp_repeats_has() was true
 * Returns: whether it has become what it was then */
gboolean gst_ice_srtp_repeats_check (const GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet, guint tag_bytes);

G_END_DECLS
