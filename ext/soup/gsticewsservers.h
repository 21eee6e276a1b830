/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeeventqueue.h"
#include "gsticewslink.h"
#include "gsticewsmessage.h"

G_BEGIN_DECLS

/* The STUN and TURN servers from gst-ice-rendezvous, which are requested
 * again before their credentials expire. Session thread. */
typedef struct _GstIceWsServers GstIceWsServers;

/* @link, @events: (transfer none): must live longer */
GstIceWsServers *gst_ice_ws_servers_new (GstIceWsLink * link,
    GstIceEventQueue * events) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_ws_servers_free (GstIceWsServers * self);

/* @message: of type WELCOME or SERVERS */
void gst_ice_ws_servers_take (GstIceWsServers * self,
    const GstIceWsMessage * message);

/* Requests nothing until the next message. */
void gst_ice_ws_servers_stop (GstIceWsServers * self);

G_END_DECLS
