/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* RTP payload types (RFC 3550, 5.1) in caps and in packets. Pure. */

/* Returns: the change from the payload type of @from to that of @to (nullable), each
 *     that of the first structure; 0 when there is none, or one is not known */
gint gst_ice_payload_get_change (GstCaps * from, GstCaps * to);

/* @list: (transfer full): of RTP packets; @change: as of gst_ice_payload_get_change()
 * Returns: (transfer full): the same with the new payload type wherever there was the
 *     old one; what others hold is not changed */
GstBufferList *gst_ice_payload_rewrite (GstBufferList * list, gint change)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same for one packet. */
GstBuffer *gst_ice_payload_rewrite_packet (GstBuffer * packet, gint change)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
