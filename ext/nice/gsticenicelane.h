/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticenicepath.h"
#include "gsticeudppath.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Our own socket beside one of libnice's, from the selection of a pair on it
 * until the peer sends no more there. Session thread only. */
typedef struct _GstIceNiceLane GstIceNiceLane;

/* Settings; the lane copies or refs what it keeps. */
typedef struct
{
  GSocket *socket;              /* libnice's */
  const GstIceUdpAddress *remote;
  GstIceDemux *demux;
  GMainContext *context;        /* of the session thread, in which libnice
                                 * reads */
  gsize buffer_size;
  const GstIceUdpConsentSettings *consent;
  /* Called from the context, never from inside a call, and not while the
   * lane is retired. */
  void (*health) (GstIceNicePathHealth health, gpointer user_data);
  gpointer user_data;
} GstIceNiceLaneSettings;

GstIceNicePathHealth gst_ice_nice_lane_to_health (GstIceUdpConsentState state);

/* Returns: (transfer full): a lane, %NULL with @error set */
GstIceNiceLane *gst_ice_nice_lane_new (const GstIceNiceLaneSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Delivers what our socket still has. */
void gst_ice_nice_lane_free (GstIceNiceLane * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceNiceLane, gst_ice_nice_lane_free)

gboolean gst_ice_nice_lane_is_on (const GstIceNiceLane * self,
    GSocket * socket);

/* Returns: whether the peer's consent is lost */
gboolean gst_ice_nice_lane_is_lost (GstIceNiceLane * self);

/* Returns: whether the lane asks for consent and has it */
gboolean gst_ice_nice_lane_has_consent (GstIceNiceLane * self);

/* The same socket for another peer.
 * Returns: %FALSE with @error set, and nothing has changed */
gboolean gst_ice_nice_lane_move (GstIceNiceLane * self,
    const GstIceUdpAddress * remote, GError ** error);

/* Returns: (transfer none): for the sender */
GstIceRoute *gst_ice_nice_lane_get_route (GstIceNiceLane * self);

/* Delivers what our socket has, if it is being read: what libnice got
 * meanwhile on another socket is newer. */
void gst_ice_nice_lane_flush (GstIceNiceLane * self);

/* Another pair is selected. The peer may learn of that later than we do, so
 * the lane goes on receiving. @quiet is called once, from the context, when
 * nothing came for a while; it may free the lane. */
void gst_ice_nice_lane_retire (GstIceNiceLane * self,
    void (*quiet) (GstIceNiceLane * lane, gpointer user_data));

/* Its pair is selected again. If it is suspect by now, health() tells. */
void gst_ice_nice_lane_reinstate (GstIceNiceLane * self);

G_END_DECLS
