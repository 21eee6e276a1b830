/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecallsettings.h"
#include "gsticenegotiation.h"
#include "gsticesignaller.h"

G_BEGIN_DECLS

/* Offers, answers, candidates and restarts, to one peer and back, over a signaller or
 * through the application. Session thread only. */
typedef struct _GstIceExchange GstIceExchange;

/* @negotiation, @mlines: (transfer none): the call's, outlive the exchange
 * Returns: (transfer full): an exchange through the application */
GstIceExchange *gst_ice_exchange_new (GstIceNegotiation * negotiation,
    GstIceMlines * mlines, const GstIceCallSettings * settings)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_exchange_free (GstIceExchange * self);

/* @signaller: (transfer none) (nullable): carries from now on what is said */
void gst_ice_exchange_set_signaller (GstIceExchange * self,
    GstIceSignaller * signaller);
gboolean gst_ice_exchange_has_signaller (const GstIceExchange * self);

/* Whether either side has made an offer that counts. */
gboolean gst_ice_exchange_has_begun (const GstIceExchange * self);

/* The peer's offer. It waits until all elements are ready for it, and candidates that come
 * after it wait with it. */
void gst_ice_exchange_hold_offer (GstIceExchange * self,
    GstIceDescription * offer);
gboolean gst_ice_exchange_holds_offer (const GstIceExchange * self);

/* Takes the offer that waits, when all elements are ready for it.
 * Returns: %FALSE with @error set when it can't be taken; it is forgotten then */
gboolean gst_ice_exchange_take_offer (GstIceExchange * self, GError ** error);

/* Tells the peer that its offer is not taken. */
void gst_ice_exchange_refuse_offer (GstIceExchange * self,
    const GError * error);

/* Whether an offer that comes now, from a signaller that had us offer and says that we are
 * not to any more, comes instead of an answer to ours. */
gboolean gst_ice_exchange_is_countered (const GstIceExchange * self);

/* The peer's answer, or an offer that the application gives now; the peer's candidates. */
gboolean gst_ice_exchange_set_remote (GstIceExchange * self,
    GstIceDescription * description, GError ** error);
void gst_ice_exchange_add_fragment (GstIceExchange * self,
    GstIceDescription * fragment);

/* Begins an offer of ours, if none is open. */
gboolean gst_ice_exchange_begin_offer (GstIceExchange * self, GError ** error);

/* Asks the application to negotiate, once. */
void gst_ice_exchange_ask (GstIceExchange * self);

/* Returns: (transfer full) (nullable): the open description of @type, for the
 *     application, as far as candidates are known; %NULL with @error set */
GstIceDescription *gst_ice_exchange_describe (GstIceExchange * self,
    GstIceDescriptionType type, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* @description, @error: (transfer none): one of them is %NULL */
typedef void (*GstIceDescribedFunc) (GstIceDescription * description,
    const GError * error, gpointer user_data);

/* @described is called once, when there is something to try in the description. */
void gst_ice_exchange_request (GstIceExchange * self,
    GstIceDescriptionType type, GstIceDescribedFunc described,
    gpointer user_data);

/* Nobody gets a description any more. */
void gst_ice_exchange_fail_requests (GstIceExchange * self);

/* Sends what can be sent by now; answers requests. */
void gst_ice_exchange_serve (GstIceExchange * self);

/* Restarts. Whether this side may begin one; the application's always may. */
gboolean gst_ice_exchange_may_restart (const GstIceExchange * self);

/* A restart is open in the negotiation: ours is to be sent, or the peer's answered. */
void gst_ice_exchange_open_restart (GstIceExchange * self);

/* It comes to nothing: the peer, if it waits for our answer, is told. */
void gst_ice_exchange_close_restart (GstIceExchange * self,
    const GError * error);
void gst_ice_exchange_refuse_restart (GstIceExchange * self,
    const GError * error);

/* Whether the peer's next offer would end the call. Returns: whether it can come */
gboolean gst_ice_exchange_set_replaceable (GstIceExchange * self,
    gboolean replaceable);

/* The path to the peer looks bad: the signaller sees whether its own server still answers. */
void gst_ice_exchange_doubt_path (GstIceExchange * self);

G_END_DECLS
