/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Says what a streaming thread returns when its element's packets have come
 * to an end. */

#include "config.h"

#include "gsticeending.h"

GstFlowReturn
gst_ice_ending_to_flow (GstIceEnding ending)
{
  switch (ending) {
    case GST_ICE_ENDING_ENDED:
      return GST_FLOW_EOS;
    case GST_ICE_ENDING_FAILED:
      return GST_FLOW_ERROR;
    default:
      return GST_FLOW_OK;
  }
}
