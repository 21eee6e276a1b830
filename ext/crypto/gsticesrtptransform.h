/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpkey.h"

G_BEGIN_DECLS

/* SRTP and SRTCP in one direction: keys, sources, and the handling of a
 * packet. One thread at a time. No packet needs an allocation of ours. */
typedef struct _GstIceSrtpTransform GstIceSrtpTransform;

/* @max_sources: the most SSRCs at a time, at least 1. With more, a protector
 *     refuses packets; an unprotector forgets the source that was unused for
 *     longest.
 * Returns: (transfer full): without a key */
GstIceSrtpTransform *gst_ice_srtp_transform_new_protector (guint max_sources)
    G_GNUC_WARN_UNUSED_RESULT;
GstIceSrtpTransform *gst_ice_srtp_transform_new_unprotector (guint max_sources)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_srtp_transform_free (GstIceSrtpTransform * self);

/* The newest key protects. All keys unprotect. Without MKI the older ones are
 * dropped once the newest has unprotected as many packets as can be on their
 * way. The oldest is dropped when there are too many.
 * @key: (transfer full): for this direction */
void gst_ice_srtp_transform_add_key (GstIceSrtpTransform * self, GstIceSrtpKey * key);

guint gst_ice_srtp_transform_get_n_keys (const GstIceSrtpTransform * self);

/* Sets the roll-over counter of @ssrc for an end that joins late (RFC 4568,
 * 6.4).
 * Returns: %FALSE: there are too many sources */
gboolean gst_ice_srtp_transform_set_counter (GstIceSrtpTransform * self, guint32 ssrc,
    guint32 counter, guint16 seqnum);

/* Whether to try a roll-over counter of 1 as well for a new source. Default:
 * no, as in RFC 3711 and libsrtp. Then, when a peer begins at 65530 and its
 * first eight packets are lost, nothing is understood: one end counts 1, the
 * other 0. With it, a forged packet of a new source costs twice as much. */
void gst_ice_srtp_transform_set_tries_wrap (GstIceSrtpTransform * self, gboolean tries);

/* Of a protector: a packet that was protected may be once more, as long as it is the same;
 * one of the last 2048. Off at first. */
void gst_ice_srtp_transform_allow_repeats (GstIceSrtpTransform * self);

/* Returns: how many bytes a packet grows by when it is protected */
gsize gst_ice_srtp_transform_get_overhead (const GstIceSrtpTransform * self, gboolean rtcp);

/* @pieces: RTP or RTCP of @size bytes in any pieces; only read
 * @out: apart from @pieces, with room for @size and
 *     GST_ICE_SRTP_MAX_OVERHEAD_BYTES
 * @n_written: (out): 0 unless GST_ICE_SRTP_OK */
GstIceSrtpStatus gst_ice_srtp_transform_protect (GstIceSrtpTransform * self,
    const GstIceSrtpPiece * pieces, gsize size, guint8 * out, gsize * n_written);

/* In place. A refused packet is unchanged. @size: (inout) */
GstIceSrtpStatus gst_ice_srtp_transform_unprotect (GstIceSrtpTransform * self,
    guint8 * data, gsize * size);

guint gst_ice_srtp_transform_get_n_sources (const GstIceSrtpTransform * self);
guint gst_ice_srtp_transform_get_n_forgotten (const GstIceSrtpTransform * self);

G_END_DECLS
