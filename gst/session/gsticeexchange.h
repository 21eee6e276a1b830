/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecallsettings.h"
#include "gsticenegotiation.h"
#include "gsticesignaller.h"

G_BEGIN_DECLS

/* Exchanges offers, answers, candidates and restarts with one peer, through
 * a signaller or the application. Session thread only. */
typedef struct _GstIceExchange GstIceExchange;

/* @negotiation, @mlines: (transfer none): the call's; outlive the exchange
 * Returns: (transfer full): an exchange through the application */
GstIceExchange *gst_ice_exchange_new (GstIceNegotiation * negotiation,
    GstIceMlines * mlines, const GstIceCallSettings * settings)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_exchange_free (GstIceExchange * self);

/* @signaller: (transfer none) (nullable): referenced: carries from now on what is said */
void gst_ice_exchange_set_signaller (GstIceExchange * self,
    GstIceSignaller * signaller);
gboolean gst_ice_exchange_has_signaller (const GstIceExchange * self);
/* Returns: (transfer none) (nullable) */
GstIceSignaller *gst_ice_exchange_get_signaller (const GstIceExchange * self);

/* Returns: what is left of @timeout_ms since the peer was last sent a description of ours,
 *     before which it knows nothing */
guint gst_ice_exchange_get_left_ms (const GstIceExchange * self,
    guint timeout_ms);

/* Whether either side has made a valid offer. */
gboolean gst_ice_exchange_has_begun (const GstIceExchange * self);

/* Keeps the peer's offer, and candidates that follow it, until all elements
 * are ready. @offer: (nullable): %NULL: the peer waits for ours */
void gst_ice_exchange_hold_offer (GstIceExchange * self,
    GstIceDescription * offer);

/* Whether @offer of the peer has to wait for elements that are not ready: only one with new
 * m-lines in mid-call. */
gboolean gst_ice_exchange_must_wait (const GstIceExchange * self,
    const GstIceDescription * offer);
gboolean gst_ice_exchange_holds_offer (const GstIceExchange * self);

/* Takes the offer that was kept, or begins the one that is wanted, when all elements are
 * ready for it.
 * Returns: %FALSE with @error set when that can't be done; the peer's offer is then
 *     forgotten */
gboolean gst_ice_exchange_take_offer (GstIceExchange * self, GError ** error);

/* Tells the peer that its offer is refused, or that there is none of ours. */
void gst_ice_exchange_refuse_offer (GstIceExchange * self,
    const GError * error);

/* Whether an offer from the signaller replaces an answer to ours: the
 * signaller had us offer, and has become the answering side since. */
gboolean gst_ice_exchange_is_countered (const GstIceExchange * self);

/* Takes the peer's answer, or an offer from the application; and candidates of
 * the peer. */
gboolean gst_ice_exchange_set_remote (GstIceExchange * self,
    GstIceDescription * description, GError ** error);
void gst_ice_exchange_add_fragment (GstIceExchange * self,
    GstIceDescription * fragment);

/* Takes a candidate from the application; until the call has m-lines, it is kept.
 * @mline: of the call, or less than GST_ICE_MAX_MLINES
 * @candidate: (transfer none) (nullable): %NULL: that was the last */
void gst_ice_exchange_add_candidate (GstIceExchange * self, guint mline,
    const GstIceCandidate * candidate);

/* Returns: (transfer full): @error, with what was offered where a peer refuses that and does
 *     not say it */
GError *gst_ice_exchange_name_offer (GstIceExchange * self,
    const GError * error) G_GNUC_WARN_UNUSED_RESULT;

/* Begins our offer, if none waits for an answer. */
gboolean gst_ice_exchange_begin_offer (GstIceExchange * self, GError ** error);

/* The peer is another one that answers @offer, of another exchange (a fork).
 * @offer: (transfer none): referenced */
gboolean gst_ice_exchange_repeat_offer (GstIceExchange * self,
    GstIceDescription * offer, GError ** error);

/* Whether this side may make another offer now; or could, by its way of signalling, when the
 * open one is answered. */
gboolean gst_ice_exchange_may_offer_again (const GstIceExchange * self);
gboolean gst_ice_exchange_could_offer_again (const GstIceExchange * self);

/* Our offer is rolled back: those who wait for it get an error. */
void gst_ice_exchange_take_back (GstIceExchange * self);

/* Asks the application to negotiate, once. */
void gst_ice_exchange_ask (GstIceExchange * self);

/* Returns: (transfer full) (nullable): the description of @type that is due,
 *     for the application, with the candidates known so far; %NULL with
 *     @error set */
GstIceDescription *gst_ice_exchange_describe (GstIceExchange * self,
    GstIceDescriptionType type, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* @description, @error: (transfer none): one of them is %NULL */
typedef void (*GstIceDescribedFunc) (GstIceDescription * description,
    const GError * error, gpointer user_data);

/* @described is called once, when the description has a candidate. */
void gst_ice_exchange_request (GstIceExchange * self,
    GstIceDescriptionType type, GstIceDescribedFunc described,
    gpointer user_data);

/* Answers all requests with an error. */
void gst_ice_exchange_fail_requests (GstIceExchange * self);

/* Sends what can be sent at this time, and answers requests. */
void gst_ice_exchange_serve (GstIceExchange * self);

/* Restarts. Whether this side may begin one; with an application it always
 * may. */
gboolean gst_ice_exchange_may_restart (const GstIceExchange * self);

/* The negotiation has a restart: sends ours, or answers the peer's. */
void gst_ice_exchange_open_restart (GstIceExchange * self);

/* The restart has failed: tells the peer, if it waits for our answer. */
void gst_ice_exchange_close_restart (GstIceExchange * self,
    const GError * error);
void gst_ice_exchange_refuse_restart (GstIceExchange * self,
    const GError * error);

/* The path to the peer looks bad: the signaller sees whether its own server still answers. */
void gst_ice_exchange_doubt_path (GstIceExchange * self);

G_END_DECLS
