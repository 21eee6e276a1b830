/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeexchange.h"
#include "gsticerestarter.h"

G_BEGIN_DECLS

/* The relation with one peer: what is agreed with it and how it is said, the transports and
 * media that carry out what was said, and their restarts. A listener makes a call for each
 * peer. Session thread only. */
typedef struct _GstIceCall GstIceCall;

/* No path, or none any more, on all m-lines: the call does no more. Not called from inside
 * a call, but for gst_ice_call_run(). @error: (transfer none) */
typedef void (*GstIceCallFailedFunc) (const GError * error,
    gpointer user_data);

/* @settings: copied. Returns: (transfer full) */
GstIceCall *gst_ice_call_new (const GstIceCallSettings * settings,
    GstIceCallFailedFunc failed, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether a new call could answer @offer; if not, @error is set. Nothing changes. */
gboolean gst_ice_call_could_take (const GstIceCallSettings * settings,
    GstIceDescription * offer, GError ** error);

/* Closes the agents, and frees the call when they are; nothing is told from now on.
 * @self: (transfer full); @closed: called once, perhaps before this returns */
void gst_ice_call_close (GstIceCall * self, GDestroyNotify closed,
    gpointer user_data);

/* Returns: (transfer none): what is said; after a change in it, gst_ice_call_run() */
GstIceNegotiation *gst_ice_call_get_negotiation (GstIceCall * self);
GstIceExchange *gst_ice_call_get_exchange (GstIceCall * self);
GstIceRestarter *gst_ice_call_get_restarter (GstIceCall * self);
GstIceMlines *gst_ice_call_get_mlines (GstIceCall * self);

/* Carries out what the negotiation asks for, restarts what is to be restarted, and sends
 * what can be sent. */
void gst_ice_call_run (GstIceCall * self);

/* For an application: @described is called once, perhaps before this returns; with @wait
 * not before there is something to try in the description. */
void gst_ice_call_describe (GstIceCall * self, GstIceDescriptionType type,
    gboolean wait, GstIceDescribedFunc described, gpointer user_data);

/* Returns: (transfer full): @error, with what was offered where a peer refuses that and does
 *     not say it */
GError *gst_ice_call_name_offer (GstIceCall * self, const GError * error)
    G_GNUC_WARN_UNUSED_RESULT;

/* There are more servers. */
void gst_ice_call_update_servers (GstIceCall * self);

/* The peer is asked for a key unit of what the element that claimed it receives. */
void gst_ice_call_ask_key_unit (GstIceCall * self, const GstIceClaim * claim);

/* The element that claimed it leaves. */
void gst_ice_call_forget_claim (GstIceCall * self, const GstIceClaim * claim);

/* The session is at an end: the call does no more; its agents stay until it is closed. */
void gst_ice_call_stop (GstIceCall * self);

/* The peer is gone: the same, and what its elements receive ends, once what is under way has
 * come in. */
void gst_ice_call_end (GstIceCall * self);

/* Whether there was a path, ever: who was reached may still be about to come by keys
 * for what has arrived already. */
gboolean gst_ice_call_was_connected (const GstIceCall * self);

/* The states of all transports together, as W3C takes them. */
GstIceConnectionState gst_ice_call_get_connection_state (const GstIceCall *
    self);
GstIceGatheringState gst_ice_call_get_gathering_state (const GstIceCall * self);

/* Adds a structure for each m-line: "mline-0", … */
void gst_ice_call_add_stats (const GstIceCall * self, GstStructure * stats);

G_END_DECLS
