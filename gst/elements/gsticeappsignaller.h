/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesession.h"

G_BEGIN_DECLS

/* What applications see of a session, text in and text out. It outlives the
 * session if the application keeps it, and then does nothing. */
#define GST_TYPE_ICE_APP_SIGNALLER (gst_ice_app_signaller_get_type ())
G_DECLARE_FINAL_TYPE (GstIceAppSignaller, gst_ice_app_signaller, GST,
    ICE_APP_SIGNALLER, GObject)

/* Any thread. Returns: (transfer full): that of @session, which has one at most */
GstIceAppSignaller *gst_ice_app_signaller_get (GstIceSession * session)
    G_GNUC_WARN_UNUSED_RESULT;

/* Any thread. Elements of the session, (transfer none), on whose bus failed actions
 * are told; each is removed before it is gone. */
void gst_ice_app_signaller_add_element (GstIceAppSignaller * self,
    GstElement * element);
void gst_ice_app_signaller_remove_element (GstIceAppSignaller * self,
    GstElement * element);

G_END_DECLS
