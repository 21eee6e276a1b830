/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecall.h"

G_BEGIN_DECLS

/* The calls of a session, in the order in which they came: a single one, or
 * one with each consumer. Session thread only. */
typedef struct _GstIceCalls GstIceCalls;

/* @events: static; for all calls */
GstIceCalls *gst_ice_calls_new (const GstIceCallEvents * events,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Closes all calls, then frees the list. @self: (transfer full); @closed:
 * called once, perhaps before this returns */
void gst_ice_calls_close (GstIceCalls * self, GDestroyNotify closed,
    gpointer user_data);

/* @settings: copied; where they say several the call gets a number of its own, and where
 * they say aside their members do not count
 * @signaller: (transfer none) (nullable): of its peer
 * Returns: (transfer none): a call, in the list */
GstIceCall *gst_ice_calls_add (GstIceCalls * self,
    const GstIceCallSettings * settings, GstIceSignaller * signaller);

/* Removes @call from the list, and closes it. */
void gst_ice_calls_remove (GstIceCalls * self, GstIceCall * call);

/* Returns: the number that the next consumer gets */
guint gst_ice_calls_get_next_consumer (const GstIceCalls * self);

guint gst_ice_calls_get_size (const GstIceCalls * self);
/* Returns: (transfer none) */
GstIceCall *gst_ice_calls_get (const GstIceCalls * self, guint index);
/* Returns: (transfer none) (nullable): the first call */
GstIceCall *gst_ice_calls_get_first (const GstIceCalls * self);
void gst_ice_calls_put_first (GstIceCalls * self, GstIceCall * call);
/* The call leaves the elements to another, and goes on without. */
void gst_ice_calls_set_aside (GstIceCalls * self, GstIceCall * call);
/* Returns: (transfer none) (nullable): the one whose peer is reached by @signaller */
GstIceCall *gst_ice_calls_find (const GstIceCalls * self,
    GstIceSignaller * signaller);
/* Returns: (transfer none) (nullable): the call with this consumer number */
GstIceCall *gst_ice_calls_find_consumer (const GstIceCalls * self,
    guint consumer);
/* Returns: (transfer none) (nullable): a call that has failed */
GstIceCall *gst_ice_calls_find_failed (const GstIceCalls * self);

/* What the peer that is reached by @signaller says of the call with it, if there is one. */
void gst_ice_calls_add_fragment (GstIceCalls * self,
    GstIceSignaller * signaller, GstIceDescription * fragment);
/* An answer that is no good ends the call, unless that is on already. */
void gst_ice_calls_take_answer (GstIceCalls * self,
    GstIceSignaller * signaller, GstIceDescription * answer);
void gst_ice_calls_take_restart (GstIceCalls * self,
    GstIceSignaller * signaller, GstIceDescription * fragment);
void gst_ice_calls_end_restart (GstIceCalls * self,
    GstIceSignaller * signaller, const GError * error);

/* Asks the peer of the first for a key unit of what the element that has @claim receives. */
void gst_ice_calls_ask_key_unit (GstIceCalls * self, const GstIceClaim * claim);

/* Of all. */
void gst_ice_calls_run (GstIceCalls * self);
void gst_ice_calls_stop (GstIceCalls * self);
void gst_ice_calls_update_servers (GstIceCalls * self);
void gst_ice_calls_forget_claim (GstIceCalls * self, const GstIceClaim * claim);

/* The element of @claim has come (@came), or has other formats. Calls of several that can't go
 * on with these fail.
 * Returns: (transfer full) (nullable): why the peer of a call that goes on can't be told */
GError *gst_ice_calls_note_change (GstIceCalls * self,
    const GstIceClaim * claim, gboolean came) G_GNUC_WARN_UNUSED_RESULT;

/* Has ICE of all restart, as far as that can be. Returns: %FALSE with @error set when it
 *     can't for one */
gboolean gst_ice_calls_request_restart (GstIceCalls * self, GError ** error);

/* Whether an offer that counts was made in any. */
gboolean gst_ice_calls_have_begun (const GstIceCalls * self);

/* Returns: the best state of all calls; NEW when there are none */
GstIceConnectionState gst_ice_calls_get_connection_state (const GstIceCalls *
    self);
GstIceGatheringState gst_ice_calls_get_gathering_state (const GstIceCalls *
    self);

G_END_DECLS
