/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpwindow.h"

G_BEGIN_DECLS

/* What is known of the sources (SSRCs) of one direction, of a bounded number of them.
 * One thread at a time. */

/* Of RTP, or of RTCP, of one source. */
typedef struct
{
  GstIceSrtpWindow window;
  guint oldest_key;             /* the number of the key; those before open nothing */
  guint newest_key;             /* that opened a packet */
} GstIceSrtpFlow;

/* All 0 is a source of which nothing was seen. */
typedef struct
{
  GstIceSrtpFlow rtp;
  GstIceSrtpFlow rtcp;
  guint64 next_rtcp_index;      /* to protect */
  guint64 last_used;            /* by a clock that counts uses */
} GstIceSrtpSource;

typedef struct _GstIceSrtpSources GstIceSrtpSources;

/* @max_sources: 1 at least
 * @forgets: with more of them, the one that is unused for longest goes. Of it remains,
 *     for a while, how far it came: it can come back, and nothing of it can be replayed.
 *     Who protects must not forget: to begin anew is to use a nonce twice.
 * Returns: (transfer full) */
GstIceSrtpSources *gst_ice_srtp_sources_new (guint max_sources, gboolean forgets)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_srtp_sources_free (GstIceSrtpSources * self);

/* Returns: (transfer none) (nullable): until one is added; %NULL: there is none of @ssrc */
GstIceSrtpSource *gst_ice_srtp_sources_find (GstIceSrtpSources * self, guint32 ssrc);

/* @source: (out): what one of @ssrc, that is not there, begins with: nothing, or what is
 *     left of the one that was forgotten */
void gst_ice_srtp_sources_recall (GstIceSrtpSources * self, guint32 ssrc,
    GstIceSrtpSource * source);

/* @ssrc: one that is not there; @source: what it begins with
 * Returns: (transfer none) (nullable): %NULL: there are too many */
GstIceSrtpSource *gst_ice_srtp_sources_add (GstIceSrtpSources * self, guint32 ssrc,
    const GstIceSrtpSource * source);

/* A packet of @source passed. */
void gst_ice_srtp_sources_touch (GstIceSrtpSources * self, GstIceSrtpSource * source);

guint gst_ice_srtp_sources_get_n (const GstIceSrtpSources * self);
guint gst_ice_srtp_sources_get_n_forgotten (const GstIceSrtpSources * self);

G_END_DECLS
