/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Numbers of RTP header extensions (RFC 8285) on their way to one peer: what an element
 * writes, and what the peer knows it by. Reference counted; never changes. */
typedef struct _GstIceExtensionMap GstIceExtensionMap;

/* @written: (transfer none): formats by the element's numbers
 * @agreed: (transfer none): formats that go out, by the peer's numbers
 * Returns: (transfer full) (nullable): %NULL: all stay as they are */
GstIceExtensionMap *gst_ice_extension_map_new (GstCaps * written,
    GstCaps * agreed) G_GNUC_WARN_UNUSED_RESULT;
GstIceExtensionMap *gst_ice_extension_map_ref (GstIceExtensionMap * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_extension_map_unref (GstIceExtensionMap * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceExtensionMap, gst_ice_extension_map_unref)

/* @list: (transfer full): of RTP packets; RTCP stays as it is
 * Returns: (transfer full): the same with the numbers that the peer knows, and padding for
 *     what it does not; what others hold is not changed */
GstBufferList *gst_ice_extension_map_apply (const GstIceExtensionMap * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
