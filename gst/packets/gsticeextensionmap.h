/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Maps the ids of RTP header extensions (RFC 8285) that an element writes to
 * those that one peer knows. Reference counted; immutable. */
typedef struct _GstIceExtensionMap GstIceExtensionMap;

/* @written: (transfer none): formats with the element's ids
 * @agreed: (transfer none): formats to send, with the peer's ids
 * Returns: (transfer full) (nullable): %NULL: nothing changes */
GstIceExtensionMap *gst_ice_extension_map_new (GstCaps * written,
    GstCaps * agreed) G_GNUC_WARN_UNUSED_RESULT;
GstIceExtensionMap *gst_ice_extension_map_ref (GstIceExtensionMap * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_extension_map_unref (GstIceExtensionMap * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceExtensionMap, gst_ice_extension_map_unref)

/* @list: (transfer full): of RTP packets; RTCP is left as it is
 * Returns: (transfer full): the packets with the ids that the peer knows;
 *     extensions that it does not know become padding. Packets that others
 *     hold are copied first. */
GstBufferList *gst_ice_extension_map_apply (const GstIceExtensionMap * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
