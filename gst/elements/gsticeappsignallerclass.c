/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The properties, signals and actions of the session object for applications. */

#include "config.h"

#include "gsticeappsignallerclass.h"

#include "gsticetypes.h"

void
gst_ice_app_signaller_install_properties (GObjectClass * klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * GstIceAppSignaller:ice-connection-state:
   *
   * State of all m-lines taken together (W3C webrtc, RTCIceConnectionState).
   * From the session's thread comes a notify for each change.
   */
  g_object_class_install_property (klass, PROP_ICE_CONNECTION_STATE,
      g_param_spec_enum ("ice-connection-state", "ICE connection state",
          "State of all m-lines taken together", GST_TYPE_ICE_CONNECTION_STATE,
          GST_ICE_CONNECTION_NEW, flags));

  /**
   * GstIceAppSignaller:ice-gathering-state:
   *
   * Gathering state of all m-lines taken together (W3C webrtc,
   * RTCIceGatheringState). From the session's thread comes a notify for each
   * change.
   */
  g_object_class_install_property (klass, PROP_ICE_GATHERING_STATE,
      g_param_spec_enum ("ice-gathering-state", "ICE gathering state",
          "Gathering state of all m-lines taken together",
          GST_TYPE_ICE_GATHERING_STATE, GST_ICE_GATHERING_NEW, flags));

  /**
   * GstIceAppSignaller:stats:
   *
   * What the session is, with a structure for each m-line; %NULL when it is over.
   * "call-id" is the call's id, as in messages; of a listener that serves several, it is in
   * the structures of "consumers".
   * "restarts" counts those of ICE, "last-restart-reason" says why: requested,
   * suspect, consent-lost, network-change, peer, or nothing.
   */
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics", "Statistics of the session",
          GST_TYPE_STRUCTURE, flags));
}
