/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticewspeer.h"

G_BEGIN_DECLS

/* The viewers of a producer, each with a signaller of its own. Session thread. */
typedef struct _GstIceWsPeers GstIceWsPeers;

/* @host: copied, without changed(), refused() and owner */
GstIceWsPeers *gst_ice_ws_peers_new (const GstIceWsPeerHost * host)
    G_GNUC_WARN_UNUSED_RESULT;
/* Ends all first. */
void gst_ice_ws_peers_free (GstIceWsPeers * self);

/* Whether the session takes no further viewer. */
void gst_ice_ws_peers_set_full (GstIceWsPeers * self, gboolean full);

/* @message: of type START */
void gst_ice_ws_peers_take_start (GstIceWsPeers * self,
    const GstIceWsMessage * message);
/* @message: of type OFFER, ANSWER, CANDIDATE or END */
void gst_ice_ws_peers_take (GstIceWsPeers * self,
    const GstIceWsMessage * message);

/* The connection to the server is lost: agreed sessions go on without. */
void gst_ice_ws_peers_detach (GstIceWsPeers * self);
/* @session_ids: (transfer none): of gchar *, what goes on at the server */
void gst_ice_ws_peers_reattach (GstIceWsPeers * self,
    const GPtrArray * session_ids);

/* Says goodbye to all. No event follows. */
void gst_ice_ws_peers_stop (GstIceWsPeers * self);

/* Returns: whether there is a viewer whose session can go on without the server; and one
 *     whose session does so now */
gboolean gst_ice_ws_peers_any_agreed (const GstIceWsPeers * self);
gboolean gst_ice_ws_peers_any_detached (const GstIceWsPeers * self);

G_END_DECLS
