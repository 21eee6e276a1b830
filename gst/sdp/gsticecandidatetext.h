/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticeleftout.h"

G_BEGIN_DECLS

/* Returns: (transfer full): @candidate as in RFC 8839, 5.1, without "a=":
 *     "candidate:1 1 UDP 2130706431 10.0.0.2 5000 typ host" */
gchar *gst_ice_candidate_to_text (const GstIceCandidate * candidate)
    G_GNUC_WARN_UNUSED_RESULT;

/* @text: one line that begins with "candidate:" or "x-candidate-ipv6:", with or
 *     without "a=", line end and trailing spaces
 * Returns: (transfer full): the candidate, or %NULL with @error set to
 *     GST_ICE_ERROR_BAD_DESCRIPTION: also for priority 0, and for an
 *     impossible port, component or type */
GstIceCandidate *gst_ice_candidate_from_text (const gchar * text,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* The same. @why: (out): where %NULL is returned, the reason as one of a kind */
GstIceCandidate *gst_ice_candidate_parse (const gchar * text,
    GstIceLeftOutReason * why, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads component, address and port from three words of an SDP line.
 * Returns: (transfer full): a candidate, or %NULL if the words are wrong:
 *     allowed are component 1 to 256, port 0 to 65535, an IP address or a
 *     host name */
GstIceCandidate *gst_ice_sdp_parse_endpoint (const gchar * component,
    const gchar * address, const gchar * port) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: the length of @address without its zone ("%eth0"). A zone means
 *     something on one host only, so it is neither read nor written (RFC
 *     4007, 11.2). */
guint gst_ice_sdp_address_length (const gchar * address);

G_END_DECLS
