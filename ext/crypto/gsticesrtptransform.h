/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpkey.h"

G_BEGIN_DECLS

/* SRTP and SRTCP of one direction: keys, sources, and what becomes of a packet. One thread
 * at a time. A packet costs no allocation of ours. */
typedef struct _GstIceSrtpTransform GstIceSrtpTransform;

/* @max_sources: how many SSRCs at once, 1 at least: beyond it a protector refuses, an
 *     unprotector forgets the one that is unused for longest
 * Returns: (transfer full): without a key yet */
GstIceSrtpTransform *gst_ice_srtp_transform_new_protector (guint max_sources)
    G_GNUC_WARN_UNUSED_RESULT;
GstIceSrtpTransform *gst_ice_srtp_transform_new_unprotector (guint max_sources)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_srtp_transform_free (GstIceSrtpTransform * self);

/* The newest key protects. All open, without MKI until the newest has done so for as many
 * packets as can be under way; the oldest goes when there are too many.
 * @key: (transfer full): of this direction */
void gst_ice_srtp_transform_add_key (GstIceSrtpTransform * self, GstIceSrtpKey * key);

guint gst_ice_srtp_transform_get_n_keys (const GstIceSrtpTransform * self);

/* Where @ssrc stands for who joins late (RFC 4568, 6.4).
 * Returns: %FALSE: there are too many sources */
gboolean gst_ice_srtp_transform_set_counter (GstIceSrtpTransform * self, guint32 ssrc,
    guint32 counter, guint16 seqnum);

/* Off at first, as RFC 3711 and libsrtp have it: of who begins at 65530 and loses eight
 * packets nothing is understood, as one end counts 1 and the other 0. Tries 1 as well for
 * a source that was never heard; what is forged for such a one costs twice as much. */
void gst_ice_srtp_transform_set_tries_wrap (GstIceSrtpTransform * self, gboolean tries);

/* Of a protector: a packet that was protected may be once more, as long as it is the same;
 * one of the last 2048. Off at first. */
void gst_ice_srtp_transform_allow_repeats (GstIceSrtpTransform * self);

/* Returns: what a packet grows by when it is protected */
gsize gst_ice_srtp_transform_get_overhead (const GstIceSrtpTransform * self, gboolean rtcp);

/* @pieces: RTP or RTCP, cut anywhere, @size bytes; they are only read
 * @out: not one of @pieces, with room for @size and GST_ICE_SRTP_MAX_OVERHEAD_BYTES
 * @n_written: (out): 0 unless GST_ICE_SRTP_OK */
GstIceSrtpStatus gst_ice_srtp_transform_protect (GstIceSrtpTransform * self,
    const GstIceSrtpPiece * pieces, gsize size, guint8 * out, gsize * n_written);

/* In place; what is refused stays as it was. @size: (inout) */
GstIceSrtpStatus gst_ice_srtp_transform_unprotect (GstIceSrtpTransform * self,
    guint8 * data, gsize * size);

guint gst_ice_srtp_transform_get_n_sources (const GstIceSrtpTransform * self);
guint gst_ice_srtp_transform_get_n_forgotten (const GstIceSrtpTransform * self);

G_END_DECLS
