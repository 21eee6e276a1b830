/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetransport.h"

G_BEGIN_DECLS

/* The running side of one m-line: its elements' senders and receivers, and the transport
 * that they have. Session thread only. */
typedef struct _GstIceMedia GstIceMedia;

/* @mline, @members, @mlines, the call's: (transfer none): outlive it
 * Returns: (transfer full): m-line @index without a transport */
GstIceMedia *gst_ice_media_new (guint index, GstIceMline * mline,
    GstIceMembers * members, GstIceMlines * mlines) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_media_free (GstIceMedia * self);

/* @transport: (transfer none): outlives the media */
void gst_ice_media_set_transport (GstIceMedia * self,
    GstIceTransport * transport);

/* Returns: (transfer none) (nullable) */
GstIceTransport *gst_ice_media_get_transport (const GstIceMedia * self);

/* Returns: whether the transport is this m-line's, and other m-lines have it from it */
gboolean gst_ice_media_is_first (const GstIceMedia * self);

/* Formats and rtcp-mux are final: from now on the m-line can be wired. */
void gst_ice_media_agree (GstIceMedia * self);
void gst_ice_media_tell_formats (GstIceMedia * self, gboolean answering);

/* Tells the elements in which directions media goes now. */
void gst_ice_media_tell_direction (GstIceMedia * self);

/* Tells the elements that the m-line is theirs. */
void gst_ice_media_tell_place (GstIceMedia * self);

/* Tells the elements that the peer, or we, refuse the m-line. */
void gst_ice_media_tell_refusal (GstIceMedia * self, gboolean answering);

/* Gives the senders and receivers of all m-lines that have @transport its routes and
 * cipher, and its demuxes the receivers: to be called when any of these are others. @all: of GstIceMedia,
 * by number of m-line */
void gst_ice_media_wire (GPtrArray * all, GstIceTransport * transport);

/* Takes routes and receivers away. */
void gst_ice_media_disconnect (GstIceMedia * self);

/* Nobody will use the m-line any more, or ever; ends the channels. */
void gst_ice_media_refuse (GstIceMedia * self, GstIceEnding ending);

/* Returns: whether the m-line was taken by both ends */
gboolean gst_ice_media_is_agreed (const GstIceMedia * self);

/* Ends what the elements send and receive. */
void gst_ice_media_end (GstIceMedia * self, GstIceEnding ending);

/* The peer is asked for a key unit of what it sends here, as far as that was agreed. */
void gst_ice_media_ask_key_unit (GstIceMedia * self);

/* Returns: (transfer full): W3C's transport statistics of this m-line */
GstStructure *gst_ice_media_get_stats (const GstIceMedia * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
