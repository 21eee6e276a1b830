/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeformatrules.h"
#include "gsticetypes.h"

G_BEGIN_DECLS

/* The header extension that names a packet's m-line (RFC 9143, 15). */
#define GST_ICE_FORMATS_MID_URI "urn:ietf:params:rtp-hdrext:sdes:mid"

/* Arithmetic on application/x-rtp caps, where each structure is a payload
 * type of an m-line. All pure. */

/* Returns: the media of the caps, UNSET when they leave it open */
GstIceMediaKind gst_ice_formats_get_kind (GstCaps * caps);

/* Makes the formats to offer of the caps that an element takes: one structure
 * for each encoding, with payload type and clock rate.
 * Returns: (transfer full) (nullable): %NULL when @caps leave the encoding
 *     open */
GstCaps *gst_ice_formats_fixate (GstCaps * caps) G_GNUC_WARN_UNUSED_RESULT;

/* Changes @formats (transfer none), which is writable and to be offered: what peers insist
 * on, and caps leave open, is said (see gst_ice_format_rules_complete()), and the feedback
 * that elements act on where there is no RTP session. */
void gst_ice_formats_complete_offer (GstCaps * formats);

/* Returns: (transfer full): @preferred, then those of @more that are not in
 *     @preferred. Payload types that would occur twice are changed. */
GstCaps *gst_ice_formats_join (GstCaps * preferred, GstCaps * more)
    G_GNUC_WARN_UNUSED_RESULT;

/* The payload types that are in use, by their number. */
typedef gboolean GstIcePayloadTypes[128];

/* Adds the payload types of @formats to @used. */
void gst_ice_formats_note_types (GstCaps * formats, GstIcePayloadTypes used);

/* Changes the dynamic payload types of @formats that are in @used, as m-lines
 * that share a transport need (RFC 9143, 10.1.1). Then adds all types of
 * @formats to @used.
 * @formats: (transfer none): writable */
void gst_ice_formats_make_distinct (GstCaps * formats, GstIcePayloadTypes used);

/* Gives format number @index of @formats (transfer none), which is writable, the payload type
 * @type. Formats that repair or wrap it follow (apt, RFC 4588, 8.6). */
void gst_ice_formats_set_type (GstCaps * formats, guint index, gint type);

/* Chooses the formats of @offered that match one of @acceptable (see
 * gsticeformatrules.h), in the order of @offered. With SEND, only the best for
 * each of @acceptable is chosen, in the order of these; with AGREED, the best comes first.
 * @offered: from a description
 * @acceptable: (nullable): %NULL and ANY take all media. Payload types are
 *     ignored. Retransmission and redundancy must be named to be taken. With SEND and an open
 *     format, all other media follow, if a format that is named was chosen.
 * Returns: (transfer full): the chosen formats; may be empty */
GstCaps *gst_ice_formats_choose (GstCaps * offered, GstCaps * acceptable,
    GstIceFormatsUse use) G_GNUC_WARN_UNUSED_RESULT;

/* Whether one of @formats is open: it names a medium only, and stands for all formats of it that
 * a stream may change to. */
gboolean gst_ice_formats_are_open (GstCaps * formats);

/* Returns: (transfer full): @formats, and at the end an open one of @kind; those of @formats
 *     that are not open */
GstCaps *gst_ice_formats_open (GstCaps * formats, GstIceMediaKind kind)
    G_GNUC_WARN_UNUSED_RESULT;
GstCaps *gst_ice_formats_close (GstCaps * formats) G_GNUC_WARN_UNUSED_RESULT;

/* @extmap: the value of a caps field such as "extmap-7": a URI, or an array of
 *     direction, URI and attributes
 * Returns: (transfer none) (nullable): the URI */
const gchar *gst_ice_formats_get_extension_uri (const GValue * extmap);

/* Returns: the id of the header extension @uri; 0: @formats do not have it */
guint gst_ice_formats_find_extension (GstCaps * formats, const gchar * uri);

/* Adds the ids of all header extensions of @formats to @used: one bit for
 * each id up to 14, the limit of the one-byte header (RFC 8285, 4.2). */
void gst_ice_formats_note_extensions (GstCaps * formats, guint * used);

/* Adds the header extension @uri with @id to @formats. @formats: (transfer
 * none): writable */
void gst_ice_formats_add_extension (GstCaps * formats, guint id,
    const gchar * uri);

/* Removes the header extension @uri from @formats. @formats: (transfer
 * none): writable */
void gst_ice_formats_drop_extension (GstCaps * formats, const gchar * uri);

/* Removes from @formats, of a peer's offer, the header extensions whose ids
 * mean something else in @sent: the peer would take one for the other (RFC
 * 8285, 4.2).
 * @formats: (transfer none): writable
 * @sent: (transfer none): what an element sends */
void gst_ice_formats_drop_other_extensions (GstCaps * formats, GstCaps * sent);

/* @formats: (nullable)
 * Returns: whether they have feedback @field (RFC 4585, 4.2): "rtcp-fb-nack" */
gboolean gst_ice_formats_name_feedback (GstCaps * formats,
    const gchar * field);

/* Whether all @formats are telephone events (RFC 4733), which accompany
 * audio. */
gboolean gst_ice_formats_are_events (GstCaps * formats);

/* Returns: (transfer full): @formats (nullable) for people: "H264
 *     (packetization-mode=1, profile-level-id=42e01f), VP8"; "any" when they
 *     leave it open, "none" when there are none; as many as fit into a
 *     sentence */
gchar *gst_ice_formats_describe (GstCaps * formats) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): the caps of the stream that an
 *     m-line's @agreed formats describe: the first that is not a telephone
 *     event */
GstCaps *gst_ice_formats_to_stream_caps (GstCaps * agreed)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): those of the @agreed formats that are a stream of their own: no
 *     telephone events, comfort noise, retransmission and redundancy */
GstCaps *gst_ice_formats_list_streams (GstCaps * agreed)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether @formats, of an element that sends, name their source.
 * @cname: (out) (transfer none): as in the source's RTCP; %NULL: not said */
gboolean gst_ice_formats_get_source (GstCaps * formats, guint32 * ssrc,
    const gchar ** cname);

G_END_DECLS
