/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

G_BEGIN_DECLS

/* Appends the candidates of @more to *@fragment, (inout) (nullable).
 * Candidates of an older generation of an m-line are replaced by those of a
 * newer one. */
void gst_ice_http_fragment_merge (GstIceDescription ** fragment,
    const GstIceDescription * more);

/* Returns: whether @fragment has another ufrag than @offer for an m-line: it
 *     asks for a restart (RFC 9725, 4.3.3) */
gboolean gst_ice_http_fragment_restarts (const GstIceDescription * fragment,
    const GstIceDescription * offer);

/* Returns: (transfer none) (nullable): the mid of an m-line of @fragment
 *     that @offer does not have, "" if that has no mid; %NULL: @offer has
 *     all */
const gchar *gst_ice_http_fragment_find_stranger (const GstIceDescription *
    fragment, const GstIceDescription * offer);

G_END_DECLS
