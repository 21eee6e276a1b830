/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Why the packets of an element have come to an end, for good. */
typedef enum
{
  GST_ICE_ENDING_OPEN,          /* they go on */
  GST_ICE_ENDING_REFUSED,       /* the peer or the network refuses this
                                 * m-line: packets to send are dropped and
                                 * counted */
  GST_ICE_ENDING_ENDED,         /* the peer hung up: EOS after the queued
                                 * packets */
  GST_ICE_ENDING_FAILED,        /* an error was posted: streaming stops */
} GstIceEnding;

/* Returns: what the functions of a streaming thread return after @ending,
 *     %GST_FLOW_OK if packets go on */
GstFlowReturn gst_ice_ending_to_flow (GstIceEnding ending);

G_END_DECLS
