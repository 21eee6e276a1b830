/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecalls.h"

G_BEGIN_DECLS

/* Decides whether a new peer is accepted, and which call it replaces.
 * Session thread only. */

/* Returns: whether a listener with these settings can have several peers at
 *     once: its elements only send, and max-consumers allows it */
gboolean gst_ice_reception_takes_several (const GstIceCallSettings * settings);

/* Returns: whether no further peer can be accepted */
gboolean gst_ice_reception_is_full (const GstIceCalls * calls,
    const GstIceCallSettings * settings);

/* @ended: the session has
 * Returns: whether a peer may begin something; if not, @error is set */
gboolean gst_ice_reception_is_open (gboolean ended, GError ** error);

/* @ended: the session has
 * Returns: whether the application may negotiate; if not, @error is set */
gboolean gst_ice_reception_admits_application (const GstIceConfig * config,
    gboolean ended, GError ** error);

/* @ended: the session has
 * Returns: whether the application's candidate for m-line number @mline is of use; if not,
 *     @members are warned, unless all has ended */
gboolean gst_ice_reception_admits_candidate (const GstIceCalls * calls,
    const GstIceConfig * config, GstIceMembers * members, gboolean ended, guint mline);

/* Returns: whether it may ask for a description of @type at this time; if not, @error is set */
gboolean gst_ice_reception_admits_description (const GstIceCalls * calls,
    const GstIceConfig * config, gboolean ended, GstIceClaims * claims, GstIceDescriptionType type, GError ** error);

/* @signaller: (nullable): of the session
 * Returns: whether another peer may follow one that says goodbye */
gboolean gst_ice_reception_keeps_listening (GstIceClaims * claims,
    GstIceSignaller * signaller);

/* Elements are asked whether one of several peers may come in.
 * @settings: of the call that it would be
 * @call: (nullable): the one whose peer makes @offer; %NULL: a newcomer makes it
 * @signaller: (transfer none): of the peer
 * @offer: (nullable): %NULL: it waits for one of ours, and can't wait for the place of another
 * @replaced: (out) (transfer none) (nullable): the call that has to go before
 * Returns: %FALSE with @error set when the offer can't be taken; nothing changes then */
gboolean gst_ice_reception_admit (const GstIceCalls * calls,
    const GstIceCallSettings * settings, GstIceCall * call,
    GstIceSignaller * signaller, GstIceDescription * offer, GstIceCall ** replaced, GError ** error);

/* Of a session with one peer: @calls after the first wait aside for its place.
 * Returns: (transfer none) (nullable): the one that has it now, as its path works and the
 *     other's is lost, it has shown to be the same peer, or there is no other */
GstIceCall *gst_ice_reception_find_successor (const GstIceCalls * calls);

/* Returns: (transfer none) (nullable): one that waits in vain, as the first is well */
GstIceCall *gst_ice_reception_find_stray (const GstIceCalls * calls);

G_END_DECLS
