/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"
#include "gsticeeventqueue.h"
#include "gsticewslink.h"
#include "gsticewsmessage.h"

G_BEGIN_DECLS

/* A session of the signalling protocol with one peer: its descriptions and
 * candidates, as values on our side and as JSON on the link. Other files
 * only read the fields. Session thread. */
typedef struct
{
  GstIceWsLink *link;           /* (transfer none) */
  GstIceEventQueue *events;     /* (transfer none) */
  gchar *id;                    /* from the server, as both ids */
  gchar *peer_id;
  gboolean offers;              /* this side makes the offer */
  gboolean awaits_answer;       /* to our offer */
  GPtrArray *ufrags, *mids;     /* of our m-lines: identify candidates */
  gboolean agreed;              /* offer and answer have passed: the call can
                                 * go on without signalling */

  /* What was sent last, to send it again if it got lost. */
  gchar *said_sdp;              /* our last description, or NULL */
  GPtrArray *said_candidates;   /* of that description, in order */
  gint64 said_us;               /* when the last of these was sent */
  gchar *heard_offer;           /* the peer's last, or NULL */
  GSource *overdue;             /* the answer to a restart, or NULL */
  guint overdue_ms;

  gboolean told;                /* the session knows of it */
  gboolean detached;            /* the server does not know it any more */
  gchar *next_id;               /* id under which the peer was asked to go
                                 * on, or NULL */
} GstIceWsCall;

/* @link, @events: (transfer none), outlive the call */
GstIceWsCall *gst_ice_ws_call_new (GstIceWsLink * link,
    GstIceEventQueue * events, const GstIceWsMessage * start, gboolean offers)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_ws_call_free (GstIceWsCall * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceWsCall, gst_ice_ws_call_free)

/* Tells the session that an offer of ours is needed. */
void gst_ice_ws_call_want_offer (GstIceWsCall * self);

/* Takes a message of the peer of type OFFER, ANSWER or CANDIDATE. Ignores those
 * of other sessions.
 * Returns: %FALSE with @error set when the message is wrong */
gboolean gst_ice_ws_call_take (GstIceWsCall * self,
    const GstIceWsMessage * message, GError ** error);

/* @message: of type END
 * Returns: whether this call has ended */
gboolean gst_ice_ws_call_take_end (GstIceWsCall * self,
    const GstIceWsMessage * message);

/* Messages to the peer. */
void gst_ice_ws_call_send_description (GstIceWsCall * self,
    GstIceDescription * description);
void gst_ice_ws_call_send_trickle (GstIceWsCall * self,
    GstIceDescription * fragment);
void gst_ice_ws_call_send_end (GstIceWsCall * self);

/* The server does not know the call any more. An agreed call goes on. */
void gst_ice_ws_call_detach (GstIceWsCall * self);

/* The server knows the call again: repeats what may have got lost. */
void gst_ice_ws_call_reattach (GstIceWsCall * self);

/* Afterwards an agreed call continues under another id. The consumer asks for
 * that with a text in place of an offer, which only the two peers know; the
 * producer answers with the same text.
 * Returns: (transfer full): that text */
gchar *gst_ice_ws_call_write_resume (const GstIceWsCall * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* @id: (transfer none): of the session in which the peer was asked to
 *     continue */
void gst_ice_ws_call_expect (GstIceWsCall * self, const gchar * id);

/* @message: of type START
 * Returns: whether a peer asks to continue a call, this one or another */
gboolean gst_ice_ws_call_is_asked_to_resume (const GstIceWsMessage * message);

/* @message: of type START
 * Returns: whether the peer asked to continue this call, which does so */
gboolean gst_ice_ws_call_resume (GstIceWsCall * self,
    const GstIceWsMessage * message);

G_END_DECLS
