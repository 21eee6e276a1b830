/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpkey.h"

G_BEGIN_DECLS

/* libsrtp2, which judges our SRTP: both directions of one peer. */
typedef struct _SrtpJudge SrtpJudge;

/* What a packet may grow by there, in bytes. */
#define SRTP_JUDGE_ROOM 160

/* @masters: all with an MKI of one length, or a single one without */
SrtpJudge *srtp_judge_new (GstIceSrtpSuite suite, const GstIceSrtpMasterKey * masters,
    guint n_masters);
void srtp_judge_free (SrtpJudge * self);

/* In place. @packet: aligned to 8, with SRTP_JUDGE_ROOM behind it; @size: (inout)
 * @master: which of the keys
 * Returns: what we call its verdict; GST_ICE_SRTP_MALFORMED stands for all that it has no
 *     word for */
GstIceSrtpStatus srtp_judge_protect (SrtpJudge * self, guint8 * packet, gsize * size,
    guint master);
GstIceSrtpStatus srtp_judge_unprotect (SrtpJudge * self, guint8 * packet, gsize * size);

/* Of a source that it has protected a packet of. */
void srtp_judge_set_counter (SrtpJudge * self, guint32 ssrc, guint32 counter);

/* How often it was not asked, since it would have crashed. */
guint srtp_judge_get_n_not_asked (const SrtpJudge * self);

/* In place. Protects one packet of RTCP with E = 0, as UNENCRYPTED_SRTCP has it. */
void srtp_judge_protect_unencrypted (GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * master, guint8 * packet, gsize * size);

G_END_DECLS
