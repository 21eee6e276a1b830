/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"

G_BEGIN_DECLS

/* The mapping of this machine's addresses by a 1:1 NAT, from
 * "external-address" and "keep-private-host". Immutable. */
typedef struct _GstIceNat1to1 GstIceNat1to1;

/* @external: "203.0.113.7", "203.0.113.7/10.0.0.5,2001:db8::7/fd00::5"
 * Returns: (transfer full): the mapping, or %NULL with GST_ICE_ERROR_SETTINGS */
GstIceNat1to1 *gst_ice_nat1to1_new (const gchar * external,
    gboolean keep_private, GError ** error) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nat1to1_free (GstIceNat1to1 * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceNat1to1, gst_ice_nat1to1_free)

/* Changes a local candidate into what the peer is told.
 * @candidate: (transfer none): may be changed
 * @extra: (out) (optional) (transfer full) (nullable): a second candidate to
 *     tell
 * Returns: %FALSE if the peer must not be told of @candidate */
gboolean gst_ice_nat1to1_apply (const GstIceNat1to1 * self,
    GstIceCandidate * candidate, GstIceCandidate ** extra);

G_END_DECLS
