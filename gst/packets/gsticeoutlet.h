/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticeroute.h"

G_BEGIN_DECLS

/* How a channel ends, for good. */
typedef enum
{
  GST_ICE_CHANNEL_OPEN,
  GST_ICE_CHANNEL_REFUSED,      /* the peer or the network will not have this
                                 * m-line: what is sent is dropped and counted */
  GST_ICE_CHANNEL_ENDED,        /* the peer hung up: EOS, after what is queued */
  GST_ICE_CHANNEL_FAILED,       /* an error was posted: streaming stops */
} GstIceChannelEnd;

/* Returns: what a streaming thread's calls return after @how, GST_FLOW_OK if they go on */
GstFlowReturn gst_ice_channel_end_to_flow (GstIceChannelEnd how);

/* The sending half of a channel: a route to send on, a cipher to send through. */
typedef struct _GstIceOutlet GstIceOutlet;

GstIceOutlet *gst_ice_outlet_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_outlet_free (GstIceOutlet * self);

/* Session thread. As of the channel's functions of the same names. */
void gst_ice_outlet_set_route (GstIceOutlet * self, GstIceRoute * route);
void gst_ice_outlet_set_cipher (GstIceOutlet * self, gboolean wanted,
    GstIceCipher * cipher);
void gst_ice_outlet_end (GstIceOutlet * self, GstIceChannelEnd how);

/* Streaming thread. As of the channel's functions of the same names. */
GstFlowReturn gst_ice_outlet_wait_route (GstIceOutlet * self);
gboolean gst_ice_outlet_has_route (GstIceOutlet * self);
GstFlowReturn gst_ice_outlet_send_list (GstIceOutlet * self,
    GstBufferList * list);
GstFlowReturn gst_ice_outlet_send_packet (GstIceOutlet * self,
    GstBuffer * packet);

/* Application thread. Makes the streaming thread's calls return. */
void gst_ice_outlet_set_flushing (GstIceOutlet * self, gboolean flushing);

typedef struct
{
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 packets_discarded;    /* no route, or refused by it */
} GstIceOutletCounts;

/* Any thread. Returns: (transfer full) (nullable): the route of the moment */
GstIceRoute *gst_ice_outlet_dup_route (GstIceOutlet * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. */
void gst_ice_outlet_get_counts (GstIceOutlet * self,
    GstIceOutletCounts * counts);

G_END_DECLS
