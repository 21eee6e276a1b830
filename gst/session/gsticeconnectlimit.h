/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeexchange.h"
#include "gsticetransport.h"

G_BEGIN_DECLS

/* How long the transports of one call may look for a first path. Session
 * thread only. */
typedef struct _GstIceConnectLimit GstIceConnectLimit;

/* Not called from inside a call. */
typedef struct
{
  /* @transport has found no path in time; others of the call have one. */
  void (*late) (GstIceTransport * transport, gpointer user_data);
  /* None has. @error: (transfer none) */
  void (*failed) (const GError * error, gpointer user_data);
} GstIceConnectLimitEvents;

/* All arguments are the call's, (transfer none), and outlive the limit.
 * @transports: of GstIceTransport; @events: static
 * Returns: (transfer full): a limit that does not run */
GstIceConnectLimit *gst_ice_connect_limit_new (GPtrArray * transports,
    GstIceExchange * exchange, const GstIceConfig * config,
    const GstIceConnectLimitEvents * events, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_connect_limit_free (GstIceConnectLimit * self);

/* Another transport looks for a path: the limit may run once more. */
void gst_ice_connect_limit_renew (GstIceConnectLimit * self);

/* The peer's description is there, so paths can be found. Runs unless it does already, or
 * has passed. */
void gst_ice_connect_limit_start (GstIceConnectLimit * self);

void gst_ice_connect_limit_stop (GstIceConnectLimit * self);

G_END_DECLS
