/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

G_BEGIN_DECLS

/* Text from a peer longer than this is refused unread. */
#define GST_ICE_SDP_MAX_BYTES (64 * 1024)

/* Returns: (transfer full): @description, an offer or answer, as SDP (RFC 8866,
 *     8839) with CRLF line ends */
gchar *gst_ice_sdp_write (const GstIceDescription * description)
    G_GNUC_WARN_UNUSED_RESULT;

/* @text: SDP of @length bytes, -1: NUL-terminated; taken leniently, also as Lync
 *     writes it; what is unknown is skipped, a bad candidate loses only itself
 * @type: OFFER or ANSWER: what @text is
 * Returns: (transfer full): the description, or %NULL with @error set to
 *     GST_ICE_ERROR_BAD_DESCRIPTION, which says what is wrong in which line. An m-line
 *     that says no ICE, or bad credentials, has a defect; the others go on. M-lines of
 *     one BUNDLE group that have, or leave out, the same credentials have what any of
 *     them says of the transport if they say nothing of it themselves: candidates and
 *     their end, credentials, fingerprint. */
GstIceDescription *gst_ice_sdp_parse (const gchar * text, gssize length,
    GstIceDescriptionType type, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for application/trickle-ice-sdpfrag (RFC 8840, 9.2): of m-lines only
 * kind, mid, ufrag, pwd, candidates and end_of_candidates. Credentials at the
 * session level, as browsers write them, are given to each m-line, and alone to the
 * first. */
gchar *gst_ice_sdp_write_fragment (const GstIceDescription * fragment)
    G_GNUC_WARN_UNUSED_RESULT;
GstIceDescription *gst_ice_sdp_parse_fragment (const gchar * text,
    gssize length, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
