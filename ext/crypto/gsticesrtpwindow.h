/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtppacket.h"

G_BEGIN_DECLS

/* Remembers which indices of one source were used (RFC 3711, 3.3.2). */

#define GST_ICE_SRTP_WINDOW 1024        /* size in packets */

/* All 0: an empty window. */
typedef struct
{
  guint64 top;                  /* the highest index used, or 0 */
  guint64 seen[GST_ICE_SRTP_WINDOW / 64];       /* a ring of bits: index i is
                                                 * at i modulo the size */
} GstIceSrtpWindow;

/* Returns: whether no index was used */
gboolean gst_ice_srtp_window_is_empty (const GstIceSrtpWindow * self);

/* Returns: GST_ICE_SRTP_OK, _REPLAYED or _TOO_OLD */
GstIceSrtpStatus gst_ice_srtp_window_check (const GstIceSrtpWindow * self,
    guint64 index);

/* @index: must be allowed by gst_ice_srtp_window_check() */
void gst_ice_srtp_window_mark (GstIceSrtpWindow * self, guint64 index);

/* Marks all indices up to @top as used: only newer ones pass from now on. */
void gst_ice_srtp_window_close (GstIceSrtpWindow * self, guint64 top);

/* RFC 3711, 3.3.1 and appendix A.
 * Returns: the index with @seqnum that is nearest to the highest one */
guint64 gst_ice_srtp_window_guess (const GstIceSrtpWindow * self, guint16 seqnum);

G_END_DECLS
