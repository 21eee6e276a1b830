/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* RTP payload types (RFC 3550, 5.1) on their way to one peer: what an element writes, and
 * what the peer knows it by. Reference counted; never changes. */
typedef struct _GstIcePayloadMap GstIcePayloadMap;

/* @written: (transfer none): formats by the element's numbers
 * @agreed: (transfer none): formats that go out, by the peer's numbers
 * Returns: (transfer full) (nullable): %NULL: all stay as they are */
GstIcePayloadMap *gst_ice_payload_map_new (GstCaps * written, GstCaps * agreed)
    G_GNUC_WARN_UNUSED_RESULT;
GstIcePayloadMap *gst_ice_payload_map_ref (GstIcePayloadMap * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_payload_map_unref (GstIcePayloadMap * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIcePayloadMap, gst_ice_payload_map_unref)

/* @list: (transfer full): of RTP packets
 * Returns: (transfer full): those that the peer takes, with the numbers that it knows; what
 *     others hold is not changed */
GstBufferList *gst_ice_payload_map_apply (const GstIcePayloadMap * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
