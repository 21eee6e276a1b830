/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeexchange.h"
#include "gsticetransport.h"

G_BEGIN_DECLS

/* Decides when the ICE of one call restarts, follows each restart to its
 * end, and gives up a path that stays lost. Session thread only. */
typedef struct _GstIceRestarter GstIceRestarter;

/* All arguments are the call's, (transfer none), and outlive the restarter.
 * @transports: of GstIceTransport
 * @changed: gst_ice_restarter_run() must be called, and something can be
 *     sent */
GstIceRestarter *gst_ice_restarter_new (GstIceNegotiation * negotiation,
    GstIceExchange * exchange, GPtrArray * transports,
    const GstIceCallSettings * settings, void (*changed) (gpointer user_data),
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_restarter_free (GstIceRestarter * self);

/* The call is over: there are no more restarts. */
void gst_ice_restarter_stop (GstIceRestarter * self);

/* For the transports' events; user_data is the restarter. */
extern const GstIceTransportWatch gst_ice_restarter_watch;

/* The application wants a restart.
 * Returns: %FALSE with @error set when that is impossible */
gboolean gst_ice_restarter_request (GstIceRestarter * self, GError ** error);

/* Whether a restart is wanted and no offer waits for an answer, so that our
 * next offer is a restart. */
gboolean gst_ice_restarter_is_due (GstIceRestarter * self);

/* Begins the wanted restart. The negotiation then has an offer to describe. */
gboolean gst_ice_restarter_begin (GstIceRestarter * self, GError ** error);

/* Takes the peer's restart, or its answer to ours. */
void gst_ice_restarter_take (GstIceRestarter * self,
    GstIceDescription * fragment);

/* The peer refuses our restart.
 * Returns: whether there was one */
gboolean gst_ice_restarter_end (GstIceRestarter * self, const GError * error);

/* If our open offer is a restart, it is taken back, and begins again later. */
void gst_ice_restarter_give_way (GstIceRestarter * self);

/* Begins the wanted restart when it is time. */
void gst_ice_restarter_run (GstIceRestarter * self);

/* Whether the path is lost, or as good as that, so that who has another takes the peer's place;
 * whether it is in such a state that somebody may wait for that. */
gboolean gst_ice_restarter_has_lost_path (const GstIceRestarter * self);
gboolean gst_ice_restarter_is_replaceable (const GstIceRestarter * self);

/* Adds the number of restarts, and the reason of the last. @self:
 * (nullable). */
void gst_ice_restarter_add_stats (const GstIceRestarter * self,
    GstStructure * stats);

G_END_DECLS
