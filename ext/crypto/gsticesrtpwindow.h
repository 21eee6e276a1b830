/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtppacket.h"

G_BEGIN_DECLS

/* Which indices of one source were there before (RFC 3711, 3.3.2). */

#define GST_ICE_SRTP_WINDOW 1024        /* packets */

/* All 0 is a window in which nothing was. */
typedef struct
{
  guint64 top;                  /* the highest index, or 0 */
  guint64 seen[GST_ICE_SRTP_WINDOW / 64];       /* a ring of bits: of index i at i
                                                 * modulo its size */
} GstIceSrtpWindow;

/* Returns: whether nothing was in it yet */
gboolean gst_ice_srtp_window_is_empty (const GstIceSrtpWindow * self);

/* Returns: GST_ICE_SRTP_OK, _REPLAYED or _TOO_OLD */
GstIceSrtpStatus gst_ice_srtp_window_check (const GstIceSrtpWindow * self,
    guint64 index);

/* @index: one that gst_ice_srtp_window_check() allows */
void gst_ice_srtp_window_mark (GstIceSrtpWindow * self, guint64 index);

/* All up to @top was there: nothing but what is newer passes from now on. */
void gst_ice_srtp_window_close (GstIceSrtpWindow * self, guint64 top);

/* RFC 3711, 3.3.1 and appendix A.
 * Returns: the index with @seqnum that is nearest to the highest one */
guint64 gst_ice_srtp_window_guess (const GstIceSrtpWindow * self, guint16 seqnum);

G_END_DECLS
