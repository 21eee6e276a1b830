/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpconsent.h"
#include "gsticeudpreader.h"
#include "gsticeudproute.h"

G_BEGIN_DECLS

/* What the plugin adds to one socket of an ICE agent while a pair on it is
 * nominated: a second socket on the same port with its reader, the route
 * that sends on it, and the peer's consent. Session thread only, unless a
 * function says otherwise. */
typedef struct _GstIceUdpPath GstIceUdpPath;

/* Settings of a path, which copies or refs what it keeps. */
typedef struct
{
  gint agent_fd;                /* bound, and open until the path is freed */
  const GstIceUdpAddress *remote;       /* of the nominated pair */
  GstIceDemux *demux;           /* takes the packets; the agent's callback
                                 * also gives it those that come on the
                                 * agent's own socket */
  gsize buffer_size;            /* of both sockets; 0: leave them as they are */
  GstIceWaiter *context;       /* as in gst_ice_udp_pool_add() */
  const GstIceUdpConsentSettings *consent;      /* its tag is set here. NULL:
                                                 * the agent keeps consent,
                                                 * and the kernel merges no
                                                 * packets */
  /* Reading thread; nullable. When consent is lost, sending has stopped
   * before this is called. It must not call the path. */
  GstIceUdpConsentFunc consent_changed;
  gpointer user_data;
} GstIceUdpPathSettings;

/* Returns: (transfer full): a path that can send; %NULL with @error set if
 *     only the agent's own calls can be used */
GstIceUdpPath *gst_ice_udp_path_new (const GstIceUdpPathSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads and delivers what our socket still has. Sends nothing and calls
 * nothing afterwards. Call this before the agent closes its socket and
 * before the port is bound again. */
void gst_ice_udp_path_free (GstIceUdpPath * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpPath, gst_ice_udp_path_free)

/* Begins to receive. After new() the peer's packets wait in our socket, if
 * the kernel can share the port, because those in the agent's socket are
 * older. Call this when the agent has read them, and again after each
 * move(). */
void gst_ice_udp_path_receive (GstIceUdpPath * self);

/* Delivers what our socket has got so far, if it receives: for a packet that
 * came on another socket and is newer. */
void gst_ice_udp_path_flush (GstIceUdpPath * self);

/* Another pair with the same local socket was nominated. Makes another route.
 * The previous route goes on sending until the next move, so that the sender
 * can change over. Receiving stops until gst_ice_udp_path_receive().
 * Returns: %FALSE with @error set, and nothing has changed */
gboolean gst_ice_udp_path_move (GstIceUdpPath * self,
    const GstIceUdpAddress * remote, GError ** error);

/* Returns: (transfer none): the route to the peer, for the sender */
GstIceRoute *gst_ice_udp_path_get_route (GstIceUdpPath * self);

/* Returns: whether the path keeps consent, so that the agent needn't. It
 *     does not if the port can't be shared: ask after each receive(). */
gboolean gst_ice_udp_path_has_consent (GstIceUdpPath * self);

typedef struct
{
  const gchar *send_mode;       /* "gso", "mmsg", "single" */
  const gchar *receive_mode;    /* "gro", "mmsg", or "agent" when the agent's
                                 * calls receive */
  gsize receive_buffer_size;    /* bytes, of our socket; 0: there is no
                                 * socket of ours */
  GstIceUdpRouteCounts route;   /* of the present route */
  GstIceUdpReaderCounts reader; /* zero without a socket of ours */
  GstIceUdpConsentCounts consent;       /* zero if the agent keeps consent */
} GstIceUdpPathStats;

/* Session thread. Other threads get this through gst_ice_route_add_stats(). */
void gst_ice_udp_path_get_stats (GstIceUdpPath * self,
    GstIceUdpPathStats * stats);

G_END_DECLS
