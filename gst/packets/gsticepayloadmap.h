/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Maps the RTP payload types (RFC 3550, 5.1) that an element writes to those
 * that one peer knows. Reference counted; immutable. */
typedef struct _GstIcePayloadMap GstIcePayloadMap;

/* @written: (transfer none): formats with the element's numbers
 * @agreed: (transfer none): formats to send, with the peer's numbers
 * Returns: (transfer full) (nullable): %NULL: nothing changes */
GstIcePayloadMap *gst_ice_payload_map_new (GstCaps * written, GstCaps * agreed)
    G_GNUC_WARN_UNUSED_RESULT;
GstIcePayloadMap *gst_ice_payload_map_ref (GstIcePayloadMap * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_payload_map_unref (GstIcePayloadMap * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIcePayloadMap, gst_ice_payload_map_unref)

/* @list: (transfer full): of RTP packets
 * Returns: (transfer full): the packets that the peer takes, with its
 *     numbers. Packets that others hold are copied first. */
GstBufferList *gst_ice_payload_map_apply (const GstIcePayloadMap * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
