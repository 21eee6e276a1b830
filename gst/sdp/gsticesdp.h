/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

G_BEGIN_DECLS

/* A longer text from a peer is refused without reading it. */
#define GST_ICE_SDP_MAX_BYTES (64 * 1024)

/* Returns: (transfer full): @description, an offer or answer, as SDP (RFC
 *     8866, RFC 8839) with CRLF line ends */
gchar *gst_ice_sdp_write (const GstIceDescription * description)
    G_GNUC_WARN_UNUSED_RESULT;

/* Reads leniently, including Lync's form: skips what is unknown; a bad
 * candidate is ignored.
 * @text: SDP of @length bytes, -1: NUL-terminated
 * @type: OFFER or ANSWER
 * Returns: (transfer full): the description, or %NULL with @error set to
 *     GST_ICE_ERROR_BAD_DESCRIPTION; the message names the line and its
 *     mistake.
 *
 * An m-line without ICE, or with bad credentials, gets a defect; the others
 * stay usable. In a BUNDLE group, m-lines with the same credentials or none
 * share what any of them says of the transport: candidates and their end,
 * credentials, fingerprint. */
GstIceDescription *gst_ice_sdp_parse (const gchar * text, gssize length,
    GstIceDescriptionType type, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for application/trickle-ice-sdpfrag (RFC 8840, 9.2). An m-line
 * has only kind, mid, ufrag, pwd, candidates and end_of_candidates.
 * Credentials at the session level, which browsers write, go to each m-line;
 * without m-lines, to the first. */
gchar *gst_ice_sdp_write_fragment (const GstIceDescription * fragment)
    G_GNUC_WARN_UNUSED_RESULT;
GstIceDescription *gst_ice_sdp_parse_fragment (const gchar * text,
    gssize length, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
