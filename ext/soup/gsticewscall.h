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
 * candidates, as values on our side and as JSON on the link. Others only read the
 * fields. Session thread. */
typedef struct
{
  GstIceWsLink *link;           /* (transfer none) */
  GstIceEventQueue *events;     /* (transfer none) */
  gchar *id;                    /* the server's, as are both ids */
  gchar *peer_id;
  gboolean offers;              /* this side makes the offer */
  gboolean awaits_answer;       /* to an offer of ours */
  GPtrArray *ufrags, *mids;     /* ours, by m-line: tell candidates apart */
  gboolean agreed;              /* offer and answer have passed: it may run on
                                 * without signalling */

  /* What was said last, for the case that it got lost. */
  gchar *said_sdp;              /* our last description, or NULL */
  GPtrArray *said_candidates;   /* of that description, in order */
  gint64 said_us;               /* when the last of these was sent */
  gchar *heard_offer;           /* the peer's last, or NULL */
  GSource *overdue;             /* the answer to a restart, or NULL */
  guint overdue_ms;

  gboolean told;                /* the session knows of it */
  gboolean detached;            /* the server knows it no more */
  gchar *next_id;               /* asked to go on as this one, or NULL */
} GstIceWsCall;

/* @link, @events: (transfer none), outlive the call */
GstIceWsCall *gst_ice_ws_call_new (GstIceWsLink * link,
    GstIceEventQueue * events, const GstIceWsMessage * start, gboolean offers)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_ws_call_free (GstIceWsCall * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceWsCall, gst_ice_ws_call_free)

/* The session is told that an offer of ours is wanted. */
void gst_ice_ws_call_want_offer (GstIceWsCall * self);

/* What the peer said, of types OFFER, ANSWER, CANDIDATE; what belongs to another
 * session is ignored.
 * Returns: %FALSE with @error set when it is no good */
gboolean gst_ice_ws_call_take (GstIceWsCall * self,
    const GstIceWsMessage * message, GError ** error);

/* @message: of type END
 * Returns: whether this call has ended */
gboolean gst_ice_ws_call_take_end (GstIceWsCall * self,
    const GstIceWsMessage * message);

/* What we say. */
void gst_ice_ws_call_send_description (GstIceWsCall * self,
    GstIceDescription * description);
void gst_ice_ws_call_send_trickle (GstIceWsCall * self,
    GstIceDescription * fragment);
void gst_ice_ws_call_send_end (GstIceWsCall * self);

/* The server knows it no more; an agreed call goes on. */
void gst_ice_ws_call_detach (GstIceWsCall * self);

/* The server knows it again, as before: says again what may have got lost. */
void gst_ice_ws_call_reattach (GstIceWsCall * self);

/* After that, an agreed call is taken up again under another id: the consumer asks
 * for it, with a text instead of an offer that only the two know, and the producer
 * answers with the same.
 * Returns: (transfer full): that text */
gchar *gst_ice_ws_call_write_resume (const GstIceWsCall * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* @id: (transfer none): of the session in which the peer was asked to go on */
void gst_ice_ws_call_expect (GstIceWsCall * self, const gchar * id);

/* @message: of type START
 * Returns: whether the peer asked to go on, and does */
gboolean gst_ice_ws_call_resume (GstIceWsCall * self,
    const GstIceWsMessage * message);

G_END_DECLS
