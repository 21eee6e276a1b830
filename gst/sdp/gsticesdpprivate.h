/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* What the files of this folder share. */

/* Returns: (transfer full): a candidate with component, address and port as three
 *     words of an SDP line give them, or %NULL when they can't be: component 1 to
 *     256, port 0 to 65535, an address or a host name */
GstIceCandidate *gst_ice_sdp_parse_endpoint (const gchar * component,
    const gchar * address, const gchar * port) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: the characters of @address without its zone ("%eth0"), which means
 *     something on one host only, so is neither read nor written (RFC 4007, 11.2) */
guint gst_ice_sdp_address_length (const gchar * address);

/* Returns: (transfer full) (nullable): GstIceMediaDescription.formats from the
 *     attributes of @media and of the session
 * @take_static_types: also payload types that have no a=rtpmap */
GstCaps *gst_ice_sdp_formats_parse (const GstSDPMessage * message,
    const GstSDPMedia * media, gboolean take_static_types) G_GNUC_WARN_UNUSED_RESULT;

/* Adds payload types and their attributes to @media. */
void gst_ice_sdp_formats_write (const GstCaps * formats, GstSDPMedia * media);

/* Returns: whether @name, from outside, may become that of a caps field */
gboolean gst_ice_sdp_may_name (const gchar * name);

/* Payload types that mean something without an a=rtpmap (RFC 3551, 6): adds the one
 * they stand for to @media, or what they leave out to @structure. */
void gst_ice_sdp_static_type_to_rtpmap (gint payload, GstSDPMedia * media);
void gst_ice_sdp_static_type_complete (gint payload, GstStructure * structure);

/* Returns: (transfer full) (nullable): what @media, or else the session, says of
 *     encryption; what is not understood is left out */
GstIceKeying *gst_ice_sdp_keying_parse (const GstSDPMessage * message,
    const GstSDPMedia * media) G_GNUC_WARN_UNUSED_RESULT;

/* Adds it to @media. */
void gst_ice_sdp_keying_write (const GstIceKeying * keying,
    GstSDPMedia * media);

/* Fills in which m-lines of @description are in one BUNDLE group of @message: those
 * that are there and not rejected. One that is nothing but part of a group, and is
 * in none, is rejected. */
void gst_ice_sdp_groups_parse (const GstSDPMessage * message,
    GstIceDescription * description);

/* Adds the groups of @description to @message. */
void gst_ice_sdp_groups_write (const GstIceDescription * description,
    GstSDPMessage * message);

/* Returns: (transfer full) (nullable): GstIceMediaDescription.ssrcs (RFC 5576) */
GArray *gst_ice_sdp_sources_parse (const GstSDPMedia * media)
    G_GNUC_WARN_UNUSED_RESULT;

/* Adds to @media, of what we send, the stream that it is part of (RFC 8830): browsers
 * play what is of one stream in time with each other; and its sources (RFC 5576). */
void gst_ice_sdp_stream_write (const GstIceMediaDescription * description,
    GstSDPMedia * media);

/* Returns: (transfer full): the lines of @text that are known here, with LF line
 *     ends, without blanks at both ends, and "a=" before a bare candidate; or
 *     %NULL with @error set */
GString *gst_ice_sdp_clean (const gchar * text, gssize length, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
