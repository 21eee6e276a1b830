/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The properties of GstIceAppSignaller, and their documentation. */
enum
{
  PROP_0,
  PROP_ICE_CONNECTION_STATE,
  PROP_ICE_GATHERING_STATE,
  PROP_STATS,
};

void gst_ice_app_signaller_install_properties (GObjectClass * klass);

G_END_DECLS
