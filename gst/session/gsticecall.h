/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeexchange.h"
#include "gsticerenegotiator.h"

G_BEGIN_DECLS

/* The relation with one peer: what is agreed with it, the exchange of
 * descriptions, the transports and media, and their restarts. A listener
 * makes a call for each peer. Session thread only. */
typedef struct _GstIceCall GstIceCall;

/* What a call tells. */
typedef struct
{
  /* No path, or none any more, on all m-lines: the call does no more. Not called from inside
   * a call, but for gst_ice_call_run(). */
  void (*failed) (GstIceCall * call, gpointer user_data);
  /* Media can flow, for the first time; not from inside a call. */
  void (*opened) (GstIceCall * call, gpointer user_data);
  /* The peer is gone, and what was under way has come in: another may have the elements; not
   * from inside a call. */
  void (*drained) (GstIceCall * call, gpointer user_data);
  /* The peer has ended the call by its keys; not from inside a call. The call may be closed. */
  void (*ended) (GstIceCall * call, gpointer user_data);
  /* Something about its path or keys is other than before; not from inside a call. */
  void (*changed) (GstIceCall * call, gpointer user_data);
} GstIceCallEvents;

/* @settings: copied; @events: static. Returns: (transfer full) */
GstIceCall *gst_ice_call_new (const GstIceCallSettings * settings,
    const GstIceCallEvents * events, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Closes the agents, then frees the call. No event follows. @self: (transfer
 * full); @closed: called once, perhaps before this returns */
void gst_ice_call_close (GstIceCall * self, GDestroyNotify closed,
    gpointer user_data);

/* Returns: (transfer none): the call's negotiation. After a change to it,
 *     call gst_ice_call_run(). */
GstIceNegotiation *gst_ice_call_get_negotiation (GstIceCall * self);
GstIceExchange *gst_ice_call_get_exchange (const GstIceCall * self);
GstIceRestarter *gst_ice_call_get_restarter (GstIceCall * self);
GstIceRenegotiator *gst_ice_call_get_renegotiator (GstIceCall * self);
GstIceMlines *gst_ice_call_get_mlines (GstIceCall * self);

/* Returns: what tells this call from others, in messages, statistics and logs */
const gchar *gst_ice_call_get_id (const GstIceCall * self);

/* Carries out the negotiation's actions, begins restarts that are due, and
 * sends what can be sent. */
void gst_ice_call_run (GstIceCall * self);

/* Describes our side for an application. @described is called once, perhaps
 * before this returns; with @wait, not before the description has a
 * candidate. */
void gst_ice_call_describe (GstIceCall * self, GstIceDescriptionType type,
    gboolean wait, GstIceDescribedFunc described, gpointer user_data);

/* More servers are known. */
void gst_ice_call_update_servers (GstIceCall * self);

/* Asks the peer for a key unit of what the element of the claim receives. */
void gst_ice_call_ask_key_unit (GstIceCall * self, const GstIceClaim * claim);

/* The element of the claim leaves. */
void gst_ice_call_forget_claim (GstIceCall * self, const GstIceClaim * claim);

/* The session ends: the call does nothing more. Its agents stay until it is
 * closed. */
void gst_ice_call_stop (GstIceCall * self);

/* The peer is gone: the same, and once what is under way has come in, what its elements
 * receive ends. @last: %FALSE: it does not, and drained() is told */
void gst_ice_call_end (GstIceCall * self, gboolean last);
gboolean gst_ice_call_is_draining (const GstIceCall * self);

/* The call is over, for a reason that its peer has told or shown. @error: copied */
void gst_ice_call_fail (GstIceCall * self, const GError * error);
gboolean gst_ice_call_has_failed (const GstIceCall * self);
/* Returns: (transfer full) (nullable): why it failed, once */
GError *gst_ice_call_take_failure (GstIceCall * self) G_GNUC_WARN_UNUSED_RESULT;

/* Whether it waits for the place of another; and that is free now: elements get what was
 * agreed. @members: (transfer none): of the session, outlive it */
gboolean gst_ice_call_is_aside (const GstIceCall * self);
void gst_ice_call_enter (GstIceCall * self, GstIceMembers * members);

/* Gives up its place: no element hears of it any more. @nobody: (transfer none): outlives
 * the call */
void gst_ice_call_step_aside (GstIceCall * self, GstIceMembers * nobody);

/* The number that the call has among several, 0: it is the only one. */
guint gst_ice_call_get_consumer (const GstIceCall * self);
/* Returns: monotonic microseconds since when media has been able to flow; 0: not yet */
gint64 gst_ice_call_get_since_us (const GstIceCall * self);

/* Whether there was a path, ever: who was reached may still be about to come by keys
 * for what has arrived already. */
gboolean gst_ice_call_was_connected (const GstIceCall * self);

/* Returns: the states of all transports combined, as in W3C's webrtc */
GstIceConnectionState gst_ice_call_get_connection_state (const GstIceCall *
    self);
GstIceGatheringState gst_ice_call_get_gathering_state (const GstIceCall * self);

/* Adds a structure for each m-line: "mline-0" and so on. */
void gst_ice_call_add_stats (const GstIceCall * self, GstStructure * stats);

G_END_DECLS
