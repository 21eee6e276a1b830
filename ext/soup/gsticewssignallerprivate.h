/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticewscall.h"
#include "gsticewssignaller.h"

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_WS_UNDECIDED,
  GST_ICE_WS_PRODUCER,
  GST_ICE_WS_CONSUMER,
} GstIceWsRole;

/* What the signaller's files share: gsticewssignaller.c has the course of things,
 * gsticewsroom.c who else is in the room and who of them begins, gsticewspeer.c the
 * call with one of them, gsticewsservers.c the STUN and TURN servers. */
struct _GstIceWsSignaller
{
  GObject parent;

  GUri *uri;                    /* set at construction, as are these */
  gchar *room;
  gchar *token;                 /* or NULL */
  GTlsDatabase *trust;          /* NULL: the system's */
  guint timeout_ms;             /* 0: for ever */
  GstIceDirection direction;    /* set before start() */

  GstIceEventQueue *events;     /* NULL before start(), as is this */
  GstIceWsLink *link;

  GstIceWsRole role;
  gchar *peer_id;               /* ours, NULL: not in the room */
  gchar *asked_id;              /* a producer that we want a session with */
  gboolean listing;             /* a list is on its way */
  GSource *renewal;             /* asks for newer credentials, or NULL */
  GstIceWsCall *call;           /* or NULL */
  gboolean over;                /* failed, or a consumer's call has ended */

  GSource *deadline;            /* of what is tried, or NULL */
  GSource *retry;               /* or NULL */
  guint n_retries;
  GError *trouble;              /* why the last try failed, or NULL */
  gboolean told_waiting;

  gboolean closing;
  GDestroyNotify closed;
  gpointer closed_data;
  GSource *closed_source;       /* or NULL */
};

/* Returns: (transfer none): the server, for messages */
const gchar *gst_ice_ws_signaller_get_where (GstIceWsSignaller * self);

/* What is tried has a time limit from now on, or has come to its end. */
void gst_ice_ws_signaller_start_deadline (GstIceWsSignaller * self);
void gst_ice_ws_signaller_settle (GstIceWsSignaller * self);

/* @trouble: (transfer full): what the user is told if there is no more time */
void gst_ice_ws_signaller_set_trouble (GstIceWsSignaller * self,
    GError * trouble);

/* Ends the call for the peer, if there is one, and all for the session. */
void gst_ice_ws_signaller_fail (GstIceWsSignaller * self,
    const GError * error);

/* There is a call: the session forgets the peer, if it ever heard of it. */
void gst_ice_ws_signaller_drop_call (GstIceWsSignaller * self);

/* gsticewsroom.c: messages of types WELCOME, LIST, STATUS, ERROR. */
void gst_ice_ws_room_take_welcome (GstIceWsSignaller * self,
    const GstIceWsMessage * message);
void gst_ice_ws_room_take_list (GstIceWsSignaller * self,
    const GstIceWsMessage * message);
void gst_ice_ws_room_take_status (GstIceWsSignaller * self,
    const GstIceWsMessage * message);
void gst_ice_ws_room_take_error (GstIceWsSignaller * self,
    const GstIceWsMessage * message);

/* Looks in a while who is there. */
void gst_ice_ws_room_retry_later (GstIceWsSignaller * self);

/* The connection is lost. */
void gst_ice_ws_room_leave (GstIceWsSignaller * self);

/* gsticewsservers.c: messages of types WELCOME and SERVERS; no more questions. */
void gst_ice_ws_servers_take (GstIceWsSignaller * self,
    const GstIceWsMessage * message);
void gst_ice_ws_servers_stop (GstIceWsSignaller * self);

/* gsticewspeer.c: messages of types START, STARTED, END, and what is between. */
void gst_ice_ws_peer_take_start (GstIceWsSignaller * self,
    const GstIceWsMessage * message);
void gst_ice_ws_peer_take_started (GstIceWsSignaller * self,
    const GstIceWsMessage * message);
void gst_ice_ws_peer_take_said (GstIceWsSignaller * self,
    const GstIceWsMessage * message);
void gst_ice_ws_peer_take_end (GstIceWsSignaller * self,
    const GstIceWsMessage * message);

G_END_DECLS
