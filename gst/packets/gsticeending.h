/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How the packets of an element come to an end, for good. */
typedef enum
{
  GST_ICE_ENDING_OPEN,          /* they do not */
  GST_ICE_ENDING_REFUSED,       /* the peer or the network will not have this
                                 * m-line: what is sent is dropped and counted */
  GST_ICE_ENDING_ENDED,         /* the peer hung up: EOS, after what is queued */
  GST_ICE_ENDING_FAILED,        /* an error was posted: streaming stops */
} GstIceEnding;

/* Returns: what a streaming thread's calls return after @ending, %GST_FLOW_OK if they
 *     go on */
GstFlowReturn gst_ice_ending_to_flow (GstIceEnding ending);

G_END_DECLS
