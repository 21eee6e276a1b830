/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"
#include "gsticelatch.h"
#include "gsticemember.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

/* One session: elements claim m-lines in it, and its control thread
 * negotiates and connects them. */
#define GST_TYPE_ICE_SESSION (gst_ice_session_get_type ())
G_DECLARE_FINAL_TYPE (GstIceSession, gst_ice_session, GST, ICE_SESSION, GObject)

/* For the registry.
 * Returns: (transfer full): a session without members; %NULL with @error set
 *     when there is no thread for it */
GstIceSession *gst_ice_session_new (const gchar * name, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* For the registry, when the last member has left: says goodbye and frees
 * everything, on the session thread. @quiet is opened when no more packets
 * are handled, so that GStreamer may be deinitialised. @closed is called on
 * that thread, once, when all is done. */
void gst_ice_session_close (GstIceSession * self, GstIceLatch * quiet,
    GDestroyNotify closed, gpointer user_data);

/* Any thread. None of these waits; their results come as notices.
 *
 * An element joins with @claim (copied; its kind may be UNSET, ready is
 * ignored) and @config (copied; merged into the session's: the joining element
 * gets an ERROR notice for a contradiction).
 * Returns: (transfer full): the member, for gst_ice_session_leave() */
GstIceMember *gst_ice_session_join (GstIceSession * self,
    const GstIceClaim * claim, const GstIceConfig * config,
    GstIceNoticeFunc notice, gpointer user_data, GDestroyNotify destroy)
    G_GNUC_WARN_UNUSED_RESULT;

/* The element knows its @formats (transfer none) (nullable), as in
 * GstIceClaim. Negotiation begins when all members are ready. */
void gst_ice_session_set_ready (GstIceSession * self, GstIceMember * member,
    GstIceMediaKind kind, GstCaps * formats);

/* All elements of a pipeline have joined: a listener listens from now on. Who calls before they
 * know what they carry waits. */
void gst_ice_session_begin (GstIceSession * self);

/* Asks the peer for a key unit of what the element receives, by PLI or FIR
 * as agreed, unless an element sends RTCP on that m-line. */
void gst_ice_session_ask_key_unit (GstIceSession * self,
    GstIceMember * member);

/* Ends the call with one of several peers. */
void gst_ice_session_remove_consumer (GstIceSession * self, guint consumer);

/* @member: (transfer full). A notice on its way may still come. @destroy is
 *     called after the last one. */
void gst_ice_session_leave (GstIceSession * self, GstIceMember * member);

/* Adds an observer, which gets all notices except warnings and errors, until
 * the session ends. */
void gst_ice_session_observe (GstIceSession * self, GstIceNoticeFunc notice,
    gpointer user_data, GDestroyNotify destroy);

/* Restarts ICE: new credentials, candidates and paths, while the present
 * path goes on. A session without signalling-uri asks the application to
 * negotiate. */
void gst_ice_session_restart (GstIceSession * self);

/* Adds a candidate of the peer, also before its description. @candidate:
 * (transfer none) (nullable): %NULL: there are no more. */
void gst_ice_session_add_remote_candidate (GstIceSession * self, guint mline,
    const GstIceCandidate * candidate);

/* Adds a STUN or TURN server, which agents that are gathering use too.
 * @server: copied */
void gst_ice_session_add_server (GstIceSession * self,
    const GstIceServer * server);

/* Any thread. These wait for the session thread, until its agents have a
 * candidate. When called on the session thread, as in a notice, they don't
 * wait: the description has the candidates known so far, and the rest are
 * trickled.
 *
 * Returns: (transfer full): the description; %NULL with @error set, also
 *     when a signalling-uri exchanges the descriptions
 *     (GST_ICE_ERROR_BAD_STATE) */
GstIceDescription *gst_ice_session_create_description (GstIceSession * self,
    GstIceDescriptionType type, GError ** error) G_GNUC_WARN_UNUSED_RESULT;
gboolean gst_ice_session_set_remote_description (GstIceSession * self,
    GstIceDescription * description, GError ** error);

/* Returns: (transfer full): facts on the session, and a structure for each
 *     m-line */
GstStructure *gst_ice_session_get_stats (GstIceSession * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread.
 * Returns: the states of all m-lines combined, as in W3C's webrtc */
GstIceConnectionState gst_ice_session_get_connection_state (GstIceSession *
    self);
GstIceGatheringState gst_ice_session_get_gathering_state (GstIceSession * self);

G_END_DECLS
