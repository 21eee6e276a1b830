/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

G_BEGIN_DECLS

/* Adds the candidates of @more to *@fragment, (inout) (nullable), in their order;
 * those of an older generation of an m-line give way to those of a newer. */
void gst_ice_http_fragment_merge (GstIceDescription ** fragment,
    const GstIceDescription * more);

/* Returns: whether @fragment has, for an m-line of @offer, another ufrag: it asks
 *     for a restart (RFC 9725, 4.3.3) */
gboolean gst_ice_http_fragment_restarts (const GstIceDescription * fragment,
    const GstIceDescription * offer);

/* Returns: (transfer none) (nullable): what names an m-line of @fragment that @offer does not
 *     have, its mid, or "" if it has none; %NULL: all are there */
const gchar *gst_ice_http_fragment_find_stranger (const GstIceDescription *
    fragment, const GstIceDescription * offer);

G_END_DECLS
