/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesubscribers.h"

G_BEGIN_DECLS

/* The states of a transport as W3C has them. A change is told to all who subscribe.
 * Session thread only. */
typedef struct
{
  GstIceSubscribers *subscribers;       /* (transfer none) */
  const gchar *media;           /* for logs: "audio" */

  /* Others read these. */
  gboolean was_connected;       /* a pair worked, at some time */
  GstIceGatheringState gathering;
  GstIceConnectionState connection;
} GstIceTransportState;

void gst_ice_transport_state_set_gathering (GstIceTransportState * self,
    GstIceGatheringState state);

/* Before a call is on, who starts its checks tells of progress; from then on the loss of
 * the path, and the search for another, are told here. */
void gst_ice_transport_state_set_connection (GstIceTransportState * self,
    GstIceConnectionState state);

G_END_DECLS
