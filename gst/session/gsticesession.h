/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"
#include "gsticelatch.h"
#include "gsticemember.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

/* One offer/answer relation: elements claim m-lines in it, and control, on a thread
 * of its own, carries it through. */
#define GST_TYPE_ICE_SESSION (gst_ice_session_get_type ())
G_DECLARE_FINAL_TYPE (GstIceSession, gst_ice_session, GST, ICE_SESSION, GObject)

/* For the registry. Returns: (transfer full): a session without a member; %NULL with
 * @error set when no thread can be had */
GstIceSession *gst_ice_session_new (const gchar * name, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* For the registry, when the last member has left: says goodbye and frees all, on
 * the session thread. @quiet is opened when no packet is handled any more, so that
 * GStreamer may be taken down; @closed is called there, once, when all is done. */
void gst_ice_session_close (GstIceSession * self, GstIceLatch * quiet,
    GDestroyNotify closed, gpointer user_data);

/* Any thread, none of these waits; what comes of them is told by @notice.
 *
 * An element joins with @claim (copied; its kind may be UNSET, ready is ignored)
 * and @config (copied; merged into the session's: a contradiction is an ERROR
 * notice to the one that joins).
 * Returns: (transfer full): its member, for gst_ice_session_leave() */
GstIceMember *gst_ice_session_join (GstIceSession * self,
    const GstIceClaim * claim, const GstIceConfig * config,
    GstIceNoticeFunc notice, gpointer user_data, GDestroyNotify destroy)
    G_GNUC_WARN_UNUSED_RESULT;

/* The element knows what it carries: @formats (transfer none) (nullable) as in
 * GstIceClaim. When all members are ready, negotiation begins. */
void gst_ice_session_set_ready (GstIceSession * self, GstIceMember * member,
    GstIceMediaKind kind, GstCaps * formats);

/* The peer is asked for a key unit of what the element receives, by PLI or FIR as was agreed,
 * unless an element sends RTCP there. */
void gst_ice_session_ask_key_unit (GstIceSession * self,
    GstIceMember * member);

/* @member: (transfer full). A notice that is under way may still come; @destroy is
 * called after the last. */
void gst_ice_session_leave (GstIceSession * self, GstIceMember * member);

/* One who hears all notices but does not take part: no warnings and errors. Ends
 * with the session. */
void gst_ice_session_observe (GstIceSession * self, GstIceNoticeFunc notice,
    gpointer user_data, GDestroyNotify destroy);

/* Has ICE restart: new credentials, candidates and paths, while what there is goes
 * on; a session without signalling-uri asks for negotiation. */
void gst_ice_session_restart (GstIceSession * self);

/* Candidates of the peer; also before its description. @candidate: (transfer none)
 * (nullable): %NULL: no more come. */
void gst_ice_session_add_remote_candidate (GstIceSession * self, guint mline,
    const GstIceCandidate * candidate);

/* One more STUN or TURN server: agents that gather already use it as well.
 * @server: copied */
void gst_ice_session_add_server (GstIceSession * self,
    const GstIceServer * server);

/* Any thread; these wait for the session thread, until its agents have something
 * to offer. On the session thread itself, as in a notice, they don't wait: the
 * description has then what is known by now, the rest follows as candidates.
 *
 * Returns: (transfer full): the description; %NULL with @error set, also when a
 *     signalling-uri does this by itself (GST_ICE_ERROR_BAD_STATE) */
GstIceDescription *gst_ice_session_create_description (GstIceSession * self,
    GstIceDescriptionType type, GError ** error) G_GNUC_WARN_UNUSED_RESULT;
gboolean gst_ice_session_set_remote_description (GstIceSession * self,
    GstIceDescription * description, GError ** error);

/* Returns: (transfer full): what the session is, and a structure for each m-line */
GstStructure *gst_ice_session_get_stats (GstIceSession * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread: the states of all m-lines taken together, as W3C does. */
GstIceConnectionState gst_ice_session_get_connection_state (GstIceSession *
    self);
GstIceGatheringState gst_ice_session_get_gathering_state (GstIceSession * self);

G_END_DECLS
