/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"
#include "gsticeseat.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

/* Brings the members of a session, the call and the signaller together. Session
 * thread only; GstIceSession is its face to all others. */
typedef struct _GstIceConductor GstIceConductor;

/* @context: the session thread's, whose default it is */
GstIceConductor *gst_ice_conductor_new (GMainContext * context)
    G_GNUC_WARN_UNUSED_RESULT;

/* Says goodbye, closes all and frees the conductor. @self: (transfer full);
 * @closed: called once, perhaps before this returns */
void gst_ice_conductor_close (GstIceConductor * self, GDestroyNotify closed,
    gpointer user_data);

/* @seat: (transfer none), referenced; @claim: copied; %NULL: an observer */
void gst_ice_conductor_join (GstIceConductor * self, GstIceSeat * seat,
    const GstIceClaim * claim);
void gst_ice_conductor_set_ready (GstIceConductor * self, GstIceSeat * seat,
    GstIceMediaKind kind, GstCaps * formats);
void gst_ice_conductor_leave (GstIceConductor * self, GstIceSeat * seat);

/* New credentials, candidates and paths; see gsticesession.h. */
void gst_ice_conductor_restart (GstIceConductor * self);
/* One more STUN or TURN server. */
void gst_ice_conductor_add_server (GstIceConductor * self,
    const GstIceServer * server);

/* For applications that carry the descriptions; see gsticesession.h. */
void gst_ice_conductor_add_remote (GstIceConductor * self, guint mline,
    const GstIceCandidate * candidate);
gboolean gst_ice_conductor_set_remote (GstIceConductor * self,
    GstIceDescription * description, GError ** error);

/* @described is called once, perhaps before this returns, with a description or
 * an error, both (transfer none); with @wait not before there is something to
 * offer. */
typedef void (*GstIceDescribedFunc) (GstIceDescription * description,
    const GError * error, gpointer user_data);
void gst_ice_conductor_describe (GstIceConductor * self,
    GstIceDescriptionType type, gboolean wait, GstIceDescribedFunc described,
    gpointer user_data);

/* All m-lines' states together, as W3C takes them. */
GstIceConnectionState gst_ice_conductor_get_connection_state (GstIceConductor *
    self);
GstIceGatheringState gst_ice_conductor_get_gathering_state (GstIceConductor *
    self);

/* Returns: (transfer full): "ice-session" with a structure for each m-line */
GstStructure *gst_ice_conductor_get_stats (GstIceConductor * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
