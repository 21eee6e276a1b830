/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpwindow.h"

G_BEGIN_DECLS

/* The sources (SSRCs) of one direction, up to a limit. One thread at a time. */

/* RTP or RTCP of one source. */
typedef struct
{
  GstIceSrtpWindow window;
  guint oldest_key;             /* number of the oldest key that may
                                 * unprotect */
  guint newest_key;             /* number of the newest key that did */
} GstIceSrtpFlow;

/* All 0: a source without packets. */
typedef struct
{
  GstIceSrtpFlow rtp;
  GstIceSrtpFlow rtcp;
  guint64 next_rtcp_index;      /* for protecting */
  guint64 last_used;            /* by a clock that counts uses */
} GstIceSrtpSource;

typedef struct _GstIceSrtpSources GstIceSrtpSources;

/* @max_sources: at least 1
 * @forgets: when the table is full, the source that was unused for longest is
 *     forgotten. Its highest indices are kept for a while: the source can come
 *     back, and nothing of it can be replayed. Must be FALSE for protecting, as
 *     to start again would use a nonce twice.
 * Returns: (transfer full) */
GstIceSrtpSources *gst_ice_srtp_sources_new (guint max_sources, gboolean forgets)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_srtp_sources_free (GstIceSrtpSources * self);

/* Returns: (transfer none) (nullable): valid until a source is added; %NULL:
 *     @ssrc is not there */
GstIceSrtpSource *gst_ice_srtp_sources_find (GstIceSrtpSources * self, guint32 ssrc);

/* @source: (out): the initial state of @ssrc, which is not there: empty, or
 *     what is remembered of the forgotten source */
void gst_ice_srtp_sources_recall (GstIceSrtpSources * self, guint32 ssrc,
    GstIceSrtpSource * source);

/* @ssrc: is not there yet; @source: its initial state
 * Returns: (transfer none) (nullable): %NULL: the table is full */
GstIceSrtpSource *gst_ice_srtp_sources_add (GstIceSrtpSources * self, guint32 ssrc,
    const GstIceSrtpSource * source);

/* Counts a use of @source. */
void gst_ice_srtp_sources_touch (GstIceSrtpSources * self, GstIceSrtpSource * source);

guint gst_ice_srtp_sources_get_n (const GstIceSrtpSources * self);
guint gst_ice_srtp_sources_get_n_forgotten (const GstIceSrtpSources * self);

G_END_DECLS
