/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeexchange.h"
#include "gsticetransport.h"

G_BEGIN_DECLS

/* Decides when the ICE of one call restarts, sees each restart to its end, and gives up a
 * path that stays lost. Session thread only. */
typedef struct _GstIceRestarter GstIceRestarter;

/* @transports: of GstIceTransport; the call's, as the other arguments: all (transfer none),
 * outlive the restarter
 * @changed: there is something for gst_ice_restarter_run(), and to be sent */
GstIceRestarter *gst_ice_restarter_new (GstIceNegotiation * negotiation,
    GstIceExchange * exchange, GPtrArray * transports,
    const GstIceCallSettings * settings, void (*changed) (gpointer user_data),
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_restarter_free (GstIceRestarter * self);

/* The call is over: nothing restarts any more. */
void gst_ice_restarter_stop (GstIceRestarter * self);

/* What transports tell; user_data is the restarter. */
extern const GstIceTransportWatch gst_ice_restarter_watch;

/* An application wants a restart. Returns: %FALSE with @error set when it can't be */
gboolean gst_ice_restarter_request (GstIceRestarter * self, GError ** error);

/* Whether a restart is wanted, and no offer is open: an offer of ours would be one. */
gboolean gst_ice_restarter_is_due (GstIceRestarter * self);

/* Begins the restart that is wanted: the negotiation has an offer open then. */
gboolean gst_ice_restarter_begin (GstIceRestarter * self, GError ** error);

/* The peer's restart, or its answer to ours. */
void gst_ice_restarter_take (GstIceRestarter * self,
    GstIceDescription * fragment);

/* The peer does not take our restart. Returns: whether one was under way */
gboolean gst_ice_restarter_end (GstIceRestarter * self, const GError * error);

/* Begins what is wanted, when it is time. */
void gst_ice_restarter_run (GstIceRestarter * self);

/* Whether the path is in such a state that the peer's next offer ends the call. */
gboolean gst_ice_restarter_is_replaceable (const GstIceRestarter * self);

/* How many restarts began, and why the last did; @self: (nullable). */
void gst_ice_restarter_add_stats (const GstIceRestarter * self,
    GstStructure * stats);

G_END_DECLS
