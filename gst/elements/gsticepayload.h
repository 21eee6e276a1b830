/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* RTP payload types (RFC 3550, 5.1) in caps and in packets. Pure. */

/* Returns: that of the first structure of @caps (transfer none) (nullable), -1 if
 *     it has none */
gint gst_ice_payload_get_type (GstCaps * caps);

/* @list: (transfer full): of RTP packets; @from, @to: -1: unknown
 * Returns: (transfer full): the same with payload type @to wherever there was @from,
 *     if both are known; what others hold is not changed */
GstBufferList *gst_ice_payload_rewrite (GstBufferList * list, gint from,
    gint to) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
