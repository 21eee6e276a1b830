/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpkey.h"

G_BEGIN_DECLS

/* libsrtp2 as the judge of our SRTP: both directions of one peer. */
typedef struct _SrtpJudge SrtpJudge;

/* How many bytes a packet may grow by in libsrtp2. */
#define SRTP_JUDGE_ROOM 160

/* @masters: all with an MKI of the same length, or a single one without */
SrtpJudge *srtp_judge_new (GstIceSrtpSuite suite, const GstIceSrtpMasterKey * masters,
    guint n_masters);
void srtp_judge_free (SrtpJudge * self);

/* In place. @packet: aligned to 8, with SRTP_JUDGE_ROOM behind it; @size:
 * (inout)
 * @master: the key to use
 * Returns: libsrtp2's verdict in our terms; GST_ICE_SRTP_MALFORMED for all
 *     that it has no word for */
GstIceSrtpStatus srtp_judge_protect (SrtpJudge * self, guint8 * packet, gsize * size,
    guint master);
GstIceSrtpStatus srtp_judge_unprotect (SrtpJudge * self, guint8 * packet, gsize * size);

/* For a source that it has protected a packet of. */
void srtp_judge_set_counter (SrtpJudge * self, guint32 ssrc, guint32 counter);

/* How many packets it did not get because it would crash. */
guint srtp_judge_get_n_not_asked (const SrtpJudge * self);

/* In place. Protects an RTCP packet with E = 0, as UNENCRYPTED_SRTCP has it. */
void srtp_judge_protect_unencrypted (GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * master, guint8 * packet, gsize * size);

G_END_DECLS
