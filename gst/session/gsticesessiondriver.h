/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeexchange.h"
#include "gsticemember.h"

G_BEGIN_DECLS

/* Connects the members of a session, the call and the signaller. Session
 * thread only; other threads use GstIceSession. */
typedef struct _GstIceSessionDriver GstIceSessionDriver;

/* @context: the default one of the session thread */
GstIceSessionDriver *gst_ice_session_driver_new (GMainContext * context)
    G_GNUC_WARN_UNUSED_RESULT;

/* Says goodbye, closes everything and frees the driver. @self: (transfer
 * full); @closed: called once, perhaps before this returns */
void gst_ice_session_driver_close (GstIceSessionDriver * self, GDestroyNotify closed,
    gpointer user_data);

/* @member: (transfer none), referenced; @claim: copied; %NULL: an observer */
void gst_ice_session_driver_join (GstIceSessionDriver * self, GstIceMember * member,
    const GstIceClaim * claim);
/* All elements of a pipeline have joined: a listener may listen. */
void gst_ice_session_driver_begin (GstIceSessionDriver * self);

void gst_ice_session_driver_set_ready (GstIceSessionDriver * self, GstIceMember * member,
    GstIceMediaKind kind, GstCaps * formats);
void gst_ice_session_driver_leave (GstIceSessionDriver * self, GstIceMember * member);

/* Asks the peer for a key unit of what @member receives. */
void gst_ice_session_driver_ask_key_unit (GstIceSessionDriver * self,
    GstIceMember * member);

/* Restarts ICE; see gsticesession.h. */
void gst_ice_session_driver_restart (GstIceSessionDriver * self);
/* Adds a STUN or TURN server. */
void gst_ice_session_driver_add_server (GstIceSessionDriver * self,
    const GstIceServer * server);

/* Ends the call with one of several peers, if there is such a one. */
void gst_ice_session_driver_remove_consumer (GstIceSessionDriver * self,
    guint consumer);

/* For applications that exchange the descriptions; see gsticesession.h. */
void gst_ice_session_driver_add_remote (GstIceSessionDriver * self, guint mline,
    const GstIceCandidate * candidate);
gboolean gst_ice_session_driver_set_remote (GstIceSessionDriver * self,
    GstIceDescription * description, GError ** error);

/* @described is called once, perhaps before this returns; with @wait, not
 * before the description has a candidate. */
void gst_ice_session_driver_describe (GstIceSessionDriver * self,
    GstIceDescriptionType type, gboolean wait, GstIceDescribedFunc described,
    gpointer user_data);

/* Returns: the states of all m-lines combined, as in W3C's webrtc */
GstIceConnectionState gst_ice_session_driver_get_connection_state (GstIceSessionDriver *
    self);
GstIceGatheringState gst_ice_session_driver_get_gathering_state (GstIceSessionDriver *
    self);

/* Returns: (transfer full): "ice-session" with a structure for each m-line */
GstStructure *gst_ice_session_driver_get_stats (GstIceSessionDriver * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
