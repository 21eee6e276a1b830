/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"
#include "gsticewscall.h"

G_BEGIN_DECLS

/* A room of a rendezvous server: its other peers, whether this side produces
 * or consumes, and which peer it asks for a session. Session thread. */
typedef struct _GstIceWsRoom GstIceWsRoom;

typedef enum
{
  GST_ICE_WS_UNDECIDED,
  GST_ICE_WS_PRODUCER,
  GST_ICE_WS_CONSUMER,
} GstIceWsRole;

/* Called from inside the functions below. */
typedef struct
{
  /* A call is being tried. The user's time limit counts from the first of
   * these. */
  void (*trying) (gpointer user_data);
  /* There is no time limit any more: calls gst_ice_ws_room_settle(). */
  void (*settled) (gpointer user_data);
  /* @trouble: (transfer full): the message for the user if the time is over */
  void (*in_vain) (GError * trouble, gpointer user_data);
  /* After the connection broke, the server has given us our place back.
   * @session_ids: (transfer none): of gchar *, those that have not ended */
  void (*resumed) (const GPtrArray * session_ids, gpointer user_data);
  /* The producer of the call left before the call was agreed: there is no
   * call. */
  void (*gone) (gpointer user_data);
} GstIceWsRoomEvents;

/* @link, @queue: (transfer none): must live longer
 * @direction: SENDONLY produces, RECVONLY consumes, SENDRECV either
 * @events: static */
GstIceWsRoom *gst_ice_ws_room_new (GstIceWsLink * link,
    GstIceEventQueue * queue, const gchar * name, GstIceDirection direction,
    const GstIceWsRoomEvents * events, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_ws_room_free (GstIceWsRoom * self);

GstIceWsRole gst_ice_ws_room_get_role (const GstIceWsRoom * self);

/* Returns: whether the server has welcomed us */
gboolean gst_ice_ws_room_is_entered (const GstIceWsRoom * self);

/* @call: (transfer none) (nullable): the present call; the caller unsets it
 *     before it ends */
void gst_ice_ws_room_set_call (GstIceWsRoom * self, const GstIceWsCall * call);

/* No call is wanted any more: no peer is asked. */
void gst_ice_ws_room_end (GstIceWsRoom * self);
gboolean gst_ice_ws_room_has_ended (const GstIceWsRoom * self);

/* Messages of types WELCOME, RESUMED, LIST, STATUS, ERROR. */
void gst_ice_ws_room_take_welcome (GstIceWsRoom * self,
    const GstIceWsMessage * message);
void gst_ice_ws_room_take_resumed (GstIceWsRoom * self,
    const GstIceWsMessage * message);
void gst_ice_ws_room_take_list (GstIceWsRoom * self,
    const GstIceWsMessage * message);
void gst_ice_ws_room_take_status (GstIceWsRoom * self,
    const GstIceWsMessage * message);
void gst_ice_ws_room_take_error (GstIceWsRoom * self,
    const GstIceWsMessage * message);

/* @message: of type STARTED
 * Returns: whether it is the session that was requested last */
gboolean gst_ice_ws_room_take_started (GstIceWsRoom * self,
    const GstIceWsMessage * message);

/* Sends the server a message that it must answer. */
void gst_ice_ws_room_probe (GstIceWsRoom * self);

/* Looks again for other peers, after a while. */
void gst_ice_ws_room_retry_later (GstIceWsRoom * self);

/* Stops looking until something changes. The next wait is the shortest
 * again. */
void gst_ice_ws_room_settle (GstIceWsRoom * self);

/* The connection is lost. */
void gst_ice_ws_room_leave (GstIceWsRoom * self);

/* Returns: whether the server that we were connected to lets us come back to
 *     our place */
gboolean gst_ice_ws_room_can_resume (const GstIceWsRoom * self);

G_END_DECLS
