/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticechecks.h"
#include "gsticedescription.h"
#include "gsticemlines.h"

G_BEGIN_DECLS

/* Of what m-line and transport a part of the peer's description is. Pure. */

/* Returns: the number of the m-line whose transport m-line @index uses; @index, when there is
 *     no such m-line yet */
guint gst_ice_addressing_get_carrier (GstIceMlines * mlines, guint index);

/* Returns: (transfer none): the part of @description that describes the transport of m-line
 *     @index: that m-line or, if it is rejected, the next one that uses the transport */
const GstIceMediaDescription *gst_ice_addressing_find_transport (GstIceMlines *
    mlines, const GstIceDescription * description, guint index);

/* Returns: the m-line that has the transport of @media, number @place of a fragment. @media
 *     names it by its mid or its ufrag. -1: none */
gint gst_ice_addressing_find (GstIceMlines * mlines, GstIceChecks * checks,
    const GstIceMediaDescription * media, guint place);

/* Any m-line of a group may have the candidates: gives those of @media, of m-line @index, to
 * the stream of its transport. */
void gst_ice_addressing_take_candidates (GstIceMlines * mlines,
    GstIceChecks * checks, guint index, const GstIceMediaDescription * media);

G_END_DECLS
