/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpconsent.h"
#include "gsticeudpreader.h"
#include "gsticeudproute.h"

G_BEGIN_DECLS

/* All that stands beside one socket of an ICE agent while a pair on it is
 * nominated: a second socket on its port, who reads it, the route that sends on
 * it, and the peer's consent. Session thread only, but for what says otherwise. */
typedef struct _GstIceUdpPath GstIceUdpPath;

/* What a path is made with; it copies or refs what it keeps. */
typedef struct
{
  gint agent_fd;                /* bound, and open until the path is freed */
  const GstIceUdpAddress *remote;       /* of the nominated pair */
  GstIceDemux *demux;           /* where packets go; the agent's callback gives it
                                 * those that come on its own socket */
  gsize buffer_size;            /* of both sockets, 0: as they are */
  GstIceWaiter *context;       /* as of gst_ice_udp_pool_add() */
  const GstIceUdpConsentSettings *consent;      /* NULL: it is the agent's, and the
                                                 * kernel merges no packets; its
                                                 * tag is set here */
  /* Who reads, nullable. With the consent lost, nothing more is sent already
   * when this is called. Not from here: any function of the path. */
  GstIceUdpConsentFunc consent_changed;
  gpointer user_data;
} GstIceUdpPathSettings;

/* Returns: (transfer full): a path that sends; %NULL with @error set if the agent's
 *     own calls are what remains */
GstIceUdpPath *gst_ice_udp_path_new (const GstIceUdpPathSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* What our socket has left is read and delivered; nothing is sent or called
 * afterwards. Before the agent closes its socket, or the port is bound again. */
void gst_ice_udp_path_free (GstIceUdpPath * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpPath, gst_ice_udp_path_free)

/* After new() the peer's packets come to our socket, if the kernel can share the
 * port, but they wait there: those that the agent's socket has are older. To be
 * called when the agent has read them; again after each move(). */
void gst_ice_udp_path_receive (GstIceUdpPath * self);

/* Another pair with the same local socket was nominated. Makes another route; the
 * one before goes on sending until the next move, so that the sender can change
 * over. Receiving stops until gst_ice_udp_path_receive().
 * Returns: %FALSE with @error set, and all is as before */
gboolean gst_ice_udp_path_move (GstIceUdpPath * self,
    const GstIceUdpAddress * remote, GError ** error);

/* Returns: (transfer none): to the peer, for the sender */
GstIceRoute *gst_ice_udp_path_get_route (GstIceUdpPath * self);

/* Returns: whether the consent is kept here, so that the agent needn't. Not if the
 *     port can't be shared: to be asked after each receive(). */
gboolean gst_ice_udp_path_has_consent (GstIceUdpPath * self);

typedef struct
{
  const gchar *send_mode;       /* "gso", "mmsg", "single" */
  const gchar *receive_mode;    /* "gro", "mmsg", "agent": by the agent's calls */
  gsize receive_buffer_size;    /* bytes, of our socket; 0: there is none */
  GstIceUdpRouteCounts route;   /* of the route of now */
  GstIceUdpReaderCounts reader; /* zero without our socket */
  GstIceUdpConsentCounts consent;       /* zero without ours */
} GstIceUdpPathStats;

/* Session thread; others by the route, gst_ice_route_add_stats(). */
void gst_ice_udp_path_get_stats (GstIceUdpPath * self,
    GstIceUdpPathStats * stats);

G_END_DECLS
