/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticewsroom.h"

G_BEGIN_DECLS

/* The signaller of one viewer of a producer: a session of the signalling protocol, with
 * its own events. Session thread. */
#define GST_TYPE_ICE_WS_PEER (gst_ice_ws_peer_get_type ())
G_DECLARE_FINAL_TYPE (GstIceWsPeer, gst_ice_ws_peer, GST, ICE_WS_PEER, GObject)

/* What belongs to all viewers of a producer. All (transfer none), and outlives them until
 * they have ended. */
typedef struct
{
  GstIceWsLink *link;
  GstIceWsRoom *room;
  GstIceEventQueue *queue;      /* of the producer */
  const gchar *room_name;
  guint answer_ms;              /* how long a viewer may take to answer */
  const GstIceSignallerEvents *events;  /* of each viewer */
  gpointer user_data;
  /* The session with the viewer is agreed, or has ended. Not called for a viewer after it
   * has ended, nor from gst_ice_ws_peer_new(). */
  void (*changed) (GstIceWsPeer * peer, gpointer owner);
  /* The session refuses the viewer @id. @why: a sentence */
  void (*refused) (const gchar * id, const gchar * why, gpointer owner);
  gpointer owner;
} GstIceWsPeerHost;

/* @host: outlives the peer
 * @start: of type START
 * Returns: (transfer full): a viewer that the session has not heard of */
GstIceWsPeer *gst_ice_ws_peer_new (const GstIceWsPeerHost * host,
    const GstIceWsMessage * start) G_GNUC_WARN_UNUSED_RESULT;

/* Tells the session of the viewer. @start: as before */
void gst_ice_ws_peer_begin (GstIceWsPeer * self, const GstIceWsMessage * start);

/* Returns: (transfer none) (nullable): its session of the protocol; %NULL: has ended */
const GstIceWsCall *gst_ice_ws_peer_get_call (const GstIceWsPeer * self);

/* @message: of type OFFER, ANSWER or CANDIDATE; ignored if it is another session's */
void gst_ice_ws_peer_take (GstIceWsPeer * self,
    const GstIceWsMessage * message);
/* @message: of type END, likewise */
void gst_ice_ws_peer_take_end (GstIceWsPeer * self,
    const GstIceWsMessage * message);
/* @message: of type START. Returns: whether the viewer asks to continue this session,
 *     which is done */
gboolean gst_ice_ws_peer_resume (GstIceWsPeer * self,
    const GstIceWsMessage * message);

/* The connection to the server is lost: an agreed session goes on without. */
void gst_ice_ws_peer_detach (GstIceWsPeer * self);

/* The server has given the producer its place back.
 * @session_ids: (transfer none): of gchar *, those that have not ended */
void gst_ice_ws_peer_reattach (GstIceWsPeer * self,
    const GPtrArray * session_ids);

/* Says goodbye to the viewer. No event follows. */
void gst_ice_ws_peer_stop (GstIceWsPeer * self);

G_END_DECLS
