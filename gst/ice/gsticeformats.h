/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeformatrules.h"
#include "gsticetypes.h"

G_BEGIN_DECLS

/* The header extension by which a packet names its m-line (RFC 9143, 15). */
#define GST_ICE_FORMATS_MID_URI "urn:ietf:params:rtp-hdrext:sdes:mid"

/* Arithmetic on application/x-rtp caps, where a structure is one payload type of
 * an m-line. All pure. */

/* Returns: the media the caps speak of, UNSET when they leave it open */
GstIceMediaKind gst_ice_formats_get_kind (GstCaps * caps);

/* Makes what an element can take into what can be offered: each encoding a
 * structure of its own, with a payload type and clock rate.
 * Returns: (transfer full) (nullable): %NULL when @caps leave the encoding open */
GstCaps *gst_ice_formats_fixate (GstCaps * caps) G_GNUC_WARN_UNUSED_RESULT;

/* Changes @formats (transfer none), which is writable and to be offered: what peers insist
 * on, and caps leave open, is said (see gst_ice_format_rules_complete()), and the feedback
 * that elements act on where there is no RTP session. */
void gst_ice_formats_complete_offer (GstCaps * formats);

/* Returns: (transfer full): @preferred, then what of @more is no format of it;
 *     payload types that would stand twice get others */
GstCaps *gst_ice_formats_join (GstCaps * preferred, GstCaps * more)
    G_GNUC_WARN_UNUSED_RESULT;

/* Payload types that are in use, by their number. */
typedef gboolean GstIcePayloadTypes[128];

/* Adds those of @formats to @used. */
void gst_ice_formats_note_types (GstCaps * formats, GstIcePayloadTypes used);

/* Changes @formats (transfer none), which is writable: those of its dynamic payload types
 * that are in @used get others, as m-lines that share a transport need (RFC 9143, 10.1.1);
 * all of them are in @used then. */
void gst_ice_formats_make_distinct (GstCaps * formats, GstIcePayloadTypes used);

/* @offered: of a description
 * @acceptable: (nullable): %NULL and ANY take all media; payload types don't count;
 *     retransmission and redundancy are taken by who names them
 * Returns: (transfer full): those formats of @offered that are one of @acceptable (see
 *     gsticeformatrules.h), in the order of @offered; with SEND the best for each of
 *     @acceptable only, with SEND and AGREED the best first; may be empty */
GstCaps *gst_ice_formats_choose (GstCaps * offered, GstCaps * acceptable,
    GstIceFormatsUse use) G_GNUC_WARN_UNUSED_RESULT;

/* @extmap: of a caps field "extmap-7": an URI, or an array of direction, URI and
 *     attributes
 * Returns: (transfer none) (nullable): the URI */
const gchar *gst_ice_formats_get_extension_uri (const GValue * extmap);

/* Returns: the number of the header extension that @uri names; 0: @formats have none */
guint gst_ice_formats_find_extension (GstCaps * formats, const gchar * uri);

/* Adds the numbers of all header extensions of @formats to @used, a bit for each up to
 * 14, which is as far as a short header goes (RFC 8285, 4.2). */
void gst_ice_formats_note_extensions (GstCaps * formats, guint * used);

/* Changes @formats (transfer none), which is writable: with the header extension that
 * @uri names, as number @id. */
void gst_ice_formats_add_extension (GstCaps * formats, guint id,
    const gchar * uri);

/* Changes @formats (transfer none), which is writable: without the header extension
 * that @uri names. */
void gst_ice_formats_drop_extension (GstCaps * formats, const gchar * uri);

/* Changes @formats (transfer none), which is writable and of a peer's offer: without the
 * header extensions whose numbers mean others in @sent (transfer none), which is what an
 * element sends; the peer would take one for the other (RFC 8285, 4.2). */
void gst_ice_formats_drop_other_extensions (GstCaps * formats, GstCaps * sent);

/* Whether all of @formats are telephone events (RFC 4733), which come beside audio. */
gboolean gst_ice_formats_are_events (GstCaps * formats);

/* Returns: (transfer full): @formats (nullable) for people: "H264
 *     (packetization-mode=1, profile-level-id=42e01f), VP8"; "any" when they leave it open,
 *     "none" when there are none; as many as fit into a sentence */
gchar *gst_ice_formats_describe (GstCaps * formats) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): the caps of the stream that @agreed, an
 *     m-line's formats, describe: the first that is not a telephone event */
GstCaps *gst_ice_formats_to_stream_caps (GstCaps * agreed)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether @formats, of an element that sends, name their source, and whose it is.
 * @cname: (out) (transfer none): as its RTCP has it; %NULL: they don't say */
gboolean gst_ice_formats_get_source (GstCaps * formats, guint32 * ssrc,
    const gchar ** cname);

G_END_DECLS
