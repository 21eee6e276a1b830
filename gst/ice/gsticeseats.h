/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeseat.h"

G_BEGIN_DECLS

/* Who sits in a session, in the order of joining, and who of them hears what.
 * Session thread only. */
typedef struct _GstIceSeats GstIceSeats;

GstIceSeats *gst_ice_seats_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_seats_free (GstIceSeats * self);

/* @seat: (transfer none), referenced */
void gst_ice_seats_add (GstIceSeats * self, GstIceSeat * seat);
void gst_ice_seats_remove (GstIceSeats * self, GstIceSeat * seat);

/* Adds what @seat, not yet in the list, sets to @config. Returns: %FALSE with
 *     GST_ICE_ERROR_SETTINGS when it contradicts another, naming both */
gboolean gst_ice_seats_merge_config (GstIceSeats * self, GstIceSeat * seat,
    GstIceConfig * config, GError ** error);

/* Tells all whose m-line it is about, and observers; but progress, warnings and
 * errors one element only: the first on that m-line, or of the session. */
void gst_ice_seats_tell (GstIceSeats * self, const GstIceNotice * notice);

/* Ends the channels of all. */
void gst_ice_seats_end (GstIceSeats * self, GstIceChannelEnd how);

G_END_DECLS
