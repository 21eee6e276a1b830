/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetransport.h"

G_BEGIN_DECLS

/* The running side of one m-line: the senders and receivers of its elements,
 * and the transport that it uses. Session thread only. */
typedef struct _GstIceMedia GstIceMedia;

/* @mline, @settings, @mlines, the call's: (transfer none): outlive it
 * Returns: (transfer full): m-line @index without a transport */
GstIceMedia *gst_ice_media_new (guint index, GstIceMline * mline,
    const GstIceCallSettings * settings, GstIceMlines * mlines) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_media_free (GstIceMedia * self);

/* @transport: (transfer none): outlives the media */
void gst_ice_media_set_transport (GstIceMedia * self,
    GstIceTransport * transport);

/* Returns: (transfer none) (nullable) */
GstIceTransport *gst_ice_media_get_transport (const GstIceMedia * self);

/* Returns: whether the transport is named after this m-line */
gboolean gst_ice_media_is_first (const GstIceMedia * self);

/* Formats and rtcp-mux are final, so the m-line can be wired. */
void gst_ice_media_agree (GstIceMedia * self);
void gst_ice_media_tell_formats (GstIceMedia * self, gboolean answering);

/* Tells the element that receives, if the peer sends nothing to it from the beginning. */
void gst_ice_media_tell_silence (GstIceMedia * self);

/* Tells the elements the present direction of the media. */
/* M-line @index of @all, of GstIceMedia, goes on with other formats, or what is sent is of
 * another of them: it begins anew for the peer. */
void gst_ice_media_change_formats (GPtrArray * all, guint index,
    gboolean answering);

/* M-line @index of @all, the last, is rolled back. Its transport closes. */
void gst_ice_media_remove (GPtrArray * all, guint index);
void gst_ice_media_tell_direction (GstIceMedia * self);

/* Tells the elements which m-line they have. */
void gst_ice_media_tell_place (GstIceMedia * self);

/* Tells the elements that the peer, or we, refuse the m-line. */
void gst_ice_media_tell_refusal (GstIceMedia * self, gboolean answering);

/* Gives the transport's routes and cipher to the senders and receivers of all
 * m-lines that use @transport, and the receivers to its demuxes. To be called
 * when one of these changes.
 * @all: of GstIceMedia, by the number of the m-line */
void gst_ice_media_wire (GPtrArray * all, GstIceTransport * transport);

/* Takes away routes and receivers. */
void gst_ice_media_disconnect (GstIceMedia * self);

/* Nobody will use the m-line any more, or ever; ends what its elements do, unless they are
 * in other calls, too. */
void gst_ice_media_refuse (GstIceMedia * self, GstIceEnding ending);

/* Returns: whether both ends accepted the m-line */
gboolean gst_ice_media_is_agreed (const GstIceMedia * self);

/* Ends what the elements send to this peer and receive from it, and, unless they are in other
 * calls, too, what they do. */
void gst_ice_media_end (GstIceMedia * self, GstIceEnding ending);

/* Asks the peer for a key unit of what it sends here, if that was agreed. */
void gst_ice_media_ask_key_unit (GstIceMedia * self);

/* Returns: (transfer full): W3C's transport statistics of this m-line */
GstStructure *gst_ice_media_get_stats (const GstIceMedia * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* The call is not aside any more: tells the elements what they have not heard so far. */
void gst_ice_media_enter (GstIceMedia * self, gboolean answering);

G_END_DECLS
